"""Scores, the winner, and the shipped poses on the synthetic hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.config.load import parse_library
from daemon.synthetic.poses import POSES
from gestures.conditions import Condition, parse_condition
from gestures.feasibility import can_hold
from gestures.rules import LEAD, SURE, PoseRules, rule_of
from gestures.spec import GestureSpec
from gestures.vocabulary import FEATURE_KINDS
from tests.unit.hand_paths import frame_of, geometry, shipped_rules

SHIPPED = shipped_rules().names
#: Those that look otherwise when they are turned.
#: Those that ask which way they point, or that a hand at rest may look like when it hangs down.
DIRECTED = ("palm", "four", "stop", "stop_inverted", "like", "dislike", "grabbing", "point")
sides = st.sampled_from(["left", "right"])


def at_x(x: float):
    """A hand whose palm's centre is at that part of the picture's width."""
    frame = frame_of("palm")
    image = frame.hands[0].image + np.array([x - geometry(frame).x(), 0.0, 0.0])
    return geometry(replace(frame, hands=(replace(frame.hands[0], image=image),)))


def pose(name: str, *conditions: str, **keys) -> GestureSpec:
    return GestureSpec(name, when=tuple(map(parse_condition, conditions)), **keys)


def scores(hand, *specs: GestureSpec) -> list[float]:
    return PoseRules(specs).judge(hand, "right").scores.tolist()


def shown(rules: PoseRules, frame) -> str | None:
    best = rules.judge(geometry(frame), frame.hands[0].hand).best
    return None if best is None else rules.names[best]


class TestScore:
    @pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
    def test_is_a_half_on_the_threshold(self, operator: str):
        assert scores(at_x(0.5), pose("a", f"x {operator} 0.5")) == [pytest.approx(0.5)]

    def test_is_the_logistic_of_the_margin_over_the_softness(self):
        softness = FEATURE_KINDS["x"].softness
        found = scores(at_x(0.5 + softness), pose("a", "x > 0.5"), pose("b", "x < 0.5"))
        assert found == pytest.approx([1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))])

    @given(st.floats(-0.9, 1.9), st.floats(-0.9, 1.9))
    def test_grows_with_the_margin(self, one: float, other: float):
        low, high = sorted((one, other))
        above, below = pose("a", "x > 0.5"), pose("b", "x < 0.5")
        small, large = scores(at_x(low), above, below), scores(at_x(high), above, below)
        assert small[0] <= large[0]
        assert small[1] >= large[1]

    def test_is_that_of_the_weakest_condition(self):
        strong, weak = "x > 0.1", "y > 0.99"
        both = scores(at_x(0.5), pose("a", strong, weak), pose("b", strong), pose("c", weak))
        assert both[0] == min(both[1:]) < 0.5

    def test_stays_a_number_far_from_the_threshold(self):
        found = scores(at_x(0.5), pose("a", "speed > 100"), pose("b", "speed < 100"))
        assert found == pytest.approx([0, 1])

    def test_hands(self):
        rules = PoseRules([pose("a", "x > 0.1", hands=("left",))])
        assert rules.judge(at_x(0.5), "left").best == 0
        assert rules.judge(at_x(0.5), "right").best is None
        assert rules.judge(at_x(0.5), "right").scores[0] == 0


class TestWinner:
    def test_must_be_sure(self):
        rules = PoseRules([pose("a", "x > 0.5")])
        assert rules.judge(at_x(0.5), "right").best is None
        assert rules.judge(at_x(0.51), "right").best == 0

    @given(st.floats(0.3, 0.7), st.floats(0.3, 0.7))
    def test_must_lead(self, first: float, second: float):
        # Opposite ones: of two alike the stricter would be the more specific.
        rules = PoseRules([pose("a", f"x > {first:.4f}"), pose("b", f"x < {second:.4f}")])
        verdict = rules.judge(at_x(0.5), "right")
        low, high = sorted(verdict.scores)
        if high <= SURE or high - low < LEAD - 1e-9:
            assert verdict.best is None
        elif high - low > LEAD + 1e-9:
            assert verdict.best == verdict.scores.argmax()

    def test_without_poses_there_is_none(self):
        assert PoseRules([]).judge(at_x(0.5), "right").best is None


class TestFingers:
    def test_states_become_conditions_of_what_is_likely(self):
        spec = GestureSpec("a", fingers={"index": ("half",), "ring": ("extended", "half")})
        assert [str(clause) for clause in rule_of(spec)] == [
            "extended(index) < 0.5", "folded(index) < 0.5", "folded(ring) < 0.5",
        ]  # fmt: skip

    def test_of_two_states_one_contradicts_the_other(self):
        straight, bent = (
            GestureSpec("a", fingers={"index": (state,)}) for state in ("extended", "folded")
        )
        assert [str(clause) for clause in rule_of(straight)] == [
            "extended(index) > 0.5", "folded(index) < 0.5",
        ]  # fmt: skip
        assert not can_hold((*rule_of(straight), *rule_of(bent)))


class TestExplainAndRelease:
    def test_the_first_condition_decides(self):
        rules = shipped_rules()
        for name in SHIPPED:
            hand = geometry(frame_of("peace"))
            verdict = rules.judge(hand, "right")
            index = rules.names.index(name)
            found = rules.explain(index, hand)
            assert found[0].score == pytest.approx(float(verdict.scores[index]))
            assert [each.score for each in found] == sorted(each.score for each in found)
            assert {each.clause for each in found} == set(rule_of(rules.specs[index]))
            for each in found:
                assert each.condition in each.clause.conditions
                assert each.value == hand.value(each.condition.feature)

    def test_released_when_all_hold(self):
        release = tuple(map(parse_condition, ("x > 0.4", "x < 0.6")))
        rules = PoseRules([pose("a", "x > 0.1", release=release), pose("b", "x > 0.1")])
        assert [rules.released(0, at_x(x)) for x in (0.3, 0.5, 0.7)] == [False, True, False]
        assert rules.released(1, at_x(0.5)) is None


class TestShippedPoses:
    @pytest.mark.parametrize("name", SHIPPED)
    @settings(max_examples=20, deadline=None)
    @given(sides, st.floats(-30, 30))
    def test_each_is_recognised_however_it_is_turned(self, name: str, side, rotation_deg: float):
        frame = frame_of(name, side, rotation_deg)
        assert shown(shipped_rules(), frame) == name
        assert shown(shipped_rules(), frame.mirror()) == name

    @pytest.mark.parametrize("name", SHIPPED)
    @pytest.mark.parametrize("side", ["left", "right"])
    def test_no_other_comes_near(self, name: str, side):
        rules = shipped_rules()
        verdict = rules.judge(geometry(frame_of(name, side)), side)
        index = rules.names.index(name)
        # What it says more of may score more: that does not count against it.
        others = np.delete(verdict.scores, [index, *rules._less_specific[index]])
        assert others.max() < verdict.scores[index] - LEAD

    @pytest.mark.parametrize("name", [n for n in SHIPPED if n not in DIRECTED])
    def test_most_do_not_care_which_way_is_up(self, name: str):
        for rotation_deg in range(-180, 180, 20):
            assert shown(shipped_rules(), frame_of(name, "right", rotation_deg)) == name

    def test_thumbs_care(self):
        assert shown(shipped_rules(), frame_of("like", "right", 180)) == "dislike"
        assert shown(shipped_rules(), frame_of("like", "right", 70)) is None

    def test_any_two_contradict_each_other(self):
        specs = {spec.name: spec for spec in shipped_rules().specs}
        rules = shipped_rules()
        refined = {
            frozenset({rules.names[less], name})
            for index, name in enumerate(rules.names)
            for less in rules._less_specific[index]
        }
        together = {
            frozenset(pair)
            for pair in combinations(specs, 2)
            if _can_hold_together(*(specs[name] for name in pair))
        } - refined
        assert together <= OVERLAPPING


#: Pairs of which a hand can just be both; the lead of the winner keeps such a hand nameless.
OVERLAPPING = {
    frozenset({"call", "grabbing"}), frozenset({"call", "like"}), frozenset({"call", "dislike"}),
    frozenset({"call", "fist"}), frozenset({"ok", "four"}), frozenset({"like", "grabbing"}),
    frozenset({"dislike", "grabbing"}), frozenset({"grip", "call"}),
    frozenset({"grip", "little_finger"}), frozenset({"peace_inverted", "two_up"}),
    frozenset({"peace_inverted", "two_up_inverted"}), frozenset({"grabbing", "point"}),
    frozenset({"fist", "point"}),
}  # fmt: skip


#: Each condition holds safely where its score is above 0.65.
_SAFE = 0.6


def _can_hold_together(one: GestureSpec, other: GestureSpec) -> bool:
    clauses = (*rule_of(one), *rule_of(other))
    return any(map(_agree, product(*(clause.conditions for clause in clauses))))


def _agree(conditions: Iterable[Condition]) -> bool:
    bounds: dict[str, tuple[float, float]] = {}
    for condition in conditions:
        feature, less = str(condition.feature), not condition.is_lower_bound
        margin = _SAFE * condition.feature.kind.softness
        value = condition.scored_value + (-margin if less else margin)
        if feature.endswith(", down)"):
            # A direction and its opposite make half a turn.
            feature, value, less = feature.replace("down", "up"), 180 - value, not less
        low, high = bounds.get(feature, (-np.inf, np.inf))
        bounds[feature] = (low, min(high, value)) if less else (max(low, value), high)
    return all(low < high for low, high in bounds.values())


@pytest.mark.parametrize("base", ["palm", "four"])
def test_a_gesture_of_the_users_own_goes_before_the_built_in_it_refines(base: str):
    own = parse_library(
        """
spock:
  fingers: {index: extended, middle: extended, ring: extended, pinky: extended}
  when: ["spread(middle, ring) > 15", "spread(index, middle) < 8"]
""",
        Path("own.yaml"),
    )
    rules = PoseRules([*shipped_rules().specs, *(replace(spec, own=True) for spec in own)])
    hand = replace(POSES[base], abduction_deg=(2, 0, -24, -26))
    assert shown(rules, frame_of(hand)) == "spock"
