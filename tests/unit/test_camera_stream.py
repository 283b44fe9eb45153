"""A stream that fails in every way and is read by OpenCV, on a clock that runs ahead."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from daemon.camera.opener import StreamOpener
from tests.unit.camera_watched import (
    TIMES,
    Watched,
    camera_threads,
    descriptors,
    never_silent,
)
from tests.unit.mjpeg_server import Manner, MjpegServer, mjpeg_server
from tests.unit.waiting import until


class FastOpener(StreamOpener):
    """Gives up in seconds of that clock."""

    def open(self, patience_s: float) -> Any:
        return super().open(patience_s / TIMES)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MjpegServer]:
    monkeypatch.setattr("daemon.camera.opener._READ_MS", int(1500 / TIMES))
    with mjpeg_server() as server:
        yield server


@pytest.fixture
def watched(server: MjpegServer) -> Iterator[Watched]:
    watched = Watched(FastOpener(server.address))
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
    server: MjpegServer,
    watched: Watched,
    monkeypatch: pytest.MonkeyPatch,
    manner: Manner,
    words: str,
) -> None:
    if manner != "stall":
        never_silent(monkeypatch)
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
    # Each call is let go of after a while, so this is far longer than one waits patiently.
    watched.run_until(lambda: server.connections >= calls + 9)
    assert camera_threads() <= 6
    assert len(watched.events) <= 3, "each reason is told once"
    server.manner = "good"
    calls = server.connections
    watched.run_until(lambda: "back" in watched.states())
    assert server.connections <= calls + 2, "the next call is the one"


def test_a_server_that_needs_long_for_its_first_picture(
    server: MjpegServer, watched: Watched
) -> None:
    server.manner = "stop"
    watched.run_until(lambda: "lost" in watched.states())
    server.first_takes_s = 3.0 / TIMES
    server.manner = "good"
    watched.run_until(lambda: "back" in watched.states())
    assert until(lambda: camera_threads() == 1), "those beside are let go"


def test_another_size_in_midstream_is_no_loss(server: MjpegServer, watched: Watched) -> None:
    server.size = (128, 96)
    frames = watched.frames
    watched.run_until(lambda: watched.frames >= frames + 20)
    assert watched.events == [], "OpenCV goes on in the size it began with"


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
    monkeypatch.setattr("daemon.camera.retry._MOST_DELAY_S", 0.1)
    first = Watched(FastOpener(server.address))
    first.run_until(lambda: first.frames)
    first.source.close()
    assert until(server.is_idle)
    threads, handles = set(threading.enumerate()), descriptors()

    watched = Watched(FastOpener(server.address))
    for reconnects in range(100):
        watched.run_until(lambda: watched.source.state == "on")
        assert watched.states().count("back") == reconnects
        server.manner = "stop"
        watched.run_until(lambda: watched.source.state == "lost")
        server.manner = "good"
        assert camera_threads() <= 2
    watched.run_until(lambda: watched.source.state == "on")
    watched.source.close()
    assert until(lambda: camera_threads() == 0 and server.is_idle())
    assert set(threading.enumerate()) <= threads
    assert descriptors() == handles
