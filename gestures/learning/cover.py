"""Choosing conditions: the fewest that together reject every negative by a wide margin.

It is done by asking for one margin after the other: for each, conditions are added greedily until
every negative is rejected by so much (the method is that of Krause et al., 'Robust submodular
observation selection', 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np

from gestures.features import Values
from gestures.learning.examples import Examples, Truths, most_bad
from gestures.learning.offers import Offer

#: More conditions beside the fingers' states nobody reads.
_MOST_CONDITIONS: Final = 5
#: Margins that are asked for, in softnesses: more is worth nothing.
_MARGINS: Final = tuple(np.arange(2.5, 0.4, -0.25).tolist())
#: With less, examples are too alike.
LEAST_MARGIN: Final = _MARGINS[-1]
#: So much more margin a further condition must bring.
_PRICE: Final = 1.0
#: Of conditions that do nearly as well, by so much, the one easiest to understand is taken.
_NEARLY: Final = 0.95


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen, and the margin by which all negatives are rejected; 0 if they are not."""

    offers: tuple[Offer, ...]
    margin: float

    @property
    def worth(self) -> float:
        """The margin less the price of the conditions."""
        return self.margin - _PRICE * len(self.offers) if self.margin else -inf


class Cover:
    """Chooses offers against negatives.

    Args:
        base: Offers that are taken in any case.
        negatives: The hands to be rejected.
        bad: Part of each file that need not be; files of a single hand count together.
    """

    def __init__(self, base: Sequence[Offer], negatives: Examples, bad: float) -> None:
        self._base = room_of(base, len(negatives))
        _, file, sizes = np.unique(negatives.files, return_inverse=True, return_counts=True)
        self._group = np.where(sizes[file] == 1, 0, file + 1)
        self._bad = np.array([most_bad(size, bad) for size in np.bincount(self._group).tolist()])

    def best(self, offers: Sequence[Offer]) -> Choice:
        """The offers that are worth most, or if none do, those that reject the most."""
        rooms = np.array([each.room for each in offers]).reshape(len(offers), len(self._base))
        found = [Choice(tuple(offers[i] for i in self._chosen(rooms, LEAST_MARGIN)), 0.0)]
        for margin in _MARGINS:
            chosen = self._chosen(rooms, margin)
            if self._rejects(rooms[chosen], margin):
                needed = self._needed(rooms, chosen, margin)
                found.append(Choice(tuple(offers[i] for i in needed), margin))
        return max(found, key=lambda each: (each.worth, -len(each.offers)))

    def _chosen(self, rooms: Values, margin: float) -> list[int]:
        """Offers, the most useful first, until every negative is rejected by the margin."""
        rooms = rooms.clip(0.0, margin)
        reached = self._base.clip(0.0, margin)
        totals = rooms.sum(axis=1)
        chosen: list[int] = []
        while len(chosen) < _MOST_CONDITIONS and not self._rejects(reached[None], margin):
            gains = np.maximum(rooms - reached, 0.0).sum(axis=1)
            if not gains.any():
                break
            # Of those that do, one that rejects hands already rejected as well tells more.
            worth = np.where(gains >= _NEARLY * gains.max(), totals, 0.0)
            chosen.append(int(np.argmax(worth >= _NEARLY * worth.max())))
            reached = np.maximum(reached, rooms[chosen[-1]])
        return chosen

    def _needed(self, rooms: Values, chosen: Sequence[int], margin: float) -> list[int]:
        """The chosen without those that later ones made superfluous."""
        needed = list(chosen)
        for each in chosen:
            rest = [other for other in needed if other != each]
            if self._rejects(rooms[rest], margin):
                needed = rest
        return needed

    def _rejects(self, rooms: Values, margin: float) -> bool:
        """Whether some offers reject all negatives but the bad ones."""
        missed: Truths = np.maximum(rooms.max(axis=0, initial=-inf), self._base) < margin
        return bool((np.bincount(self._group, missed) <= self._bad).all())


def room_of(offers: Sequence[Offer], negatives: int) -> Values:
    """Array of shape `(negatives,)`: by how much the offers together reject each."""
    nothing = np.full(negatives, -inf)
    room: Values = np.max([nothing, *(each.room for each in offers)], axis=0)
    return room
