"""Hands of files: pictures are looked at, traces are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from daemon.picture_files import PICTURE_ENDINGS, read_picture
from daemon.sources import SourceError
from daemon.trace import is_trace, read_trace
from gestures.landmarks import HandFrame
from models.tracker import Tracker


class HandFiles:
    """Reads hands from pictures and traces; to be used in a `with`.

    Args:
        open_tracker: Called with the first picture; traces need no tracker.
    """

    def __init__(self, open_tracker: Callable[[], Tracker]) -> None:
        self._open_tracker = open_tracker
        self._tracker: Tracker | None = None

    def __enter__(self) -> HandFiles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._tracker is not None:
            self._tracker.close()

    def frames(self, path: Path) -> Iterator[HandFrame]:
        """The frames of a file, not smoothed; a picture is one.

        Raises:
            SourceError: It is missing or no picture.
            TraceError: It is a trace, and a broken one.
            ModelError: A picture needs a model file that is missing or not what it should be.
            MissingLibrary: A picture needs a library that the system lacks.
        """
        try:
            is_empty = path.stat().st_size == 0 and path.is_file()
            trace = is_trace(path) or (is_empty and path.suffix.lower() not in PICTURE_ENDINGS)
        except OSError as error:
            raise SourceError(f"{path}: can't be read: {error.strerror}") from error
        if trace:
            yield from read_trace(path)
        else:
            yield self._look(path)

    def _look(self, path: Path) -> HandFrame:
        rgb = read_picture(path)
        self._tracker = self._tracker or self._open_tracker()
        # As in a video, the second look starts from the first one's landmarks: they are surer
        # than the palm detector's box.
        self._tracker.reset()
        self._tracker.track(rgb, 0.0)
        hands = self._tracker.track(rgb, 1 / 30)
        height, width = rgb.shape[:2]
        return HandFrame(0.0, width, height, hands)
