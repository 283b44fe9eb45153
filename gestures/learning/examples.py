"""Hands as examples: every feature that a learned rule may use, measured on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from gestures.features import Measured, Values
from gestures.landmarks import FINGERS
from gestures.shape import CONTACTS
from gestures.vocabulary import FLEXION_JOINTS, FeatureRef, parse_feature

Indices = NDArray[np.intp]
Truths = NDArray[np.bool_]

_TIP_GAPS = (
    *(("thumb", finger) for finger in FINGERS[1:]),
    ("index", "middle"), ("middle", "ring"), ("ring", "pinky"), ("index", "pinky"),
)  # fmt: skip
_THUMB_GAPS = tuple(
    ("thumb", f"{finger}_{joint}") for finger in FINGERS[1:] for joint in ("pip", "mcp")
)
_SHAPE = (
    *(f"touch({one}, {other})" for one, other in CONTACTS),
    *(f"curl({finger})" for finger in FINGERS),
    *(f"spread({one}, {other})" for one, other in pairwise(FINGERS[1:])),
    "spread(thumb, index)",
    *(f"gap({one}, {other})" for one, other in _TIP_GAPS),
    "opposition",
    *(f"gap({one}, {other})" for one, other in _THUMB_GAPS),
    *(f"flexion({joint})" for joint in FLEXION_JOINTS if not joint.endswith("_dip")),
)
_PARTS = ("palm", *FINGERS)
#: What a learned rule may compare, what is easiest to understand first: the hand's shape, then
#: which way it is turned. Never where the hand is, how large, or how fast: a pose does not depend
#: on its place. Of opposite directions one is enough; `roll` says what the palm's angles say, but
#: jumps from 180 to -180; the last joint of a finger bends with the one before it, and is
#: measured badly.
_STAGES = (
    _SHAPE,
    *((*(f"angle({part}, {way})" for part in _PARTS), f"facing({way})")
      for way in ("up", "camera", "left")),
)  # fmt: skip
#: What is not compared as such: the fingers' states are told in words, and rest is always the same
#: condition.
_STATES = (
    *(f"{state}({finger})" for state in ("extended", "folded") for finger in FINGERS),
    "relaxed",
)
FEATURES: tuple[FeatureRef, ...] = tuple(
    parse_feature(name) for names in (*_STAGES, _STATES) for name in names
)
#: How many of them to try with: the shape alone, then one more axis of directions each.
STAGES: tuple[int, ...] = tuple(accumulate(map(len, _STAGES)))
SHAPE, UPRIGHT, TOWARDS, SIDEWAYS = STAGES
#: Columns of the states, by their names.
STATE_COLUMNS = {name: SIDEWAYS + number for number, name in enumerate(_STATES)}
#: Array of shape `(features,)`: how far past a threshold a value must be to be sure of it.
SOFTNESS: Values = np.array([feature.kind.softness for feature in FEATURES])

#: Frames over which the ends of a recording are looked for.
_WINDOW = 5
#: A hand holds still where it is so much like the others, on the mean over its features ...
_STILL = 0.4
#: ... or not so many times less than most.
_STRANGE = 1.5


@dataclass(frozen=True, slots=True)
class Examples:
    """Measured hands.

    Attributes:
        values: Array of shape `(hands, features)`, in the order of `FEATURES` and on the scale
            that rules weigh: a probability's log-odds.
        files: Array of shape `(hands,)`: the number of the file each hand is from. The hands of a
            file follow each other in time.
    """

    values: Values
    files: Indices

    def __len__(self) -> int:
        return len(self.values)

    def where(self, chosen: Truths | Indices) -> Examples:
        """Some of them."""
        return Examples(self.values[chosen], self.files[chosen])


def examples_of(files: Sequence[Sequence[Measured]]) -> Examples:
    """Measure the hands of each file."""
    values = [
        [feature.kind.scored(hand.value(feature)) for feature in FEATURES]
        for hands in files
        for hand in hands
    ]
    numbers = [number for number, hands in enumerate(files) for _ in hands]
    return Examples(
        np.array(values).reshape(-1, len(FEATURES)), np.array(numbers, dtype=np.intp)
    )  # fmt: skip


def shapes_of(examples: Examples) -> Values:
    """Array of shape `(hands, shape features)`, in softnesses."""
    return examples.values[:, :SHAPE] / SOFTNESS[:SHAPE]


def most_bad(hands: int, part: float) -> int:
    """How many of so many hands are that part of them, but never most of them."""
    return min(round(part * hands), max(hands - 1, 0) // 2)


def held(recording: Examples) -> slice:
    """The part of a recording in which the hand holds still: not where it comes and goes.

    At most a third is taken away at each end, and nothing of a few pictures.
    """
    count = len(recording)
    if count < 3 * _WINDOW:
        return slice(0, count)
    strange = np.sqrt(np.square(_strangeness(recording)).mean(axis=1))
    around = np.convolve(strange, np.full(_WINDOW, 1 / _WINDOW), "valid")
    usual = np.flatnonzero(around <= max(_STILL, _STRANGE * float(np.median(around))))
    first, last = int(usual[0]), int(usual[-1]) + _WINDOW
    return slice(min(first, count // 3), max(last, count - count // 3))


def _strangeness(examples: Examples) -> Values:
    """Array of shape `(hands, shape features)`: how unlike the others a hand is in each."""
    shapes = shapes_of(examples)
    off: Values = np.abs(shapes - np.median(shapes, axis=0))
    return off / (1.0 + np.median(off, axis=0))
