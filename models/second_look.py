"""Second looks at hands that are perhaps followed crookedly, one step a frame.

The palm detector may see a hand turned otherwise than it is followed. From there the landmark
network is led on from look to look until the square has come to rest, since the palm's square
flatters. Then both are followed for some frames, and the one wins of which the network is surer on
average: in a single frame chance decides. A step a frame keeps each frame in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from models.hand import Hand, HandNetwork
from models.region import Region, region_of_landmarks
from models.tracker import Picture

#: How many steps at most, and the turn, radians, below which the square has come to rest.
_MOST_STEPS = 6
_SETTLED = 0.05
#: For so many frames both are followed then.
_COMPARED = 6


@dataclass(slots=True)
class _Look:
    region: Region
    followed: Region
    steps: int = 0
    compared: int = 0
    surer: float = 0.0


class SecondLooks:
    """One at a time for each hand, by the hand's number.

    Args:
        hands: The landmark network.
    """

    def __init__(self, hands: HandNetwork) -> None:
        self._hands = hands
        self._looks: dict[int, _Look] = {}

    def forget(self) -> None:
        """Of all hands."""
        self._looks.clear()

    def begin(self, number: int, region: Region, followed: Region) -> None:
        """Look from another square, unless that is being done.

        Args:
            number: The hand's.
            region: The square.
            followed: Where the hand was followed when that was its square.
        """
        self._looks.setdefault(number, _Look(region, followed))

    def step(
        self, picture: Picture, followed: Mapping[int, tuple[Region, float]]
    ) -> dict[int, Hand]:
        """Look once at each such hand; those that are better seen so, as they are seen.

        Args:
            picture: Array of shape `(height, width, 3)`.
            followed: Where each hand is followed in it, by number, and how sure its presence is
                there; the others are forgotten.
        """
        self._looks = {number: look for number, look in self._looks.items() if number in followed}
        better = {}
        for number, look in list(self._looks.items()):
            (now, presence), then = followed[number], look.followed
            region = replace(
                look.region, x=look.region.x + now.x - then.x, y=look.region.y + now.y - then.y
            )
            hand = self._hands.look(picture, region)
            look.region, look.followed = region_of_landmarks(hand.points), now
            look.steps += 1
            came_to_rest = look.steps > 1 and abs(look.region.turn_from(region)) < _SETTLED
            if look.compared or came_to_rest or look.steps == _MOST_STEPS:
                look.compared += 1
                look.surer += hand.presence - presence
            if look.compared == _COMPARED:
                del self._looks[number]
                if look.surer > 0:
                    better[number] = hand
        return better
