"""The rules of poses, and which pose a hand shows by its scores."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from gestures.conditions import Condition
from gestures.features import Measured, TwoHands, Values
from gestures.landmarks import FINGERS, HandSide
from gestures.logic import Clause, clauses_of
from gestures.scoring import Known, RuleSet, ScoreTable, condition_score, set_of
from gestures.spec import FingerState, GestureSpec
from gestures.specificity import more_specific
from gestures.vocabulary import parse_feature

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
        found += in_states(finger, spec.fingers.get(finger, ()))
    # The fingers' states are no alternatives: they don't count towards too many.
    rule = tuple(dict.fromkeys((*clauses_of(found), *clauses_of(spec.when))))
    return _of_each_hand(rule) if spec.both else rule


def in_states(finger: str, states: Collection[FingerState]) -> list[Condition]:
    """Conditions that a finger is in one of some states; half is neither of the others."""
    if not states:
        return []
    found = []
    for state in ("extended", "folded"):
        feature = parse_feature(f"{state}({finger})")
        if state in states and len(states) == 1:
            found.append(Condition(feature, ">", 0.5))
        elif state not in states:
            found.append(Condition(feature, "<", 0.5))
    return found


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


class Verdict(NamedTuple):
    """Scores of the poses for one hand, or for two, and the pose shown, if any is sure.

    Attributes:
        near: Scores, 0 to 1, of the poses that are not far from shown, by their indices in
            `PoseRules.names`.
        best: Index of the pose shown, or None.
        sure: Indices of all poses that are sure.
        poses: How many poses there are.
        far: Scores any other.
    """

    near: Mapping[int, float]
    best: int | None = None
    sure: tuple[int, ...] = ()
    poses: int = 0
    far: Callable[[int], float] = lambda _: 0.0

    @property
    def scores(self) -> Values:
        """Scores of all poses, shape `(poses,)`."""
        return np.array([self.score(index) for index in range(self.poses)])

    def score(self, index: int) -> float:
        """The score of one pose, 0 to 1."""
        near = self.near.get(index)
        return self.far(index) if near is None else near


#: Of hands that are busy with something else.
NOTHING = Verdict({})


@dataclass(frozen=True, slots=True)
class ClauseScore:
    """One clause as `explain` shows it: its surest condition, what was measured, and the score."""

    clause: Clause
    condition: Condition
    value: float
    score: float


class PoseRules:
    """Poses, ready to be scored.

    Args:
        specs: The gestures; those made by motion are passed over.
        both: Keep those that take both hands; otherwise those of one hand.
    """

    def __init__(self, specs: Iterable[GestureSpec], *, both: bool = False) -> None:
        self.specs = tuple(spec for spec in specs if spec.motion is None and spec.both == both)
        self.names = tuple(spec.name for spec in self.specs)
        self._rules = [rule_of(spec) for spec in self.specs]
        self._table = ScoreTable(self._rules, both=both)
        self._allowed: dict[HandSide | None, RuleSet] = {
            side: set_of(
                index for index, spec in enumerate(self.specs) if side is None or side in spec.hands
            )
            for side in ("left", "right", None)
        }
        self._own = {index for index, spec in enumerate(self.specs) if spec.own}
        self._less_specific = [
            set(np.flatnonzero(row).tolist()) for row in more_specific(self._rules)
        ]
        self._releases = {
            index: ScoreTable([release_of(spec)], both=both)
            for index, spec in enumerate(self.specs)
            if spec.release
        }

    def judge(self, measured: Measured, side: HandSide | None = None) -> Verdict:
        """Score every pose for a hand of that side, or for both hands."""
        known: Known = {}
        near = self._table.near(self._allowed[side], measured, known)
        return self.verdict(near, partial(self._score, side, measured, known))

    def verdict(self, near: Mapping[int, float], far: Callable[[int], float]) -> Verdict:
        """The pose that scores show, if any is sure.

        Args:
            near: As in `Verdict`, in ascending order.
            far: As in `Verdict`.
        """
        sure = [index for index, score in near.items() if score > SURE]
        return Verdict(near, self._winner(near, sure), tuple(sure), len(self.specs), far)

    def _score(self, side: HandSide | None, measured: Measured, known: Known, index: int) -> float:
        is_allowed = self._allowed[side] >> index & 1
        return self._table.score(index, measured, known) if is_allowed else 0.0

    def _winner(self, contest: Mapping[int, float], sure: list[int]) -> int | None:
        if not sure:
            return None
        if len(contest) == 1:
            return sure[0]
        own = [index for index in sure if index in self._own]
        if own and max(contest[index] for index in own) > max(contest.values()) - OWN_LEAD:
            contest = {index: score for index, score in contest.items() if index in self._own}
            sure = own
        if len(sure) > 1:
            beaten = set[int]().union(*(self._less_specific[index] for index in sure))
            beaten.intersection_update(sure)
            contest = {index: score for index, score in contest.items() if index not in beaten}
        most = max(contest.values())
        leading = [index for index, score in contest.items() if score > most - LEAD]
        return leading[0] if len(leading) == 1 else None

    def released(self, index: int, measured: Measured) -> bool | None:
        """Whether a pose's own `release` conditions all hold; None when it has none.

        What takes both hands ends when they hold with either one as the first.
        """
        table = self._releases.get(index)
        if table is None:
            return None
        orders = (measured, measured.swapped) if isinstance(measured, TwoHands) else (measured,)
        return any(table.score(0, each, {}) > SURE for each in orders)

    def explain(self, index: int, measured: Measured) -> list[ClauseScore]:
        """Every clause of one pose, the one that decides its score first."""
        found = []
        for clause in self._rules[index]:
            values = [measured.value(condition.feature) for condition in clause.conditions]
            scores = list(map(condition_score, clause.conditions, values))
            surest = scores.index(max(scores))
            found.append(
                ClauseScore(clause, clause.conditions[surest], values[surest], scores[surest])
            )
        return sorted(found, key=lambda each: each.score)
