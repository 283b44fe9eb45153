"""Whether a rule can hold at all, and how surely.

A condition's score is the logistic of how many softnesses its feature is past the threshold. The
room of a rule is how many of them the best of all hands can be past every one at once: at 0 or
less the rule can never hold. Room is never told too small, but it may be told too large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from gestures.bounds import Limit
from gestures.conditions import Condition
from gestures.logic import AnyOf, Clause, Not, clauses_of
from gestures.relations import tightest
from gestures.rules import LEAD, SURE

#: Of rules with alternatives no more ways to meet them are tried than these.
MOST_TRIED = 512
#: A pose that never scores more can't be sure and ahead of another that is just not.
SAFE_SCORE = SURE + LEAD
_SCARCE = log(SAFE_SCORE / (1 - SAFE_SCORE))
_MOST_EXPONENT = 50.0


@dataclass(frozen=True, slots=True)
class Clash:
    """What leaves a rule hardly any room, or none.

    Attributes:
        conditions: Those that get in each other's way.
        best_score: The highest score that any hand can reach.
        reason: Why, to go on after "for"; empty where the conditions say it themselves.
        is_one_of_many: Whether the rule has alternatives, which clash as well.
    """

    conditions: tuple[Condition, ...]
    best_score: float
    reason: str
    is_one_of_many: bool

    @property
    def is_certain(self) -> bool:
        """Whether the rule can never hold."""
        return self.best_score <= SURE


def clash_in(rule: Sequence[Clause]) -> Clash | None:
    """What leaves a rule no room, or too little to be told from others.

    None as well where there are more alternatives than `MOST_TRIED`.
    """
    found = _tightest(rule, _SCARCE)
    if found is None:
        return None
    is_one_of_many = any(
        len(clause.conditions) > 1 and not set(clause.conditions).isdisjoint(found.conditions)
        for clause in rule
    )
    best_score = 1 / (1 + exp(min(-found.room, _MOST_EXPONENT)))
    return Clash(found.conditions, best_score, found.reason, is_one_of_many)


def can_hold(rule: Sequence[Clause]) -> bool:
    """Whether a rule may hold for some hand; True as well where there is no telling."""
    return _tightest(rule, 0.0) is None


def holds_wherever(rule: Sequence[Clause], other: Sequence[Clause]) -> bool:
    """Whether `rule` surely holds for every hand that `other` holds for."""
    return all(
        not can_hold((*other, *clauses_of([Not(AnyOf(clause.conditions))]))) for clause in rule
    )


def _tightest(rule: Sequence[Clause], most_room: float) -> Limit | None:
    """What leaves the least room, in the way to meet the rule that leaves the most.

    None when there is more than `most_room`, or no telling.
    """
    fixed = [each.conditions[0] for each in rule if len(each.conditions) == 1]
    choices = [each for each in rule if len(each.conditions) > 1]
    try:
        return _search(fixed, choices, most_room, _Tries())
    except _TooMany:
        return None


class _TooMany(Exception):
    pass


class _Tries:
    def __init__(self) -> None:
        self._left = MOST_TRIED

    def take(self) -> None:
        if not self._left:
            raise _TooMany
        self._left -= 1


def _search(
    fixed: list[Condition], choices: Sequence[Clause], most_room: float, tries: _Tries
) -> Limit | None:
    tries.take()
    here = tightest(fixed, most_room)
    if not choices or (here is not None and here.room <= 0):
        return here
    roomiest: Limit | None = None
    for condition in choices[0].conditions:
        room = most_room if here is None else here.room
        found = _search([*fixed, condition], choices[1:], room, tries)
        if found is None:
            return here
        if roomiest is None or found.room > roomiest.room:
            roomiest = found
    return roomiest
