"""Rules compiled once, then evaluated for all gestures at once: features in, scores out.

A condition's score is the logistic of its margin over the feature's softness: 0.5 on the
threshold, near 1 when it holds safely. A clause is as sure as its surest condition, a gesture as
its weakest clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gestures.conditions import Condition
from gestures.features import Measured, TwoHands, Values, measure_of
from gestures.landmarks import FINGERS, HandSide
from gestures.logic import Clause, clauses_of
from gestures.spec import FingerState, GestureSpec
from gestures.specificity import more_specific
from gestures.vocabulary import parse_feature

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


def rule_of(spec: GestureSpec) -> tuple[Clause, ...]:
    """Everything that must hold for a pose: its fingers' states, then its `when`.

    Raises:
        TooManyClauses: It has more alternatives than a person could read.
    """
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
    # The fingers' states are no alternatives: they don't count towards too many.
    rule = tuple(dict.fromkeys((*clauses_of(found), *clauses_of(spec.when))))
    return _of_each_hand(rule) if spec.both else rule


def release_of(spec: GestureSpec) -> tuple[Clause, ...]:
    """What must hold for a pose to end; nothing when it ends as soon as its rule fails.

    Raises:
        TooManyClauses: As `rule_of`.
    """
    return clauses_of(spec.release)


def _of_each_hand(rule: Iterable[Clause]) -> tuple[Clause, ...]:
    """A rule for both hands: what it says of one hand holds for each."""
    found: dict[Clause, None] = {}
    for clause in rule:
        found[clause] = None
        found[Clause(tuple(map(_of_other, clause.conditions)))] = None
    return tuple(found)


def _of_other(condition: Condition) -> Condition:
    if condition.feature.kind.two_hands:
        return condition
    return replace(condition, feature=replace(condition.feature, other=True))


@dataclass(frozen=True, slots=True)
class Verdict:
    """Scores of all poses for one hand, or for two, and the pose shown, if any is sure.

    Attributes:
        scores: Array of shape `(poses,)`, 0 to 1, in the order of `PoseRules.names`.
        best: Index of the pose shown, or None.
        sure: Indices of all poses that are sure.
    """

    scores: Values
    best: int | None
    sure: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseScore:
    """One clause as `explain` shows it: its surest condition, what was measured, and the score."""

    clause: Clause
    condition: Condition
    value: float
    score: float


class _Table:
    """Rules as arrays: of each condition its feature, sign, threshold and softness.

    Args:
        rules: The clauses of each.
        both: Whether they take both hands.
    """

    def __init__(self, rules: Sequence[Sequence[Clause]], *, both: bool) -> None:
        clauses = [clause for rule in rules for clause in rule]
        flat = [condition for clause in clauses for condition in clause.conditions]
        features = list(dict.fromkeys(each.feature for each in flat))
        self._measures = [measure_of(feature, both=both) for feature in features]
        index = {feature: i for i, feature in enumerate(features)}
        self._feature = np.array([index[each.feature] for each in flat], dtype=np.intp)
        sign = np.array([1.0 if each.is_lower_bound else -1.0 for each in flat])
        self._scale = sign / np.array([each.feature.kind.softness for each in flat])
        self._threshold = np.array([each.value for each in flat])
        self._clauses = _starts([len(clause.conditions) for clause in clauses])
        self._rules = _starts([len(rule) for rule in rules])
        self._has_choices = len(clauses) < len(flat)

    def condition_scores(self, measured: Measured) -> Values:
        return _logistic(self._margins(measured))

    def rule_scores(self, measured: Measured) -> Values:
        # The logistic keeps order, so it is taken of what decides a rule, and of nothing else.
        margins = self._margins(measured)
        if self._has_choices:
            margins = np.maximum.reduceat(margins, self._clauses)
        return _logistic(np.minimum.reduceat(margins, self._rules))

    def _margins(self, measured: Measured) -> Values:
        margins = np.array([measure(measured) for measure in self._measures])[self._feature]
        margins -= self._threshold
        margins *= self._scale
        return margins


def _logistic(margins: Values) -> Values:
    # Farther below, the exponential would overflow.
    scores: Values = 1.0 / (1.0 + np.exp(-np.maximum(margins, -50.0)))
    return scores


def _starts(lengths: Sequence[int]) -> NDArray[np.intp]:
    return np.cumsum([0, *lengths[:-1]], dtype=np.intp)


class PoseRules:
    """Poses, ready to be scored.

    Args:
        specs: The gestures; those made by motion are passed over.
        both: Keep those that take both hands; otherwise those of one hand.
    """

    def __init__(self, specs: Iterable[GestureSpec], *, both: bool = False) -> None:
        self.specs = tuple(spec for spec in specs if spec.motion is None and spec.both == both)
        self.names = tuple(spec.name for spec in self.specs)
        self._both = both
        self._rules = [rule_of(spec) for spec in self.specs]
        self._table = _Table(self._rules, both=both) if self.specs else None
        self._allowed: dict[HandSide, Values] = {
            side: np.array([float(side in spec.hands) for spec in self.specs])
            for side in ("left", "right")
        }
        self._own = {index for index, spec in enumerate(self.specs) if spec.own}
        self._less_specific = [
            set(np.flatnonzero(row).tolist()) for row in more_specific(self._rules)
        ]
        self._releases = {
            index: _Table([release_of(spec)], both=both)
            for index, spec in enumerate(self.specs)
            if spec.release
        }

    def judge(self, measured: Measured, side: HandSide | None = None) -> Verdict:
        """Score every pose for a hand of that side, or for both hands."""
        if self._table is None:
            return Verdict(np.empty(0), None)
        scores = self._table.rule_scores(measured)
        if side is not None:
            scores *= self._allowed[side]
        return self.verdict(scores)

    def verdict(self, scores: Values) -> Verdict:
        """The pose that scores show, if any is sure; shape `(poses,)`."""
        contest = scores.tolist()
        sure = [index for index, score in enumerate(contest) if score > SURE]
        return Verdict(scores, self._winner(contest, sure), tuple(sure))

    def _winner(self, contest: list[float], sure: list[int]) -> int | None:
        if not sure:
            return None
        own = [index for index in sure if index in self._own]
        if own and max(contest[index] for index in own) > max(contest) - OWN_LEAD:
            contest = [score * (index in self._own) for index, score in enumerate(contest)]
            sure = own
        if len(sure) > 1:
            beaten = set[int]().union(*(self._less_specific[index] for index in sure))
            for index in beaten.intersection(sure):
                contest[index] = 0.0
        most = max(contest)
        near = [index for index, score in enumerate(contest) if score > most - LEAD]
        return near[0] if len(near) == 1 else None

    def released(self, index: int, measured: Measured) -> bool | None:
        """Whether a pose's own `release` conditions all hold; None when it has none.

        What takes both hands ends when they hold with either one as the first.
        """
        table = self._releases.get(index)
        if table is None:
            return None
        orders = (measured, measured.swapped) if isinstance(measured, TwoHands) else (measured,)
        return any(table.rule_scores(each)[0] > SURE for each in orders)

    def explain(self, index: int, measured: Measured) -> list[ClauseScore]:
        """Every clause of one pose, the one that decides its score first."""
        found = []
        for clause in self._rules[index]:
            scores = _Table([[clause]], both=self._both).condition_scores(measured)
            surest = int(scores.argmax())
            condition = clause.conditions[surest]
            value = measured.value(condition.feature)
            found.append(ClauseScore(clause, condition, value, float(scores[surest])))
        return sorted(found, key=lambda each: each.score)
