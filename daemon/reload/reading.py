"""What a configuration's file comes to: read, checked, and built for the loop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from daemon.config.load import parse_config
from daemon.config.model import Config
from daemon.config.problems import ConfigError, Problem
from daemon.reload.outcome import Failed, Outcome, Reloaded, Unchanged
from daemon.reload.start import Start

_log = logging.getLogger(__name__)

T = TypeVar("T")

#: A file that can't be used may be half-written: it is read again after these, s.
RETRIES_S = (0.1, 0.2, 0.4)


class Reading(Generic[T]):
    """Reads a configuration again and again; knows what the last good one was.

    Args:
        path: Its file.
        start: What was read before.
        build: Makes of a configuration what the loop needs; may raise ConfigError.
        wait: Waits between two attempts, s; True when there is to be no other.
        retries_s: How long to wait before each further attempt.
    """

    def __init__(
        self,
        path: Path,
        start: Start,
        build: Callable[[Config], T],
        wait: Callable[[float], bool],
        retries_s: Sequence[float] = RETRIES_S,
    ) -> None:
        self._path = path
        self._build = build
        self._wait = wait
        self._retries_s = retries_s
        self._read_file = start.read
        self._good = start.text
        self._warnings = start.warnings
        self._found: str | ConfigError = ""

    def outcome(self) -> Outcome[T]:
        """What the file comes to now, once it can be used or no more attempts are left."""
        self._found = self._read()
        outcome = self._made()
        for wait_s in self._retries_s:
            if not isinstance(outcome, Failed) or self._wait(wait_s):
                break
            now = self._read()
            if not _is_same(now, self._found):
                self._found = now
                outcome = self._made()
        return outcome

    def forget(self, text: str) -> None:
        """Take a text for new when it is found again: it was not put in force. Any thread may."""
        if self._good == text:
            self._good = None

    def is_as_found(self) -> bool:
        """Whether the file still is what the last outcome was made of."""
        return _is_same(self._read(), self._found)

    def _read(self) -> str | ConfigError:
        try:
            return self._read_file(self._path)
        except ConfigError as error:
            return error

    def _made(self) -> Outcome[T]:
        found = self._found
        if isinstance(found, ConfigError):
            return Failed(self._path, found)
        if found == self._good:
            return Unchanged(self._path, found, self._warnings)
        try:
            loaded = parse_config(found, self._path)
            value = self._build(loaded.config)
        except ConfigError as error:
            return Failed(self._path, error)
        except Exception as error:  # noqa: BLE001 - must not cost the one in force
            _log.exception("%s can't be put to use", self._path)
            message = f"can't be put to use: {type(error).__name__}: {error}"
            return Failed(self._path, ConfigError([Problem(self._path, 0, 0, "", message)]))
        self._good, self._warnings = found, loaded.warnings
        return Reloaded(self._path, found, value, loaded.warnings)


def _is_same(found: str | ConfigError, other: str | ConfigError) -> bool:
    return type(found) is type(other) and str(found) == str(other)
