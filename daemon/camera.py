"""A camera or network stream: a thread reads it, the loop gets the newest picture only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from daemon.config.model import CameraSettings
from daemon.sources import Frame, SourceError, import_cv2

#: A camera that gives no picture for so long is lost.
_SILENCE_S = 2.0
#: A camera may take this long for its first picture.
_FIRST_S = 10.0
_POLL_S = 0.1
_RETRY_S = 0.02
#: How long `close` waits for a read to end.
_CLOSE_S = 1.0


class LiveSource:
    """The newest picture of a camera, each given once, timed when it was read.

    Args:
        name: Device path, index or address.
        settings: Wanted size and frame rate; the camera may give another.
        clock: Seconds, monotonic.

    Raises:
        SourceError: The camera can't be opened.
        MissingLibrary: The system lacks a library that OpenCV needs.
    """

    live = True

    def __init__(
        self,
        name: str | int,
        settings: CameraSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cv2 = import_cv2()
        self._name = name
        self._is_stream = isinstance(name, str) and "://" in name
        self._clock = clock
        self._capture = self._open(settings)
        self._changed = threading.Condition()
        self._newest: tuple[Any, float] | None = None
        self._ended = False
        self._closing = False
        self._start_s = clock()
        # A daemon thread: a driver that blocks for ever must not keep the process alive.
        self._reader = threading.Thread(target=self._read, name="camera", daemon=True)
        self._reader.start()

    def frames(self, should_stop: Callable[[], bool]) -> Iterator[Frame]:
        """The newest picture each time one is asked for.

        Raises:
            SourceError: The camera stopped giving pictures.
        """
        last_s, patience_s = self._clock(), _FIRST_S
        while not should_stop():
            taken = self._take()
            if taken is not None:
                picture, read_s = taken
                last_s, patience_s = self._clock(), _SILENCE_S
                rgb = self._cv2.cvtColor(picture, self._cv2.COLOR_BGR2RGB)
                yield Frame(rgb, read_s - self._start_s)
            elif self._ended or self._clock() - last_s > patience_s:
                mend = (
                    "check the network, and that the other side still sends"
                    if self._is_stream
                    else "check that it is plugged in and that no other program uses it"
                )
                raise SourceError(f"{self._name}: gives no more pictures; {mend}")

    def close(self) -> None:
        """Stop reading and give the camera back, unless its driver is stuck in a read."""
        self._closing = True
        self._reader.join(timeout=_CLOSE_S)
        if not self._reader.is_alive():
            self._capture.release()

    def _open(self, settings: CameraSettings) -> Any:
        cv2 = self._cv2
        capture = cv2.VideoCapture(self._name)
        if not capture.isOpened():
            capture.release()
            mend = (
                "check the address, and that the network reaches it"
                if self._is_stream
                else "check that no other program uses it and that you may read it"
                " (`gestured doctor`)"
            )
            raise SourceError(f"{self._name}: can't be opened; {mend}")
        if not self._is_stream:
            # Uncompressed video fills the bus of a USB 2 camera: MJPEG gives the full rate.
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, settings.width)
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, settings.height)
            capture.set(cv2.CAP_PROP_FPS, settings.fps)
        return capture

    def _read(self) -> None:
        while not self._closing:
            try:
                ok, picture = self._capture.read()
            except self._cv2.error:
                ok, picture = False, None
            with self._changed:
                if ok:
                    self._newest = picture, self._clock()
                elif self._is_stream:
                    self._ended = True
                self._changed.notify()
            if self._ended:
                return
            if not ok:
                # One spoilt picture is no loss of the camera; `frames` tells when it is one.
                time.sleep(_RETRY_S)

    def _take(self) -> tuple[Any, float] | None:
        with self._changed:
            if self._newest is None and not self._ended:
                self._changed.wait(_POLL_S)
            taken, self._newest = self._newest, None
            return taken
