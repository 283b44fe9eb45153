"""The drawing of a hand: depth, light, colour, in that order.

A depth map of the hand is lit from the upper left as matt skin, with the dark of nearby hollows
(ambient occlusion) and the shadows the fingers cast; lines and nails are drawn on it, and the
outcome is laid over the picture with a soft edge. These are what MediaPipe's models turned out to
need; a hand drawn flat is not found. A hand of 75 px a palm takes about 10 ms of one core.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.synthetic.background import Image
from daemon.synthetic.depth import NOTHING, Map, Window, blur, depth_map
from daemon.synthetic.detail import Detail
from daemon.synthetic.hand import HandState, View
from daemon.synthetic.skeleton import skeleton

SKINS: Final[Mapping[str, tuple[int, int, int]]] = MappingProxyType(
    {
        "light": (226, 182, 158),
        "medium": (196, 146, 116),
        "tan": (168, 118, 88),
        "dark": (108, 72, 54),
    }
)

_LIGHT: Final = (
    -0.435,
    0.531,
    0.725,
)  # unit vector to the lamp, in the picture's x, y up, z nearer
_FLOOR: Final = -0.5  # depth of what a hand's shadows fall on, in palm lengths
_SHADOW_STEPS: Final = (0.07, 0.14, 0.24, 0.38)


def draw_hand(image: Image, state: HandState, skin: str = "medium") -> None:
    """Draws a hand into `image`, RGB of shape `(H, W, 3)`; `skin` is a name of `SKINS`."""
    joints = skeleton(state.pose)
    seen = depth_map(state, joints, (image.shape[1], image.shape[0]))
    if seen is None:
        return
    window, depth = seen
    inside = depth > NOTHING + 1
    if not inside.any():
        return
    detail = Detail(window, depth, View.of(state))
    detail.draw(state.pose, joints)
    shade = _light(depth, inside, window.palm_px)
    shade *= 1 - cv2.GaussianBlur(detail.creases, (3, 3), 0.7) * np.float32(0.55 / 255)
    shade *= 1 + detail.nails * np.float32(0.3 / 255)
    opacity = cv2.blur(inside.astype(np.float32), (3, 3))
    opacity = np.clip((opacity - 0.2) * 1.6, 0, 1) * inside
    _compose(image, window, _colour(shade, SKINS[skin]), opacity)


def _light(depth: Map, inside: NDArray[np.bool_], palm_px: float) -> Map:
    """How bright the skin is, 1 for skin of its own colour; of the shape of `depth`."""
    surface = np.maximum(depth, depth[inside].min() - np.float32(0.1))
    surface = cv2.GaussianBlur(surface, (3, 3), 0.7)
    slope_x = cv2.Sobel(surface, cv2.CV_32F, 1, 0, scale=palm_px / 8)
    slope_y = cv2.Sobel(surface, cv2.CV_32F, 0, 1, scale=-palm_px / 8)
    facing = 1 / np.sqrt(slope_x * slope_x + slope_y * slope_y + 1)
    diffuse = (slope_x * -_LIGHT[0] + slope_y * -_LIGHT[1] + _LIGHT[2]) * facing
    diffuse = np.maximum((diffuse + 0.35) / 1.35, 0)

    floor = min(_FLOOR, float(depth[inside].min()))
    raised = np.maximum(depth, np.float32(floor))
    size = depth.shape[1], depth.shape[0]
    half = np.asarray(
        cv2.resize(raised, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32
    )
    around = cv2.resize(blur(half, 0.025 * palm_px), size)
    near = blur(raised, 0.025 * palm_px)
    hollow = 7 * np.maximum(around - depth, 0) + 6 * np.maximum(near - depth - 0.004, 0)
    open_sky = 1 / (1 + hollow)
    diffuse *= 1 - 0.55 * cv2.resize(_cast_shadow(half, floor, palm_px / 2), size)
    lit = (0.34 + 0.78 * diffuse * (0.45 + 0.55 * open_sky)) * open_sky * (0.8 + 0.2 * facing)
    return np.asarray(1.12 * lit, np.float32)


def _cast_shadow(raised: Map, floor: float, palm_px: float) -> Map:
    """Where the lamp is hidden, 0 to 1: the surface shifted along the light, and what it covers."""
    height, width = raised.shape
    shadow = np.zeros_like(raised)
    for step in _SHADOW_STEPS:
        reach_px = step * palm_px / _LIGHT[2]
        shift = np.array(((1, 0, -_LIGHT[0] * reach_px), (0, 1, _LIGHT[1] * reach_px)))
        shifted = cv2.warpAffine(raised, shift, (width, height), borderValue=floor)
        np.maximum(shadow, (shifted - raised - np.float32(step)) / np.float32(0.06), out=shadow)
    return blur(np.minimum(shadow, 1), 0.03 * palm_px)


def _colour(shade: Map, skin: tuple[int, int, int]) -> Image:
    """RGB of shape `(H, W, 3)`. Light that passes through skin turns its shadows redder."""
    squared = shade * shade
    channels = []
    for level, redder in zip(skin, (0.0, 0.10, 0.18), strict=True):
        mixed = shade * np.float32(level * (1 - redder)) + squared * np.float32(level * redder)
        channels.append(cv2.convertScaleAbs(mixed))
    return np.asarray(cv2.merge(channels), np.uint8)


def _compose(image: Image, window: Window, colour: Image, opacity: Map) -> None:
    under = image[window.top : window.top + window.height, window.left : window.left + window.width]
    mixed = cv2.blendLinear(colour, under, opacity, 1 - opacity)
    under[:] = cv2.GaussianBlur(mixed, (0, 0), 0.6)
