"""The last moments of one hand: one memory, that all its detectors look back at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from math import atan2, degrees, inf

from gestures.motions.moment import Moment, Point
from gestures.spec import GestureSpec


class Past:
    """The moments of one hand, as far back as any of its detectors looks.

    Most moments are never looked back at: a detector asks only when what it keeps itself says
    that its motion may have been made.
    """

    def __init__(self) -> None:
        self._memory_s = 0.0
        self._moments: deque[Moment] = deque()
        self._turn_deg: float | None = None

    def reach_back(self, memory_s: float) -> None:
        """Keep moments for at least so long."""
        self._memory_s = max(self._memory_s, memory_s)

    def add(self, now: Moment) -> None:
        """Take in a frame."""
        moments = self._moments
        moments.append(now)
        # Whatever the frame rate, the last step is known.
        while now.t_s - moments[0].t_s > self._memory_s and len(moments) > 2:
            moments.popleft()
        self._turn_deg = None

    @property
    def now_s(self) -> float:
        """Time of the last moment, seconds."""
        return self._moments[-1].t_s if self._moments else -inf

    def last(self, memory_s: float, after_s: float = -inf) -> list[Moment]:
        """The moments of the last while, oldest first.

        Args:
            memory_s: How long a while; at most what was asked for with `reach_back`.
            after_s: Moments up to this time are left out, seconds.
        """
        now_s = self._moments[-1].t_s
        found: list[Moment] = []
        for moment in reversed(self._moments):
            if now_s - moment.t_s > memory_s or moment.t_s <= after_s:
                break
            found.append(moment)
        found.reverse()
        return found

    def since(self, since_s: float) -> list[Moment]:
        """The moments from a time on, oldest first."""
        found: list[Moment] = []
        for moment in reversed(self._moments):
            if moment.t_s < since_s:
                break
            found.append(moment)
        found.reverse()
        return found

    def turn_deg(self) -> float:
        """How far the palm has turned in the picture since the frame before, clockwise."""
        if self._turn_deg is None:
            moments = self._moments
            self._turn_deg = (
                _turn_deg(moments[-2].palm_points, moments[-1].palm_points)
                if len(moments) > 1
                else 0.0
            )
        return self._turn_deg


class Held:
    """How a motion wants the hand to be held.

    Args:
        spec: The gesture; where it names no poses, `otherwise` decides.
        otherwise: Whether a hand will do.
    """

    def __init__(self, spec: GestureSpec, otherwise: Callable[[Moment], bool]) -> None:
        self._poses = frozenset(spec.poses)
        self._otherwise = otherwise

    def at(self, moment: Moment) -> bool:
        """Whether the hand is held so."""
        if self._poses:
            return not self._poses.isdisjoint(moment.shown)
        return self._otherwise(moment)

    def during(self, moments: Sequence[Moment], share: float) -> bool:
        """Whether it was held so in at least a share of some moments.

        Of named poses one moment is enough: blur hides the others.
        """
        held = sum(map(self.at, moments))
        return held > 0 if self._poses else held >= share * len(moments)


def _turn_deg(before: Sequence[Point], after: Sequence[Point]) -> float:
    """The turn, clockwise, that takes points about their middle nearest to others."""
    along = across = 0.0
    for (x1, y1), (x2, y2) in zip(before, after, strict=True):
        along += x1 * x2 + y1 * y2
        across += x1 * y2 - y1 * x2
    return degrees(atan2(across, along))
