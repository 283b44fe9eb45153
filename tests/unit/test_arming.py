"""Arming: after the hold, until nothing has happened for long."""

from __future__ import annotations

import pytest

from gestures.arming import Arming, ArmingRule
from gestures.events import GestureEvent, GestureEventKind

RULE = ArmingRule("palm", hold_ms=500, disarm_after_ms=2000)
STEP_S = 0.1


class Clock:
    """An arming that is fed frame by frame."""

    def __init__(self) -> None:
        self.arming = Arming(RULE)
        self.t_s = 0.0
        self.found: list[tuple[float, str]] = []

    def see(self, kind: GestureEventKind, gesture: str, track: int = 1) -> Clock:
        return self.frame(GestureEvent(self.t_s, kind, gesture, "right", track))

    def frame(self, *events: GestureEvent) -> Clock:
        for event in self.arming.update(events, self.t_s):
            self.found.append((round(event.t_s, 2), event.event))
        self.t_s += STEP_S
        return self

    def wait(self, seconds: float) -> Clock:
        for _ in range(round(seconds / STEP_S)):
            self.frame()
        return self

    @property
    def words(self) -> list[str]:
        return [word for _, word in self.found]


def test_arms_after_the_hold_and_not_before():
    clock = Clock().see("begin", "palm").wait(0.4)
    assert clock.found == []
    assert clock.wait(0.1).found == [(0.5, "armed")]
    assert clock.arming.armed
    assert clock.wait(5).words == ["armed"]


def test_says_which_hand():
    arming = Arming(RULE)
    arming.update([GestureEvent(0.0, "begin", "palm", "left", 7)], 0.0)
    (event,) = arming.update([], 0.6)
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
    ended_s = clock.t_s - STEP_S
    clock.wait(5)
    assert clock.words == ["armed", "disarmed"]
    assert clock.found[-1][0] == pytest.approx(ended_s + 2.0, abs=1e-6)
    assert not clock.arming.armed


def test_gestures_keep_it_armed():
    clock = armed()
    for _ in range(4):
        clock.wait(1.5).see("begin", "swipe_left").see("end", "swipe_left")
    assert clock.words == ["armed"]
    assert clock.wait(2.5).words == ["armed", "disarmed"]


def test_a_gesture_that_goes_on_keeps_it_armed():
    clock = armed().see("begin", "one").wait(10)
    assert clock.words == ["armed"]
    assert clock.see("cancel", "one").wait(2.5).words == ["armed", "disarmed"]


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
