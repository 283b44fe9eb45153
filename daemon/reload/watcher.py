"""Noticing that a file has changed, however its editor writes it.

The file is looked at once a second, which is all there is on a network drive or without watches
left; elsewhere the system rings at once when something happens in one of the folders that decide
what the path leads to. Either way only what the look finds counts.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from daemon.config.whereabouts import deciding_folders

_log = logging.getLogger(__name__)

#: A file that never comes to rest is reported after so many looks.
_MOST_LOOKS = 25
_END_S = 5.0
_NEVER = object()

#: What changes with a file's content, rights or place: device, inode, size, times, mode, owner.
_Stamp = tuple[int, int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the file is looked at, s.

    Attributes:
        look_s: In any case.
        quiet_s: For how long a change must be the last one.
    """

    look_s: float = 1.0
    quiet_s: float = 0.2


class Watcher:
    """Watches a file from a thread of its own.

    Args:
        path: The file; it and its folders may come and go.
        changed: Called on the thread, once at the start and whenever the file may have changed
            and come to rest.
        pace: How often to look.
    """

    def __init__(self, path: Path, changed: Callable[[], None], pace: Pace | None = None) -> None:
        self._path = path
        self._changed = changed
        self._pace = pace or Pace()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="config watcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; again does nothing."""
        self._closing.set()
        self._thread.join(_END_S)

    def _watch(self) -> None:
        seen: object = _NEVER
        for _ in self._bells():
            stamp = _stamp(self._path)
            if stamp == seen:
                continue
            seen = self._at_rest(stamp)
            if self._closing.is_set():
                return
            self._changed()

    def _at_rest(self, stamp: _Stamp | None) -> _Stamp | None:
        """The stamp that the file keeps for a while."""
        for _ in range(_MOST_LOOKS):
            before = stamp
            self._closing.wait(self._pace.quiet_s)
            stamp = _stamp(self._path)
            if stamp == before or self._closing.is_set():
                break
        return stamp

    def _bells(self) -> Iterator[None]:
        """Something may have happened; comes at once and every `look_s` at least, until closed."""
        yield
        try:
            while not self._closing.is_set():
                folders = _identified(self._path)
                if folders:
                    yield from self._rings(folders)
                else:
                    self._closing.wait(self._pace.look_s)
                    yield
        except (ImportError, OSError, RuntimeError) as error:
            _log.warning(
                "the configuration's folder can't be watched (%s): the file is looked at every"
                " %g s instead; `gestured reload` takes it up at once",
                error,
                self._pace.look_s,
            )
        while not self._closing.wait(self._pace.look_s):
            yield

    def _rings(self, folders: dict[Path, tuple[int, int]]) -> Iterator[None]:
        """Bells of some folders, for as long as these are the ones that decide."""
        from watchfiles import watch

        logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it tells of every change
        step_ms = max(1, round(self._pace.quiet_s * 500))
        rings = watch(
            *folders,
            watch_filter=None,
            step=step_ms,
            debounce=10 * step_ms,
            stop_event=self._closing,
            rust_timeout=round(self._pace.look_s * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=False,
        )
        with closing(rings), suppress(FileNotFoundError):  # gone since they were looked up
            for changes in rings:
                yield
                # A folder that went away is watched no more, even if there is another by now.
                is_lost = any(Path(changed) in folders for _, changed in changes)
                if is_lost or _identified(self._path) != folders:
                    break


def _identified(path: Path) -> dict[Path, tuple[int, int]]:
    """The deciding folders, with what tells each from a later one of its name."""
    found = {}
    for folder in deciding_folders(path):
        try:
            stat = folder.stat()
        except OSError:
            continue
        found[folder] = (stat.st_dev, stat.st_ino)
    return found


def _stamp(path: Path) -> _Stamp | None:
    """None when there is no such file, or it can't be looked at."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return (
        stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_mode,
        stat.st_uid,
    )  # fmt: skip
