"""A hand in one frame, as swipes look back at it."""

from __future__ import annotations

from math import dist
from typing import NamedTuple

from gestures.landmarks import HandObservation
from gestures.motions.moment import Moment


class Sample(NamedTuple):
    """A hand in one frame; lengths are in picture widths.

    Attributes:
        t_s: Time of the frame, seconds.
        centre: The palm's centre.
        hand: The hand; its geometry would be much to keep, and to clear away.
        palm: The palm's length.
        open_hand: Whether the hand is open.
        poses: Names of the poses it shows.
        aspect: Width of the picture over its height.
    """

    t_s: float
    centre: tuple[float, float]
    hand: HandObservation
    palm: float
    open_hand: bool
    poses: frozenset[str]
    aspect: float

    @classmethod
    def of(cls, now: Moment) -> Sample:
        """What to keep of a moment."""
        return cls(now.t_s, now.centre, now.hand, now.palm, now.is_open, now.shown, now.aspect)

    def speed_palms_s(self, before: Sample) -> float:
        """How fast the hand has come from where it was, palm lengths/s."""
        return dist(before.centre, self.centre) / self.palm / (self.t_s - before.t_s)

    def room(self, axis: int, sign: float) -> float:
        """Between the hand and the picture's edge in a direction."""
        coordinates: list[float] = self.hand.image[:, axis].tolist()
        if axis == 1:
            coordinates = [each / self.aspect for each in coordinates]
        return self._to_edge(coordinates, axis, sign)

    def centre_room(self, axis: int, sign: float) -> float:
        """Between the palm's centre and the picture's edge in a direction."""
        return self._to_edge([self.centre[axis]], axis, sign)

    def _to_edge(self, coordinates: list[float], axis: int, sign: float) -> float:
        extent = 1.0 if axis == 0 else 1.0 / self.aspect
        return extent - max(coordinates) if sign > 0 else min(coordinates)
