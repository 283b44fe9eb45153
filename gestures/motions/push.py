"""Pushes: the hand goes towards the camera, or away from it, and so looks larger or smaller."""

from __future__ import annotations

from collections import deque
from math import exp, hypot, log
from typing import NamedTuple

from gestures.events import Value
from gestures.motion_spec import Push, PushDirection
from gestures.motions.moment import NOTHING, Moment, PoseLog, Reports, once
from gestures.spec import GestureSpec

#: A hand that only bends or turns changes its length or its breadth; the one that changes less
#: must change by this share of what is asked for.
_LEAST_OF_BOTH = 0.75
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
_TINY = 1e-6


class _Size(NamedTuple):
    """How large a hand looked: logarithms of its palm's length and breadth, and its place.

    They are in the order of `area`, the sum of both logarithms.
    """

    area: float
    t_s: float
    length: float
    breadth: float
    x: float
    y: float


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
    """

    def __init__(self, spec: GestureSpec, push: Push, memory: PushMemory) -> None:
        self._spec = spec
        self._direction: PushDirection = push.direction
        self._sign = 1.0 if push.direction == "towards" else -1.0
        self._least = log(push.factor)
        self._within_s = push.within_ms / 1000
        self._poses = PoseLog(spec, lambda now: now.is_open, self._within_s)
        self._sizes: deque[_Size] = deque()
        self._memory = memory
        self._running = False

    def goes_on(self, t_s: float) -> bool:
        """Whether a push has been found, and is not over."""
        return self._running

    def update(self, now: Moment) -> Reports:
        posed = self._poses.add(now)
        size = _size(now)
        self._sizes.append(size)
        while now.t_s - self._sizes[0].t_s > self._within_s:
            self._sizes.popleft()
        if self._running:
            self._wait_for_end(size)
            return NOTHING
        start = self._start(size) if posed else None
        if start is None or self._comes_back(start.t_s):
            return NOTHING
        if not _is_inside(now) or not self._poses.held(start.t_s, _LEAST_POSED):
            return NOTHING
        if _stray_palms(start, size, now) > _MOST_STRAY_PALMS:
            return NOTHING
        self._running = True
        self._memory.last = now.t_s, self._direction
        growth = (size.length - start.length + size.breadth - start.breadth) / 2
        return once(self._spec, Value(now.position, factor=exp(growth)))

    def cancel(self) -> Reports:
        return NOTHING

    def forget(self) -> None:
        self._poses.clear()
        self._sizes.clear()
        self._running = False

    def _start(self, now: _Size) -> _Size | None:
        """The last moment since which the hand has grown, or shrunk, enough."""
        farthest = min(self._sizes) if self._sign > 0 else max(self._sizes)
        if self._sign * (now.area - farthest.area) < _ABOUT * 2 * self._least:
            return None
        for then in reversed(self._sizes):
            length = self._sign * (now.length - then.length)
            breadth = self._sign * (now.breadth - then.breadth)
            enough = (length + breadth) / 2 >= self._least
            if enough and min(length, breadth) >= _LEAST_OF_BOTH * self._least:
                return then
        return None

    def _comes_back(self, start_s: float) -> bool:
        if self._memory.last is None:
            return False
        last_s, direction = self._memory.last
        if direction == self._direction or start_s - last_s >= _RETURN_S:
            return False
        # What began as the way back remains it to its end.
        self._running = True
        return True

    def _wait_for_end(self, now: _Size) -> None:
        """One movement is one push, however far it goes."""
        if self._memory.last is not None and self._memory.last[1] == self._direction:
            self._memory.last = now.t_s, self._direction
        then = next(size for size in self._sizes if now.t_s - size.t_s <= _OVER_S)
        is_known = now.t_s - self._sizes[0].t_s >= _OVER_S
        changed = max(abs(now.length - then.length), abs(now.breadth - then.breadth))
        if is_known and changed < _OVER_SHARE:
            self._running = False
            self._sizes.clear()


def _size(now: Moment) -> _Size:
    length, breadth = log(max(now.palm, _TINY)), log(max(now.geometry.breadth, _TINY))
    return _Size(length + breadth, now.t_s, length, breadth, *now.centre)


def _is_inside(now: Moment) -> bool:
    """Whether the palm's centre is in the picture with room around it."""
    x, y = now.centre
    room = min(x, 1 - x, y, 1 / now.aspect - y)
    return room > 0.5 * now.palm


def _stray_palms(start: _Size, end: _Size, now: Moment) -> float:
    """How far a hand moved sideways.

    Going along the camera's line of sight it keeps its place in the picture; going straight ahead
    it leaves the picture's middle, or comes nearer to it, as it grows or shrinks. Anything between
    the two is no way sideways.
    """
    grown = exp((end.length - start.length + end.breadth - start.breadth) / 2)
    ahead_x = (grown - 1) * (start.x - 0.5)
    ahead_y = (grown - 1) * (start.y - 0.5 / now.aspect)
    x, y = end.x - start.x, end.y - start.y
    squared = ahead_x**2 + ahead_y**2
    share = min(max((x * ahead_x + y * ahead_y) / squared, 0.0), 1.0) if squared else 0.0
    return hypot(x - share * ahead_x, y - share * ahead_y) / now.palm
