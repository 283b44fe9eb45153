"""A hand somewhere before the camera, and where its joints fall in the picture.

Left and right are the person's own. The picture is an ordinary camera's, not mirrored: of a person
facing the camera, the right hand is at the picture's left and, with its palm to the camera, its
thumb points to the picture's right, towards the head. The left hand is the mirror image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from daemon.synthetic.skeleton import Joints, Pose, rotation_x, rotation_y, rotation_z, skeleton

Side = Literal["left", "right"]

# The camera stands this many palm lengths away: about 50 cm for an adult's hand.
_CAMERA_PALMS: Final = 6.0
_PALM_CENTRE: Final = (0.0, 0.5, 0.0)


@dataclass(frozen=True, slots=True)
class HandState:
    """What a hand looks like at one moment.

    `centre_px` is where the middle of the palm is in the picture, `(x, y)` with y downwards;
    `palm_px` is the length of the palm (wrist to the middle finger's knuckle) when it faces the
    camera; `rotation_deg` turns the hand counter-clockwise in the picture, on top of the pose's own
    rotation.
    """

    pose: Pose
    centre_px: tuple[float, float]
    palm_px: float
    hand: Side = "right"
    rotation_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class View:
    """How a hand's own frame is seen: turned by `rotation`, of shape `(3, 3)`, in perspective."""

    rotation: Joints

    @classmethod
    def of(cls, state: HandState) -> View:
        """The view in which `state` shows its hand."""
        pose = state.pose
        turned = (
            rotation_z(pose.rotation_deg) @ rotation_x(pose.pitch_deg) @ rotation_y(pose.yaw_deg)
        )
        if state.hand == "left":
            turned = np.diag((-1.0, 1.0, 1.0)) @ turned
        return cls(rotation_z(state.rotation_deg) @ turned)

    def project(self, points: Joints) -> tuple[Joints, NDArray[np.float64]]:
        """Where `points` of the hand's frame, of shape `(N, 3)`, are seen.

        The first array, `(N, 3)`, is in palm lengths about the middle of the palm: x to the
        picture's right, y up, z towards the camera. The second, `(N,)`, says how many times larger
        than at the middle of the palm a thing appears there.
        """
        turned = (points - _PALM_CENTRE) @ self.rotation.T
        magnification = _CAMERA_PALMS / (_CAMERA_PALMS - turned[:, 2])
        return turned * magnification[:, None], magnification


def image_joints(state: HandState) -> Joints:
    """Array of shape `(21, 3)`: the joints in pixels.

    As MediaPipe reports them: x to the right, y downwards, and z on x's scale, 0 at the wrist,
    negative towards the camera.
    """
    seen, _ = View.of(state).project(skeleton(state.pose))
    x_px = state.centre_px[0] + seen[:, 0] * state.palm_px
    y_px = state.centre_px[1] - seen[:, 1] * state.palm_px
    z_px = (seen[0, 2] - seen[:, 2]) * state.palm_px
    return np.stack((x_px, y_px, z_px), axis=-1)
