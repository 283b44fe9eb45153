"""Landmarks and scores of every frame, for those who ask, and no work when nobody does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from daemon.chain import Line
from daemon.config.load import builtin_library
from daemon.control.message import Topic
from daemon.control.seen import Seen
from daemon.trace import hand_json
from gestures.landmarks import HandFrame, HandObservation
from tests.unit.hand_points import hand_px

WIDTH, HEIGHT = 640, 480
HAND = HandObservation(
    track=3, hand="right", score=0.98, image=hand_px(320, 400, 90) / (WIDTH, HEIGHT, WIDTH)
)
FRAME = HandFrame(1.23456, WIDTH, HEIGHT, (HAND,))


class Asking:
    """Clients that want some of it."""

    def __init__(self, *wanted: Topic) -> None:
        self.wanted = set(wanted)
        self.told: list[tuple[Topic, Line]] = []

    def take(self) -> list:
        return []

    def wants(self, topic: Topic) -> bool:
        return topic in self.wanted

    def publish(self, lines: Iterable[Line], topic: Topic = "events") -> None:
        self.told += [(topic, line) for line in lines]


def test_nothing_is_made_of_frames_when_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.judging.judge_hands", None)
    control = Asking("events")
    Seen(control).tell(FRAME, builtin_library())
    assert control.told == []


def test_landmarks_are_those_of_a_trace() -> None:
    control = Asking("landmarks")
    Seen(control).tell(FRAME, builtin_library())
    ((topic, line),) = control.told
    assert topic == "landmarks"
    assert line.to_json() == {"t": 1.235, "event": "landmarks", "hands": [hand_json(HAND)]}
    assert np.shape(line.to_json()["hands"][0]["image"]) == (21, 3)


def test_scores_are_of_the_gestures_in_force() -> None:
    control = Asking("scores")
    seen = Seen(control)
    seen.tell(FRAME, builtin_library())
    seen.tell(FRAME, [spec for spec in builtin_library() if spec.name == "fist"])
    (_, line), (_, other) = control.told
    value = line.to_json()
    (hand,) = value.pop("hands")
    assert value == {"t": 1.235, "event": "scores"}
    assert (hand["track"], hand["hand"], hand["gesture"]) == (3, "right", "palm")
    assert max(hand["scores"], key=hand["scores"].get) == "palm"
    (hand,) = other.to_json()["hands"]
    assert list(hand["scores"]) == ["fist"]
    assert hand["gesture"] is None
