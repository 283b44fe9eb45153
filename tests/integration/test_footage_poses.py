"""Poses that real people hold in the footage: each labelled one is found once, at any rate."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gestures.events import GestureEvent
from gestures.landmarks import HandFrame
from gestures.recognizer import Recognizer
from models.smoothing import LandmarkSmoother
from tests.integration.footage import RATES

pytestmark = pytest.mark.slow

#: What the labels call poses; a two is a V or two fingers side by side, from either side.
NAMES = {
    "open_palm": {"palm"},
    "fist": {"fist"},
    "one": {"one"},
    "two": {"peace", "peace_inverted", "two_up", "two_up_inverted"},
    "three": {"three"},
    "four": {"four"},
    "five": {"palm"},
    "pinky": {"little_finger"},
    "thumb_up": {"like"},
    "thumb_index_L": {"thumb_index"},
}
#: A labelled pose that is none of ours.
_NOT_OURS = {"fist_hole"}
#: A pose shown in fewer frames may be one that the hand only passes through.
_LEAST_FRAMES = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A pose from its beginning to its end, seconds."""

    name: str
    start_s: float
    end_s: float

    def overlaps(self, start_s: float, end_s: float) -> bool:
        return self.start_s <= end_s and self.end_s > start_s


def held(frames: Iterable[HandFrame], recognizer: Recognizer) -> list[Held]:
    """All poses of the frames."""
    smoother = LandmarkSmoother()
    found, running = [], {}
    last_s = 0.0
    for frame in frames:
        hands = smoother.update(frame.hands, frame.t_s, frame.aspect)
        seen = HandFrame(frame.t_s, frame.width, frame.height, hands)
        last_s = frame.t_s
        for event in recognizer.update(seen):
            assert isinstance(event, GestureEvent)
            key = event.track, event.gesture
            if event.event == "begin":
                running[key] = event.t_s
            elif event.event in ("end", "cancel"):
                found.append(Held(event.gesture, running.pop(key), event.t_s))
    return found + [Held(name, start_s, last_s + 1) for (_, name), start_s in running.items()]


@pytest.mark.parametrize("rate", RATES)
def test_every_labelled_pose_is_found_once(data: Path, config, watch, rate: str) -> None:
    labels = json.loads((data / "clips" / "labels.json").read_text())
    tried, wrong = 0, []
    for clip in labels["clips"]:
        segments = [
            segment
            for segment in clip["segments"]
            if segment["kind"] == "pose"
            and segment["pose"] not in _NOT_OURS
            and sum(map(RATES[rate], range(segment["start"], segment["end"] + 1))) >= _LEAST_FRAMES
        ]
        poses = held(watch(clip["clip"], rate), Recognizer(config.gestures)) if segments else []
        for segment in segments:
            start_s, end_s = (segment[key] / clip["fps"] for key in ("start", "end"))
            names = NAMES[segment["pose"]]
            found = [p for p in poses if p.name in names and p.overlaps(start_s, end_s)]
            tried += 1
            if len(found) != 1:
                wrong.append((clip["clip"], segment["start"], segment["pose"], found))
    assert tried >= 15
    assert wrong == []
