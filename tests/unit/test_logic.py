"""Rules joined by any, all and not: their one normal form scores as they are written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gestures.conditions import Condition, parse_condition
from gestures.logic import AllOf, AnyOf, Clause, Not, Term, TooManyClauses, clauses_of
from gestures.rules import PoseRules
from gestures.spec import GestureSpec
from gestures.vocabulary import parse_feature
from tests.unit.hand_paths import frame_of, geometry

HAND = geometry(frame_of("peace"))
conditions = st.builds(
    Condition,
    st.sampled_from([parse_feature(name) for name in ("curl(index)", "curl(ring)", "x", "roll")]),
    st.sampled_from(["<", "<=", ">", ">="]),
    st.floats(-50, 250),
)
terms = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda found: AllOf(tuple(found))),
        st.lists(inner, min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found))),
        inner.map(Not),
    ),
    max_leaves=6,
)


def score(term: Term) -> float:
    """As it is written: the least of all, the greatest of any, the rest of not."""
    match term:
        case Condition():
            margin = HAND.value(term.feature) - term.value
            margin = margin if term.operator in (">", ">=") else -margin
            clipped = np.clip(margin / term.feature.kind.softness, -50, 50)
            return float(1 / (1 + np.exp(-clipped)))
        case AllOf(inner):
            return min(map(score, inner))
        case AnyOf(inner):
            return max(map(score, inner))
        case Not(inner):
            return 1 - score(inner)


@given(st.lists(terms, min_size=1, max_size=3))
def test_the_normal_form_scores_the_same(written: list[Term]):
    try:
        rules = PoseRules([GestureSpec("a", when=tuple(written))])
    except TooManyClauses:
        return
    (found,) = rules.judge(HAND, "right").scores
    assert found == pytest.approx(min(map(score, written)), abs=1e-9)


def test_a_clause_reads_as_it_is_meant():
    one, other = parse_condition("x < 0.5"), parse_condition("y > 0.5")
    assert [str(each) for each in clauses_of([Not(AllOf((one, other)))])] == [
        "x >= 0.5 or y <= 0.5"
    ]
    assert clauses_of([one, one]) == (Clause((one,)),)


def test_what_no_person_could_read_is_refused():
    many = AnyOf(
        tuple(
            AllOf((parse_condition(f"x < 0.{i}1"), parse_condition(f"y < 0.{i}1")))
            for i in range(8)
        )
    )
    with pytest.raises(TooManyClauses):
        clauses_of([many])


def test_explain_names_the_surest_condition_of_the_clause_that_decides():
    either = AnyOf((parse_condition("curl(index) > 150"), parse_condition("curl(ring) > 100")))
    rules = PoseRules([GestureSpec("a", when=(either, parse_condition("x > 0.99")))])
    first, second = rules.explain(0, HAND)
    assert str(first.clause) == "x > 0.99"
    assert str(second.clause) == "curl(index) > 150 or curl(ring) > 100"
    assert str(second.condition) == "curl(ring) > 100"
    assert second.value == HAND.value(second.condition.feature)
