"""A long run as fast as it goes: whether memory, threads, descriptors or times grow with it.

The whole loop runs, as `gestured run` has it: landmarks, smoothing, recognition, actions of a dry
run, printing, and the control server with visitors who watch, ask and go. Only the desktop around
it is missing.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from daemon.backends.dry_run import DryRunBackend
from daemon.bench.measure import DIGITS
from daemon.bench.whole_loop import WholeLoop
from daemon.config.model import Config
from daemon.control.client import ask, watch
from daemon.control.errors import ControlError
from daemon.control.folder import socket_path
from daemon.control.server import ControlServer
from daemon.injector import Injector
from gestures.landmarks import HandFrame

#: What the resident memory may grow by after the warm-up, in megabytes of 2^20 bytes.
MOST_GROWTH_MB = 5.0
#: Frames before the first reading, and what they may be at most of all of them.
_WARM_UP_FRAMES = 20_000
_WARM_UP_PART = 0.1
#: In fewer frames, the first and the last tenth show different acts.
_LEAST_TO_DRIFT = 50_000
#: Events that a visitor watches before it goes and comes again.
_WATCHED = 500
_END_S = 20.0
_FRAMES_TRACED = 10_000
_TOP = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the process holds at one moment; None where the system does not tell."""

    rss_mb: float | None
    threads: int
    descriptors: int | None


@dataclass(frozen=True, slots=True)
class SoakRow:
    """What a soak came to.

    Attributes:
        part: What was fed.
        frames: How many.
        events: Lines that came of it, actions among them.
        visits: Times that somebody came to the control socket, asked, watched and went.
        warm: After the warm-up.
        end: At the end, before anything is closed.
        first_ms: Median time of a frame in the first tenth after the warm-up.
        last_ms: The same of the last tenth.
    """

    part: str
    frames: int
    events: int
    visits: int
    warm: Reading
    end: Reading
    first_ms: float
    last_ms: float

    @property
    def growth_mb(self) -> float | None:
        """Megabytes of resident memory that came after the warm-up."""
        if self.warm.rss_mb is None or self.end.rss_mb is None:
            return None
        return self.end.rss_mb - self.warm.rss_mb

    @property
    def drift(self) -> float | None:
        """The last times over the first; None where too few frames were fed to compare them."""
        return self.last_ms / self.first_ms if self.frames >= _LEAST_TO_DRIFT else None

    @property
    def faults(self) -> list[str]:
        """What grew and should not have, in a sentence each."""
        found = []
        if self.growth_mb is not None and self.growth_mb > MOST_GROWTH_MB:
            found.append(f"memory grew by {self.growth_mb:.1f} MB, {MOST_GROWTH_MB:g} are allowed")
        if self.end.threads > self.warm.threads:
            found.append(f"threads grew from {self.warm.threads} to {self.end.threads}")
        # A visitor may be there at either moment: its two ends of a connection.
        before, after = self.warm.descriptors or 0, self.end.descriptors or 0
        if after > before + 2:
            found.append(f"descriptors grew from {before} to {after}")
        return found

    def to_json(self) -> dict[str, object]:
        """As printed."""
        return {
            "part": self.part,
            "frames": self.frames,
            "events": self.events,
            "visits": self.visits,
            "warm_mb": _rounded(self.warm.rss_mb),
            "end_mb": _rounded(self.end.rss_mb),
            "growth_mb": _rounded(self.growth_mb),
            "threads": self.end.threads,
            "descriptors": self.end.descriptors,
            "first_ms": round(self.first_ms, DIGITS),
            "last_ms": round(self.last_ms, DIGITS),
            "drift": _rounded(self.drift, 3),
        }


