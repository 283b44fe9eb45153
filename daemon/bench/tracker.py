"""The runtimes, and the bare landmark network, side by side on the same pictures.

LiteRT's tracker runs as on a camera, the palm detector beside tracked frames; its CPU time counts.

All of them get every frame, in turn, before any gets the next one, and who goes first changes from
frame to frame: what else the machine does meets all alike. Between two calls the process comes to
rest, so nobody's threads run on in another's time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import cycle, permutations
from typing import TypeVar

import numpy as np

from daemon.bench.difference import Difference, Hands, compare
from daemon.bench.measure import DIGITS, Figures, Meter, figures
from daemon.sources import Frame
from models.hand import HandNetwork
from models.litert_network import LitertNetwork
from models.region import Region, region_of_landmarks
from models.store import ModelStore
from models.syslibs import MissingLibrary
from models.tracker import Picture, Runtime, Tracker, TrackerOptions, open_tracker

#: What the others are measured by.
REFERENCE: Runtime = "mediapipe"
WARM_UP_FRAMES = 10
_WARM_UP_FPS = 30.0
#: A hand is there for a network that says more than this.
_PRESENT = 0.5

_log = logging.getLogger(__name__)

Each = TypeVar("Each")
Look = Callable[[Frame], Hands]


@dataclass(frozen=True, slots=True)
class Row:
    """One runtime's figures.

    Attributes:
        runtime: `litert`, `openvino`, `mediapipe`, or `network` for the bare landmark network: run
            on a crop that was made before.
        model: `full` or `lite`.
        max_hands: Most hands followed.
        threads: Threads of one network; None for MediaPipe, whose tasks choose themselves.
        found: Frames with at least one hand.
        figures: Times of a frame.
        cpu_ms: Mean CPU time of a frame, all threads.
        ratio_median: Median over MediaPipe's.
        ratio_cpu: CPU time over MediaPipe's; None when the system's clock is too coarse for it.
        difference: From MediaPipe's landmarks, in LiteRT's and OpenVINO's rows if both saw a hand.
    """

    runtime: str
    model: str
    max_hands: int
    threads: int | None
    found: int
    figures: Figures
    cpu_ms: float
    ratio_median: float
    ratio_cpu: float | None
    difference: Difference | None = None

    def to_json(self) -> dict[str, object]:
        """As printed."""
        times = self.figures.to_json()
        value: dict[str, object] = {
            "runtime": self.runtime,
            "model": self.model,
            "max_hands": self.max_hands,
            "threads": self.threads,
            "frames": times["frames"],
            "found": self.found,
            "median_ms": times["median_ms"],
            "p95_ms": times["p95_ms"],
            "cpu_ms": round(self.cpu_ms, DIGITS),
            "ratio_median": round(self.ratio_median, DIGITS),
            "ratio_cpu": None if self.ratio_cpu is None else round(self.ratio_cpu, DIGITS),
        }
        if self.difference is not None:
            value["difference_palms"] = round(self.difference.palms, 6)
            value["difference_depth_palms"] = round(self.difference.depth_palms, 6)
            value["compared_hands"] = self.difference.hands
        return value


@dataclass(slots=True)
class _Contender:
    runtime: str
    max_hands: int
    threads: int | None
    look: Look
    meter: Meter = field(default_factory=Meter)
    seen: list[Hands] = field(default_factory=list)

    def take(self, frame: Frame) -> None:
        self.seen.append(self.meter.measure(lambda: self.look(frame)))


def bench_tracker(frames: Sequence[Frame], options: TrackerOptions, store: ModelStore) -> list[Row]:
    """Measure on decoded frames, at least one: LiteRT, MediaPipe, the landmark network on LiteRT.

    Where OpenVINO is installed, it comes second; where it does not work, it is left out.

    Raises:
        ModelError: A model file is missing or not what it should be.
        MissingLibrary: The system lacks a library that a runtime needs.
    """
    most, threads = options.max_hands, options.threads
    with ExitStack() as stack:
        contenders: list[_Contender] = []
        seen: dict[Runtime, Hands] = {}
        for runtime in runtimes():
            live = replace(options, live=runtime != REFERENCE)
            tracker = open_if_possible(runtime, live, store)
            if tracker is None:
                continue
            stack.callback(tracker.close)
            seen[runtime] = warm_up(tracker, frames[0].picture)
            look = _tracking(tracker, frames[0])
            its_threads = None if runtime == REFERENCE else threads
            contenders.append(_Contender(runtime, most, its_threads, look))
        network = LitertNetwork(store.path(f"hand_landmark_{options.model}"), threads)
        look = _running(network, frames[0].picture, seen["litert"])
        contenders.append(_Contender("network", 1, threads, look))
        for frame, order in zip(frames, orders(contenders), strict=False):
            for contender in order:
                contender.take(frame)
    return _rows(contenders, options.model, frames)


def runtimes() -> tuple[Runtime, ...]:
    """Those that are installed."""
    openvino = find_spec("openvino")
    # An uninstalled one may have left its folder, from which nothing can be imported.
    if openvino is None or openvino.origin is None:
        return ("litert", REFERENCE)
    return ("litert", "openvino", REFERENCE)


def open_if_possible(
    runtime: Runtime, options: TrackerOptions, store: ModelStore
) -> Tracker | None:
    """A tracker; None on an OpenVINO that does not work, which is logged.

    Raises:
        ModelError, MissingLibrary: As `open_tracker`, on the others.
    """
    try:
        return open_tracker(runtime, options, store)
    except (ImportError, OSError, RuntimeError, MissingLibrary) as error:
        if runtime != "openvino":
            raise
        _log.warning("%s fails here and is left out: %s", runtime, " ".join(str(error).split()))
        return None


def orders(contenders: Sequence[Each]) -> Iterator[tuple[Each, ...]]:
    """All orders of the contenders, over and over: each comes as often after each other one."""
    return cycle(permutations(contenders))


def warm_up(tracker: Tracker, rgb: Picture) -> Hands:
    """Show a tracker the first picture of a clip until it is in its stride; the hands it sees."""
    hands: Hands = ()
    for number in range(WARM_UP_FRAMES):
        hands = tracker.track(rgb, number / _WARM_UP_FPS)
    return hands


def time_after_warm_up(frame: Frame, first: Frame) -> float:
    """Time in seconds at which a tracker that was warmed up sees a frame of the clip."""
    return frame.t_s - first.t_s + WARM_UP_FRAMES / _WARM_UP_FPS


def _tracking(tracker: Tracker, first: Frame) -> Look:
    return lambda frame: tracker.track(frame.picture, time_after_warm_up(frame, first))


def _running(network: LitertNetwork, rgb: Picture, hands: Hands) -> Look:
    """Runs always on the same crop, that of the first hand: its cost does not depend on it."""
    HandNetwork(network).look(rgb, _region(rgb, hands))
    for _ in range(WARM_UP_FRAMES):
        network.run()

    def look(_: Frame) -> Hands:
        presence = network.run()[1]
        return hands if presence[0, 0] > _PRESENT else ()

    return look


def _region(rgb: Picture, hands: Hands) -> Region:
    """Where the first hand is, or the middle of the picture."""
    height, width = rgb.shape[:2]
    if not hands:
        return Region(width / 2, height / 2, float(min(width, height)), 0.0)
    return region_of_landmarks(hands[0].image * np.array([width, height, width], np.float64))


def _rows(contenders: Sequence[_Contender], model: str, frames: Sequence[Frame]) -> list[Row]:
    (theirs,) = (each for each in contenders if each.runtime == REFERENCE)
    aspects = [frame.picture.shape[1] / frame.picture.shape[0] for frame in frames]
    reference, reference_cpu_ms = figures(theirs.meter.wall_s), theirs.meter.cpu_ms
    rows = []
    for each in contenders:
        times, cpu_ms = figures(each.meter.wall_s), each.meter.cpu_ms
        is_compared = each is not theirs and each.runtime != "network"
        rows.append(
            Row(
                runtime=each.runtime,
                model=model,
                max_hands=each.max_hands,
                threads=each.threads,
                found=sum(1 for hands in each.seen if hands),
                figures=times,
                cpu_ms=cpu_ms,
                ratio_median=times.median_ms / reference.median_ms,
                ratio_cpu=cpu_ms / reference_cpu_ms if reference_cpu_ms else None,
                difference=compare(each.seen, theirs.seen, aspects) if is_compared else None,
            )
        )
    return rows
