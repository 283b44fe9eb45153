"""Cameras in a folder laid out like Linux's, and what each kind of source finds among them."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from daemon import cameras
from daemon.cameras import (
    Camera,
    CameraNotFound,
    choose_camera,
    device_caps,
    list_cameras,
    means_camera,
    permission_mend,
    without_password,
)

CAPTURE = 0x04200001
METADATA = 0x04A00000
OUTPUT = 0x04200002
CODEC = 0x04204000
RAW_SENSOR = 0x24200001

BRIO = Camera(0, "/dev/video0", "Logitech BRIO")
LID = Camera(2, "/dev/video2", "HD Webcam: HD Webcam")
INFRARED = Camera(4, "/dev/video4", "HD Webcam: IR Camera")
THREE = [BRIO, LID, INFRARED]


def node(root: Path, number: int, name: str, index: int = 0) -> None:
    folder = root / f"video{number}"
    folder.mkdir(parents=True)
    (folder / "name").write_text(f"{name}\n", "utf-8")
    (folder / "index").write_text(f"{index}\n", "utf-8")


def unknown(_: str) -> None:
    return None


def test_lists_by_number_and_leaves_out_what_gives_no_pictures(tmp_path: Path) -> None:
    caps = {10: CAPTURE, 2: CAPTURE, 3: METADATA, 4: OUTPUT, 5: CODEC, 6: RAW_SENSOR, 7: 0x1000}
    for number in caps:
        node(tmp_path, number, f"camera {number}")
    asked = {f"/dev/video{number}": bits for number, bits in caps.items()}
    assert list_cameras(tmp_path, caps_of=asked.get) == [
        Camera(2, "/dev/video2", "camera 2"),
        Camera(7, "/dev/video7", "camera 7"),
        Camera(10, "/dev/video10", "camera 10"),
    ]


def test_the_first_node_of_a_camera_is_taken_when_it_can_not_be_asked(tmp_path: Path) -> None:
    node(tmp_path, 0, "HD Webcam")
    node(tmp_path, 1, "HD Webcam", index=1)
    assert list_cameras(tmp_path, caps_of=unknown) == [Camera(0, "/dev/video0", "HD Webcam")]


def test_a_second_node_that_gives_pictures_is_a_camera(tmp_path: Path) -> None:
    node(tmp_path, 1, "Stereo", index=1)
    assert [camera.index for camera in list_cameras(tmp_path, caps_of=lambda _: CAPTURE)] == [1]


def test_other_devices_and_names_of_all_sorts(tmp_path: Path) -> None:
    for name in ("v4l-subdev0", "video", "videoX", "radio0"):
        (tmp_path / name).mkdir()
    (tmp_path / "video0").mkdir()
    node(tmp_path, 1, "two\nlines\x1b[1m")
    (tmp_path / "video1" / "name").write_bytes(b"bad \xff byte\x07\n")
    assert [camera.name for camera in list_cameras(tmp_path, caps_of=unknown)] == [
        "video0",
        "bad \N{REPLACEMENT CHARACTER} byte",
    ]


def test_no_folder_no_cameras(tmp_path: Path) -> None:
    assert list_cameras(tmp_path / "none") == []


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's ioctl")
@pytest.mark.parametrize(
    ("whole", "of_node", "expected"),
    [(0x84A00001, METADATA, METADATA), (0x04000001, 0, 0x04000001)],
)
def test_asks_what_the_node_can_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: int, of_node: int, expected: int
) -> None:
    import fcntl

    def ioctl(_: int, request: int, argument: bytes) -> bytes:
        assert (request, len(argument)) == (0x80685600, 104)
        return struct.pack("16s32s32sIII12x", b"uvcvideo", b"HD", b"usb", 1, whole, of_node)

    monkeypatch.setattr(fcntl, "ioctl", ioctl)
    device = tmp_path / "video0"
    device.touch()
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert device_caps(str(device)) == expected
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's ioctl")
def test_what_does_not_answer_has_no_caps(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert device_caps(str(tmp_path / "file")) is None
    assert device_caps(str(tmp_path / "none")) is None


@pytest.mark.parametrize(
    ("source", "camera"),
    [
        ("auto", BRIO),
        ("AUTO", BRIO),
        ("0", BRIO),
        ("4", INFRARED),
        ("/dev/video2", LID),
        ("/dev/../dev/video2", LID),
        ("brio", BRIO),
        ("ir cam", INFRARED),
        ("hd webcam: hd webcam", LID),
        (" Logitech BRIO ", BRIO),
    ],
)
def test_finds(source: str, camera: Camera) -> None:
    assert choose_camera(source, THREE) is camera


def test_follows_links(tmp_path: Path) -> None:
    device, link = tmp_path / "video2", tmp_path / "usb-Logitech_BRIO-index0"
    device.touch()
    link.symlink_to(device.name)
    camera = Camera(2, str(device), "Logitech BRIO")
    assert choose_camera(str(link), [BRIO, camera]) is camera


def test_a_number_that_is_no_index_may_be_part_of_a_name() -> None:
    c920 = Camera(1, "/dev/video1", "HD Pro Webcam C920")
    assert choose_camera("920", [BRIO, c920]) is c920


def test_a_whole_name_comes_before_a_part() -> None:
    plain = Camera(6, "/dev/video6", "HD Webcam")
    assert choose_camera("HD webcam", [*THREE, plain]) is plain


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (
            "HD",
            "'HD' fits 2 cameras: give the path of one: "
            "/dev/video2 'HD Webcam: HD Webcam', /dev/video4 'HD Webcam: IR Camera'",
        ),
        (
            "logitek",
            "no camera 'logitek': did you mean 'Logitech BRIO'? there are "
            "/dev/video0 'Logitech BRIO', /dev/video2 'HD Webcam: HD Webcam', "
            "/dev/video4 'HD Webcam: IR Camera'",
        ),
    ],
)
def test_says_which_there_are(source: str, line: str) -> None:
    with pytest.raises(CameraNotFound) as caught:
        choose_camera(source, THREE)
    assert str(caught.value) == line
    assert caught.value.source == source
    assert caught.value.cameras == tuple(THREE)


@pytest.mark.parametrize(
    ("source", "problem", "suggestion"),
    [
        ("7", "no camera '7'", ""),
        ("/dev/video7", "no camera '/dev/video7'", ""),
        ("biro", "no camera 'biro'", "did you mean 'Logitech BRIO'? "),
        ("/dev/v4l/by-id/gone", "no camera '/dev/v4l/by-id/gone'", ""),
        ("", "no camera ''", ""),
        ("two\nlines", r"no camera 'two\nlines'", ""),
        ("/dev/\0", r"no camera '/dev/\x00'", ""),
        ("9" * 5000, f"no camera '{'9' * 5000}'", ""),
    ],
)
def test_one_camera_and_another_wanted(source: str, problem: str, suggestion: str) -> None:
    with pytest.raises(CameraNotFound) as caught:
        choose_camera(source, [BRIO])
    line = f"{problem}: {suggestion}there is only /dev/video0 'Logitech BRIO'"
    assert str(caught.value) == line


def test_two_of_a_kind_are_told_apart_by_path() -> None:
    twin = Camera(2, "/dev/video2", "Logitech BRIO")
    with pytest.raises(CameraNotFound, match="fits 2 cameras: give the path of one: /dev/video0 "):
        choose_camera("Logitech BRIO", [BRIO, twin])
    assert choose_camera("/dev/video2", [BRIO, twin]) is twin


def test_a_link_to_itself(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(CameraNotFound):
        choose_camera(str(loop), [BRIO])


@pytest.mark.parametrize("source", ["auto", "0", "brio"])
def test_no_camera_at_all(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(CameraNotFound) as caught:
        choose_camera(source, [])
    line = str(caught.value)
    assert line.startswith("no camera was found: is it plugged in")
    for word in ("in use", "group 'video'", "container", "virtual machine", "/dev/video0"):
        assert word in line
    assert "\n" not in line


def test_no_names_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(CameraNotFound, match="give an index, such as 0"):
        choose_camera("auto", [])


def test_which_sources_are_cameras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.mp4").touch()
    (tmp_path / "pictures").mkdir()
    for source in ("auto", "0", "/dev/video0", "/dev/v4l/by-id/x", "brio", "demonic", "absent.mp4"):
        assert means_camera(source)
    for source in ("demo", "demo:slides", "talk.mp4", "pictures", "rtsp://host/stream"):
        assert not means_camera(source)
    for source in ("./absent.mp4", "~/a.mp4"):
        assert not means_camera(source)


@pytest.mark.parametrize(
    ("group", "mend"),
    [
        ("video", 'sudo usermod -aG video "$USER", then log out and in again'),
        ("root", "give {} to the group 'video', as udev's rules do, and join that group"),
        (None, "give {} to the group 'video', as udev's rules do, and join that group"),
    ],
)
def test_mends_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, group: str | None, mend: str
) -> None:
    def group_of(_: Path) -> str:
        if group is None:
            raise KeyError("getgrgid(): gid not found: 4711")
        return group

    monkeypatch.setattr(cameras.Path, "group", group_of)
    path = str(tmp_path / "video0")
    assert permission_mend(Camera(0, path, "Logitech BRIO")) == mend.format(path)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://me:secret@camera:81/a@b", "http://b"),
        ("rtsp://camera/stream", "rtsp://camera/stream"),
        ("http://me:secret@camera", "http://camera"),
        ("http://camera/video?user=me&pwd=secret", "http://camera/video?…"),
        ("http://camera?pwd=secret", "http://camera?…"),
        ("http://camera/video#secret", "http://camera/video#…"),
        ("http://camera/user=me&password=secret&channel=1", "http://camera/…"),
        ("http://camera/password%3Dsecret", "http://camera/…"),
        ("rtsp+tcp://me:secret@camera/a", "rtsp+tcp://camera/a"),
        ("h264://me:secret@camera/a", "h264://camera/a"),
        ("htp://me:secret@camera/a", "htp://camera/a"),
        (" http://me:secret@camera/a", "http://camera/a"),
        ("http:/me:secret@camera/a", "http:/camera/a"),
        ("me:secret@camera/a", "…@camera/a"),
        ("rtsp://me:a/secret@camera/a", "rtsp://camera/a"),
        ("rtsp://me:sec#ret@camera/a", "rtsp://camera/a"),
        ("rtsp://me:sec@ret@camera/a", "rtsp://camera/a"),
        ("rtsp://me:sec?ret@camera/a", "rtsp://…"),
        ("http://camera/video?pwd=se@cret", "http://…"),
        ("http://camera/pwd=se@cret", "http://…"),
        ("C:\\clips\\a=b.mp4", "C:\\clips\\a=b.mp4"),
        ("HD Webcam: HD Webcam #2", "HD Webcam: HD Webcam #2"),
        ("0", "0"),
    ],
)
def test_passwords_are_not_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown


PASSWORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="…") | st.sampled_from("@:/?#=&%"), min_size=3
)
ADDRESSES = (
    "{scheme}{user}:{password}@{host}{path}",
    "{scheme}{host}/video?user={user}&password={password}{path}",
    "{scheme}{host}/user={user}&password={password}{path}",
    "{scheme}{host}/video#{password}{path}",
)


@given(
    st.sampled_from(ADDRESSES),
    st.sampled_from(
        ("http://", "HTTP://", "rtsp+tcp://", "h264://", "htp://", "http:/", " http://")
    ),
    st.text(),
    PASSWORDS,
    st.from_regex(r"[a-z0-9.-]{1,20}(:[0-9]{1,5})?", fullmatch=True),
    st.just("") | st.text().map("/{}".format),
)
def test_no_address_shows_its_password(
    written: str, scheme: str, user: str, password: str, host: str, path: str
) -> None:
    address = written.format(scheme=scheme, user=user, password=password, host=host, path=path)
    shown = without_password(address)
    may_be_shown = (f"{host}/video", *f"{host}{path}".split("@"))
    assume(not any(password in f"{scheme}{each}" for each in may_be_shown))
    assert password not in shown


@pytest.mark.parametrize("cameras", [[], [LID], [LID, LID]])
def test_a_camera_that_is_not_there_is_told_without_a_password(cameras: list[Camera]) -> None:
    with pytest.raises(CameraNotFound) as caught:
        choose_camera("me:secret@HD Webcam", cameras)
    assert "secret" not in str(caught.value)
