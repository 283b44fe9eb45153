"""Rotations: the hand turns in the picture, as if it held a knob."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import dist, inf
from operator import attrgetter

from gestures.events import Value
from gestures.motion_spec import Rotate
from gestures.motions.moment import NOTHING, Moment, MotionReport, Reports
from gestures.motions.past import Held, Past
from gestures.spec import GestureSpec

_LEAST_POSED = 0.8
#: While it turns, the palm stays within this many palm lengths.
_MOST_STRAY_PALMS = 0.7
#: Nor do thumb, index and middle finger bend by more than this: it is no change of pose.
_MOST_BEND_DEG = 45.0
#: It is over when the hand, for so long, has turned by less than this; or has turned back by more.
_OVER_S = 0.25
_OVER_DEG = 4.0
_TURNED_BACK_DEG = 12.0


class RotateDetector:
    """Watches one hand for turns in one direction.

    Args:
        spec: The gesture.
        rotate: What makes it.
        past: The hand's last moments.
    """

    def __init__(self, spec: GestureSpec, rotate: Rotate, past: Past) -> None:
        self._spec = spec
        self._rotate = rotate
        self._past = past
        self._held = Held(spec, attrgetter("holds_knob"))
        self._sign = 1.0 if rotate.direction == "clockwise" else -1.0
        self._within_s = rotate.within_ms / 1000
        past.reach_back(self._within_s)
        self._held_s = -inf
        self._angle_deg = 0.0
        #: How far the hand had turned, and when, for as long as it has been held so lately.
        self._turned: deque[tuple[float, float]] = deque()
        #: It had never turned less.
        self._least_deg = inf
        self._start_deg: float | None = None
        self._farthest_deg = 0.0

    def update(self, now: Moment) -> Reports:
        t_s = now.t_s
        if self._held.at(now):
            self._held_s = t_s
        elif t_s - self._held_s > self._within_s and self._start_deg is None:
            if self._turned:
                self._clear()
            return NOTHING
        if self._turned:
            self._angle_deg += self._sign * self._past.turn_deg()
        angle_deg = self._angle_deg
        self._turned.append((angle_deg, t_s))
        memory_s = self._within_s if self._start_deg is None else _OVER_S
        while t_s - self._turned[0][1] > memory_s:
            self._turned.popleft()
        if self._start_deg is not None:
            return self._go_on(now)
        self._least_deg = min(self._least_deg, angle_deg)
        if angle_deg - self._least_deg < self._rotate.angle_deg:
            return NOTHING
        return self._find(now)

    def cancel(self) -> Reports:
        was_running = self._start_deg is not None
        self.forget()
        return (MotionReport(self._spec, "cancel"),) if was_running else NOTHING

    def forget(self) -> None:
        self._clear()
        self._held_s = -inf
        self._start_deg = None

    def _clear(self) -> None:
        self._turned.clear()
        self._least_deg = inf

    def _find(self, now: Moment) -> Reports:
        self._least_deg, start_s = min(self._turned)
        if self._angle_deg - self._least_deg < self._rotate.angle_deg:
            return NOTHING
        during = self._past.since(start_s)
        if not self._held.during(during, _LEAST_POSED) or not _stays(during):
            return NOTHING
        self._start_deg, self._farthest_deg = self._least_deg, self._angle_deg
        return (MotionReport(self._spec, "begin", self._value(now)),)

    def _go_on(self, now: Moment) -> Reports:
        self._farthest_deg = max(self._farthest_deg, self._angle_deg)
        value = self._value(now)
        first_deg, first_s = self._turned[0]
        is_known = now.t_s - first_s >= 0.8 * _OVER_S
        stopped = is_known and abs(self._angle_deg - first_deg) < _OVER_DEG
        if stopped or self._farthest_deg - self._angle_deg > _TURNED_BACK_DEG:
            self.forget()
            return (MotionReport(self._spec, "end", value),)
        return (MotionReport(self._spec, "update", value),)

    def _value(self, now: Moment) -> Value:
        turned_deg = self._angle_deg - (self._start_deg or 0.0)
        return Value(now.position, angle_deg=self._sign * turned_deg)


def _stays(during: Sequence[Moment]) -> bool:
    """Whether the hand kept its place and its shape in some moments."""
    now = during[-1]
    most = _MOST_STRAY_PALMS * now.palm
    # Said so that places which are no numbers are none where it stayed.
    if not all(dist(each.centre, now.centre) <= most for each in during):
        return False
    bends = zip(*(each.geometry.curls[:3] for each in during), strict=True)
    return all(max(bend) - min(bend) <= _MOST_BEND_DEG for bend in bends)
