"""Looking for palms: in line, or on a thread of its own while tracked frames go on."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from models.palm import Palm, PalmDetector
from models.region import Region
from models.tracker import Picture

#: So little that a search that is waited for, once the last hand is lost, still gets its turn.
_NICENESS = 3

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found.

    Attributes:
        palms: The palms, the surest first.
        t_s: Time of the picture that was searched, seconds.
        followed: Where hands were followed in that picture, by their numbers.
    """

    palms: Sequence[Palm]
    t_s: float
    followed: Mapping[int, Region]


class InLine(Executor):
    """Runs a call when it is submitted: what comes of it depends on nothing but the call."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Call, and wait."""
        future: Future[_T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def stand_back() -> None:
    """Have the calling thread's searches not keep a tracked frame from the cores it needs."""
    # Elsewhere niceness is the whole process's.
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):  # a sandbox may forbid it
            nicer = max(os.getpriority(os.PRIO_PROCESS, thread), _NICENESS)
            os.setpriority(os.PRIO_PROCESS, thread, nicer)


class PalmSearch:
    """One search at a time.

    Args:
        detector: Finds the palms; nobody else uses it.
        executor: Runs the searches; shut down with this.
        min_score: Least score of a palm, 0 to 1.
        most: Most palms.
    """

    def __init__(
        self, detector: PalmDetector, executor: Executor, min_score: float, most: int
    ) -> None:
        self._detector = detector
        self._executor = executor
        self._min_score = min_score
        self._most = most
        self._future: Future[list[Palm]] | None = None
        self._t_s = 0.0
        self._followed: Mapping[int, Region] = {}

    @property
    def is_running(self) -> bool:
        """Whether a search was begun whose result is not taken yet."""
        return self._future is not None

    def begin(self, picture: Picture, t_s: float, followed: Mapping[int, Region]) -> None:
        """Begin a search; of the picture nothing is needed afterwards.

        Args:
            picture: Array of shape `(height, width, 3)`.
            t_s: Its time, seconds.
            followed: Where hands are followed in it, by their numbers.
        """
        self.forget()
        self._detector.show(picture)
        self._t_s, self._followed = t_s, followed
        # Who follows no hand waits for it: here it is not behind others that want the core.
        executor = self._executor if followed else InLine()
        self._future = executor.submit(self._detector.find, self._min_score, self._most)

    def take(self, *, wait: bool) -> Found | None:
        """What the search has found, once; None without a search, or while it goes on.

        Args:
            wait: Wait for it.
        """
        if self._future is None or not (wait or self._future.done()):
            return None
        future, self._future = self._future, None
        return Found(future.result(), self._t_s, self._followed)

    def forget(self) -> None:
        """Wait for a search that goes on; its result, or failure, is of no use."""
        with suppress(Exception):
            self.take(wait=True)

    def close(self) -> None:
        """Wait for a search that goes on, and end the thread."""
        self._future = None
        self._executor.shutdown()
