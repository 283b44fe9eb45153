"""Arming: nothing acts until the presenter holds the arming gesture, nor long after the last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gestures.events import ArmingEvent, GestureEvent


@dataclass(frozen=True, slots=True)
class ArmingRule:
    """What arms, and for how long.

    Attributes:
        gesture: Name of the gesture that arms.
        hold_ms: How long it must be held.
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
        self._going_on: set[tuple[int, str]] = set()
        self._last_s = float("-inf")

    def update(self, events: Iterable[GestureEvent], t_s: float) -> list[ArmingEvent]:
        """Take in a frame's gestures, in order; to be called for every frame."""
        for event in events:
            key = event.track, event.gesture
            if event.event in ("end", "cancel"):
                self._going_on.discard(key)
                if event.gesture == self._rule.gesture:
                    self._held.pop(event.track, None)
            elif event.event == "begin":
                self._going_on.add(key)
                if event.gesture == self._rule.gesture:
                    self._held[event.track] = event
            self._last_s = t_s
        if self._going_on:
            self._last_s = t_s
        if not self.armed:
            return self._arm(t_s)
        if t_s - self._last_s >= self._rule.disarm_after_ms / 1000:
            self.armed = False
            seconds = self._rule.disarm_after_ms / 1000
            return [ArmingEvent(t_s, "disarmed", reason=f"no gesture for {seconds:g} s")]
        return []

    def reset(self, t_s: float, reason: str) -> list[ArmingEvent]:
        """Forget everything; disarm."""
        was_armed, self.armed = self.armed, False
        self._held.clear()
        self._going_on.clear()
        return [ArmingEvent(t_s, "disarmed", reason=reason)] if was_armed else []

    def _arm(self, t_s: float) -> list[ArmingEvent]:
        for event in self._held.values():
            if t_s - event.t_s >= self._rule.hold_ms / 1000 - 1e-6:
                self.armed = True
                return [ArmingEvent(t_s, "armed", event.hand, event.track)]
        return []
