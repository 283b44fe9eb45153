"""The whole recogniser: several hands, motions over poses, the loss of hands, reset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.config.load import builtin_library
from gestures.arming import ArmingRule
from gestures.events import ArmingEvent, GestureEvent
from gestures.landmarks import HandFrame
from gestures.recognizer import Recognizer
from models.smoothing import LandmarkSmoother
from tests.unit.hand_paths import frame_of, moving_hand, strokes

FPS = 30


class Watcher:
    """A recogniser fed frame by frame; remembers its events as words."""

    def __init__(self, arming: ArmingRule | None = None, continuous=()) -> None:
        self.recognizer = Recognizer(builtin_library(), arming, continuous)
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


def test_a_coasting_hand_neither_ends_nor_begins_anything():
    watcher = Watcher(continuous={"palm"}).show(PALM, seconds=0.5)
    before = len(watcher.events)
    coasting = replace(FIST.hands[0], track=1, coasting=True)
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
