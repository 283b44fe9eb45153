"""Sources of pictures: files, folders, the demo, and a camera made of script."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from daemon.camera.event import CameraEvent
from daemon.cameras import Camera, CameraNotFound
from daemon.config.model import CameraSettings
from daemon.picture_files import PictureFolder, VideoFile, read_picture
from daemon.sources import (
    DemoSource,
    SourceError,
    open_source,
)
from daemon.synthetic.demo import ACTS

RED_BGR = (0, 0, 255)


def never() -> bool:
    return False


def save(path: Path, bgr: tuple[int, ...] = RED_BGR, size: tuple[int, int] = (48, 64)) -> Path:
    assert cv2.imwrite(str(path), np.full((*size, len(bgr)), bgr, np.uint8))
    return path


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Five frames at 25 a second, each brighter than the one before."""
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48))
    for number in range(5):
        writer.write(np.full((48, 64, 3), 40 * number, np.uint8))
    writer.release()
    return path


def one_line(source: str | Path, kind: type[Exception] = SourceError) -> str:
    with pytest.raises(kind) as caught:
        list(open_source(CameraSettings(source=str(source))).frames(never))
    text = str(caught.value)
    assert text
    assert "\n" not in text
    return text


def test_a_picture_is_rgb(tmp_path: Path) -> None:
    rgb = read_picture(save(tmp_path / "red.png"))
    assert rgb.shape == (48, 64, 3)
    assert rgb[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("bgr", [(90,), (10, 20, 30, 128)])
def test_grey_and_transparent_pictures_become_rgb(tmp_path: Path, bgr: tuple[int, ...]) -> None:
    rgb = read_picture(save(tmp_path / "a.png", bgr, (1, 1)))
    assert rgb.shape == (1, 1, 3)
    assert rgb.dtype == np.uint8


def test_pictures_that_are_none(tmp_path: Path) -> None:
    text, empty, cut = tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.png"
    text.write_text("hello")
    empty.touch()
    cut.write_bytes(save(tmp_path / "d.png").read_bytes()[:40])
    for path in (text, empty, cut):
        with pytest.raises(SourceError, match="is no picture that OpenCV can read; use JPEG"):
            read_picture(path)
    with pytest.raises(SourceError, match="can't be read: No such file"):
        read_picture(tmp_path / "missing.png")
    with pytest.raises(SourceError, match="can't be read: Is a directory"):
        read_picture(tmp_path)


def test_a_picture_too_large_for_opencv(tmp_path: Path) -> None:
    path = save(tmp_path / "a.bmp")
    header = bytearray(path.read_bytes())
    header[18:26] = (60_000).to_bytes(4, "little") * 2
    path.write_bytes(header)
    with pytest.raises(SourceError, match=r"OpenCV can't read it \(.*\); use a smaller"):
        read_picture(path)


def test_a_video_gives_every_frame_at_its_time(video: Path) -> None:
    source = open_source(CameraSettings(source=str(video)))
    assert isinstance(source, VideoFile)
    assert not source.live
    frames = list(source.frames(never))
    source.close()
    assert [frame.t_s for frame in frames] == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])
    assert [round(frame.picture.mean() / 40) for frame in frames] == [0, 1, 2, 3, 4]
    assert frames[0].picture.shape == (48, 64, 3)


