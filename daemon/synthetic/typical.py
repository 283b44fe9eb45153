"""Typical hands of the built-in gestures: the synthetic hand's poses, turned and a little off."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Final, get_args

import numpy as np

from daemon.synthetic.hand import HandState, Side, image_joints
from daemon.synthetic.poses import POSES
from gestures.landmarks import HandFrame, HandObservation

_SIZE_PX: Final = (640, 480)
_CENTRE_PX: Final = (320.0, 240.0)
_PALM_PX: Final = 75.0
_ROTATIONS_DEG: Final = (-20.0, 0.0, 20.0)
_YAWS_DEG: Final = (-15.0, 0.0, 15.0)
#: Standard deviation of the joints: about what the networks are off.
_NOISE_PALMS: Final = 0.02


def typical_hands(pose: str) -> list[HandFrame]:
    """Frames with one hand each, left and right ones, always the same."""
    random = np.random.default_rng(list(POSES).index(pose))
    width, height = _SIZE_PX
    frames = []
    for side, rotation_deg, yaw_deg in product(get_args(Side), _ROTATIONS_DEG, _YAWS_DEG):
        turned = replace(POSES[pose], yaw_deg=POSES[pose].yaw_deg + yaw_deg)
        joints = image_joints(HandState(turned, _CENTRE_PX, _PALM_PX, side, rotation_deg))
        joints += random.normal(0.0, _NOISE_PALMS * _PALM_PX, joints.shape)
        hand = HandObservation(0, side, 1.0, joints / (width, height, width))
        frames.append(HandFrame(0.0, width, height, (hand,)))
    return frames
