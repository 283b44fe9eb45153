"""Rotations: the hand turns in the picture, as if it held a knob."""

from __future__ import annotations

from collections import deque
from math import atan2, degrees, hypot
from typing import NamedTuple

from gestures.events import Value
from gestures.geometry import PALM_POINTS
from gestures.motion_spec import Rotate
from gestures.motions.moment import NOTHING, Moment, MotionReport, PoseLog, Reports
from gestures.spec import GestureSpec

_Point = tuple[float, float]

#: A hand holds a knob when index and middle finger are bent by this many degrees, at least and at
#: most: neither stretched out nor pressed into the palm. The thumb is not stretched out sideways.
_LEAST_BENT, _MOST_BENT = 60.0, 215.0
_THUMB_OUT = 60.0
_LEAST_POSED = 0.8
#: While it turns, the palm stays within this many palm lengths.
_MOST_STRAY_PALMS = 0.7
#: Nor do thumb, index and middle finger bend by more than this: it is no change of pose.
_MOST_BEND_DEG = 45.0
#: It is over when the hand, for so long, has turned by less than this; or has turned back by more.
_OVER_S = 0.25
_OVER_DEG = 4.0
_TURNED_BACK_DEG = 12.0


class _Turned(NamedTuple):
    """How far a hand has turned by a time, where it is, in picture widths, and how it is bent.

    They are in the order of how far.
    """

    angle_deg: float
    t_s: float
    centre: tuple[float, float]
    curls: list[float]


class RotateDetector:
    """Watches one hand for turns in one direction."""

    def __init__(self, spec: GestureSpec, rotate: Rotate) -> None:
        self._spec = spec
        self._rotate = rotate
        self._sign = 1.0 if rotate.direction == "clockwise" else -1.0
        self._within_s = rotate.within_ms / 1000
        self._poses = PoseLog(spec, _holds_knob, self._within_s)
        #: The palm's points in the last frame, from their middle, in picture widths.
        self._palm: list[_Point] = []
        self._angle_deg = 0.0
        self._turned: deque[_Turned] = deque()
        self._start_deg: float | None = None
        self._farthest_deg = 0.0

    def update(self, now: Moment) -> Reports:
        if not self._poses.add(now) and self._start_deg is None:
            self._palm = []
            self._turned.clear()
            return NOTHING
        (x, y), before = now.centre, self._palm
        palm = [now.geometry.places[point] for point in PALM_POINTS]
        self._palm = [(a - x, b - y) for a, b, _ in palm]
        if before:
            self._angle_deg += self._sign * _turn_deg(before, self._palm)
        curls = now.geometry.curls[:3]
        self._turned.append(_Turned(self._angle_deg, now.t_s, now.centre, curls))
        memory_s = self._within_s if self._start_deg is None else _OVER_S
        while now.t_s - self._turned[0].t_s > memory_s:
            self._turned.popleft()
        if self._start_deg is not None:
            return self._go_on(now)
        angle_deg = self._angle_deg
        start = min(self._turned)
        if angle_deg - start.angle_deg < self._rotate.angle_deg:
            return NOTHING
        if not self._poses.held(start.t_s, _LEAST_POSED) or not self._stays(start, now):
            return NOTHING
        self._start_deg, self._farthest_deg = start.angle_deg, angle_deg
        return (MotionReport(self._spec, "begin", self._value(now)),)

    def cancel(self) -> Reports:
        was_running = self._start_deg is not None
        self.forget()
        return (MotionReport(self._spec, "cancel"),) if was_running else NOTHING

    def forget(self) -> None:
        self._poses.clear()
        self._turned.clear()
        self._palm = []
        self._start_deg = None

    def _go_on(self, now: Moment) -> Reports:
        self._farthest_deg = max(self._farthest_deg, self._angle_deg)
        value = self._value(now)
        first = self._turned[0]
        is_known = now.t_s - first.t_s >= 0.8 * _OVER_S
        stopped = is_known and abs(self._angle_deg - first.angle_deg) < _OVER_DEG
        if stopped or self._farthest_deg - self._angle_deg > _TURNED_BACK_DEG:
            self.forget()
            return (MotionReport(self._spec, "end", value),)
        return (MotionReport(self._spec, "update", value),)

    def _stays(self, start: _Turned, now: Moment) -> bool:
        """Whether the hand kept its place and its shape since it began to turn."""
        during = [each for each in self._turned if each.t_s >= start.t_s]
        x, y = now.centre
        strays = (hypot(each.centre[0] - x, each.centre[1] - y) for each in during)
        bends = zip(*(each.curls for each in during), strict=True)
        return max(strays) <= _MOST_STRAY_PALMS * now.palm and all(
            max(bend) - min(bend) <= _MOST_BEND_DEG for bend in bends
        )

    def _value(self, now: Moment) -> Value:
        turned_deg = self._angle_deg - (self._start_deg or 0.0)
        return Value(now.position, angle_deg=self._sign * turned_deg)


def _holds_knob(now: Moment) -> bool:
    thumb, index, middle = now.geometry.curls[:3]
    bent = min(index, middle) > _LEAST_BENT and max(index, middle) < _MOST_BENT
    return bent and thumb > _THUMB_OUT


def _turn_deg(before: list[_Point], after: list[_Point]) -> float:
    """The turn, clockwise, that takes points about their middle nearest to others."""
    along = across = 0.0
    for (x1, y1), (x2, y2) in zip(before, after, strict=True):
        along += x1 * x2 + y1 * y2
        across += x1 * y2 - y1 * x2
    return degrees(atan2(across, along))
