"""Taking times: of calls, of what they leave behind, and of everybody else on the machine."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

Result = TypeVar("Result")

#: Decimals of a printed figure in milliseconds: tenths of a microsecond.
DIGITS = 4
_NAP_S = 0.001
_MOST_NAPS = 20
#: A nap itself costs about 0.05 ms; a thread that spins through it costs a whole nap.
_QUIET_S = 0.0002
#: Fields of Linux's /proc/stat in which a core is busy: all but idle and waiting for disks.
_BUSY_FIELDS = (0, 1, 2, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class Figures:
    """Times of many frames; the median hides rare disturbances, the 95th percentile shows them."""

    frames: int
    median_ms: float
    p95_ms: float

    def to_json(self) -> dict[str, object]:
        """As printed."""
        return {
            "frames": self.frames,
            "median_ms": round(self.median_ms, DIGITS),
            "p95_ms": round(self.p95_ms, DIGITS),
        }


def figures(seconds: Sequence[float]) -> Figures:
    """Median and 95th percentile of at least one time in seconds.

    Raises:
        ValueError: There is none.
    """
    if not seconds:
        raise ValueError("no frame was measured")
    median_s, p95_s = np.percentile(seconds, [50, 95])
    return Figures(len(seconds), float(median_s) * 1000, float(p95_s) * 1000)


class Meter:
    """Takes the time and the CPU time of one contender's calls.

    A call's CPU time is that of the whole process, all threads, from the call's start until the
    process is quiet again: threads that spin on after the call are paid by who started them.

    Args:
        clock: Seconds.
        cpu_clock: CPU time of the process in seconds.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        cpu_clock: Callable[[], float] = time.process_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._cpu_clock = cpu_clock
        self._sleep = sleep
        self.wall_s: list[float] = []
        self.cpu_s: list[float] = []

    def measure(self, call: Callable[[], Result]) -> Result:
        """Do the call and note what it took."""
        cpu_start_s = self._cpu_clock()
        start_s = self._clock()
        result = call()
        self.wall_s.append(self._clock() - start_s)
        cpu_s = self._cpu_clock() - cpu_start_s
        self.cpu_s.append(cpu_s + settle(self._cpu_clock, self._sleep))
        return result

    @property
    def cpu_ms(self) -> float:
        """Mean of a call: CPU time adds up, and some systems count it in steps of 16 ms."""
        return sum(self.cpu_s) / len(self.cpu_s) * 1000


def settle(
    cpu_clock: Callable[[], float] = time.process_time,
    sleep: Callable[[float], None] = time.sleep,
) -> float:
    """Wait until no thread of the process works any more, 20 ms at most.

    Returns:
        CPU time in seconds that the process used until then.
    """
    start_s = before_s = cpu_clock()
    for _ in range(_MOST_NAPS):
        sleep(_NAP_S)
        after_s = cpu_clock()
        if after_s - before_s < _QUIET_S:
            break
        before_s = after_s
    return before_s - start_s


def _own_s() -> float:
    """CPU time of this process and of those that it started and that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _busy_s() -> float | None:
    """Core seconds that the machine has been busy since it was started."""
    try:
        ticks_per_s = os.sysconf("SC_CLK_TCK")
        with Path("/proc/stat").open(encoding="ascii") as file:
            fields = [int(field) for field in file.readline().split()[1:]]
        return sum(fields[index] for index in _BUSY_FIELDS) / ticks_per_s
    except (AttributeError, IndexError, OSError, ValueError):
        return None


class Surroundings:
    """Watches from its making on how many cores others keep busy: not we, nor whom we started.

    Args:
        busy: Core seconds that the machine has been busy; None where the system does not tell.
        own: Those of them that were ours.
        clock: Seconds.
    """

    def __init__(
        self,
        busy: Callable[[], float | None] = _busy_s,
        own: Callable[[], float] = _own_s,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._busy, self._own, self._clock = busy, own, clock
        self._busy_s, self._own_s, self._start_s = busy(), own(), clock()

    def other_cores(self) -> float | None:
        """Mean number of cores busy with others' work; None where the system does not tell."""
        busy_s = self._busy()
        if busy_s is None or self._busy_s is None:
            return None
        own_s = self._own() - self._own_s
        passed_s = self._clock() - self._start_s
        return max(busy_s - self._busy_s - own_s, 0.0) / passed_s
