"""What actions ask of the system beside keys and mouse: programs and notifications."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import Protocol

#: So many programs that gestures started may run at once.
MOST_RUNNING = 16


class OutsideError(Exception):
    """It could not be done; `str()` is one line with the mend, safe to log."""


class Outside(Protocol):
    """Neither method waits for what it starts."""

    def run(self, command: Sequence[str]) -> None:
        """Start a program.

        Raises:
            OutsideError: It can't be started.
        """

    def notify(self, text: str) -> None:
        """Show a notification."""


class Nowhere:
    """The outside of a dry run."""

    def run(self, command: Sequence[str]) -> None:
        pass

    def notify(self, text: str) -> None:
        pass


class Programs:
    """Programs started by gestures: children without a shell, a terminal or a tie to the daemon."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, command: Sequence[str]) -> None:
        """Start a program.

        Raises:
            OutsideError: It can't be started, or too many of ours run.
        """
        self._running = [program for program in self._running if program.poll() is None]
        if len(self._running) >= MOST_RUNNING:
            raise OutsideError(
                f"{MOST_RUNNING} programs that gestures started still run; end some of them"
            )
        try:
            program = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise OutsideError(f"{command[0]}: can't be started: {why}; check its path") from None
        self._running.append(program)
