"""A camera without a lens: plays drawn pictures in real time and knows when each was taken.

It stands where OpenCV's capture of a device stands, with its driver's buffers: who reads too slowly
gets pictures that are old by then, and what finds no buffer free is lost.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from daemon.camera.fault import Loss
from daemon.sources import Picture, import_cv2
from daemon.synthetic.source import SyntheticSource

#: As many as OpenCV asks V4L2 for.
_BUFFERS: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Reel:
    """Pictures of a scene that ends as it begins.

    Attributes:
        pictures: Arrays of shape `(height, width, 3)`, BGR; encoded, of shape `(bytes,)`, JPEG.
        fps: So many make a second of the scene.
        encoded: Whether reading them decodes them, as a camera's MJPEG.
    """

    pictures: Sequence[Picture]
    fps: float
    encoded: bool = False

    @property
    def held_mb(self) -> float:
        """What they take, in units of 2^20 bytes."""
        return sum(picture.nbytes for picture in self.pictures) / 2**20

    def picture(self, t_s: float) -> Picture:
        """What a read gives of the scene at that time; it begins again when it is over."""
        # A hair later: the time of a drawn picture may be a rounding before it.
        taken = self.pictures[int(t_s * self.fps + 1e-6) % len(self.pictures)]
        if not self.encoded:
            return taken
        cv2 = import_cv2()
        return np.asarray(cv2.imdecode(taken, cv2.IMREAD_COLOR), np.uint8)


def draw_reel(scene: SyntheticSource, *, encoded: bool = False) -> Reel:
    """Draw every picture of a scene."""
    cv2 = import_cv2()
    shape = (len(scene), scene.height, scene.width, 3)
    # Of one piece, which the system takes back whole, so what the run holds can be told from it.
    pictures = np.empty((0 if encoded else shape[0], *shape[1:]), np.uint8)
    jpegs: list[Picture] = []
    for index, (rgb, _, _) in enumerate(scene):
        if encoded:
            jpegs.append(cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1])
        else:
            cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR, dst=pictures[index])
    return Reel(jpegs if encoded else list(pictures), scene.fps, encoded)


class PlayedCamera:
    """What opens it, as `daemon.camera.opener` has it, and the capture that comes of that.

    Args:
        reel: What it sees.
        fps: Pictures it takes a second, which may be more than were drawn.
        clock: Seconds, monotonic.
        wait: Waits for so many seconds.
    """

    settle_s = 0.0
    side_by_side = False
    frozen_again_s = 10.0

    def __init__(
        self,
        reel: Reel,
        fps: float,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self.promised_fps = fps
        self._reel = reel
        self._interval_s = 1 / fps
        self._clock = clock
        self._wait = wait
        self._begin_s = 0.0
        self._taken = 0
        self._grabbed = 0
        self._buffers: deque[int] = deque()
        #: When each picture that was read was handed out, and its number.
        self._handed_s: list[float] = []
        self._numbers: list[int] = []
        #: Pictures that found no buffer free.
        self.lost = 0

    def open(self, patience_s: float) -> Any:
        """The capture: this itself."""
        self._begin_s = self._clock()
        return self

    def explain(self, loss: Loss) -> str:
        """Never asked: it has no faults."""
        return self.describe(loss)

    def gone(self) -> str | None:
        """It never is."""
        return None

    def describe(self, loss: Loss) -> str:
        """Never told: it has no faults."""
        return f"the played camera is {loss.name}"

    def grab(self) -> bool:
        """Take the oldest picture that waits in a buffer, or the next."""
        self._grabbed = self._next()
        return True

    def retrieve(self) -> tuple[bool, Picture]:
        """The picture that was grabbed."""
        return True, self._reel.picture(self._grabbed * self._interval_s)

    def release(self) -> None:
        """Nothing is held."""

    def taken_s(self, read_s: float) -> float:
        """When the picture was taken whose read had ended at `read_s`, both on the clock."""
        return self.time_of(self.number_of(read_s))

    def number_of(self, read_s: float) -> int:
        """The number from 0, counted in pictures taken, of the one whose read had ended then."""
        return self._numbers[bisect_right(self._handed_s, read_s) - 1]

    def time_of(self, number: int) -> float:
        """When the picture of that number is taken, on the clock, once the camera is open."""
        return self._begin_s + number * self._interval_s

    def _next(self) -> int:
        self._take_until(self._clock())
        while not self._buffers:
            self._wait(max(self.time_of(self._taken) - self._clock(), 0.0))
            self._take_until(self._clock())
        number = self._buffers.popleft()
        # Whoever looks both up finds an entry of either for one of the other.
        self._numbers.append(number)
        self._handed_s.append(self._clock())
        return number

    def _take_until(self, now_s: float) -> None:
        while self.time_of(self._taken) <= now_s:
            if len(self._buffers) < _BUFFERS:
                self._buffers.append(self._taken)
            else:
                self.lost += 1
            self._taken += 1
