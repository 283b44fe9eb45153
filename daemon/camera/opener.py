"""Opening a camera or a stream in OpenCV, again and again, and saying why that failed."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from daemon.camera.fault import CameraFault, Loss, device_fault, is_gone, unplugged
from daemon.cameras import (
    Camera,
    CameraNotFound,
    choose_camera,
    list_cameras,
    without_password,
)
from daemon.config.model import CameraSettings
from daemon.sources import import_cv2

#: FFmpeg gives up a read after so long: sooner than the loop, so no thread stays behind.
_READ_MS = 1500
_REACH_S = 1.0


class Opener(Protocol):
    """Knows one camera. `open` and `explain` may block, so the reader's thread calls them."""

    #: How long to let a reader end before another may open the same.
    settle_s: float
    #: Whether it may be opened beside a connection that is silent.
    side_by_side: bool
    #: How long to look at a repeated picture before another connection is tried.
    frozen_again_s: float
    #: The rate it says it has, once opened; 0 where it says none that is true.
    promised_fps: float

    def open(self, patience_s: float) -> Any:
        """A `cv2.VideoCapture`, open.

        Args:
            patience_s: Give up after so long, where that can be asked for.

        Raises:
            CameraFault: It can't be opened.
        """

    def explain(self, loss: Loss) -> str:
        """What to say when it gives no more pictures."""

    def gone(self) -> str | None:
        """What to say if it is known to be gone; never blocks."""

    def describe(self, loss: Loss) -> str:
        """What to say of it at first sight; never blocks."""


class DeviceOpener:
    """A camera of this computer, looked for anew each time: it may come back elsewhere.

    Args:
        source: `auto`, an index, a device path or a part of a name.
        settings: Wanted size and frame rate; the camera may give another.
        cameras: Lists those there are.

    Raises:
        MissingLibrary: The system lacks a library that OpenCV needs.
    """

    # A second open of a camera whose first is not yet closed finds it busy.
    settle_s = 1.0
    side_by_side = False
    # A shutter may show a picture of itself for hours, and each opening blinks the light.
    frozen_again_s = 10.0

    def __init__(
        self,
        source: str,
        settings: CameraSettings,
        cameras: Callable[[], Sequence[Camera]] = list_cameras,
    ) -> None:
        self._cv2 = import_cv2()
        self._source = source
        self._settings = settings
        self._cameras = cameras
        self._camera: Camera | None = None
        self.promised_fps = 0.0

    def open(self, patience_s: float) -> Any:
        cv2, settings = self._cv2, self._settings
        try:
            name, backend = self._choose()
        except CameraNotFound as error:
            raise CameraFault(self.gone() or str(error)) from error
        capture = cv2.VideoCapture(name, backend)
        if not capture.isOpened():
            capture.release()
            raise CameraFault(self.explain(Loss.NO_FIRST))
        try:
            # Uncompressed video fills the bus of a USB 2 camera: MJPEG gives the full rate.
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
            capture.set(cv2.CAP_PROP_FPS, settings.fps)
            self.promised_fps = max(capture.get(cv2.CAP_PROP_FPS), 0.0)
        except cv2.error as error:
            capture.release()
            raise CameraFault(self.explain(Loss.NO_FIRST)) from error
        return capture

    def explain(self, loss: Loss) -> str:
        camera = self._camera
        return (camera and device_fault(camera)) or self.describe(loss)

    def gone(self) -> str | None:
        camera = self._camera
        return unplugged(camera) if camera is not None and is_gone(camera.path) else None

    def describe(self, loss: Loss) -> str:
        name = self._camera or f"camera {without_password(self._source)}"
        return f"{name} {_DEVICE_WORDS[loss]}"

    def _choose(self) -> tuple[str | int, int]:
        cameras = self._cameras()
        if not cameras and sys.platform != "linux":
            # Elsewhere the system lists none, so OpenCV tries the index.
            return int(self._source) if self._source.isdecimal() else 0, self._cv2.CAP_ANY
        self._camera = choose_camera(self._source, cameras)
        return self._camera.path, self._cv2.CAP_V4L2


