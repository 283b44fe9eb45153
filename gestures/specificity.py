"""Which rules say more than others: those that hold only where the other holds as well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gestures.conditions import Condition
from gestures.logic import Clause
from gestures.vocabulary import FeatureRef

Truths = NDArray[np.bool_]


def implications(rules: Sequence[Sequence[Clause]]) -> Truths:
    """Whether the row's rule can hold only where the column's does: shape `(rules, rules)`.

    A rule that implies another never scores higher. What is told is told rightly; that a rule
    implies another by a relation between different features is not noticed.
    """
    count = len(rules)
    features = {each.feature for rule in rules for clause in rule for each in clause.conditions}
    index = {feature: i for i, feature in enumerate(features)}
    low, high = np.full((count, len(index)), -np.inf), np.full((count, len(index)), np.inf)
    choices: dict[Clause, list[int]] = {}
    for row, rule in enumerate(rules):
        for clause in rule:
            if len(clause.conditions) == 1:
                _tighten(clause.conditions[0], low[row], high[row], index)
            else:
                choices.setdefault(clause, []).append(row)
    found = np.ones((count, count), dtype=bool)
    for column in range(len(index)):
        found &= low[:, column, None] >= low[None, :, column]
        found &= high[:, column, None] <= high[None, :, column]
    for clause, rows in choices.items():
        has = np.zeros(count, dtype=bool)
        has[rows] = True
        implied = has | _imply_any(clause, low, high, index)
        found &= implied[:, None] | ~has[None, :]
    return found


def more_specific(rules: Sequence[Sequence[Clause]]) -> Truths:
    """Whether the row's rule says all that the column's does and more: shape `(rules, rules)`."""
    implied = implications(rules)
    strictly: Truths = implied & ~implied.T
    return strictly


def _tighten(
    condition: Condition, low: NDArray[np.float64], high: NDArray[np.float64],
    index: dict[FeatureRef, int],
) -> None:  # fmt: skip
    column = index[condition.feature]
    if condition.is_lower_bound:
        low[column] = max(low[column], condition.value)
    else:
        high[column] = min(high[column], condition.value)


def _imply_any(
    clause: Clause,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    index: dict[FeatureRef, int],
) -> Truths:
    """Array of shape `(rules,)`: whether a rule's bounds imply one of the clause's conditions."""
    implied = np.zeros(len(low), dtype=bool)
    for condition in clause.conditions:
        column = index[condition.feature]
        if condition.is_lower_bound:
            implied |= low[:, column] >= condition.value
        else:
            implied |= high[:, column] <= condition.value
    return implied
