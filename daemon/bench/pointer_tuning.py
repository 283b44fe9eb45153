"""Tuning a One Euro filter to a pointer, over all that its parameters can mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from daemon.bench.one_euro import Tuning

Values = NDArray[np.float64]

#: A lag that differs by less is the same, frames.
_SAME_LAG_FRAMES = 0.02
#: Least cutoff in Hz, beta and cutoff of the derivative in Hz, and the highest.
_LOWEST, _HIGHEST = np.array([0.001, 1.0, 0.003]), np.array([1.0, 10_000.0, 2.0])
#: How many of each in a first search, and in a second one about what the first found.
_COARSE, _FINE = (8, 14, 12), (7, 7, 7)


def tuned(
    figures: Callable[[Tuning], tuple[Values, Values]], std_px: float, lag_frames: float
) -> dict[str, Tuning]:
    """One Euro filters for a pointer, by what they have in common with it.

    One of the least lag at no more jitter, and one of the least jitter at no more lag; where there
    is none, that with the nearest.

    Args:
        figures: Jitter in pixels and lag in frames of `T` filters, each of shape `(T,)`.
        std_px: The pointer's jitter.
        lag_frames: The pointer's lag.
    """
    found = {}
    for what, allowed in (("jitter", std_px), ("lag", lag_frames + _SAME_LAG_FRAMES)):
        low, high = _LOWEST, _HIGHEST
        for counts in (_COARSE, _FINE):
            grid = _grid(low, high, counts)
            jitters, lags = figures(Tuning(*grid))
            bounded, least = (jitters, lags) if what == "jitter" else (lags, jitters)
            best = int(np.lexsort((least, np.maximum(bounded - allowed, 0.0)))[0])
            step = (high / low) ** (1 / (np.array(counts) - 1))
            low, high = grid[:, best] / step, grid[:, best] * step
        name = f"same {what}" if bounded[best] <= allowed else f"nearest {what}"
        found[name] = Tuning(*grid[:, best].tolist())
    return found


def _grid(low: Values, high: Values, counts: tuple[int, int, int]) -> Values:
    """Array of shape `(3, T)`: all combinations of so many values of each, in even ratios."""
    axes = [np.geomspace(*each) for each in zip(low, high, counts, strict=True)]
    return np.array([axis.ravel() for axis in np.meshgrid(*axes)])