class StreamOpener:
    """A stream from the network.

    Args:
        address: http, https or rtsp.

    Raises:
        MissingLibrary: The system lacks a library that OpenCV needs.
    """

    settle_s = 0.0
    side_by_side = True
    frozen_again_s = 1.0
    promised_fps = 0.0  # FFmpeg says 25 of every MJPEG stream

    def __init__(self, address: str) -> None:
        self._cv2 = import_cv2()
        self._address = address
        self._name = without_password(address)
        self._other_side = OtherSide(address)

    def open(self, patience_s: float) -> Any:
        cv2 = self._cv2
        limits = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            int(patience_s * 1000),
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            _READ_MS,
            # Each further thread of a decoder holds a picture back; measured.
            cv2.CAP_PROP_N_THREADS,
            1,
        ]
        capture = cv2.VideoCapture(self._address, cv2.CAP_FFMPEG, limits)
        if not capture.isOpened():
            capture.release()
            raise CameraFault(
                self._other_side.unreachable(_REACH_S)
                or f"{self._name} answers but gives no video: check the other side, and the address"
            )
        return capture

    def explain(self, loss: Loss) -> str:
        return self.describe(loss)

    def gone(self) -> str | None:
        return None

    def describe(self, loss: Loss) -> str:
        return f"{self._name} {_STREAM_WORDS[loss]}"


class OtherSide:
    """Whoever is to send a stream.

    Args:
        address: http, https or rtsp.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._name = without_password(address)

    def unreachable(self, timeout_s: float) -> str | None:
        """Why it takes no call, with the mend; None if it does within `timeout_s`."""
        if _is_without_network():
            return (
                f"{self._name} can't be reached, the service has no network:"
                " `gestured service install`, then `gestured service stop` and `start`, give it one"
            )
        try:
            parts = urlsplit(self._address)
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 554)
            socket.create_connection((parts.hostname or "", port), timeout_s).close()
        except socket.gaierror:
            return f"{self._name}: there is no such host: check the address and the network"
        except TimeoutError:
            return f"{self._name} doesn't answer: check that it is on, and the network"
        except OSError as error:
            why = error.strerror
            return f"{self._name} can't be reached ({why}): check the address, and that it is on"
        except ValueError:  # its text may quote the password
            return (
                f"{self._name} can't be reached, its host or port is none: check them, and"
                " percent-encode # / ? in the password (%23 %2F %3F)"
            )
        return None


def _is_without_network() -> bool:
    """Whether the system lets this process have no sockets of the internet, as the unit may say."""
    try:
        socket.socket(socket.AF_INET).close()
    except OSError as error:
        return error.errno == errno.EAFNOSUPPORT
    return False


_AGAIN = "unplug it and plug it in again"
_DEVICE_WORDS = {
    Loss.CLOSED: f"gives no more pictures: {_AGAIN} if it stays so",
    Loss.SILENT: f"has fallen silent, its driver waits: {_AGAIN} if it stays so",
    Loss.GARBAGE: "gives what is no picture: try another cable or port",
    Loss.NO_FIRST: f"gives no picture yet: see that no other program uses it, or {_AGAIN}",
    Loss.FROZEN: f"is frozen, it repeats one picture: {_AGAIN} if it stays so",
}
_STREAM_WORDS = {
    Loss.CLOSED: "has ended: check that the other side still sends",
    Loss.SILENT: "has stalled, nothing more comes: check the network and the other side",
    Loss.GARBAGE: "sends what is no picture: check the other side",
    Loss.NO_FIRST: "gives no picture: check the address, the network and the other side",
    Loss.FROZEN: "is frozen, it repeats one picture: check the other side",
}
