"""Zooming with two hands."""

from __future__ import annotations

import pytest

from daemon.synthetic.poses import POSES
from gestures.motion_spec import Swipe, Zoom
from gestures.spec import GestureSpec
from tests.unit.hand_paths import acting_hands, motion_events, motions
from tests.unit.motion_acts import Start

PALM_PX = 40.0


def both(pose: str, start: float, end: float, duration_s: float = 0.6, other: str | None = None):
    """Two hands side by side that go from one distance to another, palm lengths, and rest."""
    acts = []
    for side, sign, name in (("right", -1, pose), ("left", 1, other or pose)):
        from_px, to_px = (320 + sign * palms * PALM_PX / 2 for palms in (start, end))
        begin = Start(side, PALM_PX, (from_px, 260)).act(POSES[name])
        acts.append(begin.move_to(to_px, 260, duration_s).hold(0.8))
    return acts


@pytest.mark.parametrize("fps", [10, 15, 30, 60])
@pytest.mark.parametrize("pose", ["one", "thumb_index", "fist", "pinch", "ok"])
def test_apart_is_in_and_together_is_out(pose: str, fps: int) -> None:
    assert motions(acting_hands(*both(pose, 2.4, 5.6), fps=fps)) == ["zoom_in"]
    assert motions(acting_hands(*both(pose, 5.6, 2.4), fps=fps)) == ["zoom_out"]
    gap = (1.0, 1.0 + max(1 / fps, 0.12))
    assert motions(acting_hands(*both(pose, 2.4, 5.6), fps=fps, gap=gap)) == ["zoom_in"]


def test_in_a_mirror_apart_is_apart() -> None:
    frames = [frame.mirror() for frame in acting_hands(*both("one", 2.4, 5.6))]
    assert motions(frames) == ["zoom_in"]


@pytest.mark.parametrize("pose", ["palm", "four", "three", "pinch_open"])
def test_open_hands_only_talk(pose: str) -> None:
    assert motions(acting_hands(*both(pose, 2.4, 5.6))) == []


def test_hands_that_differ_slow_hands_and_small_ways() -> None:
    assert motions(acting_hands(*both("one", 2.4, 5.6, other="fist"))) == []
    assert motions(acting_hands(*both("one", 2.4, 5.6, duration_s=6))) == []
    assert motions(acting_hands(*both("one", 4.0, 5.0))) == []


def test_its_course() -> None:
    kinds = [event.event for event in motion_events(acting_hands(*both("one", 2.4, 5.6)))]
    assert kinds[0] == "begin"
    assert kinds[-1] == "end"
    assert set(kinds[1:-1]) == {"update"}


def test_a_zoom_of_one_hand_wants_none_of_two() -> None:
    one = GestureSpec("one_hand", motion=Zoom("in", "one"))
    two = GestureSpec("two_hands", motion=Zoom("in", "two"))
    pointing = GestureSpec("pointing", {"index": ("extended",), "middle": ("folded",)})
    specs = [one, two, pointing]
    assert motions(acting_hands(*both("one", 2.4, 5.6)), specs) == ["two_hands"]
    alone = Start().act(POSES["fist"]).become(POSES["thumb_index"], 0.4).hold(0.5)
    assert motions(acting_hands(alone), specs) == ["one_hand"]


def test_while_names_the_pose() -> None:
    spec = GestureSpec("mine", motion=Zoom("in", "two"), poses=("pointing",))
    pointing = GestureSpec("pointing", {"index": ("extended",), "middle": ("folded",)})
    fist = GestureSpec("fist", {"index": ("folded",), "middle": ("folded",)})
    specs = [spec, pointing, fist]
    assert motions(acting_hands(*both("one", 2.4, 5.6)), specs) == ["mine"]
    assert motions(acting_hands(*both("fist", 2.4, 5.6)), specs) == []


def test_two_open_hands_that_part_swipe_nothing() -> None:
    specs = [GestureSpec(name, motion=Swipe(name)) for name in ("left", "right")]
    for fps in (10, 30, 60):
        assert motions(acting_hands(*both("palm", 2.4, 6.4), fps=fps), specs) == [], fps
