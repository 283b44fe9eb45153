"""When to open a camera again, and how long an opening may take."""

from __future__ import annotations

_FIRST_DELAY_S = 0.2
#: With an opening that fails or succeeds at once, a camera is back within 2 s of its return.
_MOST_DELAY_S = 1.5
#: A connection that held for so long was no mere flicker: the next loss starts from scratch.
_HELD_S = 2.0
#: An opening of a camera that was never seen may take so long; of one that was, twice as long
#: as it took at best ...
_MOST_PATIENCE_S = 10.0
#: ... and now and then the longest, lest one that became slower never be waited for.
_PATIENT_EVERY = 8


class Retry:
    """Counts the openings of one camera; times are those of one monotonic clock, in seconds.

    Args:
        least_patience_s: No opening is given up sooner.
    """

    def __init__(self, least_patience_s: float) -> None:
        self._least_patience_s = least_patience_s
        self._failures = 0
        self._started_s = 0.0
        self._picture_s: float | None = None
        self._took_s: float | None = None
        #: When to open next.
        self.next_s = 0.0

    def started(self, now_s: float) -> None:
        """An opening begins."""
        self._started_s = now_s
        self._picture_s = None

    def succeeded(self, now_s: float) -> None:
        """It has led to a picture."""
        self._picture_s = now_s
        took_s = now_s - self._started_s
        self._took_s = took_s if self._took_s is None else min(took_s, self._took_s)

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

    @property
    def patience_s(self) -> float:
        """How long the next opening may take until its first picture."""
        if self._took_s is None or self._failures % _PATIENT_EVERY == _PATIENT_EVERY - 1:
            return _MOST_PATIENCE_S
        return min(max(2 * self._took_s, self._least_patience_s), _MOST_PATIENCE_S)
