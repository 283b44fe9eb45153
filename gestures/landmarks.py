"""The hand's 21 landmarks, and a frame of them: the seam between models and gestures.

Landmark order and names are those of MediaPipe's hand model card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

HandSide = Literal["left", "right"]
Points = NDArray[np.float64]

LANDMARK_NAMES = (
    "wrist",
    "thumb_cmc", "thumb_mcp", "thumb_ip", "thumb_tip",
    "index_mcp", "index_pip", "index_dip", "index_tip",
    "middle_mcp", "middle_pip", "middle_dip", "middle_tip",
    "ring_mcp", "ring_pip", "ring_dip", "ring_tip",
    "pinky_mcp", "pinky_pip", "pinky_dip", "pinky_tip",
)  # fmt: skip
LANDMARK_INDEX = {name: index for index, name in enumerate(LANDMARK_NAMES)}

WRIST = 0
THUMB_TIP = 4
INDEX_MCP = 5
INDEX_TIP = 8
MIDDLE_MCP = 9
PINKY_MCP = 17

FINGERS = ("thumb", "index", "middle", "ring", "pinky")
#: Landmark indices of each finger, from its root to its tip.
FINGER_JOINTS = {finger: tuple(range(1 + 4 * i, 5 + 4 * i)) for i, finger in enumerate(FINGERS)}


@dataclass(frozen=True, slots=True)
class HandObservation:
    """One hand in one frame.

    Attributes:
        track: Number that stays with a hand for as long as it is followed.
        hand: The person's own hand, whatever the runtime calls it.
        score: Presence, 0 to 1.
        image: Array of shape `(21, 3)`: x and y over the picture's width and height, z on x's
            scale, smaller nearer to the camera, 0 at the wrist.
        world: Array of shape `(21, 3)` in metres about the hand's centre, or None when the
            source has none.
        velocity: Array of shape `(21, 3)`, `image` per second, zeros until smoothed.
        coasting: True when no measurement backs this frame and the filter predicts it.
        fresh: True when the filter begins with this frame: nothing before it, of this track
            either, belongs to the same movement.
    """

    track: int
    hand: HandSide
    score: float
    image: Points
    world: Points | None = None
    velocity: Points | None = None
    coasting: bool = False
    fresh: bool = False

    @property
    def other_track(self) -> None:
        """One hand is nobody's second one."""
        return None

    @property
    def pointer(self) -> tuple[float, float]:
        """Tip of the index finger over the picture's width and height."""
        x, y, _ = self.image[INDEX_TIP].tolist()
        return x, y

    def mirrored(self) -> HandObservation:
        """The same hand in the mirrored picture; the person's hand keeps its name."""
        image = self.image.copy()
        image[:, 0] = 1.0 - image[:, 0]
        flip = np.array([-1.0, 1.0, 1.0])
        return replace(
            self,
            image=image,
            world=None if self.world is None else self.world * flip,
            velocity=None if self.velocity is None else self.velocity * flip,
        )


@dataclass(frozen=True, slots=True)
class HandFrame:
    """All hands of one picture.

    Attributes:
        t_s: Time of the picture in seconds, monotonic.
        width: Width of the picture in pixels.
        height: Height of the picture in pixels.
        hands: The hands seen, in the order of their tracks.
        mirrored: Whether left and right are those of a mirror.
    """

    t_s: float
    width: int
    height: int
    hands: tuple[HandObservation, ...] = ()
    mirrored: bool = False

    @property
    def aspect(self) -> float:
        """Width of the picture over its height."""
        return self.width / self.height

    def mirror(self) -> HandFrame:
        """The same frame seen in a mirror."""
        hands = tuple(hand.mirrored() for hand in self.hands)
        return replace(self, hands=hands, mirrored=not self.mirrored)


def palm_length(image: Points, aspect: float) -> float:
    """Distance from the wrist to the middle finger's MCP, in picture widths.

    Args:
        image: Array of shape `(21, 3)`, normalised.
        aspect: Width of the picture over its height.
    """
    (x1, y1, z1), (x2, y2, z2) = image[WRIST].tolist(), image[MIDDLE_MCP].tolist()
    dx, dy, dz = x2 - x1, (y2 - y1) / aspect, z2 - z1
    return sqrt(dx * dx + dy * dy + dz * dz)
