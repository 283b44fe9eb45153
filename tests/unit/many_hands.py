"""Hundreds of different hands, for what must be true of every one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from daemon.synthetic.poses import POSES
from daemon.synthetic.skeleton import lerp
from gestures.features import TwoHands
from gestures.geometry import HandGeometry
from gestures.landmarks import HandSide
from tests.unit.hand_paths import frame_of, geometry


def a_hand(
    poses: tuple[str, str],
    part: float,
    *,
    side: HandSide = "right",
    turned_deg: tuple[float, float, float] = (0.0, 0.0, 0.0),
    noise_palms: float = 0.0,
    speed: float = 0.0,
    seed: int = 0,
) -> HandGeometry:
    """A hand between two poses, turned in space, its landmarks as unsure as is asked for.

    Args:
        poses: Names of the two.
        part: How far from the first to the second.
        side: Which hand.
        turned_deg: In the picture, about its long axis, about the line of its knuckles.
        noise_palms: Standard deviation of each coordinate.
        speed: Standard deviation of the landmarks' velocity, picture widths/s.
        seed: Of the noise.
    """
    rotation, yaw, pitch = turned_deg
    pose = lerp(POSES[poses[0]], POSES[poses[1]], part)
    pose = replace(pose, yaw_deg=pose.yaw_deg + yaw, pitch_deg=pose.pitch_deg + pitch)
    frame = frame_of(pose, side, rotation)
    random = np.random.default_rng(seed)
    noise = random.normal(0, 1, (21, 3)) * noise_palms * 75.0 / (640, 480, 640)
    velocity = np.zeros((21, 3)) + random.normal(0, 1, 3) * speed
    hand = replace(frame.hands[0], image=frame.hands[0].image + noise, velocity=velocity)
    return geometry(replace(frame, hands=(hand,)))


@cache
def many_hands(count: int = 250) -> tuple[tuple[HandSide, HandGeometry], ...]:
    """Hands of both sides in all poses and between them, turned every way; the same each time."""
    random = np.random.default_rng(7)
    names = sorted(POSES)
    found: list[tuple[HandSide, HandGeometry]] = []
    for seed in range(count):
        one, other = random.choice(len(names), 2)
        side: HandSide = "left" if random.random() < 0.5 else "right"
        part = 0.0 if random.random() < 0.3 else random.random()
        turned = random.normal(0, 1, 3) * (90, 30, 30) * random.integers(0, 2)
        hand = a_hand(
            (names[one], names[other]), part, side=side, turned_deg=tuple(turned),
            noise_palms=random.uniform(0, 0.04), speed=random.uniform(0, 1), seed=seed,
        )  # fmt: skip
        found.append((side, hand))
    return tuple(found)


@cache
def many_pairs(count: int = 120) -> tuple[TwoHands, ...]:
    """Pairs of those hands."""
    hands = [hand for _, hand in many_hands(2 * count)]
    return tuple(map(TwoHands, hands[:count], hands[count:]))
