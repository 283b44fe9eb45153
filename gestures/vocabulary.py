"""The names that conditions can use: features, their arguments, units and ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from gestures.landmarks import FINGER_JOINTS, FINGERS, LANDMARK_NAMES
from gestures.shape import CONTACTS
from gestures.states import LEAST_LIKELY

DIRECTIONS = ("up", "down", "left", "right", "camera", "away")
#: Joints that bend, with the landmarks before and after them.
FLEXION_JOINTS = tuple(
    LANDMARK_NAMES[joint] for finger in FINGERS for joint in FINGER_JOINTS[finger][:-1]
)


@dataclass(frozen=True, slots=True, eq=False)
class FeatureKind:
    """One family of features.

    Attributes:
        name: What a condition calls it.
        arguments: For each argument, the names it may be.
        unit: Of its values.
        low: Least value a condition may compare with.
        high: Largest value a condition may compare with.
        softness: How far past a threshold the value must be to be sure of it, in `unit`.
        doc: One line for people.
        two_hands: Whether it is measured between one hand and the other.
        is_probability: Whether it says how likely something is. Rules weigh its log-odds then.
    """

    name: str
    arguments: tuple[tuple[str, ...], ...]
    unit: str
    low: float
    high: float
    softness: float
    doc: str
    two_hands: bool = False
    is_probability: bool = False

    def scored(self, value: float) -> float:
        """A value on the scale that rules weigh: a probability's log-odds, any other as it is."""
        if not self.is_probability:
            return value
        likely = min(max(value, LEAST_LIKELY), 1.0 - LEAST_LIKELY)
        return log(likely / (1.0 - likely))


