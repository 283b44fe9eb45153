"""Rotations: the hand turns in the picture, as if it held a knob."""

from __future__ import annotations

from collections import deque
from math import atan2, degrees, hypot

import numpy as np

from gestures.events import Value
from gestures.features import PALM_POINTS
from gestures.landmarks import Points
from gestures.motion_spec import Rotate
from gestures.motions.moment import NOTHING, Moment, MotionReport, PoseLog, Reports
from gestures.spec import GestureSpec

#: A hand holds a knob when index and middle finger are bent by this many degrees, at least and at
#: most: neither stretched out nor pressed into the palm. The thumb is not stretched out sideways.
_LEAST_BENT, _MOST_BENT = 60.0, 215.0
_THUMB_OUT = 60.0
_LEAST_POSED = 0.8
#: While it turns, the palm stays within this many palm lengths.
_MOST_STRAY_PALMS = 0.7
#: It is over when the hand, for so long, has turned by less than this; or has turned back by more.
_OVER_S = 0.25
_OVER_DEG = 4.0
_TURNED_BACK_DEG = 12.0


class RotateDetector:
    """Watches one hand for turns in one direction."""

    def __init__(self, spec: GestureSpec, rotate: Rotate) -> None:
        self._spec = spec
        self._rotate = rotate
        self._sign = 1.0 if rotate.direction == "clockwise" else -1.0
        self._within_s = rotate.within_ms / 1000
        self._poses = PoseLog(spec, _holds_knob, self._within_s)
        self._palm: Points | None = None
        self._angle_deg = 0.0
        #: Time, the angle turned by then, and the palm's centre in picture widths.
        self._turned: deque[tuple[float, float, float, float]] = deque()
        self._start_deg: float | None = None
        self._farthest_deg = 0.0

    def update(self, now: Moment) -> Reports:
        self._poses.add(now)
        palm = now.hand.image[PALM_POINTS, :2] / (1.0, now.aspect)
        palm -= palm.mean(axis=0)
        if self._palm is not None:
            self._angle_deg += self._sign * _turn_deg(self._palm, palm)
        self._palm = palm
        self._turned.append((now.t_s, self._angle_deg, *now.centre))
        memory_s = self._within_s if self._start_deg is None else _OVER_S
        while now.t_s - self._turned[0][0] > memory_s:
            self._turned.popleft()
        if self._start_deg is not None:
            return self._go_on(now)
        angle_deg = self._angle_deg
        start = min(self._turned, key=lambda each: each[1])
        if angle_deg - start[1] < self._rotate.angle_deg:
            return NOTHING
        if not self._poses.held(start[0], _LEAST_POSED) or not self._stays(start[0], now):
            return NOTHING
        self._start_deg, self._farthest_deg = start[1], angle_deg
        return (MotionReport(self._spec, "begin", self._value(now)),)

    def cancel(self) -> Reports:
        was_running = self._start_deg is not None
        self.forget()
        return (MotionReport(self._spec, "cancel"),) if was_running else NOTHING

    def forget(self) -> None:
        self._poses.clear()
        self._turned.clear()
        self._palm = None
        self._start_deg = None

    def _go_on(self, now: Moment) -> Reports:
        self._farthest_deg = max(self._farthest_deg, self._angle_deg)
        value = self._value(now)
        first_s, first_deg, *_ = self._turned[0]
        is_known = now.t_s - first_s >= 0.8 * _OVER_S
        stopped = is_known and abs(self._angle_deg - first_deg) < _OVER_DEG
        if stopped or self._farthest_deg - self._angle_deg > _TURNED_BACK_DEG:
            self.forget()
            return (MotionReport(self._spec, "end", value),)
        return (MotionReport(self._spec, "update", value),)

    def _stays(self, since_s: float, now: Moment) -> bool:
        x, y = now.centre
        places = [(a, b) for t_s, _, a, b in self._turned if t_s >= since_s]
        return all(hypot(a - x, b - y) <= _MOST_STRAY_PALMS * now.palm for a, b in places)

    def _value(self, now: Moment) -> Value:
        turned_deg = self._angle_deg - (self._start_deg or 0.0)
        return Value(now.position, angle_deg=self._sign * turned_deg)


def _holds_knob(now: Moment) -> bool:
    thumb, index, middle = now.geometry.curls[:3]
    bent = min(index, middle) > _LEAST_BENT and max(index, middle) < _MOST_BENT
    return bent and thumb > _THUMB_OUT


def _turn_deg(before: Points, after: Points) -> float:
    """The turn, clockwise, that takes one set of points about their middle nearest to another.

    Both of shape `(points, 2)`, y downwards.
    """
    across = float(np.sum(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]))
    return degrees(atan2(across, float(np.sum(before * after))))
