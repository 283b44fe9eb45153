"""The states of a hand: what they are measured by, and what they say of hands that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.synthetic.poses import POSES
from daemon.synthetic.typical import typical_hands
from gestures.geometry import HandGeometry
from gestures.landmarks import FINGERS
from gestures.shape import MEASURES, measure
from gestures.states import MOST_ODDS, SOURCES, STATES, default_model, measures_of
from gestures.vocabulary import FEATURE_KINDS, parse_feature
from tests.unit.hand_paths import frame_of, geometry

#: Which fingers are extended in a pose, thumb first.
EXTENDED = {
    "palm": "11111", "fist": "00000", "one": "01000", "peace": "01100", "three": "01110",
    "four": "01111", "rock": "01001", "call": "10001", "thumb_index": "11000", "like": "10000",
    "iloveyou": "11001", "little_finger": "00001", "middle_finger": "00100", "three2": "11100",
}  # fmt: skip


def points(pose: str, side: str = "right", rotation_deg: float = 0.0) -> np.ndarray:
    """Landmarks in picture widths, shape (1, 21, 3)."""
    frame = frame_of(pose, side, rotation_deg)
    return np.array([HandGeometry(frame.hands[0], frame).places])


@pytest.mark.parametrize("pose", EXTENDED)
@pytest.mark.parametrize("side", ["left", "right"])
def test_fingers_are_what_the_hand_shows(pose: str, side: str) -> None:
    hand = geometry(frame_of(pose, side))
    likely = "".join("01"[hand.extended(finger) > 0.5] for finger in FINGERS)
    assert likely == EXTENDED[pose]


@pytest.mark.parametrize(
    ("pose", "touching", "apart"),
    [
        ("ok", "touch(thumb, index)", "touch(thumb, middle)"),
        ("stop", "touch(middle, ring)", "touch(thumb, index)"),
        ("two_up_inverted", "touch(index, middle)", "touch(thumb, index)"),
        ("grip", "touch(thumb, index)", "touch(index, middle)"),
        ("peace", "", "touch(index, middle)"),
    ],
)
def test_fingers_that_touch(pose: str, touching: str, apart: str) -> None:
    hand = geometry(frame_of(pose))
    assert hand.value(parse_feature(apart)) < 0.5 or pose == "grip"
    assert not touching or hand.value(parse_feature(touching)) > 0.3


def test_a_hand_that_shows_something_does_not_rest() -> None:
    assert all(geometry(frame_of(pose)).relaxed() < 0.5 for pose in EXTENDED)


@given(
    st.sampled_from(sorted(POSES)),
    st.floats(0.1, 10),
    st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
)
def test_neither_size_nor_place_changes_a_measure(
    pose: str, scale: float, place: tuple[float, float]
) -> None:
    hand = points(pose)
    moved = hand * scale + (*place, 0.0)
    assert measure(moved) == pytest.approx(measure(hand), abs=1e-5)


@given(st.sampled_from(sorted(POSES)), st.floats(-180, 180))
def test_a_mirror_image_measures_the_same(pose: str, rotation_deg: float) -> None:
    hand = points(pose, "right", rotation_deg)
    assert measure(hand * (-1.0, 1.0, 1.0)) == pytest.approx(measure(hand), abs=1e-6)


@given(st.sampled_from(sorted(POSES)), st.floats(-180, 180))
def test_turned_in_the_picture_only_down_changes(pose: str, turn_deg: float) -> None:
    a = np.radians(turn_deg)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    hand = points(pose)
    kept = [number for number, name in enumerate(MEASURES) if name != "down(palm)"]
    assert measure(hand @ turn.T)[:, kept] == pytest.approx(measure(hand)[:, kept], abs=1e-6)


def test_a_state_is_told_by_its_own_fingers() -> None:
    for state in STATES:
        named = [finger for finger in FINGERS if finger in state]
        others = set(FINGERS) - set(named) - {"thumb"} if named and named != ["thumb"] else set()
        bent = {f"straight({finger}_{joint})" for finger in others for joint in ("pip", "dip")}
        assert not bent & set(measures_of(state)), state
        assert set(measures_of(state)) <= set(MEASURES)


def test_every_state_is_a_feature() -> None:
    kinds = {name for name, kind in FEATURE_KINDS.items() if kind.is_probability}
    assert kinds == {state.partition("(")[0] for state in STATES}
    for state in STATES:
        assert str(parse_feature(state)) == state


@given(
    st.lists(st.lists(st.floats(-2, 2), min_size=3, max_size=3), min_size=21, max_size=21),
    st.booleans(),
)
def test_of_any_points_something_finite_is_said(rows: list[list[float]], world: bool) -> None:
    hand = np.array(rows)
    odds = default_model().log_odds(hand, 1.5, hand if world else None)
    assert len(odds) == len(STATES)
    assert all(-MOST_ODDS <= each <= MOST_ODDS for each in odds)


def test_the_model_has_a_share_for_every_measure() -> None:
    from gestures.fitted import WITH_WORLD, WITHOUT_WORLD

    for table, sources in ((WITH_WORLD, SOURCES), (WITHOUT_WORLD, SOURCES[:2])):
        assert tuple(table) == STATES
        for state, weights in table.items():
            assert tuple(weights.shares) == sources
            assert all(len(each) == len(measures_of(state)) for each in weights.shares.values())


def test_without_world_landmarks_the_picture_is_enough() -> None:
    for pose in ("palm", "fist", "one", "peace"):
        for frame in typical_hands(pose):
            blind = replace(frame.hands[0], world=None)
            hand = HandGeometry(blind, frame)
            shown = "".join("01"[hand.extended(finger) > 0.5] for finger in FINGERS)
            assert shown == EXTENDED[pose]
