"""What the recogniser reports: the events that bindings and clients live on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from gestures.landmarks import HandSide

GestureEventKind = Literal["begin", "update", "end", "cancel"]
Hands = HandSide | Literal["both"]
ArmingEventKind = Literal["armed", "disarmed"]


class Value(NamedTuple):
    """What a gesture measures while it goes on; None where it has no such thing.

    Attributes:
        position: x and y over the picture's width and height.
        angle_deg: How far it has turned, or how the hand is turned, degrees.
        distance_palms: How far it has gone, or how far apart its parts are.
        speed_palms_s: How fast it goes.
        factor: How many times larger it has become.
    """

    position: tuple[float, float] | None = None
    angle_deg: float | None = None
    distance_palms: float | None = None
    speed_palms_s: float | None = None
    factor: float | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "angle": self.angle_deg,
            "distance": self.distance_palms,
            "speed": self.speed_palms_s,
            "factor": self.factor,
        }
        line = {name: round(number, 3) for name, number in found.items() if number is not None}
        if self.position is not None:
            line["position"] = [round(each, 4) for each in self.position]
        return line


class GestureEvent(NamedTuple):
    """A gesture begins, goes on, ends as it should, or is given up.

    Attributes:
        t_s: Time of the frame, seconds.
        event: What happened. Every `begin` is followed by exactly one `end` or `cancel`.
        gesture: Its name.
        hand: The person's hand that makes it, or both.
        track: Number of the hand's track; of two hands the lower one.
        other_track: Number of the second hand's track, of what two hands make.
        score: How safely it holds, 0 to 1; None with `end` and `cancel`.
        pointer: Tip of the index finger as x and y over the picture's width and height.
        value: What it measures, with `update`.
        repeats: How many times it has been held for its `repeat_ms`.
        acts: Whether it may act: armed, and by the hand that armed.
        again: With `begin`, whether it went on while its hand was lost for a moment.
    """

    t_s: float
    event: GestureEventKind
    gesture: str
    hand: Hands
    track: int
    score: float | None = None
    pointer: tuple[float, float] | None = None
    value: Value | None = None
    repeats: int = 0
    acts: bool = True
    other_track: int | None = None
    again: bool = False

    @property
    def tracks(self) -> tuple[int, ...]:
        """Numbers of the tracks of all hands that make it."""
        return (self.track,) if self.other_track is None else (self.track, self.other_track)

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
        if self.value is not None and self.event == "update":
            line["value"] = self.value.to_json()
        if self.repeats:
            line["repeats"] = self.repeats
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
    hand: Hands | None = None
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
