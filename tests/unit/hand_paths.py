"""Frames of the synthetic hand for the gestures' tests: still ones, and ones along a path."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache

import numpy as np

from daemon.config.load import builtin_library
from daemon.synthetic.hand import HandState, Side, image_joints
from daemon.synthetic.poses import POSES
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.skeleton import Pose
from gestures.events import GestureEvent
from gestures.geometry import HandGeometry
from gestures.landmarks import HandFrame, HandObservation, Points
from gestures.recognizer import Recognizer
from gestures.rules import PoseRules
from gestures.spec import GestureSpec
from models.smoothing import LandmarkSmoother

WIDTH, HEIGHT = 640, 480
TOWARDS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}

Place = Callable[[float], tuple[float, float]]


@cache
def shipped_rules() -> PoseRules:
    return PoseRules(builtin_library())


def frame_of(
    pose: Pose | str,
    hand: Side = "right",
    rotation_deg: float = 0.0,
    *,
    palm_px: float = 75.0,
    centre_px: tuple[float, float] = (320.0, 260.0),
    t_s: float = 0.0,
) -> HandFrame:
    """A frame with one still hand, without world landmarks."""
    pose = POSES[pose] if isinstance(pose, str) else pose
    joints = image_joints(HandState(pose, centre_px, palm_px, hand, rotation_deg))
    image = joints / (WIDTH, HEIGHT, WIDTH)
    still = np.zeros_like(image)
    return HandFrame(t_s, WIDTH, HEIGHT, (HandObservation(1, hand, 1.0, image, velocity=still),))


def geometry(frame: HandFrame) -> HandGeometry:
    return HandGeometry(frame.hands[0], frame)


def with_world(frame: HandFrame, world: Points | None) -> HandFrame:
    return replace(frame, hands=(replace(frame.hands[0], world=world),))


@cache
def _joints(pose: str, hand: Side) -> Points:
    """Array of shape `(21, 3)` in palm lengths about the palm's middle, as in a picture."""
    return image_joints(HandState(POSES[pose], (0.0, 0.0), 1.0, hand))


def strokes(
    start_px: tuple[float, float], palm_px: float, *moves: tuple[float, float, float]
) -> tuple[Place, float]:
    """Where a hand is at any time, and for how long: minimum-jerk moves from rest to rest.

    Each move is its duration in seconds and its way right and down in palm lengths.
    """
    ends_s = np.cumsum([0.0, *(move[0] for move in moves)])
    places = np.cumsum([start_px, *((palm_px * x, palm_px * y) for _, x, y in moves)], axis=0)

    def place(t_s: float) -> tuple[float, float]:
        number = int(np.clip(np.searchsorted(ends_s, t_s, "right") - 1, 0, len(moves) - 1))
        part = np.clip((t_s - ends_s[number]) / moves[number][0], 0.0, 1.0)
        done = part**3 * (10 - 15 * part + 6 * part**2)
        x, y = places[number] + done * (places[number + 1] - places[number])
        return float(x), float(y)

    return place, float(ends_s[-1])


