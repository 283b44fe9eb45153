"""Which rules imply others, and that the more specific one wins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gestures.conditions import Condition, parse_condition
from gestures.logic import AnyOf, Clause
from gestures.rules import PoseRules, rule_of
from gestures.spec import GestureSpec
from gestures.specificity import implications, more_specific
from gestures.vocabulary import parse_feature
from tests.unit.hand_paths import frame_of, geometry

FEATURES = [parse_feature(name) for name in ("curl(index)", "curl(ring)", "x")]
conditions = st.builds(
    Condition, st.sampled_from(FEATURES), st.sampled_from(["<", ">"]), st.integers(0, 4)
)
clauses = st.lists(conditions, min_size=1, max_size=2, unique=True).map(
    lambda found: Clause(tuple(found))
)
rules = st.lists(st.lists(clauses, min_size=1, max_size=3), min_size=2, max_size=4)


def holds(rule: list[Clause], values: dict[str, float]) -> bool:
    return all(
        any(
            (values[str(each.feature)] > each.value) == each.is_lower_bound
            for each in clause.conditions
        )
        for clause in rule
    )


@given(rules, st.lists(st.tuples(*[st.floats(-0.9, 4.9)] * 3), min_size=10, max_size=10))
def test_what_is_told_is_true(written: list[list[Clause]], hands: list[tuple[float, ...]]):
    found = implications(written)
    for hand in hands:
        values = dict(zip(map(str, FEATURES), hand, strict=True))
        truths = [holds(rule, values) for rule in written]
        for one, other in np.argwhere(found):
            assert truths[other] or not truths[one]


@given(rules)
def test_every_rule_implies_itself_and_none_is_more_specific_both_ways(written):
    assert implications(written).diagonal().all()
    specific = more_specific(written)
    assert not (specific & specific.T).any()


def rule(*terms: object) -> tuple[Clause, ...]:
    return rule_of(GestureSpec("a", when=tuple(_term(each) for each in terms)))


def _term(each: object):
    if isinstance(each, str):
        return parse_condition(each)
    return AnyOf(tuple(map(parse_condition, each)))


def test_narrower_bounds_and_one_of_the_choices_imply():
    written = [
        rule("x > 0.5"),
        rule("x > 0.6", "y > 0.1"),
        rule(["facing(camera) < 55", "facing(camera) > 147"]),
        rule("facing(camera) < 50"),
        rule("facing(camera) < 60"),
    ]
    told = {(int(a), int(b)) for a, b in np.argwhere(implications(written)) if a != b}
    assert told == {(1, 0), (3, 2), (3, 4)}


class TestTheMoreSpecificWins:
    hand = geometry(frame_of("peace"))
    general = GestureSpec("two_fingers", fingers={"index": ("extended",), "middle": ("extended",)})
    special = replace(general, name="vee", when=(parse_condition("spread(index, middle) > 2"),))

    def shown(self, *specs: GestureSpec) -> str | None:
        rules = PoseRules(specs)
        best = rules.judge(self.hand, "right").best
        return None if best is None else rules.names[best]

    def test_though_the_general_one_scores_higher(self):
        assert self.shown(self.general) == "two_fingers"
        assert self.shown(self.general, self.special) == "vee"
        assert self.shown(self.special, self.general) == "vee"

    def test_but_not_where_it_does_not_hold(self):
        never = replace(self.special, when=(parse_condition("spread(index, middle) > 60"),))
        assert self.shown(self.general, never) == "two_fingers"

    def test_two_that_say_the_same_leave_the_hand_nameless(self):
        assert self.shown(self.general, replace(self.general, name="again")) is None
