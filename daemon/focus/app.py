"""The application with the focus, and what every way of learning it offers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class App:
    """An application, by the window of it that gets the keys.

    Attributes:
        names: What systems call it, as they spell it: WM_CLASS, app_id, bundle identifier, name
            of the process, class of the window.
        title: The window's title; empty where it is not told.
        fullscreen: Whether the window covers its monitor; None where it is not told.
        pid: Its process, where it is told.
    """

    names: tuple[str, ...] = ()
    title: str = ""
    fullscreen: bool | None = None
    pid: int | None = None


class Focus(Protocol):
    """Knows which application has the focus.

    Attributes:
        problem: Why it can't be known, and after a semicolon the mend, in one line; None while it
            can. It may come and go.
    """

    problem: str | None

    def focused(self) -> App | None:
        """The application that gets the keys, or None where none does or it can't be known.

        Cheap enough to be called whenever a gesture begins. Raises nothing.
        """

    def close(self) -> None: ...


class NoFocus:
    """Stands in where the focus can't be known."""

    def __init__(self, problem: str) -> None:
        self.problem: str | None = problem

    def focused(self) -> App | None:
        return None

    def close(self) -> None:
        pass


def distinct(*names: str | None) -> tuple[str, ...]:
    """The names that are there, each once, in their order."""
    return tuple(dict.fromkeys(name for name in names if name))


def process_name(pid: int | None) -> str | None:
    """What Linux calls a process, at most 15 characters of it; None where that can't be read."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
