"""What happens to a camera, as the loop and the person are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

#: `off`: given back while paused. After `lost` and `off`, and only then, comes `back`. `slow`,
#: `dark` and `size` are warnings, pictures go on coming; `fine` ends `slow` and `dark`.
CameraState = Literal["lost", "back", "off", "slow", "dark", "size", "fine"]


@dataclass(frozen=True, slots=True)
class CameraEvent:
    """A change of the camera.

    Attributes:
        t_s: Seconds since the source's start, never before those of what came earlier.
        state: What it is now.
        reason: Why, in plain words, with the mend where there is one.
    """

    t_s: float
    state: CameraState
    reason: str

    @property
    def event(self) -> str:
        """The kind of line this becomes."""
        return "camera"

    def to_json(self) -> dict[str, Any]:
        return {
            "t": round(self.t_s, 3),
            "event": self.event,
            "state": self.state,
            "reason": self.reason,
        }
