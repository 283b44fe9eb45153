"""From round cones to a depth map: how far towards the camera the skin is at every pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.synthetic.flesh import RoundCone, finger, palm_and_forearm, thumb
from daemon.synthetic.hand import HandState, View
from daemon.synthetic.skeleton import FINGERS, Joints

Map = NDArray[np.float32]

NOTHING: Final = -9.0
_MISSED: Final = -20.0  # far enough below NOTHING that no blend reaches from one to the other
_MELT_PALMS: Final = 0.03
_MARGIN_PX: Final = 4


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the picture that a hand covers, and its coordinates in palm lengths.

    `left`, `top`, `width` and `height` are pixels of the picture; `centre_px` is the middle of the
    palm in pixels of the window.
    """

    left: int
    top: int
    width: int
    height: int
    centre_px: tuple[float, float]
    palm_px: float

    def to_px(self, seen: Joints) -> Joints:
        """Pixels of the window, `(N, 2)`, of points in palm lengths, of which x and y are used."""
        x_px = self.centre_px[0] + seen[:, 0] * self.palm_px
        y_px = self.centre_px[1] - seen[:, 1] * self.palm_px
        return np.stack((x_px, y_px), axis=-1)


@dataclass(frozen=True, slots=True)
class _SeenCones:
    """Cones after projection: `start` and `end` of shape `(N, 3)`, the rest of shape `(N,)`."""

    start: Joints
    start_radius: NDArray[np.float64]
    end: Joints
    end_radius: NDArray[np.float64]
    blend: NDArray[np.float64]

    @classmethod
    def of(cls, cones: Sequence[RoundCone], view: View) -> _SeenCones:
        start, start_magnification = view.project(np.array([cone.start for cone in cones]))
        end, end_magnification = view.project(np.array([cone.end for cone in cones]))
        return cls(
            start,
            np.array([cone.start_radius for cone in cones]) * start_magnification,
            end,
            np.array([cone.end_radius for cone in cones]) * end_magnification,
            np.array([cone.blend for cone in cones]),
        )

    def bounds(self) -> tuple[Joints, Joints]:
        """The lowest and the highest coordinates of each cone, two arrays of shape `(N, 3)`."""
        start_radius, end_radius = self.start_radius[:, None], self.end_radius[:, None]
        low = np.minimum(self.start - start_radius, self.end - end_radius)
        return low, np.maximum(self.start + start_radius, self.end + end_radius)

    def height(self, index: int, x: Joints, y: Joints) -> Map:
        """How near the camera one cone is over a grid: `x` of shape `(1, W)`, `y` of `(H, 1)`.

        Above a pixel, the ball at the fraction `t` of the axis reaches to `rise * t + sqrt(q(t))`,
        where `q` is quadratic in `t`: the highest is at `t = peak + k * sqrt(q(peak))`, or at the
        nearer end of the axis.
        """
        x_start, y_start, z_start = self.start[index].tolist()
        dx, dy, rise = (self.end[index] - self.start[index]).tolist()
        start_radius = float(self.start_radius[index])
        taper = float(self.end_radius[index]) - start_radius
        x, y = x - x_start, y - y_start
        flat = max(math.hypot(dx, dy), abs(taper) + 1e-3)
        slope = flat**2 - taper**2
        along = (x * (dx / flat**2)).astype(np.float32) + (y * (dy / flat**2)).astype(np.float32)
        aside = (x * (dy / flat)).astype(np.float32) - (y * (dx / flat)).astype(np.float32)
        aside *= aside
        ball = along * np.float32(taper)
        ball += np.float32(start_radius)
        ball *= ball
        ball *= np.float32(flat**2 / slope)
        ball -= aside
        np.maximum(ball, np.float32(0), out=ball)
        np.sqrt(ball, out=ball)
        ball *= np.float32(rise / math.sqrt(slope * (slope + rise**2)))
        ball += along * np.float32(flat**2 / slope)
        ball += np.float32(start_radius * taper / slope)
        np.maximum(ball, np.float32(0), out=ball)
        np.minimum(ball, np.float32(1), out=ball)
        height = ball * np.float32(taper)
        height += np.float32(start_radius)
        height *= height
        height -= aside
        along -= ball
        along *= np.float32(flat)
        along *= along
        height -= along
        missed = height <= 0
        np.maximum(height, np.float32(0), out=height)
        np.sqrt(height, out=height)
        ball *= np.float32(rise)
        height += ball
        height += np.float32(z_start)
        np.copyto(height, np.float32(_MISSED), where=missed)
        return np.asarray(height, np.float32)


