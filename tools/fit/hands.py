"""Hands with what is known of them: the sets that the states of fingers are fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gestures.states import STATES

#: Of each state: 1 true, 0 not true, nan unknown.
Truth = dict[str, float]

_FINGERS: Final = ("thumb", "index", "middle", "ring", "pinky")
#: What a label says of thumb, index, middle, ring and little finger: extended, folded, half
#: (neither), n not extended, u not folded, or unknown (`.`); then the pairs that touch.
_LABELS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "call": ("e f f f e", ()),
    "dislike": ("e f f f f", ()),
    "like": ("e f f f f", ()),
    "fist": ("n f f f f", ()),
    "four": ("f e e e e", ()),
    "mute": ("n e f f f", ()),
    "one": ("n e f f f", ()),
    "ok": (". h e e e", ("thumb index",)),
    "palm": ("e e e e e", ()),
    "peace": ("n e e f f", ()),
    "rock": ("n e f f e", ()),
    "stop": ("u e e e e", ("index middle", "middle ring", "ring pinky")),
    "stop_inverted": ("u e e e e", ("index middle", "middle ring", "ring pinky")),
    "three": ("n e e e f", ()),
    "three2": ("e e e f f", ()),
    "two_up": ("n e e f f", ("index middle",)),
    "o_shape": (". n n n n", ("thumb index",)),
    "thumb_to_pinky": (". e e e n", ("thumb pinky",)),
    "thumb_to_ring": (". e e n e", ("thumb ring",)),
    "thumb_to_middle": (". e n e e", ("thumb middle",)),
    "natural": (". . . . .", ()),
    "other": (". . . . .", ()),
}
_EXTENDED: Final = {"e": 1.0, "f": 0.0, "h": 0.0, "n": 0.0, "u": np.nan}
_FOLDED: Final = {"e": 0.0, "f": 1.0, "h": 0.0, "n": np.nan, "u": 0.0}
#: Labels that say nothing of contacts that they don't name.
_UNTOLD: Final = ("natural", "other")


@dataclass(frozen=True, slots=True)
class Hands:
    """Landmarks of many hands, one row each, and what is true of them.

    Attributes:
        source: Where they are from.
        image: Shape `(N, 21, 3)`, over the picture's width and height, z on x's scale.
        world: Shape `(N, 21, 3)`, metres.
        size: Shape `(N, 2)`, the picture's width and height.
        hand: Shape `(N,)`, left or right.
        label: Shape `(N,)`, the gesture's name, or empty.
        picture: Shape `(N,)`.
        fold: Shape `(N,)`, 0 to 9, for cross-validation.
        truth: Of each state an array of shape `(N,)`.
    """

    source: str
    image: NDArray[np.float64]
    world: NDArray[np.float64]
    size: NDArray[np.float64]
    hand: NDArray[np.str_]
    label: NDArray[np.str_]
    picture: NDArray[np.str_]
    fold: NDArray[np.int64]
    truth: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.image)

    def of(self, rows: NDArray[np.bool_]) -> Hands:
        """Only those rows."""
        return replace(
            self,
            image=self.image[rows],
            world=self.world[rows],
            size=self.size[rows],
            hand=self.hand[rows],
            label=self.label[rows],
            picture=self.picture[rows],
            fold=self.fold[rows],
            truth={name: values[rows] for name, values in self.truth.items()},
        )


def empty_truth() -> Truth:
    """Nothing is known."""
    return dict.fromkeys(STATES, np.nan)


def truth_of(label: str) -> Truth:
    """What a label says of a hand's states.

    Raises:
        KeyError: No such label.
    """
    states, touching = _LABELS[label]
    truth = empty_truth()
    truth["relaxed"] = float(label == "natural") if label != "other" else np.nan
    of_finger = dict(zip(_FINGERS, states.split(), strict=True))
    for finger, state in of_finger.items():
        if state == ".":
            continue
        truth[f"extended({finger})"] = _EXTENDED[state]
        truth[f"folded({finger})"] = _FOLDED[state]
    if label in _UNTOLD:
        return truth
    for name in STATES:
        if not name.startswith("touch("):
            continue
        first, second = name[6:-1].split(", ")
        if f"{first} {second}" in touching:
            truth[name] = 1.0
        elif first == "thumb":
            # Folded fingers and the thumb may lie on each other.
            clear = of_finger[second] == "e" or of_finger[first] == "e"
            truth[name] = 0.0 if clear else np.nan
        elif {of_finger[first], of_finger[second]} <= {"e", "f"}:
            differ = of_finger[first] != of_finger[second]
            apart = label in ("palm", "peace") and of_finger[first] == "e"
            truth[name] = 0.0 if differ or apart else np.nan
    return truth


def read_people(path: Path) -> Hands:
    """One of the sets of people's hands.

    Raises:
        OSError: It can't be read.
        KeyError: It lacks an array.
    """
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    truths = [truth_of(label) for label in arrays["label"].tolist()]
    return Hands(
        source=path.stem,
        image=arrays["image"].astype(np.float64),
        world=arrays["world"].astype(np.float64),
        size=arrays["size"].astype(np.float64),
        hand=arrays["hand"],
        label=arrays["label"],
        picture=arrays["picture"],
        fold=arrays["fold"].astype(np.int64),
        truth={name: np.array([truth[name] for truth in truths]) for name in STATES},
    )
