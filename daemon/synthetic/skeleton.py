"""The bones of the synthetic hand: how a pose becomes 21 joints.

One frame of reference throughout this module, `the hand's frame`: a **right** hand with its palm to
the camera and its fingers up, wrist at the origin, `+x` towards the thumb, `+y` towards the
fingers, `+z` towards the camera; the length from the wrist to the middle finger's knuckle is 1 (one
palm). Proportions are those of MediaPipe's world landmarks, averaged over hands. The order of the
joints is MediaPipe's: wrist, then base to tip of thumb, index, middle, ring and pinky.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

Joints = NDArray[np.float64]
Flexion = tuple[float, float, float]
BoneDirection = tuple[float, float]

FINGERS: Final = ("index", "middle", "ring", "pinky")
KNUCKLES: Final = ((0.26, 0.98, 0.04), (0.0, 1.0, 0.0), (-0.235, 0.94, 0.01), (-0.41, 0.79, 0.05))
FINGER_BONES: Final = (
    (0.40, 0.25, 0.21),
    (0.44, 0.29, 0.22),
    (0.40, 0.27, 0.22),
    (0.30, 0.20, 0.19),
)
THUMB_ROOT: Final = (0.25, 0.25, 0.12)
THUMB_BONES: Final = (0.36, 0.37, 0.29)
REST_ABDUCTION_DEG: Final = (6.0, 0.0, -7.0, -16.0)

# A curled finger turns towards the root of the thumb, whatever its spread was when straight.
_CURLED_ABDUCTION_DEG: Final = (5.0, 0.0, -5.0, -12.0)
_CURLED_ROLL_DEG: Final = (-5.0, 0.0, 5.0, 10.0)
_CURLED_AT_DEG: Final = 70.0


@dataclass(frozen=True, slots=True)
class Pose:
    """The angles of a hand, all in degrees, as if it were a right hand.

    `index` to `pinky` are flexions at the knuckle (MCP) and the two joints beyond (PIP, DIP), 0 for
    straight. `thumb` gives each of its three bones an azimuth (from `+y` towards `+x`) and an
    elevation (towards `+z`). `abduction_deg` is the spread of the four fingers, positive towards
    the thumb. `rotation_deg` turns the hand in the picture (counter-clockwise for a right hand),
    `yaw_deg` about its long axis, `pitch_deg` about the line of the knuckles; `wrist_deg` bends the
    forearm away sideways, `wrist_flexion_deg` towards the palm.
    """

    index: Flexion
    middle: Flexion
    ring: Flexion
    pinky: Flexion
    thumb: tuple[BoneDirection, BoneDirection, BoneDirection]
    abduction_deg: tuple[float, float, float, float] = REST_ABDUCTION_DEG
    rotation_deg: float = 0.0
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    wrist_deg: float = 0.0
    wrist_flexion_deg: float = 0.0

    @property
    def flexions(self) -> tuple[Flexion, Flexion, Flexion, Flexion]:
        """Flexions of the four fingers, index to pinky."""
        return self.index, self.middle, self.ring, self.pinky


def skeleton(pose: Pose) -> Joints:
    """Array of shape `(21, 3)`: the joints in the hand's frame, in palm lengths.

    The pose's rotation, yaw and pitch are not applied: they place the hand before the camera.
    """
    joints = np.zeros((21, 3))
    joints[1] = THUMB_ROOT
    for bone, (length, (azimuth_deg, elevation_deg)) in enumerate(
        zip(THUMB_BONES, pose.thumb, strict=True)
    ):
        azimuth, elevation = math.radians(azimuth_deg), math.radians(elevation_deg)
        direction = np.array(
            (
                math.sin(azimuth) * math.cos(elevation),
                math.cos(azimuth) * math.cos(elevation),
                math.sin(elevation),
            )
        )
        joints[2 + bone] = joints[1 + bone] + length * direction
    for finger, lengths in enumerate(FINGER_BONES):
        knuckle = 5 + 4 * finger
        joints[knuckle] = KNUCKLES[finger]
        for bone, axes in enumerate(finger_axes(pose, finger)):
            joints[knuckle + bone + 1] = joints[knuckle + bone] + lengths[bone] * axes[:, 1]
    return joints


def finger_axes(pose: Pose, finger: int) -> tuple[Joints, Joints, Joints]:
    """The frames of a finger's three bones, base to tip; `finger` counts from 0, the index finger.

    Each is a rotation of shape `(3, 3)` whose columns are, in the hand's frame, the finger's side
    (towards the thumb), its direction (towards the tip) and its palmar side.
    """
    flexion = pose.flexions[finger]
    curl = min(1.0, max(0.0, flexion[0] / _CURLED_AT_DEG))
    abduction_deg = mix(pose.abduction_deg[finger], _CURLED_ABDUCTION_DEG[finger], curl)
    root = rotation_z(-abduction_deg) @ rotation_y(_CURLED_ROLL_DEG[finger] * curl)
    first, second, third = (root @ rotation_x(bent_deg) for bent_deg in accumulate(flexion))
    return first, second, third


def lerp(start: Pose, end: Pose, progress: float) -> Pose:
    """The pose `progress` of the way from `start` (0) to `end` (1), every angle in proportion."""

    def triple(a: Flexion, b: Flexion) -> Flexion:
        return mix(a[0], b[0], progress), mix(a[1], b[1], progress), mix(a[2], b[2], progress)

    def pair(a: BoneDirection, b: BoneDirection) -> BoneDirection:
        return mix(a[0], b[0], progress), mix(a[1], b[1], progress)

    spread = [
        mix(a, b, progress) for a, b in zip(start.abduction_deg, end.abduction_deg, strict=True)
    ]
    return Pose(
        index=triple(start.index, end.index),
        middle=triple(start.middle, end.middle),
        ring=triple(start.ring, end.ring),
        pinky=triple(start.pinky, end.pinky),
        thumb=(
            pair(start.thumb[0], end.thumb[0]),
            pair(start.thumb[1], end.thumb[1]),
            pair(start.thumb[2], end.thumb[2]),
        ),
        abduction_deg=(spread[0], spread[1], spread[2], spread[3]),
        rotation_deg=mix(start.rotation_deg, end.rotation_deg, progress),
        yaw_deg=mix(start.yaw_deg, end.yaw_deg, progress),
        pitch_deg=mix(start.pitch_deg, end.pitch_deg, progress),
        wrist_deg=mix(start.wrist_deg, end.wrist_deg, progress),
        wrist_flexion_deg=mix(start.wrist_flexion_deg, end.wrist_flexion_deg, progress),
    )


def rotation_x(angle_deg: float) -> Joints:
    """Rotation of shape `(3, 3)` from `+y` towards `+z`."""
    cos, sin = _cos_sin(angle_deg)
    return np.array(((1, 0, 0), (0, cos, -sin), (0, sin, cos)))


def rotation_y(angle_deg: float) -> Joints:
    """Rotation of shape `(3, 3)` from `+z` towards `+x`."""
    cos, sin = _cos_sin(angle_deg)
    return np.array(((cos, 0, sin), (0, 1, 0), (-sin, 0, cos)))


def rotation_z(angle_deg: float) -> Joints:
    """Rotation of shape `(3, 3)` from `+x` towards `+y`."""
    cos, sin = _cos_sin(angle_deg)
    return np.array(((cos, -sin, 0), (sin, cos, 0), (0, 0, 1)))


def _cos_sin(angle_deg: float) -> tuple[float, float]:
    angle = math.radians(angle_deg)
    return math.cos(angle), math.sin(angle)


def mix(start: float, end: float, progress: float) -> float:
    """The number `progress` of the way from `start` to `end`, both of which it returns exactly."""
    return start + (end - start) * progress if progress < 1 else end
