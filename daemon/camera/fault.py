"""Why a camera gives no pictures, told apart in plain words with a mend."""

from __future__ import annotations

import errno
import os
import struct
from enum import Enum, auto
from pathlib import Path

from daemon.cameras import Camera, permission_mend

# From Linux's videodev2.h: `struct v4l2_requestbuffers` is count, type, memory, capabilities and
# flags; _IOWR('V', 8, of it) as all machines number it that MediaPipe is made for.
_REQUEST_BUFFERS = struct.Struct("=5I")
_VIDIOC_REQBUFS = 0xC0145608
_CAPTURE_TYPE, _MMAP_MEMORY = 1, 1
_GONE = (errno.ENOENT, errno.ENODEV, errno.ENXIO)
_FORBIDDEN = (errno.EACCES, errno.EPERM)


class Loss(Enum):
    """How pictures came to an end."""

    CLOSED = auto()  # reads fail at once
    SILENT = auto()  # a read waits, or waited until it gave up
    GARBAGE = auto()  # something comes, and is no picture
    NO_FIRST = auto()  # opened, and no picture has come yet
    FROZEN = auto()  # the same picture again and again


class CameraFault(Exception):
    """A camera can't be opened; `str()` is one line with the mend."""


def is_gone(path: str) -> bool:
    """Whether a device's node has disappeared; asks no driver."""
    return not Path(path).exists()


def unplugged(camera: Camera) -> str:
    """What to say of a camera whose node has disappeared."""
    return f"{camera} is unplugged: plug it in again"


def device_fault(camera: Camera) -> str | None:
    """What keeps a camera from being opened; None where nothing is found. Asks the driver."""
    path = camera.path
    try:
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno in _GONE:
            return unplugged(camera)
        if error.errno in _FORBIDDEN:
            return f"{camera}: you may not open it: {permission_mend(camera)}"
        return _busy(camera) if error.errno == errno.EBUSY else None
    try:
        refusal = _buffers_refused(handle)
    finally:
        os.close(handle)
    if refusal == errno.ENOTTY:
        return f"{camera} is no camera that gives video: name another one as the source"
    return _busy(camera) if refusal == errno.EBUSY else None


def _buffers_refused(handle: int) -> int | None:
    """Why a camera's buffers can't be released, of which we have none.

    EBUSY: another program has them. ENOTTY: it is something else, and has none.
    """
    try:
        import fcntl

        fcntl.ioctl(
            handle, _VIDIOC_REQBUFS, _REQUEST_BUFFERS.pack(0, _CAPTURE_TYPE, _MMAP_MEMORY, 0, 0)
        )
    except ImportError:
        return None
    except OSError as error:
        return error.errno
    return None


def _busy(camera: Camera) -> str:
    users = users_of(camera.path)
    if os.getpid() in users:
        return f"{camera} is stuck in its driver: unplug it and plug it in again"
    by = ", ".join(sorted(set(users.values()))) or "another program"
    return f"{camera} is in use by {by}: close it there"


def users_of(path: str, processes: Path = Path("/proc")) -> dict[int, str]:
    """Number and name of each of this user's programs that have a file open, on Linux."""
    users = {}
    for process in processes.glob("[0-9]*"):
        try:
            if any(str(each.readlink()) == path for each in (process / "fd").iterdir()):
                name = (process / "comm").read_text("utf-8", "replace")
                users[int(process.name)] = name.strip()
        except OSError:  # another user's, or gone by now
            continue
    return users
