"""Rules compiled once, then scored for hand after hand: features in, scores out.

A condition's score is the logistic of its margin over the feature's softness: 0.5 on the
threshold, near 1 when it holds safely. Of a probability the margin is one of log-odds: `> 0.5`
scores the probability itself. A clause is as sure as its surest condition, a rule as its
weakest clause.

Of a hand most rules are far from true, and one failed condition tells: every feature's value rules
out those that it fails. The few rules left when all features have had their say are scored.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import exp, inf, isnan, log, nan
from operator import or_

from gestures.conditions import Condition
from gestures.features import Measure, Measured, measure_of
from gestures.logic import Clause
from gestures.vocabulary import FeatureRef

#: A rule that scores less is far from true.
NEAR = 0.2
#: The margin, in softnesses, that scores that much.
_NEAR_MARGIN = log(NEAR / (1.0 - NEAR))
#: Farther below, the exponential would overflow.
_LEAST_MARGIN = -50.0

#: A condition: the number of its feature, its threshold, and its sign over its softness.
_Bound = tuple[int, float, float]
#: What has been measured of a hand so far: values by the numbers of their features, a
#: probability's as log-odds.
Known = dict[int, float]
#: A set of rules, as the bits of a number: there may be a thousand of them.
RuleSet = int


class _Rule:
    """A rule's clauses.

    Attributes:
        bounds: Those of a single condition, which must all hold.
        choices: Those of several, of each of which one must hold.
        features: The numbers of all features that they ask for.
    """

    __slots__ = ("bounds", "choices", "features")

    def __init__(self, clauses: Iterable[Clause], index: Mapping[FeatureRef, int]) -> None:
        self.bounds: list[_Bound] = []
        self.choices: list[list[_Bound]] = []
        self.features: set[int] = set()
        for clause in clauses:
            bounds = [
                (index[each.feature], each.scored_value, _scale(each)) for each in clause.conditions
            ]
            self.features.update(number for number, _, _ in bounds)
            if len(bounds) == 1:
                self.bounds += bounds
            else:
                self.choices.append(bounds)

    def margin(self, known: Known) -> float:
        """By how many softnesses it holds."""
        margins = [(known[number] - threshold) * scale for number, threshold, scale in self.bounds]
        for choice in self.choices:
            each = [(known[number] - threshold) * scale for number, threshold, scale in choice]
            margins.append(nan if isnan(sum(each)) else max(each))
        # With a value that is no number nothing holds, but `min` and `max` may pass over it.
        return -inf if isnan(sum(margins)) else min(margins, default=inf)


def set_of(rules: Iterable[int]) -> RuleSet:
    """The set of the rules with these numbers, each given once."""
    return sum(1 << rule for rule in rules)


def condition_score(condition: Condition, value: float) -> float:
    """How surely a condition holds of its feature's value, 0 to 1."""
    margin = condition.feature.kind.scored(value) - condition.scored_value
    return _logistic(margin * _scale(condition))


class ScoreTable:
    """Rules, ready to be scored.

    Args:
        rules: The clauses of each.
        both: Whether they take both hands.
    """

    def __init__(self, rules: Sequence[Sequence[Clause]], *, both: bool) -> None:
        features = list(
            dict.fromkeys(
                each.feature for rule in rules for clause in rule for each in clause.conditions
            )
        )
        self._measures = [measure_of(feature, both=both) for feature in features]
        index = {feature: number for number, feature in enumerate(features)}
        self._rules = [_Rule(rule, index) for rule in rules]
        sieves = [
            _Sieve(number, measure, self._rules) for number, measure in enumerate(self._measures)
        ]
        # What tells most apart goes first: nothing is measured for rules that are out already.
        self._sieves = sorted(sieves, key=lambda sieve: -len(sieve.ends))

    def score(self, rule: int, measured: Measured, known: Known) -> float:
        """The score of one rule, 0 to 1."""
        for number in self._rules[rule].features:
            if number not in known:
                known[number] = self._measures[number](measured)
        return _logistic(self._rules[rule].margin(known))

    def near(self, among: RuleSet, measured: Measured, known: Known) -> dict[int, float]:
        """The same, by the rules' numbers, of those among some that score at least `NEAR`."""
        left = among
        for sieve in self._sieves:
            if left & sieve.asking:
                value = known[sieve.feature] = sieve.measure(measured)
                left &= sieve.passing[bisect(sieve.ends, value)]
                if not left:
                    break
        found = {}
        while left:
            rule = (left & -left).bit_length() - 1
            left &= left - 1
            margin = self._rules[rule].margin(known)
            if margin >= _NEAR_MARGIN:
                found[rule] = _logistic(margin)
        return found


class _Sieve:
    """What one feature's value rules out: rules with a clause of nothing but a bound that it fails.

    Attributes:
        feature: Its number.
        measure: Measures it.
        asking: The rules that ask for it.
        ends: The values, ascending, at which a bound begins or ceases to fail.
        passing: Below, between and above those: the rules that are not ruled out.
    """

    __slots__ = ("asking", "ends", "feature", "measure", "passing")

    def __init__(self, feature: int, measure: Measure, rules: Sequence[_Rule]) -> None:
        self.feature = feature
        self.measure = measure
        self.asking = set_of(
            number for number, rule in enumerate(rules) if feature in rule.features
        )
        ends = sorted(
            (threshold + _NEAR_MARGIN / scale, scale > 0.0, 1 << rule)
            for rule, each in enumerate(rules)
            for number, threshold, scale in each.bounds
            if number == feature
        )
        self.ends = [end for end, _, _ in ends]
        # A lower bound fails below its end, an upper one above.
        above = accumulate((0 if is_low else rule for _, is_low, rule in ends), or_, initial=0)
        below = accumulate(
            (rule if is_low else 0 for _, is_low, rule in reversed(ends)), or_, initial=0
        )
        everyone = set_of(range(len(rules)))
        self.passing = [
            everyone & ~(low | high) for low, high in zip(reversed([*below]), above, strict=True)
        ]


def _scale(condition: Condition) -> float:
    sign = 1.0 if condition.is_lower_bound else -1.0
    return sign / condition.feature.kind.softness


def _logistic(margin: float) -> float:
    return 1.0 / (1.0 + exp(-max(margin, _LEAST_MARGIN)))
