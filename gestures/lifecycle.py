"""The life of a pose on one hand, or on two: it begins once held, stays despite flicker, ends."""

from __future__ import annotations

from collections.abc import Container
from typing import Protocol

from gestures.events import GestureEvent, GestureEventKind, Hands, Value
from gestures.features import Measured
from gestures.rules import PoseRules, Verdict
from gestures.vocabulary import FeatureRef, parse_feature

#: A begun pose stays while its score is above this, well below what it takes to begin.
_STAYS = 0.2
#: A pose that shows for less than this does not end the one before it.
_FLICKER_S = 0.08
#: Poses of a hand in fast motion are blur: none begins, palm lengths/s.
_FASTEST = 3.0
#: While a fingertip is faster than this the fingers are on their way to another pose: what they
#: pass through begins only if it lasts longer, palm lengths/s.
_FINGERS_FASTEST = 2.0
_PASSED_S = 0.2
#: Half a microsecond, for times are sums of floats.
_ROUNDING_S = 1e-6
_ROLL: FeatureRef = parse_feature("roll")


class Maker(Protocol):
    """Who makes a gesture: a hand, or two."""

    @property
    def hand(self) -> Hands: ...

    @property
    def track(self) -> int: ...

    @property
    def other_track(self) -> int | None: ...

    @property
    def pointer(self) -> tuple[float, float]: ...


class PoseLifecycle:
    """Follows the poses of one hand, or of two.

    Args:
        rules: The compiled poses.
        continuous: Names of the gestures whose every frame is reported.
        ended_s: When each pose ended last; it outlives the hand's track.
    """

    def __init__(
        self,
        rules: PoseRules,
        continuous: Container[str],
        ended_s: dict[int, float] | None = None,
    ) -> None:
        self._rules = rules
        self._continuous = continuous
        self._active: int | None = None
        self._began_s = 0.0
        self._repeats = 0
        self._missing_since_s: float | None = None
        self._candidate: int | None = None
        self._candidate_since_s = 0.0
        self._ended_s = {} if ended_s is None else ended_s
        self._maker: Maker | None = None
        self._spent: int | None = None

    @property
    def active(self) -> str | None:
        """Name of the pose that has begun and not ended."""
        return None if self._active is None else self._rules.names[self._active]

    @property
    def is_idle(self) -> bool:
        """Whether a frame in which nothing is shown would change nothing."""
        return self._active is None and self._candidate is None and self._spent is None

    def update(
        self, maker: Maker, measured: Measured, verdict: Verdict, t_s: float
    ) -> list[GestureEvent]:
        """Take in a frame in which the hand was seen."""
        self._maker = maker
        events: list[GestureEvent] = []
        if self._active is not None and self._has_ended(measured, verdict, t_s):
            events.append(self._finish("end", t_s))
        self._watch(verdict, measured, t_s)
        if self._active is not None:
            events += self._go_on(measured, verdict, t_s)
        elif self._candidate is not None and self._is_due(measured, t_s):
            self._active, self._began_s, self._repeats = self._candidate, t_s, 0
            self._missing_since_s = None
            events.append(self._event("begin", t_s, verdict.score(self._active)))
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

    def _go_on(self, measured: Measured, verdict: Verdict, t_s: float) -> list[GestureEvent]:
        """An update, where somebody follows the pose or it is time to repeat it."""
        assert self._active is not None  # noqa: S101 - asked only of a begun pose
        repeat_s = self._rules.specs[self._active].repeat_ms / 1000
        due = int((t_s - self._began_s + _ROUNDING_S) / repeat_s) if repeat_s else 0
        is_repeat = due > self._repeats and self._missing_since_s is None
        if not is_repeat and self.active not in self._continuous:
            return []
        repeats = 0
        if is_repeat:
            repeats = self._repeats = due
        assert self._maker is not None  # noqa: S101 - set by update
        value = Value(
            position=self._maker.pointer,
            angle_deg=measured.value(_ROLL),
            speed_palms_s=measured.palm_speed,
        )
        return [self._event("update", t_s, verdict.score(self._active), value, repeats)]

    def _has_ended(self, measured: Measured, verdict: Verdict, t_s: float) -> bool:
        assert self._active is not None  # noqa: S101 - asked only of a begun pose
        released = self._rules.released(self._active, measured)
        if released is not None:
            return released
        holds = verdict.score(self._active) > _STAYS
        if holds and verdict.best in (None, self._active):
            self._missing_since_s = None
            return False
        if self._missing_since_s is None:
            self._missing_since_s = t_s
        return t_s - self._missing_since_s >= _FLICKER_S

    def _watch(self, verdict: Verdict, measured: Measured, t_s: float) -> None:
        """Keep the time since the present best pose has been best."""
        best = verdict.best
        if self._spent is not None or best not in (None, self._active):
            is_fast = measured.palm_speed > _FASTEST
            if self._spent is not None and not is_fast and verdict.score(self._spent) <= _STAYS:
                self._spent = None
            if best != self._active and (is_fast or best == self._spent):
                best = None
        if best != self._candidate:
            self._candidate = best
            self._candidate_since_s = t_s

    def _is_due(self, measured: Measured, t_s: float) -> bool:
        assert self._candidate is not None  # noqa: S101 - asked only with a candidate
        spec = self._rules.specs[self._candidate]
        rested_s = t_s - self._ended_s.get(self._candidate, float("-inf"))
        held_s = t_s - self._candidate_since_s - spec.hold_ms / 1000 + _ROUNDING_S
        return (
            held_s >= 0
            and (held_s >= _PASSED_S or measured.finger_speed < _FINGERS_FASTEST)
            and rested_s >= spec.cooldown_ms / 1000
            and not self._rules.released(self._candidate, measured)
        )

    def _finish(self, kind: GestureEventKind, t_s: float) -> GestureEvent:
        assert self._active is not None  # noqa: S101 - asked only of a begun pose
        event = self._event(kind, t_s)
        self._ended_s[self._active] = t_s
        self._active = None
        self._missing_since_s = None
        return event

    def _event(
        self,
        kind: GestureEventKind,
        t_s: float,
        score: float | None = None,
        value: Value | None = None,
        repeats: int = 0,
    ) -> GestureEvent:
        assert self._active is not None  # noqa: S101 - asked only of a begun pose
        assert self._maker is not None  # noqa: S101 - set by update
        maker, name = self._maker, self._rules.names[self._active]
        pointer = maker.pointer if value is None else value.position
        return GestureEvent(
            t_s, kind, name, maker.hand, maker.track, score, pointer, value, repeats,
            other_track=maker.other_track,
        )  # fmt: skip
