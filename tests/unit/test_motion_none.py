"""What is no motion: hands at rest, slow ones, changes of pose that mean nothing by themselves."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.synthetic.poses import FIST, ONE, PALM, POSES
from tests.unit.hand_paths import acting_hands, motions
from tests.unit.motion_acts import GRIP, ONE_BENT, Start

_OPEN = ("palm", "palm_inverted", "stop", "four", "pinch_open")
#: What going from one pose to another is; all other ways are nothing.
MEANT = {
    **{(before, "fist"): "grab" for before in _OPEN},
    **{("fist", after): "release" for after in _OPEN if after != "four"},
    **{(before, after): "pinch" for before in POSES for after in ("ok", "pinch")},
    ("fist", "thumb_index"): "zoom_in",
    ("grip", "thumb_index"): "zoom_in",
    ("thumb_index", "fist"): "zoom_out",
    ("pinch", "ok"): None,
    ("ok", "pinch"): None,
    # The thumb is at the index finger already.
    **{
        (before, after): None
        for before in ("grip", "three3", "middle_finger")
        for after in ("ok", "pinch")
    },
}
#: What may be seen of a way, and need not be: a grip holds thumb and index finger together, a hand
#: turned upside down while it is half closed turns a knob.
PERHAPS = {
    **{(before, "grip"): "pinch" for before in POSES},
    **{("grip", after): "pinch" for after in POSES},
    **{(before, "three3"): "pinch" for before in POSES},
    **{("three3", after): "pinch" for after in POSES},
    **{(before, "middle_finger"): "pinch" for before in POSES},
    **{("middle_finger", after): "pinch" for after in ("ok", "pinch")},
    ("stop_inverted", "fist"): "grab",
    ("fist", "stop_inverted"): "release",
    ("thumb_index", "grip"): "zoom_out",
    ("thumb_index", "grabbing"): "zoom_out",
    ("grabbing", "dislike"): "rotate_clockwise",
    ("dislike", "grip"): "rotate_counterclockwise",
}
_WAYS = ((0.15, 30), (0.3, 10), (0.6, 30), (1.2, 15))


@pytest.mark.parametrize("before", POSES)
def test_a_change_of_pose_is_what_it_means_and_no_more(before: str) -> None:
    for number, after in enumerate(name for name in POSES if name != before):
        meant, perhaps = MEANT.get((before, after)), PERHAPS.get((before, after))
        for duration_s, fps in _WAYS if meant else _WAYS[number % 2 :: 2]:
            act = Start().act(POSES[before]).become(POSES[after], duration_s).hold(0.5)
            found = motions(acting_hands(act, fps=fps, seed=number))
            if found != ([perhaps] if perhaps else None):
                assert found == ([meant] if meant else []), (after, duration_s, fps)


@pytest.mark.parametrize("pose", POSES)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), palm_px=st.floats(20, 90), fps=st.sampled_from([10, 30]))
def test_a_trembling_hand(pose: str, seed: int, palm_px: float, fps: float) -> None:
    act = Start(palm_px=palm_px).act(POSES[pose]).hold(2.0)
    assert motions(acting_hands(act, fps=fps, noise_palms=0.02, seed=seed)) == []


@pytest.mark.parametrize("pose", ["palm", "fist", "one", "thumb_index", "pinch"])
@pytest.mark.parametrize("fps", [10, 30, 60])
def test_a_slow_hand(pose: str, fps: int) -> None:
    slow = Start(palm_px=40).act(POSES[pose]).move_to(440, 260, 2.5).move_to(240, 300, 4.0)
    slow = slow.approach(60, 4.0).turn(30, 4.0)
    assert motions(acting_hands(slow, fps=fps)) == []


@pytest.mark.parametrize("fps", [10, 30])
@pytest.mark.parametrize("pose", ["palm", "one", "peace", "fist"])
def test_a_tilt_to_and_fro(pose: str, fps: int) -> None:
    act = Start().act(POSES[pose])
    for angle_deg, duration_s in itertools.product((25, -25, 0), (0.4,)):
        act = act.turn(angle_deg, duration_s).hold(0.3)
    assert motions(acting_hands(act, fps=fps)) == []


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_an_open_hand_that_turns_holds_no_knob(fps: int) -> None:
    assert motions(acting_hands(Start().act(PALM).turn(70, 0.6).hold(0.5), fps=fps)) == []


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_a_knob_turned_a_little_or_for_long(fps: int) -> None:
    little = Start().act(GRIP).turn(20, 0.5).hold(0.5)
    assert motions(acting_hands(little, fps=fps)) == []
    assert motions(acting_hands(Start().act(GRIP).turn(60, 4.0), fps=fps)) == []


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_a_finger_bent_for_long_or_put_away_taps_nothing(fps: int) -> None:
    long = Start().act(ONE).become(ONE_BENT, 0.2).hold(0.5).become(ONE, 0.2).hold(0.5)
    assert motions(acting_hands(long, fps=fps)) == []
    away = Start().act(ONE).become(FIST, 0.25).become(ONE, 0.25).hold(0.5)
    assert motions(acting_hands(away, fps=fps)) == []


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_one_stroke_and_its_way_back_are_no_wave(fps: int) -> None:
    for palms in (0.5, 1.0):
        act = Start().act(PALM).move_to(320 + 50 * palms, 260, 0.3).move_to(320, 260, 0.3)
        assert motions(acting_hands(act.hold(1.0), fps=fps)) == [], palms


@pytest.mark.parametrize("fps", [10, 30, 60])
def test_half_a_circle_is_none(fps: int) -> None:
    """A hand that swings to one side and back along the same arc turns as much, but not on."""
    act = Start().act(PALM)
    for x, y in ((25, 20), (50, 50), (25, 20), (0, 0)):
        act = act.move_to(320 + x, 260 + y, 0.25)
    assert motions(acting_hands(act.hold(1.0), fps=fps)) == []
