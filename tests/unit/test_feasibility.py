"""What no hand can meet is found, and nothing that some hand meets is called so."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from daemon.synthetic.poses import POSES
from gestures.conditions import Condition, parse_condition
from gestures.feasibility import MOST_TRIED, can_hold, clash_in, holds_wherever
from gestures.features import Measured
from gestures.logic import AllOf, AnyOf, Clause, Not, Term, clauses_of
from gestures.rules import SURE, PoseRules
from gestures.spec import GestureSpec
from gestures.vocabulary import FEATURE_KINDS, FLEXION_JOINTS, parse_feature
from tests.unit.many_hands import a_hand, many_hands, many_pairs

SLOW = settings(max_examples=100, deadline=None)
_ROUNDING = 1e-6


def term(text) -> Term:
    """A condition, or one of several where a tuple is given."""
    return AnyOf(tuple(map(term, text))) if isinstance(text, tuple) else parse_condition(text)


def rule(*texts) -> tuple[Clause, ...]:
    return clauses_of([term(text) for text in texts])


def found_in(*texts) -> tuple[set[str], float, str]:
    clash = clash_in(rule(*texts))
    assert clash is not None
    return set(map(str, clash.conditions)), round(clash.best_score, 2), clash.reason


UP_AND_RIGHT = "angle(index, up) < 30", "angle(index, right) < 30"
SUM = "no angle is above the sum of the others"
WAY = "no distance is above the sum of the others"
BENT = "index curls by the sum of its three flexions"


class TestContradictions:
    @pytest.mark.parametrize(
        ("conditions", "reason"),
        [
            (["curl(index) > 105", "curl(index) < 90"], ""),
            (["curl(index) > 105", "curl(index) <= 105"], ""),
            (["spread(index, middle) > 20", "spread(middle, index) < 10"], ""),
            (["gap(thumb, index) > 1", "gap(index_tip, thumb_tip) < 0.5"], ""),
            (["curl(thumb) > 190"], "curl(thumb) is never above 180 degrees"),
            (["curl(index) >= 300"], "curl(index) is never above 300 degrees"),
            (["gap(thumb, index) < 0"], "gap(thumb, index) is never below 0 palm lengths"),
            (["gap(wrist, middle_mcp) < 0.9"], "that is the palm's length, always 1"),
            (["gap(middle_mcp, wrist) > 1.1"], "that is the palm's length, always 1"),
            (["velocity(left) > 1", "velocity(right) > -0.5"], ""),
            (["velocity(up) >= 100"], "velocity(up) is never above 100 palm lengths/s"),
            (["velocity(up) > 3", "speed < 2"], "no velocity is above the speed"),
            (["velocity(right) < -3", "speed < 2"], "no velocity is above the speed"),
            (["angle(palm, up) < 30", "angle(palm, down) < 120"], "up and down are opposite"),
            (["facing(left) > 100", "facing(right) > 90"], "left and right are opposite"),
            (["facing(camera) < 80", "facing(away) < 90"], "camera and away are opposite"),
            (UP_AND_RIGHT, "up and right are at right angles"),
            (["angle(index, up) < 44", "angle(index, camera) < 45"],
             "up and camera are at right angles"),
            (["facing(down) > 150", "facing(away) > 150"], "down and away are at right angles"),
            (["facing(up) < 30", "angle(palm, down) < 50"],
             "the palm points and looks at right angles"),
            (["angle(index, up) < 20", "angle(middle, up) < 20", "spread(index, middle) > 45"],
             SUM),
            (["angle(index, up) < 20", "angle(middle, down) < 20", "spread(index, middle) < 90"],
             SUM),
            (["spread(index, middle) < 8", "spread(middle, ring) < 8", "spread(index, ring) > 20"],
             SUM),
            (["angle(index, up) > 150", "angle(middle, up) > 150", "spread(index, middle) > 70"],
             "angles all round make no more than 360 degrees"),
            (["gap(thumb_ip, index_dip) < 0.3", "gap(index_dip, middle_dip) < 0.3",
              "gap(thumb_ip, middle_dip) > 0.7"], WAY),
            (["gap(wrist, index) < 0.3", "gap(index, middle_mcp) < 0.4"], WAY),
            (["curl(index) < 90", "flexion(index_pip) > 100"], BENT),
            (["curl(index) < 90", "flexion(index_pip) > 50", "flexion(index_mcp) > 50"], BENT),
            (["curl(index) > 250", "flexion(index_pip) < 30", "flexion(index_dip) < 30"], BENT),
        ],
    )  # fmt: skip
    def test_are_found_with_what_is_in_them(self, conditions: list[str], reason: str):
        clash = clash_in(rule("x > 0.1", *conditions, "y < 0.9"))
        assert clash is not None
        assert clash.is_certain
        assert {str(each) for each in clash.conditions} == {
            str(parse_condition(each)) for each in conditions
        }
        assert clash.reason == reason
        assert not can_hold(rule(*conditions))

    @pytest.mark.parametrize(
        "conditions",
        [
            ["curl(index) > 90", "curl(index) < 105"],
            ["angle(index, up) < 50", "angle(index, right) < 50"],
            ["angle(palm, up) < 30", "facing(camera) < 30"],
            ["angle(index, up) < 30", "angle(middle, right) < 30"],
            ["angle(index, up) < 30", "angle(index, down) > 100"],
            ["spread(index, middle) < 15", "spread(middle, ring) < 15", "spread(index, ring) > 15"],
            ["gap(thumb, index) < 0.5", "gap(index, middle) < 0.5", "gap(thumb, middle) > 0.5"],
            ["curl(index) > 105", "flexion(middle_pip) < 10", "flexion(index_pip) < 10"],
            ["velocity(left) > 3", "speed > 2"],
            ["roll > 150", "x < 0"],
            ["opposition > 3"],
            ["curl(thumb) < 200", "gap(wrist, middle_mcp) < 2", "gap(wrist, index) < 2"],
        ],
    )
    def test_are_not_seen_where_there_are_none(self, conditions: list[str]):
        assert clash_in(rule(*conditions)) is None
        assert can_hold(rule(*conditions))

    def test_of_two_hands(self):
        together = ["angle(index, up) < 20", "hands_angle(index, index) > 60"]
        spec = GestureSpec("a", when=tuple(map(parse_condition, together)), both=True)
        (both,) = PoseRules([spec], both=True)._rules
        clash = clash_in(both)
        assert clash is not None
        assert {str(each) for each in clash.conditions} == {
            *together, "other hand's angle(index, up) < 20"
        }  # fmt: skip
        assert clash_in(rule(*together)) is None
        near = [f"hands_gap({one}, {other}) < 0.3" for one, other in
                (("thumb", "index"), ("thumb", "thumb"), ("index", "thumb"))]  # fmt: skip
        assert found_in(*near, "hands_gap(index, index) > 1.5")[2] == WAY
        assert clash_in(rule(*near, "gap(index, thumb) > 1.5")) is None


class TestRoom:
    @pytest.mark.parametrize(
        ("conditions", "found"),
        [
            (["curl(index) > 100", "curl(index) < 101"],
             ({"curl(index) > 100", "curl(index) < 101"}, 0.51, "")),
            (["facing(camera) < 3"],
             ({"facing(camera) < 3"}, 0.57, "facing(camera) is never below 0 degrees")),
            (["roll > 178"], ({"roll > 178"}, 0.56, "roll is never above 180 degrees")),
            (["angle(index, up) < 46", "angle(index, right) < 46"],
             ({"angle(index, up) < 46", "angle(index, right) < 46"}, 0.53,
              "up and right are at right angles")),
            (["gap(thumb_ip, index_dip) < 0.31", "gap(index_dip, middle_dip) < 0.31",
              "gap(thumb_ip, middle_dip) > 0.6"],
             ({"gap(thumb_ip, index_dip) < 0.31", "gap(index_dip, middle_dip) < 0.31",
               "gap(thumb_ip, middle_dip) > 0.6"}, 0.52, WAY)),
            # Of two narrow places the narrower one counts.
            (["curl(index) > 100", "curl(index) < 104", "curl(ring) > 100", "curl(ring) < 102"],
             ({"curl(ring) > 100", "curl(ring) < 102"}, 0.52, "")),
            (["curl(index) > 100", "curl(index) < 104", *UP_AND_RIGHT],
             (set(UP_AND_RIGHT), 0.13, "up and right are at right angles")),
        ],
    )  # fmt: skip
    def test_that_is_scarce_limits_the_score(self, conditions: list[str], found):
        assert found_in(*conditions) == found

    def test_a_score_of_six_tenths_is_enough(self):
        assert clash_in(rule("curl(index) > 100", "curl(index) < 109.6")) is not None
        assert clash_in(rule("curl(index) > 100", "curl(index) < 109.8")) is None


class TestAlternatives:
    def test_one_that_can_hold_is_enough(self):
        assert clash_in(rule("curl(index) > 105", ("curl(index) < 90", "x < 0.5"))) is None

    def test_all_must_clash(self):
        clash = clash_in(rule("curl(index) > 105", ("curl(index) < 90", "curl(index) < 80")))
        assert clash is not None
        assert clash.is_certain
        assert clash.is_one_of_many
        assert set(map(str, clash.conditions)) == {"curl(index) > 105", "curl(index) < 90"}

    def test_the_roomiest_counts(self):
        either = ("curl(index) < 102", "curl(index) < 104", "curl(index) < 90")
        assert found_in("curl(index) > 100", either) == (
            {"curl(index) > 100", "curl(index) < 104"}, 0.54, ""
        )  # fmt: skip

    def test_the_combination_counts(self):
        far = ("x > 0.9", "x < 0.1")
        near = ("x > 0.4", "y > 0.4")
        assert clash_in(rule(far, near, "y < 0.2", "x < 0.8")) is not None
        assert clash_in(rule(far, near, "y < 0.2", "x < 0.95")) is None

    def test_a_clash_of_what_must_hold_anyway_is_not_one_of_many(self):
        clash = clash_in(rule("x > 0.6", "x < 0.4", ("y > 0.5", "y < 0.5")))
        assert clash is not None
        assert not clash.is_one_of_many

    def test_not_turns_conditions_round(self):
        turned = clauses_of([term("x < 0.4"), Not(AnyOf((term("x < 0.5"), term("y < 0.5"))))])
        assert clash_in(turned) is not None
        loose = clauses_of([term("x < 0.4"), Not(AllOf((term("x < 0.5"), term("y < 0.5"))))])
        assert clash_in(loose) is None

    def test_nothing_is_said_where_there_are_too_many(self):
        impossible = ("x > 0.6", "x > 0.7")
        others = [(f"flexion({joint}) > 1", f"flexion({joint}) > 2") for joint in FLEXION_JOINTS]
        few, many = others[:3], others[:9]
        assert 2 ** len(few) < MOST_TRIED < 2 ** (len(many) + 1)
        assert clash_in(rule("x < 0.5", *few, impossible)) is not None
        assert clash_in(rule("x < 0.5", *many, impossible)) is None
        assert can_hold(rule("x < 0.5", *many, impossible))


class TestHoldsWherever:
    @pytest.mark.parametrize(
        ("wide", "narrow", "holds"),
        [
            (["x < 0.5"], ["x < 0.4"], True),
            (["x < 0.5"], ["x < 0.5"], True),
            (["x < 0.5"], ["x < 0.6"], False),
            (["x < 0.5", "y < 0.5"], ["x < 0.5"], False),
            (["gap(thumb, index) >= 0"], ["x < 0.5"], True),
            ([("x < 0.5", "x > 0.3")], ["y < 0.5"], True),
            (["angle(palm, down) > 150"], ["angle(palm, up) < 30"], True),
            (["angle(index, right) > 50"], ["angle(index, up) < 40"], True),
            (["x < 0.5"], [("x < 0.4", "x < 0.3")], True),
            (["x < 0.5"], [("x < 0.4", "x < 0.6")], False),
        ],
    )
    def test_is_told(self, wide, narrow, holds: bool):
        assert holds_wherever(rule(*wide), rule(*narrow)) is holds


ARGUMENTS = {
    name: st.tuples(*map(st.sampled_from, kind.arguments)) for name, kind in FEATURE_KINDS.items()
}
#: Those whose arguments are few enough that two conditions of a rule have something in common.
LIKELY = ("angle", "angle", "facing", "spread", "curl", "flexion", "gap", "gap", "velocity")
POINTS = st.sampled_from(["thumb", "index", "middle", "wrist", "middle_mcp"])
FINGERS = st.sampled_from(["thumb", "index", "middle"])


@st.composite
def features(draw, *, two: bool = False):
    names = [name for name in FEATURE_KINDS if two or not FEATURE_KINDS[name].two_hands]
    name = draw(st.sampled_from([*names, *LIKELY, *(["hands_gap", "hands_angle"] * 3 * two)]))
    if name in ("gap", "hands_gap"):
        arguments = (draw(POINTS), draw(POINTS))
    elif name in ("spread", "hands_angle"):
        arguments = (draw(FINGERS), draw(FINGERS))
    else:
        arguments = draw(ARGUMENTS[name])
    try:
        return parse_feature(f"{name}({', '.join(arguments)})")
    except ValueError:
        assume(False)


@st.composite
def thresholds(draw, *, two: bool = False) -> Condition:
    feature = draw(features(two=two))
    low, high = max(feature.kind.low, -5), min(feature.kind.high, 180)
    operator = draw(st.sampled_from(["<", "<=", ">", ">="]))
    return Condition(feature, operator, round(draw(st.floats(low, high)), 2))


def terms(two: bool = False):
    condition = thresholds(two=two)
    either = st.lists(condition, min_size=2, max_size=3).map(lambda each: AnyOf(tuple(each)))
    return st.lists(condition | condition | condition | either, min_size=1, max_size=6)


def scores(wanted: list[Term], hands: Iterable[Measured], *, both: bool = False) -> list[float]:
    rules = PoseRules([GestureSpec("a", when=tuple(wanted), both=both)], both=both)
    return [float(rules.judge(hand).scores[0]) for hand in hands]


names = st.sampled_from(sorted(POSES))
angles_deg = st.tuples(st.floats(-180, 180), st.floats(-60, 60), st.floats(-60, 60))
hands = st.builds(
    a_hand, st.tuples(names, names), st.floats(0, 1), side=st.sampled_from(["left", "right"]),
    turned_deg=angles_deg, noise_palms=st.floats(0, 0.08), speed=st.floats(0, 2),
    seed=st.integers(0, 10_000),
)  # fmt: skip


class TestEveryHand:
    @SLOW
    @given(hands, st.data())
    def test_what_one_shows_can_hold(self, hand: Measured, data: st.DataObject):
        """Bounds on both sides of what is measured, as tight as one likes."""
        wanted: list[Term] = []
        for feature in data.draw(st.lists(features(), min_size=1, max_size=8)):
            kind, value = feature.kind, hand.value(feature)
            below, above = (data.draw(st.floats(0.01, 3)) * kind.softness for _ in range(2))
            if kind.low < value - below:
                wanted.append(Condition(feature, ">", value - below))
            if value + above < kind.high:
                wanted.append(Condition(feature, "<", value + above))
        assume(wanted)
        (shown,) = scores(wanted, [hand])
        assert shown > SURE
        clash = clash_in(clauses_of(wanted))
        assert can_hold(clauses_of(wanted))
        assert clash is None or clash.best_score >= shown - _ROUNDING

    @SLOW
    @given(terms())
    def test_scores_no_more_than_it_is_said_to(self, wanted: list[Term]):
        clash = clash_in(clauses_of(wanted))
        if clash is not None:
            best = max(scores(wanted, (hand for _, hand in many_hands())))
            assert best <= clash.best_score + _ROUNDING

    @SLOW
    @given(terms(two=True))
    def test_nor_do_two(self, wanted: list[Term]):
        rules = PoseRules([GestureSpec("a", when=tuple(wanted), both=True)], both=True)
        clash = clash_in(rules._rules[0])
        if clash is not None:
            best = max(scores(wanted, many_pairs(), both=True))
            assert best <= clash.best_score + _ROUNDING

    @SLOW
    @given(terms(), terms())
    def test_that_shows_one_shows_what_holds_wherever_it_does(
        self, one: list[Term], other: list[Term]
    ):
        wide, narrow = one[:1], [*one, *other]
        assume(holds_wherever(clauses_of(wide), clauses_of(narrow)))
        seen = [hand for _, hand in many_hands()]
        for shown, wider in zip(scores(narrow, seen), scores(wide, seen), strict=True):
            assert shown <= SURE + _ROUNDING or wider > SURE - _ROUNDING
