"""What a learned rule can be made of: a finger's states, and thresholds that bound the positives.

Margins here are in softnesses of the features, the unit in which rules are scored: a margin of 1
scores 0.73, 2 scores 0.88, 3 scores 0.95.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import floor, log10
from typing import Final

import numpy as np

from gestures.conditions import Condition, Operator
from gestures.features import Values
from gestures.landmarks import FINGERS
from gestures.learning.examples import (
    FEATURES,
    SIDEWAYS,
    SOFTNESS,
    STATE_COLUMNS,
    Examples,
    most_bad,
)
from gestures.rules import in_states
from gestures.spec import FingerState

#: A finger is told to be in a state where all positives are so far inside it.
_SURE_MARGIN: Final = 1.0
#: The narrowest states come first; all three together would say nothing.
_STATES: Final[tuple[tuple[FingerState, ...], ...]] = (
    ("extended",), ("half",), ("folded",), ("extended", "half"), ("half", "folded"),
)  # fmt: skip
_OPPOSITE: Final = {"up": "down", "left": "right", "camera": "away"}


@dataclass(frozen=True, slots=True)
class Edge:
    """One side of a rule: a feature must be above, or below, a value.

    Attributes:
        column: Of the feature.
        above: Whether it must be above.
        value: In the feature's unit; of a probability the log-odds.
    """

    column: int
    above: bool
    value: float

    def margins(self, examples: Examples) -> Values:
        """Array of shape `(hands,)`: how far inside each hand is."""
        inside: Values = (examples.values[:, self.column] - self.value) / SOFTNESS[self.column]
        return inside if self.above else -inside

    def condition(self) -> Condition:
        """The same for people: a direction from which it is at most a right angle."""
        feature = FEATURES[self.column]
        operator: Operator = ">" if self.above else "<"
        if feature.kind.is_probability:
            return Condition(feature, operator, 0.5)
        if self.value <= 90 or feature.kind.name not in ("angle", "facing"):
            return Condition(feature, operator, self.value)
        arguments = (*feature.arguments[:-1], _OPPOSITE[feature.arguments[-1]])
        turned: Operator = "<" if self.above else ">"
        return Condition(replace(feature, arguments=arguments), turned, 180.0 - self.value)


def margins(edges: Iterable[Edge], examples: Examples) -> Values:
    """Array of shape `(hands,)`: how far inside all edges each hand is; below 0 outside of one."""
    anywhere = np.full(len(examples), np.inf)
    inside: Values = np.min([anywhere, *(edge.margins(examples) for edge in edges)], axis=0)
    return inside


def worst(values: Values, bad: float) -> float:
    """The least of the values, leaving out that part of them that may be bad."""
    return float(np.sort(values)[most_bad(len(values), bad)])


@dataclass(frozen=True, slots=True)
class Fingering:
    """A finger in one of some states.

    Attributes:
        finger: Its name.
        states: The states.
        edges: The same as bounds of what it is likely to be.
        margin: Of the worst positive.
        room: Array of shape `(negatives,)`: how far outside the states each negative is.
    """

    finger: str
    states: tuple[FingerState, ...]
    edges: tuple[Edge, ...]
    margin: float
    room: Values


@dataclass(frozen=True, slots=True)
class Bound:
    """A feature that must be above, or below, what the worst positive has.

    Attributes:
        column: Of the feature.
        above: Whether the feature must be above its threshold.
        worst: The value of the worst positive, in the feature's unit.
        room: Array of shape `(negatives,)`: the margin that a threshold midway between the worst
            positive and a negative leaves both; below 0 where the negative lies inside.
    """

    column: int
    above: bool
    worst: float
    room: Values

    def edge(self, margin: float) -> Edge:
        """The edge that leaves the worst positive about so much margin, in round numbers."""
        kind = FEATURES[self.column].kind
        if kind.is_probability:
            return Edge(self.column, self.above, 0.0)
        away = margin * kind.softness
        exact = self.worst - away if self.above else self.worst + away
        value = _rounded(min(max(exact, kind.low), kind.high), min(away / 4, kind.softness / 2))
        return Edge(self.column, self.above, value)


Offer = Fingering | Bound


def fingerings(positives: Examples, negatives: Examples, bad: float) -> dict[str, Fingering]:
    """For each finger the narrowest states that all positives surely hold, if there are any."""
    found: dict[str, Fingering] = {}
    for finger in FINGERS:
        for states in _STATES:
            other = _fingering(finger, states, positives, negatives, bad)
            best = found.get(finger)
            if other.margin >= _SURE_MARGIN and (
                best is None or (len(states) == len(best.states) and other.margin > best.margin)
            ):
                found[finger] = other
    return found


def _fingering(
    finger: str,
    states: tuple[FingerState, ...],
    positives: Examples,
    negatives: Examples,
    bad: float,
) -> Fingering:
    edges = tuple(
        Edge(STATE_COLUMNS[condition.feature.state], condition.is_lower_bound, 0.0)
        for condition in in_states(finger, states)
    )
    margin = worst(margins(edges, positives), bad)
    return Fingering(finger, states, edges, margin, -margins(edges, negatives))


def bounds(positives: Examples, negatives: Examples, bad: float) -> Iterator[Bound]:
    """A lower and an upper bound of each feature, where it can have one."""
    for column, feature in enumerate(FEATURES[:SIDEWAYS]):
        kind = feature.kind
        outside, gap = negatives.values[:, column], 2 * SOFTNESS[column]
        inside = positives.values[:, column]
        low, high = worst(inside, bad), -worst(-inside, bad)
        if kind.is_probability:
            # More likely than not, or less: other thresholds say nothing to anybody.
            if max(low, -high) >= _SURE_MARGIN:
                above = low > 0
                room = np.minimum(outside * (-1 if above else 1), max(low, -high))
                yield Bound(column, above, low if above else high, room)
            continue
        if low >= kind.low:
            yield Bound(column, True, low, (low - outside) / gap)
        if high <= kind.high:
            yield Bound(column, False, high, (outside - high) / gap)


def _rounded(value: float, step: float) -> float:
    """The nearest multiple of 1, 2 or 5 times a power of ten, whichever is below the step."""
    power = floor(log10(step))
    unit = max(digit for digit in (1, 2, 5) if digit <= step / 10.0**power) * 10.0**power
    return round(round(value / unit) * unit, max(-power, 0)) + 0.0
