"""The life of a pose on one hand: it begins once held, goes on despite flicker, and ends."""

from __future__ import annotations

from collections.abc import Container

from gestures.events import GestureEvent, GestureEventKind
from gestures.features import HandGeometry
from gestures.landmarks import HandObservation
from gestures.rules import PoseRules, Verdict

#: A begun pose stays while its score is above this, well below what it takes to begin.
_STAYS = 0.2
#: A pose that shows for less than this does not end the one before it.
_FLICKER_S = 0.08
#: Poses of a hand in fast motion are blur: none begins, palm lengths/s.
_FASTEST = 3.0
_INDEX_TIP = 8


class PoseLifecycle:
    """Follows the poses of one hand.

    Args:
        rules: The compiled poses.
        continuous: Names of the gestures whose every frame is reported.
    """

    def __init__(self, rules: PoseRules, continuous: Container[str]) -> None:
        self._rules = rules
        self._continuous = continuous
        self._active: int | None = None
        self._missing_since_s: float | None = None
        self._candidate: int | None = None
        self._candidate_since_s = 0.0
        self._ended_s: dict[int, float] = {}
        self._hand: HandObservation | None = None
        self._spent: int | None = None

    @property
    def active(self) -> str | None:
        """Name of the pose that has begun and not ended."""
        return None if self._active is None else self._rules.names[self._active]

    def update(
        self, hand: HandObservation, geometry: HandGeometry, verdict: Verdict, t_s: float
    ) -> list[GestureEvent]:
        """Take in a frame in which the hand was seen."""
        self._hand = hand
        events: list[GestureEvent] = []
        if self._active is not None and self._has_ended(geometry, verdict, t_s):
            events.append(self._finish("end", t_s))
        self._watch(verdict, geometry, t_s)
        if self._active is None and self._candidate is not None and self._is_due(geometry, t_s):
            self._active = self._candidate
            self._missing_since_s = None
            events.append(self._event("begin", t_s, float(verdict.scores[self._active])))
        elif self._active is not None and self.active in self._continuous:
            events.append(self._event("update", t_s, float(verdict.scores[self._active])))
        return events

    @property
    def spent(self) -> str | None:
        """Name of the pose that can't begin before the hand has stopped showing it."""
        return None if self._spent is None else self._rules.names[self._spent]

    def spend(self, name: str) -> None:
        """Let a pose begin only after the hand has stopped showing it."""
        self._spent = self._rules.names.index(name)

    def cancel(self, t_s: float) -> list[GestureEvent]:
        """Give up: the hand is lost, or it turned out to be making something else."""
        self._candidate = None
        return [] if self._active is None else [self._finish("cancel", t_s)]

    def _has_ended(self, geometry: HandGeometry, verdict: Verdict, t_s: float) -> bool:
        assert self._active is not None  # noqa: S101 - asked only of a begun pose
        released = self._rules.released(self._active, geometry)
        if released is not None:
            return released
        holds = verdict.scores[self._active] > _STAYS
        if holds and verdict.best in (None, self._active):
            self._missing_since_s = None
            return False
        if self._missing_since_s is None:
            self._missing_since_s = t_s
        return t_s - self._missing_since_s >= _FLICKER_S

    def _watch(self, verdict: Verdict, geometry: HandGeometry, t_s: float) -> None:
        """Keep the time since the present best pose has been best."""
        best = verdict.best
        is_fast = geometry.palm_speed > _FASTEST
        if self._spent is not None and not is_fast and verdict.scores[self._spent] <= _STAYS:
            self._spent = None
        if best is not None and best != self._active and (is_fast or best == self._spent):
            best = None
        if best != self._candidate:
            self._candidate = best
            self._candidate_since_s = t_s

    def _is_due(self, geometry: HandGeometry, t_s: float) -> bool:
        assert self._candidate is not None  # noqa: S101 - asked only with a candidate
        spec = self._rules.specs[self._candidate]
        rested_s = t_s - self._ended_s.get(self._candidate, float("-inf"))
        return (
            t_s - self._candidate_since_s >= spec.hold_ms / 1000 - 1e-6
            and rested_s >= spec.cooldown_ms / 1000
            and not self._rules.released(self._candidate, geometry)
        )

    def _finish(self, kind: GestureEventKind, t_s: float) -> GestureEvent:
        assert self._active is not None  # noqa: S101 - asked only of a begun pose
        event = self._event(kind, t_s, None)
        self._ended_s[self._active] = t_s
        self._active = None
        self._missing_since_s = None
        return event

    def _event(self, kind: GestureEventKind, t_s: float, score: float | None) -> GestureEvent:
        assert self._active is not None  # noqa: S101 - asked only of a begun pose
        assert self._hand is not None  # noqa: S101 - set by update
        return GestureEvent(
            t_s,
            kind,
            self._rules.names[self._active],
            self._hand.hand,
            self._hand.track,
            score,
            pointer_of(self._hand),
        )


def pointer_of(hand: HandObservation) -> tuple[float, float]:
    """Tip of the index finger over the picture's width and height."""
    x, y = hand.image[_INDEX_TIP, :2]
    return float(x), float(y)
