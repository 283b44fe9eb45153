"""Arming: after the hold of a hand at rest, until nothing has happened for long."""

from __future__ import annotations

from collections.abc import Container

import numpy as np
import pytest

from gestures.arming import Arming, ArmingRule
from gestures.events import GestureEvent, GestureEventKind
from gestures.landmarks import HandObservation, HandSide

RULE = ArmingRule("palm", hold_ms=500, disarm_after_ms=2000)
STEP_S = 0.1
BOTH = frozenset({1, 2})
NONE: frozenset[int] = frozenset()


class Clock:
    """An arming that is fed frame by frame."""

    def __init__(self) -> None:
        self.arming = Arming(RULE)
        self.t_s = 0.0
        self.found: list[tuple[float, str]] = []

    def see(self, kind: GestureEventKind, gesture: str, track: int = 1) -> Clock:
        return self.frame(GestureEvent(self.t_s, kind, gesture, "right", track))

    def frame(self, *events: GestureEvent, resting: Container[int] = BOTH) -> Clock:
        for event in self.arming.update(events, self.t_s, resting):
            self.found.append((round(event.t_s, 2), event.event))
        self.t_s += STEP_S
        return self

    def wait(self, seconds: float, resting: Container[int] = BOTH) -> Clock:
        for _ in range(round(seconds / STEP_S)):
            self.frame(resting=resting)
        return self

    @property
    def words(self) -> list[str]:
        return [word for _, word in self.found]


def test_arms_after_the_hold_and_not_before():
    clock = Clock().see("begin", "palm").wait(0.4)
    assert clock.found == []
    assert clock.wait(0.1).found == [(0.5, "armed")]
    assert clock.arming.armed
    assert clock.wait(1.5).words == ["armed"]


def test_the_dwell_counts_from_where_the_hand_came_to_rest():
    clock = Clock().see("begin", "palm").wait(3, NONE).wait(0.4)
    assert clock.found == []
    assert clock.wait(0.1).found == [(3.5, "armed")]


@pytest.mark.parametrize("resting", [NONE, {2}], ids=["no hand rests", "another hand rests"])
def test_one_frame_of_motion_or_without_the_hand_breaks_the_dwell(resting: Container[int]):
    clock = Clock().see("begin", "palm").wait(0.3).frame(resting=resting).wait(0.4)
    assert clock.found == []
    assert clock.wait(0.1).words == ["armed"]


def test_a_hand_that_moves_stays_armed():
    clock = Clock().see("begin", "palm").wait(0.5).wait(1.5, NONE)
    assert clock.words == ["armed"]


def test_says_which_hand():
    arming = Arming(RULE)
    arming.update([GestureEvent(0.0, "begin", "palm", "left", 7)], 0.0, {7})
    (event,) = arming.update([], 0.6, {7})
    assert event.to_json() == {"t": 0.6, "event": "armed", "hand": "left", "track": 7}


@pytest.mark.parametrize("kind", ["end", "cancel"])
def test_the_hold_does_not_outlive_the_hand(kind: GestureEventKind):
    clock = Clock().see("begin", "palm").wait(0.3).see(kind, "palm").wait(1)
    assert clock.found == []
    clock.see("begin", "palm", 2).wait(0.4)
    assert clock.found == []
    assert clock.wait(0.2).words == ["armed"]


def test_another_hand_does_not_break_the_hold():
    clock = Clock().see("begin", "palm", 1).see("begin", "palm", 2).see("cancel", "palm", 2)
    assert clock.wait(0.5).words == ["armed"]


def test_another_gesture_does_not_arm():
    assert Clock().see("begin", "fist").wait(3).found == []


def armed() -> Clock:
    clock = Clock().see("begin", "palm").wait(0.6).see("end", "palm")
    assert clock.words == ["armed"]
    return clock


def test_disarms_when_nothing_happens():
    clock = armed()
    armed_s = clock.found[-1][0]
    clock.wait(5)
    assert clock.words == ["armed", "disarmed"]
    assert clock.found[-1][0] == pytest.approx(armed_s + 2.0, abs=1e-6)
    assert not clock.arming.armed


def test_gestures_keep_it_armed():
    clock = armed()
    for _ in range(4):
        clock.wait(1.5).see("begin", "swipe_left").see("end", "swipe_left")
    assert clock.words == ["armed"]
    assert clock.wait(2.5).words == ["armed", "disarmed"]


def test_a_gesture_that_is_followed_keeps_it_armed():
    clock = armed().see("begin", "one")
    for _ in range(100):
        clock.see("update", "one")
    assert clock.words == ["armed"]
    clock.see("cancel", "one")
    assert clock.wait(2.5).words == ["armed", "disarmed"]


