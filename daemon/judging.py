"""What the hands of one picture show by the rules, without time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gestures.features import HandGeometry
from gestures.landmarks import HandFrame, HandSide
from gestures.rules import PoseRules


@dataclass(frozen=True, slots=True)
class JudgedHand:
    """One hand and what it shows.

    Attributes:
        hand: The person's own hand.
        gesture: What it shows, or None.
        score: The gesture's score; the best of all where none is shown.
        scores: Of all poses, by name.
        geometry: The hand's shape, for `PoseRules.explain`.
    """

    hand: HandSide
    gesture: str | None
    score: float
    scores: dict[str, float]
    geometry: HandGeometry


def judge_hands(frame: HandFrame, rules: PoseRules) -> list[JudgedHand]:
    """Every hand of a frame, in the frame's order."""
    judged = []
    for hand in frame.hands:
        geometry = HandGeometry(hand, frame)
        verdict = rules.judge(geometry, hand.hand)
        scores = dict(zip(rules.names, verdict.scores.tolist(), strict=True))
        gesture = None if verdict.best is None else rules.names[verdict.best]
        score = max(scores.values(), default=0.0) if gesture is None else scores[gesture]
        judged.append(JudgedHand(hand.hand, gesture, score, scores, geometry))
    return judged


def surest(hands: Iterable[JudgedHand]) -> JudgedHand | None:
    """The surest of the hands that show something; of hands that show nothing the nearest to it.

    People stand before the camera with their other hand hanging down: it is often found too, and
    is no gesture.
    """
    return max(hands, key=lambda each: (each.gesture is not None, each.score), default=None)
