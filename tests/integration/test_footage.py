"""Gestures of real people, in footage that nobody on this project made.

Every clip is tracked as filmed, at half its frame rate, and with every tenth frame lost. Its
labels are of the gesture's beginning and end; a motion is told once, up to 0.4 s after the end, and
none besides; a pose that is held is found once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from daemon.backends.dry_run import DryRunBackend
from daemon.chain import Chain
from daemon.config.load import load_config
from daemon.config.model import Config
from daemon.config.places import preset_path
from daemon.injector import Injector
from gestures.events import GestureEvent
from gestures.landmarks import HandFrame
from gestures.recognizer import Recognizer
from models.smoothing import LandmarkSmoother
from tests.integration.footage import RATES
from tests.unit.fake_keyboard import FakeKeyboard

pytestmark = pytest.mark.slow

_LATE_S = 0.4
_MOST_MISSED = 1

CLIPS = (
    "asl_hand.mp4",
    "counting.mp4",
    "desk_pointing.mp4",
    "df1_dnd.mp4",
    "df1_swipe_down.mp4",
    "df1_swipe_left.mp4",
    "df_swipe_left_right.mp4",
    "df_zoom_in_out.mp4",
    "gestop_clockwise.mp4",
    "gestop_grab.mp4",
    "gestop_swipeleft.mp4",
    "gestop_tap.mp4",
    "thumb_up_video.mp4",
)
#: What the labels call motions that have another name here.
_NAMES = {"grab": "grab", "release": "release", "pinch_open": "zoom_in", "pinch_close": "zoom_out"}
#: Motions of which the clip shows the beginning only: it ends with the fist hardly open.
_CUT_SHORT = {("gestop_grab.mp4", "release")}
#: What the labels call poses; a two is a V or two fingers side by side, from either side.
_POSES = {
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
_TURNED = {
    "swipe_left": "swipe_right",
    "swipe_right": "swipe_left",
    "circle_clockwise": "circle_counterclockwise",
    "circle_counterclockwise": "circle_clockwise",
    "rotate_clockwise": "rotate_counterclockwise",
    "rotate_counterclockwise": "rotate_clockwise",
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A motion that somebody labelled: its name, its first moment and its last."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the daemon made of a clip.

    Attributes:
        missed: Labelled motions of which it said nothing.
        wrong: What it said though nobody made it, or a second time.
    """

    missed: list[Labelled]
    wrong: list[str]

    def __str__(self) -> str:
        return f"missed {self.missed}, wrong {self.wrong}"


def judge(told: Iterable[GestureEvent], labelled: Iterable[Labelled]) -> Outcome:
    """Give each labelled motion the first telling that fits; the rest is wrong."""
    left = list(told)
    missed = []
    for motion in labelled:
        fitting = [
            event
            for event in left
            if event.gesture == motion.name
            and motion.start_s <= event.t_s <= motion.end_s + _LATE_S
        ]
        if fitting:
            left.remove(fitting[0])
        else:
            missed.append(motion)
    return Outcome(missed, [f"{event.gesture} at {event.t_s:.2f} s" for event in left])


@pytest.fixture(scope="module")
def clips(data: Path) -> dict[str, list[Labelled]]:
    """The labelled motions of every clip."""
    labels = json.loads((data / "clips" / "labels.json").read_text())
    return {clip["clip"]: list(_motions(clip)) for clip in labels["clips"]}


def _motions(clip: dict[str, Any]) -> Iterator[Labelled]:
    for segment in clip["segments"]:
        kind = segment["kind"]
        name = f"swipe_{segment['dir']}" if kind == "swipe" else _NAMES.get(kind)
        if name is not None and (clip["clip"], kind) not in _CUT_SHORT:
            start_s, end_s = (segment[name] / clip["fps"] for name in ("start", "end"))
            yield Labelled(name, start_s, end_s)


def tell(frames: Iterable[HandFrame], config: Config) -> list[GestureEvent]:
    """The beginnings of all motions that the shipped configuration sees."""
    motions = {spec.name for spec in config.gestures if spec.motion is not None}
    chain = Chain(config, Injector(DryRunBackend()), dry_run=True)
    return [
        line
        for frame in frames
        for line in chain.feed(frame)
        if isinstance(line, GestureEvent) and line.event == "begin" and line.gesture in motions
    ]


@pytest.fixture(scope="module")
def told(watch, config: Config) -> Callable[[str, str], list[GestureEvent]]:
    """What the shipped configuration tells of a clip at one of `RATES`."""
    return cache(lambda clip, rate: tell(watch(clip, rate), config))


def test_every_clip_is_tried(clips: dict[str, list[Labelled]]) -> None:
    assert set(clips) == set(CLIPS)
    names = [motion.name for motions in clips.values() for motion in motions]
    assert len(names) >= 10
    assert {"grab", "release", "zoom_in", "zoom_out"} <= set(names)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("clip", CLIPS)
def test_no_motion_where_nobody_makes_one_and_none_twice(
    clip: str, rate: str, clips: dict[str, list[Labelled]], told
) -> None:
    outcome = judge(told(clip, rate), clips[clip])
    assert outcome.wrong == [], outcome


@pytest.mark.parametrize("rate", RATES)
def test_hardly_a_motion_is_missed(rate: str, clips: dict[str, list[Labelled]], told) -> None:
    missed = [
        (clip, motion)
        for clip, motions in clips.items()
        for motion in judge(told(clip, rate), motions).missed
    ]
    assert len(missed) <= _MOST_MISSED, missed


@pytest.mark.parametrize("clip", CLIPS)
def test_in_a_mirror_left_is_right(clip: str, watch, told, config: Config) -> None:
    in_mirror = tell((frame.mirror() for frame in watch(clip, "every frame")), config)
    seen = told(clip, "every frame")
    assert [(_turned(event.gesture), event.t_s, event.hand) for event in seen] == [
        (event.gesture, event.t_s, event.hand) for event in in_mirror
    ]


def _turned(gesture: str) -> str:
    return _TURNED.get(gesture, gesture)


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
            names = _POSES[segment["pose"]]
            found = [p for p in poses if p.name in names and p.overlaps(start_s, end_s)]
            tried += 1
            if len(found) != 1:
                wrong.append((clip["clip"], segment["start"], segment["pose"], found))
    assert tried >= 15
    assert wrong == []


@pytest.mark.parametrize("clip", ["asl_hand.mp4", "counting.mp4", "desk_pointing.mp4"])
def test_who_points_or_counts_does_not_click(clip: str, watch) -> None:
    """With the preset for the mouse: the thumb that rests on folded fingers is no pinch."""
    config = load_config(preset_path("pointer")).config
    keyboard = FakeKeyboard(places=False)
    chain = Chain(replace(config, arming=None), Injector(keyboard), dry_run=False)
    for frame in watch(clip, "every frame"):
        chain.feed(frame)
    assert "move" in keyboard.log
    assert [line for line in keyboard.log if "button" in line] == []
