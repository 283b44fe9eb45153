"""What detectors of motions find when they look back at a hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gestures.geometry import HandGeometry
from gestures.motion_spec import Circle, Rotate
from gestures.motions.circle import CircleDetector
from gestures.motions.moment import Moment
from gestures.motions.past import Held, Past
from gestures.motions.rotate import RotateDetector
from gestures.spec import GestureSpec
from tests.unit.hand_paths import frame_of


def moment(t_s: float, rotation_deg: float = 0.0, shown: str = "palm") -> Moment:
    frame = frame_of("palm", rotation_deg=rotation_deg, t_s=t_s)
    hand = frame.hands[0]
    return Moment(hand, HandGeometry(hand, frame), frozenset({shown}), t_s, frame.aspect)


def past_of(*times_s: float, memory_s: float = 1.0) -> Past:
    past = Past()
    past.reach_back(memory_s)
    for t_s in times_s:
        past.add(moment(t_s))
    return past


def times_of(moments: list[Moment]) -> list[float]:
    return [each.t_s for each in moments]


def test_the_longest_memory_counts():
    past = Past()
    for memory_s in (0.25, 0.75, 0.5):
        past.reach_back(memory_s)
    for t_s in (0.0, 0.5, 1.0, 1.5):
        past.add(moment(t_s))
    assert times_of(past.last(0.75)) == [1.0, 1.5]
    assert past.now_s == 1.5


def test_last_leaves_out_what_is_older_or_forgotten_but_never_the_newest():
    past = past_of(0.0, 0.25, 0.5, 0.75, 1.0)
    assert times_of(past.last(0.5)) == [0.5, 0.75, 1.0]
    assert times_of(past.last(0.5, after_s=0.75)) == [1.0]
    assert times_of(past.last(0.5, after_s=1.0)) == [1.0]


def test_since_begins_with_the_moment_itself():
    assert times_of(past_of(0.0, 0.25, 0.5).since(0.25)) == [0.25, 0.5]


def test_the_palms_turn_is_clockwise_and_known_at_any_frame_rate():
    past = Past()
    past.reach_back(0.1)
    past.add(moment(0.0))
    assert past.turn_deg() == 0.0
    past.add(moment(1.0, rotation_deg=-20.0))
    assert past.turn_deg() == pytest.approx(20.0, abs=0.01)
    past.add(moment(2.0))
    assert past.turn_deg() == pytest.approx(-20.0, abs=0.01)


def test_one_moment_of_a_named_pose_is_enough_and_a_share_is_asked_of_others():
    moments = [moment(0.0, shown="fist"), moment(0.1), moment(0.2)]
    named = GestureSpec("named", poses=("fist",))
    anyhow = GestureSpec("anyhow")
    assert Held(named, lambda _: False).during(moments, 1.0)
    assert not Held(named, lambda _: True).during(moments[1:], 0.0)
    assert Held(anyhow, lambda now: now.t_s > 0.05).during(moments, 0.6)
    assert not Held(anyhow, lambda now: now.t_s > 0.05).during(moments, 0.7)


def test_of_circles_that_take_minutes_a_few_seconds_are_kept():
    past, spec = Past(), GestureSpec("round")
    CircleDetector(spec, Circle("clockwise", turns=20, within_ms=10_000), past)
    for t_s in range(30):
        past.add(moment(float(t_s)))
    assert len(past.since(0.0)) < 10


def test_places_that_are_no_numbers_are_no_rotation():
    past, spec = Past(), GestureSpec("turn", poses=("palm",))
    detector = RotateDetector(spec, Rotate("clockwise"), past)
    frame = frame_of("palm")
    hand = replace(frame.hands[0], image=np.full((21, 3), np.nan))
    reports = []
    for number in range(30):
        now = moment(number / 30)
        if number == 15:
            geometry = HandGeometry(hand, frame)
            now = Moment(hand, geometry, frozenset({"palm"}), number / 30, frame.aspect)
        past.add(now)
        reports += detector.update(now)
    assert reports == []
