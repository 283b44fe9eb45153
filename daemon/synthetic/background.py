"""What is behind the hand: a wall, or a room full of things; and the noise of a camera."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Background = Literal["plain", "cluttered"]

_THINGS: Final = 26
_NOISE_STD: Final = 2.0
_NOISE_PATTERNS: Final = 4


def draw_background(kind: Background, width: int, height: int, seed: int = 0) -> Image:
    """RGB picture of shape `(height, width, 3)`; the same for the same arguments."""
    random = np.random.default_rng(seed)
    image = _wall(width, height, random) if kind == "plain" else _room(width, height, random)
    return np.clip(image, 0, 255).astype(np.uint8)


def add_camera_noise(image: Image, frame: int) -> None:
    """Adds grey noise of 2 levels' deviation to `image` in place; `frame` chooses which."""
    height, width = image.shape[:2]
    cv2.add(image, _noise(width, height, frame % _NOISE_PATTERNS), dst=image, dtype=cv2.CV_8U)


def _wall(width: int, height: int, random: np.random.Generator) -> NDArray[np.float32]:
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    lit = random.uniform(150, 215) + 22 * x - 20 * y
    return np.stack((lit, lit - 2, lit - 6), axis=-1)


def _room(width: int, height: int, random: np.random.Generator) -> NDArray[np.float32]:
    colour = random.uniform(70, 150) + random.uniform(-20, 20, 3)
    image = np.full((height, width, 3), colour, np.float32)
    for _ in range(_THINGS):
        fill = random.uniform(20, 230, 3).tolist()
        x, y = int(random.integers(0, width)), int(random.integers(0, height))
        half_width, half_height = int(random.integers(10, 95)), int(random.integers(10, 85))
        if random.random() < 0.6:
            corners = (x - half_width, y - half_height), (x + half_width, y + half_height)
            cv2.rectangle(image, *corners, fill, cv2.FILLED)
        else:
            turned_deg = random.uniform(0, 180)
            cv2.ellipse(
                image, (x, y), (half_width, half_height), turned_deg, 0, 360, fill, cv2.FILLED
            )
    grain = random.standard_normal((height, width, 3), dtype=np.float32)
    soft = cv2.GaussianBlur(image, (0, 0), 3.5) + cv2.GaussianBlur(grain, (0, 0), 1.0) * 14
    return np.asarray(soft, np.float32)


@lru_cache(maxsize=2 * _NOISE_PATTERNS)
def _noise(width: int, height: int, pattern: int) -> NDArray[np.int16]:
    random = np.random.default_rng(pattern)
    grey = random.normal(0.0, _NOISE_STD, (height, width)).round().astype(np.int16)
    return np.repeat(grey[:, :, None], 3, axis=2)
