"""What the recogniser reports: the events that bindings and clients live on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from gestures.landmarks import HandSide

GestureEventKind = Literal["begin", "update", "end", "cancel"]
ArmingEventKind = Literal["armed", "disarmed"]


@dataclass(frozen=True, slots=True)
class GestureEvent:
    """A gesture begins, goes on, ends as it should, or is given up.

    Attributes:
        t_s: Time of the frame, seconds.
        event: What happened. Every `begin` is followed by exactly one `end` or `cancel`.
        gesture: Its name.
        hand: The person's hand that makes it.
        track: Number of the hand's track.
        score: How safely it holds, 0 to 1; None with `end` and `cancel`.
        pointer: Tip of the index finger as x and y over the picture's width and height.
    """

    t_s: float
    event: GestureEventKind
    gesture: str
    hand: HandSide
    track: int
    score: float | None = None
    pointer: tuple[float, float] | None = None

    def to_json(self) -> dict[str, Any]:
        line: dict[str, Any] = {
            "t": round(self.t_s, 3),
            "event": self.event,
            "gesture": self.gesture,
            "hand": self.hand,
            "track": self.track,
        }
        if self.score is not None:
            line["score"] = round(self.score, 2)
        return line


@dataclass(frozen=True, slots=True)
class ArmingEvent:
    """Actions are allowed from here on, or no longer.

    Attributes:
        t_s: Time of the frame, seconds.
        event: Which of the two.
        hand: The hand that armed, or None.
        track: Its track, or None.
        reason: Why, in plain words.
    """

    t_s: float
    event: ArmingEventKind
    hand: HandSide | None = None
    track: int | None = None
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        line: dict[str, Any] = {"t": round(self.t_s, 3), "event": self.event}
        if self.hand is not None:
            line |= {"hand": self.hand, "track": self.track}
        if self.reason:
            line["reason"] = self.reason
        return line


Event = GestureEvent | ArmingEvent
