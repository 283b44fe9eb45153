"""Where a hand will be in the next picture: a constant-velocity Kalman filter of its region."""

from __future__ import annotations

from dataclasses import replace

from models.region import Region

#: Standard deviation of a region's measured centre, in its sides.
_MEASUREMENT = 0.012
#: Standard deviation of its acceleration, sides/s²: the start of a swipe. Peak of the minimum-jerk
#: curve (Flash and Hogan, 1985) over 3 palm lengths in 0.4 s is 108 palm lengths/s².
_PROCESS = 40.0
#: Standard deviation of the speed of a hand just found, sides/s.
_FIRST_SPEED = 4.0
#: Motion of less than this until the next picture, in sides, is left to the next picture: the
#: network is at ease with it, and a hand at rest is seen from the very square of its landmarks.
_LEAST = 0.05
#: Farthest a region is moved, in sides: from there on a guess is no better than none.
_MOST = 0.5
#: The longest time in seconds over which a hand is taken to go on as it did.
_LONGEST_S = 0.25


class RegionPath:
    """The way of one hand's region; its centre moves on, its size and turn stay.

    Lengths are in sides of the region, so that the distance to the camera doesn't matter.

    Args:
        region: Where the hand was found.
        t_s: Time of that picture, seconds.
    """

    def __init__(self, region: Region, t_s: float) -> None:
        self._region = region
        self._t_s = t_s
        self._x_per_s = self._y_per_s = 0.0
        # Covariance of place and speed, the same for x and y.
        self._place, self._cross, self._speed = _MEASUREMENT**2, 0.0, _FIRST_SPEED**2

    def correct(self, region: Region, t_s: float) -> None:
        """Take in where the hand was at `t_s`, which must not go back."""
        dt_s = t_s - self._t_s
        noise = _PROCESS**2 * dt_s * dt_s
        place = (
            self._place + dt_s * (2 * self._cross + dt_s * self._speed) + noise * dt_s * dt_s / 4
        )
        cross = self._cross + dt_s * self._speed + noise * dt_s / 2
        speed = self._speed + noise
        place_gain = place / (place + _MEASUREMENT**2)
        speed_gain = cross / (place + _MEASUREMENT**2)
        # The measured centre is trusted as it is: only the speed is the filter's.
        self._x_per_s += speed_gain * (region.x - self._region.x - self._x_per_s * dt_s)
        self._y_per_s += speed_gain * (region.y - self._region.y - self._y_per_s * dt_s)
        self._place = (1 - place_gain) * place
        self._cross = (1 - place_gain) * cross
        self._speed = speed - speed_gain * cross
        self._region, self._t_s = region, t_s

    @property
    def region(self) -> Region:
        """Where the hand was last."""
        return self._region

    def is_old(self, t_s: float) -> bool:
        """Whether the hand was last seen too long ago to go on from there."""
        return t_s - self._t_s > _LONGEST_S

    def place(self, region: Region) -> None:
        """Take another region for where the hand was last; that is no motion."""
        self._region = region

    def at(self, t_s: float) -> Region:
        """Where to look for the hand at `t_s`."""
        return self.shifted(self._region, self._t_s, t_s)

    def shifted(self, region: Region, from_s: float, to_s: float) -> Region:
        """Where a hand that was in a region goes, moving as this one does."""
        dt_s = min(to_s - from_s, _LONGEST_S)
        x, y = self._x_per_s * dt_s, self._y_per_s * dt_s
        sides = (x * x + y * y) ** 0.5 / region.size
        if sides < _LEAST:
            return region
        part = min(1.0, _MOST / sides)
        return replace(region, x=region.x + part * x, y=region.y + part * y)
