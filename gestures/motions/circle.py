"""Circles: the hand goes round in the picture, and on."""

from __future__ import annotations

from collections import deque
from math import atan2, degrees, hypot, pi
from operator import attrgetter
from typing import NamedTuple

from gestures.events import Value
from gestures.motion_spec import Circle
from gestures.motions.moment import NOTHING, Moment, MotionReport, Reports
from gestures.motions.past import Held, Past
from gestures.spec import GestureSpec

#: A point of the path is kept when the hand is this share of the least radius from the last.
_STEP = 0.35
#: A circle may miss this much of being closed, radians; steps are coarse where frames are few.
_UNCLOSED = 0.6
#: Its points are no nearer to its centre, nor farther from it, than these shares of the radius.
_LEAST_RADIUS, _MOST_RADIUS = 0.6, 1.45
#: It is no longer than this many times its breadth, and its ends are this many radii apart at most.
_MOST_OBLONG = 1.6
_MOST_OPEN = 1.0
#: Turning to the other side may be this share of all turning: landmarks tremble.
_MOST_BACK = 0.15
#: A hand that turns this far the other way, or makes no step for so long, has ended its circle.
_TURNED_BACK = 1.0
_OVER_S = 0.3
_LEAST_POSED = 0.6
#: How the hand is held counts for so long: a slow circle of many turns may take minutes.
_POSED_S = 5.0
#: A turn this much smaller than asked for may be as large but for rounding.
_ABOUT = 0.999


class _Step(NamedTuple):
    """A point of the path, in picture widths, and the way to it.

    Attributes:
        t_s: Time, seconds.
        heading: The way's direction, radians.
        turned: How far the way has turned to the wanted side by now, radians.
        back: How far to the other side.
    """

    t_s: float
    x: float
    y: float
    heading: float = 0.0
    turned: float = 0.0
    back: float = 0.0


class CircleDetector:
    """Watches one hand for one direction of circles.

    Args:
        spec: The gesture.
        circle: What makes it.
        past: The hand's last moments.

    Attributes:
        goes_on: Whether the hand goes round.
    """

    def __init__(self, spec: GestureSpec, circle: Circle, past: Past) -> None:
        self._spec = spec
        self._past = past
        self._held = Held(spec, attrgetter("may_draw"))
        self._sign = 1.0 if circle.direction == "clockwise" else -1.0
        self._radius_palms = circle.radius_palms
        self._step_palms = _STEP * circle.radius_palms
        self._wanted = 2 * pi * circle.turns - _UNCLOSED
        # What turns far enough turns by less than this and its first turn.
        self._most_back = _MOST_BACK * (self._wanted + pi)
        self._within_s = circle.turns * circle.within_ms / 1000
        past.reach_back(min(self._within_s, _POSED_S))
        self._steps: deque[_Step] = deque()
        #: No step has a lesser `turned`.
        self._least_turned = 0.0
        self.goes_on = False
        self._turned = self._back = self._found_palms = 0.0

    def update(self, now: Moment) -> Reports:
        if not self._steps:
            self._set_out(now)
            return NOTHING
        x, y = now.centre
        last = self._steps[-1]
        length = hypot(x - last.x, y - last.y)
        if length < self._step_palms * now.palm:
            return self._wait(now) if now.t_s - last.t_s > _OVER_S else NOTHING
        heading = atan2(y - last.y, x - last.x)
        turn = self._sign * _between(last.heading, heading)
        turned, back = last.turned + turn, last.back - min(turn, 0.0)
        self._steps.append(_Step(now.t_s, x, y, heading, turned, back))
        self._least_turned = min(self._least_turned, turned)
        while now.t_s - self._steps[0].t_s > self._within_s:
            self._steps.popleft()
        if self.goes_on:
            return self._go_on(now, turn, length / now.palm / (now.t_s - last.t_s))
        # All the way round there is one more turn: with two in all, half is seen so far.
        if turned - self._least_turned < _ABOUT * self._wanted / 2:
            return NOTHING
        return self._find(now)

    def cancel(self) -> Reports:
        went_on, self.goes_on = self.goes_on, False
        return (MotionReport(self._spec, "cancel"),) if went_on else NOTHING

    def forget(self) -> None:
        if not self.goes_on:
            self._steps.clear()

    def _set_out(self, now: Moment) -> None:
        self._steps.clear()
        self._steps.append(_Step(now.t_s, *now.centre))
        self._least_turned = 0.0

    def _wait(self, now: Moment) -> Reports:
        """A hand that makes no step stands still, or is slow."""
        reports = self._end(now) if self.goes_on else NOTHING
        self._set_out(now)
        return reports

    def _find(self, now: Moment) -> Reports:
        steps = list(self._steps)
        last = steps[-1]
        # The first step's heading is that of a way that is no longer remembered.
        for turns, step in enumerate(steps[-2:0:-1], start=1):
            turned, back = last.turned - step.turned, last.back - step.back
            if turned < -_TURNED_BACK or back > self._most_back:
                return NOTHING
            # All the way round there is one more turn, between the last step and the first.
            if turned * (turns + 1) >= self._wanted * turns:
                break
        else:
            self._least_turned = min([step.turned for step in steps])
            return NOTHING
        if back > _MOST_BACK * turned:
            return NOTHING
        circle = steps[-turns - 2 :]
        radius = _radius([(step.x, step.y) for step in circle])
        if radius < self._radius_palms * now.palm:
            return NOTHING
        posed_s = max(circle[0].t_s, now.t_s - _POSED_S)
        if not self._held.during(self._past.since(posed_s), _LEAST_POSED):
            return NOTHING
        self.goes_on = True
        self._turned, self._back, self._found_palms = turned, 0.0, radius / now.palm
        return (MotionReport(self._spec, "begin", self._value(now, 0.0)),)

    def _go_on(self, now: Moment, turn: float, speed_palms_s: float) -> Reports:
        self._turned += turn
        self._back = max(self._back - turn, 0.0)
        if self._back > _TURNED_BACK:
            return self._end(now)
        return (MotionReport(self._spec, "update", self._value(now, speed_palms_s)),)

    def _end(self, now: Moment) -> Reports:
        value = self._value(now, 0.0)
        self.goes_on = False
        self._steps.clear()
        return (MotionReport(self._spec, "end", value),)

    def _value(self, now: Moment, speed_palms_s: float) -> Value:
        return Value(
            now.position,
            angle_deg=self._sign * degrees(self._turned),
            distance_palms=self._found_palms,
            speed_palms_s=speed_palms_s,
        )


def _between(first: float, second: float) -> float:
    """From one direction to another, -pi to pi."""
    return (second - first + pi) % (2 * pi) - pi


def _radius(points: list[tuple[float, float]]) -> float:
    """Mean distance of points from their middle; 0 when they lie on no circle round it."""
    xs, ys = zip(*points, strict=True)
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    breadth, length = sorted((max(xs) - min(xs), max(ys) - min(ys)))
    radii = [hypot(a - x, b - y) for a, b in points]
    mean = sum(radii) / len(radii)
    is_round = (
        min(radii) >= _LEAST_RADIUS * mean
        and max(radii) <= _MOST_RADIUS * mean
        and length <= _MOST_OBLONG * breadth
        and hypot(xs[0] - xs[-1], ys[0] - ys[-1]) <= _MOST_OPEN * mean
    )
    return mean if is_round else 0.0
