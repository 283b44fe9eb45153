"""A scene as a camera would see it, with the truth about every frame."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from daemon.synthetic.background import Background, Image, add_camera_noise, draw_background
from daemon.synthetic.hand import HandState, Side, image_joints
from daemon.synthetic.render import SKINS, draw_hand
from daemon.synthetic.scene import Scene

_EXPOSURES: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class TrueHand:
    """A hand that is in the picture, and where.

    `hand` is the person's own; `image_px` of shape `(21, 3)` holds x and y in pixels and z on x's
    scale, 0 at the wrist and negative towards the camera.
    """

    hand: Side
    image_px: NDArray[np.float64]


SyntheticFrame = tuple[Image, float, list[TrueHand]]


class SyntheticSource:
    """Frames of a scene: `(rgb, t_s, truth)`, rgb of shape `(height, width, 3)`, uint8.

    The same arguments give the same pixels, in whatever order frames are asked for. Nothing here
    keeps time: frames come as fast as they are drawn. `seed` chooses the background. With
    `exposure` above 0, the shutter is open for that part of a frame's time, and what moves is
    blurred; the truth is the middle of the exposure.
    """

    def __init__(
        self,
        scene: Scene,
        *,
        width: int = 640,
        height: int = 480,
        fps: float = 30.0,
        background: Background = "plain",
        skin: str = "medium",
        seed: int = 0,
        exposure: float = 0.0,
    ) -> None:
        if fps <= 0:
            raise ValueError(f"fps must be above 0, not {fps}")
        if skin not in SKINS:
            raise ValueError(f"no skin named {skin!r}; there are {', '.join(SKINS)}")
        if not 0 <= exposure <= 1:
            raise ValueError(f"exposure must be from 0 to 1, not {exposure}")
        self.scene = scene
        self.width = width
        self.height = height
        self.fps = fps
        self._skin = skin
        self._exposure = exposure
        self._background = draw_background(background, width, height, seed)

    def __len__(self) -> int:
        """How many frames the scene has."""
        return max(1, math.ceil(self.scene.duration_s * self.fps))

    def __iter__(self) -> Iterator[SyntheticFrame]:
        """Every frame once, in order."""
        return (self.frame(index) for index in range(len(self)))

    def frame(self, index: int) -> SyntheticFrame:
        """The frame of that index; IndexError when the scene has no such frame."""
        if not 0 <= index < len(self):
            raise IndexError(f"frame {index} of {len(self)}")
        t_s = index / self.fps
        image = self._exposed(t_s)
        add_camera_noise(image, index)
        return image, t_s, self.truth(t_s)

    def truth(self, t_s: float) -> list[TrueHand]:
        """The hands of which some joint is in the picture at that time."""
        hands = [TrueHand(state.hand, image_joints(state)) for state in self.scene.at(t_s)]
        return [hand for hand in hands if self._shows(hand)]

    def _shows(self, hand: TrueHand) -> bool:
        x_px, y_px = hand.image_px[:, 0], hand.image_px[:, 1]
        within = (x_px >= 0) & (x_px < self.width) & (y_px >= 0) & (y_px < self.height)
        return bool(within.any())

    def _exposed(self, t_s: float) -> Image:
        open_s = self._exposure / self.fps
        moments_s = t_s + open_s * (np.arange(_EXPOSURES) / (_EXPOSURES - 1) - 0.5)
        if not open_s or self.scene.at(moments_s[0]) == self.scene.at(moments_s[-1]):
            return self._drawn(self.scene.at(t_s))
        exposures = [self._drawn(self.scene.at(float(moment_s))) for moment_s in moments_s]
        return np.asarray(np.mean(exposures, axis=0).round(), np.uint8)

    def _drawn(self, hands: list[HandState]) -> Image:
        image = self._background.copy()
        for state in hands:
            draw_hand(image, state, self._skin)
        return image
