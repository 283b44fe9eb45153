"""The last moments of one hand: one memory, that all its detectors look back at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from cmath import phase
from collections.abc import Callable, Sequence
from math import degrees, inf

from gestures.motions.moment import Moment
from gestures.spec import GestureSpec


class Past:
    """The moments of one hand, as far back as any of its detectors looks.

    Most moments are never looked back at: a detector asks only when what it keeps itself says
    that its motion may have been made.
    """

    def __init__(self) -> None:
        self._memory_s = 0.0
        self._moments: list[Moment] = []
        self._times_s: list[float] = []
        self._turn_deg: float | None = None

    @property
    def now_s(self) -> float:
        """Time of the last moment, seconds."""
        return self._times_s[-1] if self._times_s else -inf

    def reach_back(self, memory_s: float) -> None:
        """Keep moments for at least so long."""
        self._memory_s = max(self._memory_s, memory_s)

    def add(self, now: Moment) -> None:
        """Take in a frame."""
        self._moments.append(now)
        self._times_s.append(now.t_s)
        self._turn_deg = None
        # One more is kept than can be asked for: at any frame rate the last step is known.
        while len(self._times_s) > 2 and now.t_s - self._times_s[1] > self._memory_s:
            del self._moments[0], self._times_s[0]

    def last(self, memory_s: float, after_s: float = -inf) -> list[Moment]:
        """The moments of the last while, oldest first.

        Args:
            memory_s: How long a while; at most what was asked for with `reach_back`.
            after_s: Moments up to this time are left out, but for the newest, seconds.
        """
        times_s = self._times_s
        now_s = times_s[-1]
        start = max(bisect_left(times_s, now_s - memory_s), bisect_right(times_s, after_s))
        return self._moments[min(start, len(times_s) - 1) :]

    def since(self, since_s: float) -> list[Moment]:
        """The moments from a time on, oldest first."""
        return self._moments[bisect_left(self._times_s, since_s) :]

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

    Attributes:
        at: Whether the hand is held so in a moment.
    """

    def __init__(self, spec: GestureSpec, otherwise: Callable[[Moment], bool]) -> None:
        self._poses = frozenset(spec.poses)
        self.at = self._shows if self._poses else otherwise

    def during(self, moments: Sequence[Moment], share: float) -> bool:
        """Whether it was held so in at least a share of some moments.

        Of named poses one moment is enough: blur hides the others.
        """
        held = sum(map(self.at, moments))
        return held > 0 if self._poses else held >= share * len(moments)

    def _shows(self, moment: Moment) -> bool:
        return not self._poses.isdisjoint(moment.shown)


def _turn_deg(before: Sequence[complex], after: Sequence[complex]) -> float:
    """The turn, clockwise, that takes points about their middle nearest to others."""
    return degrees(phase(sum([b * a.conjugate() for a, b in zip(before, after, strict=True)])))
