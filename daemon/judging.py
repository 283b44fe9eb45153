"""What the hands of one picture show by the rules, without time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gestures.landmarks import HandFrame, HandSide
from gestures.rules import ClauseScore
from gestures.sight import PairSight, PoseReader, Sight


@dataclass(frozen=True, slots=True)
class JudgedHand:
    """One hand and what it shows, alone or together with another.

    Attributes:
        sight: The hand, measured.
        pair: The hand and the other one with which it shows most; None for a single hand.
        gesture: What it shows, or None.
        score: The gesture's score; the best of all where none is shown.
        scores: Of all poses, by name.
    """

    sight: Sight
    pair: PairSight | None
    gesture: str | None
    score: float
    scores: dict[str, float]

    @property
    def hand(self) -> HandSide:
        """The person's own hand."""
        return self.sight.hand.hand

    def explain(self, name: str, reader: PoseReader) -> list[ClauseScore]:
        """Every clause of a pose's rule, the one that decides first; none without a second hand."""
        if name in reader.rules.names:
            index = reader.rules.names.index(name)
            return reader.rules.explain(index, self.sight.geometry)
        if self.pair is None:
            return []
        index = reader.pair_rules.names.index(name)
        return reader.pair_rules.explain(index, self.pair.measured)


def judge_hands(frame: HandFrame, reader: PoseReader) -> list[JudgedHand]:
    """Every hand of a frame, in the frame's order."""
    sights = reader.read(frame)
    pairs = reader.read_pairs(sights)
    return [_judge(sight, pairs, reader) for sight in sights]


def surest(hands: Iterable[JudgedHand]) -> JudgedHand | None:
    """The surest of the hands that show something; of hands that show nothing the nearest to it.

    People stand before the camera with their other hand hanging down: it is often found too, and
    is no gesture.
    """
    return max(hands, key=lambda each: (each.gesture is not None, each.score), default=None)


def _judge(sight: Sight, pairs: Iterable[PairSight], reader: PoseReader) -> JudgedHand:
    own = [pair for pair in pairs if sight.hand.track in pair.tracks]
    pair = max(own, key=lambda each: float(each.verdict.scores.max()), default=None)
    rules, verdict = reader.rules, sight.verdict
    scores = dict.fromkeys(reader.pair_rules.names, 0.0)
    scores |= dict(zip(rules.names, verdict.scores.tolist(), strict=True))
    if pair is not None:
        names = reader.pair_rules.names
        scores |= dict(zip(names, pair.verdict.scores.tolist(), strict=True))
        if pair.verdict.best is not None:
            # What two hands show together is more specific than what each of them does.
            rules, verdict = reader.pair_rules, pair.verdict
    gesture = None if verdict.best is None else rules.names[verdict.best]
    score = max(scores.values(), default=0.0) if gesture is None else scores[gesture]
    return JudgedHand(sight, pair, gesture, score, scores)
