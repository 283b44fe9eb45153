"""Smoothing of landmarks: one constant-velocity Kalman filter a hand, in palm lengths.

All coordinates of a hand share their noise, so they share covariance and gain: one of filterpy's
filters takes them together, with a column of its state for each, at the cost of a single one. The
covariance, three numbers that depend on nothing but the times of the frames, is worked out without
matrices, and filterpy is given the gain, as its steady state wants it. Because a gain has no unit,
pixels and metres can go through together.
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
#: Multiplied by the coordinates of a hand's image: x and y of the middle of those.
_MIDDLE = np.zeros((21, 3, 2))
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
            known = self._hands.get(track)
            if known is not None and t_s - known.seen_s <= COAST_S:
                going_on = known.coast(t_s) if hand is None else known.correct(hand, t_s, aspect)
                smoothed.append(going_on)
            elif hand is None:
                del self._hands[track]
            else:
                self._hands[track] = begun = _HandFilter(hand, t_s, self._noise)
                smoothed.append(begun.observation)
        return tuple(smoothed)


class _HandFilter:
    """State of one hand: places and velocities of 21 image and, where known, 21 world points.

    Attributes:
        observation: What was told of it last.
        seen_s: When it was seen last; too long ago, nothing goes on from there.
    """

    __slots__ = (
        "_covariance", "_filter", "_measured", "_noise", "_outliers", "_palm", "_points",
        "_sighted_s", "_t_s", "observation", "seen_s",
    )  # fmt: skip

    def __init__(self, hand: HandObservation, t_s: float, noise: Noise) -> None:
        self._noise = noise
        self._start(hand, t_s)

    def _start(self, hand: HandObservation, t_s: float) -> None:
        points = [hand.image] if hand.world is None else [hand.image, hand.world]
        self._points = np.array(points)
        #: The same numbers in a row, as the filter takes them: `(1, 63)` or `(1, 126)`.
        self._measured = self._points.reshape(1, -1)
        self._filter = _shared_filter(self._measured)
        #: Of a place, of a place and its velocity, of a velocity, which may be a swipe's already.
        self._covariance = self._noise.measurement**2, 0.0, 10.0**2
        self._t_s = self.seen_s = self._sighted_s = t_s
        self._palm = 0.0
        self._outliers = 0
        self._report(hand, coasting=False, fresh=True)

    def correct(self, hand: HandObservation, t_s: float, aspect: float) -> HandObservation:
        """Take in a sighting."""
        points = self._points
        if (hand.world is None) is (len(points) == 2):
            self._start(hand, t_s)
            return self.observation
        points[0] = hand.image
        if hand.world is not None:
            points[1] = hand.world
        # A palm turned edge-on looks short, and is none the slower for it.
        self._palm = max(palm_length(hand.image, aspect), _PALM_FADES * self._palm)
        farthest = _FASTEST * (t_s - self._sighted_s) * self._palm
        self._sighted_s = t_s
        kalman = self._filter
        # filterpy never writes into a state it has had: this one stays as it is.
        before = kalman.x, self._covariance
        self._predict(t_s - self._t_s)
        self._update()
        if self._off(aspect) > farthest:
            kalman.x, self._covariance = before
            self._outliers += 1
            if self._outliers <= _MOST_OUTLIERS:
                return self.coast(t_s)
            self._start(hand, t_s)
            return self.observation
        self._outliers = 0
        self._t_s = self.seen_s = t_s
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
        place, both, speed = self._covariance
        push = (dt_s * self._noise.process) ** 2
        place += dt_s * (2 * both + dt_s * speed) + push * dt_s * dt_s / 4
        both += dt_s * speed + push * dt_s / 2
        self._covariance = place, both, speed + push
        self._filter.F[0, 1] = dt_s
        self._filter.predict_steadystate()

    def _update(self) -> None:
        kalman = self._filter
        place, both, speed = self._covariance
        whole = place + self._noise.measurement**2
        kalman.K[0, 0], kalman.K[1, 0] = gain, of_speed = place / whole, both / whole
        self._covariance = (1 - gain) * place, (1 - gain) * both, speed - of_speed * both
        # filterpy's `update_steadystate` takes no row of measurements.
        kalman.y = self._measured - kalman.x[:1]
        kalman.x = kalman.x + kalman.K.dot(kalman.y)

    def _off(self, aspect: float) -> float:
        """How far the hand is from where it was expected, in picture widths."""
        ((x, y),) = self._filter.y[:, :63].dot(_MIDDLE).tolist()
        return hypot(x, y / aspect)

    def _report(
        self, hand: HandObservation, *, coasting: bool, fresh: bool = False
    ) -> HandObservation:
        world = None
        # Not copied: filterpy never writes into a state it has had.
        if len(self._points) == 2:
            image, world, velocity, _ = self._filter.x.reshape(4, 21, 3)
        else:
            image, velocity = self._filter.x.reshape(2, 21, 3)
        self.observation = HandObservation(
            hand.track, hand.hand, hand.score, image, world, velocity, coasting, fresh
        )
        return self.observation


def _shared_filter(first: NDArray[np.float64]) -> Any:
    from filterpy.kalman import KalmanFilter

    kalman = KalmanFilter(dim_x=2, dim_z=1)
    kalman.x = np.concatenate([first, np.zeros_like(first)])
    return kalman