_POINTS = FINGERS + LANDMARK_NAMES
_PARTS = ("palm", *FINGERS)
FEATURE_KINDS = {
    kind.name: kind
    for kind in (
        FeatureKind(
            "extended", (FINGERS,), "probability", 0, 1, 1, "how likely a finger is stretched out;"
            " of the thumb: away from the hand", is_probability=True,
        ),
        FeatureKind(
            "folded", (FINGERS,), "probability", 0, 1, 1, "how likely a finger is folded into the"
            " palm; of the thumb: across it", is_probability=True,
        ),
        FeatureKind(
            "touch", (FINGERS, FINGERS), "probability", 0, 1, 1, "how likely the thumb's tip meets"
            " another finger's, or two neighbours lie side by side", is_probability=True,
        ),
        FeatureKind(
            "relaxed", (), "probability", 0, 1, 1, "how likely the hand rests and shows nothing",
            is_probability=True,
        ),
        FeatureKind(
            "curl", (FINGERS,), "degrees", 0, 300, 12,
            "how far a finger is bent, all its joints together: 0 straight, about 230 folded;"
            " of the thumb: how far it is turned in, 60 stretched out, 130 across the palm",
        ),
        FeatureKind(
            "flexion", (FLEXION_JOINTS,), "degrees", 0, 180, 10,
            "how far one joint is bent: 0 straight",
        ),
        FeatureKind(
            "spread", (FINGERS, FINGERS), "degrees", 0, 180, 4,
            "angle between two fingers",
        ),
        FeatureKind(
            "gap", (_POINTS, _POINTS), "palm lengths", 0, 4, 0.08,
            "distance between two landmarks; a finger's name means its tip",
        ),
        FeatureKind(
            "opposition", (), "palm widths", -3, 3, 0.08,
            "how far the thumb's tip has gone across the palm: 0 at the index finger's MCP,"
            " 1 at the little finger's, below 0 beside the hand",
        ),
        FeatureKind(
            "angle", (_PARTS, DIRECTIONS), "degrees", 0, 180, 8,
            "between where a finger, or the palm from wrist to knuckles, points in the"
            " picture and a direction; camera and away are towards the camera and from it",
        ),
        FeatureKind(
            "facing", (DIRECTIONS,), "degrees", 0, 180, 10,
            "between where the palm looks and a direction: 0 the palm looks there,"
            " 180 the back of the hand does",
        ),
        FeatureKind(
            "roll", (), "degrees", -180, 180, 8,
            "how far the hand is turned in the picture: 0 fingers up, 90 fingers to the right,"
            " -90 to the left",
        ),
        FeatureKind("x", (), "picture widths", -1, 2, 0.02, "palm's centre, 0 left to 1 right"),
        FeatureKind("y", (), "picture heights", -1, 2, 0.02, "palm's centre, 0 top to 1 bottom"),
        FeatureKind(
            "size", (), "picture heights", 0, 3, 0.01, "length of the palm, wrist to middle knuckle"
        ),
        FeatureKind("speed", (), "palm lengths/s", 0, 100, 0.5, "of the palm's centre"),
        FeatureKind(
            "velocity", (DIRECTIONS[:4],), "palm lengths/s", -100, 100, 0.5,
            "of the palm's centre along a direction of the picture",
        ),
        FeatureKind(
            "hands_gap", (_POINTS, _POINTS), "palm lengths", 0, 40, 0.1,
            "distance in the picture between a landmark of one hand and one of the other;"
            " a finger's name means its tip", two_hands=True,
        ),
        FeatureKind(
            "hands_angle", (_PARTS, _PARTS), "degrees", 0, 180, 8,
            "between where a finger or the palm of one hand points and one of the other's",
            two_hands=True,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeatureRef:
    """One feature: a kind with its arguments, as in `gap(thumb, index)`.

    Attributes:
        kind: Its family.
        arguments: One of the names that each of the kind's arguments may be.
        other: In a rule for both hands: measured on the second one.
    """

    kind: FeatureKind
    arguments: tuple[str, ...]
    other: bool = False

    @property
    def state(self) -> str:
        """Its name without whose hand it is: of a probability, the state's."""
        arguments = f"({', '.join(self.arguments)})" if self.arguments else ""
        return f"{self.kind.name}{arguments}"

    def __str__(self) -> str:
        whose = "other hand's " if self.other else ""
        return f"{whose}{self.state}"


_CALL = re.compile(r"(?P<name>\w+)\s*(?:\((?P<arguments>[^()]*)\))?")


@lru_cache(maxsize=512)
def parse_feature(text: str) -> FeatureRef:
    """Read a feature's name and arguments.

    Raises:
        LookupError: A name is unknown; its args are the name and the names it could be.
        ValueError: The text has another shape, or arguments that make no feature.
    """
    call = _CALL.fullmatch(text.strip())
    if call is None:
        raise ValueError(f"expected a feature such as 'gap(thumb, index)', found '{text.strip()}'")
    kind = FEATURE_KINDS.get(call["name"])
    if kind is None:
        raise LookupError(call["name"], tuple(FEATURE_KINDS))
    arguments = tuple(word.strip() for word in (call["arguments"] or "").split(",") if word.strip())
    if len(arguments) != len(kind.arguments):
        raise ValueError(
            f"{kind.name} takes {len(kind.arguments)} argument(s), found {len(arguments)}"
        )
    for word, choices in zip(arguments, kind.arguments, strict=True):
        if word not in choices:
            raise LookupError(word, choices)
    same = any(_landmark(first) == _landmark(second) for first, second in pairwise(arguments))
    if same and not kind.two_hands:
        raise ValueError(f"{kind.name} compares two different things, found '{arguments[0]}' twice")
    if kind.name == "touch":
        arguments = _contact(*arguments)
    return FeatureRef(kind, arguments)


def _contact(first: str, second: str) -> tuple[str, str]:
    """Two fingers whose contact is known, in the order of the hand's fingers."""
    pair = (first, second) if FINGERS.index(first) < FINGERS.index(second) else (second, first)
    if pair not in CONTACTS:
        raise ValueError(
            "touch is between the thumb and another finger, or between neighbours,"
            f" found '{first}' and '{second}'"
        )
    return pair


def _landmark(name: str) -> str:
    """A finger's name means its tip."""
    return f"{name}_tip" if name in FINGERS else name
