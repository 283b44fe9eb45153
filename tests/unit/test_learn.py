"""Fitting rules to examples: thresholds, states, what is left aside, folds."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from daemon.config.load import builtin_library
from daemon.synthetic.poses import POSES
from daemon.synthetic.typical import typical_hands
from gestures.conditions import parse_condition
from gestures.geometry import HandGeometry
from gestures.landmarks import FINGERS
from gestures.learning.cover import LEAST_MARGIN
from gestures.learning.examples import (
    FEATURES,
    SHAPE,
    SIDEWAYS,
    SOFTNESS,
    STATE_COLUMNS,
    UPRIGHT,
    Examples,
    examples_of,
    held,
)
from gestures.learning.fit import Fit, Limits, fit
from gestures.learning.folds import _by_file, _by_stretch, cross_validate
from gestures.learning.offers import Edge
from gestures.learning.trial import TryOut
from gestures.spec import GestureSpec

NAMES = [str(feature) for feature in FEATURES]
#: What is compared with numbers of its own.
others = st.sampled_from(
    [column for column in range(SIDEWAYS) if not FEATURES[column].kind.is_probability]
)


def flat(column: int, values: list[float], files: list[int] | None = None) -> Examples:
    """Hands that differ in one feature only, with all fingers surely extended."""
    found = np.zeros((len(values), len(FEATURES)))
    found[:, [STATE_COLUMNS[f"extended({finger})"] for finger in FINGERS]] = 5.0
    found[:, [STATE_COLUMNS[f"folded({finger})"] for finger in FINGERS]] = -5.0
    found[:, column] = values
    return Examples(found, np.array(files or [0] * len(values), dtype=np.intp))


def hands_of(*poses: str) -> Examples:
    """Typical hands, a file a pose."""
    return examples_of(
        [[HandGeometry(each.hands[0], each) for each in typical_hands(pose)] for pose in poses]
    )


def said(rule: Fit) -> list[str]:
    """Its conditions, but that the hand does not rest: that all may say."""
    return [str(condition) for condition in rule.when if str(condition) != "relaxed < 0.5"]


class TestThreshold:
    @given(
        others,
        st.booleans(),
        st.floats(0.1, 0.9),
        st.floats(2 * LEAST_MARGIN + 0.01, 6),
        st.lists(st.floats(0, 3), min_size=1, max_size=20),
        st.lists(st.floats(0, 3), min_size=1, max_size=20),
    )
    def test_is_in_the_middle_of_the_gap(
        self,
        column: int,
        above: bool,
        part: float,
        gap: float,
        inside: list[float],
        outside: list[float],
    ):
        kind, softness = FEATURES[column].kind, float(SOFTNESS[column])
        low = kind.low + part * (kind.high - kind.low)
        high = low + gap * softness
        assume(high < kind.high)
        below = [low - (each - min(outside)) * softness for each in outside]
        over = [high + (each - min(inside)) * softness for each in inside]
        assume(max(over) <= kind.high)
        assume(min(below) >= kind.low)
        positives, negatives = (over, below) if above else (below, over)
        rule = fit(flat(column, positives), flat(column, negatives))
        assert rule.separates
        (edge,) = rule.bounds
        assert (edge.column, edge.above) == (column, above)
        # Round numbers cost at most a sixteenth of the gap.
        assert edge.value == pytest.approx((low + high) / 2, abs=gap * softness / 16 + 1e-9)

    def test_is_not_farther_than_the_reach(self):
        column = NAMES.index("gap(thumb, index)")
        positives, negatives = flat(column, [0.1, 0.2]), flat(column, [1.9, 2.0])
        assert said(fit(positives, negatives)) == ["gap(thumb, index) < 1.04"]
        assert said(fit(positives, negatives, Limits(reach=3.0))) == ["gap(thumb, index) < 0.44"]

    def test_two_bound_a_feature_from_both_sides(self):
        column = NAMES.index("gap(thumb, index)")
        rule = fit(flat(column, [0.9, 1.0, 1.1]), flat(column, [0.1, 0.3, 1.7, 1.9]))
        assert sorted(said(rule)) == ["gap(thumb, index) < 1.4", "gap(thumb, index) > 0.6"]

    def test_a_direction_is_said_by_its_smaller_angle(self):
        column = NAMES.index("angle(thumb, up)")
        assert str(Edge(column, True, 120.0).condition()) == "angle(thumb, down) < 60"
        assert str(Edge(column, False, 120.0).condition()) == "angle(thumb, down) > 60"
        assert str(Edge(column, False, 60.0).condition()) == "angle(thumb, up) < 60"


class TestBadExamples:
    def test_a_few_move_no_threshold(self):
        column = NAMES.index("gap(thumb, index)")
        clean = fit(flat(column, [0.2] * 100), flat(column, [1.0] * 100))
        spoiled = fit(flat(column, [0.2] * 98 + [1.2, 3.0]), flat(column, [1.0] * 98 + [0.1, 0.2]))
        assert said(spoiled) == said(clean) == ["gap(thumb, index) < 0.6"]

    def test_a_file_of_its_own_is_not_a_few(self):
        column = NAMES.index("gap(thumb, index)")
        positives = flat(column, [0.2] * 100)
        assert fit(positives, flat(column, [1.0] * 99 + [0.2])).separates
        assert not fit(
            positives, flat(column, [1.0] * 99 + [0.2] * 5, [0] * 99 + [1] * 5)
        ).separates

    @given(st.lists(st.floats(0, 2), min_size=1, max_size=30))
    def test_the_same_on_both_sides_can_not_be_told_apart(self, values: list[float]):
        both = flat(NAMES.index("gap(thumb, index)"), values)
        rule = fit(both, both)
        assert not rule.separates
        assert rule.alike.any()


class TestRule:
    @pytest.mark.parametrize("pose", POSES)
    def test_tells_a_pose_from_all_others(self, pose: str):
        # A pinch that opens is nearly an open hand, and one that closes nearly an ok.
        rest = [each for each in POSES if each != pose and not {"pinch", "ok"} >= {pose, each}]
        positives, negatives = hands_of(pose), hands_of(*rest)
        rule = fit(positives, negatives)
        assert rule.separates
        assert len(said(rule)) <= 4
        assert rule.margin > LEAST_MARGIN / 2
        assert rule.accepts(positives).all()
        assert not rule.accepts(negatives).any()

    def test_is_the_same_each_time(self):
        positives, negatives = hands_of("peace"), hands_of("one", "three", "palm")
        one, other = (fit(positives, negatives) for _ in range(2))
        assert (one.fingers, one.when, one.margin) == (other.fingers, other.when, other.margin)

    def test_says_what_all_fingers_do(self):
        rule = fit(hands_of("rock"), hands_of("fist"))
        assert rule.fingers["index"] == rule.fingers["pinky"] == ("extended",)
        assert rule.fingers["middle"] == rule.fingers["ring"] == ("folded",)

    def test_needs_no_condition_where_fingers_will_do(self):
        assert said(fit(hands_of("peace"), hands_of("fist", "palm"))) == []

    def test_says_that_the_hand_does_not_rest(self):
        rule = fit(hands_of("peace"), hands_of("fist", "palm"))
        assert [str(condition) for condition in rule.when] == ["relaxed < 0.5"]

    def test_asks_for_a_direction_only_where_the_shape_is_the_same(self):
        thumb_up = fit(hands_of("like"), hands_of("dislike"))
        (condition,) = said(thumb_up)
        assert condition.startswith("angle(")
        for pose in ("one", "ok", "call"):
            rule = fit(hands_of(pose), hands_of("palm", "fist", "like"))
            assert not {each.feature.kind.name for each in rule.when} & {"angle", "facing"}

    def test_asks_for_no_direction_that_it_may_not(self):
        assert not fit(hands_of("like"), hands_of("dislike"), Limits(features=SHAPE)).separates
        rule = fit(hands_of("like"), hands_of("dislike"), Limits(features=UPRIGHT))
        assert [each.split(" <")[0] for each in said(rule)] == ["angle(thumb, up)"]

    def test_never_asks_where_a_hand_is(self):
        kinds = {feature.kind.name for feature in FEATURES}
        assert not kinds & {"x", "y", "size", "speed", "velocity", "hands_gap", "hands_angle"}

    def test_without_negatives_it_says_what_the_positives_have_in_common(self):
        nothing = Examples(np.empty((0, len(FEATURES))), np.empty(0, dtype=np.intp))
        rule = fit(hands_of("peace"), nothing)
        assert rule.separates
        assert rule.fingers["index"] == ("extended",)
        everything = hands_of(*POSES)
        assert not fit(everything, nothing).fingers or fit(everything, nothing).separates


class TestFolds:
    def test_a_file_is_kept_back_as_a_whole(self):
        examples = flat(0, [0.0] * 60, [number // 10 for number in range(60)])
        folds = _by_file(examples)
        assert set(folds.tolist()) == set(range(5))
        for file in range(6):
            assert len(set(folds[examples.files == file].tolist())) == 1

    def test_a_stretch_is_kept_back_as_a_whole(self):
        folds = _by_stretch(flat(0, [0.0] * 23))
        assert (np.diff(folds) >= 0).all()
        assert max(Counter(folds.tolist()).values()) <= 5

    def test_pictures_are_dealt_out(self):
        folds = _by_stretch(flat(0, [0.0] * 12, list(range(12))))
        assert Counter(folds.tolist()) == {0: 3, 1: 3, 2: 2, 3: 2, 4: 2}

    def test_one_example_can_not_be_kept_back(self):
        column = NAMES.index("gap(thumb, index)")
        assert cross_validate(flat(column, [0.2]), flat(column, [1.0, 1.0])) is None

    def test_tells_a_guess_from_a_rule(self):
        column = NAMES.index("gap(thumb, index)")
        random = np.random.default_rng(0)
        for apart, least, most in ((1.0, 0.99, 1.0), (0.0, 0.3, 0.7)):
            positives = flat(column, random.uniform(0.5, 0.9, 60).tolist())
            negatives = flat(column, (apart + random.uniform(0.5, 0.9, 60)).tolist())
            validation = cross_validate(positives, negatives)
            assert validation is not None
            assert validation.folds == 5
            assert least <= validation.accuracy <= most


class TestHeld:
    def test_the_ends_are_left_out_where_the_hand_comes_and_goes(self):
        column = NAMES.index("curl(index)")
        values = [*np.linspace(100, 0, 12), *[0.0] * 60, *np.linspace(0, 100, 8)]
        examples = flat(column, values)
        examples.values[:, column + 1] = values
        examples.values[:, column + 2 : column + 8] = np.array(values)[:, None]
        part = held(examples)
        assert 5 <= part.start <= 13
        assert 66 <= part.stop <= 76

    def test_nothing_of_a_hand_that_is_held(self):
        random = np.random.default_rng(1)
        examples = hands_of("peace").where(np.zeros(60, dtype=np.intp))
        examples.values[:] += random.normal(0, 0.2, examples.values.shape) * SOFTNESS
        assert held(examples) == slice(0, 60)

    def test_nothing_of_a_few_pictures(self):
        assert held(flat(0, [0.0, 500.0, 0.0])) == slice(0, 3)


class TestTrial:
    def test_tells_what_is_lost(self):
        new = GestureSpec("spread_palm", when=(parse_condition("curl(index) < 90"),), own=True)
        hands = [
            (HandGeometry(each.hands[0], each), each.hands[0].hand)
            for pose in ("palm", "fist")
            for each in typical_hands(pose)
        ]
        trial = TryOut(new, builtin_library()).of(hands)
        assert trial.hands == 36
        assert trial.shown == {"spread_palm": 18, "fist": 18}
        assert trial.holds["palm"] == trial.lost["palm"] == 18
        assert "fist" not in trial.lost
