"""What is held down, kept where it outlives the process: after SIGKILL another one releases it.

Each daemon maps a small file of its own into memory. Writing to it takes microseconds and asks
nothing of the disk; what is written is in the kernel's hands, so it is there when the process is
gone. Two slots are written in turn, each with a number and a checksum: a process that dies while
it writes one leaves the other.
"""

from __future__ import annotations

import errno
import json
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

from daemon.control.errors import ControlError

Held = tuple[Literal["key", "button"], str]
"""Kind and name of what is down, as the backend was told."""

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


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of all that dead processes left down.

    Attributes:
        done: What is up again, in one line a process.
        problems: What may be down still, or can't be known, in one line each with the mend.
    """

    done: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Ledger:
    """The file of this process.

    Args:
        path: A file that is not there yet.
        backend: Name of the backend that presses.
        display: `DISPLAY` of this process, or None.

    Raises:
        OSError: There is no place for it, and nothing of it is left behind.
    """

    def __init__(self, path: Path, backend: str, display: str | None) -> None:
        self._path = path
        self._about = {"backend": backend, "display": display}
        self._lock = FileLock(_lock_of(path))
        self._lock.acquire(timeout=0)
        try:
            self._memory = _mapped(path)
        except OSError:
            path.unlink(missing_ok=True)
            self._lock.release()
            _lock_of(path).unlink(missing_ok=True)
            raise
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
    """A ledger in a folder that other daemons may share.

    Raises:
        ControlError: There is no place for it.
    """
    # Numbers of processes come again, and what could not be released is kept under its own.
    path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{_ENDING}"
    try:
        return Ledger(path, backend, display)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ControlError(
                f"no room in {folder} for the list of what is held down: free some there"
            ) from error
        raise ControlError(
            f"{path}: can't be written: {error.strerror}; what is held down is listed there"
        ) from error


def release_left_over(folder: Path, release: Callable[[LeftDown], str | None]) -> Recovered:
    """Have what dead processes left down released, and forget it. Never raises for a file.

    Args:
        folder: Where the ledgers are.
        release: Does it; returns what went wrong, or None. Called with nothing held as well:
            there may be other things to put right.
    """
    done, problems = [], []
    for path in sorted(folder.glob(f"*{_ENDING}")):
        try:
            count, problem = _release_one(path, release)
        except OSError as error:
            problems.append(f"{path}: can't be read or removed: {error.strerror}; remove it")
            continue
        if problem is not None:
            problems.append(f"an earlier run left keys or buttons down: {problem}")
        elif count:
            keys = "key or button" if count == 1 else "keys or buttons"
            done.append(f"{count} {keys} that an earlier run left down: up again")
    return Recovered(tuple(done), tuple(problems))


def _release_one(path: Path, release: Callable[[LeftDown], str | None]) -> tuple[int, str | None]:
    """How many were left down by the process of a ledger, if it is dead; what went wrong."""
    with _dead(path) as is_dead:
        if not is_dead:
            return 0, None
        if not path.is_dir() and not path.is_file():
            # Reading a pipe would wait for ever.
            raise OSError(errno.EINVAL, "it is no file")
        left = _read(path.read_bytes())
        problem = release(left)
        if problem is not None:
            return len(left.held), problem
        path.unlink(missing_ok=True)
    # Windows deletes no file that is open, as the lock was until here.
    _lock_of(path).unlink(missing_ok=True)
    return len(left.held), None


def _mapped(path: Path) -> mmap.mmap:
    """A new file with two empty slots, in memory."""
    size = 2 * _SLOT_BYTES
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b") as file:
        # Written, not only made so long: a page that finds no room at its first use is SIGBUS.
        file.write(bytes(size))
        file.flush()
        return mmap.mmap(file.fileno(), size)


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
