"""The whole recogniser: several hands, motions over poses, the loss of hands, reset."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from daemon.config.load import builtin_library
from daemon.synthetic.hand import Side
from gestures.arming import ArmingRule
from gestures.events import ArmingEvent, GestureEvent
from gestures.landmarks import HandFrame
from gestures.motion_spec import PoseChange
from gestures.recognizer import Recognizer
from models.smoothing import LandmarkSmoother
from tests.unit.hand_paths import WIDTH, frame_of, moving_hand, strokes, swipes

FPS = 30


#: What closes and opens a hand here is not what is looked at.
SPECS = [spec for spec in builtin_library() if not isinstance(spec.motion, PoseChange)]


class Watcher:
    """A recogniser fed frame by frame; remembers its events as words."""

    def __init__(self, arming: ArmingRule | None = None, continuous=()) -> None:
        self.recognizer = Recognizer(SPECS, arming, continuous)
        self.t_s = 0.0
        self.events: list[GestureEvent | ArmingEvent] = []

    def show(self, *frames: HandFrame, seconds: float = 1.0) -> Watcher:
        """Hands that stay as they are; each frame's hand gets its own track."""
        hands = tuple(replace(frame.hands[0], track=track) for track, frame in enumerate(frames, 1))
        for _ in range(round(seconds * FPS)):
            self.feed(HandFrame(self.t_s, 640, 480, hands))
        return self

    def feed(self, frame: HandFrame) -> None:
        self.events += self.recognizer.update(replace(frame, t_s=self.t_s))
        self.t_s += 1 / FPS

    @property
    def words(self) -> list[str]:
        return [
            f"{event.event} {event.gesture} {event.hand}"
            if isinstance(event, GestureEvent)
            else event.event
            for event in self.events
        ]


PALM = frame_of("palm", "right", centre_px=(160.0, 260.0))
FIST = frame_of("fist", "left", centre_px=(480.0, 260.0))


def test_hands_are_followed_apart():
    watcher = Watcher().show(PALM, FIST)
    assert watcher.words == ["begin palm right", "begin fist left"]
    assert [event.track for event in watcher.events] == [1, 2]
    watcher.show(PALM, frame_of("peace", "left", centre_px=(480.0, 260.0)))
    assert watcher.words[2:] == ["end fist left", "begin peace left"]


def test_a_lost_hand_cancels_its_pose_alone():
    watcher = Watcher().show(PALM, FIST).show(PALM)
    assert watcher.words[2:] == ["cancel fist left"]


def test_a_pose_lost_with_its_hand_is_the_same_one_when_it_is_soon_back():
    watcher = Watcher().show(PALM).show(seconds=0.3)
    assert watcher.show(PALM).words == ["begin palm right", "cancel palm right"]
    other = frame_of("fist", "right", centre_px=(160.0, 260.0))
    assert watcher.show(other, seconds=0.5).show(PALM).words[2:] == [
        "begin fist right", "end fist right", "begin palm right",
    ]  # fmt: skip


def test_a_pose_lost_with_its_hand_begins_again_after_a_second():
    watcher = Watcher().show(PALM).show(seconds=1.1).show(PALM)
    assert watcher.words == ["begin palm right", "cancel palm right", "begin palm right"]


def test_the_other_side_s_pose_is_another_one():
    watcher = Watcher().show(PALM).show(seconds=0.3).show(frame_of("palm", "left"))
    assert watcher.words[2:] == ["begin palm left"]


def test_a_fresh_hand_of_the_same_number_starts_anew():
    watcher = Watcher().show(PALM, seconds=0.5)
    watcher.feed(replace(FIST, hands=(replace(FIST.hands[0], track=1, fresh=True),)))
    assert watcher.words == ["begin palm right", "cancel palm right"]
    assert watcher.show(FIST, seconds=0.5).words[2:] == ["begin fist left"]


def test_a_coasting_hand_neither_ends_nor_begins_anything():
    watcher = Watcher(continuous={"palm"}).show(PALM, seconds=0.5)
    before = len(watcher.events)
    coasting = replace(FIST.hands[0], track=1, hand="right", coasting=True)
    for _ in range(5):
        watcher.feed(HandFrame(0.0, 640, 480, (coasting,)))
    assert len(watcher.events) == before


def test_a_swipe_cancels_the_pose_it_is_made_in():
    path = strokes((380.0, 260.0), 40.0, (0.8, 0, 0), (0.35, -2.4, 0), (0.5, 0, 0))
    watcher, smoother = Watcher(), LandmarkSmoother()
    for frame in moving_hand(path, fps=FPS):
        hands = smoother.update(frame.hands, frame.t_s, frame.aspect)
        watcher.feed(replace(frame, hands=hands))
    assert watcher.words[:4] == [
        "begin palm right", "cancel palm right", "begin swipe_left right", "end swipe_left right",
    ]  # fmt: skip
    assert len({event.t_s for event in watcher.events[1:4]}) == 1


TO_THE_LEFT = ((0.8, 0.0, 0.0), (0.35, -2.4, 0.0))


