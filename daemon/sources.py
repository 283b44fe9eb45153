"""Where pictures come from: cameras, videos, folders of pictures, streams, the demo."""

from __future__ import annotations

import mimetypes
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from daemon.camera.event import CameraEvent
from daemon.cameras import means_demo, without_password
from daemon.config.model import CameraSettings
from models.syslibs import importing

Picture = NDArray[np.uint8]

_STREAM_SCHEMES = ("http", "https", "rtsp")


class SourceError(Exception):
    """A source that gives no pictures; `str()` is one line with the mend."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    Attributes:
        picture: Array of shape `(height, width, 3)`, uint8, not mirrored; RGB, or BGR where its
            source says so.
        t_s: Seconds since the source's start.
    """

    picture: Picture
    t_s: float


_Item = TypeVar("_Item")


def until_lost(items: Iterable[_Item | CameraEvent]) -> Iterator[_Item]:
    """All but a camera's events, for those who would rather fail than wait for it.

    Raises:
        SourceError: The camera is lost.
    """
    for item in items:
        if not isinstance(item, CameraEvent):
            yield item
        elif item.state == "lost":
            raise SourceError(item.reason)


class Source(Protocol):
    """Gives frames until it ends."""

    #: True for a camera: frames are those of now, and left and right are best mirrored.
    live: bool
    #: Whether its pictures are BGR, as cameras give them, and not RGB.
    bgr: bool

    def frames(self, should_stop: Callable[[], bool]) -> Iterator[Frame | CameraEvent]:
        """Frames in order; ends with the source, or soon after `should_stop` says so.

        A camera never ends: events between its frames tell of its faults.

        Raises:
            SourceError: The source breaks.
        """

    def rest(self, rests: bool) -> None:
        """Take it easier while nothing goes on, where pictures are those of now."""

    def close(self) -> None:
        """Give the device or file back."""


def open_source(settings: CameraSettings, *, paused: bool = False) -> Source:
    """Open what `settings.source` names; a camera that is paused waits for being resumed.

    Raises:
        SourceError: The file is not there, or can't be opened.
        CameraNotFound: The name can't mean a camera, or means several; one that is missing may
            come, and is waited for.
        MissingLibrary: The system lacks a library that OpenCV needs.
    """
    name = settings.source
    if not name:
        raise SourceError("the source is empty: name a camera, a file or a folder, or say auto")
    scheme, is_address, rest = name.partition("://")
    if is_address:
        from daemon.camera.live import LiveSource
        from daemon.camera.opener import StreamOpener

        scheme = scheme.casefold()  # FFmpeg knows no others
        if scheme not in _STREAM_SCHEMES:
            raise SourceError(f"{_shown(name)}: only http, https and rtsp addresses can be opened")
        return LiveSource(StreamOpener(f"{scheme}://{rest}"), settings, paused=paused)
    if means_demo(name):
        return DemoSource(name, settings)
    from daemon.picture_files import PictureFolder, VideoFile

    try:
        path = Path(name).expanduser()
        if path.is_dir():
            return PictureFolder(path, settings.fps)
        if path.is_file():
            path.open("rb").close()  # OpenCV doesn't say why it can't
            return VideoFile(path)
        if path.exists() and not name.startswith("/dev/"):
            raise SourceError(
                f"{_shown(name)}: is a pipe, a socket or a device, not a file or folder; name a"
                " camera by its path in /dev"
            )
    except RuntimeError as error:
        raise SourceError(f"{_shown(name)}: there is no such user; give the whole path") from error
    except OSError as error:
        raise SourceError(f"{_shown(name)}: can't be read: {error.strerror}") from error
    if _looks_like_file(name):
        raise SourceError(f"{_shown(name)}: no such file or folder; check the path")
    from daemon.camera.live import LiveSource
    from daemon.camera.opener import DeviceOpener

    _check_camera_name(name)
    return LiveSource(DeviceOpener(name, settings), settings, paused=paused)


def _check_camera_name(name: str) -> None:
    """Let a camera be missing, it may come; not a name that can never mean one."""
    from daemon.cameras import AmbiguousCamera, CameraNotFound, choose_camera, list_cameras

    cameras = list_cameras()
    nameless = not cameras and sys.platform != "linux"
    if nameless and (name.casefold() == "auto" or name.isdecimal()):
        return
    try:
        choose_camera(name, cameras)
    except AmbiguousCamera:
        raise
    except CameraNotFound:
        if nameless:
            raise


def _looks_like_file(name: str) -> bool:
    if "/" in name:
        return not name.startswith("/dev/")
    kind = mimetypes.guess_type(name)[0] or ""
    return kind.startswith(("video/", "image/"))


def _shown(source: str) -> str:
    name = without_password(source)
    return name if len(name) <= 200 else f"{name[:199]}…"


def import_cv2() -> Any:
    """OpenCV, imported where it is used.

    Raises:
        MissingLibrary: It can't be imported, or the system lacks a library that it needs.
    """
    # Broken files are reported by us, in one line; OpenCV and FFmpeg would add their own.
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    # Else one connection that waits to be opened keeps all others from it. FFmpeg allows this.
    os.environ.setdefault("OPENCV_FFMPEG_IS_THREAD_SAFE", "1")
    # Seconds after which Linux's cameras give up a read; 10 would keep a thread and the light on.
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
    with importing("opencv-contrib-python"):
        import cv2
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    return cv2


class DemoSource:
    """An act played by the synthetic hand, in real time.

    Args:
        name: Of the act, as in `daemon.synthetic.demo.ACTS`.
        settings: Size and frame rate.
        clock: Seconds, monotonic.
        sleep: Waits for so many seconds.

    Raises:
        SourceError: There is no such act.
    """

    live = False
    bgr = False

    def __init__(
        self,
        name: str,
        settings: CameraSettings,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        from daemon.synthetic.demo import ACTS
        from daemon.synthetic.source import SyntheticSource

        if name not in ACTS:
            raise SourceError(f"{_shown(name)}: there is no such act; there are {', '.join(ACTS)}")
        self._source = SyntheticSource(
            ACTS[name](settings.width, settings.height),
            width=settings.width,
            height=settings.height,
            fps=settings.fps,
        )
        self._clock = clock
        self._sleep = sleep

    def frames(self, should_stop: Callable[[], bool]) -> Iterator[Frame]:
        """Frames in order, none before its time; a slow machine plays them later, not fewer."""
        start_s = self._clock()
        for rgb, t_s, _ in self._source:
            self._sleep(max(start_s + t_s - self._clock(), 0.0))
            if should_stop():
                return
            yield Frame(rgb, t_s)

    def rest(self, rests: bool) -> None:
        """Every frame counts."""

    def close(self) -> None:
        """Nothing is held."""
