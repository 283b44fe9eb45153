"""What the hands of one frame show: every hand's poses, and those that two hands make together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from gestures.features import TwoHands
from gestures.geometry import HandGeometry
from gestures.landmarks import HandFrame, HandObservation
from gestures.rules import PoseRules, Verdict
from gestures.spec import GestureSpec


@dataclass(frozen=True, slots=True)
class Sight:
    """One hand, measured and judged."""

    hand: HandObservation
    geometry: HandGeometry
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PairSight:
    """Two hands judged in either order, and measured in that of what they show."""

    tracks: tuple[int, int]
    measured: TwoHands
    verdict: Verdict
    pointer: tuple[float, float]

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
    """

    def __init__(self, specs: Iterable[GestureSpec]) -> None:
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
            self._read(hand, HandGeometry(hand, frame)) for hand in frame.hands if not hand.coasting
        ]

    def _read(self, hand: HandObservation, geometry: HandGeometry) -> Sight:
        return Sight(hand, geometry, self.rules.judge(geometry, hand.hand))

    def read_pairs(self, sights: Sequence[Sight]) -> list[PairSight]:
        """Every two hands, where there are gestures that take two."""
        if not self.pair_rules.names:
            return []
        return [self._read_pair(one, other) for one, other in combinations(sights, 2)]

    def _read_pair(self, one: Sight, other: Sight) -> PairSight:
        measured = TwoHands(one.geometry, other.geometry)
        first, second = self.pair_rules.judge(measured), self.pair_rules.judge(measured.swapped)
        # A rule holds with either hand as the first: each gesture has its better order.
        verdict = self.pair_rules.verdict(np.maximum(first.scores, second.scores))
        best = int(verdict.scores.argmax()) if verdict.best is None else verdict.best
        if second.scores[best] > first.scores[best]:
            measured = measured.swapped
        (x, y), (other_x, other_y) = one.hand.pointer, other.hand.pointer
        low, high = sorted((one.hand.track, other.hand.track))
        pointer = (x + other_x) / 2, (y + other_y) / 2
        return PairSight((low, high), measured, verdict, pointer)
