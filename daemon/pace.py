"""How fast frames come, and how old they are when their actions are done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_OVER_S = 2.0
_MOST = 600


class Pace:
    """Counts frames, and keeps the ages of the last of them.

    Args:
        clock: Seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._came_s: deque[float] = deque()
        self._ages_s: deque[float] = deque(maxlen=_MOST)

    def came(self) -> None:
        """A frame has come."""
        came_s = self._clock()
        self._came_s.append(came_s)
        while self._came_s[0] < came_s - _OVER_S:
            self._came_s.popleft()

    def done(self, read_s: float) -> None:
        """The actions of the frame that was read at `read_s` on the clock are done."""
        self._ages_s.append(self._clock() - read_s)

    def forget(self) -> None:
        """Begin anew: the frames to come are another source's."""
        self._came_s.clear()
        self._ages_s.clear()

    def fps(self) -> float | None:
        """Frames a second; None while there are too few to tell."""
        if len(self._came_s) < 2:
            return None
        return (len(self._came_s) - 1) / (self._came_s[-1] - self._came_s[0] or 1.0)

    def ages_ms(self) -> tuple[float, float, float] | None:
        """Median, 95th and 99th percentile; None before the first frame."""
        if not self._ages_s:
            return None
        in_order = sorted(self._ages_s)
        last = len(in_order) - 1
        median, p95, p99 = (in_order[round(last * part)] * 1000 for part in (0.5, 0.95, 0.99))
        return median, p95, p99
