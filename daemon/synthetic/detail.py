"""The fine drawing on the skin: lines of the palm, folds and creases at the joints, nails.

The models need little of it, but a thumb across a palm is told apart by its nail and its creases.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from daemon.synthetic.depth import Map, Window
from daemon.synthetic.flesh import FINGER_RADII, THUMB_RADII
from daemon.synthetic.hand import View
from daemon.synthetic.skeleton import FINGERS, Joints, Pose, finger_axes

Mask = NDArray[np.uint8]

_PALM_LINES: Final = (
    # Head, life and heart line, and the crease of the wrist, in the hand's frame.
    (
        (0.34, 0.80, 0.16),
        (0.18, 0.74, 0.16),
        (0.02, 0.62, 0.17),
        (-0.14, 0.52, 0.18),
        (-0.28, 0.42, 0.2),
    ),
    (
        (0.34, 0.78, 0.16),
        (0.20, 0.66, 0.17),
        (0.09, 0.5, 0.2),
        (0.03, 0.32, 0.22),
        (0.02, 0.14, 0.2),
    ),
    (
        (-0.50, 0.64, 0.15),
        (-0.34, 0.66, 0.17),
        (-0.14, 0.72, 0.16),
        (0.02, 0.80, 0.15),
        (0.12, 0.90, 0.13),
    ),
    ((-0.20, -0.05, 0.17), (0.0, -0.08, 0.18), (0.20, -0.04, 0.18)),
)
_ACROSS: Final = np.array((-0.8, -0.4, 0.0, 0.4, 0.8))
_SUBPIXEL_BITS: Final = 3
_SMOOTH_AT_DEG: Final = 40.0  # a joint bent as far as this stretches the skin on its back
_FACING: Final = 0.25  # least cosine between a surface and the camera for its lines to show


class Detail:
    """Draws lines and nails where the depth map shows that nothing hides them.

    `creases` and `nails` are masks of the window's size, 255 where there is a line or a nail.
    """

    def __init__(self, window: Window, depth: Map, view: View) -> None:
        self._window = window
        self._depth = depth
        self._view = view
        self.creases: Mask = np.zeros(depth.shape, np.uint8)
        self.nails: Mask = np.zeros(depth.shape, np.uint8)

    def draw(self, pose: Pose, joints: Joints) -> None:
        """Draws all that `pose`, with its `(21, 3)` joints, shows the camera."""
        if self._faces_camera(np.array((0.0, 0.0, 1.0))):
            for line in _PALM_LINES:
                self._line(np.array(line), width=0.02, strength=0.55, tolerance=0.13)
        for index in range(len(FINGERS)):
            self._finger(index, pose, joints)
        self._thumb_nail(joints)

    def _finger(self, index: int, pose: Pose, joints: Joints) -> None:
        axes, base = finger_axes(pose, index), 5 + 4 * index
        side = axes[0][:, 0]
        if self._faces_camera(np.array((0.0, 0.0, -1.0))):
            self._wrinkles(index, pose, joints)
        for bone in range(3):
            radius = FINGER_RADII[index][bone]
            palmar = axes[bone][:, 2] if bone == 0 else axes[bone - 1][:, 2] + axes[bone][:, 2]
            palmar = palmar / np.linalg.norm(palmar)
            if not self._faces_camera(palmar):
                continue
            joint = joints[base + bone]
            if bone == 0:  # the crease at the root of a finger lies beyond its knuckle
                joint = joint + (joints[base + 1] - joint) * 0.42
            across = joint + palmar * radius * 0.93 + np.outer(_ACROSS * radius, side)
            across -= np.outer(_ACROSS**2 * radius * 0.35, palmar)
            self._line(across, width=0.016, strength=0.5, tolerance=0.10)
        self._nail(joints[base + 3], axes[2], FINGER_RADII[index][3])

    def _wrinkles(self, index: int, pose: Pose, joints: Joints) -> None:
        """The folds of loose skin on the back of the two joints of a finger that is straight."""
        axes, base = finger_axes(pose, index), 5 + 4 * index
        for bone, offsets in ((1, (-0.055, 0.0, 0.055)), (2, (-0.03, 0.03))):
            if pose.flexions[index][bone] > _SMOOTH_AT_DEG:
                continue
            side, direction, palmar = axes[bone].T
            radius = FINGER_RADII[index][bone]
            for along in offsets:
                middle = joints[base + bone] + along * direction - palmar * radius * 0.95
                across = middle + np.outer(0.65 * _ACROSS * radius, side)
                across += np.outer(_ACROSS**2 * radius * 0.15, palmar)
                self._line(across, width=0.014, strength=0.4, tolerance=0.10)

    def _thumb_nail(self, joints: Joints) -> None:
        direction = joints[4] - joints[3]
        direction /= np.linalg.norm(direction)
        dorsal = np.array((0.55, 0.0, -0.8))  # the thumb's back, whatever way it points
        dorsal -= direction * (dorsal @ direction)
        dorsal /= np.linalg.norm(dorsal)
        axes = np.stack((np.cross(direction, dorsal), direction, -dorsal), axis=-1)
        self._nail(joints[4], axes, THUMB_RADII[3])

    def _line(self, points: Joints, *, width: float, strength: float, tolerance: float) -> None:
        seen, _ = self._view.project(points)
        line_px = self._window.to_px(seen)
        visible = self._visible(line_px, seen[:, 2], tolerance)
        pieces = np.stack((line_px[:-1], line_px[1:]), axis=1)[visible[:-1] & visible[1:]]
        cv2.polylines(
            self.creases,
            list(_fixed_point(pieces)),
            False,
            int(strength * 255),
            max(1, round(width * self._window.palm_px)),
            cv2.LINE_AA,
            _SUBPIXEL_BITS,
        )

    def _nail(self, tip: Joints, axes: Joints, radius: float) -> None:
        side, direction, dorsal = axes[:, 0], axes[:, 1], -axes[:, 2]
        if not self._faces_camera(dorsal, least=0.15):
            return
        angle = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        across = 0.72 * radius * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.7
        along = 0.9 * radius * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.7 + 0.1 * radius
        up = np.sqrt(radius**2 - across**2) * 0.98
        edge = tip + np.outer(along, direction) + np.outer(across, side) + np.outer(up, dorsal)
        seen, _ = self._view.project(edge)
        outline_px = self._window.to_px(seen)
        if self._visible(outline_px, seen[:, 2], 0.12).mean() < 0.35:
            return
        left, top = np.maximum(np.floor(outline_px.min(axis=0)).astype(int) - 1, 0)
        right, bottom = np.floor(outline_px.max(axis=0)).astype(int) + 2
        nails, creases = self.nails[top:bottom, left:right], self.creases[top:bottom, left:right]
        if not nails.size:
            return
        outline = _fixed_point(outline_px - (left, top))
        plate, rim = np.zeros(nails.shape, np.uint8), np.zeros(nails.shape, np.uint8)
        thickness = max(1, round(0.014 * self._window.palm_px))
        cv2.fillPoly(plate, [outline], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
        cv2.polylines(rim, [outline], True, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
        shown = np.abs(self._depth[top:bottom, left:right] - seen[:, 2].mean()) < 0.12
        np.maximum(nails, plate * shown, out=nails)
        np.maximum(creases, rim * shown, out=creases)

    def _faces_camera(self, normal: Joints, least: float = _FACING) -> bool:
        return bool(self._view.rotation[2] @ normal >= least)

    def _visible(
        self, points_px: Joints, depth: NDArray[np.float64], tolerance: float
    ) -> NDArray[np.bool_]:
        """Which points are on the surface that is drawn there, and not under another."""
        limits = self._window.width - 1, self._window.height - 1
        column, row = np.minimum(np.maximum(points_px, 0), limits).astype(int).T
        return np.asarray(np.abs(self._depth[row, column] - depth) < tolerance, np.bool_)


def _fixed_point(points_px: Joints) -> NDArray[np.int32]:
    return np.round(points_px * (1 << _SUBPIXEL_BITS)).astype(np.int32)
