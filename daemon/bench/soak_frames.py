"""What a soak is fed with: an hour's worth of hands that come, do everything there is, and go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from typing import Final, get_args

import numpy as np

from daemon import actions
from daemon.bench.clip import true_landmarks
from daemon.config.model import Binding, Config, Mode
from daemon.synthetic.demo import slides
from daemon.synthetic.hand import HandState, Side
from daemon.synthetic.pairs import PAIRS, placed
from daemon.synthetic.poses import FIST, ONE, PALM, PINCH, POSES, THUMB_INDEX
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.skeleton import Pose
from daemon.synthetic.source import SyntheticSource
from gestures.landmarks import HandFrame, HandObservation
from models.tracker import Picture, Tracker

_WIDTH, _HEIGHT, _FPS = 640, 480, 30.0
_PALM_PX = 55.0
_MIDDLE_PX = (320.0, 250.0)
#: Standard deviation of the landmarks: about what the networks are off.
_NOISE_PALMS = 0.02
#: Share of the frames in which a hand that is there is not found.
_LOST = 0.02
#: Nobody is there for so long between two acts.
_BETWEEN_S = 0.7
#: The networks see every picture in 192 or 224 pixels; larger ones take memory only.
_PICTURE_SCALE = 0.5

_HALF: Final = (40, 60, 40)
_ROUND_A_KNOB: Final = Pose(_HALF, _HALF, _HALF, _HALF, ((30, 35), (20, 30), (10, 20)))
#: One of each kind, given to the gestures in turn; none that waits for the person, as pause does.
_ACTIONS: Final[tuple[actions.Action, ...]] = (
    actions.KeyAction(("Right",)),
    actions.KeysAction((("ctrl", "k"), ("ctrl", "c")), 50),
    actions.TextAction("Thank you!"),
    actions.ClickAction(),
    actions.ScrollAction("down"),
    actions.HoldAction(("space",)),
    actions.PointerAction(),
    actions.DragAction(),
    actions.HandScrollAction(),
    actions.RepeatAction(actions.KeyAction(("Left",))),
    actions.NotifyAction("Well done"),
    actions.SequenceAction(
        (actions.KeyAction(("F5",)), actions.WaitAction(200), actions.KeyAction(("b",)))
    ),
    actions.ModeAction("other"),
)


def busy_config(config: Config) -> Config:
    """A configuration with an action of some kind for every gesture, in two modes."""
    names = [spec.name for spec in config.gestures]
    bindings = tuple(map(Binding, names, cycle(_ACTIONS)))
    back = Binding("fist", actions.ModeAction("default"), hold_ms=300)
    others = tuple(map(Binding, names, cycle(reversed(_ACTIONS[:-1]))))
    return replace(config, bindings=bindings, modes={"other": Mode((back, *others))})


def recorded_hands() -> list[HandFrame]:
    """One round of landmarks, about three minutes: all poses, pairs and motions, as if tracked.

    Each time a hand comes into the picture it has a new track, numbered from 1.
    """
    random = np.random.default_rng(0)
    frames: list[HandFrame] = []
    track = 0
    for scene in _scenes():
        start_s = len(frames) / _FPS
        clip = SyntheticSource(scene, width=_WIDTH, height=_HEIGHT, fps=_FPS)
        for frame in true_landmarks(clip):
            found = [hand for hand in frame.hands if random.random() >= _LOST]
            hands = (_measured(hand, track + hand.track, random) for hand in found)
            frames.append(replace(frame, t_s=start_s + frame.t_s, hands=tuple(hands)))
        track += len(scene.acts)
        frames += [
            HandFrame((len(frames) + number) / _FPS, _WIDTH, _HEIGHT)
            for number in range(round(_BETWEEN_S * _FPS))
        ]
    return frames


def played_on(frames: Sequence[HandFrame], count: int) -> Iterator[HandFrame]:
    """So many frames: the round again and again, with times and tracks that go on."""
    period_s = len(frames) / _FPS
    tracks = max(hand.track for frame in frames for hand in frame.hands)
    for number in range(count):
        turn, index = divmod(number, len(frames))
        frame = frames[index]
        hands = tuple(replace(hand, track=hand.track + turn * tracks) for hand in frame.hands)
        yield replace(frame, t_s=frame.t_s + turn * period_s, hands=hands)


def pictures() -> list[Picture]:
    """The presenter's keys as the synthetic hand makes them, half a minute, small."""
    width, height = int(_WIDTH * _PICTURE_SCALE), int(_HEIGHT * _PICTURE_SCALE)
    source = SyntheticSource(slides(width, height), width=width, height=height, fps=_FPS)
    return [picture for picture, _, _ in source]


def tracked(tracker: Tracker, pictures: Sequence[Picture], count: int) -> Iterator[HandFrame]:
    """So many frames: the pictures again and again, through the networks."""
    tracker.reset()
    for number in range(count):
        picture, t_s = pictures[number % len(pictures)], number / _FPS
        height, width = picture.shape[:2]
        yield HandFrame(t_s, width, height, tracker.track(picture, t_s)).mirror()


def _measured(hand: HandObservation, track: int, random: np.random.Generator) -> HandObservation:
    noise = random.normal(0.0, _NOISE_PALMS * _PALM_PX, hand.image.shape)
    return replace(hand, track=track, image=hand.image + noise / (_WIDTH, _HEIGHT, _WIDTH))


def _scenes() -> Iterator[Scene]:
    for number, pose in enumerate(POSES.values()):
        side = get_args(Side)[number % 2]
        yield Scene((_armed(side).become(pose, 0.3).hold(1.5).leave(_HEIGHT),))
    for act in _motions():
        yield Scene((act.hold(0.6),))
    for name in PAIRS:
        yield Scene(tuple(Act(hand).hold(2.0) for hand in placed(name, _MIDDLE_PX, _PALM_PX)))


def _motions() -> Iterator[Act]:
    x_px, y_px = _MIDDLE_PX
    yield from (_armed().swipe("left"), _armed().swipe("right"))
    yield from (_armed().swipe("up", 1.5), _armed().swipe("down", 1.5))
    waving = _armed()
    for right in (1, 0, 1, 0):
        waving = waving.move_to(x_px + right * _PALM_PX, y_px, 0.3)
    yield waving
    yield from (_armed().circle(0.8, 1), _armed().circle(0.8, -1))
    yield from (_armed().approach(1.6 * _PALM_PX), _armed().approach(_PALM_PX / 1.6))
    yield from (_armed().pinch(), _armed().become(FIST, 0.3).hold(0.5).become(PALM, 0.3))
    for degrees in (-60, 60):
        yield _armed().become(_ROUND_A_KNOB).hold(0.5).turn(degrees)
    folded = replace(PINCH, middle=FIST.middle, ring=FIST.ring, pinky=FIST.pinky)
    yield _armed().become(folded).hold(0.3).become(THUMB_INDEX).hold(0.3).become(FIST)
    bent = replace(ONE, index=(20, 70, 30))
    yield _armed().become(ONE).hold(0.5).become(bent, 0.15).become(ONE, 0.15)


def _armed(side: Side = "right") -> Act:
    """A hand that comes in from below and arms."""
    away = Act(HandState(PALM, _MIDDLE_PX, _PALM_PX, side)).leave(_HEIGHT).end
    return Act(away).enter(*_MIDDLE_PX).hold(0.8)
