"""How far apart two runtimes see the same hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from gestures.landmarks import HandObservation, palm_length

Hands = tuple[HandObservation, ...]

#: Hands farther apart than this, in palm lengths, are two hands.
_SAME_HAND = 1.0


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean distances of a landmark from its twin, over all pairs of hands that were compared.

    Attributes:
        hands: How many pairs those are, at least one.
        palms: In the picture, palm lengths.
        depth_palms: In depth, which a single picture hardly tells, palm lengths.
    """

    hands: int
    palms: float
    depth_palms: float


@dataclass(frozen=True, slots=True)
class _Pair:
    palms: float
    depth_palms: float
    ends: frozenset[tuple[str, int]]


def compare(
    ours: Sequence[Hands], theirs: Sequence[Hands], aspects: Sequence[float]
) -> Difference | None:
    """Compare frame by frame, each hand with the one nearest to it.

    Args:
        ours: The hands of each frame.
        theirs: The same frames as the other runtime sees them; its palms are the unit.
        aspects: Width of each frame's picture over its height.

    Returns:
        None when no hand was seen by both.
    """
    pairs: list[_Pair] = []
    for our_hands, their_hands, aspect in zip(ours, theirs, aspects, strict=True):
        pairs += _nearest(our_hands, their_hands, aspect)
    if not pairs:
        return None
    return Difference(
        len(pairs),
        sum(pair.palms for pair in pairs) / len(pairs),
        sum(pair.depth_palms for pair in pairs) / len(pairs),
    )


def _nearest(ours: Hands, theirs: Hands, aspect: float) -> list[_Pair]:
    pairs = [
        _pair(i, our, j, their, aspect)
        for (i, our), (j, their) in product(enumerate(ours), enumerate(theirs))
    ]
    found: list[_Pair] = []
    taken: set[tuple[str, int]] = set()
    for pair in sorted(pairs, key=lambda each: each.palms):
        if pair.palms <= _SAME_HAND and not pair.ends & taken:
            taken |= pair.ends
            found.append(pair)
    return found


def _pair(i: int, our: HandObservation, j: int, their: HandObservation, aspect: float) -> _Pair:
    offsets = (our.image - their.image) * np.array([1.0, 1.0 / aspect, 1.0])
    offsets /= palm_length(their.image, aspect)
    return _Pair(
        float(np.linalg.norm(offsets[:, :2], axis=1).mean()),
        float(np.abs(offsets[:, 2]).mean()),
        frozenset({("ours", i), ("theirs", j)}),
    )
