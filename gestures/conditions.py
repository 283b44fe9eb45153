"""The little language of conditions: `feature op number`, as in `gap(thumb, index) < 0.25`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from gestures.vocabulary import FeatureRef, parse_feature

Operator = Literal["<", "<=", ">", ">="]

_COMPARISON = re.compile(r"^(?P<feature>.*?)(?P<op><=|>=|==|!=|=|<|>)(?P<value>.*)$", re.DOTALL)
#: Narrower than what `float` reads: no `1_0`, no `inf`, no digits of other scripts.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_OPERATORS: dict[str, Operator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}

#: Where a near name is suggested, more names than these are not listed beside it.
_MOST_SHOWN = 19


class ConditionError(ValueError):
    """A condition that can't be read.

    Attributes:
        problem: What is wrong, in one clause.
        start: Offset of the offending part in the condition's text.
        suggestion: The nearest valid name, or None.
    """

    def __init__(self, problem: str, start: int = 0, suggestion: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.start = start
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of a feature with a number, in the feature's own unit."""

    feature: FeatureRef
    operator: Operator
    value: float

    @property
    def is_lower_bound(self) -> bool:
        """Whether the feature must be above the value."""
        return self.operator in (">", ">=")

    @property
    def scored_value(self) -> float:
        """The number on the scale that rules weigh."""
        return self.feature.kind.scored(self.value)

    def __str__(self) -> str:
        return f"{self.feature} {self.operator} {self.value:g}"


def parse_condition(text: str) -> Condition:
    """Read one condition.

    Raises:
        ConditionError: The text is not `feature op number`, the feature is unknown, its
            arguments are not, or the number lies outside the feature's range.
    """
    found = _COMPARISON.match(text)
    if found is None:
        raise ConditionError("expected a comparison such as 'gap(thumb, index) < 0.25'")
    operator = _OPERATORS.get(found["op"])
    if operator is None:
        raise ConditionError(
            f"expected <, <=, > or >=, found '{found['op']}'", found.start("op"), suggestion="<"
        )
    feature = _feature(found["feature"])
    number = found["value"].strip()
    start = found.end() - len(found["value"].lstrip())
    if not _NUMBER.fullmatch(number):
        raise ConditionError(f"expected a number after '{operator}', found '{number}'", start)
    value = float(number)
    low, high = feature.kind.low, feature.kind.high
    if not low <= value <= high:
        raise ConditionError(
            f"{value:g} is outside {feature.kind.name}'s range,"
            f" {low:g} to {high:g} {feature.kind.unit}",
            start,
        )
    return Condition(feature, operator, value)


def _feature(text: str) -> FeatureRef:
    try:
        return parse_feature(text)
    except LookupError as error:
        word, choices = error.args
        found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)
        near = get_close_matches(word, choices, n=1)
        raise ConditionError(
            f"expected one of {', '.join(choices)}, found '{word}'"
            if len(choices) <= _MOST_SHOWN or not near
            else f"expected a name that can stand here, found '{word}'",
            found.start() if found else 0,
            near[0] if near else None,
        ) from None
    except ValueError as error:
        raise ConditionError(str(error)) from None
