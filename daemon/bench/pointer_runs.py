"""Simulated hands that a pointer follows: at rest, sweeping, reaching, closing its fingers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from daemon.synthetic.hand import HandState, image_joints
from daemon.synthetic.poses import ONE, PINCH, PINCH_OPEN
from daemon.synthetic.skeleton import lerp
from gestures.geometry import PALM_POINTS
from gestures.landmarks import HandObservation
from models.smoothing import LandmarkSmoother

SIZE_PX = (640, 480)
ASPECT = SIZE_PX[0] / SIZE_PX[1]
#: The demo's hand.
PALM_PX = 0.155 * SIZE_PX[1]
NOISE_PX = 0.5
#: Correlated noise forgets itself in this time, and so much of its variance moves the whole hand.
SLOW_S = 0.15
SHARED = 0.5
#: As the fingers close the palm gives way: the median of grabs, pinches and releases on footage.
GIVES_WAY_PALMS = 0.13
#: Before the pointer begins to follow, and until a move begins.
LEAD_IN_S, STILL_S = 0.5, 1.0
SWEEP_PALMS, REACH_PALMS, REACH_S, CLOSING_S, PRESSED_AFTER_S = 2.4, 1.0, 0.5, 0.3, 0.1
#: How long the hand rests after a reach.
REACHED_S = 2.0

Noise = Literal["white", "slow"]
Places = NDArray[np.float64]

_CENTRE = HandState(ONE, (SIZE_PX[0] / 2, 0.52 * SIZE_PX[1]), PALM_PX)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a camera and the smoothing make of a hand.

    Attributes:
        fps: Pictures a second.
        times_s: Time of each frame.
        true: Array of shape `(N, 2)`: the palm's middle in palm lengths, from that of `home`.
        measured: The same as the tracker sees it; NaN in frames it misses.
        smoothed: The smoothed hand of each frame.
    """

    fps: float
    times_s: list[float]
    true: Places
    measured: Places
    smoothed: list[HandObservation]

    @property
    def first(self) -> int:
        """The frame with which the pointer begins to follow."""
        return round(LEAD_IN_S * self.fps)

    def frame(self, t_s: float) -> int:
        """Number of the first frame from a time on."""
        return int(np.searchsorted(self.times_s, t_s - 1e-9))


def home() -> HandObservation:
    """The hand that arms: still, in the middle, without noise."""
    return replace(_observation(image_joints(_CENTRE)), velocity=np.zeros((21, 3)))


def rest(fps: float, seed: int, noise: Noise) -> Run:
    """Eight seconds of a still hand."""
    return _run(lambda _: _CENTRE, 8.0, fps, seed, noise)


def sweep(fps: float, seed: int, speed: float, dropped_every: int = 0) -> Run:
    """A sweep to the right at so many palm lengths/s, with an abrupt start and stop, then rest."""
    seconds = SWEEP_PALMS / speed

    def state(t_s: float) -> HandState:
        part = min(max((t_s - STILL_S) / seconds, 0.0), 1.0)
        return _right((part - 0.5) * SWEEP_PALMS)

    return _run(state, STILL_S + seconds + 1.0, fps, seed, "white", dropped_every)


def reach(fps: float, seed: int) -> Run:
    """A minimum-jerk move of one palm length to the right, as people reach, then rest."""

    def state(t_s: float) -> HandState:
        return _right((_minimum_jerk((t_s - STILL_S) / REACH_S) - 0.5) * REACH_PALMS)

    return _run(state, STILL_S + REACH_S + REACHED_S, fps, seed, "white")


def closing(fps: float, seed: int) -> Run:
    """Thumb and index finger close, and the palm gives way downwards."""

    def state(t_s: float) -> HandState:
        part = _minimum_jerk((t_s - STILL_S) / CLOSING_S)
        x_px, y_px = _CENTRE.centre_px
        centre_px = (x_px, y_px + part * GIVES_WAY_PALMS * PALM_PX)
        return replace(_CENTRE, pose=lerp(PINCH_OPEN, PINCH, part), centre_px=centre_px)

    return _run(state, STILL_S + CLOSING_S + PRESSED_AFTER_S + 0.5, fps, seed, "white")


def _right(palms: float) -> HandState:
    x_px, y_px = _CENTRE.centre_px
    return replace(_CENTRE, centre_px=(x_px + palms * PALM_PX, y_px))


def _minimum_jerk(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    return part**3 * (10 - 15 * part + 6 * part**2)


def _run(
    state: Callable[[float], HandState],
    seconds: float,
    fps: float,
    seed: int,
    noise: Noise,
    dropped_every: int = 0,
) -> Run:
    times_s = [number / fps for number in range(round(seconds * fps))]
    true_px = np.array([image_joints(state(t_s)) for t_s in times_s])
    seen_px = true_px.copy()
    seen_px[:, :, :2] += _noise(len(times_s), fps, seed, noise)
    dropped = [
        (number + 1) % (dropped_every or len(times_s) + 1) == 0 for number in range(len(times_s))
    ]
    smoother = LandmarkSmoother()
    smoothed: list[HandObservation] = []
    for t_s, joints, lost in zip(times_s, seen_px, dropped, strict=True):
        hands = () if lost else (_observation(joints),)
        smoothed += smoother.update(hands, t_s, ASPECT)
    measured = _palms(seen_px)
    measured[np.array(dropped)] = np.nan
    return Run(fps, times_s, _palms(true_px), measured, smoothed)


def _noise(frames: int, fps: float, seed: int, kind: Noise) -> Places:
    """Array of shape `(frames, 21, 2)` in pixels."""
    random = np.random.default_rng(seed)
    own = random.normal(0.0, NOISE_PX, (frames, 21, 2))
    if kind == "white":
        return own
    shared = random.normal(0.0, NOISE_PX, (frames, 1, 2))
    fresh = sqrt(1 - SHARED) * own + sqrt(SHARED) * shared
    stays = exp(-1.0 / (fps * SLOW_S))
    for number in range(1, frames):
        fresh[number] = stays * fresh[number - 1] + sqrt(1 - stays**2) * fresh[number]
    return fresh


def _palms(joints_px: Places) -> Places:
    """The palm's middle of each frame, in palm lengths from that of the hand at home."""
    middle = joints_px[:, PALM_POINTS, :2].mean(axis=1)
    origin = image_joints(_CENTRE)[PALM_POINTS, :2].mean(axis=0)
    relative: Places = (middle - origin) / PALM_PX
    return relative


def _observation(joints_px: Places) -> HandObservation:
    width, height = SIZE_PX
    return HandObservation(1, "right", 1.0, joints_px / (width, height, width))
