"""Circles: the hand goes round in the picture, and on."""

from __future__ import annotations

from collections import deque
from math import atan2, degrees, hypot, pi

from gestures.events import Value
from gestures.motion_spec import Circle
from gestures.motions.moment import NOTHING, Moment, MotionReport, PoseLog, Reports
from gestures.rules import FINGER_CURL
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
_EXTENDED = FINGER_CURL["extended"][1]
#: A hand that points down, to within this, points at something below it, degrees.
_DOWN_DEG = 60.0


class CircleDetector:
    """Watches one hand for one direction of circles."""

    def __init__(self, spec: GestureSpec, circle: Circle) -> None:
        self._spec = spec
        self._circle = circle
        self._sign = 1.0 if circle.direction == "clockwise" else -1.0
        self._within_s = circle.turns * circle.within_ms / 1000
        self._poses = PoseLog(spec, _draws, self._within_s)
        #: Time and place of each step, in picture widths, and the way's direction to it, radians.
        self._steps: deque[tuple[float, float, float, float]] = deque()
        self._running = False
        self._turned = self._back = self._radius_palms = 0.0

    def goes_on(self, t_s: float) -> bool:
        """Whether the hand goes round."""
        return self._running

    def update(self, now: Moment) -> Reports:
        self._poses.add(now)
        x, y = now.centre
        if not self._steps:
            self._steps.append((now.t_s, x, y, 0.0))
            return NOTHING
        last_s, last_x, last_y, last_heading = self._steps[-1]
        step = hypot(x - last_x, y - last_y)
        if step < _STEP * self._circle.radius_palms * now.palm:
            return self._wait(now, last_s)
        heading = atan2(y - last_y, x - last_x)
        self._steps.append((now.t_s, x, y, heading))
        while now.t_s - self._steps[0][0] > self._within_s:
            self._steps.popleft()
        if self._running:
            speed = step / now.palm / (now.t_s - last_s)
            return self._go_on(now, _between(last_heading, heading), speed)
        return self._find(now)

    def cancel(self) -> Reports:
        was_running, self._running = self._running, False
        return (MotionReport(self._spec, "cancel"),) if was_running else NOTHING

    def forget(self) -> None:
        self._poses.clear()
        if not self._running:
            self._steps.clear()

    def _wait(self, now: Moment, last_s: float) -> Reports:
        """A hand that makes no step stands still, or is slow."""
        if now.t_s - last_s <= _OVER_S:
            return NOTHING
        reports = self._end(now) if self._running else NOTHING
        x, y = now.centre
        self._steps.clear()
        self._steps.append((now.t_s, x, y, 0.0))
        return reports

    def _find(self, now: Moment) -> Reports:
        wanted = 2 * pi * self._circle.turns - _UNCLOSED
        turned = back = 0.0
        steps = list(self._steps)
        # The first step's heading is that of a way that is no longer remembered.
        for turns, start in enumerate(range(len(steps) - 2, 0, -1), start=1):
            turn = self._sign * _between(steps[start][3], steps[start + 1][3])
            turned += turn
            back -= min(turn, 0.0)
            if turned < -_TURNED_BACK:
                return NOTHING
            # All the way round there is one more turn, between the last step and the first.
            if turned * (turns + 1) / turns >= wanted:
                break
        else:
            return NOTHING
        if back > _MOST_BACK * turned:
            return NOTHING
        radius = _radius([(x, y) for _, x, y, _ in steps[start - 1 :]])
        if radius < self._circle.radius_palms * now.palm:
            return NOTHING
        if not self._poses.held(steps[start - 1][0], _LEAST_POSED):
            return NOTHING
        self._running = True
        self._turned, self._back, self._radius_palms = turned, 0.0, radius / now.palm
        return (MotionReport(self._spec, "begin", self._value(now, 0.0)),)

    def _go_on(self, now: Moment, turn: float, speed_palms_s: float) -> Reports:
        self._turned += self._sign * turn
        self._back = max(self._back - self._sign * turn, 0.0)
        if self._back > _TURNED_BACK:
            return self._end(now)
        return (MotionReport(self._spec, "update", self._value(now, speed_palms_s)),)

    def _end(self, now: Moment) -> Reports:
        value = self._value(now, 0.0)
        self._running = False
        self._steps.clear()
        return (MotionReport(self._spec, "end", value),)

    def _value(self, now: Moment, speed_palms_s: float) -> Value:
        return Value(
            now.position,
            angle_deg=self._sign * degrees(self._turned),
            distance_palms=self._radius_palms,
            speed_palms_s=speed_palms_s,
        )


def _draws(now: Moment) -> bool:
    """Whether a hand may draw: with the index finger or the open hand, and not on a table."""
    geometry = now.geometry
    return geometry.curls[1] < _EXTENDED and geometry.angle("palm", "down") > _DOWN_DEG


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
