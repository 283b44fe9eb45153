"""The connections to one camera: the one that is on, and those that a driver does not let end."""

from __future__ import annotations

from collections.abc import Callable

from daemon.camera.opener import Opener
from daemon.camera.reader import Reader


class Connections:
    """One connection at a time, with at most one beside it whose thread is stuck.

    Args:
        opener: Opens the camera.
        clock: Seconds, monotonic.
    """

    def __init__(self, opener: Opener, clock: Callable[[], float]) -> None:
        self._opener = opener
        self._clock = clock
        self._ending: list[Reader] = []
        self._ending_s = 0.0
        self._dropped = 0
        #: The one that is on.
        self.reader: Reader | None = None

    @property
    def dropped(self) -> int:
        """How many pictures nobody took in time."""
        return self._dropped + (self.reader.dropped if self.reader else 0)

    def can_open(self) -> bool:
        """Whether another may be opened: none is on, and those before leave the camera free."""
        stuck = self._stuck()
        settled = self._clock() - self._ending_s >= self._opener.settle_s
        return self.reader is None and (not stuck or (stuck == 1 and settled))

    def open(self, patience_s: float) -> None:
        """Open another; its first picture may take so long, where that can be limited."""
        self.reader = Reader(self._opener, patience_s, self._clock)

    def can_give_up(self) -> bool:
        """Whether ending the one that is on can't leave a second thread stuck."""
        return self.reader is not None and (self.reader.fault is not None or not self._stuck())

    def end(self) -> None:
        """Have the one that is on give the camera back, without waiting for that."""
        if self.reader is None:
            return
        self.reader.close()
        self._dropped += self.reader.dropped
        self._ending.append(self.reader)
        self._ending_s = self._clock()
        self.reader = None

    def close(self, wait_s: float) -> None:
        """End all, and wait for each so long."""
        self.end()
        for reader in self._ending:
            reader.join(wait_s)

    def _stuck(self) -> int:
        """How many that were ended still have a thread."""
        self._ending = [reader for reader in self._ending if reader.alive]
        return len(self._ending)
