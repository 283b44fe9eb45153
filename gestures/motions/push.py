"""Pushes: the hand goes towards the camera, or away from it, and so looks larger or smaller."""

from __future__ import annotations

from math import exp, hypot, inf, log
from operator import attrgetter

from gestures.events import Value
from gestures.motion_spec import Push, PushDirection
from gestures.motions.moment import NOTHING, Moment, Reports, once
from gestures.motions.past import Held, Past
from gestures.spec import GestureSpec
from gestures.vectors import degrees_of, dot

#: A hand that only bends or turns changes its length or its breadth; the one that changes less
#: must change by this share of what is asked for, and by this share of the other's change.
_LEAST_OF_BOTH = 0.75
_EVEN = 0.5
#: Meanwhile the palm goes on facing the same way, to within this, degrees.
_MOST_TURN_DEG = 35.0
#: A hand that was larger (for a pull: smaller) within this before, by this share of the change,
#: only comes back to what it was: from a fold, a turn or another motion.
_BEFORE_S = 0.6
_CAME_BACK = 0.5
#: Beyond what the nearer view alone explains, the hand may move this far, palm lengths.
_MOST_STRAY_PALMS = 0.8
_LEAST_POSED = 0.8
#: The way back is none for this long.
_RETURN_S = 0.9
#: A push is over when, for so long, the size has changed by less than this share of it.
_OVER_S = 0.15
_OVER_SHARE = 0.04
#: A change this much smaller than asked for may be as large but for rounding.
_ABOUT = 0.999


class PushMemory:
    """The last push, of whichever hand."""

    def __init__(self) -> None:
        self.last: tuple[float, PushDirection] | None = None


class PushDetector:
    """Watches one hand for pushes in one direction.

    Args:
        spec: The gesture.
        push: What makes it.
        memory: Shared by all detectors of pushes.
        past: The hand's last moments.

    Attributes:
        goes_on: Whether a push has been found, and is not over.
    """

    def __init__(self, spec: GestureSpec, push: Push, memory: PushMemory, past: Past) -> None:
        self._spec = spec
        self._past = past
        self._held = Held(spec, attrgetter("is_open"))
        self._direction: PushDirection = push.direction
        self._sign = 1.0 if push.direction == "towards" else -1.0
        self._least = log(push.factor)
        #: By what the palm's length must change at least, and a little less for rounding.
        self._longer = exp(_ABOUT * _LEAST_OF_BOTH * self._least)
        self._within_s = push.within_ms / 1000
        past.reach_back(self._within_s + _BEFORE_S)
        self._memory = memory
        self.goes_on = False
        #: When the hand was last held as it must.
        self._held_s = -inf
        #: The last push, or what was to be forgotten, ended with this moment.
        self._ended_s = -inf
        #: The palm has not looked shorter since then: a bound on its length, or on one over it for
        #: a pull.
        self._shortest = inf

    def update(self, now: Moment) -> Reports:
        if self._held.at(now):
            self._held_s = now.t_s
        if self.goes_on:
            self._wait_for_end(now)
            return NOTHING
        length = now.palm**self._sign
        self._shortest = min(self._shortest, length)
        if length < self._longer * self._shortest or now.t_s - self._held_s > self._within_s:
            return NOTHING
        start = self._start(now)
        if start is None or self._comes_back(start.t_s):
            return NOTHING
        if _turned_deg(start, now) > _MOST_TURN_DEG or self._was_so_before(start, now):
            return NOTHING
        if not _is_inside(now) or not self._held.during(self._past.since(start.t_s), _LEAST_POSED):
            return NOTHING
        if _stray_palms(start, now) > _MOST_STRAY_PALMS:
            return NOTHING
        self.goes_on = True
        self._memory.last = now.t_s, self._direction
        return once(self._spec, Value(now.position, factor=exp(sum(_grown(start, now)) / 2)))

    def cancel(self) -> Reports:
        return NOTHING

    def forget(self) -> None:
        self._held_s = -inf
        self._end()

    def _end(self) -> None:
        self.goes_on = False
        self._shortest = inf
        self._ended_s = self._past.now_s

    def _start(self, now: Moment) -> Moment | None:
        """The last moment since which the hand has grown, or shrunk, enough."""
        moments = self._past.last(self._within_s, self._ended_s)
        lengths = [moment.palm**self._sign for moment in moments]
        self._shortest = min(lengths)
        shorter = lengths[-1] / self._longer
        if self._shortest > shorter:
            return None
        for then, length in zip(reversed(moments), reversed(lengths), strict=True):
            if length > shorter:
                continue
            longer, broader = (self._sign * each for each in _grown(then, now))
            enough = (longer + broader) / 2 >= self._least
            less, more = sorted((longer, broader))
            if enough and less >= max(_LEAST_OF_BOTH * self._least, _EVEN * more):
                return then
        return None

    def _was_so_before(self, start: Moment, now: Moment) -> bool:
        """Whether the hand had nearly its size of now shortly before it began to change."""
        back = sum(start.size) + _CAME_BACK * sum(_grown(start, now))
        earlier = self._past.since(start.t_s - _BEFORE_S)
        return any(
            self._sign * (sum(then.size) - back) > 0 for then in earlier if then.t_s < start.t_s
        )

    def _comes_back(self, start_s: float) -> bool:
        if self._memory.last is None:
            return False
        last_s, direction = self._memory.last
        if direction == self._direction or start_s - last_s >= _RETURN_S:
            return False
        # What began as the way back remains it to its end.
        self.goes_on = True
        return True

    def _wait_for_end(self, now: Moment) -> None:
        """One movement is one push, however far it goes."""
        if self._memory.last is not None and self._memory.last[1] == self._direction:
            self._memory.last = now.t_s, self._direction
        moments = self._past.last(self._within_s, self._ended_s)
        if now.t_s - moments[0].t_s < _OVER_S:
            return
        then = next(moment for moment in moments if now.t_s - moment.t_s <= _OVER_S)
        if max(map(abs, _grown(then, now))) < _OVER_SHARE:
            self._end()


def _is_inside(now: Moment) -> bool:
    """Whether the palm's centre is in the picture with room around it."""
    x, y = now.centre
    room = min(x, 1 - x, y, 1 / now.aspect - y)
    return room > 0.5 * now.palm


def _grown(start: Moment, end: Moment) -> tuple[float, float]:
    """Logarithms of how many times longer and broader a palm has become."""
    (start_length, start_breadth), (length, breadth) = start.size, end.size
    return length - start_length, breadth - start_breadth


def _turned_deg(start: Moment, end: Moment) -> float:
    """By how much the palm faces another way."""
    return degrees_of(dot(start.geometry.normal, end.geometry.normal))


def _stray_palms(start: Moment, end: Moment) -> float:
    """How far a hand moved sideways.

    Going along the camera's line of sight it keeps its place in the picture; going straight ahead
    it leaves the picture's middle, or comes nearer to it, as it grows or shrinks. Anything between
    the two is no way sideways.
    """
    (start_x, start_y), (end_x, end_y) = start.centre, end.centre
    grown = exp(sum(_grown(start, end)) / 2)
    ahead_x = (grown - 1) * (start_x - 0.5)
    ahead_y = (grown - 1) * (start_y - 0.5 / end.aspect)
    x, y = end_x - start_x, end_y - start_y
    squared = ahead_x**2 + ahead_y**2
    share = min(max((x * ahead_x + y * ahead_y) / squared, 0.0), 1.0) if squared else 0.0
    return hypot(x - share * ahead_x, y - share * ahead_y) / end.palm
