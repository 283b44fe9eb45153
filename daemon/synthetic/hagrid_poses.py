"""The poses of the gestures of HaGRID v2 that the demo does without, by their names.

Angles were found by trial: from what the hand should look like, to where MediaPipe's networks read
its fingers as they are, from either hand, and its joints where they are. What they never see they
guess: of a hand seen from its back, folded fingers come out half folded, of real hands too.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from daemon.synthetic.skeleton import Pose

_STOP: Final = Pose(
    (9, 11, 6),
    (12, 7, 1),
    (5, 7, 1),
    (12, 15, 0),
    ((32, 20), (12, 8), (7, 3)),
    abduction_deg=(-4, 2, 4, 6),
)
_STOP_INVERTED: Final = Pose(
    (-8, 8, 1),
    (-3, 12, 6),
    (-5, 7, 1),
    (-8, 7, 1),
    ((41, 16), (12, 10), (20, 6)),
    abduction_deg=(-5, 2, 2, 6),
    yaw_deg=163,
    pitch_deg=-6,
)
_PALM_INVERTED: Final = Pose(
    (11, 8, 3),
    (10, 1, 0),
    (11, 4, 0),
    (11, 6, 0),
    ((65, 26), (51, 16), (50, 8)),
    abduction_deg=(0, 0, -6, -19),
    yaw_deg=168,
    pitch_deg=-6,
)
_PEACE_INVERTED: Final = Pose(
    (-6, 2, 10),
    (-6, 5, 8),
    (84, 97, 70),
    (88, 88, 72),
    ((10, 34), (-10, 28), (-46, 4)),
    abduction_deg=(16, -17, -8, -16),
    yaw_deg=162,
    pitch_deg=5,
)
_TWO_UP: Final = Pose(
    (8, 14, 7),
    (9, 15, 0),
    (73, 106, 60),
    (78, 106, 66),
    ((6, 27), (-24, 41), (-62, -2)),
    abduction_deg=(-2, 2, -6, -10),
    yaw_deg=5,
    pitch_deg=-9,
)
_TWO_UP_INVERTED: Final = Pose(
    (6, 14, 3),
    (8, 14, 2),
    (72, 96, 62),
    (74, 94, 64),
    ((12, 30), (-10, 28), (-48, 8)),
    abduction_deg=(-4, 0, -6, -13),
    yaw_deg=178,
    pitch_deg=8,
)
_LITTLE_FINGER: Final = Pose(
    (74, 94, 63),
    (74, 94, 63),
    (74, 94, 63),
    (12, 4, 8),
    ((14, 38), (-16, 40), (-52, 2)),
    abduction_deg=(7, 0, -9, -15),
    yaw_deg=12,
)
_MIDDLE_FINGER: Final = Pose(
    (60, 102, 54),
    (11, 15, 0),
    (74, 101, 60),
    (76, 98, 66),
    ((11, 26), (-18, 48), (-62, -4)),
    abduction_deg=(10, -4, -4, -21),
    yaw_deg=-15,
    pitch_deg=-6,
)
_THREE2: Final = Pose(
    (8, 2, 2),
    (-1, 4, 4),
    (71, 94, 46),
    (75, 90, 52),
    ((36, 26), (50, 4), (40, 14)),
    abduction_deg=(15, -13, 0, -14),
    yaw_deg=9,
    pitch_deg=-8,
)
_THREE3: Final = Pose(
    (76, 106, 66),
    (6, 10, 5),
    (6, 10, 5),
    (2, 10, 6),
    ((12, 36), (-26, 38), (-64, 0)),
    abduction_deg=(5, 6, -8, -18),
    yaw_deg=-14,
)
_THREE_GUN: Final = Pose(
    (9, 16, 3),
    (10, 16, 0),
    (84, 108, 56),
    (74, 108, 56),
    ((62, 24), (66, -8), (58, 0)),
    abduction_deg=(-2, 1, -11, -15),
    yaw_deg=14,
)
_GRABBING: Final = Pose(
    (42, 66, 38),
    (40, 66, 36),
    (44, 70, 38),
    (36, 62, 34),
    ((48, 40), (31, 45), (15, 44)),
    abduction_deg=(24, 4, -18, -44),
)
_GRIP: Final = Pose(
    (63, 40, 8),
    (65, 48, 10),
    (67, 46, 12),
    (66, 38, 10),
    ((27, 42), (-22, 40), (-38, 19)),
    abduction_deg=(-4, -2, 0, 3),
    yaw_deg=-18,
    pitch_deg=-12,
)
_I_LOVE_YOU: Final = Pose(
    (-2, 13, 10),
    (80, 95, 64),
    (74, 92, 64),
    (-4, 12, 12),
    ((54, 14), (58, 12), (52, 8)),
    abduction_deg=(2, 0, -10, -20),
    yaw_deg=10,
)
# The finger points past the camera: head on, it would be seen as its tip alone.
_POINT: Final = Pose(
    (30, 4, 2),
    (72, 95, 62),
    (72, 95, 62),
    (72, 95, 62),
    ((12, 48), (-12, 34), (-56, 6)),
    abduction_deg=(1, 4, -6, -5),
    yaw_deg=17,
    pitch_deg=48,
    wrist_flexion_deg=12,
)

HAGRID_POSES: Final[Mapping[str, Pose]] = MappingProxyType(
    {
        "stop": _STOP,
        "stop_inverted": _STOP_INVERTED,
        "palm_inverted": _PALM_INVERTED,
        "peace_inverted": _PEACE_INVERTED,
        "two_up": _TWO_UP,
        "two_up_inverted": _TWO_UP_INVERTED,
        "little_finger": _LITTLE_FINGER,
        "middle_finger": _MIDDLE_FINGER,
        "three2": _THREE2,
        "three3": _THREE3,
        "three_gun": _THREE_GUN,
        "grabbing": _GRABBING,
        "grip": _GRIP,
        "iloveyou": _I_LOVE_YOU,
        "point": _POINT,
    }
)
