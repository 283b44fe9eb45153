"""What conditions bound each feature by, and what bounds leave each other.

A limit is a sum that no hand makes negative: upper bounds and constants, less lower bounds. Where
it is small the conditions in it have little room. Features are taken to stay within their kinds'
ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from gestures.conditions import Condition
from gestures.landmarks import FINGERS
from gestures.vocabulary import FEATURE_KINDS, FeatureRef

HALF_TURN = 180.0


@dataclass(frozen=True, slots=True)
class Bound:
    """What a feature can't be beyond, and the condition that says so, if it is one.

    Attributes:
        value: On the scale that rules weigh: a probability's log-odds.
    """

    value: float
    by: Condition | None = None

    @property
    def softness(self) -> float:
        return self.by.feature.kind.softness if self.by else 0.0

    def __neg__(self) -> Bound:
        return Bound(-self.value, self.by)


@dataclass(slots=True)
class Range:
    """Between what a feature's value must be."""

    low: Bound
    high: Bound


#: A feature's kind, its arguments, and whether it is the second hand's.
Key = tuple[str, tuple[str, ...], bool]

#: The palm's length is the unit of all gaps.
UNIT_GAP = ("middle_mcp", "wrist")
#: Those velocities that are others the other way round.
_REVERSED = {"left": "right", "up": "down"}


def ranges_of(conditions: Iterable[Condition]) -> dict[Key, Range]:
    """Of each feature in the conditions, its tightest bounds."""
    ranges: dict[Key, Range] = {}
    for condition in conditions:
        key, is_reversed = _key(condition.feature)
        if key not in ranges:
            ranges[key] = whole_range(key)
        is_lower, bound = condition.is_lower_bound, Bound(condition.scored_value, condition)
        if is_reversed:
            is_lower, bound = not is_lower, -bound
        found = ranges[key]
        # A condition as tight as the feature's own end comes before it: it can be blamed.
        if is_lower and (bound.value, found.low.by is None) > (found.low.value, False):
            found.low = bound
        elif not is_lower and (-bound.value, found.high.by is None) > (-found.high.value, False):
            found.high = bound
    return ranges


def _key(feature: FeatureRef) -> tuple[Key, bool]:
    """One key for all ways to write a feature, and whether this one is the other way round."""
    name, arguments = feature.kind.name, feature.arguments
    if name == "velocity" and arguments[0] in _REVERSED:
        return (name, (_REVERSED[arguments[0]],), feature.other), True
    if name in ("gap", "hands_gap"):
        arguments = tuple(f"{each}_tip" if each in FINGERS else each for each in arguments)
    if name in ("gap", "spread"):
        arguments = tuple(sorted(arguments))
    return (name, arguments, feature.other), False


def whole_range(key: Key) -> Range:
    """Between what a feature is on every hand."""
    name, arguments, _ = key
    kind = FEATURE_KINDS[name]
    low, high = kind.scored(kind.low), kind.scored(kind.high)
    if name == "gap" and arguments == UNIT_GAP:
        low = high = 1.0
    elif name == "curl" and arguments == ("thumb",):
        high = HALF_TURN
    elif name == "opposition":
        # A ratio: of a palm that is measured badly it may be anything.
        low, high = -inf, inf
    return Range(Bound(low), Bound(high))


@dataclass(frozen=True, slots=True)
class Limit:
    """Conditions that must share what there is.

    Attributes:
        conditions: Those that are in it.
        slack: How much there is to share, in the features' unit; below 0 they contradict.
        softness: The sum of their features' softness.
        reason: Why there is no more, to go on after "for"; empty where the conditions say it.
    """

    conditions: tuple[Condition, ...]
    slack: float
    softness: float
    reason: str

    @property
    def room(self) -> float:
        """By how many softnesses all the conditions can hold at once."""
        return self.slack / self.softness


def limit_of(bounds: Sequence[Bound], spare: float, reason: str) -> Limit | None:
    """The limit that bounds make, lower ones negated; None when no condition is among them."""
    conditions = tuple(dict.fromkeys(bound.by for bound in bounds if bound.by))
    if not conditions:
        return None
    slack = sum(bound.value for bound in bounds) + spare
    return Limit(conditions, slack, sum(bound.softness for bound in bounds), reason)


def end_of(key: Key, found: Range) -> str:
    """Why a condition can't ask for more; empty where two conditions face each other."""
    condition = found.low.by or found.high.by
    if condition is None or (found.low.by and found.high.by):
        return ""
    if key[:2] == ("gap", UNIT_GAP):
        return "that is the palm's length, always 1"
    kind = condition.feature.kind
    ends = found.low.value, found.high.value
    low, high = (-ends[1], -ends[0]) if _key(condition.feature)[1] else ends
    if kind.is_probability:
        low, high = kind.low, kind.high
    word, value = ("above", high) if condition.is_lower_bound else ("below", low)
    return f"{condition.feature} is never {word} {value:g} {kind.unit}"
