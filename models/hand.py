"""The hand landmark network: a region of interest in, 21 landmarks out."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from models.network import Network
from models.region import Array, Region, crop

#: MediaPipe divides the network's depth by this before it scales it like x.
_DEPTH_DIVISOR = 0.4


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand as the network sees it.

    Attributes:
        presence: That there is a hand at all, 0 to 1.
        right: That it is the person's right hand, 0 to 1, in a picture that is not mirrored.
        points: Array of shape `(21, 3)`: x and y in pixels, z on the same scale, 0 at the wrist.
        world: Array of shape `(21, 3)` in metres, upright in the picture's axes.
    """

    presence: float
    right: float
    points: Array
    world: Array


class HandNetwork:
    """Finds the landmarks of the one hand in a region.

    Args:
        network: The landmark network.
        bgr: Whether pictures are BGR, as cameras give them, and not RGB.
    """

    def __init__(self, network: Network, *, bgr: bool = False) -> None:
        self._network = network
        self._bgr = bgr

    def look(self, picture: NDArray[np.uint8], region: Region) -> Hand:
        """Landmarks in a region of a picture `(height, width, 3)`, and whether to believe them."""
        side = self._network.side
        crop(picture, region, self._network.crop, bgr=self._bgr)
        flat, presence, handedness, flat_world = self._network.run()
        local = flat.reshape(21, 3).astype(np.float64)
        matrix = region.crop_matrix(side)
        points = np.empty((21, 3))
        points[:, :2] = local[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        points[:, 2] = local[:, 2] * (region.size / side / _DEPTH_DIVISOR)
        world = flat_world.reshape(21, 3).astype(np.float64)
        c, s = cos(region.rotation), sin(region.rotation)
        world[:, :2] = world[:, :2] @ np.array([[c, s], [-s, c]])
        return Hand(float(presence[0, 0]), float(handedness[0, 0]), points, world)