def test_a_resting_fist_does_not_keep_it_armed():
    clock = armed().see("begin", "fist")
    began_s = clock.t_s - STEP_S
    clock.wait(5)
    assert clock.words == ["armed", "disarmed"]
    assert clock.found[-1][0] == pytest.approx(began_s + 2.0, abs=1e-6)


@pytest.mark.parametrize("kind", ["end", "cancel"])
def test_the_end_of_a_pose_does_not_keep_it_armed(kind: GestureEventKind):
    clock = armed().see("begin", "fist").wait(1).see(kind, "fist").wait(0.8)
    assert clock.words == ["armed"]
    assert clock.wait(0.2).words == ["armed", "disarmed"]


def test_arming_itself_begins_the_time():
    rule = ArmingRule("palm", hold_ms=5000, disarm_after_ms=2000)
    arming = Arming(rule)
    arming.update([GestureEvent(0.0, "begin", "palm", "right", 1)], 0.0, BOTH)
    assert [event.event for event in arming.update([], 5.0, BOTH)] == ["armed"]
    assert arming.update([], 6.9, BOTH) == []
    assert [event.event for event in arming.update([], 7.0, BOTH)] == ["disarmed"]


def test_arms_again():
    clock = armed().wait(3).see("begin", "palm").wait(0.6)
    assert clock.words == ["armed", "disarmed", "armed"]


def test_reset_forgets_everything():
    clock = armed()
    (event,) = clock.arming.reset(clock.t_s, "paused")
    assert event.to_json() == {"t": round(clock.t_s, 3), "event": "disarmed", "reason": "paused"}
    assert not clock.arming.armed
    assert clock.arming.reset(clock.t_s, "paused") == []
    held = Clock().see("begin", "palm")
    held.arming.reset(held.t_s, "paused")
    assert held.wait(2).found == []


class TestWhatPassesForIt:
    """An open hand with its fingers together, `stop`, passes for `palm`."""

    RULE = ArmingRule("palm", hold_ms=500, disarm_after_ms=2000, also=("stop",))

    def clock(self) -> Clock:
        clock = Clock()
        clock.arming = Arming(self.RULE)
        return clock

    def test_arms_as_well(self):
        assert self.clock().see("begin", "stop").wait(0.5).words == ["armed"]

    def test_going_from_one_to_the_other_the_hold_goes_on(self):
        clock = self.clock().see("begin", "palm").wait(0.1).see("end", "palm").wait(0.1)
        assert clock.see("begin", "stop").words == []
        assert clock.wait(0.2).words == ["armed"]

    @pytest.mark.parametrize(("kind", "gap_s"), [("cancel", 0.1), ("end", 0.5)])
    def test_but_not_over_the_loss_of_the_hand_nor_a_pause(
        self, kind: GestureEventKind, gap_s: float
    ):
        clock = self.clock().see("begin", "palm").wait(0.3).see(kind, "palm").wait(gap_s)
        assert clock.see("begin", "stop").wait(0.3).words == []


class TestLock:
    """Only the hand that armed acts."""

    @staticmethod
    def hand(track: int, side: HandSide) -> HandObservation:
        return HandObservation(track, side, 1.0, np.zeros((21, 3)))

    def test_to_the_hand_that_armed(self):
        arming = armed().arming
        assert arming.allows((1,))
        assert not arming.allows((2,))
        assert not arming.allows((2,))
        assert arming.allows((1, 2))

    def test_nobody_acts_before(self):
        assert not Clock().arming.allows((1,))
        assert not Clock().arming.allows((1,))

    def test_a_lost_hand_is_followed_by_the_next_of_its_side(self):
        arming = armed().arming
        arming.follow([self.hand(2, "left")])
        assert not arming.allows((2,))
        arming.follow([self.hand(2, "left"), self.hand(3, "right")])
        assert arming.allows((3,))
        assert not arming.allows((1,))

    def test_not_while_it_is_there(self):
        arming = armed().arming
        arming.follow([self.hand(3, "right"), self.hand(1, "right")])
        assert arming.allows((1,))
        assert not arming.allows((3,))

    def test_another_takes_over_by_arming_itself(self):
        clock = armed().see("begin", "palm", 2).wait(0.4)
        assert clock.words == ["armed"]
        clock.wait(0.2)
        assert clock.words == ["armed", "armed"]
        assert clock.arming.allows((2,))
        assert not clock.arming.allows((1,))

    def test_two_open_palms_do_not_take_turns(self):
        clock = Clock().see("begin", "palm", 1).see("begin", "palm", 2).wait(1.5)
        assert clock.words == ["armed"]

    def test_what_another_hand_does_does_not_keep_it_armed(self):
        clock = armed()
        for _ in range(4):
            clock.wait(0.9).see("begin", "fist", 2).see("end", "fist", 2)
        assert clock.words == ["armed", "disarmed"]
