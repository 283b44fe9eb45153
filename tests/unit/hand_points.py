"""A hand for tests: 21 landmarks of an open palm, placed, turned and scaled at will."""

from __future__ import annotations

from math import cos, sin

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: x to the right, y down, z away; in palm lengths, the wrist at the origin, fingers up.
OPEN_HAND: Array = np.array(
    [
        [0.00, 0.00, 0.00],
        [0.25, -0.15, -0.02], [0.45, -0.35, -0.03], [0.60, -0.52, -0.04], [0.72, -0.68, -0.05],
        [0.26, -0.97, 0.00], [0.31, -1.35, -0.03], [0.33, -1.60, -0.05], [0.35, -1.80, -0.07],
        [0.00, -1.00, 0.00], [0.00, -1.45, -0.03], [0.00, -1.72, -0.05], [0.00, -1.95, -0.07],
        [-0.20, -0.93, 0.00], [-0.24, -1.33, -0.03], [-0.27, -1.60, -0.05], [-0.29, -1.80, -0.07],
        [-0.38, -0.82, 0.00], [-0.48, -1.12, -0.03], [-0.54, -1.30, -0.05], [-0.58, -1.46, -0.07],
    ]
)  # fmt: skip


def turned(points: Array, radians: float) -> Array:
    """Points turned clockwise in the picture about the origin."""
    c, s = cos(radians), sin(radians)
    result = points.copy()
    result[:, :2] = points[:, :2] @ np.array([[c, s], [-s, c]])
    return result


def hand_px(x: float, y: float, palm_px: float, radians: float = 0.0) -> Array:
    """An open hand with its wrist at `(x, y)`; shape `(21, 3)`, pixels."""
    points = turned(OPEN_HAND * palm_px, radians)
    points[:, :2] += x, y
    return points
