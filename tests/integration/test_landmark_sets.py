"""Poses of landmarks that nobody on this project made: sign letters, and MediaPipe's own examples.

Each of MediaPipe's hands is turned in the picture, mirrored, and tried with its world landmarks and
with those of the picture alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from math import cos, radians, sin
from pathlib import Path

import numpy as np
import pytest

from daemon.config.load import builtin_library
from daemon.evaluation.landmark_text import text_frame
from daemon.judging import judge_hands
from gestures.landmarks import HandFrame, HandObservation
from gestures.sight import PoseReader

#: What the letters of the sign alphabet are among our gestures.
LETTERS = {
    "A": "fist", "S": "fist", "B": "four", "D": "one", "F": "ok", "I": "little_finger",
    "L": "thumb_index", "U": "two_up", "V": "peace", "W": "three", "Y": "call",
}  # fmt: skip
EXAMPLES = {
    "fist": "fist",
    "pointing_up": "one",
    "pointing_up_rotated": "one",
    "victory": "peace",
    "thumb_up": "like",
    "thumb_up_rotated": "like",
}
#: Gestures that have a direction, and the one that is their opposite.
OPPOSITE = {"like": "dislike"}
_LEAST_RIGHT = 0.97
_TURNS_DEG = range(0, 360, 15)


@pytest.fixture(scope="module")
def reader() -> PoseReader:
    return PoseReader(builtin_library())


def shown(frame: HandFrame, reader: PoseReader) -> str | None:
    (judged,) = judge_hands(frame, reader)
    return judged.gesture


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("mirrored", [False, True])
def test_the_sign_letters(data: Path, reader: PoseReader, side: str, mirrored: bool) -> None:
    """The set does not say which hand it is: the shape must do."""
    letters = np.load(data / "landmarks" / "asl_letters.npz")
    size = round(1000 * float(letters["aspect"])), 1000
    wrong: Counter[tuple[str, str | None]] = Counter()
    for image, letter in zip(letters["image"], letters["letter"], strict=True):
        hand = HandObservation(1, side, 1.0, image.astype(float))
        frame = HandFrame(0.0, *size, (hand,))
        found = shown(frame.mirror() if mirrored else frame, reader)
        if found != LETTERS[str(letter)]:
            wrong[str(letter), found] += 1
    right = 1 - wrong.total() / len(letters["letter"])
    print(f"{right:.1%} of {len(letters['letter'])} right, wrong: {dict(wrong)}")
    assert right >= _LEAST_RIGHT, wrong


def turned(frame: HandFrame, angle_deg: float) -> HandFrame:
    """The same hand turned clockwise about the middle of a square picture."""
    c, s = cos(radians(angle_deg)), sin(radians(angle_deg))
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    (hand,) = frame.hands
    middle = np.array([0.5, 0.5, 0.0])
    world = None if hand.world is None else hand.world @ turn.T
    image = (hand.image - middle) @ turn.T + middle
    return replace(frame, hands=(replace(hand, image=image, world=world),))


def names_by_turn(
    frame: HandFrame, reader: PoseReader, upright_deg: float
) -> list[tuple[float, str | None]]:
    """How far from upright, 0 to 180 degrees, and what is shown, in every variant."""
    found = []
    for angle_deg, with_world, mirrored in product(_TURNS_DEG, (True, False), (False, True)):
        seen = turned(frame, angle_deg)
        if not with_world:
            seen = replace(seen, hands=(replace(seen.hands[0], world=None),))
        seen = seen.mirror() if mirrored else seen
        off_deg = abs((angle_deg + upright_deg + 180) % 360 - 180)
        found.append((off_deg, shown(seen, reader)))
    return found


@pytest.mark.parametrize("example", [e for e, g in EXAMPLES.items() if g not in OPPOSITE])
def test_a_gesture_without_a_direction_is_one_however_it_is_turned(
    data: Path, reader: PoseReader, example: str
) -> None:
    frame = text_frame(data / "landmarks" / f"mediapipe_{example}.pbtxt")
    wrong = [each for each in names_by_turn(frame, reader, 0.0) if each[1] != EXAMPLES[example]]
    assert wrong == []


@pytest.mark.parametrize("example", [e for e, g in EXAMPLES.items() if g in OPPOSITE])
def test_a_gesture_with_a_direction_is_one_only_there(
    data: Path, reader: PoseReader, example: str
) -> None:
    """A thumb that is turned upside down is a thumb down; on its side it is nothing."""
    gesture = EXAMPLES[example]
    frame = text_frame(data / "landmarks" / f"mediapipe_{example}.pbtxt")
    right_deg, up_deg = thumb(frame)
    found = names_by_turn(frame, reader, np.degrees(np.arctan2(right_deg, up_deg)))
    assert len([off for off, _ in found if off <= 30]) >= 12
    for off_deg, name in found:
        if off_deg <= 30:
            assert name == gesture, (off_deg, name)
        elif off_deg < 105:
            assert name in (gesture, None), (off_deg, name)
        elif off_deg >= 150:
            assert name == OPPOSITE[gesture], (off_deg, name)
        else:
            assert name in (OPPOSITE[gesture], None), (off_deg, name)


def thumb(frame: HandFrame) -> tuple[float, float]:
    """Where the thumb points in the picture: to the right, and up."""
    (hand,) = frame.hands
    points = hand.image if hand.world is None else hand.world
    x, y = (points[4] - points[2])[:2]
    return float(x), float(-y)
