"""Fitting a rule: finger states that all positives hold, then the fewest thresholds that do.

A threshold lies midway between the positives and the nearest negative that it has to reject: of
all places there it leaves both the most margin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final

import numpy as np

from gestures.conditions import Condition
from gestures.learning.cover import LEAST_MARGIN, Choice, Cover, room_of
from gestures.learning.examples import (
    FEATURES,
    SHAPE,
    SIDEWAYS,
    STAGES,
    STATE_COLUMNS,
    UPRIGHT,
    Examples,
    Truths,
)
from gestures.learning.offers import (
    Bound,
    Edge,
    Fingering,
    Offer,
    bounds,
    fingerings,
    margins,
    worst,
)
from gestures.spec import FingerState

#: Which end of the hand is up counts only where rules by its shape are worth less than this, and
#: those by both are worth so much more. Other directions count where nothing else will do.
_POOR: Final = 0.5
_GAIN: Final = 1.0
#: The thumb's state is told where all positives are so far inside it, in softnesses.
_CLEAR: Final = 1.5
#: What nobody does who shows something; it is said where all positives are so far from it.
_AT_REST: Final = Edge(STATE_COLUMNS["relaxed"], False, 0.0)
_AWAKE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rule may do.

    Attributes:
        reach: How far at most a threshold may be from the worst positive, in softnesses.
        features: How many of `FEATURES` it may use.
        bad: Part of the positives, and of each file of negatives, that may be bad or mislabelled.
    """

    reach: float = inf
    features: int = SIDEWAYS
    bad: float = 0.02


FREE: Final = Limits()


@dataclass(frozen=True, slots=True)
class Fit:
    """A rule, and how well it tells the examples apart.

    Attributes:
        fingers: States of the fingers, as in a gesture.
        bounds: What must hold beside, as edges.
        edges: All edges of the rule.
        margin: The least by which a positive is inside the rule or a negative outside of it, in
            softnesses, those that may be bad left out.
        separates: Whether all positives and negatives, but those, are surely told apart.
        alike: Array of shape `(negatives,)`: which the rule does not surely reject.
    """

    fingers: dict[str, tuple[FingerState, ...]]
    bounds: tuple[Edge, ...]
    edges: tuple[Edge, ...]
    margin: float
    separates: bool
    alike: Truths

    @property
    def when(self) -> tuple[Condition, ...]:
        """Conditions, as in a gesture."""
        return tuple(edge.condition() for edge in self.bounds)

    def accepts(self, examples: Examples) -> Truths:
        """Array of shape `(hands,)`: whether the rule holds for each."""
        held: Truths = margins(self.edges, examples) > 0.0
        return held


def fit(positives: Examples, negatives: Examples, limits: Limits = FREE) -> Fit:
    """The most readable rule that holds for the positives and for no negative.

    Args:
        positives: At least one.
        negatives: Any number.
        limits: What the rule may do.
    """
    fingers = fingerings(positives, negatives, limits.bad)
    # What the fingers do is told in every rule: that reads well, and keeps away hands that nobody
    # showed. Thumbs lie anyhow in many poses, unless they clearly don't.
    base = [
        each
        for finger, each in fingers.items()
        if len(each.states) == 1 and (finger != "thumb" or each.margin >= _CLEAR)
    ]
    others = [_limited(each) for each in fingers.values() if each not in base]
    offers: list[Offer] = [
        *others,
        *(
            each
            for each in bounds(positives, negatives, limits.bad)
            if each.column < limits.features and _has_sense(each.column, fingers)
        ),
    ]
    chosen = _chosen(Cover(base, negatives, limits.bad), offers)
    if not base and not chosen.offers:
        chosen = replace(chosen, offers=tuple(others))
    return _made(positives, negatives, base, chosen, limits)


def _has_sense(column: int, fingers: Mapping[str, Fingering]) -> bool:
    """Where a bent finger points, and how far from another, its curl tells."""
    kind, arguments = FEATURES[column].kind.name, FEATURES[column].arguments
    if kind == "angle":
        return arguments[0] == "palm" or _is_straight(arguments[0], fingers)
    if kind == "spread":
        return all(each == "thumb" or _is_straight(each, fingers) for each in arguments)
    return True


def _is_straight(finger: str, fingers: Mapping[str, Fingering]) -> bool:
    return finger in fingers and fingers[finger].states == ("extended",)


def _limited(fingering: Fingering) -> Fingering:
    """One that counts only with the margin it leaves the positives as well."""
    return replace(fingering, room=np.minimum(fingering.room, fingering.margin))


def _chosen(cover: Cover, offers: Sequence[Offer]) -> Choice:
    """By shape where that will do, else by direction as well."""
    best = Choice((), 0.0)
    for columns in STAGES:
        if best.worth >= (_POOR if columns == UPRIGHT else -inf) and best.margin:
            break
        known = [each for each in offers if isinstance(each, Fingering) or each.column < columns]
        found = cover.best(known)
        if columns == SHAPE or found.worth >= best.worth + _GAIN:
            best = found
    return best


def _made(
    positives: Examples,
    negatives: Examples,
    base: Sequence[Fingering],
    choice: Choice,
    limits: Limits,
) -> Fit:
    """The rule, its thresholds midway to the nearest negative that nothing else rejects."""
    wanted = choice.margin or LEAST_MARGIN
    states = [*base, *(each for each in choice.offers if isinstance(each, Fingering))]
    bounding = [each for each in choice.offers if isinstance(each, Bound)]
    told = room_of(states, len(negatives)) >= wanted
    nearest = np.array([each.room for each in bounding]).reshape(len(bounding), len(negatives))
    found = []
    for number, bound in enumerate(bounding):
        own = ~told & (nearest.argmax(axis=0) == number) & (bound.room >= wanted)
        found.append(bound.edge(min(bound.room[own].min(), limits.reach) if own.any() else wanted))
    if worst(_AT_REST.margins(positives), limits.bad) >= _AWAKE:
        found.append(_AT_REST)
    edges = (*(edge for each in states for edge in each.edges), *found)
    alike: Truths = room_of([*states, *bounding], len(negatives)) < wanted
    outside = -margins(edges, negatives.where(~alike))
    return Fit(
        fingers={each.finger: each.states for each in states},
        bounds=tuple(found),
        edges=edges,
        margin=min(worst(margins(edges, positives), limits.bad), outside.min(initial=inf)),
        separates=choice.margin > 0.0 and bool(edges),
        alike=alike,
    )
