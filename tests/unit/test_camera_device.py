"""A device that fails in every way, its whole stack but the driver, on a clock that runs ahead."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from daemon.camera.fault import CameraFault
from daemon.camera.opener import DeviceOpener
from daemon.cameras import Camera, device_caps
from daemon.config.model import CameraSettings
from tests.unit.camera_watched import (
    TIMES,
    Watched,
    camera_threads,
    descriptors,
    never_silent,
)
from tests.unit.pseudo_camera import Manner, PseudoCamera
from tests.unit.waiting import until


@pytest.fixture
def camera(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PseudoCamera]:
    camera = PseudoCamera(tmp_path / "video0", gives_up_s=1.2 / TIMES)
    monkeypatch.setattr(cv2, "VideoCapture", camera.capture)
    monkeypatch.setattr("daemon.camera.fault._buffers_refused", camera.refusal)
    yield camera
    camera.manner = "good"
    assert until(lambda: camera_threads() == 0)
    assert camera.open == 0


def opener(camera: PseudoCamera) -> DeviceOpener:
    return DeviceOpener("auto", CameraSettings(), camera.cameras)


@pytest.fixture
def watched(camera: PseudoCamera) -> Iterator[Watched]:
    watched = Watched(opener(camera))
    watched.run_until(lambda: watched.frames >= 3)
    watched.events.clear()
    yield watched
    watched.source.close()


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ("stop", "gives no more pictures: unplug it"),
        ("stall", "has fallen silent, its driver waits: unplug it"),
        ("stick", "has fallen silent, its driver waits: unplug it"),
        ("freeze", "is frozen, it repeats one picture: unplug it"),
        ("garbage", "gives what is no picture: try another cable"),
        ("gone", "is unplugged: plug it in again"),
    ],
)
def test_a_device_comes_back_from_every_fault(
    camera: PseudoCamera,
    watched: Watched,
    monkeypatch: pytest.MonkeyPatch,
    manner: Manner,
    words: str,
) -> None:
    if manner not in ("stall", "stick"):
        never_silent(monkeypatch)
    camera.manner = manner
    watched.run_until(lambda: "lost" in watched.states())
    assert f"{camera.node} 'Pseudo' {words}" in watched.events[0].reason
    assert watched.source.problem
    opened = camera.opened
    watched.run_until(lambda: camera.opened > opened or manner in ("gone", "stick", "stall"))
    camera.manner = "good"
    watched.run_until(lambda: watched.source.state == "on")
    assert watched.states()[-1] == "back"
    assert camera_threads() <= 2
    assert camera.most_open <= 2


def test_a_device_that_another_program_has(camera: PseudoCamera) -> None:
    camera.manner = "busy"
    watched = Watched(opener(camera))
    watched.run_until(lambda: watched.tells("'Pseudo' is in use by another program: close it"))
    assert camera.opened == 0
    camera.manner = "good"
    watched.run_until(lambda: "back" in watched.states())
    watched.source.close()


def test_black_is_no_loss(camera: PseudoCamera, watched: Watched) -> None:
    camera.manner = "black"
    watched.run_until(lambda: "dark" in watched.states())
    assert watched.source.state == "on"
    assert watched.source.warnings
    camera.manner = "good"
    watched.run_until(lambda: "fine" in watched.states())
    assert camera.opened == 1


def test_another_size_of_a_device(camera: PseudoCamera, watched: Watched) -> None:
    camera.manner = "large"
    watched.run_until(lambda: "size" in watched.states())
    assert watched.shape == (96, 128, 3)
    assert camera.opened == 1


def test_a_paused_device_is_free_for_others(camera: PseudoCamera, watched: Watched) -> None:
    watched.source.pause()
    watched.run_until(lambda: watched.events and not camera.open)
    assert watched.states() == ["off"]
    watched.source.resume()
    watched.run_until(lambda: "back" in watched.states())
    assert camera.opened == 2


def test_a_hundred_reconnects_of_a_device_leave_nothing_behind(
    camera: PseudoCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.camera.reader._FAILING_S", 0.05)
    monkeypatch.setattr("daemon.camera.retry._MOST_DELAY_S", 0.1)
    threads, handles = set(threading.enumerate()), descriptors()
    watched = Watched(opener(camera))
    faults: list[Manner] = ["stop", "garbage", "gone", "stick"]
    for reconnects in range(100):
        watched.run_until(lambda: watched.source.state == "on")
        assert watched.states().count("back") == reconnects
        camera.manner = faults[reconnects % 3 if reconnects % 50 else 3]
        watched.run_until(lambda: watched.source.state == "lost")
        camera.manner = "good"
        assert camera_threads() <= 2
    watched.run_until(lambda: watched.source.state == "on")
    assert camera.opened > 100
    watched.source.close()
    assert until(lambda: camera_threads() == 0)
    assert set(threading.enumerate()) <= threads
    assert descriptors() == handles


def make(path: Path, kind: str) -> Path:
    """Something else where a camera's node should be."""
    if kind == "file":
        path.write_bytes(b"no camera" * 1000)
    elif kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "null":
        path.symlink_to("/dev/null")
    elif kind == "dangling":
        path.symlink_to(path.with_name("absent"))
    return path


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="other systems have no nodes")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("file", "is no camera that gives video: name another one as the source"),
        ("fifo", "is no camera that gives video: name another one as the source"),
        ("null", "is no camera that gives video: name another one as the source"),
        ("pty", "is no camera that gives video: name another one as the source"),
        ("folder", "gives no picture yet: see that no other program uses it, or unplug it"),
        ("dangling", "is unplugged: plug it in again"),
    ],
)
def test_what_is_no_camera_says_so_in_one_line(tmp_path: Path, kind: str, words: str) -> None:
    ends = os.openpty() if kind == "pty" else ()
    node = Path(os.ttyname(ends[1])) if ends else make(tmp_path / "video0", kind)
    camera = Camera(0, str(node), "Pseudo")
    opener = DeviceOpener("auto", CameraSettings(), lambda: [camera])
    try:
        before = descriptors()
        for _ in range(20):
            with pytest.raises(CameraFault) as met:
                opener.open(1.0)
            assert str(met.value).startswith(f"{node} 'Pseudo' {words}")
            assert "\n" not in str(met.value)
            assert device_caps(str(node)) is None
        assert descriptors() == before
    finally:
        for end in ends:
            os.close(end)


def test_what_is_no_camera_is_tried_again_until_it_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = make(tmp_path / "video0", "fifo")
    watched = Watched(DeviceOpener("auto", CameraSettings(), lambda: [Camera(0, str(node), "P")]))
    watched.run_until(lambda: "lost" in watched.states())
    assert "is no camera" in watched.events[0].reason
    node.unlink()
    camera = PseudoCamera(node)
    monkeypatch.setattr(cv2, "VideoCapture", camera.capture)
    watched.run_until(lambda: "back" in watched.states())
    watched.source.close()
    assert until(lambda: camera_threads() == 0)
