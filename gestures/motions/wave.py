"""Waves: the hand goes to and fro sideways."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from math import inf
from operator import attrgetter

from gestures.events import Value
from gestures.motion_spec import Wave
from gestures.motions.moment import NOTHING, Moment, Reports, once
from gestures.motions.past import Held, Past
from gestures.spec import GestureSpec

#: A hand is still at a turn while it is nearer to it than this share of the least travel.
_AT_TURN = 0.25
#: Up and down the hand may go by this share of its way to and fro: a circle goes all of it.
_MOST_STRAY = 0.6
#: The longest stroke may be this many times the shortest: a wave is regular.
_MOST_UNEVEN = 3.0
_LEAST_POSED = 0.6
#: Three strokes within this are no swipes with their ways back, but the beginning of a wave.
_STROKES_S = 1.1
#: A wave is over when the hand has not turned for so long.
_OVER_S = 0.7


class WaveDetector:
    """Watches one hand for one wave.

    Args:
        spec: The gesture.
        wave: What makes it.
        past: The hand's last moments.
    """

    def __init__(self, spec: GestureSpec, wave: Wave, past: Past) -> None:
        self._spec = spec
        self._wave = wave
        self._past = past
        self._held = Held(spec, attrgetter("is_open"))
        self._within_s = wave.within_ms / 1000
        past.reach_back(self._within_s)
        self._turns = _Turns(self._within_s)
        self._found_s: float | None = None

    @property
    def goes_on(self) -> bool:
        """Whether a wave has been found and is not over, or the hand is about to make one."""
        if self._found_s is not None:
            return True
        return self._turns.are_since(self._past.now_s - _STROKES_S, 3)

    def update(self, now: Moment) -> Reports:
        turned = self._turns.add(now.t_s, now.centre[0], self._wave.distance_palms * now.palm)
        if self._found_s is not None:
            if turned:
                self._found_s = now.t_s
            elif now.t_s - self._found_s > _OVER_S:
                self.forget()
            return NOTHING
        if not turned or not self._turns.are_since(now.t_s - self._within_s, self._wave.turns + 1):
            return NOTHING
        turns = self._turns.last(self._wave.turns + 1)
        strokes = [abs(b - a) for (_, a), (_, b) in pairwise(turns)]
        during = self._past.since(turns[0][0])
        heights = [moment.centre[1] for moment in during]
        if (
            max(strokes) > _MOST_UNEVEN * min(strokes)
            or max(heights) - min(heights) > _MOST_STRAY * max(strokes)
            or not self._held.during(during, _LEAST_POSED)
        ):
            return NOTHING
        self._found_s = now.t_s
        mean_palms = sum(strokes) / len(strokes) / now.palm
        return once(self._spec, Value(now.position, distance_palms=mean_palms))

    def cancel(self) -> Reports:
        return NOTHING

    def forget(self) -> None:
        self._turns.clear()
        self._found_s = None


class _Turns:
    """Where a coordinate turned round, after going far enough each time.

    The beginning of the first move counts as a turn.

    Args:
        memory_s: How long a turn is remembered.
    """

    def __init__(self, memory_s: float) -> None:
        self._memory_s = memory_s
        self._turns: deque[tuple[float, float]] = deque()
        self.clear()

    def clear(self) -> None:
        self._turns.clear()
        self._sign = 0.0
        #: When the hand was last at its farthest so far, downwards and upwards, and where.
        self._low_s = self._high_s = -inf
        self._low, self._high = inf, -inf

    def add(self, t_s: float, value: float, least: float) -> bool:
        """Take in a value; whether a turn, or the first move, is safe with it.

        Args:
            t_s: Time, seconds.
            value: Where the hand is.
            least: How far it must go for a turn.
        """
        while self._turns and t_s - self._turns[0][0] > self._memory_s:
            self._turns.popleft()
        near = _AT_TURN * least
        if value <= self._low + near:
            self._low_s = t_s
            if value < self._low:
                self._low = value
        if value >= self._high - near:
            self._high_s = t_s
            if value > self._high:
                self._high = value
        if self._sign >= 0 and self._high - value >= least:
            self._turns.append((self._high_s, self._high))
            self._sign, self._low_s, self._low = -1.0, t_s, value
            return True
        if self._sign <= 0 and value - self._low >= least:
            self._turns.append((self._low_s, self._low))
            self._sign, self._high_s, self._high = 1.0, t_s, value
            return True
        return False

    def are_since(self, t_s: float, count: int) -> bool:
        """Whether there have been so many turns since a time."""
        return len(self._turns) >= count and self._turns[-count][0] >= t_s

    def last(self, count: int) -> list[tuple[float, float]]:
        """Times and places of the last turns."""
        return list(self._turns)[-count:]
