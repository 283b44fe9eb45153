"""What the daemon says of itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from daemon.chain import Line
    from gestures.events import Hands

State = Literal["armed", "disarmed", "paused", "locked", "yielding"]


@dataclass(frozen=True, slots=True)
class Latency:
    """How long a frame took from the camera to its actions, over the last frames."""

    median_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Status:
    """The daemon as it is now; None stands for what is not known or there is nothing of.

    Attributes:
        state: `locked`: the screen is. `yielding`: the person uses the real keyboard or mouse.
        armed: Whether gestures act, or will again when nothing keeps them from it.
        mode: The mode that is on.
        hand: The hand that armed.
        source: The camera, or what stands for it.
        fps: Frames that came in the last second or so, per second.
        latency: How long they took.
        backend: What sends the input.
        backend_reason: Why it was chosen, in plain words.
        application: The application that has the focus.
        focus_problem: Why it can't be known, with the mend.
        input_problem: Why the use of the real keyboard and mouse can't be noticed.
        lock_problem: Why the lock of the screen can't be noticed.
        warnings: Anything else, each in one line.
        config: The configuration's file.
        config_age_s: How long ago it was read; None while nothing of it is in force.
        config_problem: Why the file as it is now is not in force, in one line.
        uptime_s: How long the daemon has been running.
        last_events: The latest ones, the oldest first.
        pid: The daemon's process.
    """

    state: State
    armed: bool = False
    mode: str = "default"
    hand: Hands | None = None
    source: str | None = None
    fps: float | None = None
    latency: Latency | None = None
    backend: str | None = None
    backend_reason: str | None = None
    application: str | None = None
    focus_problem: str | None = None
    input_problem: str | None = None
    lock_problem: str | None = None
    warnings: Sequence[str] = ()
    config: Path | None = None
    config_age_s: float | None = None
    config_problem: str | None = None
    uptime_s: float | None = None
    last_events: Sequence[Line] = ()
    pid: int = field(default_factory=os.getpid)

    def to_json(self) -> dict[str, Any]:
        events = [line.to_json() for line in self.last_events]
        value = {name: getattr(self, name) for name in self.__slots__}
        return {
            **{name: _rounded(each) for name, each in value.items()},
            "latency": self.latency
            and {name: _rounded(each) for name, each in asdict(self.latency).items()},
            "warnings": list(self.warnings),
            "config": self.config and str(self.config),
            "last_events": events,
        }


def _rounded(value: Any) -> Any:
    return round(float(value), 1) if isinstance(value, float) else value
