"""Named poses of the synthetic hand; the names are those of the gestures they show.

Angles were set by eye, then by what MediaPipe's models make of the drawing: a fist seen a little
from the thumb's side, for one, is read more surely than one seen head on.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from daemon.synthetic.hagrid_poses import HAGRID_POSES
from daemon.synthetic.skeleton import BoneDirection, Flexion, Pose

_STRAIGHT: Final[Flexion] = (4, 8, 5)
_CURLED: Final[Flexion] = (72, 98, 62)
_CLENCHED: Final[Flexion] = (84, 92, 50)
_THUMB_OUT: Final[tuple[BoneDirection, BoneDirection, BoneDirection]] = (
    (48, 22),
    (40, 15),
    (38, 10),
)
_THUMB_UP: Final[tuple[BoneDirection, BoneDirection, BoneDirection]] = ((52, 8), (56, 4), (64, -4))
_THUMB_TO_INDEX: Final[tuple[BoneDirection, BoneDirection, BoneDirection]] = (
    (28, 42),
    (8, 44),
    (-30, 36),
)

PALM: Final = Pose(_STRAIGHT, _STRAIGHT, _STRAIGHT, _STRAIGHT, _THUMB_OUT)
FIST: Final = Pose(
    _CURLED,
    _CURLED,
    _CURLED,
    _CURLED,
    ((14, 38), (-16, 40), (-52, 2)),
    yaw_deg=20,
    pitch_deg=-5,
)
ONE: Final = Pose(
    _STRAIGHT,
    _CURLED,
    _CURLED,
    _CURLED,
    ((10, 38), (-24, 36), (-55, 4)),
    abduction_deg=(3, 0, -7, -16),
)
PEACE: Final = Pose(
    _STRAIGHT,
    _STRAIGHT,
    _CURLED,
    _CURLED,
    ((4, 34), (-30, 34), (-60, 4)),
    abduction_deg=(11, -8, -7, -16),
)
THREE: Final = Pose(
    _STRAIGHT,
    _STRAIGHT,
    _STRAIGHT,
    _CURLED,
    ((0, 36), (-36, 32), (-64, 2)),
    abduction_deg=(10, 0, -13, -16),
    yaw_deg=8,
)
FOUR: Final = Pose(_STRAIGHT, _STRAIGHT, _STRAIGHT, _STRAIGHT, ((4, 36), (-38, 30), (-75, 3)))
LIKE: Final = Pose(
    _CLENCHED,
    _CLENCHED,
    _CLENCHED,
    _CLENCHED,
    _THUMB_UP,
    rotation_deg=78,
    yaw_deg=20,
    pitch_deg=-5,
)
DISLIKE: Final = Pose(
    _CLENCHED,
    _CLENCHED,
    _CLENCHED,
    _CLENCHED,
    _THUMB_UP,
    rotation_deg=-100,
    yaw_deg=20,
    pitch_deg=-5,
)
OK: Final = Pose(
    (48, 58, 38),
    (10, 12, 8),
    _STRAIGHT,
    _STRAIGHT,
    _THUMB_TO_INDEX,
    abduction_deg=(4, 0, -7, -16),
    yaw_deg=-18,
)
ROCK: Final = Pose(
    _STRAIGHT,
    _CURLED,
    _CURLED,
    _STRAIGHT,
    ((4, 36), (-28, 36), (-56, 2)),
    abduction_deg=(6, 0, -7, -20),
    yaw_deg=12,
    pitch_deg=-12,
)
CALL: Final = Pose(
    _CURLED,
    _CURLED,
    _CURLED,
    _STRAIGHT,
    _THUMB_OUT,
    abduction_deg=(6, 0, -7, -26),
    rotation_deg=20,
    yaw_deg=20,
    pitch_deg=-5,
)
THUMB_INDEX: Final = Pose(
    _STRAIGHT,
    _CURLED,
    _CURLED,
    _CURLED,
    ((56, 16), (62, 10), (70, 4)),
    abduction_deg=(2, 0, -7, -16),
    pitch_deg=-6,
)
PINCH: Final = Pose(
    (48, 58, 38),
    (22, 28, 14),
    (22, 28, 14),
    (26, 28, 14),
    _THUMB_TO_INDEX,
    abduction_deg=(4, 0, -7, -16),
    yaw_deg=-12,
)
PINCH_OPEN: Final = Pose(
    (18, 22, 12),
    (12, 16, 8),
    (14, 18, 10),
    (18, 20, 10),
    ((40, 34), (34, 26), (34, 18)),
    abduction_deg=(4, 0, -7, -16),
    yaw_deg=-12,
)

POSES: Final[Mapping[str, Pose]] = MappingProxyType(
    {
        "palm": PALM,
        "fist": FIST,
        "one": ONE,
        "peace": PEACE,
        "three": THREE,
        "four": FOUR,
        "like": LIKE,
        "dislike": DISLIKE,
        "ok": OK,
        "rock": ROCK,
        "call": CALL,
        "thumb_index": THUMB_INDEX,
        "pinch": PINCH,
        "pinch_open": PINCH_OPEN,
        **HAGRID_POSES,
    }
)
