"""A source on a clock that runs ahead, read until something is so, and what it leaves behind.

Its seconds are shorter than ours: patience ends sooner, and nothing is measured in real time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.camera.event import CameraEvent
from daemon.camera.live import LiveSource
from daemon.camera.opener import Opener
from daemon.config.model import CameraSettings
from daemon.sources import Frame

TIMES = 4.0
_DEADLINE_S = 60.0


def fast_clock() -> float:
    return time.monotonic() * TIMES


def camera_threads() -> int:
    return sum(thread.name == "camera" for thread in threading.enumerate())


def descriptors() -> int:
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def never_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy computer keeps pictures back: not to be told before what is looked for."""
    monkeypatch.setattr("daemon.camera.live._SILENCE_S", 20.0)


class Watched:
    """A source that is read until something is so."""

    def __init__(self, opener: Opener, size: tuple[int, int] = (64, 48)) -> None:
        # At this rate no loaded computer is ever told to be slow.
        settings = CameraSettings(width=size[0], height=size[1], fps=1)
        self.source = LiveSource(
            opener, settings, fast_clock, fast_clock, lambda seconds: time.sleep(seconds / TIMES)
        )
        self.frames = 0
        self.shape: tuple[int, ...] = ()
        self.events: list[CameraEvent] = []
        self._times_s = [0.0]

    def run_until(self, is_so: Callable[[], object]) -> None:
        deadline_s = time.monotonic() + _DEADLINE_S

        def should_stop() -> bool:
            assert time.monotonic() < deadline_s, (self.frames, self.events[-5:])
            return bool(is_so())

        for item in self.source.frames(should_stop):
            assert item.t_s >= self._times_s[-1]
            self._times_s.append(item.t_s)
            if isinstance(item, Frame):
                self.frames += 1
                self.shape = item.picture.shape
            else:
                self.events.append(item)

    def tells(self, words: str) -> bool:
        """Whether an event said so."""
        return any(words in each.reason for each in self.events)

    def states(self) -> list[str]:
        return [each.state for each in self.events]
