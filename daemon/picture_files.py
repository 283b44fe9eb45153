"""Pictures that are kept in files: one, a folder of them, a video."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from daemon.sources import Frame, Picture, SourceError, import_cv2

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".ppm")


def read_picture(path: Path) -> Picture:
    """A picture file as RGB, array of shape `(height, width, 3)`.

    Raises:
        SourceError: The file is missing or no picture.
        MissingLibrary: The system lacks a library that OpenCV needs.
    """
    cv2 = import_cv2()
    try:
        data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    except OSError as error:
        raise SourceError(f"{path}: can't be read: {error.strerror}") from error
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    except cv2.error as error:  # as for a picture of more than 2^30 pixels
        raise SourceError(
            f"{path}: OpenCV can't read it ({error.err}); use a smaller JPEG or PNG"
        ) from error
    if picture is None:
        raise SourceError(f"{path}: is no picture that OpenCV can read; use JPEG or PNG")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


class VideoFile:
    """Every frame of a video file, as fast as they can be read, at the file's own times."""

    live = False
    bgr = False

    def __init__(self, path: Path) -> None:
        self._cv2 = import_cv2()
        self._path = path
        self._capture = self._cv2.VideoCapture(str(path))
        if not self._capture.isOpened():
            raise SourceError(f"{path}: is no video that OpenCV can read; use MP4, WebM or AVI")
        fps = self._capture.get(self._cv2.CAP_PROP_FPS)
        self._usual_s = 1 / fps if 1 <= fps <= 240 else 1 / 30

    def frames(self, should_stop: Callable[[], bool]) -> Iterator[Frame]:
        """Frames in order."""
        t_s, first_s = None, 0.0
        while not should_stop():
            ok, picture = self._capture.read()
            if not ok:
                break
            # Browsers and phones record at a varying rate: each picture has its own time.
            stamp_s = self._capture.get(self._cv2.CAP_PROP_POS_MSEC) / 1000
            if t_s is None:
                t_s, first_s = 0.0, stamp_s
            else:
                told_s = stamp_s - first_s
                t_s = told_s if told_s > t_s else t_s + self._usual_s
            yield Frame(self._cv2.cvtColor(picture, self._cv2.COLOR_BGR2RGB), t_s)
        if t_s is None and not should_stop():
            raise SourceError(f"{self._path}: has no frame that OpenCV can read")

    def rest(self, rests: bool) -> None:
        """Every frame counts."""

    def close(self) -> None:
        """Close the file."""
        self._capture.release()


class PictureFolder:
    """The pictures of a folder in the order of their names, as if filmed at `fps`."""

    live = False
    bgr = False

    def __init__(self, folder: Path, fps: float) -> None:
        self._fps = fps
        self._paths = sorted(
            path for path in folder.iterdir() if path.suffix.lower() in PICTURE_ENDINGS
        )
        if not self._paths:
            raise SourceError(f"{folder}: has no pictures ({', '.join(PICTURE_ENDINGS)})")

    def frames(self, should_stop: Callable[[], bool]) -> Iterator[Frame]:
        """Frames in order."""
        for number, path in enumerate(self._paths):
            if should_stop():
                return
            yield Frame(read_picture(path), number / self._fps)

    def rest(self, rests: bool) -> None:
        """Every frame counts."""

    def close(self) -> None:
        """Nothing is held."""
