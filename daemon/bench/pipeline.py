"""The daemon's own chain, with a stopwatch at each of its stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from daemon.bench.clip import true_landmarks
from daemon.bench.measure import Figures, figures
from daemon.bench.tracker import time_after_warm_up, warm_up
from daemon.chain import Chain
from daemon.config.model import Config
from daemon.sources import Frame
from gestures.landmarks import HandFrame
from models.tracker import Tracker

#: Stages in their order, and the chain's attributes that hold them.
_STAGES = {"smoothing": "_smoother", "recognition": "_recognizer", "dispatch": "_dispatcher"}
#: A stage takes microseconds: short traces are played again until there are so many frames.
_LEAST_FRAMES = 3000

_NETWORK = "network"
#: The network runs so often in a row.
_NETWORK_RUNS = 20

Times = dict[str, list[float]]


@dataclass(frozen=True, slots=True)
class StageRow:
    """Times of one stage; `total` is the whole chain, with the tracker where that was measured.

    So it is more than the stages together: by what lies between them, and by their stopwatches.

    Attributes:
        ratio_network: Median over that of the bare landmark network in the same run, which is the
            stage `network`; None where there was none.
    """

    stage: str
    figures: Figures
    ratio_network: float | None = None

    def to_json(self) -> dict[str, object]:
        """As printed."""
        ratio = None if self.ratio_network is None else round(self.ratio_network, 4)
        return {"stage": self.stage, **self.figures.to_json(), "ratio_network": ratio}


#: Runs the bare landmark network once.
RunNetwork = Callable[[], object]


def bench_landmarks(
    config: Config, frames: Sequence[HandFrame], run_network: RunNetwork | None = None
) -> list[StageRow]:
    """Measure what comes after the tracker, on recorded landmarks.

    Each time the recording is played, it is to a new chain.
    """
    _warm_up_chain(config)
    times: Times = {}
    for _ in range(ceil(_LEAST_FRAMES / len(frames))):
        _note_network(times, run_network)
        chain = _WatchedChain(config)
        for frame in frames:
            _note(times, chain.feed(frame))
    return _rows(times)


def bench_pictures(
    config: Config,
    frames: Sequence[Frame],
    tracker: Tracker,
    run_network: RunNetwork | None = None,
) -> list[StageRow]:
    """Measure everything after the camera, on decoded pictures as they are, not mirrored."""
    _warm_up_chain(config)
    warm_up(tracker, frames[0].picture)
    chain = _WatchedChain(config)
    times: Times = {}
    _note_network(times, run_network)
    for frame in frames:
        t_s = time_after_warm_up(frame, frames[0])
        start_s = time.perf_counter()
        hands = tracker.track(frame.picture, t_s)
        tracked_s = time.perf_counter() - start_s
        height, width = frame.picture.shape[:2]
        spent_s = chain.feed(HandFrame(t_s, width, height, hands))
        spent_s["total"] += tracked_s
        _note(times, {"tracker": tracked_s, **spent_s})
    _note_network(times, run_network)
    return _rows(times)


class _Watched:
    """Stands in for a stage of the chain and adds up the time spent in its methods."""

    def __init__(self, stage: object, add_s: Callable[[float], None]) -> None:
        self._stage = stage
        self._add_s = add_s

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._stage, name)
        if not callable(found):
            return found

        def watched(*args: object) -> Any:
            start_s = time.perf_counter()
            result = found(*args)
            self._add_s(time.perf_counter() - start_s)
            return result

        # Found without asking here from now on.
        setattr(self, name, watched)
        return watched


class _WatchedChain:
    """A dry run's chain that tells where the time went.

    What is measured is the chain that the daemon runs, so that the figures stay true when it
    changes; the stopwatch costs it less than ten microseconds a frame.
    """

    def __init__(self, config: Config) -> None:
        from daemon.backends.dry_run import DryRunBackend
        from daemon.injector import Injector

        self._chain = Chain(config, Injector(DryRunBackend()), dry_run=True)
        self._spent_s: dict[str, float] = {}
        for stage, attribute in _STAGES.items():
            watched = _Watched(getattr(self._chain, attribute), self._adder(stage))
            setattr(self._chain, attribute, watched)

    def feed(self, frame: HandFrame) -> dict[str, float]:
        """Seconds spent on a frame in each stage, and in total."""
        self._spent_s = dict.fromkeys(_STAGES, 0.0)
        start_s = time.perf_counter()
        self._chain.feed(frame)
        return {**self._spent_s, "total": time.perf_counter() - start_s}

    def _adder(self, stage: str) -> Callable[[float], None]:
        def add_s(seconds: float) -> None:
            self._spent_s[stage] += seconds

        return add_s


def _warm_up_chain(config: Config) -> None:
    """Have everything imported and run once; the filter imports scipy with its first hand."""
    chain = _WatchedChain(config)
    for frame in true_landmarks():
        chain.feed(frame)


def _note(times: Times, spent_s: dict[str, float]) -> None:
    for stage, seconds in spent_s.items():
        times.setdefault(stage, []).append(seconds)


def _note_network(times: Times, run_network: RunNetwork | None) -> None:
    """Time the network some times, in between: the machine is as fast and as busy as meanwhile."""
    if run_network is None:
        return
    for _ in range(_NETWORK_RUNS):
        start_s = time.perf_counter()
        run_network()
        times.setdefault(_NETWORK, []).append(time.perf_counter() - start_s)


def _rows(times: Times) -> list[StageRow]:
    rows = [StageRow(stage, figures(seconds)) for stage, seconds in times.items()]
    network = next((row.figures.median_ms for row in rows if row.stage == _NETWORK), None)
    if network is None:
        return rows
    return [replace(row, ratio_network=row.figures.median_ms / network) for row in rows]
