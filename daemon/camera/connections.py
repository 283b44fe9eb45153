"""The connections to one camera: the one that is on, one beside it, and those that are ending."""

from __future__ import annotations

from collections.abc import Callable

from daemon.camera.opener import Opener
from daemon.camera.reader import Reader
from daemon.sources import Picture

#: A camera that answers slowly has so long until its first picture ...
_PATIENCE_S = 10.0
#: ... and may then say why there was none.
_EXPLAINS_S = 1.2

#: Who waits on a server that took the call and fell silent may wait for ever, while the next caller
#: is served: after so long without a picture another call is tried beside the one that is on ...
_BESIDE_S = 1.2
#: ... then another, none before the last one's end, nor sooner than this after its beginning. So
#: that a stream is back within 2 s: this, its own time to the first picture, and a poll.
_BESIDE_EVERY_S = 1.0
#: Opening may take so long beside, the first picture a little longer.
_BESIDE_OPENING_S = 1.2
_BESIDE_PATIENCE_S = 1.5

#: Threads of a stream end by themselves, though not at once; a name server may hold them longer.
#: Those beside have room even if patient ones are ending.
_MOST_BEFORE = 3
_MOST_BEFORE_BESIDE = 5


class Connections:
    """The connection that is on, and what else has a thread.

    Of a device there is at most one more, whose driver doesn't let it end. Of a stream that is
    silent there is another one beside it, and the first to give a picture is the one that is on.

    Args:
        opener: Opens the camera.
        clock: Seconds, monotonic.
    """

    def __init__(self, opener: Opener, clock: Callable[[], float]) -> None:
        self._opener = opener
        self._clock = clock
        self._beside: Reader | None = None
        self._beside_s = float("-inf")
        self._ending: list[Reader] = []
        self._ending_s = float("-inf")
        self._dropped = 0
        #: The one that is on.
        self.reader: Reader | None = None

    @property
    def dropped(self) -> int:
        """How many pictures nobody took in time."""
        return self._dropped + (self.reader.dropped if self.reader else 0)

    def can_open(self) -> bool:
        """Whether another may be opened: none is on, and those before leave the camera free."""
        if self.reader is not None:
            return False
        before = self._stuck() + (self._beside is not None)
        if self._opener.side_by_side:
            return before <= _MOST_BEFORE
        settled = self._clock() - self._ending_s >= self._opener.settle_s
        return not before or (before == 1 and settled)

    def open(self) -> None:
        """Open another, with patience for a slow one."""
        self.reader = Reader(self._opener, _PATIENCE_S, self._clock)

    def take(self, wait_s: float) -> tuple[Picture, float] | None:
        """The newest picture of the one that is on, which may have come to be so by it.

        Waits for so long at most; returns the picture as BGR and when it was read.
        """
        if self._beside is not None and (taken := self._beside.take(0.0)) is not None:
            self._end(self.reader)
            self.reader, self._beside = self._beside, None
            return taken
        if self.reader is None:
            return None
        taken = self.reader.take(wait_s)
        if taken is not None:
            self._end_beside()
        return taken

    @property
    def rests(self) -> bool:
        """Whether most pictures are left undecoded."""
        return self.reader is not None and self.reader.rests

    def rest(self, rests: bool) -> None:
        """Have most pictures left undecoded, or none."""
        if self.reader is not None:
            self.reader.rests = rests

    def overdue(self) -> bool:
        """Whether the one that is on has had its time for a first picture."""
        reader = self.reader
        if reader is None or reader.last_s is not None:
            return False
        return self._clock() - reader.opened_s >= _PATIENCE_S + _EXPLAINS_S

    def try_beside(self) -> str | None:
        """See to the one beside, after no picture has come; returns why it failed, if it has."""
        now_s = self._clock()
        fault = None
        if self._beside is not None:
            fault = self._beside.fault
            if fault is not None or now_s - self._beside_s >= _BESIDE_PATIENCE_S:
                self._end_beside()
        if self._may_open_beside(now_s):
            self._beside = Reader(self._opener, _BESIDE_OPENING_S, self._clock)
            self._beside_s = now_s
        return fault

    def can_give_up(self) -> bool:
        """Whether ending the one that is on can't leave a second thread stuck."""
        if self.reader is None:
            return False
        return self._opener.side_by_side or self.reader.fault is not None or not self._stuck()

    def end(self) -> None:
        """Have the one that is on give the camera back, without waiting for that."""
        self._end(self.reader)
        self.reader = None

    def end_all(self) -> None:
        """Have all give it back."""
        self.end()
        self._end_beside()

    def close(self, wait_s: float) -> None:
        """End all, and wait for them, so long together."""
        self.end_all()
        until_s = self._clock() + wait_s
        for reader in self._ending:
            reader.join(max(until_s - self._clock(), 0.0))

    def _may_open_beside(self, now_s: float) -> bool:
        reader = self.reader
        if self._beside is not None or reader is None or not self._opener.side_by_side:
            return False
        silent_s = now_s - (reader.opened_s if reader.last_s is None else reader.last_s)
        rested = now_s - self._beside_s >= _BESIDE_EVERY_S
        return silent_s >= _BESIDE_S and rested and self._stuck() + 1 <= _MOST_BEFORE_BESIDE

    def _end_beside(self) -> None:
        self._end(self._beside)
        self._beside = None

    def _end(self, reader: Reader | None) -> None:
        if reader is None:
            return
        reader.close()
        self._dropped += reader.dropped
        self._ending.append(reader)
        self._ending_s = self._clock()

    def _stuck(self) -> int:
        """How many that were ended still have a thread."""
        self._ending = [reader for reader in self._ending if reader.alive]
        return len(self._ending)
