"""How well both runtimes keep hands that move fast, and how soon they find one that appears.

The synthetic hand goes to and fro at an even speed, without slowing down first, and is blurred as
by a shutter that is open for half of a frame's time. All see the same frames, in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from daemon.bench.difference import Hands
from daemon.bench.measure import DIGITS, settle
from daemon.synthetic.background import Background
from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import PALM
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.source import SyntheticFrame, SyntheticSource, TrueHand
from gestures.landmarks import MIDDLE_MCP, WRIST
from models.store import ModelStore
from models.tracker import Runtime, Tracker, TrackerOptions, open_tracker

SPEEDS_PALMS: Final = (0.4, 0.5, 0.6, 0.7)
EXPOSURE: Final = 0.5
RUNTIMES: Final[tuple[Runtime, ...]] = ("litert", "mediapipe")
_FPS: Final = 30.0
_WIDTH, _HEIGHT = 640, 480
#: Lengths of the palm in pixels, and what is behind it.
_KINDS: Final[tuple[tuple[float, Background], ...]] = ((60.0, "plain"), (80.0, "cluttered"))
_LEFT_PX, _RIGHT_PX, _LEVEL_PX = 115.0, 525.0, 250.0
_REST_S: Final = 0.4
_STROKES: Final = 4
_ABSENT_S: Final = 2.05
#: A hand seen farther off than this, in palm lengths, is another one.
_FAR_PALMS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """How one runtime did on one kind of motion.

    Attributes:
        motion: In words.
        runtime: `litert` or `mediapipe`.
        frames: Frames in which the hand moved, or was there.
        kept: The part of them in which it was seen where it is.
        found_ms: From the first frame that shows it until it is seen, for a hand that appears.
    """

    motion: str
    runtime: Runtime
    frames: int
    kept: float
    found_ms: float | None

    def to_json(self) -> dict[str, object]:
        """As printed."""
        return {
            "motion": self.motion,
            "runtime": self.runtime,
            "frames": self.frames,
            "kept": round(self.kept, DIGITS),
            "found_ms": None if self.found_ms is None else round(self.found_ms, 1),
        }


@dataclass(frozen=True, slots=True)
class _Stroke:
    """From one place to another at an even speed."""

    start: HandState
    end: HandState
    duration_s: float

    def at(self, t_s: float) -> HandState:
        part = t_s / self.duration_s
        x_px = self.start.centre_px[0] * (1 - part) + self.end.centre_px[0] * part
        return replace(self.end, centre_px=(x_px, self.end.centre_px[1]))


def bench_finding(store: ModelStore, speeds_palms: Sequence[float] = SPEEDS_PALMS) -> list[Row]:
    """Play all motions to both runtimes, the full network, two hands allowed.

    Args:
        store: Has the model files.
        speeds_palms: Palm lengths a frame.

    Raises:
        ModelError: A model file is missing or not what it should be.
        MissingLibrary: The system lacks a library that a runtime needs.
    """
    rows = []
    with ExitStack() as stack:
        trackers: dict[Runtime, Tracker] = {}
        for runtime in RUNTIMES:
            trackers[runtime] = open_tracker(runtime, TrackerOptions(live=True), store)
            stack.callback(trackers[runtime].close)
        for speed in speeds_palms:
            seen = [pair for clip in swipes(speed) for pair in watched(clip, trackers)]
            rows += [swipe_row(speed, runtime, seen) for runtime in RUNTIMES]
        seen = list(watched(appearance(), trackers))
        rows += [appearance_row(runtime, seen) for runtime in RUNTIMES]
    return rows


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame, the hand in it, and who has seen it."""

    t_s: float
    truth: TrueHand | None
    by: frozenset[Runtime]


def swipes(speed_palms: float) -> Iterator[SyntheticSource]:
    """The clips of a hand that goes to and fro at so many palm lengths a frame."""
    for seed, (palm_px, background) in enumerate(_KINDS):
        act = Act(HandState(PALM, (_LEFT_PX, _LEVEL_PX), palm_px)).hold(_REST_S)
        stroke_s = (_RIGHT_PX - _LEFT_PX) / (speed_palms * palm_px * _FPS)
        for number in range(_STROKES):
            x_px = _LEFT_PX if number % 2 else _RIGHT_PX
            end = replace(act.end, centre_px=(x_px, _LEVEL_PX))
            act = Act(act.start, (*act.moves, _Stroke(act.end, end, stroke_s))).hold(_REST_S)
        yield SyntheticSource(
            Scene((act,)), fps=_FPS, background=background, seed=seed, exposure=EXPOSURE
        )


def appearance() -> SyntheticSource:
    """The clip with nobody for a while, then at once a hand."""
    away = HandState(PALM, (-300.0, _LEVEL_PX), 70.0)
    here = replace(away, centre_px=(_WIDTH / 2, _LEVEL_PX))
    act = Act(away).hold(_ABSENT_S)
    act = Act(away, (*act.moves, _Stroke(here, here, 1.0)))
    return SyntheticSource(Scene((act,)), fps=_FPS, background="cluttered")


def watched(clip: SyntheticSource, trackers: dict[Runtime, Tracker]) -> Iterator[Seen]:
    """Show a clip to all trackers."""
    for tracker in trackers.values():
        tracker.reset()
    for frame in clip:
        _, t_s, truth = frame
        by = frozenset(
            runtime for runtime, tracker in trackers.items() if _sees(_track(tracker, frame), truth)
        )
        yield Seen(t_s, truth[0] if truth else None, by)


def _track(tracker: Tracker, frame: SyntheticFrame) -> Hands:
    """What a tracker sees, with all the time that it has until a camera's next frame."""
    hands = tracker.track(frame[0], frame[1])
    settle()
    return hands


def _sees(hands: Hands, truth: Sequence[TrueHand]) -> bool:
    return any(
        _off_palms(hand.image[:, :2] * (_WIDTH, _HEIGHT), true.image_px) < _FAR_PALMS
        for hand in hands
        for true in truth
    )


def _off_palms(seen_px: np.ndarray, true_px: np.ndarray) -> float:
    palm_px = np.linalg.norm(true_px[MIDDLE_MCP] - true_px[WRIST])
    return float(np.linalg.norm(seen_px - true_px[:, :2], axis=1).mean() / palm_px)


def swipe_row(speed_palms: float, runtime: Runtime, seen: Sequence[Seen]) -> Row:
    """How one did on the frames in which the hand moves."""
    moving = [
        after
        for before, after in pairwise(seen)
        if before.truth
        and after.truth
        and after.t_s > before.t_s
        and not np.array_equal(before.truth.image_px, after.truth.image_px)
    ]
    kept = sum(runtime in each.by for each in moving) / len(moving)
    return Row(f"{speed_palms} palm lengths a frame", runtime, len(moving), kept, None)


def appearance_row(runtime: Runtime, seen: Sequence[Seen]) -> Row:
    """How one did from the frame on in which the hand appears."""
    there = [each for each in seen if each.truth]
    since = [each.t_s for each in there if runtime in each.by]
    found_ms = (since[0] - there[0].t_s) * 1000 if since else None
    return Row("appears", runtime, len(there), len(since) / len(there), found_ms)