def soak(part: str, config: Config, frames: Iterable[HandFrame], count: int) -> SoakRow:
    """Feed the loop.

    Args:
        part: What the frames are called.
        config: What runs.
        frames: `count` of them, 20 at least.
        count: Known before, so that the soak's own memory does not grow.

    Raises:
        ControlError: The control socket did not serve its visitors.
    """
    gauge = _Gauge(count)
    with TemporaryDirectory() as name, ExitStack() as stack:
        server = stack.enter_context(closing(ControlServer(socket_path(Path(name)))))
        output = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        visitor = stack.enter_context(_visited(Path(name)))
        loop = WholeLoop(config, Injector(DryRunBackend()), server, output)
        loop.run(_attended(gauge.watched(frames), loop))
        assert gauge.warm is not None  # noqa: S101 - read before the last frame
        end = read()
    visitor.check(loop.events)
    first_s, last_s = gauge.medians_s()
    return SoakRow(
        part, count, loop.events, visitor.visits, gauge.warm, end, first_s * 1000, last_s * 1000
    )


def read() -> Reading:
    """What this process holds now."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        rss_mb = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
        descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
    except OSError:
        return Reading(None, threading.active_count(), None)
    return Reading(rss_mb, threading.active_count(), descriptors)


def what_grows(run: Callable[[int], object]) -> list[str]:
    """Where memory goes that is taken and not given back, the most first.

    Args:
        run: Soaks with so many frames.
    """
    tracemalloc.start(8)
    try:
        run(_FRAMES_TRACED)
        gc.collect()
        before = tracemalloc.take_snapshot()
        run(_FRAMES_TRACED)
        gc.collect()
        differences = tracemalloc.take_snapshot().compare_to(before, "lineno")
    finally:
        tracemalloc.stop()
    return [str(each) for each in differences[:_TOP]]


def _attended(frames: Iterable[HandFrame], loop: WholeLoop) -> Iterator[HandFrame]:
    for frame in frames:
        loop.attend()
        yield frame


class _Gauge:
    """Takes the time of every frame, and reads memory after the warm-up."""

    def __init__(self, count: int) -> None:
        self._warm_up = min(_WARM_UP_FRAMES, int(count * _WARM_UP_PART))
        # Written to now, or the system would hand its pages out one by one: growth of its own.
        self._seconds = np.full(count, np.nan, dtype=np.float32)
        self.warm: Reading | None = None

    def watched(self, frames: Iterable[HandFrame]) -> Iterator[HandFrame]:
        """The frames as they are; what is done with one, and making it, is timed."""
        start_s = time.perf_counter()
        for number, frame in enumerate(frames):
            if number == self._warm_up:
                self.warm = read()
                start_s = time.perf_counter()
            yield frame
            now_s = time.perf_counter()
            self._seconds[number] = now_s - start_s
            start_s = now_s

    def medians_s(self) -> tuple[float, float]:
        """Of the first tenth after the warm-up, and of the last."""
        seconds = self._seconds[self._warm_up :]
        tenth = max(len(seconds) // 10, 1)
        return float(np.median(seconds[:tenth])), float(np.median(seconds[-tenth:]))


class _Visitor:
    """Comes to the control socket again and again, on a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_over = threading.Event()
        self._problem: ControlError | None = None
        self._thread = threading.Thread(target=self._visit, name="visitor", daemon=True)
        self.visits = 0

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Let the current visit be the last; the server hangs up on it."""
        self._is_over.set()

    def check(self, events: int) -> None:
        """Wait for the end.

        Args:
            events: How many there were to watch.

        Raises:
            ControlError: A visit went wrong before, never ended, or never came about.
        """
        self._thread.join(_END_S)
        if self._problem is not None:
            raise self._problem
        if self._thread.is_alive():
            raise ControlError(f"who came to the control socket waits {_END_S:g} s after the end")
        if not self.visits and events >= _WATCHED:
            raise ControlError(f"nobody got served at the control socket in {events} events")

    def _visit(self) -> None:
        try:
            while not self._is_over.is_set():
                ask(self._folder, {"command": "status"})
                with closing(watch(self._folder)) as events:
                    for _ in islice(events, _WATCHED):
                        pass
                self.visits += 1
        except ControlError as error:
            if not self._is_over.is_set():
                self._problem = error


@contextmanager
def _visited(folder: Path) -> Iterator[_Visitor]:
    visitor = _Visitor(folder)
    visitor.start()
    try:
        yield visitor
    finally:
        visitor.finish()


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits)
