"""What a service is installed into: the system's commands, the user's folders and environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Longer than a start may take, which `systemctl start` waits for.
_LONGEST_S = 120.0


class ServiceError(Exception):
    """The service can't be had as asked; `str()` is one line with the mend."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    output: str = ""
    errors: str = ""

    @property
    def said(self) -> str:
        """Its own words for what went wrong, in one line."""
        words = " ".join((self.errors.strip() or self.output.strip()).split())
        return words or f"it ended with {self.code}"


def run_command(command: Sequence[str]) -> Ran:
    """Run one of the system's commands to its end.

    Raises:
        ServiceError: It is not there, or does not end.
    """
    name = command[0]
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_LONGEST_S,
            check=False,
        )
    except FileNotFoundError:
        raise ServiceError(f"{name} is not on this system; `gestured run` works without") from None
    except subprocess.TimeoutExpired:
        raise ServiceError(
            f"{name} has not ended within {_LONGEST_S:.0f} s; run `{' '.join(command)}` to see why"
        ) from None
    except OSError as error:
        raise ServiceError(f"{name} can't be started: {error.strerror}; mend that first") from error
    return Ran(done.returncode, done.stdout, done.stderr)


def start_detached(command: Sequence[str]) -> Callable[[], int | None]:
    """Start a program that outlives this one; what is returned tells its exit code, if any yet.

    Raises:
        ServiceError: It can't be started.
    """
    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ).poll
    except OSError as error:
        raise ServiceError(f"{command[0]} can't be started: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class System:
    """All that installing touches, so that tests can put something else there."""

    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    home: Path = field(default_factory=Path.home)
    run: Callable[[Sequence[str]], Ran] = run_command
    start: Callable[[Sequence[str]], Callable[[], int | None]] = start_detached
    clock: Callable[[], float] = time.monotonic
    has: Callable[[str], bool] = lambda name: shutil.which(name) is not None

    @property
    def config_home(self) -> Path:
        """`$XDG_CONFIG_HOME`, which counts only where it is absolute."""
        named = self.environ.get("XDG_CONFIG_HOME", "")
        return Path(named) if named.startswith("/") else self.home / ".config"
