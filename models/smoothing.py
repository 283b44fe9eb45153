"""Smoothing of landmarks: one constant-velocity Kalman filter a hand, in palm lengths.

All coordinates of a hand share their noise, so they share covariance and gain: one of filterpy's
filters takes them together, with a column of its state for each, at the cost of a single one.
Because a gain has no unit, pixels and metres can go through together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from math import hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gestures.landmarks import HandObservation, palm_length

#: How long a hand is predicted without being seen.
COAST_S = 0.25
#: No hand moves faster than this, in palm lengths/s: a landmark set farther off is an outlier.
_FASTEST = 45.0
#: Wrist and MCPs: where the hand is, whatever its fingers do.
_STEADY = np.array([0, 5, 9, 13, 17])
#: Multiplied by all coordinates of a hand, image's points first: x and y of the middle of those.
_MIDDLE = np.zeros((42, 3, 2))
_MIDDLE[_STEADY, [[0], [1]], [[0], [1]]] = 1 / len(_STEADY)
_MIDDLE.shape = (-1, 2)
#: What a frame leaves of the palm's length as it was before.
_PALM_FADES = 0.97
#: After this many outliers in a row the hand is believed to be there.
_MOST_OUTLIERS = 2


@dataclass(frozen=True, slots=True)
class Noise:
    """What the filter expects.

    Attributes:
        process: Standard deviation of a landmark's acceleration, palm lengths/s².
        measurement: Standard deviation of a landmark's measured place, palm lengths.
    """

    process: float = 15.0
    measurement: float = 0.03


class LandmarkSmoother:
    """Filters every hand of a stream of frames, and bridges the gaps between its sightings."""

    def __init__(self, noise: Noise | None = None) -> None:
        self._noise = noise or Noise()
        self._hands: dict[int, _HandFilter] = {}
        # filterpy brings scipy, which takes a second to import: not when the first hand comes.
        import_module("filterpy.kalman")

    def reset(self) -> None:
        """Forget all hands."""
        self._hands.clear()

    def update(
        self, hands: Sequence[HandObservation], t_s: float, aspect: float
    ) -> tuple[HandObservation, ...]:
        """Smoothed hands, with velocity; lost ones go on for `COAST_S`, marked as coasting.

        Args:
            hands: What the tracker saw.
            t_s: Time of the frame, seconds; must grow.
            aspect: Width of the picture over its height.
        """
        seen = {hand.track: hand for hand in hands}
        smoothed = []
        for track in sorted(seen.keys() | self._hands.keys()):
            hand = seen.get(track)
            filtered = self._hands.get(track)
            if hand is not None and (filtered is None or filtered.stale(t_s)):
                filtered = self._hands[track] = _HandFilter(hand, t_s, self._noise)
                smoothed.append(filtered.observation)
            elif hand is not None and filtered is not None:
                smoothed.append(filtered.correct(hand, t_s, aspect))
            elif filtered is not None and filtered.stale(t_s):
                del self._hands[track]
            elif filtered is not None:
                smoothed.append(filtered.coast(t_s))
        return tuple(smoothed)


class _HandFilter:
    """State of one hand: places and velocities of 21 image and, where known, 21 world points."""

    def __init__(self, hand: HandObservation, t_s: float, noise: Noise) -> None:
        self._noise = noise
        self._start(hand, t_s)

    def _start(self, hand: HandObservation, t_s: float) -> None:
        self._filter = _shared_filter(_row(hand), self._noise)
        self._t_s = self._seen_s = self._sighted_s = t_s
        self._palm = 0.0
        self._outliers = 0
        self._report(hand, coasting=False, fresh=True)

    def stale(self, t_s: float) -> bool:
        """Whether the hand was last seen too long ago to go on from there."""
        return t_s - self._seen_s > COAST_S

    def correct(self, hand: HandObservation, t_s: float, aspect: float) -> HandObservation:
        """Take in a sighting."""
        measured = _row(hand)
        if measured.shape[1] != self._filter.x.shape[1]:
            self._start(hand, t_s)
            return self.observation
        dt_s = t_s - self._t_s
        # A palm turned edge-on looks short, and is none the slower for it.
        self._palm = max(palm_length(hand.image, aspect), _PALM_FADES * self._palm)
        farthest = _FASTEST * (t_s - self._sighted_s) * self._palm
        self._sighted_s = t_s
        if self._off(measured, dt_s, aspect) > farthest:
            self._outliers += 1
            if self._outliers <= _MOST_OUTLIERS:
                return self.coast(t_s)
            self._start(hand, t_s)
            return self.observation
        self._outliers = 0
        self._predict(dt_s)
        # Told of H, filterpy takes a row of measurements, one for each column of the state.
        self._filter.update(measured, H=self._filter.H)
        self._t_s = self._seen_s = t_s
        return self._report(hand, coasting=False)

    def coast(self, t_s: float) -> HandObservation:
        """Predict; the hand keeps its shape and goes on as a whole."""
        state = self._filter.x.copy()
        velocities = state[1].reshape(-1, 3)
        velocities[:21] = velocities[:21].mean(axis=0)
        velocities[21:] = 0.0
        self._filter.x = state
        self._predict(t_s - self._t_s)
        self._t_s = t_s
        return self._report(self.observation, coasting=True)

    def _predict(self, dt_s: float) -> None:
        change, power = self._filter.Q, self._noise.process**2
        half = dt_s * dt_s / 2
        self._filter.F[0, 1] = dt_s
        change[0, 0] = half * half * power
        change[0, 1] = change[1, 0] = half * dt_s * power
        change[1, 1] = dt_s * dt_s * power
        self._filter.predict()

    def _off(self, measured: NDArray[np.float64], dt_s: float, aspect: float) -> float:
        """How far the hand is from where it was expected, in picture widths."""
        middle = _MIDDLE[: measured.size]
        (x, y), (vx, vy) = self._filter.x.dot(middle).tolist()
        ((seen_x, seen_y),) = measured.dot(middle).tolist()
        return hypot(seen_x - x - vx * dt_s, (seen_y - y - vy * dt_s) / aspect)

    def _report(
        self, hand: HandObservation, *, coasting: bool, fresh: bool = False
    ) -> HandObservation:
        # filterpy never writes into a state it has had: what is told of it needs no copy.
        places, velocities = self._filter.x.reshape(2, -1, 3)
        self.observation = HandObservation(
            hand.track,
            hand.hand,
            hand.score,
            places[:21],
            places[21:] if len(places) > 21 else None,
            velocities[:21],
            coasting,
            fresh,
        )
        return self.observation


def _row(hand: HandObservation) -> NDArray[np.float64]:
    """All coordinates of a hand: shape `(1, 63)`, or `(1, 126)` with world points."""
    points = hand.image if hand.world is None else np.concatenate((hand.image, hand.world))
    return points.reshape(1, -1)


def _shared_filter(first: NDArray[np.float64], noise: Noise) -> Any:
    from filterpy.kalman import KalmanFilter

    kalman = KalmanFilter(dim_x=2, dim_z=1)
    kalman.x = np.concatenate([first, np.zeros_like(first)])
    kalman.H = np.array([[1.0, 0.0]])
    kalman.R = np.array([[noise.measurement**2]])
    # A new hand may already be moving at a swipe's speed.
    kalman.P = np.diag([noise.measurement**2, 10.0**2])
    # Of a matrix with a single number.
    kalman.inv = np.reciprocal
    return kalman