@pytest.mark.parametrize("pause_s", [0.15, 0.3, 0.5])
@pytest.mark.parametrize("fps", [15, 30])
@pytest.mark.parametrize("keeps_number", [True, False])
def test_the_way_back_is_none_though_the_hand_was_lost_at_the_turn(
    pause_s: float, fps: int, keeps_number: bool
):
    path = strokes((380.0, 260.0), 40.0, *TO_THE_LEFT, (pause_s, 0, 0), (0.4, 2.4, 0), (0.8, 0, 0))
    lost = [number for number in range(4 * fps) if 1.2 <= number / fps < 1.55]
    frames = list(moving_hand(path, fps=fps, dropped=lost))
    if keeps_number:
        frames = [
            replace(frame, hands=tuple(replace(hand, track=1) for hand in frame.hands))
            for frame in frames
        ]
    assert swipes(iter(frames)) == ["swipe_left"]


def both(one: Iterator[HandFrame], other: Iterator[HandFrame]) -> Iterator[HandFrame]:
    for a, b in zip(one, other, strict=True):
        yield replace(a, hands=(*a.hands, *(replace(hand, track=9) for hand in b.hands)))


def aside(start_px: float, palms: float, hand: Side) -> Iterator[HandFrame]:
    path = strokes((start_px, 260.0), 40.0, (0.8, 0, 0), (0.35, palms, 0), (0.6, 0, 0))
    return moving_hand(path, fps=FPS, hand=hand)


@pytest.mark.parametrize("palms", [1.8, 2.4, 3.0])
def test_two_hands_that_go_apart_or_together_swipe_nothing(palms: float):
    assert swipes(both(aside(360, palms, "right"), aside(280, -palms, "left"))) == []
    assert swipes(both(aside(480, -palms, "right"), aside(160, palms, "left"))) == []


def test_a_swipe_beside_a_hand_at_rest_is_one():
    assert swipes(both(aside(360, 2.4, "right"), aside(200, 0.0, "left"))) == ["swipe_right"]


@pytest.mark.parametrize("towards", [(2.0, 0.0), (-2.0, 0.0), (0.0, 2.0), (0.0, -2.0)])
@pytest.mark.parametrize("fps", [15, 30, 60])
def test_a_calm_move_is_no_swipe(towards: tuple[float, float], fps: int):
    path = strokes((320.0, 240.0), 40.0, (0.8, 0, 0), (1.0, *towards), (0.8, 0, 0))
    assert swipes(moving_hand(path, fps=fps)) == []


def test_arming_needs_a_hand_at_rest():
    watcher = Watcher(ArmingRule("palm", hold_ms=500))
    moving = np.tile([2.0 * 75.0 / WIDTH, 0.0, 0.0], (21, 1))
    moved = replace(PALM, hands=(replace(PALM.hands[0], velocity=moving),))
    assert watcher.show(moved, seconds=3).words == ["begin palm right"]
    assert watcher.show(PALM, seconds=0.4).words == ["begin palm right"]
    assert watcher.show(PALM, seconds=0.2).words == ["begin palm right", "armed"]


def test_arming_waits_for_a_coasting_hand():
    watcher = Watcher(ArmingRule("palm", hold_ms=500)).show(PALM, seconds=0.4)
    coasting = HandFrame(0.0, 640, 480, (replace(PALM.hands[0], coasting=True),))
    for _ in range(2 * FPS):
        watcher.feed(coasting)
    assert watcher.words == ["begin palm right"]


def test_a_resting_fist_does_not_keep_it_armed():
    watcher = Watcher(ArmingRule("palm", hold_ms=300, disarm_after_ms=2000)).show(PALM, seconds=0.5)
    fist = frame_of("fist", "right", centre_px=(160.0, 260.0))
    watcher.show(fist, seconds=4)
    assert watcher.words == [
        "begin palm right", "armed", "end palm right", "begin fist right", "disarmed",
    ]  # fmt: skip


def test_arming_comes_after_the_gestures_of_its_frame():
    rule = ArmingRule("palm", hold_ms=0, disarm_after_ms=1000)
    watcher = Watcher(rule).show(PALM, seconds=0.5)
    assert watcher.words == ["begin palm right", "armed"]
    assert watcher.events[0].t_s == watcher.events[1].t_s


def test_reset_cancels_and_disarms():
    watcher = Watcher(ArmingRule()).show(PALM, FIST)
    assert "armed" in watcher.words
    events = watcher.recognizer.reset(watcher.t_s, "the camera is lost")
    assert [event.to_json() for event in events] == [
        {"t": 2 * 0.5, "event": "cancel", "gesture": "palm", "hand": "right", "track": 1},
        {"t": 2 * 0.5, "event": "cancel", "gesture": "fist", "hand": "left", "track": 2},
        {"t": 2 * 0.5, "event": "disarmed", "reason": "the camera is lost"},
    ]
    assert watcher.recognizer.reset(watcher.t_s, "again") == []


def test_after_reset_a_held_hand_must_hold_anew():
    watcher = Watcher(ArmingRule(hold_ms=500)).show(PALM, seconds=0.5)
    watcher.recognizer.reset(watcher.t_s, "paused")
    watcher.events.clear()
    assert watcher.show(PALM, seconds=0.5).words == ["begin palm right"]
    assert watcher.show(PALM, seconds=0.5).words == ["begin palm right", "armed"]


@pytest.mark.parametrize("specs", [(), builtin_library()[-4:]])
def test_without_poses(specs):
    recognizer = Recognizer(specs)
    assert recognizer.update(PALM) == []


def test_without_hands():
    assert Watcher(ArmingRule()).show().words == []
