"""What the dispatcher tells of what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daemon.actions import Action
from gestures.events import ArmingEvent


@dataclass(frozen=True, slots=True)
class ActionEvent:
    """An action was taken; with `dry_run`, would have been.

    Attributes:
        t_s: Time in seconds, on the clock of the gesture events.
        gesture: The gesture it was bound to.
        action: What was done; what lasts is reported at its start, a sequence likewise.
        dry_run: True when nothing was sent to the operating system.
    """

    t_s: float
    gesture: str
    action: Action
    dry_run: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "t": round(self.t_s, 3),
            "event": "action",
            "gesture": self.gesture,
            "action": self.action.to_json(),
            "dry_run": self.dry_run,
        }


@dataclass(frozen=True, slots=True)
class ModeEvent:
    """Another mode is on from here; `t_s` in seconds, on the clock of the gesture events."""

    t_s: float
    mode: str

    def to_json(self) -> dict[str, Any]:
        return {"t": round(self.t_s, 3), "event": "mode", "mode": self.mode}


#: A pause looks like disarming, since that is what it comes to.
Report = ActionEvent | ModeEvent | ArmingEvent
