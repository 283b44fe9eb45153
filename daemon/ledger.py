"""What is held down, kept where it outlives the process: after SIGKILL another one releases it.

Each daemon maps a small file of its own into memory. Writing to it takes microseconds and asks
nothing of the disk; what is written is in the kernel's hands, so it is there when the process is
gone. Two slots are written in turn, each with a number and a checksum: a process that dies while
it writes one leaves the other.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
import secrets
import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

Held = tuple[Literal["key", "button"], str]
"""Kind and name of what is down, as the backend was told."""

_log = logging.getLogger(__name__)

_SLOT_BYTES = 4096
_HEAD = struct.Struct("<QII")  # number, length, CRC-32 of number, length and content
_ENDING = ".held"
#: So many fit into a slot; nobody has more keys under ten fingers.
_MOST_HELD = 64


@dataclass(frozen=True, slots=True)
class LeftDown:
    """What a dead process may have left down.

    Attributes:
        backend: Name of the backend that pressed it.
        display: `DISPLAY` of that process, or None.
        held: Keys and buttons, in the order in which they went down.
    """

    backend: str
    display: str | None
    held: tuple[Held, ...]


class Ledger:
    """The file of this process.

    Args:
        path: A file that is not there yet.
        backend: Name of the backend that presses.
        display: `DISPLAY` of this process, or None.
    """

    def __init__(self, path: Path, backend: str, display: str | None) -> None:
        self._path = path
        self._about = {"backend": backend, "display": display}
        self._lock = FileLock(_lock_of(path))
        self._lock.acquire(timeout=0)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.ftruncate(handle, 2 * _SLOT_BYTES)
            self._memory = mmap.mmap(handle, 2 * _SLOT_BYTES)
        finally:
            os.close(handle)
        self._number = 0
        self.write(())

    def write(self, held: Collection[Held]) -> None:
        """Put down what may be held from here on."""
        content = json.dumps({**self._about, "held": list(held)[:_MOST_HELD]}).encode()
        self._number += 1
        head = _HEAD.pack(self._number, len(content), _checksum(self._number, content))
        start = self._number % 2 * _SLOT_BYTES
        self._memory[start : start + len(head) + len(content)] = head + content

    def close(self) -> None:
        """Remove the file, unless something in it is still held."""
        is_empty = not _read(bytes(self._memory)).held
        self._memory.close()
        if is_empty:
            self._path.unlink(missing_ok=True)
        self._lock.release()
        if is_empty:
            _lock_of(self._path).unlink(missing_ok=True)


def open_ledger(folder: Path, backend: str, display: str | None) -> Ledger:
    """A ledger in a folder that other daemons may share."""
    # Numbers of processes come again, and what could not be released is kept under its own.
    return Ledger(folder / f"{os.getpid()}-{secrets.token_hex(4)}{_ENDING}", backend, display)


def release_left_over(folder: Path, release: Callable[[LeftDown], str | None]) -> list[str]:
    """Release what dead processes left down, and forget it.

    Args:
        folder: Where the ledgers are.
        release: Does it; returns what went wrong, or None. Called with nothing held as well:
            there may be other things to put right.

    Returns:
        In one line each what was released and what could not be.
    """
    told = []
    for path in sorted(folder.glob(f"*{_ENDING}")):
        with _dead(path) as is_dead:
            if not is_dead:
                continue
            left = _read(path.read_bytes())
            problem = release(left)
            if problem is not None:
                told.append(f"an earlier run left keys or buttons down: {problem}")
                continue
            if left.held:
                count = len(left.held)
                told.append(f"released {count} of what an earlier run left down")
            path.unlink(missing_ok=True)
        # Windows deletes no file that is open, as the lock was until here.
        _lock_of(path).unlink(missing_ok=True)
    return told


@contextmanager
def _dead(path: Path) -> Iterator[bool]:
    """Whether the process that wrote a ledger is gone; nobody else takes it meanwhile."""
    lock = FileLock(_lock_of(path))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield path.exists()
    finally:
        lock.release()


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _checksum(number: int, content: bytes) -> int:
    return zlib.crc32(content, number & 0xFFFFFFFF)


def _read(data: bytes) -> LeftDown:
    """The newer of the two slots that are whole."""
    newest: tuple[int, bytes] = (0, b"")
    for start in (0, _SLOT_BYTES):
        slot = data[start : start + _SLOT_BYTES]
        if len(slot) < _HEAD.size:
            continue
        number, length, checksum = _HEAD.unpack_from(slot)
        content = slot[_HEAD.size : _HEAD.size + length]
        if number > newest[0] and checksum == _checksum(number, content):
            newest = number, content
    with suppress(ValueError, KeyError, TypeError):
        value = json.loads(newest[1])
        held = tuple((kind, str(name)) for kind, name in value["held"])
        return LeftDown(str(value["backend"]), value["display"], held)
    return LeftDown("", None, ())
