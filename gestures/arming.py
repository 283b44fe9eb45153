"""Arming: nothing acts until the presenter holds the arming gesture, nor long after the last.

Armed is a hand, not the room: only that hand acts, and what it does together with the other one.
When it is lost, the next hand of the same side takes its place; any other takes over by holding
the arming gesture itself.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from gestures.events import ArmingEvent, GestureEvent, Hands
from gestures.landmarks import HandObservation


@dataclass(frozen=True, slots=True)
class ArmingRule:
    """What arms, and for how long.

    Attributes:
        gesture: Name of the gesture that arms.
        hold_ms: How long it must be held, by a hand at rest.
        disarm_after_ms: How long after the last gesture actions are still allowed.
    """

    gesture: str = "palm"
    hold_ms: float = 500.0
    disarm_after_ms: float = 10_000.0


class Arming:
    """Turns gestures into `armed` and `disarmed`, and tells whose gestures act."""

    def __init__(self, rule: ArmingRule) -> None:
        self._rule = rule
        self.armed = False
        self._side: Hands | None = None
        self._track: int | None = None
        self._held: dict[int, GestureEvent] = {}
        self._since_s: dict[int, float] = {}
        self._last_s = float("-inf")

    def follow(self, hands: Sequence[HandObservation]) -> None:
        """Take in which hands there are; to be called for every frame, before its gestures."""
        if self.armed and all(hand.track != self._track for hand in hands):
            heirs = [hand.track for hand in hands if hand.hand == self._side]
            self._track = heirs[0] if heirs else None

    def allows(self, hand: Hands, track: int) -> bool:
        """Whether a gesture of this hand may act."""
        return self.armed and (hand == "both" or track == self._track or self._side == "both")

    def update(
        self, events: Iterable[GestureEvent], t_s: float, resting: Container[int]
    ) -> list[ArmingEvent]:
        """Take in a frame's gestures; to be called for every one.

        Args:
            events: The frame's gestures, in order.
            t_s: Time of the frame, seconds.
            resting: Tracks of the hands that are seen and don't move: others can't arm.
        """
        for event in events:
            if event.event in ("begin", "update") and self.allows(event.hand, event.track):
                self._last_s = t_s
            if event.gesture != self._rule.gesture:
                continue
            if event.event == "begin":
                self._held[event.track] = event
                self._since_s[event.track] = t_s
            elif event.event in ("end", "cancel"):
                self._held.pop(event.track, None)
        for track in self._held:
            if track not in resting:
                self._since_s[track] = t_s
        found = self._arm(t_s)
        if not found and self.armed and t_s - self._last_s >= self._rule.disarm_after_ms / 1000:
            self.armed = False
            self._held.clear()
            seconds = self._rule.disarm_after_ms / 1000
            return [ArmingEvent(t_s, "disarmed", reason=f"no gesture for {seconds:g} s")]
        return found

    def reset(self, t_s: float, reason: str) -> list[ArmingEvent]:
        """Forget everything; disarm."""
        was_armed, self.armed = self.armed, False
        self._held.clear()
        return [ArmingEvent(t_s, "disarmed", reason=reason)] if was_armed else []

    def _arm(self, t_s: float) -> list[ArmingEvent]:
        for track, event in self._held.items():
            held_s = t_s - self._since_s[track]
            if self.allows(event.hand, track) or held_s < self._rule.hold_ms / 1000 - 1e-6:
                continue
            self.armed = True
            self._side, self._track = event.hand, track
            self._last_s = t_s
            # Another hand takes over by a hold that begins from here on.
            self._held.clear()
            return [ArmingEvent(t_s, "armed", event.hand, track)]
        return []
