"""Arming: nothing acts until the presenter holds the arming gesture, nor long after the last.

Armed is a hand, not the room: only that hand acts, and what it does together with the other one.
When it is lost, the next hand of the same side takes its place; any other takes over by holding
the arming gesture itself.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from gestures.events import ArmingEvent, GestureEvent, Hands
from gestures.landmarks import HandObservation

#: A hand goes from one gesture that arms to another within this.
_CHANGE_S = 0.3


@dataclass(frozen=True, slots=True)
class ArmingRule:
    """What arms, and for how long.

    Attributes:
        gesture: Name of the gesture that arms.
        hold_ms: How long it must be held, by a hand at rest.
        disarm_after_ms: How long after the last gesture actions are still allowed.
        also: Gestures that pass for it, in whole or for a part of the time.
    """

    gesture: str = "palm"
    hold_ms: float = 500.0
    disarm_after_ms: float = 10_000.0
    also: tuple[str, ...] = field(default=(), compare=False)


class Arming:
    """Turns gestures into `armed` and `disarmed`, and tells whose gestures act."""

    def __init__(self, rule: ArmingRule) -> None:
        self._rule = rule
        self._gestures = frozenset({rule.gesture, *rule.also})
        self.armed = False
        self._side: Hands | None = None
        self._tracks: frozenset[int] = frozenset()
        #: The arming gesture where it is held, by the tracks of the hands, and since when at rest.
        self._held: dict[tuple[int, ...], GestureEvent] = {}
        self._since_s: dict[tuple[int, ...], float] = {}
        #: The last hold that ended while its hand stayed: its tracks, its beginning, its end.
        self._let_go: tuple[tuple[int, ...], float, float] | None = None
        self._last_s = float("-inf")

    @property
    def hand(self) -> Hands | None:
        """The hand that acts; None when not armed, or for the next that comes."""
        return self._side if self.armed else None

    def follow(self, hands: Sequence[HandObservation]) -> None:
        """Take in which hands there are; to be called for every frame, before its gestures."""
        if not self.armed:
            return
        left = [hand for hand in hands if hand.track in self._tracks]
        if not left:
            left = [hand for hand in hands if self._side in (None, hand.hand, "both")][:1]
        self._tracks = frozenset([hand.track for hand in left])
        if len(left) == 1 and self._side != "both":
            # A hand that was taken for the other one at first is better known by now.
            self._side = left[0].hand

    def allows(self, tracks: Iterable[int]) -> bool:
        """Whether a gesture of hands with these tracks may act."""
        return self.armed and not self._tracks.isdisjoint(tracks)

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
            if event.event in ("begin", "update") and self.allows(event.tracks):
                self._last_s = t_s
            if event.gesture in self._gestures:
                self._watch(event, t_s)
        for tracks in self._held:
            if any(track not in resting for track in tracks):
                self._since_s[tracks] = t_s
        found = self._arm(t_s) if self._held else []
        if not found and self.armed and t_s - self._last_s >= self._rule.disarm_after_ms / 1000:
            self.armed = False
            self._forget_holds()
            seconds = self._rule.disarm_after_ms / 1000
            return [ArmingEvent(t_s, "disarmed", reason=f"no gesture for {seconds:g} s")]
        return found

    def arm(self, t_s: float, hands: Sequence[tuple[int, Hands]]) -> list[ArmingEvent]:
        """Arm without a gesture; nothing when it is armed for that hand already.

        Args:
            t_s: Time, seconds.
            hands: Tracks and sides of the hands in view: the first acts, else the next that comes.
        """
        if self.armed and (not hands or self.allows(track for track, _ in hands)):
            return []
        track, side = hands[0] if hands else (None, None)
        self.armed, self._last_s = True, t_s
        self._side, self._tracks = side, frozenset(() if track is None else (track,))
        self._forget_holds()
        return [ArmingEvent(t_s, "armed", side, track, "by command")]

    def keep(self, t_s: float) -> None:
        """Let the time without a gesture begin anew."""
        self._last_s = t_s

    def reset(self, t_s: float, reason: str) -> list[ArmingEvent]:
        """Forget everything; disarm."""
        was_armed, self.armed = self.armed, False
        self._forget_holds()
        return [ArmingEvent(t_s, "disarmed", reason=reason)] if was_armed else []

    def _forget_holds(self) -> None:
        self._held.clear()
        self._since_s.clear()
        self._let_go = None

    def _watch(self, event: GestureEvent, t_s: float) -> None:
        """Keep the time since the arming gesture, or one that passes for it, is held."""
        tracks = event.tracks
        if event.event == "begin":
            self._held[tracks] = event
            self._since_s[tracks] = t_s
            if self._let_go is not None and self._let_go[0] == tracks:
                _, since_s, end_s = self._let_go
                if t_s - end_s <= _CHANGE_S:
                    self._since_s[tracks] = since_s
        elif event.event in ("end", "cancel") and tracks in self._held:
            since_s = self._since_s.pop(tracks)
            self._let_go = (tracks, since_s, t_s) if event.event == "end" else None
            del self._held[tracks]

    def _arm(self, t_s: float) -> list[ArmingEvent]:
        for tracks, event in self._held.items():
            held_s = t_s - self._since_s[tracks]
            if self.allows(tracks) or held_s < self._rule.hold_ms / 1000 - 1e-6:
                continue
            self.armed = True
            self._side, self._tracks = event.hand, frozenset(tracks)
            self._last_s = t_s
            # Another hand takes over by a hold that begins from here on.
            self._forget_holds()
            return [ArmingEvent(t_s, "armed", event.hand, event.track)]
        return []
