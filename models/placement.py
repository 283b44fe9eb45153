"""Keeping a network's helper threads off the core of the thread that waits for them.

Linux looks for an idle core when it wakes a thread, but in a virtual machine it takes a core that
rests for one that the host has taken away (`vcpu_is_preempted` in the kernel's scheduler). So at a
camera's pace, where the helpers sleep between frames, they wake on their caller's core, and two
threads are slower than one until the system evens it out, milliseconds later.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress

from models.processor import is_virtual


class Placement:
    """Which cores one network's threads may take, where the system does not place them well.

    Args:
        threads: How many threads the network runs on, its caller's included.
        needed: Tells whether the system needs this help.
    """

    def __init__(self, threads: int, needed: Callable[[], bool] = is_virtual) -> None:
        self._caller: frozenset[int] = frozenset()
        self._helpers: frozenset[int] = frozenset()
        if sys.platform == "linux" and threads > 1 and needed():
            allowed = sorted(os.sched_getaffinity(0))
            if len(allowed) >= threads:
                self._caller = frozenset(allowed[::threads])
                self._helpers = frozenset(allowed) - self._caller

    @contextmanager
    def starting_helpers(self) -> Iterator[None]:
        """Threads that are started within are helpers: a new thread may run where its maker may."""
        with _only_on(self._helpers):
            yield

    @contextmanager
    def calling(self) -> Iterator[None]:
        """The calling thread leaves the helpers their cores while it waits for them."""
        with _only_on(self._caller):
            yield


@contextmanager
def _only_on(cores: frozenset[int]) -> Iterator[None]:
    """Keep the calling thread on those of some cores that it may use, if there are any."""
    if not cores or sys.platform != "linux":
        yield
        return
    # Somebody may have confined the process since: those cores alone are left to it.
    before = os.sched_getaffinity(0)
    within = before & cores
    if not within:
        yield
        return
    _place(within)
    try:
        yield
    finally:
        _place(before)


def _place(cores: Collection[int]) -> None:
    if sys.platform == "linux":
        # A sandbox may forbid it, and cores may have been taken away: then it is as without.
        with suppress(OSError):
            os.sched_setaffinity(0, cores)