def test_a_video_stops_when_asked(video: Path) -> None:
    source = VideoFile(video)
    asked = iter([False, False, True])
    assert len(list(source.frames(lambda: next(asked)))) == 2
    source.close()


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 500, b"\xff\xd8\xff" * 30])
def test_videos_that_are_none(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    assert one_line(path).startswith(f"{path}: is no video that OpenCV can read; use MP4")
    assert capfd.readouterr().err == "", "OpenCV and FFmpeg are silent"


def test_a_video_that_may_not_be_read(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert one_line(video) == f"{video}: can't be read: Permission denied"


def test_a_video_without_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (64, 48)).release()
    assert one_line(path).startswith(f"{path}: ")


def test_a_folder_gives_its_pictures_in_order(tmp_path: Path) -> None:
    for name, red in (("b.png", 200), ("a.PNG", 100), ("c.bmp", 250)):
        save(tmp_path / name, (0, 0, red))
    (tmp_path / "notes.txt").write_text("no picture")
    source = open_source(CameraSettings(source=str(tmp_path), fps=10))
    assert isinstance(source, PictureFolder)
    assert not source.live
    frames = list(source.frames(never))
    assert [frame.t_s for frame in frames] == pytest.approx([0, 0.1, 0.2])
    assert [int(frame.picture[0, 0, 0]) for frame in frames] == [100, 200, 250]


def test_folders_that_give_nothing(tmp_path: Path) -> None:
    assert one_line(tmp_path).startswith(f"{tmp_path}: has no pictures (.jpg")
    (tmp_path / "a.png").write_text("hello")
    assert one_line(tmp_path).startswith(f"{tmp_path / 'a.png'}: is no picture")


def test_a_folder_that_may_not_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert one_line(tmp_path) == f"{tmp_path}: can't be read: Permission denied"


@pytest.mark.parametrize(
    ("source", "start"),
    [
        ("", "the source is empty"),
        ("  ", "the source is empty"),
        ("some/where.mp4", "some/where.mp4: no such file or folder"),
        ("missing.mp4", "missing.mp4: no such file or folder"),
        ("missing.JPG", "missing.JPG: no such file or folder"),
        ("~nobody-of-that-name/a.mp4", "~nobody-of-that-name/a.mp4: there is no such user"),
        ("x" * 5000, "xxx"),
    ],
)
def test_sources_that_are_not_there(source: str, start: str) -> None:
    text = one_line(source)
    assert text.startswith(start)
    assert len(text) < 300


@pytest.mark.parametrize("scheme", ["htp", "rtmp", "rtsps", "", "demo"])
def test_addresses_of_another_kind(scheme: str) -> None:
    text = one_line(f"{scheme}://me:secret@camera/a")
    assert "secret" not in text
    assert text.endswith("camera/a: only http, https and rtsp addresses can be opened")


@pytest.mark.parametrize(
    "source",
    ["me:secret@camera/a", "http:/me:secret@camera/a", "demo:me:secret@a", "~me:secret@a/a"],
)
def test_a_slip_in_an_address_shows_no_password(source: str) -> None:
    assert "secret" not in one_line(source)


@pytest.mark.parametrize("source", ["HTTP://Me:a@127.0.0.1:1/A", "  http://Me:a@127.0.0.1:1/A\n"])
def test_an_address_in_capitals_and_one_with_blanks(
    monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(cv2, "VideoCapture", lambda *asked: opened.append(asked[0]) or Closed())
    stream = open_source(CameraSettings(source=source))
    next(iter(stream.frames(never)))
    stream.close()
    assert opened[0] == "http://Me:a@127.0.0.1:1/A"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
@pytest.mark.parametrize("named", ["pipe", "pipe.mp4", "{}/pipe"])
def test_a_pipe_is_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str) -> None:
    name = named.format(tmp_path)
    monkeypatch.chdir(tmp_path)
    os.mkfifo(name)
    assert one_line(name) == (
        f"{name}: is a pipe, a socket or a device, not a file or folder; name a camera by its path"
        " in /dev"
    )


@pytest.mark.parametrize("name", ["nonsense", "7", "auto", "/dev/video77", "HD Webcam 2.0"])
def test_a_camera_that_is_missing_is_waited_for(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("daemon.cameras.list_cameras", list)
    monkeypatch.setattr("daemon.camera.opener.list_cameras", list)
    monkeypatch.setattr(sys, "platform", "linux")
    source = open_source(CameraSettings(source=name))
    item = next(iter(source.frames(never)))
    source.close()
    assert isinstance(item, CameraEvent)
    assert item.state == "lost"
    assert item.reason.startswith("no camera was found: is it plugged in")


def test_a_name_of_several_cameras_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = [Camera(number, f"/dev/video{number}", f"HD Cam {number}") for number in (0, 2)]
    monkeypatch.setattr("daemon.cameras.list_cameras", lambda: cameras)
    assert "'hd cam' fits 2 cameras" in one_line("hd cam", CameraNotFound)


@pytest.mark.parametrize(
    ("name", "index"), [("auto", 0), ("AUTO", 0), ("0", 0), ("2", 2), ("Webcam", None)]
)
def test_where_the_system_lists_no_cameras_opencv_tries_the_index(
    monkeypatch: pytest.MonkeyPatch, name: str, index: int | None
) -> None:
    opened = []
    monkeypatch.setattr("daemon.cameras.list_cameras", list)
    monkeypatch.setattr("daemon.camera.opener.list_cameras", list)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(cv2, "VideoCapture", lambda *asked: opened.append(asked) or Closed())
    if index is None:
        one_line(name, CameraNotFound)
        return
    source = open_source(CameraSettings(source=name))
    item = next(iter(source.frames(never)))
    source.close()
    assert isinstance(item, CameraEvent)
    assert opened[0] == (index, cv2.CAP_ANY)


class Closed:
    """A capture that can't be opened."""

    def isOpened(self) -> bool:
        return False

    def release(self) -> None:
        pass


class FakeTime:
    """A clock that moves only when somebody sleeps, or when told."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept_s: list[float] = []

    def clock(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        self.now_s += seconds


def test_the_demo_plays_in_real_time() -> None:
    time = FakeTime()
    settings = CameraSettings(width=160, height=120, fps=20)
    frames = DemoSource("demo", settings, time.clock, time.sleep).frames(never)
    for number, frame in enumerate(islice(frames, 5)):
        assert frame.picture.shape == (120, 160, 3)
        assert frame.t_s == pytest.approx(number / 20)
        assert time.now_s == pytest.approx(100 + number / 20)
    time.now_s += 10  # a machine that could not keep up
    time.slept_s.clear()
    late = [frame.t_s for frame in islice(frames, 3)]
    assert late == pytest.approx([0.25, 0.30, 0.35])
    assert time.slept_s == [0.0] * 3


def test_the_demo_stops_when_asked() -> None:
    time = FakeTime()
    settings = CameraSettings(width=160, height=120)
    asked = iter([False, True])
    source = DemoSource("demo", settings, time.clock, time.sleep)
    assert len(list(source.frames(lambda: next(asked)))) == 1
    source.close()


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_a_source(name: str) -> None:
    source = open_source(CameraSettings(source=name, width=64, height=64))
    assert isinstance(source, DemoSource)
    assert next(source.frames(never)).t_s == 0.0


@pytest.mark.parametrize("name", ["demo:", "demo:dance"])
def test_an_act_that_is_not_there(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(CameraSettings(source=name))
    assert str(caught.value) == (
        f"{name}: there is no such act; there are demo, demo:slides, demo:draw"
    )
