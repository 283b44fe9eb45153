"""Arming: nothing acts until the presenter holds the arming gesture, nor long after the last."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from gestures.events import ArmingEvent, GestureEvent


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
    """Turns gestures into `armed` and `disarmed`."""

    def __init__(self, rule: ArmingRule) -> None:
        self._rule = rule
        self.armed = False
        self._held: dict[int, GestureEvent] = {}
        self._since_s: dict[int, float] = {}
        self._last_s = float("-inf")

    def update(
        self, events: Iterable[GestureEvent], t_s: float, resting: Container[int]
    ) -> list[ArmingEvent]:
        """Take in a frame; to be called for every one.

        Args:
            events: The frame's gestures, in order.
            t_s: Time of the frame, seconds.
            resting: Tracks of the hands that are seen and don't move: others can't arm.
        """
        for event in events:
            if event.event in ("begin", "update"):
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
        if not self.armed:
            return self._arm(t_s)
        if t_s - self._last_s >= self._rule.disarm_after_ms / 1000:
            self.armed = False
            self._held.clear()
            seconds = self._rule.disarm_after_ms / 1000
            return [ArmingEvent(t_s, "disarmed", reason=f"no gesture for {seconds:g} s")]
        return []

    def reset(self, t_s: float, reason: str) -> list[ArmingEvent]:
        """Forget everything; disarm."""
        was_armed, self.armed = self.armed, False
        self._held.clear()
        return [ArmingEvent(t_s, "disarmed", reason=reason)] if was_armed else []

    def _arm(self, t_s: float) -> list[ArmingEvent]:
        for track, event in self._held.items():
            if t_s - self._since_s[track] >= self._rule.hold_ms / 1000 - 1e-6:
                self.armed = True
                self._last_s = t_s
                return [ArmingEvent(t_s, "armed", event.hand, track)]
        return []
