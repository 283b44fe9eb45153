"""A drawn hand that the landmark network takes for one: enough to compare what runs it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Crop = NDArray[np.uint8]

_WALL, _SKIN, _OUTLINE = (96, 104, 112), (224, 172, 142), (150, 100, 80)
_OUTLINE_WIDTH = 2
#: Below in sides of the crop, by eye from an open hand: corners of the palm, then each finger
#: from its root to its tip, and how thick it is.
_PALM = (
    (0.38, 0.79), (0.35, 0.63), (0.38, 0.45), (0.48, 0.41), (0.58, 0.44), (0.66, 0.50),
    (0.64, 0.67), (0.61, 0.80),
)  # fmt: skip
_FINGERS = (
    (((0.38, 0.63), (0.23, 0.53), (0.15, 0.43)), 0.107),
    (((0.39, 0.45), (0.36, 0.29), (0.33, 0.15)), 0.098),
    (((0.48, 0.43), (0.48, 0.25), (0.47, 0.09)), 0.098),
    (((0.57, 0.45), (0.60, 0.29), (0.63, 0.15)), 0.089),
    (((0.64, 0.50), (0.71, 0.38), (0.75, 0.29)), 0.080),
    (((0.50, 0.79), (0.50, 0.95), (0.50, 1.10)), 0.196),  # the forearm
)
_TURNS_DEG = (-60, -40, -20, 0, 20, 40)
_BLUR = 0.007


def sample_crops(side: int) -> list[Crop]:
    """Pictures of shape `(side, side, 3)`, RGB, of the hand turned by some angles."""
    hand = _draw(side)
    middle = (side / 2, side / 2)
    crops: list[Crop] = []
    for turn_deg in _TURNS_DEG:
        turn = cv2.getRotationMatrix2D(middle, turn_deg, 1.0)
        turned = cv2.warpAffine(hand, turn, (side, side), borderMode=cv2.BORDER_REPLICATE)
        crops.append(turned.astype(np.uint8, copy=False))
    return crops


def _draw(side: int) -> Crop:
    rgb = np.full((side, side, 3), _WALL, np.uint8)
    for colour, margin in ((_OUTLINE, 2 * _OUTLINE_WIDTH), (_SKIN, 0)):
        cv2.fillConvexPoly(rgb, _pixels(_PALM, side), colour)
        for joints, width in _FINGERS:
            thickness = round(width * side) + margin
            cv2.polylines(rgb, [_pixels(joints, side)], False, colour, thickness, cv2.LINE_AA)
    return cv2.GaussianBlur(rgb, (0, 0), _BLUR * side).astype(np.uint8, copy=False)


def _pixels(points: tuple[tuple[float, float], ...], side: int) -> NDArray[np.int32]:
    return np.round(np.array(points) * side).astype(np.int32)
