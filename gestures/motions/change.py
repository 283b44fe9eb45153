"""Changes of pose, as in grabbing: one pose, then another one soon afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from gestures.events import Value
from gestures.motion_spec import PoseChange
from gestures.motions.moment import NOTHING, Moment, Reports, once
from gestures.spec import GestureSpec

#: Each pose must have been seen for so long: less is a flicker.
_BEFORE_S, _AFTER_S = 0.08, 0.07
#: A frame tells of no longer than this about it.
_LONGEST_FRAME_S = 0.1
#: A hand that showed the second pose just before the first must have shown the first for so long:
#: half-closed hands look now like the one and now like the other.
_SURELY_S = 0.2
#: The second pose may be hidden for so long while it is being made sure.
_FLICKER_S = 0.15


class ChangeDetector:
    """Watches one hand for one change of pose."""

    def __init__(self, spec: GestureSpec, change: PoseChange) -> None:
        self._spec = spec
        self._within_s = change.within_ms / 1000
        self._before = _Sighting(change.before)
        self._after = _Sighting(change.after)
        self._doubtful = False
        self._frame_s = -inf

    def update(self, now: Moment) -> Reports:
        t_s, before, after = now.t_s, self._before, self._after
        last_s, self._frame_s = self._frame_s, t_s
        if not (before.counts(now.seen) or after.counts(now.seen)):
            return NOTHING
        half_s = min(t_s - last_s, _LONGEST_FRAME_S) / 2
        left_s = after.last_s
        before.update(now.seen, t_s, half_s)
        after.update(now.seen, t_s, half_s)
        if before.shows and not after.shows:
            if before.first_s == t_s:
                self._doubtful = t_s - left_s <= self._within_s
            after.clear()
            return NOTHING
        if t_s - after.last_s > _FLICKER_S:
            after.seen_s = 0.0
        if t_s - before.last_s > self._within_s + _FLICKER_S + _AFTER_S:
            before.clear()
        if after.seen_s < _AFTER_S or after.first_s - before.last_s > self._within_s:
            return NOTHING
        if before.seen_s < (_SURELY_S if self._doubtful else _BEFORE_S):
            return NOTHING
        before.clear()
        return once(self._spec, Value(now.position))

    def cancel(self) -> Reports:
        return NOTHING

    def forget(self) -> None:
        self._before.clear()
        self._after.clear()


class _Sighting:
    """For how long any of some poses has been seen.

    A frame stands for the time half way to its neighbours, so that no frame rate sees more.
    """

    def __init__(self, poses: Iterable[str]) -> None:
        self._poses = frozenset(poses)
        self.shows = False
        self.clear()

    def clear(self) -> None:
        self.seen_s = 0.0
        self.first_s = self.last_s = -inf

    def counts(self, seen: frozenset[str]) -> bool:
        """Whether any of its poses is seen, or was lately."""
        return self.seen_s > 0.0 or not self._poses.isdisjoint(seen)

    def update(self, seen: frozenset[str], t_s: float, half_s: float) -> None:
        """Take in a frame: the poses seen in it, its time, and half of that since the last one."""
        if self.shows and self.seen_s:
            self.seen_s += half_s
        self.shows = not self._poses.isdisjoint(seen)
        if self.shows:
            if not self.seen_s:
                self.first_s = t_s
            self.last_s = t_s
            self.seen_s += half_s
