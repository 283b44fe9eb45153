"""Which cameras there are, told without starting any, and which of them a source means."""

from __future__ import annotations

import os
import re
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from daemon.config.problems import nearest

# From Linux's videodev2.h: `struct v4l2_capability` is driver, card, bus, then version,
# capabilities, device_caps and three reserved words; _IOR('V', 0, of it) as most machines number
# it. Where the number differs the question fails, and the node's index decides.
_CAPABILITY = struct.Struct("=16s32s32s6I")
_VIDIOC_QUERYCAP = 0x80685600
_VIDEO_CAPTURE = 0x00000001 | 0x00001000  # single- and multi-planar
_NEEDS_MEDIA_CONTROLLER = 0x20000000  # V4L2_CAP_IO_MC: no pictures until a pipeline is set up
_HAS_DEVICE_CAPS = 0x80000000

_NODE = re.compile(r"video(\d+)")
#: One slash is a slip of the pen; one letter and a colon are a Windows drive.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:/+", re.IGNORECASE)
_LOGIN = re.compile(r"[^@]*:.*@", re.DOTALL)
#: What no user and password look like unless badly encoded: the @ behind it may be part of a
#: password that is given in the path or the query.
_SETTING = re.compile(r"\?|[/#].*=", re.DOTALL)
_PARTS = re.compile(r"(?P<host>[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera: the index OpenCV knows it by, its device path, and its name for people."""

    index: int
    path: str
    name: str

    def __str__(self) -> str:
        return f"{self.path} '{self.name}'"


class CameraNotFound(Exception):
    """No camera, or not just one, is meant by a source; `str()` is one line.

    Attributes:
        problem: What is wrong.
        mend: What to do about it.
        source: As it was asked for.
        cameras: Those there are.
    """

    def __init__(self, problem: str, mend: str, source: str, cameras: Sequence[Camera]) -> None:
        super().__init__(problem, mend, source, cameras)
        self.problem = problem
        self.mend = mend
        self.source = source
        self.cameras = tuple(cameras)

    def __str__(self) -> str:
        return f"{self.problem}: {self.mend}"


class AmbiguousCamera(CameraNotFound):
    """A name fits more than one camera."""


def device_caps(path: str) -> int | None:
    """What a video device can do: Linux's `V4L2_CAP_*` bits of that node, not of the whole camera.

    The device is opened for the question only, which neither starts it nor keeps others from it.
    None when it can't be opened or doesn't answer.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        import fcntl

        answer = fcntl.ioctl(handle, _VIDIOC_QUERYCAP, bytes(_CAPABILITY.size))
    except OSError:
        return None
    finally:
        os.close(handle)
    *_, capabilities, of_node, _, _, _ = _CAPABILITY.unpack(answer)
    return int(of_node if capabilities & _HAS_DEVICE_CAPS else capabilities)


def list_cameras(
    root: Path = Path("/sys/class/video4linux"),
    *,
    caps_of: Callable[[str], int | None] = device_caps,
) -> list[Camera]:
    """The cameras of the system, by rising index, whether this user may open them or not.

    Nodes that give metadata instead of pictures are left out, as are outputs, codecs, and nodes
    that need a media pipeline. Linux only: macOS and Windows tell no names without further
    libraries, so there the list is empty and it is left to OpenCV to try an index.

    Args:
        root: Linux's folder of video devices.
        caps_of: Gives `device_caps` of a device path.
    """
    cameras = []
    for entry in root.glob("video*"):
        node = _NODE.fullmatch(entry.name)
        if node is None:
            continue
        path = f"/dev/{entry.name}"
        if _gives_pictures(caps_of(path), entry):
            cameras.append(Camera(int(node[1]), path, _read(entry / "name") or entry.name))
    return sorted(cameras, key=lambda camera: camera.index)


def choose_camera(source: str, cameras: Sequence[Camera]) -> Camera:
    """The camera that `source` means.

    Args:
        source: `auto` for the first, an index, a device path or a link to one, or a part of a
            name in any case. A whole name comes before a part.
        cameras: As listed.

    Raises:
        CameraNotFound: None of them is meant.
        AmbiguousCamera: More than one is.
    """
    if not cameras:
        raise CameraNotFound("no camera was found", _none_mend(), source, cameras)
    wanted = source.strip()
    if wanted.casefold() == "auto":
        return cameras[0]
    for camera in cameras:
        if wanted == str(camera.index):
            return camera
    target = _resolved(wanted) if "/" in wanted else None
    for camera in cameras:
        if target is not None and target == _resolved(camera.path):
            return camera
    return _by_name(wanted, source, cameras)


def means_demo(source: str) -> bool:
    """Whether a source means an act of the built-in hand: `demo`, or `demo:` and a name."""
    return source.partition(":")[0] == "demo"


def means_camera(source: str) -> bool:
    """Whether a source means a camera, not a file, a folder, an address or the demo."""
    if means_demo(source) or ("/" in source and not source.startswith("/dev/")):
        return False
    return not (Path(source).is_file() or Path(source).is_dir())


def without_password(source: str) -> str:
    """A source fit for logs: of an address what holds no password, however badly it is written.

    That is its scheme and host, and its path unless settings are in it. Passwords may have any of
    @ / ? # in them, so the host is behind the last @; where even that may be part of a password,
    only the scheme is shown.
    """
    source = source.strip()
    scheme = _SCHEME.match(source)
    if scheme is None:
        return _LOGIN.sub("…@", source)
    before, _, after = source[scheme.end() :].rpartition("@")
    parts = _PARTS.fullmatch(after)
    if parts is None or _SETTING.search(before):
        return f"{scheme[0]}…"
    path = "/…" if "=" in unquote(parts["path"]) else parts["path"]
    rest = f"{parts['rest'][0]}…" if parts["rest"] else ""
    return f"{scheme[0]}{parts['host']}{path}{rest}"


def permission_mend(camera: Camera) -> str:
    """What to do when the system lets this user not open the camera."""
    try:
        group = Path(camera.path).group()
    except (KeyError, NotImplementedError, OSError):
        group = "root"
    if group == "root":
        return f"give {camera.path} to the group 'video', as udev's rules do, and join that group"
    return f'sudo usermod -aG {group} "$USER", then log out and in again'


def _by_name(wanted: str, source: str, cameras: Sequence[Camera]) -> Camera:
    folded, shown = wanted.casefold(), without_password(source)
    candidates = [camera for camera in cameras if folded == camera.name.casefold()]
    if not candidates and wanted:
        candidates = [camera for camera in cameras if folded in camera.name.casefold()]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        problem = f"{shown!r} fits {len(candidates)} cameras"
        mend = f"give the path of one: {_listed(candidates)}"
        raise AmbiguousCamera(problem, mend, source, cameras)
    there = "there is only" if len(cameras) == 1 else "there are"
    mend = f"{there} {_listed(cameras)}"
    if suggestion := _suggestion(wanted, cameras):
        mend = f"did you mean '{suggestion}'? {mend}"
    raise CameraNotFound(f"no camera {shown!r}", mend, source, cameras)


def _suggestion(wanted: str, cameras: Sequence[Camera]) -> str | None:
    """The name that is near to what was asked for, or that has a word which is."""
    names = {word: camera.name for camera in cameras for word in camera.name.split()}
    names |= {camera.name: camera.name for camera in cameras}
    near = nearest(wanted, names)
    return names[near] if near else None


def _gives_pictures(caps: int | None, entry: Path) -> bool:
    if caps is None:
        # Drivers put pictures on a camera's first node and metadata on those after it.
        return _read(entry / "index") in ("0", "")
    return bool(caps & _VIDEO_CAPTURE) and not caps & _NEEDS_MEDIA_CONTROLLER


def _none_mend() -> str:
    if sys.platform != "linux":
        return "this system names none; give an index, such as 0"
    return (
        "is it plugged in, and not in use elsewhere? are you in the group 'video'?"
        " a container or virtual machine needs the device (/dev/video0) passed to it"
    )


def _listed(cameras: Sequence[Camera]) -> str:
    return ", ".join(map(str, cameras))


def _resolved(path: str) -> Path | None:
    try:
        return Path(path).resolve()
    except (OSError, ValueError, RuntimeError):  # a loop of links is a RuntimeError up to 3.12
        return None


def _read(path: Path) -> str:
    """The line in a file of the kernel's, fit to be printed; empty when it is gone."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return ""
    return "".join(char if char.isprintable() else " " for char in text).strip()
