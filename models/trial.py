"""Engines on one network: how fast they run it, and how far apart the landmarks are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from models.engine import Engine
from models.network import Network
from models.sample_hand import Crop

Points = NDArray[np.float64]

#: Most that landmarks may be off on average, palm lengths.
MOST_PALMS = 0.01
#: Faster is who needs at most this much of the other's time; less can't be told from chance.
_FASTER = 0.9
_ROUNDS = 6
_RUNS = 5
_WRIST, _MIDDLE_MCP = 0, 9


@dataclass(frozen=True, slots=True)
class Trial:
    """How one engine ran a network.

    Attributes:
        engine: What ran it.
        median_ms: Time of a run.
        palms: Mean distance of its landmarks from the first engine's, palm lengths.
    """

    engine: Engine
    median_ms: float
    palms: float

    def __str__(self) -> str:
        return f"{self.engine} {self.median_ms:.1f} ms, {self.palms:.4f} palm lengths off"


def best(trials: Sequence[Trial]) -> Trial:
    """The fastest that is near enough to the first; between equals, the one named before.

    Args:
        trials: At least one; the first is what the others are measured by.
    """
    chosen, *others = trials
    for trial in others:
        # Written so that landmarks that are no numbers are not near.
        if trial.palms <= MOST_PALMS and trial.median_ms <= _FASTER * chosen.median_ms:
            chosen = trial
    return chosen


def try_out(
    networks: Mapping[Engine, Network],
    crops: Sequence[Crop],
    clock_s: Callable[[], float] = perf_counter,
) -> list[Trial]:
    """Run hand landmark networks on the same crops, in turn.

    Args:
        networks: At least one; the first is what the others' landmarks are compared with.
        crops: Of hands, of shape `(side, side, 3)`.
        clock_s: Seconds that only grow.
    """
    landmarks = {
        engine: [_landmarks(network, crop) for crop in crops]
        for engine, network in networks.items()
    }
    expected = next(iter(landmarks.values()))
    times_s: dict[Engine, list[float]] = {engine: [] for engine in networks}
    for _ in range(_ROUNDS):
        for engine, network in networks.items():
            # The first pays for the threads of the one before, and for cold memory.
            network.run()
            for _ in range(_RUNS):
                start_s = clock_s()
                network.run()
                times_s[engine].append(clock_s() - start_s)
    return [
        Trial(
            engine,
            median(times_s[engine]) * 1000,
            mean(map(_palms_apart, landmarks[engine], expected)),
        )
        for engine in networks
    ]


def _landmarks(network: Network, crop: Crop) -> Points:
    """Array of shape `(21, 2)`, pixels of the crop."""
    network.crop[:] = crop
    return network.run()[0].reshape(21, 3)[:, :2].astype(np.float64)


def _palms_apart(points: Points, expected: Points) -> float:
    """Mean distance of a landmark, in palm lengths of the expected."""
    palm = np.linalg.norm(expected[_MIDDLE_MCP] - expected[_WRIST])
    return float(np.linalg.norm(points - expected, axis=1).mean() / palm)
