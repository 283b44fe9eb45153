"""What each way of starting gestured can do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from daemon.service.program import Program


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How a service is.

    Attributes:
        kind: What starts it.
        installed: Whether it is set up to be started.
        running: Whether it runs now.
        text: More of it, in plain words.
        problem: What is wrong with it, or None.
        mend: What to do about that.
        log: Where its log is, or None where none is kept.
    """

    kind: str
    installed: bool
    running: bool
    text: str
    problem: str | None = None
    mend: str | None = None
    log: str | None = None


class Service(Protocol):
    """Each method yields in one line each what it has done, and raises ServiceError."""

    def text(self, program: Program) -> str:
        """What is written at installation."""

    def is_installed(self) -> bool:
        """Whether a file or task of ours is there."""

    def command(self) -> Sequence[str]:
        """What the installed one starts."""

    def has_network(self) -> bool:
        """Whether the installed one lets the daemon talk to other machines."""

    def install(self, program: Program) -> Iterator[str]:
        """Have it started with each login. Doing it again changes what has changed."""

    def uninstall(self) -> Iterator[str]:
        """End it and remove all that `install` made."""

    def start(self) -> Iterator[str]:
        """Start it now."""

    def stop(self) -> Iterator[str]:
        """End it until the next login or `start`."""

    def status(self) -> ServiceStatus:
        """How it is."""
