"""What the hands of one frame show: every hand's poses, and those that two hands make together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Literal, NamedTuple

from gestures.features import TwoHands
from gestures.geometry import HandGeometry
from gestures.landmarks import HandFrame, HandObservation
from gestures.lazy import lazy
from gestures.rules import PoseRules, Verdict
from gestures.spec import GestureSpec
from gestures.states import StateModel, default_model


class Sight(NamedTuple):
    """One hand, measured and judged."""

    hand: HandObservation
    geometry: HandGeometry
    verdict: Verdict


class PairSight:
    """Two hands judged in either order.

    A rule holds with either hand as the first: each gesture has its better order.

    Args:
        one: A hand.
        other: Another one.
        rules: What they are judged by.

    Attributes:
        tracks: Numbers of their tracks, the lower one first.
        verdict: What they show.
    """

    def __init__(self, one: Sight, other: Sight, rules: PoseRules) -> None:
        low, high = sorted((one.hand.track, other.hand.track))
        self.tracks = low, high
        self._hands = one.hand, other.hand
        self._orders = (
            TwoHands(one.geometry, other.geometry),
            TwoHands(other.geometry, one.geometry),
        )
        self._verdicts = first, second = [rules.judge(hands) for hands in self._orders]
        near = {
            index: max(first.near.get(index, 0.0), second.near.get(index, 0.0))
            for index in sorted({*first.near, *second.near})
        }
        self.verdict = rules.verdict(
            near, lambda index: max(first.score(index), second.score(index))
        )

    @lazy
    def measured(self) -> TwoHands:
        """The hands in the order of what they show."""
        first, second = self._verdicts
        best = self.verdict.best
        if best is None:
            best = int(self.verdict.scores.argmax())
        return self._orders[second.score(best) > first.score(best)]

    @property
    def pointer(self) -> tuple[float, float]:
        """The middle between their pointers, over the picture's width and height."""
        (x, y), (other_x, other_y) = [hand.pointer for hand in self._hands]
        return (x + other_x) / 2, (y + other_y) / 2

    @property
    def hand(self) -> Literal["both"]:
        return "both"

    @property
    def track(self) -> int:
        return self.tracks[0]

    @property
    def other_track(self) -> int:
        return self.tracks[1]


class PoseReader:
    """Reads poses off frames, without time.

    Args:
        specs: The gestures; those made by motion are passed over.
        states: Tells the states of fingers; the one that was fitted if None.
    """

    def __init__(self, specs: Iterable[GestureSpec], states: StateModel | None = None) -> None:
        self._states = states or default_model()
        specs = tuple(specs)
        self.rules = PoseRules(specs)
        self.pair_rules = PoseRules(specs, both=True)

    @property
    def names(self) -> tuple[str, ...]:
        """All poses, those of two hands last."""
        return (*self.rules.names, *self.pair_rules.names)

    def read(self, frame: HandFrame) -> list[Sight]:
        """Every hand that is really seen, in the frame's order."""
        return [
            self._read(hand, HandGeometry(hand, frame, self._states))
            for hand in frame.hands
            if not hand.coasting
        ]

    def _read(self, hand: HandObservation, geometry: HandGeometry) -> Sight:
        return Sight(hand, geometry, self.rules.judge(geometry, hand.hand))

    def read_pairs(self, sights: Sequence[Sight]) -> list[PairSight]:
        """Every two hands, where there are gestures that take two."""
        if not self.pair_rules.names:
            return []
        return [PairSight(one, other, self.pair_rules) for one, other in combinations(sights, 2)]
