"""Drawn hands in every combination of finger states, as the tracker sees them.

People's pictures hold some twenty combinations; a hand can make hundreds, and show them from any
side. The angles are random: none is a named pose's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, get_args

import numpy as np

from daemon.synthetic.background import Background
from daemon.synthetic.hand import HandState, Side, image_joints
from daemon.synthetic.render import SKINS
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.skeleton import BoneDirection, Flexion, Pose, skeleton
from daemon.synthetic.source import SyntheticSource
from gestures.landmarks import FINGERS
from models.tracker import Tracker
from tools.fit.hands import Hands, Truth, empty_truth

SIZE_PX: Final = (640, 480)
_TIPS: Final = {finger: 4 + 4 * number for number, finger in enumerate(FINGERS)}
_LONG: Final = FINGERS[1:]

#: Bends of a finger's joints in each state, degrees: middle and spread.
_FLEXIONS: Final = {
    "extended": ((4, 8, 4), (8, 6, 4)),
    "half": ((46, 56, 30), (12, 12, 10)),
    "folded": ((76, 97, 60), (7, 8, 9)),
}
_ThumbBones = tuple[BoneDirection, BoneDirection, BoneDirection]
#: Where the thumb's bones point in each state, degrees: middles; each is spread alike.
_THUMBS: Final[dict[str, _ThumbBones]] = {
    "out": ((44, 22), (36, 12), (32, 6)),
    "far": ((58, 14), (60, 6), (64, 0)),
    "beside": ((34, 22), (12, 12), (8, 6)),
    "across": ((6, 36), (-30, 34), (-60, 4)),
    "over": ((12, 38), (-18, 38), (-52, 2)),
}
_THUMB_SPREAD_DEG: Final = 6.0
#: Between the thumb's tip and a finger's, and between a fingertip and the finger beside it, palm
#: lengths: closer ones touch, wider ones do not.
_TOUCHING: Final = 0.2
_THUMB_APART: Final = 0.42
_SIDE_BY_SIDE: Final = 0.26
_SIDES_APART: Final = 0.3
_TRIES: Final = 400


@dataclass(frozen=True, slots=True)
class Drawn:
    """A random hand and what is true of it."""

    state: HandState
    truth: Truth


def random_hand(random: np.random.Generator) -> Drawn:
    """A hand in a random combination of states, seen from a random side."""
    meets = str(random.choice(_LONG)) if random.random() < 0.3 else None
    if meets is None:
        states = {finger: _state(random) for finger in _LONG}
        if random.random() < 0.4:
            # What people do most: all fingers the same.
            alike = str(random.choice(("extended", "half", "folded"), p=(0.35, 0.2, 0.45)))
            states = dict.fromkeys(_LONG, alike)
        folded = states["index"] == "folded" and states["middle"] == "folded"
        where = str(
            random.choice(("out", "far", "beside", "across", "over" if folded else "across"))
        )
        pose = _pose(states, _thumb(_THUMBS[where], random), random)
    else:
        states, pose = _meeting(meets, random)
        where = "meets"
    truth = _truth(pose, states, where)
    turned = Pose(
        *pose.flexions,
        pose.thumb,
        pose.abduction_deg,
        yaw_deg=_yaw_deg(where == "meets", random),
        pitch_deg=random.normal(45, 12) if random.random() < 0.12 else random.normal(0, 14),
    )
    side: Side = random.choice(get_args(Side))
    palm_px = random.uniform(50, 110)
    rotation_deg = random.uniform(-60, 60) if random.random() < 0.8 else random.uniform(-180, 180)
    return Drawn(HandState(turned, (320, 240), palm_px, side, rotation_deg), truth)


def _yaw_deg(meets: bool, random: np.random.Generator) -> float:
    """Rings are shown from the side as well, other hands with their palm or their back."""
    if meets and random.random() < 0.6:
        return float(random.uniform(-80, 80))
    return float(random.normal(180 if random.random() < 0.3 else 0, 26))


def _state(random: np.random.Generator) -> str:
    return str(random.choice(("extended", "half", "folded"), p=(0.45, 0.1, 0.45)))


def _flexion(state: str, random: np.random.Generator) -> Flexion:
    middle, spread = _FLEXIONS[state]
    a, b, c = random.normal(middle, spread)
    return float(a), float(max(b, -5)), float(max(c, -5))


def _thumb(bones: _ThumbBones, random: np.random.Generator) -> _ThumbBones:
    (a, b), (c, d), (e, f) = bones
    turn, lift = random.normal(0, _THUMB_SPREAD_DEG, 2)
    own = random.normal(0, _THUMB_SPREAD_DEG / 2, 6)
    return (
        (a + turn + own[0], b + lift + own[1]),
        (c + turn + own[2], d + lift + own[3]),
        (e + turn + own[4], f + lift + own[5]),
    )


def _pose(states: dict[str, str], thumb: _ThumbBones, random: np.random.Generator) -> Pose:
    index, middle, ring, pinky = (_flexion(states[finger], random) for finger in _LONG)
    if states["index"] == states["middle"] == states["ring"] == states["pinky"] == "half":
        # A claw or a ring: all fingers bent alike, more or less.
        bend = random.normal(0, 8, 3)
        index, middle, ring, pinky = (
            (a + bend[0], b + bend[1], c + bend[2]) for a, b, c in (index, middle, ring, pinky)
        )
    fan = random.choice((0.0, 0.6, 1.0))
    spread = np.array((14, 2, -9, -22)) * fan + np.array((-3, 1, 3, 5)) * (1 - fan)
    a, b, c, d = spread + random.normal(0, 2.5, 4)
    return Pose(index, middle, ring, pinky, thumb, abduction_deg=(a, b, c, d))


def _meeting(finger: str, random: np.random.Generator) -> tuple[dict[str, str], Pose]:
    """A pose whose thumb meets a finger, or all of them."""
    all_meet = random.random() < 0.25
    others = str(random.choice(("half", "folded"))) if random.random() < 0.25 else "extended"
    states = {each: "half" if all_meet or each == finger else others for each in _LONG}
    number = _LONG.index(finger)
    nearest, found = np.inf, _pose(states, _thumb(_THUMBS["across"], random), random)
    for _ in range(_TRIES):
        across = np.array((-8.0, -22.0, -38.0)) * number / 2
        lift = random.normal((42, 42, 30), 6)
        turn = np.array((26, 2, -26)) + across + random.normal(0, 8)
        thumb = tuple(zip(turn.tolist(), lift.tolist(), strict=True))
        pose = _pose(states, (thumb[0], thumb[1], thumb[2]), random)
        if all_meet:
            arc = random.normal((52, 46, 22), (9, 7, 8))
            bent = (arc + random.normal(0, 4, (4, 3))).tolist()
            pose = Pose(*map(tuple, bent), pose.thumb, abduction_deg=pose.abduction_deg)
        joints = skeleton(pose)
        meeting = _LONG if all_meet else (finger,)
        far = float(np.mean([_apart(joints, "thumb", each) for each in meeting]))
        if far < nearest:
            nearest, found = far, pose
        if far < _TOUCHING * (1.6 if all_meet else 0.8):
            break
    return states, found


def _apart(joints: np.ndarray, first: str, second: str) -> float:
    return float(np.linalg.norm(joints[_TIPS[first]] - joints[_TIPS[second]]))


def _beside(joints: np.ndarray, first: str, second: str) -> float:
    """From one finger's tip to the nearest place of another finger."""
    tip, root = joints[_TIPS[first]], _TIPS[second] - 3
    nearest = np.inf
    for start, end in pairwise(joints[root : root + 4]):
        bone = end - start
        along = float(np.clip((tip - start) @ bone / (bone @ bone), 0, 1))
        nearest = min(nearest, float(np.linalg.norm(start + along * bone - tip)))
    return nearest


