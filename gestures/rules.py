"""Rules compiled once, then evaluated for all gestures at once: features in, scores out.

A condition's score is the logistic of its margin over the feature's softness: 0.5 on the
threshold, near 1 when it holds safely. A gesture is as sure as its weakest condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gestures.conditions import Condition
from gestures.features import HandGeometry, Values, feature_values
from gestures.landmarks import FINGERS, HandSide
from gestures.spec import FingerState, GestureSpec
from gestures.vocabulary import FeatureRef, parse_feature

#: Curl of a finger in each state, degrees, least and most; between photos' clusters of both.
FINGER_CURL: dict[FingerState, tuple[float, float]] = {
    "extended": (-np.inf, 105.0),
    "half": (75.0, 150.0),
    "folded": (105.0, np.inf),
}
#: The same of the thumb, whose curl is measured against the palm's side.
THUMB_CURL: dict[FingerState, tuple[float, float]] = {
    "extended": (-np.inf, 85.0),
    "half": (66.0, 112.0),
    "folded": (102.0, np.inf),
}
#: A gesture below this is not shown.
SURE = 0.5
#: By how much the best must beat the next, or there is none.
LEAD = 0.1
#: The user's own gesture wins even when a built-in one scores higher by less than this.
OWN_LEAD = 0.3


def conditions_of(spec: GestureSpec) -> tuple[Condition, ...]:
    """Everything that must hold for a pose: its fingers' states, then its `when`."""
    found: list[Condition] = []
    for finger in FINGERS:
        states = spec.fingers.get(finger)
        if not states:
            continue
        ranges = [(THUMB_CURL if finger == "thumb" else FINGER_CURL)[state] for state in states]
        curl = parse_feature(f"curl({finger})")
        low, high = min(each[0] for each in ranges), max(each[1] for each in ranges)
        if np.isfinite(low):
            found.append(Condition(curl, ">", low))
        if np.isfinite(high):
            found.append(Condition(curl, "<", high))
    return (*found, *spec.when)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Scores of all poses for one hand, and the pose shown, if any is sure.

    Attributes:
        scores: Array of shape `(poses,)`, 0 to 1, in the order of `PoseRules.names`.
        best: Index of the pose shown, or None.
    """

    scores: Values
    best: int | None


@dataclass(frozen=True, slots=True)
class ConditionScore:
    """One condition as `explain` shows it: what was measured, and how safely it holds."""

    condition: Condition
    value: float
    score: float


class _Table:
    """Conditions as arrays: feature index, sign, threshold, softness."""

    def __init__(self, groups: Sequence[Sequence[Condition]]) -> None:
        flat = [condition for group in groups for condition in group]
        self.features: list[FeatureRef] = list(dict.fromkeys(each.feature for each in flat))
        index = {feature: i for i, feature in enumerate(self.features)}
        self._feature = np.array([index[each.feature] for each in flat], dtype=np.intp)
        sign = np.array([1.0 if each.operator in (">", ">=") else -1.0 for each in flat])
        self._scale = sign / np.array([each.feature.kind.softness for each in flat])
        self._threshold = np.array([each.value for each in flat])
        self._starts = np.cumsum([0, *(len(group) for group in groups)][:-1])

    def condition_scores(self, values: Values) -> Values:
        margin = (values[self._feature] - self._threshold) * self._scale
        scores: Values = 1.0 / (1.0 + np.exp(-np.clip(margin, -50.0, 50.0)))
        return scores

    def weakest(self, values: Values) -> Values:
        """The least score of each group."""
        return np.minimum.reduceat(self.condition_scores(values), self._starts)


class PoseRules:
    """All poses of a configuration, ready to be scored.

    Args:
        specs: The gestures; those made by motion are passed over.
    """

    def __init__(self, specs: Iterable[GestureSpec]) -> None:
        self.specs = tuple(spec for spec in specs if spec.motion is None)
        self.names = tuple(spec.name for spec in self.specs)
        self._conditions = [conditions_of(spec) for spec in self.specs]
        self._table = _Table(self._conditions) if self.specs else None
        self._allowed: dict[HandSide, Values] = {
            side: np.array([float(side in spec.hands) for spec in self.specs])
            for side in ("left", "right")
        }
        self._own = np.array([float(spec.own) for spec in self.specs])
        self._releases = {
            index: _Table([spec.release]) for index, spec in enumerate(self.specs) if spec.release
        }

    def judge(self, hand: HandGeometry, side: HandSide) -> Verdict:
        """Score every pose for one hand."""
        if self._table is None:
            return Verdict(np.empty(0), None)
        values = feature_values(hand, self._table.features)
        scores = self._table.weakest(values) * self._allowed[side]
        return Verdict(scores, self._winner(scores))

    def _winner(self, scores: Values) -> int | None:
        own = scores * self._own
        contest = own if own.max() > max(SURE, scores.max() - OWN_LEAD) else scores
        best = int(contest.argmax())
        if contest[best] <= SURE:
            return None
        near = np.count_nonzero(contest > contest[best] - LEAD)
        return best if near == 1 else None

    def released(self, index: int, hand: HandGeometry) -> bool | None:
        """Whether a pose's own `release` conditions all hold; None when it has none."""
        table = self._releases.get(index)
        if table is None:
            return None
        values = feature_values(hand, table.features)
        return bool(table.weakest(values)[0] > SURE)

    def explain(self, index: int, hand: HandGeometry) -> list[ConditionScore]:
        """Every condition of one pose, the one that decides its score first."""
        conditions = self._conditions[index]
        table = _Table([conditions])
        values = feature_values(hand, table.features)
        scores = table.condition_scores(values)
        found = [
            ConditionScore(condition, hand.value(condition.feature), float(score))
            for condition, score in zip(conditions, scores, strict=True)
        ]
        return sorted(found, key=lambda each: each.score)
