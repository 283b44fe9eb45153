"""One daemon a session: the lock that it holds for as long as it lives.

The system lets go of the lock however its process ends, so none is ever stale. The daemon's
process id is in a file of its own, since Windows lets nobody read a locked one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.control.errors import AnotherRuns, ControlError, StillRuns

_POLL_S = 0.05


@contextmanager
def as_only_daemon(folder: Path) -> Iterator[None]:
    """Be the session's daemon.

    Raises:
        AnotherRuns: Another one is.
        ControlError: There is no place to say that this one is.
    """
    with _locked(folder, 0.0) as is_ours:
        if not is_ours:
            raise AnotherRuns(
                f"gestured runs already in this session{_of(running_pid(folder))}:"
                " `gestured stop` ends it; with --dry-run another one runs beside it"
            )
        pid_file = _pid_file(folder)
        try:
            _write_pid(pid_file)
            yield
        finally:
            pid_file.unlink(missing_ok=True)


@contextmanager
def without_daemon(folder: Path, timeout_s: float) -> Iterator[None]:
    """Wait until no daemon runs, and let none start meanwhile.

    Raises:
        StillRuns: One does after `timeout_s`.
        ControlError: The folder can't be locked.
    """
    with _locked(folder, timeout_s) as is_ours:
        if not is_ours:
            raise StillRuns(
                f"gestured{_of(running_pid(folder))} has not ended within {timeout_s:g} s;"
                f" {how_to_kill(folder)}"
            )
        _pid_file(folder).unlink(missing_ok=True)  # a killed one left it
        yield


def running_pid(folder: Path) -> int | None:
    """Process id of the daemon that holds the lock; None if unknown. Asked when one does."""
    try:
        return int(_pid_file(folder).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def how_to_kill(folder: Path) -> str:
    """What helps against a daemon that does not react."""
    pid = running_pid(folder)
    kill = f"`kill -9 {pid}`" if pid else "kill its process"
    return f"{kill}, then `gestured stop` releases what it held"


def _write_pid(pid_file: Path) -> None:
    try:
        pid_file.write_text(f"{os.getpid()}\n", encoding="ascii")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            why = f"no room in {pid_file.parent} for the process id: free some there"
        else:
            why = f"{pid_file}: can't be written: {error.strerror}; remove it"
        raise ControlError(why) from error


def _pid_file(folder: Path) -> Path:
    return folder / "daemon.pid"


def _of(pid: int | None) -> str:
    return f" (pid {pid})" if pid else ""


@contextmanager
def _locked(folder: Path, timeout_s: float) -> Iterator[bool]:
    """Hold the lock; False when somebody else still does after `timeout_s`."""
    import filelock

    lock = filelock.FileLock(folder / "daemon.lock")
    try:
        lock.acquire(timeout=timeout_s, poll_interval=_POLL_S)
    except filelock.Timeout:
        yield False
        return
    except OSError as error:
        raise ControlError(f"{folder}: can't be locked: {error.strerror}; make room") from error
    try:
        yield True
    finally:
        lock.release()
