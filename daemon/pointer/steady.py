"""Steadying of a place: calm at rest, without lag in motion.

A low-pass filter whose cutoff rises with speed, as in the One Euro filter (Casiez, Roussel and
Vogel, CHI 2012). What is different: speed comes from the Kalman filter of the landmarks, which
knows it sooner than a difference of noisy places; that velocity carries the place forward, so that
a steady sweep has no lag whatever the cutoff; and its change makes good what the Kalman filter
trails behind when the hand accelerates or stops. `gestured bench pointer` compares the two.
"""

from __future__ import annotations

from math import exp, hypot, pi, sqrt

from daemon.pointer.reading import Reading
from models.smoothing import Noise

#: The cutoff at rest, and how much it rises with each palm length/s.
_CUTOFF_HZ = 0.1
_CUTOFF_RISES_HZ = 8.0
#: A hand slower than the first is at rest, one faster than the second in motion, palm lengths/s.
_AT_REST, _IN_MOTION = 0.05, 0.25
#: The speed is averaged over this, or noise would count as motion.
_SPEED_S = 0.1
#: What is still to go counts as speed: a hand found elsewhere has none, and is there all the same.
_CATCHES_UP_PER_S = 1.0
#: The first velocities of a new hand are guesses, and so are their changes.
_GUESSING_S = 0.2


class Steady:
    """The steadied place of one hand: `x` and `y` in picture heights.

    Args:
        reading: Where it begins.
        noise: What the landmarks' filter expects.
    """

    __slots__ = ("_age_s", "_noise", "_speed_x", "_speed_y", "_sure", "_vx", "_vy", "x", "y")

    def __init__(self, reading: Reading, noise: Noise) -> None:
        self._noise = noise
        self.x, self.y = reading.x, reading.y
        self._vx, self._vy = reading.vx, reading.vy
        self._speed_x = self._speed_y = 0.0
        self._age_s = 0.0
        self._sure = False

    def speed_palms_s(self, palm: float) -> float:
        """Averaged speed in palm lengths/s; `palm` in picture heights."""
        return hypot(self._speed_x, self._speed_y) / palm

    def update(self, reading: Reading, dt_s: float, palm: float, *, seen: bool) -> None:
        """Take in a frame.

        Args:
            reading: The hand now.
            dt_s: Time since the frame before, above 0.
            palm: Length of the palm in picture heights, without its jitter.
            seen: False when the frame is a prediction.
        """
        self._age_s += dt_s
        share = 1.0 - exp(-dt_s / _SPEED_S)
        self._speed_x += share * (reading.vx - self._speed_x)
        self._speed_y += share * (reading.vy - self._speed_y)
        speed = self.speed_palms_s(palm)

        x, y = reading.x, reading.y
        # A prediction changes the velocity without anything having been seen.
        if seen and self._sure and self._age_s > _GUESSING_S:
            behind_s = trails_by_s(dt_s, self._noise)
            x += behind_s * (reading.vx - self._vx)
            y += behind_s * (reading.vy - self._vy)
        self._vx, self._vy, self._sure = reading.vx, reading.vy, seen

        carried = _between(speed, _AT_REST, _IN_MOTION) * dt_s
        self.x += carried * reading.vx
        self.y += carried * reading.vy
        speed += _CATCHES_UP_PER_S * hypot(x - self.x, y - self.y) / palm
        gain = 1.0 - exp(-2.0 * pi * (_CUTOFF_HZ + _CUTOFF_RISES_HZ * speed) * dt_s)
        self.x += gain * (x - self.x)
        self.y += gain * (y - self.y)


def trails_by_s(dt_s: float, noise: Noise) -> float:
    """How far the landmarks' filter is behind what it measured, over its velocity's last change.

    Its gains settle at those of Kalata's alpha-beta filter ("The tracking index", IEEE Transactions
    on Aerospace and Electronic Systems 20(2), 1984). A residual changes the velocity by beta / dt
    of it, and 1 - alpha of it is what the place leaves out.
    """
    index = noise.process * dt_s * dt_s / noise.measurement
    kept = (4.0 + index - sqrt(8.0 * index + index * index)) / 4.0
    alpha = 1.0 - kept * kept
    beta = 2.0 * (2.0 - alpha) - 4.0 * kept
    return (1.0 - alpha) * dt_s / beta


def _between(value: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high`, smooth in between."""
    part = min(max((value - low) / (high - low), 0.0), 1.0)
    return part * part * (3.0 - 2.0 * part)
