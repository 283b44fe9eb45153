"""Track numbers that stay with a hand, also across a few frames in which it was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from models.region import Region

#: How long a lost hand keeps its number.
_MEMORY_S = 0.5
#: Farthest a hand may have gone meanwhile, in sides of its region.
_REACH = 1.5


@dataclass(slots=True)
class _Known:
    region: Region
    right: float
    seen_s: float


class TrackNumbers:
    """Gives each hand its number, and a steady opinion on which of the person's hands it is."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._next = 1

    def assign(self, t_s: float, regions: Sequence[Region], taken: Sequence[int] = ()) -> list[int]:
        """Numbers for hands without one: the nearest known hand's, else a new one.

        Args:
            t_s: Time of the frame, seconds.
            regions: Where the hands are.
            taken: Numbers that other hands of the same frame hold.
        """
        self._known = {
            number: known
            for number, known in self._known.items()
            if t_s - known.seen_s <= _MEMORY_S
        }
        free = [number for number in self._known if number not in taken]
        pairs = sorted(
            (region.distance(self._known[number].region), index, number)
            for (index, region), number in product(enumerate(regions), free)
        )
        numbers: dict[int, int] = {}
        for distance, index, number in pairs:
            if distance <= _REACH and index not in numbers and number not in numbers.values():
                numbers[index] = number
        for index in range(len(regions)):
            if index not in numbers:
                numbers[index] = self._next
                self._next += 1
        return [numbers[index] for index in range(len(regions))]

    def saw(self, number: int, t_s: float, region: Region, right: float) -> bool:
        """Note where a hand is; tells whether all frames together make it a right hand."""
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = _Known(region, right, t_s)
        known.region, known.seen_s = region, t_s
        # A hand can't change sides: one doubtful frame must not rename it.
        known.right += 0.15 * (right - known.right)
        return known.right > 0.5
