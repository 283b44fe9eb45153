"""Conditions joined by `all`, `any` and `not`, and their one normal form.

A rule is scored by its weakest link: `all` counts as its least, `any` as its greatest, and `not`
turns a condition round, whose score is symmetric about the threshold. Least and greatest
distribute over each other, so every rule can be written as clauses that must all hold, each of
which holds where any of its conditions does, without changing a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from math import prod

from gestures.conditions import Condition, Operator

#: More clauses than these are no rule that a person can read.
MOST_CLAUSES = 100

_OPPOSITE: dict[Operator, Operator] = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds where every one of its terms does."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds where one of its terms does."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where its term does not."""

    term: Term


Term = Condition | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Clause:
    """Holds where any of its conditions does."""

    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.conditions))


class TooManyClauses(ValueError):
    """A rule with more alternatives than a person could read."""


def clauses_of(terms: Sequence[Term]) -> tuple[Clause, ...]:
    """What must hold for all the terms to hold.

    Raises:
        TooManyClauses: There would be more than `MOST_CLAUSES`.
    """
    found = _all(_clauses(term, negated=False) for term in terms)
    return tuple(Clause(tuple(dict.fromkeys(each))) for each in dict.fromkeys(found))


_Raw = list[tuple[Condition, ...]]


def _clauses(term: Term, *, negated: bool) -> _Raw:
    match term:
        case Condition():
            return [(_turned(term) if negated else term,)]
        case Not(inner):
            return _clauses(inner, negated=not negated)
        case AllOf(terms) | AnyOf(terms):
            parts = [_clauses(each, negated=negated) for each in terms]
            return _any(parts) if isinstance(term, AnyOf) != negated else _all(parts)


def _all(parts: Iterable[_Raw]) -> _Raw:
    found = list(chain.from_iterable(parts))
    if len(found) > MOST_CLAUSES:
        raise TooManyClauses
    return found


def _any(parts: Sequence[_Raw]) -> _Raw:
    if prod(map(len, parts)) > MOST_CLAUSES:
        raise TooManyClauses
    return [tuple(chain.from_iterable(chosen)) for chosen in product(*parts)]


def _turned(condition: Condition) -> Condition:
    return replace(condition, operator=_OPPOSITE[condition.operator])
