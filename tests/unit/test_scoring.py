"""Which rules are near holding, told without scoring the others, and scored the same as alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gestures.conditions import parse_condition
from gestures.features import TwoHands
from gestures.geometry import HandGeometry
from gestures.logic import AnyOf, clauses_of
from gestures.rules import PoseRules, rule_of
from gestures.scoring import NEAR, ScoreTable, set_of
from gestures.spec import GestureSpec
from tests.unit.hand_paths import frame_of, geometry, shipped_rules
from tests.unit.many_hands import many_hands, many_pairs

RULES = [rule_of(spec) for spec in shipped_rules().specs]


def table(*conditions: str) -> ScoreTable:
    """A rule of each condition."""
    return ScoreTable([clauses_of([parse_condition(each)]) for each in conditions], both=False)


def at_x(x: float) -> HandGeometry:
    """A hand whose palm's centre is at that part of the picture's width."""
    frame = frame_of("palm")
    image = frame.hands[0].image + np.array([x - geometry(frame).x(), 0.0, 0.0])
    return geometry(replace(frame, hands=(replace(frame.hands[0], image=image),)))


def assert_near_is_right(rules: ScoreTable, count: int, measured: HandGeometry | TwoHands) -> None:
    near = rules.near(set_of(range(count)), measured, {})
    alone = {rule: rules.score(rule, measured, {}) for rule in range(count)}
    assert near == {rule: score for rule, score in alone.items() if score >= NEAR}
    assert list(near) == sorted(near)


def test_near_are_all_that_score_so_much_and_no_others():
    rules = ScoreTable(RULES, both=False)
    for _, hand in many_hands():
        assert_near_is_right(rules, len(RULES), hand)


def test_the_same_of_two_hands():
    specs = [replace(spec, both=True) for spec in shipped_rules().specs]
    rules = ScoreTable([rule_of(spec) for spec in specs], both=True)
    for hands in many_pairs():
        assert_near_is_right(rules, len(specs), hands)


@pytest.mark.parametrize("x", np.linspace(0.4, 0.6, 41).tolist())
def test_bounds_of_one_feature_on_either_side(x: float):
    conditions = [f"x {sign} {end}" for sign in "<>" for end in (0.45, 0.5, 0.5, 0.55)]
    assert_near_is_right(table(*conditions), len(conditions), at_x(x))


def test_only_those_asked_for():
    rules = table("x > 0.1", "x > 0.2", "x < 0.1")
    assert list(rules.near(set_of([1, 2]), at_x(0.5), {})) == [1]


def test_what_only_those_ask_for_that_are_out_is_not_measured():
    conditions = (["x > 0.9", "y > 0"], ["x < 2", "x > 0.1"])
    rules = [clauses_of(list(map(parse_condition, each))) for each in conditions]
    known: dict[int, float] = {}
    assert list(ScoreTable(rules, both=False).near(set_of([0, 1]), at_x(0.5), known)) == [1]
    assert known == {0: pytest.approx(0.5)}


def test_one_choice_is_enough():
    choice = AnyOf((parse_condition("x > 0.9"), parse_condition("x < 0.4")))
    rules = ScoreTable([clauses_of([choice, parse_condition("y > -0.9")])], both=False)
    assert list(rules.near(1, at_x(0.2), {})) == [0]
    assert rules.near(1, at_x(0.6), {}) == {}


@pytest.mark.parametrize("order", [1, -1])
def test_a_choice_of_what_is_no_number_is_none(order: int):
    frame = frame_of("palm")
    broken = replace(frame.hands[0], velocity=np.full((21, 3), np.nan))
    measured = geometry(replace(frame, hands=(broken,)))
    either = [parse_condition("x > 0"), parse_condition("speed > 2")][::order]
    rules = ScoreTable([clauses_of([AnyOf(tuple(either))])], both=False)
    assert rules.near(1, measured, {}) == {}
    assert rules.score(0, measured, {}) < NEAR


@pytest.mark.parametrize("conditions", [["x > 0"], ["x < 1"], ["curl(index) < 100", "x > 0"]])
def test_landmarks_that_are_no_numbers_show_nothing(conditions: list[str]):
    frame = frame_of("palm")
    hand = frame.hands[0]
    broken = replace(hand, image=np.full((21, 3), np.nan), world=0.1 * hand.image)
    measured = geometry(replace(frame, hands=(broken,)))
    when = tuple(map(parse_condition, conditions))
    rules = PoseRules([GestureSpec("a", when=when, release=when)])
    verdict = rules.judge(measured, "right")
    assert (verdict.best, verdict.sure) == (None, ())
    assert verdict.score(0) < NEAR
    assert rules.released(0, measured) is False
