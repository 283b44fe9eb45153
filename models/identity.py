"""Track numbers that stay with a hand, also across a few frames in which it was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from models.region import Region

#: How long a lost hand keeps its number.
_MEMORY_S = 0.5
#: Farthest a hand may have gone, in sides of its region: at once, and more for each second.
_REACH = 0.5
_REACH_PER_S = 6.0
#: Another hand is one that is taken for the other side, or is of quite another size.
_OTHER_SIDE = 0.9
_OTHER_SIZE = 1.6
#: How much a frame counts against all those before.
_NEWS = 0.15


@dataclass(slots=True)
class _Known:
    region: Region
    size: float
    right: float
    seen_s: float

    def fits(self, t_s: float, region: Region, right: float) -> bool:
        """Whether a hand found at `t_s` may be this one."""
        return (
            region.distance(self.region) <= _REACH + _REACH_PER_S * (t_s - self.seen_s)
            and abs(right - self.right) < _OTHER_SIDE
            and 1 / _OTHER_SIZE < region.size / self.size < _OTHER_SIZE
        )


class TrackNumbers:
    """Gives each hand its number, and a steady opinion on which of the person's hands it is."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}
        self._next = 1

    def assign(
        self,
        t_s: float,
        regions: Sequence[Region],
        right: Sequence[float],
        taken: Sequence[int] = (),
    ) -> list[int]:
        """Numbers for hands without one: the nearest fitting known hand's, else a new one.

        Args:
            t_s: Time of the frame, seconds.
            regions: Where the hands are.
            right: How surely each is a right hand, 0 to 1.
            taken: Numbers that other hands of the same frame hold.
        """
        self._known = {
            number: known
            for number, known in self._known.items()
            if t_s - known.seen_s <= _MEMORY_S
        }
        free = [number for number in self._known if number not in taken]
        pairs = sorted(
            (regions[index].distance(self._known[number].region), index, number)
            for index, number in product(range(len(regions)), free)
            if self._known[number].fits(t_s, regions[index], right[index])
        )
        numbers: dict[int, int] = {}
        for _, index, number in pairs:
            if index not in numbers and number not in numbers.values():
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
            known = self._known[number] = _Known(region, region.size, right, t_s)
        known.region, known.seen_s = region, t_s
        # A hand can't change sides, nor its size at once: a doubtful frame must not rename it.
        known.right += _NEWS * (right - known.right)
        known.size += _NEWS * (region.size - known.size)
        return known.right > 0.5
