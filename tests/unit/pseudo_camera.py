"""A camera's driver by script: its node is a file, which each opening holds open."""

from __future__ import annotations

import errno
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from daemon.cameras import Camera

#: stop: reads fail at once. stall: reads wait and give up, as V4L2's do. stick: a read waits until
#: the manner changes. freeze: one picture is repeated. garbage: what comes is no picture. gone:
#: unplugged. busy: it can't be opened, what is open goes on.
Manner = Literal[
    "good", "stop", "stall", "stick", "freeze", "garbage", "black", "large", "gone", "busy"
]


class PseudoCamera:
    """What stands behind a node; `capture` makes what `cv2.VideoCapture` would.

    Args:
        node: The file that stands for it in /dev.
        period_s: Between pictures.
        gives_up_s: How long a read waits for one.
    """

    def __init__(self, node: Path, period_s: float = 0.003, gives_up_s: float = 0.3) -> None:
        self.node = node
        self.period_s = period_s
        self.gives_up_s = gives_up_s
        self.opened = 0
        #: How many are open, and how many were at most.
        self.open = 0
        self.most_open = 0
        self._sent = 0
        self._manner: Manner = "good"
        self._changed = threading.Condition()
        node.touch()

    @property
    def manner(self) -> Manner:
        return self._manner

    @manner.setter
    def manner(self, manner: Manner) -> None:
        with self._changed:
            self._manner = manner
            if manner == "gone":
                self.node.unlink(missing_ok=True)
            else:
                self.node.touch()
            self._changed.notify_all()

    def cameras(self) -> Sequence[Camera]:
        return [Camera(0, str(self.node), "Pseudo")] if self.node.exists() else []

    def capture(self, path: str, backend: int) -> _Capture:
        assert path == str(self.node)
        return _Capture(self)

    def refusal(self, handle: int) -> int | None:
        """What the driver answers to who would release its buffers, for `daemon.camera.fault`."""
        return errno.EBUSY if self._manner == "busy" else None

    def count(self, change: int) -> None:
        with self._changed:
            self.opened += change > 0
            self.open += change
            self.most_open = max(self.most_open, self.open)

    def picture(self) -> Any:
        """What the sensor sees, now."""
        self._sent += self._manner != "freeze"
        if self._manner == "garbage":
            return np.zeros((48, 64), np.uint8)
        if self._manner == "black":
            return np.zeros((48, 64, 3), np.uint8)
        scale = 2 if self._manner == "large" else 1
        return np.full((48 * scale, 64 * scale, 3), 80 + self._sent % 100, np.uint8)

    def wait_while(self, manner: Manner, timeout_s: float | None) -> bool:
        """Whether the manner has changed in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._manner != manner, timeout_s)


class _Capture:
    def __init__(self, camera: PseudoCamera) -> None:
        self._camera = camera
        self._node = None
        if camera.manner not in ("gone", "busy"):
            self._node = camera.node.open("rb")
            camera.count(+1)

    def isOpened(self) -> bool:
        return self._node is not None

    def set(self, what: int, value: float) -> bool:
        return True

    def get(self, what: int) -> float:
        return 0.0

    def grab(self) -> bool:
        camera, manner = self._camera, self._camera.manner
        if manner in ("stop", "gone"):
            return False
        if manner in ("stall", "stick"):
            waits_s = camera.gives_up_s if manner == "stall" else None
            if manner == "stick" or not camera.wait_while(manner, waits_s):
                camera.wait_while("stick", None)
                return False
        camera.wait_while(manner, camera.period_s)
        return True

    def retrieve(self) -> tuple[bool, Any]:
        return True, self._camera.picture()

    def release(self) -> None:
        if self._node is not None:
            self._node.close()
            self._node = None
            self._camera.count(-1)
