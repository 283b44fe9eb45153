"""What is around the bones: the hand as round cones, which melt into each other when drawn.

A round cone is two balls and the straight skin between them. Positions and radii are in palm
lengths in the hand's frame (see `skeleton`); they were fitted by eye to photographs of hands, and
then to what MediaPipe's models recognise: without the forearm and the balls of the thumb and the
little finger they often find nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from daemon.synthetic.skeleton import Joints, Pose, rotation_x, rotation_z

FINGER_RADII: Final = (
    (0.125, 0.108, 0.092, 0.080),
    (0.125, 0.112, 0.095, 0.083),
    (0.120, 0.104, 0.090, 0.079),
    (0.105, 0.089, 0.078, 0.069),
)
THUMB_RADII: Final = (0.19, 0.14, 0.118, 0.092)

_CARPALS: Final = ((0.13, 0.04, 0.02), (0.04, 0.02, 0.0), (-0.07, 0.02, 0.0), (-0.16, 0.04, 0.02))


@dataclass(frozen=True, slots=True)
class RoundCone:
    """From a ball at `start` to a ball at `end`, arrays of shape `(3,)`.

    `blend` is how far from it, in depth, other parts begin to melt into it.
    """

    start: Joints
    start_radius: float
    end: Joints
    end_radius: float
    blend: float


def palm_and_forearm(pose: Pose, joints: Joints) -> list[RoundCone]:
    """The parts without separate outlines, for the `(21, 3)` joints of `pose`."""
    cones = _forearm(pose)
    for finger, carpal in enumerate(_CARPALS):
        knuckle = joints[5 + 4 * finger] - (0.0, 0.03, 0.0)
        radius = 0.125 if finger == 3 else 0.138
        cones.append(RoundCone(np.array(carpal), 0.185, knuckle, radius, 0.14))
    for finger in range(3):
        here, there = joints[5 + 4 * finger], joints[9 + 4 * finger]
        down = (0.0, 0.06, 0.0)
        cones.append(RoundCone(here - down, 0.125, there - down, 0.12, 0.10))
    cones.append(_cone((-0.20, 0.16, 0.05), 0.17, (-0.36, 0.58, 0.06), 0.15, 0.16))
    cones.append(_cone((-0.27, 0.30, 0.06), 0.17, (-0.30, 0.45, 0.07), 0.16, 0.16))
    cones += _ball_of_the_thumb(joints)
    return cones


def thumb(joints: Joints) -> list[RoundCone]:
    """The two free bones of the thumb, with the pad of its tip."""
    _, mcp, ip, tip = THUMB_RADII
    return [
        RoundCone(joints[2], mcp, joints[3], ip, 0.05),
        RoundCone(joints[3], ip, joints[4], tip, 0.03),
        RoundCone(
            _between(joints[3], joints[4], 0.55),
            0.112,
            _between(joints[3], joints[4], 0.85),
            0.104,
            0.03,
        ),
    ]


def finger(joints: Joints, index: int) -> list[RoundCone]:
    """The three bones of a finger; `index` counts from 0, the index finger."""
    radii, base = FINGER_RADII[index], 5 + 4 * index
    return [
        RoundCone(
            joints[base + bone],
            radii[bone],
            joints[base + bone + 1],
            radii[bone + 1],
            0.07 if bone == 0 else 0.03,
        )
        for bone in range(3)
    ]


def _forearm(pose: Pose) -> list[RoundCone]:
    bend = rotation_x(-pose.wrist_flexion_deg) @ rotation_z(-pose.wrist_deg)
    cones = []
    for side in (-1.0, 0.0, 1.0):
        elbow = bend @ (side * 0.24, -3.2, 0.0)
        wrist = np.array((side * 0.14, -0.10, 0.0))
        cones.append(RoundCone(elbow, 0.30, wrist, 0.185, 0.12))
    return cones


def _ball_of_the_thumb(joints: Joints) -> list[RoundCone]:
    root, mcp = joints[1], joints[2]
    carpal = np.array((0.13, 0.12, 0.02))
    middle = _between(root, mcp, 0.5) - (0.05, 0.02, -0.02)
    cones = [
        _cone((0.12, 0.16, 0.05), 0.18, root, THUMB_RADII[0], 0.14),
        RoundCone(root, THUMB_RADII[0], mcp, THUMB_RADII[1], 0.12),
        _cone((0.13, 0.25, 0.08), 0.18, middle, 0.17, 0.16),
    ]
    # The web of skin to the index finger, thinner towards its edge.
    for along_thumb, along_index, radius in (
        (0.35, 0.55, 0.12),
        (0.6, 0.66, 0.10),
        (0.85, 0.74, 0.075),
    ):
        start = _between(root, mcp, along_thumb)
        end = _between(carpal, joints[5], along_index)
        cones.append(RoundCone(start, radius, end, radius, 0.10))
    return cones


def _cone(
    start: tuple[float, float, float],
    start_radius: float,
    end: Joints | tuple[float, float, float],
    end_radius: float,
    blend: float,
) -> RoundCone:
    return RoundCone(np.array(start), start_radius, np.asarray(end), end_radius, blend)


def _between(start: Joints, end: Joints, progress: float) -> Joints:
    between: Joints = start * (1.0 - progress) + end * progress
    return between
