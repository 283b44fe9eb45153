"""What is wrong with a camera that does give pictures: each thing is told once."""

from __future__ import annotations

from daemon.camera.event import CameraState
from daemon.camera.watch import DarkWatch, RateWatch
from daemon.config.model import CameraSettings
from daemon.sources import Picture

_DARK = "the picture is dark: uncover the lens, or put on a light"


class Warnings:
    """Watches the pictures of one camera over all its connections.

    Args:
        settings: The size and frame rate that were asked for.
    """

    def __init__(self, settings: CameraSettings) -> None:
        self._size = (settings.width, settings.height)
        self._dark = DarkWatch()
        self._rate = RateWatch(settings.fps)

    @property
    def now(self) -> tuple[str, ...]:
        """What is wrong at the moment."""
        slow = (self._slow(),) if self._rate.slow else ()
        return (*((_DARK,) if self._dark.dark else ()), *slow)

    def restart(self, promised_fps: float) -> None:
        """A new connection; its camera says it has this rate, 0 if it says none."""
        self._rate.restart(promised_fps)

    def look(
        self, picture: Picture, dark: bool, count: int, t_s: float
    ) -> list[tuple[CameraState, str]]:
        """What is to be told on this picture, the `count`-th of its connection, read at `t_s`."""
        told: list[tuple[CameraState, str]] = []
        height, width = picture.shape[:2]
        if (width, height) != self._size:
            wanted = f"{self._size[0]}x{self._size[1]}"
            told.append(("size", f"pictures are {width}x{height}, not {wanted}: taken as they are"))
            self._size = width, height
        if self._dark.look(dark, t_s):
            told.append(("dark", _DARK) if self._dark.dark else ("fine", "the picture is bright"))
        if self._rate.look(count, t_s):
            fine = f"{self._rate.fps or 0:.0f} pictures a second again"
            told.append(("slow", self._slow()) if self._rate.slow else ("fine", fine))
        return told

    def _slow(self) -> str:
        """In the figures of the last seconds."""
        return (
            f"only {self._rate.fps or 0:.0f} pictures a second instead of"
            f" {self._rate.expected_fps:.0f}: cameras slow down in low light, put on a light"
        )