def moving_hand(
    path: tuple[Place, float],
    *,
    fps: float = 30.0,
    palm_px: float = 40.0,
    pose: str = "palm",
    hand: Side = "right",
    size: tuple[int, int] = (WIDTH, HEIGHT),
    phase: float = 0.0,
    jitter: float = 0.0,
    dropped: Collection[int] = (),
    squash: Callable[[float], float] | None = None,
    noise_palms: float = 0.01,
    seed: int = 0,
) -> Iterator[HandFrame]:
    """What a tracker sees of a rigid hand: it is seen while half of its joints are in the picture.

    Args:
        path: Where the palm's middle is, in pixels, and for how long, from `strokes`.
        phase: Part of a frame by which all frames are late.
        jitter: Part of a frame by which each may be early or late.
        dropped: Numbers of the frames in which the tracker misses the hand.
        squash: How long the hand looks at a time, 1 for as it is.
        noise_palms: Standard deviation of the landmarks.
    """
    width, height = size
    place, duration_s = path
    random = np.random.default_rng(seed)
    track, last_seen_s, last_s = 1, 0.0, -1.0
    for number in range(int(duration_s * fps) + 1):
        t_s = (number + phase + random.uniform(-jitter, jitter)) / fps
        t_s = last_s = max(t_s, last_s + 1e-3)
        shape = _joints(pose, hand) * (1.0, squash(t_s) if squash else 1.0, 1.0)
        joints = (*place(t_s), 0.0) + palm_px * (shape + random.normal(0, noise_palms, (21, 3)))
        inside = (joints[:, :2] >= 0).all(1) & (joints[:, :2] < size).all(1)
        hands: tuple[HandObservation, ...] = ()
        if inside.mean() >= 0.5 and number not in dropped:
            if t_s - last_seen_s > 0.3:
                track += 1
            last_seen_s = t_s
            hands = (HandObservation(track, hand, 1.0, joints / (width, height, width)),)
        yield HandFrame(t_s, width, height, hands)


#: A hand that is held is the same from frame to frame.
_resting_joints = lru_cache(maxsize=8)(image_joints)


def acting_hands(
    *acts: Act,
    fps: float = 30.0,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    phase: float = 0.0,
    gap: tuple[float, float] | None = None,
    noise_palms: float = 0.01,
    seed: int = 0,
) -> Iterator[HandFrame]:
    """What a tracker sees of hands that play a scene, each for its whole length.

    Args:
        phase: Part of a frame by which all frames are late.
        gap: The tracker misses the hands from the one time to the other, seconds.
        noise_palms: Standard deviation of the landmarks.
    """
    width, height = size
    random = np.random.default_rng(seed)
    scene = Scene(acts)
    for number in range(int(scene.duration_s * fps) + 1):
        t_s = (number + phase) / fps
        hands = []
        for track, state in enumerate(scene.at(t_s), start=1):
            noise = random.normal(0, noise_palms * state.palm_px, (21, 3))
            image = (_resting_joints(state) + noise) / (width, height, width)
            hands.append(HandObservation(track, state.hand, 1.0, image))
        if gap is not None and gap[0] <= t_s < gap[1]:
            hands = []
        yield HandFrame(t_s, width, height, tuple(hands))


def motion_events(
    frames: Iterable[HandFrame], specs: Sequence[GestureSpec] | None = None
) -> list[GestureEvent]:
    """Events of all motions recognised in smoothed frames."""
    specs = builtin_library() if specs is None else specs
    motions = {spec.name for spec in specs if spec.motion is not None}
    recognizer = Recognizer(specs)
    smoother = LandmarkSmoother()
    events: list[GestureEvent] = []
    for frame in frames:
        hands = smoother.update(frame.hands, frame.t_s, frame.aspect)
        for event in recognizer.update(replace(frame, hands=hands)):
            assert isinstance(event, GestureEvent)
            if event.gesture in motions:
                events.append(event)
    return events


def motions(frames: Iterable[HandFrame], specs: Sequence[GestureSpec] | None = None) -> list[str]:
    """Names of the motions that begin in smoothed frames."""
    return [event.gesture for event in motion_events(frames, specs) if event.event == "begin"]


def swipes(frames: Iterator[HandFrame], specs: Sequence[GestureSpec] | None = None) -> list[str]:
    """Names of the swipes recognised in smoothed frames."""
    recognizer = Recognizer(builtin_library() if specs is None else specs)
    motions = {spec.name for spec in specs or builtin_library() if spec.motion is not None}
    smoother = LandmarkSmoother()
    found: list[str] = []
    for frame in frames:
        hands = smoother.update(frame.hands, frame.t_s, frame.aspect)
        for event in recognizer.update(replace(frame, hands=hands)):
            assert isinstance(event, GestureEvent)
            if event.event == "begin" and event.gesture in motions:
                found.append(event.gesture)
    return found
