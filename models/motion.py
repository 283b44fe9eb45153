"""A cheap look at a picture: has anything changed in it since somebody looked for hands?

The picture is reduced to a small grid of greys. A change of light is no change of the scene:
lamps, automatic exposure and daylight scale whole rows alike (rows, because a rolling shutter turns
the flicker of lamps into bands), so each row is compared after being scaled by the median of its
ratios. What is left is compared with the noise of these two very pictures, which the median of the
differences tells: neither a camera's noise nor a hand smaller than half of the picture moves it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from models.region import Region

_Greys = NDArray[np.float32]
_Cells = NDArray[np.bool_]

_ROWS, _COLUMNS = 30, 40
#: Pixels sampled for a cell along each axis: their mean has a quarter of a pixel's noise.
_SAMPLES = 4
#: A changed cell differs by so many standard deviations of the noise, and by so many levels of
#: 255 at least: below that lie the rounding of the camera and what a compressed stream leaves.
_DEVIATIONS = 6.0
_LEAST_LEVELS = 4.0
#: No camera's noise is so many levels on the mean of a cell: most of the picture has changed.
_MOST_NOISE = 10.0
#: Fewer changed cells than these are a blinking lamp or a broken pixel. A hand 3 m away, 17 by 33
#: pixels of 640 by 480, mostly touches more, and it brings an arm.
_LEAST_CELLS = 3
#: Standard deviations in the median of the absolute values of normally distributed ones.
_MEDIAN_OF_NORMAL = 0.6745
#: How far a followed hand reaches from the middle of its region, in sides: to the corners.
_REACH = 0.75
#: How far its arm does, which goes with it.
_ARM = 4.0
#: Places of the cells' middles, in cells.
_CELLS_X = np.arange(_COLUMNS)[None, :] + 0.5
_CELLS_Y = np.arange(_ROWS)[:, None] + 0.5
#: Added to greys, so that black can be divided by.
_BLACK = 8.0
#: Below and above these levels of a cell's mean, pixels are cut off at black or at white.
_DARKEST, _BRIGHTEST = 3.0, 250.0
#: A row of which fewer cells tell how the light has changed is taken to be like the whole picture.
_LEAST_TELLING = 10
#: A cell and those around it.
_AROUND = np.ones((3, 3), np.uint8)


class MotionLook:
    """Compares each picture with the one in which hands were last searched for."""

    def __init__(self) -> None:
        self._searched: _Greys | None = None
        self._now: _Greys | None = None
        #: Where hands were followed since the last search, and where in the last picture.
        self._followed: _Cells = np.zeros((_ROWS, _COLUMNS), np.bool_)
        self._covered: _Cells = np.zeros_like(self._followed)

    def reset(self) -> None:
        """Forget all pictures."""
        self._searched = None
        self._followed[:] = False

    def look(self, picture: NDArray[np.uint8], followed: Iterable[Region] = ()) -> bool:
        """Whether a picture differs from the searched one, or none has been searched yet.

        Args:
            picture: Array of shape `(height, width, 3)`; the order of its channels is of no matter.
            followed: Where hands are followed; what happens there until the next search is theirs,
                and what happens where their arms must be.
        """
        self._now = _greys(picture)
        self._cover(picture, followed)
        if self._searched is None:
            return True
        changed = _changed(self._now, self._searched) & ~self._followed
        return int(np.count_nonzero(changed)) >= _LEAST_CELLS

    def searched(self) -> None:
        """The picture of the last look is being searched for hands: nothing in it is news."""
        self._searched = self._now
        self._followed[:] = self._covered

    def _cover(self, picture: NDArray[np.uint8], followed: Iterable[Region]) -> None:
        height, width = picture.shape[:2]
        self._covered[:] = False
        for region in followed:
            x = _CELLS_X * (width / _COLUMNS) - region.x
            y = _CELLS_Y * (height / _ROWS) - region.y
            c, s = cos(region.rotation) / region.size, sin(region.rotation) / region.size
            across, down = c * x + s * y, c * y - s * x
            self._covered |= (np.abs(across) < _REACH) & (down > -_REACH) & (down < _ARM)
        self._followed |= self._covered


def _greys(picture: NDArray[np.uint8]) -> _Greys:
    """Mean green of each cell, array of shape `(30, 40)`; green is most of what the eye sees."""
    height, width = picture.shape[:2]
    down = max(1, height // (_ROWS * _SAMPLES))
    right = max(1, width // (_COLUMNS * _SAMPLES))
    green = np.ascontiguousarray(picture[::down, ::right, 1], dtype=np.float32)
    return np.asarray(cv2.resize(green, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA))


def _changed(now: _Greys, before: _Greys) -> _Cells:
    """Cells that differ by more than light and noise, array of shape `(30, 40)`."""
    # What is cut off at black or at white shows neither light nor noise.
    telling = (np.minimum(now, before) > _DARKEST) & (np.maximum(now, before) < _BRIGHTEST)
    scale = _scales(now, before, telling)
    expected = scale * (before + _BLACK) - _BLACK
    difference = np.abs(now - expected)
    if not telling.all():
        # What is white, or has an edge that is, follows the light only in part.
        white = (np.maximum(now, before) >= _BRIGHTEST).astype(np.uint8)
        between = np.clip(now, np.minimum(before, expected), np.maximum(before, expected))
        difference = np.where(cv2.dilate(white, _AROUND) > 0, np.abs(now - between), difference)
    # Both, lest noise be taken for less than it is: where little tells, and where much is cut off.
    noise = max(_median(difference[telling]), _median(difference)) / _MEDIAN_OF_NORMAL
    if noise > _MOST_NOISE * max(1.0, float(np.median(scale))):
        return np.ones_like(difference, dtype=np.bool_)
    # Noise grows with what it is scaled by, as when the light goes on.
    limit = np.maximum(_LEAST_LEVELS * np.maximum(scale, 1), _DEVIATIONS * noise)
    return np.asarray(difference > limit)


def _scales(now: _Greys, before: _Greys, telling: _Cells) -> _Greys:
    """By what the light of each row has changed, array of shape `(30, 1)`."""
    ratios = (now + _BLACK) / (before + _BLACK)
    counts = np.count_nonzero(telling, axis=1)
    # Cells that don't tell are put behind those that do.
    ordered = np.sort(np.where(telling, ratios, np.inf), axis=1)
    scales = ordered[np.arange(_ROWS), counts // 2]
    few = counts < _LEAST_TELLING
    if few.any():
        scales[few] = _median(ratios[telling]) or 1.0
    return np.asarray(scales[:, None])


def _median(values: _Greys) -> float:
    """The upper one where there are two, 0 of none; `np.median` takes five times as long."""
    middle = values.size // 2
    return float(np.partition(values, middle, axis=None)[middle]) if values.size else 0.0
