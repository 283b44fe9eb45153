"""Regions of interest: the rotated squares that a landmark network looks at.

The geometry (which landmarks, scales and shifts) is that of MediaPipe's hand graphs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Landmarks that bound the palm and the fingers' roots: steadier than the tips.
_STEADY = np.array([0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18])
_PALM_SCALE, _PALM_SHIFT = 2.6, 0.5
_LANDMARK_SCALE, _LANDMARK_SHIFT = 2.0, 0.1


@dataclass(frozen=True, slots=True)
class Region:
    """A square in the picture, turned so that the hand inside stands upright.

    Attributes:
        x: Centre, pixels.
        y: Centre, pixels.
        size: Length of a side, pixels.
        rotation: Clockwise turn of the square in the picture, radians.
    """

    x: float
    y: float
    size: float
    rotation: float

    def crop_matrix(self, side: int) -> Array:
        """Affine `(2, 3)` matrix from the crop's pixels (`side` x `side`) to the picture's."""
        step = self.size / side
        c, s = cos(self.rotation) * step, sin(self.rotation) * step
        half = side / 2
        return np.array(
            [[c, -s, self.x - half * (c - s)], [s, c, self.y - half * (s + c)]], dtype=np.float64
        )

    def distance(self, other: Region) -> float:
        """Between the two centres, in sides of the larger square."""
        return hypot(self.x - other.x, self.y - other.y) / max(self.size, other.size)

    def turn_from(self, other: Region) -> float:
        """Clockwise turn from the other square to this one, radians, within -pi to pi."""
        return (self.rotation - other.rotation + pi) % (2 * pi) - pi


def crop(
    picture: NDArray[np.uint8], region: Region, out: NDArray[np.uint8], *, bgr: bool = False
) -> None:
    """Fill `out` `(side, side, 3)` with the region's pixels, those outside the picture repeated."""
    warp(picture, region.crop_matrix(out.shape[0]), out, cv2.BORDER_REPLICATE, bgr=bgr)


def warp(
    picture: NDArray[np.uint8], matrix: Array, out: NDArray[np.uint8], border: int, *, bgr: bool
) -> None:
    """Fill `out` `(side, side, 3)`, RGB, from a picture in one pass.

    Args:
        picture: Array of shape `(height, width, 3)`.
        matrix: Affine `(2, 3)`, from pixels of `out` to those of the picture.
        out: The buffer.
        border: OpenCV's name for what is outside the picture.
        bgr: Whether the picture is BGR and not RGB.
    """
    side = out.shape[0]
    cv2.warpAffine(
        picture,
        matrix,
        (side, side),
        dst=out,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=border,
    )
    if bgr:
        # At the crop's size it costs next to nothing; a whole picture's copy would not.
        cv2.cvtColor(out, cv2.COLOR_BGR2RGB, dst=out)


def region_of_palm(box: Array, wrist: Array, middle_mcp: Array, turn: float = 0.0) -> Region:
    """Where the hand of a detected palm is.

    Args:
        box: `(x, y, width, height)` of the palm, centre first, pixels.
        wrist: `(x, y)` of the wrist, pixels.
        middle_mcp: `(x, y)` of the middle finger's MCP, pixels.
        turn: Further clockwise turn of the palm's frame, radians.
    """
    rotation = _upright(middle_mcp[0] - wrist[0], middle_mcp[1] - wrist[1]) + turn
    x, y, width, height = (float(value) for value in box)
    shift = -_PALM_SHIFT * height
    return Region(
        x=x - shift * sin(rotation),
        y=y + shift * cos(rotation),
        size=max(width, height) * _PALM_SCALE,
        rotation=rotation,
    )


def region_of_landmarks(points: Array) -> Region:
    """Where the hand will be looked for next.

    Args:
        points: Array of shape `(21, 2)` or wider: x and y in pixels.
    """
    knuckles_x = (points[5, 0] + points[13, 0]) / 4 + points[9, 0] / 2
    knuckles_y = (points[5, 1] + points[13, 1]) / 4 + points[9, 1] / 2
    rotation = _upright(knuckles_x - points[0, 0], knuckles_y - points[0, 1])
    c, s = cos(rotation), sin(rotation)
    steady = points[_STEADY, :2]
    middle = (steady.min(axis=0) + steady.max(axis=0)) / 2
    offset = steady - middle
    along_x = offset[:, 0] * c + offset[:, 1] * s
    along_y = offset[:, 1] * c - offset[:, 0] * s
    centre_x = (along_x.min() + along_x.max()) / 2
    centre_y = (along_y.min() + along_y.max()) / 2
    width = float(along_x.max() - along_x.min())
    height = float(along_y.max() - along_y.min())
    centre_y -= _LANDMARK_SHIFT * height
    return Region(
        x=float(middle[0] + centre_x * c - centre_y * s),
        y=float(middle[1] + centre_x * s + centre_y * c),
        size=max(width, height) * _LANDMARK_SCALE,
        rotation=rotation,
    )


def _upright(dx: float, dy: float) -> float:
    """Turn that brings the picture's up onto the direction `(dx, dy)`, within -pi to pi."""
    angle = pi / 2 - atan2(-dy, dx)
    return float((angle + pi) % (2 * pi) - pi)