def depth_map(
    state: HandState, joints: Joints, picture_size: tuple[int, int]
) -> tuple[Window, Map] | None:
    """The hand's depth in its window of a picture of `(width, height)` pixels.

    Array of shape `(window.height, window.width)`, in palm lengths towards the camera from the
    middle of the palm, `NOTHING` beside the hand. None when the hand is outside the picture.
    """
    melting = palm_and_forearm(state.pose, joints)
    outlined = thumb(joints)
    for index in range(len(FINGERS)):
        outlined += finger(joints, index)
    cones = _SeenCones.of([*melting, *outlined], View.of(state))
    window = _window(cones, state, picture_size)
    if window is None:
        return None
    depth = np.full((window.height, window.width), NOTHING, np.float32)
    _add(cones, range(len(melting)), window, depth)
    _melt(depth, _MELT_PALMS * state.palm_px)
    _add(cones, range(len(melting), len(cones.start)), window, depth)
    return window, depth


def _window(cones: _SeenCones, state: HandState, picture_size: tuple[int, int]) -> Window | None:
    low, high = cones.bounds()
    low, high = low.min(axis=0), high.max(axis=0)
    (x_px, y_px), palm_px = state.centre_px, state.palm_px
    left = max(0, math.floor(x_px + low[0] * palm_px) - _MARGIN_PX)
    right = min(picture_size[0], math.ceil(x_px + high[0] * palm_px) + _MARGIN_PX)
    top = max(0, math.floor(y_px - high[1] * palm_px) - _MARGIN_PX)
    bottom = min(picture_size[1], math.ceil(y_px - low[1] * palm_px) + _MARGIN_PX)
    if right - left <= _MARGIN_PX or bottom - top <= _MARGIN_PX:
        return None
    return Window(left, top, right - left, bottom - top, (x_px - left, y_px - top), palm_px)


def _add(cones: _SeenCones, chosen: range, window: Window, depth: Map) -> None:
    """Melts cones into `depth` one by one: a maximum, rounded as a polynomial smooth maximum."""
    low, high = cones.bounds()
    size = window.width, window.height
    first = np.clip(np.floor(window.to_px(np.stack((low[:, 0], high[:, 1]), axis=-1))), 0, size)
    last = np.clip(np.ceil(window.to_px(np.stack((high[:, 0], low[:, 1]), axis=-1))), 0, size)
    (middle_x, middle_y), palm_px = window.centre_px, window.palm_px
    x = (np.arange(window.width, dtype=np.float64) - middle_x) / palm_px
    y = (middle_y - np.arange(window.height, dtype=np.float64)) / palm_px
    for index in chosen:
        (left, top), (right, bottom) = first[index].astype(int), last[index].astype(int)
        if left >= right or top >= bottom:
            continue
        height = cones.height(index, x[None, left:right], y[top:bottom, None])
        below = depth[top:bottom, left:right]
        blend = np.float32(cones.blend[index])
        melted = height - below
        np.abs(melted, out=melted)
        np.subtract(blend, melted, out=melted)
        np.maximum(melted, np.float32(0), out=melted)
        melted *= melted
        melted *= np.float32(0.25) / blend
        np.maximum(below, height, out=below)
        below += melted


def _melt(depth: Map, sigma_px: float) -> None:
    """Smooths the skin inside its outline, so that the palm is one surface and not balls."""
    skin = (depth > NOTHING + 1).astype(np.float32)
    total = blur(depth * skin, sigma_px)
    weight = blur(skin, sigma_px)
    inside = np.clip(weight * 2 - 1, 0, 1) * skin
    depth += (total / np.maximum(weight, 1e-3) - depth) * inside


def blur(values: Map, sigma_px: float) -> Map:
    """`values` under a Gaussian of that deviation, at least the 0.6 px that still do anything."""
    return np.asarray(cv2.GaussianBlur(values, (0, 0), max(0.6, sigma_px)), np.float32)
