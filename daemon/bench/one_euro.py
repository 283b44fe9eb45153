"""The One Euro filter, for comparison: Casiez, Roussel and Vogel, CHI 2012."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

#: One, or an array of shape `(T,)` for as many filters at once.
Figure = float | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tuning:
    """Its parameters, or those of several filters.

    Attributes:
        min_cutoff_hz: Cutoff at rest.
        beta: How much the cutoff rises with speed, Hz for a palm length/s.
        derivative_cutoff_hz: Cutoff of the speed itself.
    """

    min_cutoff_hz: Figure
    beta: Figure
    derivative_cutoff_hz: Figure


class OneEuro:
    """Filters a place in palm lengths."""

    def __init__(self, tuning: Tuning, x: float, y: float) -> None:
        self._tuning = tuning
        self._raw_x, self._raw_y = x, y
        self.x: Figure = x
        self.y: Figure = y
        self._vx: Figure = 0.0
        self._vy: Figure = 0.0

    @property
    def speed(self) -> Figure:
        """Its own idea of the speed, palm lengths/s."""
        return np.hypot(self._vx, self._vy)

    def update(self, x: float, y: float, dt_s: float) -> None:
        """Take in a place."""
        share = _share(self._tuning.derivative_cutoff_hz, dt_s)
        self._vx = self._vx + share * ((x - self._raw_x) / dt_s - self._vx)
        self._vy = self._vy + share * ((y - self._raw_y) / dt_s - self._vy)
        self._raw_x, self._raw_y = x, y
        share = _share(self._tuning.min_cutoff_hz + self._tuning.beta * self.speed, dt_s)
        self.x = self.x + share * (x - self.x)
        self.y = self.y + share * (y - self.y)


def _share(cutoff_hz: Figure, dt_s: float) -> Figure:
    return 1.0 / (1.0 + 1.0 / (2.0 * pi * cutoff_hz * dt_s))
