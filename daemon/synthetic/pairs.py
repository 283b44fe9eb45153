"""Gestures of two hands, by the names of those they show: where each hand is, and its pose.

Each pair is the right hand and the left one, in palm lengths about the middle of the gesture, x to
the picture's right and y downwards; `placed` puts it into a picture. The picture is not mirrored:
of a person facing the camera, the right hand is at the left. These are for the joints
(`hand.image_joints`): hands that overlap are drawn one over the other, not in each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import POSES
from daemon.synthetic.skeleton import Pose

Pair = tuple[HandState, HandState]


def placed(name: str, centre_px: tuple[float, float], palm_px: float) -> Pair:
    """The pair of that name about `centre_px` of a picture, with palms of `palm_px`."""
    right, left = PAIRS[name]
    return _placed(right, centre_px, palm_px), _placed(left, centre_px, palm_px)


def _placed(hand: HandState, centre_px: tuple[float, float], palm_px: float) -> HandState:
    (x_palms, y_palms), (x_px, y_px) = hand.centre_px, centre_px
    centre_px = x_px + x_palms * palm_px, y_px + y_palms * palm_px
    return replace(hand, centre_px=centre_px, palm_px=palm_px)


def _mirror_images(pose: Pose, x_palms: float, rotation_deg: float = 0.0) -> Pair:
    """Both hands in one pose, the right one that far from the middle (to the left, below 0)."""
    return (
        HandState(pose, (x_palms, 0.0), 1.0, "right", rotation_deg),
        HandState(pose, (-x_palms, 0.0), 1.0, "left", -rotation_deg),
    )


_FOLDED: Final = (80, 100, 60)
_STRAIGHT: Final = (4, 8, 5)
_FLAT: Final = Pose(
    _STRAIGHT,
    _STRAIGHT,
    _STRAIGHT,
    _STRAIGHT,
    ((34, 22), (14, 14), (4, 8)),
    abduction_deg=(-2, 0, 3, 5),
)
# The palm looks at the other hand, and the edge of the little finger at the camera.
_EDGEWAYS: Final = replace(_FLAT, yaw_deg=80)
_CURVED: Final = Pose(
    (48, 52, 22),
    _FOLDED,
    _FOLDED,
    _FOLDED,
    ((62, 30), (50, 40), (46, 40)),
    abduction_deg=(4, 0, -7, -12),
    yaw_deg=40,
)
_ALL_CURVED: Final = Pose(
    (56, 66, 34),
    (58, 68, 36),
    (58, 68, 36),
    (56, 66, 34),
    ((62, 30), (52, 36), (50, 36)),
    abduction_deg=(-2, 0, 3, 6),
    yaw_deg=55,
)
_L: Final = POSES["thumb_index"]

PAIRS: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "hand_heart": _mirror_images(_CURVED, -1.03, -50),
        "hand_heart2": _mirror_images(_ALL_CURVED, -0.93, -50),
        "holy": _mirror_images(_EDGEWAYS, -0.18),
        # The right hand is the frame's upper left corner, the left one, seen from its back, the
        # lower right: each thumb reaches the other's index finger.
        "take_picture": (
            HandState(_L, (-0.83, -0.78), 1.0, "right", -90),
            HandState(replace(_L, yaw_deg=180), (0.83, 0.78), 1.0, "left", 90),
        ),
        "thumb_index2": _mirror_images(_L, -1.35),
        # The left hand lies, its palm down, on the fingertips of the right one.
        "timeout": (
            HandState(_EDGEWAYS, (-0.1, 0.95), 1.0, "right"),
            HandState(_EDGEWAYS, (0.1, -0.68), 1.0, "left", 90),
        ),
        "xsign": _mirror_images(_FLAT, 0.45, -40),
    }
)
