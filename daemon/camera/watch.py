"""What pictures tell of their camera: frozen, dark, slow. No clock, no I/O."""

from __future__ import annotations

from collections import deque
from statistics import median

import numpy as np

from daemon.sources import Picture

#: Noise makes a real camera's pictures differ. So long, and so many times, the same is a freeze;
#: a stream that pauses for a second and a half is not.
_FROZEN_S = 1.75
_FROZEN_REPEATS = 3
#: Every so many pixels across and down are looked at.
_STRIDE = 16

#: Of 255. A covered lens gives noise below it; a dim room with a lit face has bright spots.
_DARK_MEAN = 16
_BRIGHT = 48
_DARK_BRIGHT_SHARE = 0.01
_DARK_S = 1.5

_RATE_S = 2.0
_LEAST_INTERVALS = 5
#: Low light makes cameras halve their rate: well between whole and half.
_SLOW_BELOW = 0.6
_FINE_ABOVE = 0.8


def is_dark(picture: Picture) -> bool:
    """Whether nothing can be seen in a picture, array of shape `(height, width, 3)`."""
    seen = picture[::_STRIDE, ::_STRIDE]
    bright = np.count_nonzero(seen > _BRIGHT) / seen.size
    return bool(seen.mean() < _DARK_MEAN and bright < _DARK_BRIGHT_SHARE)


class FreezeWatch:
    """Notices a camera that repeats its last picture."""

    def __init__(self) -> None:
        self._first: Picture | None = None
        self._since_s = 0.0
        self._repeats = 0

    def look(self, picture: Picture, t_s: float) -> bool:
        """Whether the camera is frozen, which lasts until a picture differs."""
        if self._first is None or not _same(self._first, picture):
            self._first, self._since_s, self._repeats = picture, t_s, 0
            return False
        self._repeats += 1
        return self._repeats >= _FROZEN_REPEATS and t_s - self._since_s >= _FROZEN_S

    def forget(self) -> None:
        """Start over: the next picture is the first."""
        self._first = None


class DarkWatch:
    """Notices a camera that has been in the dark for a while."""

    def __init__(self) -> None:
        self.dark = False
        self._since_s: float | None = None

    def look(self, dark: bool, t_s: float) -> bool:
        """Take in whether a picture is dark; returns whether that changed `dark`."""
        before = self.dark
        if not dark:
            self._since_s = None
            self.dark = False
        elif self._since_s is None:
            self._since_s = t_s
        else:
            self.dark = self.dark or t_s - self._since_s >= _DARK_S
        return self.dark != before


class RateWatch:
    """Notices a camera that steadily gives far fewer pictures than it did or said it would.

    Args:
        wanted_fps: More is never expected.
    """

    def __init__(self, wanted_fps: float) -> None:
        self._wanted_fps = wanted_fps
        self._last: tuple[float, int] | None = None
        self._since_s = 0.0
        #: When a picture came, and how long after the one before.
        self._intervals_s: deque[tuple[float, float]] = deque()
        self.expected_fps = 0.0
        self.fps: float | None = None
        self.slow = False

    def restart(self, promised_fps: float) -> None:
        """A new connection; 0 where it promises nothing."""
        self._last = None
        self._intervals_s.clear()
        self._expect(promised_fps)

    def look(self, count: int, t_s: float) -> bool:
        """Take in how many pictures came up to `t_s`; returns whether that changed `slow`."""
        if self._last is None:
            self._last, self._since_s = (t_s, count), t_s
            return False
        (last_s, last), self._last = self._last, (t_s, count)
        self._intervals_s.append((t_s, (t_s - last_s) / max(count - last, 1)))
        while self._intervals_s[0][0] < t_s - _RATE_S and len(self._intervals_s) > _LEAST_INTERVALS:
            self._intervals_s.popleft()
        if t_s - self._since_s < _RATE_S or len(self._intervals_s) < _LEAST_INTERVALS:
            return False
        # The median: a hiccup of the network is no steady rate.
        self.fps = 1 / max(median(each for _, each in self._intervals_s), 1e-3)
        self._expect(self.fps)
        before = self.slow
        self.slow = self.fps < (_FINE_ABOVE if before else _SLOW_BELOW) * self.expected_fps
        return self.slow != before

    def _expect(self, fps: float) -> None:
        self.expected_fps = max(self.expected_fps, min(fps, self._wanted_fps))


def _same(one: Picture, other: Picture) -> bool:
    if one.shape != other.shape:
        return False
    # A few pixels decide for any real camera.
    sparse = np.s_[::_STRIDE, ::_STRIDE]
    return np.array_equal(one[sparse], other[sparse]) and np.array_equal(one, other)
