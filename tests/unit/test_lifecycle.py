"""From scores to begin, update, end and cancel; 30 frames a second unless said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gestures.conditions import parse_condition
from gestures.events import GestureEvent
from gestures.landmarks import HandFrame
from gestures.lifecycle import PoseLifecycle
from gestures.rules import PoseRules, Verdict
from gestures.spec import GestureSpec
from tests.unit.hand_paths import HEIGHT, WIDTH, frame_of, geometry

FPS = 30
A, B, NOTHING = "a", "b", ""
SHOWN = {A: [0.95, 0.05], B: [0.05, 0.95], NOTHING: [0.05, 0.05], "doubt": [0.4, 0.05]}


def specs(**keys) -> list[GestureSpec]:
    # What decides here is the verdict that a test makes up, not these conditions.
    return [GestureSpec(name, when=(parse_condition("x > -1"),), **keys) for name in (A, B)]


def moving(palms_per_s: float) -> HandFrame:
    frame = frame_of("palm", palm_px=50.0)
    velocity = np.tile([palms_per_s * 50.0 / WIDTH, 0.0, 0.0], (21, 1))
    return replace(frame, hands=(replace(frame.hands[0], velocity=velocity),))


class Life:
    """A lifecycle that is shown one frame after another, and remembers its events."""

    def __init__(self, specs_: list[GestureSpec] | None = None, continuous=()) -> None:
        self.lifecycle = PoseLifecycle(PoseRules(specs_ or specs()), continuous)
        self.t_s = 0.0
        self.events: list[GestureEvent] = []

    def show(self, shown: str, seconds: float, frame: HandFrame | None = None) -> Life:
        frame = frame or frame_of("palm")
        scores = SHOWN[shown]
        best = scores.index(max(scores)) if max(scores) > 0.5 else None
        for _ in range(round(seconds * FPS)):
            self.events += self.lifecycle.update(
                frame.hands[0], geometry(frame), Verdict(dict(enumerate(scores)), best), self.t_s
            )
            self.t_s += 1 / FPS
        return self

    def spend(self, name: str | None) -> Life:
        self.lifecycle.spend(name)
        return self

    def lose(self) -> Life:
        self.events += self.lifecycle.cancel(self.t_s)
        return self

    @property
    def words(self) -> list[str]:
        return [f"{event.event} {event.gesture}" for event in self.events]


class TestBegin:
    def test_after_the_hold_and_not_before(self):
        life = Life().show(A, 0.1)
        assert life.words == []
        life.show(A, 1 / FPS)
        assert life.words == ["begin a"]
        assert life.events[0].t_s == pytest.approx(0.1)
        assert life.events[0].score == pytest.approx(0.95)

    @pytest.mark.parametrize("hold_ms", [0, 200, 1000])
    def test_hold_is_the_gestures_own(self, hold_ms: float):
        life = Life(specs(hold_ms=hold_ms)).show(A, 2.0)
        assert life.words == ["begin a"]
        assert life.events[0].t_s == pytest.approx(hold_ms / 1000, abs=1 / FPS)

    def test_the_hold_starts_anew_when_it_is_broken(self):
        life = Life().show(A, 0.1).show(NOTHING, 1 / FPS).show(A, 0.1)
        assert life.words == []

    def test_once_until_released(self):
        assert Life().show(A, 5.0).words == ["begin a"]
        assert Life().show(A, 1.0).show("doubt", 2.0).show(A, 1.0).words == ["begin a"]

    def test_not_in_fast_motion(self):
        life = Life().show(A, 1.0, moving(5.0))
        assert life.words == []
        assert life.show(A, 0.2, moving(1.0)).words == ["begin a"]
        assert life.show(A, 1.0, moving(5.0)).words == ["begin a"]


class TestEnd:
    def test_soon_after_it_is_gone(self):
        life = Life().show(A, 0.5).show(NOTHING, 0.5)
        assert life.words == ["begin a", "end a"]
        assert life.events[-1].t_s == pytest.approx(0.5 + 0.1, abs=1 / FPS)
        assert life.events[-1].score is None

    @pytest.mark.parametrize("flicker", [NOTHING, B])
    def test_flicker_is_bridged(self, flicker: str):
        life = Life().show(A, 0.5)
        for _ in range(5):
            life.show(flicker, 2 / FPS).show(A, 2 / FPS)
        assert life.words == ["begin a"]

    def test_another_pose_comes_after_it(self):
        assert Life().show(A, 0.5).show(B, 0.5).words == ["begin a", "end a", "begin b"]

    def test_again_after_it_was_released(self):
        life = Life().show(A, 0.5).show(NOTHING, 0.5).show(A, 0.5)
        assert life.words == ["begin a", "end a", "begin a"]

    def test_cooldown_counts_from_the_end(self):
        life = Life(specs(cooldown_ms=1000)).show(A, 0.5).show(NOTHING, 0.3)
        assert life.show(A, 0.7).words == ["begin a", "end a"]
        assert life.show(A, 0.3).words == ["begin a", "end a", "begin a"]

    def test_cooldown_is_the_gestures_own(self):
        life = Life(specs(cooldown_ms=5000)).show(A, 0.5).show(B, 0.5)
        assert life.words == ["begin a", "end a", "begin b"]


class TestRelease:
    RELEASE = (parse_condition("x > 0.6"), parse_condition("y > 0.1"))

    def test_only_its_own_conditions_end_it(self):
        life = Life(specs(release=self.RELEASE)).show(A, 0.5).show(NOTHING, 1.0)
        assert life.words == ["begin a"]
        assert life.show(B, 1.0).words == ["begin a"]
        there = frame_of("palm", centre_px=(0.9 * WIDTH, 0.5 * HEIGHT))
        assert life.show(NOTHING, 1 / FPS, there).words == ["begin a", "end a"]


class TestCancel:
    def test_when_the_hand_is_lost(self):
        life = Life().show(A, 0.5).lose()
        assert life.words == ["begin a", "cancel a"]
        assert life.lifecycle.active is None
        assert life.lose().words == ["begin a", "cancel a"]

    def test_the_hold_is_lost_with_it(self):
        life = Life().show(A, 0.1).lose().show(A, 0.1)
        assert life.words == []

    def test_without_a_hand_there_is_nothing_to_cancel(self):
        assert Life().lose().words == []


class TestSpent:
    def test_a_spent_pose_begins_again_once_released(self):
        life = Life().show(A, 0.5).spend(A).lose().show(A, 3.0)
        assert life.words == ["begin a", "cancel a"]
        assert life.show(NOTHING, 1 / FPS).show(A, 0.2).words == ["begin a", "cancel a", "begin a"]

    def test_neither_doubt_nor_blur_is_a_release(self):
        life = Life().spend(A).show("doubt", 0.5).show(A, 0.5)
        assert life.words == []
        assert life.show(NOTHING, 0.5, moving(5.0)).show(A, 0.5).words == []

    def test_another_pose_begins_meanwhile_and_is_a_release(self):
        assert Life().spend(A).show(B, 0.5).words == ["begin b"]
        assert Life().spend(A).show(B, 0.5).show(A, 0.5).words == ["begin b", "end b", "begin a"]


class TestUpdate:
    def test_every_frame_of_a_continuous_gesture(self):
        life = Life(continuous={A}).show(A, 0.1 + 5 / FPS).show(B, 0.5)
        assert life.words[0] == "begin a"
        assert life.words.count("update a") >= 4
        assert "update b" not in life.words
        assert all(event.score is not None for event in life.events if event.event == "update")

    def test_no_other_gesture_has_any(self):
        assert "update a" not in Life(continuous={B}).show(A, 1.0).words

    def test_pointer_is_the_tip_of_the_index_finger(self):
        frame = frame_of("one")
        life = Life(continuous={A}).show(A, 0.5, frame)
        expected = tuple(frame.hands[0].image[8, :2])
        assert {event.pointer for event in life.events} == {expected}


steps = st.tuples(
    st.sampled_from([A, B, NOTHING, "doubt", "lose"]), st.sampled_from([1, 2, 3, 5, 12])
)


@given(
    st.lists(steps, max_size=25),
    st.sampled_from([0, 100, 300]),
    st.sampled_from([0, 400]),
    st.booleans(),
)
def test_every_begin_has_one_end(
    shown: list[tuple[str, int]], hold_ms: float, cooldown_ms: float, fast: bool
):
    life = Life(specs(hold_ms=hold_ms, cooldown_ms=cooldown_ms), continuous={A})
    for what, frames in shown:
        if what == "lose":
            life.lose()
        else:
            life.show(what, frames / FPS, moving(5.0) if fast and frames == 2 else None)
    life.lose()
    active = None
    ended_s: dict[str, float] = {}
    for event in life.events:
        if event.event == "begin":
            assert active is None
            active = event.gesture
            rested_s = event.t_s - ended_s.get(active, -np.inf)
            assert rested_s >= cooldown_ms / 1000 - 1e-6
        else:
            assert event.gesture == active
            if event.event != "update":
                ended_s[active] = event.t_s
                active = None
    assert active is None
    times = [event.t_s for event in life.events]
    assert times == sorted(times)


class TestUpdates:
    def test_those_that_are_followed_tell_where_they_are(self):
        life = Life(continuous={A}).show(A, 0.3)
        update = life.events[-1]
        assert update.event == "update"
        assert update.value is not None
        assert update.value.position == frame_of("palm").hands[0].pointer
        assert update.value.angle_deg == pytest.approx(geometry(frame_of("palm")).roll())

    @pytest.mark.parametrize("repeat_ms", [100, 250, 500])
    def test_repeats_as_often_as_it_says(self, repeat_ms: float):
        life = Life(specs(repeat_ms=repeat_ms)).show(A, 2.15)
        repeats = [event.repeats for event in life.events if event.event == "update"]
        assert repeats == list(range(1, int(2000 / repeat_ms) + 1))
        assert life.show(NOTHING, 0.3).words[-1] == "end a"

    def test_not_while_it_flickers(self):
        life = Life(specs(repeat_ms=100)).show(A, 0.15)
        before = len(life.events)
        life.show(NOTHING, 0.06)
        assert len(life.events) == before


def with_quick_fingers(palms_per_s: float) -> HandFrame:
    """The palm rests and the index finger moves."""
    frame = frame_of("palm", palm_px=50.0)
    velocity = np.zeros((21, 3))
    velocity[8, 1] = palms_per_s * 50.0 / HEIGHT
    return replace(frame, hands=(replace(frame.hands[0], velocity=velocity),))


class TestFingersOnTheirWay:
    def test_what_they_pass_through_does_not_begin(self):
        life = Life().show(A, 0.25, with_quick_fingers(4.0))
        assert life.words == []
        assert life.show(B, 0.2).words == ["begin b"]

    def test_it_begins_as_soon_as_they_rest(self):
        life = Life().show(A, 0.2, with_quick_fingers(4.0)).show(A, 1 / FPS)
        assert life.words == ["begin a"]

    def test_what_lasts_begins_though_a_finger_trembles(self):
        assert Life().show(A, 0.4, with_quick_fingers(4.0)).words == ["begin a"]
