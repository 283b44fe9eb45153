"""Fitting a rule: finger states that all positives hold, then the fewest thresholds that do.

A threshold lies midway between the positives and the nearest negative that it has to reject, and
the best set of thresholds is the one whose smallest margin is the widest. It is found by asking
for one margin after the other: for each, conditions are added greedily until every negative is
rejected by so much (the method is that of Krause et al., 'Robust submodular observation
selection', 2008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

import numpy as np

from gestures.conditions import Condition
from gestures.features import Values
from gestures.learning.examples import (
    FEATURES,
    STAGES,
    Examples,
    Truths,
    most_bad,
    without_worst,
)
from gestures.learning.offers import Bound, Edge, Fingering, bounds, fingerings, margins
from gestures.spec import FingerState

#: Without negatives of the user's own, a threshold is at most so far from the positives.
REACH: Final = 3.0
#: More conditions beside the fingers' states nobody reads.
_MOST_CONDITIONS: Final = 5
#: Margins that are asked for, in softnesses: more is worth nothing, and with less than the last
#: examples are too alike.
_MARGINS: Final = tuple(np.arange(2.5, 0.4, -0.25).tolist())
#: So much more margin a further condition must bring.
_PRICE: Final = 0.5
#: Which way the hand is turned counts only where rules by its shape are worth less than this ...
_POOR: Final = 1.0
#: ... and those by both are worth so much more.
_GAIN: Final = 1.0
#: Of conditions that do nearly as well, by so much, the one easiest to understand is taken.
_NEARLY: Final = 0.95

Offer = Fingering | Bound


@dataclass(frozen=True, slots=True)
class Fit:
    """A rule, and how well it tells the examples apart.

    Attributes:
        fingers: States of the fingers, as in a gesture.
        bounds: What must hold beside, as edges.
        edges: All edges of the rule.
        margin: The least by which a positive is inside the rule or a negative outside of it, in
            softnesses, the few that may be bad left out; 0 where they can't be told apart.
        alike: Array of shape `(negatives,)`: which the rule does not surely reject.
    """

    fingers: dict[str, tuple[FingerState, ...]]
    bounds: tuple[Edge, ...]
    edges: tuple[Edge, ...]
    margin: float
    alike: Truths

    @property
    def separates(self) -> bool:
        """Whether all positives and negatives, but the few that may be bad, are told apart."""
        return self.margin > 0.0

    @property
    def when(self) -> tuple[Condition, ...]:
        """Conditions, as in a gesture."""
        return tuple(edge.condition() for edge in self.bounds)

    def accepts(self, examples: Examples) -> Truths:
        """Array of shape `(hands,)`: whether the rule holds for each."""
        held: Truths = margins(self.edges, examples) > 0.0
        return held


def fit(positives: Examples, negatives: Examples, reach: float = inf) -> Fit:
    """The most readable rule that holds for the positives and for no negative.

    Args:
        positives: At least one.
        negatives: Any number.
        reach: How far at most a threshold may be from the worst positive, in softnesses.
    """
    positives = without_worst(positives)
    fingers = fingerings(positives, negatives)
    # Four fingers are told in every rule: that reads well, and keeps away hands nobody showed.
    # The thumb lies anyhow in many of them.
    base = [each for name, each in fingers.items() if name != "thumb" and len(each.states) == 1]
    others = [_limited(each) for each in fingers.values() if each not in base]
    limits = [each for each in bounds(positives, negatives) if _has_sense(each.column, fingers)]
    found = _Found([], 0.0)
    for columns in STAGES:
        if found.worth >= _POOR:
            break
        offers: list[Offer] = [*others, *(each for each in limits if each.column < columns)]
        more = _best(base, offers, negatives)
        if more.worth >= found.worth + _GAIN:
            found = more
    chosen = found.chosen or ([] if base else others)
    return _made(positives, negatives, base, chosen, found.margin, reach)


def _has_sense(column: int, fingers: Mapping[str, Fingering]) -> bool:
    """Where a bent finger points, its shape tells."""
    kind, arguments = FEATURES[column].kind.name, FEATURES[column].arguments
    if kind != "angle" or arguments[0] == "palm":
        return True
    return arguments[0] in fingers and fingers[arguments[0]].states == ("extended",)


def _limited(fingering: Fingering) -> Fingering:
    """One that counts only with the margin it leaves the positives as well."""
    return replace(fingering, room=np.minimum(fingering.room, fingering.margin))


@dataclass(frozen=True, slots=True)
class _Found:
    """What is chosen beside the base, and the margin by which all negatives are rejected.

    The margin is 0 where they are not.
    """

    chosen: list[Offer]
    margin: float

    @property
    def worth(self) -> float:
        return self.margin - _PRICE * len(self.chosen) if self.margin else -inf


def _best(base: Sequence[Offer], offers: Sequence[Offer], negatives: Examples) -> _Found:
    found = [_Found(_cover(base, offers, negatives, _MARGINS[-1]), 0.0)]
    for margin in _MARGINS:
        chosen = _cover(base, offers, negatives, margin)
        if _is_done(_room([*base, *chosen], negatives) >= margin, negatives):
            found.append(_Found(_needed(base, chosen, negatives, margin), margin))
    return max(found, key=lambda each: each.worth)


def _cover(
    base: Sequence[Offer], offers: Sequence[Offer], negatives: Examples, margin: float
) -> list[Offer]:
    """Offers, the most useful first, until every negative is rejected by the margin."""
    reached = _room(base, negatives).clip(0.0, margin)
    rooms = np.array([each.room for each in offers]).reshape(-1, len(negatives)).clip(0.0, margin)
    totals = rooms.sum(axis=1)
    chosen: list[Offer] = []
    while len(chosen) < _MOST_CONDITIONS and not _is_done(reached >= margin, negatives):
        gains = np.maximum(rooms - reached, 0.0).sum(axis=1)
        if not gains.any():
            break
        # Of those that do, one that rejects hands already rejected as well tells more.
        worth = np.where(gains >= _NEARLY * gains.max(), totals, 0.0)
        best = int(np.argmax(worth >= _NEARLY * worth.max()))
        chosen.append(offers[best])
        reached = np.maximum(reached, rooms[best])
    return chosen


def _needed(
    base: Sequence[Offer], chosen: Sequence[Offer], negatives: Examples, margin: float
) -> list[Offer]:
    """The chosen without those that the later ones made superfluous."""
    needed = list(chosen)
    for each in chosen:
        rest = [other for other in needed if other is not each]
        if _is_done(_room([*base, *rest], negatives) >= margin, negatives):
            needed = rest
    return needed


def _room(offers: Sequence[Offer], negatives: Examples) -> Values:
    """Array of shape `(negatives,)`: by how much the offers together reject each."""
    nothing = np.full(len(negatives), -inf)
    room: Values = np.max([nothing, *(each.room for each in offers)], axis=0)
    return room


def _is_done(told: Truths, negatives: Examples) -> bool:
    """Whether all negatives are told, but a few of a file; files of one hand count together."""
    _, file, sizes = np.unique(negatives.files, return_inverse=True, return_counts=True)
    group = np.where(sizes[file] == 1, 0, file + 1)
    missing, hands = np.bincount(group, ~told), np.bincount(group)
    return all(count <= most_bad(size) for count, size in zip(missing, hands, strict=True))


def _made(
    positives: Examples,
    negatives: Examples,
    base: Sequence[Fingering],
    chosen: Sequence[Offer],
    margin: float,
    reach: float,
) -> Fit:
    """The rule, its thresholds midway to the nearest negative that nothing else rejects."""
    wanted = margin or _MARGINS[-1]
    states = [*base, *(each for each in chosen if isinstance(each, Fingering))]
    limits = [each for each in chosen if isinstance(each, Bound)]
    open_ = _room(states, negatives) < wanted
    rooms = np.array([each.room for each in limits]).reshape(-1, len(negatives))
    bounding = []
    for number, limit in enumerate(limits):
        own = limit.room[open_ & (rooms.argmax(axis=0) == number) & (limit.room >= wanted)]
        bounding.append(limit.edge(min(own.min(initial=inf), reach) if own.size else wanted))
    edges = (*(edge for each in states for edge in each.edges), *bounding)
    alike: Truths = _room([*states, *limits], negatives) < wanted
    if margin:
        outside = -margins(edges, negatives.where(~alike))
        margin = min(float(margins(edges, positives).min()), float(outside.min(initial=inf)))
    fingers = {each.finger: each.states for each in states}
    return Fit(fingers, tuple(bounding), edges, margin, alike)
