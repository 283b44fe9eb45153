"""Every motion of the vocabulary is told once, whatever hand, camera and frame rate."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.synthetic.poses import FIST, PALM, THUMB_INDEX
from models.smoothing import COAST_S
from tests.unit.hand_paths import acting_hands, motion_events, motions
from tests.unit.motion_acts import MIRRORED, MOTIONS, REST_S, Start, act_of

RATES = (10, 15, 25, 30, 60)
starts = st.builds(
    Start,
    hand=st.sampled_from(["left", "right"]),
    palm_px=st.floats(20, 75),
    centre_px=st.tuples(st.floats(230, 410), st.floats(200, 280)),
    rotation_deg=st.floats(-20, 20),
)


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("name", MOTIONS)
def test_at_any_frame_rate(name: str, fps: int) -> None:
    for phase in (0.0, 0.5):
        assert motions(acting_hands(act_of(name), fps=fps, phase=phase)) == [name], phase


@pytest.mark.parametrize("name", MOTIONS)
@settings(max_examples=12, deadline=None)
@given(start=starts, seed=st.integers(0, 1000))
def test_with_any_hand_anywhere(name: str, start: Start, seed: int) -> None:
    act = act_of(name, start)
    assert motions(acting_hands(act, noise_palms=0.015, seed=seed)) == [name]


@pytest.mark.parametrize("size", [(1920, 1080), (480, 640), (320, 240)])
@pytest.mark.parametrize("name", MOTIONS)
def test_in_a_picture_of_any_size(name: str, size: tuple[int, int]) -> None:
    start = Start(palm_px=0.1 * size[1], centre_px=(size[0] / 2, 0.55 * size[1]))
    assert motions(acting_hands(act_of(name, start), size=size)) == [name]


@pytest.mark.parametrize("name", MOTIONS)
def test_in_a_mirror(name: str) -> None:
    frames = [frame.mirror() for frame in acting_hands(act_of(name))]
    assert motions(frames) == [MIRRORED.get(name, name)]


@pytest.mark.parametrize("fps", [15, 30])
@pytest.mark.parametrize("name", [name for name in MOTIONS if name != "tap"])
def test_though_the_tracker_misses_a_part(name: str, fps: int) -> None:
    """A tap is shorter than the longest gap; all others show on both sides of one."""
    unseen = int(COAST_S * fps) - 1
    duration_s = MOTIONS[name](Start()).duration_s - REST_S
    for share in (0.0, 0.4, 0.8):
        first = int((REST_S + share * duration_s) * fps)
        gap = ((first - 0.5) / fps, (first + unseen - 0.5) / fps)
        assert motions(acting_hands(act_of(name), fps=fps, gap=gap)) == [name], share


@pytest.mark.parametrize("fps", [10, 30])
def test_one_after_the_other(fps: int) -> None:
    grabs = Start().act(PALM)
    for _ in range(3):
        grabs = grabs.become(FIST, 0.25).hold(0.5).become(PALM, 0.25).hold(0.5)
    assert motions(acting_hands(grabs, fps=fps)) == ["grab", "release"] * 3
    zooms = Start().act(FIST)
    for _ in range(2):
        zooms = zooms.become(THUMB_INDEX, 0.3).hold(0.6).become(FIST, 0.3).hold(0.6)
    assert motions(acting_hands(zooms, fps=fps)) == ["zoom_in", "zoom_out"] * 2


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize(("there", "back"), [(1.6, 1.0), (1 / 1.6, 1.0)])
def test_the_way_back_of_a_push_is_no_pull(there: float, back: float, fps: int) -> None:
    for pause_s in (0.1, 0.5):
        act = Start().act(PALM).approach(there * 50, 0.5).hold(pause_s).approach(back * 50, 0.5)
        found = motions(acting_hands(act.hold(1.0), fps=fps))
        assert found == ["push" if there > 1 else "pull"], pause_s


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("radius_palms", [0.5, 0.8, 1.3])
def test_a_circle_is_no_swipe(radius_palms: float, fps: int) -> None:
    for turns, duration_s in ((1, 1.0), (2, 2.0), (-3, 4.0)):
        act = Start().act(PALM).circle(radius_palms, turns, duration_s).hold(1.0)
        name = "circle_clockwise" if turns > 0 else "circle_counterclockwise"
        assert motions(acting_hands(act, fps=fps)) == [name], turns


@pytest.mark.parametrize("fps", RATES)
def test_only_the_first_stroke_of_a_wide_wave_may_be_a_swipe(fps: int) -> None:
    for palms, duration_s in ((1.5, 0.3), (2.0, 0.35), (2.5, 0.35)):
        act = Start(palm_px=40).act(PALM)
        for number in range(6):
            act = act.move_to(320 + palms * 40 * (1 - number % 2), 260, duration_s)
        found = motions(acting_hands(act.hold(1.0), fps=fps))
        assert found in (["wave"], ["swipe_right", "wave"]), palms


@pytest.mark.parametrize("name", MOTIONS)
def test_every_beginning_has_its_end(name: str) -> None:
    kinds = [event.event for event in motion_events(acting_hands(act_of(name)))]
    assert kinds[0] == "begin"
    assert kinds[-1] == "end"
    assert set(kinds[1:-1]) <= {"update"}
