"""The parts of a camera's life: backing off, watching pictures, opening, reading, fault-finding."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.camera import fault
from daemon.camera.connections import Connections
from daemon.camera.fault import CameraFault, Loss, device_fault, users_of
from daemon.camera.opener import DeviceOpener, OtherSide, StreamOpener
from daemon.camera.reader import Reader
from daemon.camera.retry import Retry
from daemon.camera.warnings import Warnings
from daemon.camera.watch import DarkWatch, FreezeWatch, RateWatch, is_dark
from daemon.cameras import Camera
from daemon.config.model import CameraSettings
from tests.unit.waiting import until


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_openings_are_never_far_apart_nor_close_for_long(took_s: list[float]) -> None:
    retry, now_s = Retry(), 0.0
    for number, each_s in enumerate(took_s):
        retry.started(now_s)
        failed_s = now_s + each_s
        retry.failed(failed_s)
        assert failed_s <= retry.next_s <= max(now_s + 1.0, failed_s)
        if number >= 3:
            assert retry.next_s >= now_s + 1.0
        now_s = retry.next_s


def test_a_connection_that_held_starts_from_scratch() -> None:
    retry = Retry()
    for _ in range(5000):
        retry.started(0.0)
        retry.failed(0.1)
    retry.started(10.0)
    retry.succeeded(10.1)
    retry.failed(10.5)
    assert retry.next_s == 11.0, "a flicker"
    retry.started(20.0)
    retry.succeeded(20.1)
    retry.failed(22.2)
    retry.started(22.2)
    retry.failed(22.2)
    assert retry.next_s == pytest.approx(22.6)
    retry.at_once(23.0)
    assert retry.next_s == 23.0


def grey(value: int) -> Any:
    return np.full((48, 64, 3), value, np.uint8)


def test_one_pixel_that_moves_is_no_freeze() -> None:
    watch, picture = FreezeWatch(), grey(90)
    for number in range(100):
        picture = picture.copy()
        picture[5, number % 64] ^= 1
        assert not watch.look(picture, number / 20)


def test_identical_pictures_are_a_freeze_after_a_while() -> None:
    watch = FreezeWatch()
    frozen = [watch.look(grey(90), number / 20) for number in range(60)]
    assert frozen.index(True) == 35
    assert all(frozen[35:])
    assert not watch.look(grey(91), 3.0)
    assert not watch.look(np.full((24, 32, 3), 91, np.uint8), 6.0)
    watch.forget()
    assert not watch.look(np.full((24, 32, 3), 91, np.uint8), 9.0)


def test_two_equal_pictures_far_apart_are_no_freeze() -> None:
    watch = FreezeWatch()
    assert not any(watch.look(grey(90), number * 2.0) for number in range(3))


def test_what_is_dark() -> None:
    noise = np.random.default_rng(1).integers(0, 20, (480, 640, 3)).astype(np.uint8)
    assert is_dark(noise)
    assert is_dark(np.zeros((1, 1, 3), np.uint8))
    lit = noise.copy()
    lit[100:200, 100:200] = 120
    assert not is_dark(lit), "a face before a screen"
    assert not is_dark(grey(60))


def test_a_blink_is_no_darkness() -> None:
    watch = DarkWatch()
    assert not any(watch.look(number % 30 < 29, number / 30) for number in range(200))
    assert not watch.dark


@pytest.mark.parametrize("taken_every", [1, 3])
def test_a_rate_is_told_however_few_pictures_are_taken(taken_every: int) -> None:
    watch = RateWatch(30)
    watch.restart(0)
    changes = []
    t_s = 0.0
    for count in range(1, 400):
        t_s += 1 / 30 if count < 150 else 1 / 14
        if count % taken_every == 0 and watch.look(count, t_s):
            changes.append(watch.slow)
    assert changes == [True]
    assert watch.fps == pytest.approx(14)
    assert watch.expected_fps == pytest.approx(30, abs=0.1)


def test_a_camera_that_never_was_faster_is_not_slow() -> None:
    watch = RateWatch(30)
    watch.restart(15)
    assert not any(watch.look(count, count / 15) for count in range(100))
    jumpy = RateWatch(30)
    jumpy.restart(0)
    times_s = np.cumsum([1 / 30 if number % 20 else 0.9 for number in range(300)])
    assert not any(jumpy.look(count, float(t_s)) for count, t_s in enumerate(times_s))


CAMERA = Camera(0, "/dev/video0", "HD Webcam")


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOENT, "/dev/video0 'HD Webcam' is unplugged: plug it in again"),
        (errno.ENODEV, "/dev/video0 'HD Webcam' is unplugged: plug it in again"),
        (errno.EACCES, "/dev/video0 'HD Webcam': you may not open it: give /dev/video0"),
        (errno.EBUSY, "/dev/video0 'HD Webcam' is in use by zoom: close it there"),
        (errno.EIO, None),
    ],
)
def test_faults_of_a_device_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, number: int, told: str | None
) -> None:
    def refuse(path: str, flags: int) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fault.os, "open", refuse)
    monkeypatch.setattr(fault, "users_of", lambda path: {7: "zoom"})
    found = device_fault(CAMERA)
    assert (found or "").startswith(told) if told else found is None


@pytest.mark.parametrize(
    ("users", "told"),
    [
        ({}, "is in use by another program: close it there"),
        ({8: "zoom", 7: "cheese", 9: "zoom"}, "is in use by cheese, zoom: close it there"),
        ({os.getpid(): "gestured"}, "is stuck in its driver: unplug it and plug it in again"),
    ],
)
def test_a_camera_that_streams_elsewhere_is_busy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, users: dict[int, str], told: str
) -> None:
    fcntl = pytest.importorskip("fcntl")
    node = tmp_path / "video0"
    node.touch()
    camera = Camera(0, str(node), "HD Webcam")

    def busy(handle: int, request: int, value: bytes) -> bytes:
        assert (request, len(value)) == (0xC0145608, 20)
        raise OSError(errno.EBUSY, "busy")

    monkeypatch.setattr(fcntl, "ioctl", busy)
    monkeypatch.setattr(fault, "users_of", lambda path: users)
    assert device_fault(camera) == f"{camera} {told}"


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="Linux tells who has a file open")
def test_who_has_a_file_open(tmp_path: Path) -> None:
    path = tmp_path / "video0"
    with path.open("w"):
        assert os.getpid() in users_of(str(path))
    assert users_of(str(path)) == {}


def test_streams_that_cant_be_reached() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(CameraFault, match=rf"^http://127.0.0.1:{port}/ can't be reached \(") as met:
        StreamOpener(f"http://me:secret@127.0.0.1:{port}/").open(1.0)
    assert "secret" not in str(met.value)
    with pytest.raises(CameraFault, match="can't be reached"):
        StreamOpener("http://127.0.0.1:99999/").open(1.0)


@pytest.mark.parametrize("password", ["SEC#RET", "SEC/RET", "SEC?RET", "SEC[RET"])
def test_a_password_that_is_badly_encoded(password: str) -> None:
    with pytest.raises(CameraFault, match=r"percent-encode # / \? in the password") as met:
        StreamOpener(f"http://me:{password}@127.0.0.1:1/x").open(1.0)
    assert "SEC" not in str(met.value)
    assert "RET" not in str(met.value)


def test_what_is_slow_is_told_in_the_figures_of_now() -> None:
    warnings, told = Warnings(CameraSettings(width=64, height=48)), []
    warnings.restart(30)
    t_s = 0.0
    for count in range(200):
        t_s += 1 / 12 if count < 100 else 1 / 17
        told += warnings.look(grey(90), False, count, t_s)
        if count == 99:
            assert "only 12 pictures a second instead of 30" in warnings.now[0]
    assert [state for state, _ in told] == ["slow"]
    assert "only 17 pictures a second instead of 30" in warnings.now[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "cam.example"])
def test_a_unit_without_a_network_is_named_as_such(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")

    monkeypatch.setattr("socket.socket", refused)
    assert OtherSide(f"http://me:secret@{host}/a").unreachable(1.0) == (
        f"http://{host}/a can't be reached, the service has no network:"
        " `gestured service install`, then `gestured service stop` and `start`, give it one"
    )


@dataclass
class FakeCapture:
    """A capture whose reads are scripted; `read` blocks while there is nothing to give."""

    opens: bool = True
    steps: list[Any] = field(default_factory=list)
    asked: dict[int, float] = field(default_factory=dict)
    released: int = 0
    reads: int = 0
    grabbed: tuple[bool, Any] = (False, None)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def isOpened(self) -> bool:
        return self.opens

    def set(self, what: int, value: float) -> bool:
        self.asked[what] = value
        return True

    def get(self, what: int) -> float:
        return self.asked.get(what, 0.0)

    def release(self) -> None:
        self.released += 1

    def grab(self) -> bool:
        with self.changed:
            self.reads += 1
            self.changed.notify_all()
            assert self.changed.wait_for(lambda: bool(self.steps), 10)
            step = self.steps[0] if callable(self.steps[0]) else self.steps.pop(0)
        self.grabbed = step() if callable(step) else step
        return bool(self.grabbed[0])

    def retrieve(self) -> tuple[bool, Any]:
        return self.grabbed

    def give(self, *steps: Any) -> None:
        with self.changed:
            self.steps += steps
            self.changed.notify_all()

    def wait_for_reads(self, number: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.reads >= number, 10)


class Ticking:
    """A clock that goes on a little each time it is asked."""

    def __init__(self, tick_s: float = 0.001) -> None:
        self.now_s = 0.0
        self.tick_s = tick_s

    def __call__(self) -> float:
        self.now_s += self.tick_s
        return self.now_s


@pytest.fixture
def capture(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCapture]:
    capture = FakeCapture()
    monkeypatch.setattr(cv2, "VideoCapture", lambda *asked: capture)
    yield capture
    capture.give((False, None))


def device(**settings: Any) -> DeviceOpener:
    return DeviceOpener("auto", CameraSettings(**settings), lambda: [CAMERA])


def test_a_camera_is_asked_for_the_wanted_size(capture: FakeCapture) -> None:
    opener = device(width=1280, height=720, fps=60)
    assert opener.open(1.0) is capture
    assert capture.asked == {
        cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"MJPG"),
        cv2.CAP_PROP_FRAME_WIDTH: 1280,
        cv2.CAP_PROP_FRAME_HEIGHT: 720,
        cv2.CAP_PROP_FPS: 60,
    }
    assert opener.promised_fps == 60


def test_a_stream_is_not_asked_but_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(cv2, "VideoCapture", lambda *each: asked.append(each) or FakeCapture())
    StreamOpener("rtsp://camera/").open(2.5)
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, 2500, cv2.CAP_PROP_READ_TIMEOUT_MSEC, 1500]
    limits += [cv2.CAP_PROP_N_THREADS, 1]
    assert asked == [("rtsp://camera/", cv2.CAP_FFMPEG, limits)]


def test_a_camera_that_cant_be_opened_is_given_back(
    capture: FakeCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture.opens = False
    monkeypatch.setattr("daemon.camera.opener.device_fault", lambda camera: None)
    with pytest.raises(CameraFault, match="'HD Webcam' gives no picture yet: see that no other"):
        device().open(1.0)
    assert capture.released == 1


def test_a_driver_that_fails_at_its_settings(
    capture: FakeCapture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(what: int, value: float) -> bool:
        raise cv2.error("driver")

    monkeypatch.setattr(capture, "set", fail)
    with pytest.raises(CameraFault):
        device().open(1.0)
    assert capture.released == 1


def test_a_camera_that_went_is_called_by_its_name() -> None:
    cameras = [CAMERA]
    opener = DeviceOpener("auto", CameraSettings(), lambda: cameras)
    with pytest.raises(CameraFault, match="'HD Webcam' is unplugged: plug it in again"):
        opener.open(1.0)
    assert opener.gone() == "/dev/video0 'HD Webcam' is unplugged: plug it in again"
    cameras.clear()
    with pytest.raises(CameraFault, match="'HD Webcam' is unplugged"):
        opener.open(1.0)


def read(capture: FakeCapture, clock: Callable[[], float] | None = None) -> Reader:
    opener = device()
    opener.explain = lambda loss: loss.name  # type: ignore[method-assign]
    reader = Reader(opener, 1.0, clock or Ticking())
    capture.wait_for_reads(1)
    return reader


def picture(value: int) -> tuple[bool, Any]:
    return True, grey(value)


def test_only_the_newest_picture_is_given_and_the_rest_counted(capture: FakeCapture) -> None:
    reader = read(capture)
    capture.give(picture(1), picture(2), picture(3))
    capture.wait_for_reads(4)
    taken = reader.take(0.0)
    assert taken is not None
    assert taken[0][0, 0, 0] == 3
    assert taken[1] == reader.last_s
    assert (reader.count, reader.dropped) == (3, 2)
    assert reader.take(0.0) is None
    reader.close()
    capture.give(picture(4))
    reader.join(10)
    assert not reader.alive
    assert capture.released == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        (False, None),
        (True, None),
        (True, np.zeros((0, 0, 3), np.uint8)),
        (True, np.zeros((48, 64), np.uint8)),
    ],
)
def test_a_spoilt_picture_is_no_loss(capture: FakeCapture, spoilt: tuple[bool, Any]) -> None:
    reader = read(capture)
    capture.give(spoilt, picture(6))
    capture.wait_for_reads(3)
    taken = reader.take(0.0)
    assert taken is not None
    assert taken[0][0, 0, 0] == 6
    assert reader.fault is None
    reader.close()


class Film:
    """A capture of 300 pictures, 30 a second on its own clock; nothing goes on before the last."""

    opens, last = True, 300

    def __init__(self) -> None:
        self.number = 0
        self.decoded: list[int] = []
        self.reader: Reader | None = None
        self.begun = threading.Event()

    def clock(self) -> float:
        return self.number / 30

    def isOpened(self) -> bool:
        return True

    def set(self, what: int, value: float) -> bool:
        return True

    def get(self, what: int) -> float:
        return 0.0

    def release(self) -> None:
        pass

    def grab(self) -> bool:
        assert self.begun.wait(10)
        self.number += 1
        assert self.reader is not None
        # Something moves while this one is waited for.
        if self.number == self.last - 29:
            self.reader.rests = False
        return self.number <= self.last

    def retrieve(self) -> tuple[bool, Any]:
        self.decoded.append(self.number)
        return picture(self.number % 200)


def test_while_nothing_goes_on_most_pictures_are_not_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    film = Film()
    monkeypatch.setattr(cv2, "VideoCapture", lambda *asked: film)
    reader = film.reader = Reader(device(), 1.0, film.clock)
    reader.rests = True
    film.begun.set()
    reader.join(10)
    # They are counted all the same: the camera's rate is what it was.
    assert reader.count == film.last
    resting = [number for number in film.decoded if number < film.last - 29]
    gaps_s = np.diff(resting) / 30
    assert len(resting) < film.last / 2.5
    assert gaps_s.max() <= 0.1 + 1e-9
    assert film.decoded[-30:] == list(range(film.last - 29, film.last + 1))


def fail_in_driver() -> tuple[bool, Any]:
    raise cv2.error("driver")


@pytest.mark.parametrize(
    ("pictures", "step", "took_s", "told"),
    [
        (1, (False, None), 0.001, "CLOSED"),
        (1, fail_in_driver, 0.001, "CLOSED"),
        (1, (False, None), 0.03, "GARBAGE"),
        (1, (False, None), 1.5, "SILENT"),
        (0, (False, None), 0.001, "NO_FIRST"),
    ],
)
def test_how_reads_fail_tells_why(
    capture: FakeCapture,
    monkeypatch: pytest.MonkeyPatch,
    pictures: int,
    step: Any,
    took_s: float,
    told: str,
) -> None:
    monkeypatch.setattr("daemon.camera.reader._RETRY_S", 0.0)
    clock = Ticking()
    reader = read(capture, clock)
    if pictures:
        capture.give(picture(5))
        capture.wait_for_reads(2)

    def failing() -> tuple[bool, Any]:
        clock.now_s += took_s
        return step() if callable(step) else step  # type: ignore[no-any-return]

    clock.tick_s = 0.0005
    capture.give(failing)
    assert until(lambda: not reader.alive)
    assert reader.fault == told
    assert capture.released == 1
    taken = reader.take(0.0)
    assert (taken is not None) == bool(pictures), "the last picture comes before the end"


def test_a_fault_of_our_own_ends_the_connection_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caught: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", caught.append)
    opener = device()
    opener.open = lambda patience_s: 1 / 0  # type: ignore[method-assign, assignment]
    reader = Reader(opener, 1.0, Ticking())
    assert until(lambda: not reader.alive)
    assert reader.fault == "the camera's thread has failed: see the log"
    assert len(caught) == 1


def test_a_stuck_driver_keeps_one_thread_and_its_camera(capture: FakeCapture) -> None:
    before = threading.active_count()
    clock = Ticking()
    connections = Connections(device(), clock)
    assert connections.can_open()
    connections.open()
    capture.wait_for_reads(1)
    assert not connections.can_open()
    assert connections.can_give_up()
    connections.end()
    assert not connections.can_open(), "the camera needs a moment"
    clock.now_s += 2
    assert connections.can_open()
    connections.open()
    capture.wait_for_reads(2)
    assert connections.try_beside() is None
    assert threading.active_count() == before + 2, "never beside a device"
    assert not connections.can_give_up(), "a second stuck thread is waited for"
    connections.close(0.01)
    assert capture.released == 0, "a device must not be released under a running read"
    assert threading.active_count() == before + 2
    capture.give((False, None), (False, None))
    assert until(lambda: threading.active_count() == before)
    assert capture.released == 2


def test_loss_words_are_whole() -> None:
    for loss in Loss:
        for opener in (device(), StreamOpener("http://camera/")):
            told = opener.describe(loss)
            assert ": " in told, "a mend belongs to it"
            assert "\n" not in told
