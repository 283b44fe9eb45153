"""When to open a camera again."""

from __future__ import annotations

_FIRST_DELAY_S = 0.2
#: However long a camera was away, it is asked for this often.
_MOST_DELAY_S = 1.0
#: A connection that held for so long was no mere flicker: the next loss starts from scratch.
_HELD_S = 2.0


class Retry:
    """Counts the openings of one camera; times are those of one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._failures = 0
        self._started_s = 0.0
        self._picture_s: float | None = None
        #: When to open next.
        self.next_s = 0.0

    def started(self, now_s: float) -> None:
        """An opening begins."""
        self._started_s = now_s
        self._picture_s = None

    def succeeded(self, now_s: float) -> None:
        """It has led to a picture."""
        self._picture_s = now_s

    def failed(self, now_s: float) -> None:
        """It has led to none, or to no more: the next comes the later the more often that was."""
        if self._picture_s is not None and now_s - self._picture_s >= _HELD_S:
            self._failures = 0
        # The exponent is bounded: a camera may be away for days.
        delay_s = min(_FIRST_DELAY_S * 2 ** min(self._failures, 8), _MOST_DELAY_S)
        self._failures += 1
        self.next_s = max(self._started_s + delay_s, now_s)

    def at_once(self, now_s: float) -> None:
        """Something has happened that may have mended it."""
        self._failures = 0
        self.next_s = now_s