def _truth(pose: Pose, states: dict[str, str], thumb: str) -> Truth:
    truth = empty_truth()
    for finger, state in states.items():
        truth[f"extended({finger})"] = float(state == "extended")
        truth[f"folded({finger})"] = float(state == "folded")
    if "half" not in states.values():
        truth["relaxed"] = 0.0
    truth["extended(thumb)"] = float(thumb in ("out", "far"))
    truth["folded(thumb)"] = float(thumb in ("across", "over"))
    if thumb == "meets":
        truth["folded(thumb)"] = np.nan
    joints = skeleton(pose)
    for finger in _LONG:
        apart = _apart(joints, "thumb", finger)
        # Over a fist the thumb lies on the fingers, tip beside tip: neither one nor the other.
        if thumb != "over" and not (apart < _THUMB_APART and states[finger] == "folded"):
            truth[f"touch(thumb, {finger})"] = _contact(apart, _TOUCHING, _THUMB_APART)
    for first, second in pairwise(_LONG):
        if states[first] == states[second] == "extended":
            apart = min(_beside(joints, first, second), _beside(joints, second, first))
            truth[f"touch({first}, {second})"] = _contact(apart, _SIDE_BY_SIDE, _SIDES_APART)
        elif {states[first], states[second]} == {"extended", "folded"}:
            truth[f"touch({first}, {second})"] = 0.0
    return truth


def _contact(apart: float, touching: float, clear: float) -> float:
    if apart < touching:
        return 1.0
    return 0.0 if apart > clear else np.nan


def draw(count: int, tracker: Tracker, seed: int) -> tuple[Hands, np.ndarray]:
    """Random hands as the tracker gives them, and how far each one's worst landmark is off.

    Args:
        count: How many to draw; those that are not found are left out.
        tracker: Looks at each picture twice, as `classify` does.
        seed: Of everything random.

    Returns:
        The hands found, and an array of shape `(N,)`, palm lengths in the picture.
    """
    random = np.random.default_rng(seed)
    width, height = SIZE_PX
    rows: list[tuple[np.ndarray, np.ndarray, str, Truth, float]] = []
    for number in range(count):
        drawn = random_hand(random)
        background: Background = random.choice(get_args(Background))
        source = SyntheticSource(
            Scene((Act(drawn.state),)),
            background=background,
            skin=str(random.choice(list(SKINS))),
            seed=number,
        )
        rgb, _, _ = source.frame(0)
        tracker.reset()
        tracker.track(rgb, 0.0)
        found = tracker.track(rgb, 1 / 30)
        if len(found) != 1 or found[0].world is None:
            continue
        true_px = image_joints(drawn.state)[:, :2]
        off_px = np.linalg.norm(found[0].image[:, :2] * SIZE_PX - true_px, axis=1).max()
        image, world = found[0].image, found[0].world
        error = off_px / drawn.state.palm_px
        rows.append((image, world, found[0].hand, drawn.truth, error))
    images, worlds, hands, truths, errors = zip(*rows, strict=True)
    return (
        Hands(
            source="drawn",
            image=np.array(images),
            world=np.array(worlds),
            size=np.tile((float(width), float(height)), (len(rows), 1)),
            hand=np.array(hands),
            label=np.full(len(rows), ""),
            picture=np.array([str(number) for number in range(len(rows))]),
            fold=np.arange(len(rows)) % 10,
            truth={name: np.array([truth[name] for truth in truths]) for name in truths[0]},
        ),
        np.array(errors),
    )
