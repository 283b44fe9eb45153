"""A stream that fails in every way and is read by OpenCV, on a clock that runs ahead.

Its seconds are shorter than ours: patience ends sooner, and nothing is measured in real time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.camera.event import CameraEvent
from daemon.camera.live import LiveSource
from daemon.camera.opener import StreamOpener
from daemon.config.model import CameraSettings
from daemon.sources import Frame
from tests.unit.mjpeg_server import Manner, MjpegServer, mjpeg_server
from tests.unit.waiting import until

_TIMES = 4.0
_DEADLINE_S = 60.0


def fast_clock() -> float:
    return time.monotonic() * _TIMES


def camera_threads() -> int:
    return sum(thread.name == "camera" for thread in threading.enumerate())


def descriptors() -> int:
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MjpegServer]:
    monkeypatch.setattr("daemon.camera.opener._READ_MS", int(1500 / _TIMES))
    with mjpeg_server() as server:
        yield server


class Watched:
    """A source that is read until something is so."""

    def __init__(self, server: MjpegServer) -> None:
        # At this rate no loaded computer is ever told to be slow.
        settings = CameraSettings(width=server.size[0], height=server.size[1], fps=1)
        opener = StreamOpener(server.address)
        self.source = LiveSource(
            opener, settings, fast_clock, fast_clock, lambda seconds: time.sleep(seconds / _TIMES)
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
                self.shape = item.rgb.shape
            else:
                self.events.append(item)

    def states(self) -> list[str]:
        return [each.state for each in self.events]


@pytest.fixture
def watched(server: MjpegServer) -> Iterator[Watched]:
    watched = Watched(server)
    watched.run_until(lambda: watched.frames >= 3)
    watched.events.clear()
    yield watched
    watched.source.close()
    assert until(lambda: camera_threads() == 0)


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ("stop", "has ended: check that the other side still sends"),
        ("stall", "has stalled, nothing more comes"),
        ("freeze", "is frozen, it repeats one picture"),
        ("garbage", "sends what is no picture"),
    ],
)
def test_a_stream_comes_back_from_every_fault(
    server: MjpegServer, watched: Watched, manner: Manner, words: str
) -> None:
    server.manner = manner
    watched.run_until(lambda: "lost" in watched.states())
    assert words in watched.events[0].reason
    assert watched.source.state == "lost"
    assert watched.source.problem
    server.manner = "good"
    frames = watched.frames
    watched.run_until(lambda: watched.frames >= frames + 3)
    assert watched.states()[-1] == "back"
    assert watched.source.problem is None


def test_a_server_that_takes_calls_and_does_not_answer(
    server: MjpegServer, watched: Watched
) -> None:
    server.manner = "stop"
    watched.run_until(lambda: "lost" in watched.states())
    server.manner = "mute"
    calls = server.connections
    watched.run_until(lambda: server.connections >= calls + 3)
    assert camera_threads() <= 2
    server.manner = "good"
    watched.run_until(lambda: "back" in watched.states())


def test_another_size_is_taken_as_it_comes(server: MjpegServer, watched: Watched) -> None:
    server.manner = "stop"
    watched.run_until(lambda: "lost" in watched.states())
    server.size = (128, 96)
    server.manner = "good"
    watched.run_until(lambda: "size" in watched.states())
    assert watched.shape == (96, 128, 3)
    assert "pictures are 128x96, not 64x48" in watched.events[-1].reason


def test_a_paused_stream_is_closed(server: MjpegServer, watched: Watched) -> None:
    watched.source.pause()
    watched.run_until(lambda: camera_threads() == 0 and watched.events)
    assert watched.states() == ["off"]
    sent = server.connections
    polls = iter(range(20))
    watched.run_until(lambda: next(polls, None) is None)
    assert server.connections == sent
    watched.source.resume()
    watched.run_until(lambda: "back" in watched.states())


def test_pictures_that_come_too_fast_are_dropped(server: MjpegServer, watched: Watched) -> None:
    server.period_s = 0.001
    before = watched.source.dropped

    def slow() -> bool:
        # A consumer that takes one picture while several are sent.
        sent = server.sent
        assert until(lambda: server.sent >= sent + 4)
        return watched.source.dropped >= before + 20

    watched.run_until(slow)


def test_a_hundred_reconnects_leave_nothing_behind(
    server: MjpegServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.camera.reader._FAILING_S", 0.05)
    monkeypatch.setattr("daemon.camera.retry._MOST_DELAY_S", 0.2)
    first = Watched(server)
    first.run_until(lambda: first.frames)
    first.source.close()
    assert until(lambda: server.open_connections == camera_threads() == 0)
    threads, handles = threading.active_count(), descriptors()

    watched = Watched(server)
    for reconnects in range(100):
        watched.run_until(lambda: watched.source.state == "on")
        assert watched.states().count("back") == reconnects
        server.manner = "stop"
        watched.run_until(lambda: watched.source.state == "lost")
        server.manner = "good"
        assert camera_threads() <= 2
    watched.run_until(lambda: watched.source.state == "on")
    watched.source.close()
    assert until(lambda: server.open_connections == 0)
    assert until(lambda: threading.active_count() == threads), threading.enumerate()
    assert descriptors() == handles
