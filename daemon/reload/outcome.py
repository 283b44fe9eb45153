"""What came of reading the configuration again, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from daemon.config.discreet import discreet
from daemon.config.problems import ConfigError, Problem, render

T = TypeVar("T")

Answer = Callable[[Mapping[str, Any]], None]

#: Problems that an answer lists; `gestured check` shows all.
MOST_LISTED = 100


@dataclass(eq=False, slots=True)
class Asked:
    """Somebody who waits for an answer, until `until_s` at the longest; gets one, once."""

    answer: Answer
    until_s: float
    is_answered: bool = False

    def reply(self, value: Mapping[str, Any]) -> None:
        """Answer, unless that was done."""
        if not self.is_answered:
            self.is_answered = True
            self.answer(value)


@dataclass(frozen=True, slots=True)
class ConfigEvent:
    """Another configuration is in force from here on, or the file can't be used.

    Attributes:
        t_s: Time in seconds, on the clock of the gesture events.
        state: `failed`: the configuration in force stays so.
        path: The file.
        reason: What happened, in one line.
    """

    t_s: float
    state: Literal["reloaded", "failed"]
    path: Path
    reason: str

    def to_json(self) -> dict[str, Any]:
        return {
            "t": round(self.t_s, 3),
            "event": "config",
            "state": self.state,
            "path": str(self.path),
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Reloaded(Generic[T]):
    """Another configuration, ready to be put in force.

    Attributes:
        path: Its file.
        text: What it was read from.
        value: What was built of it.
        warnings: What is doubtful about it.
        asked: Who waits.
    """

    path: Path
    text: str
    value: T
    warnings: tuple[Problem, ...] = ()
    asked: Sequence[Asked] = ()

    def event(self, t_s: float) -> ConfigEvent:
        """What to tell."""
        reason = f"{self.path.name} is in force"
        if self.warnings:
            reason += f", with {counted(len(self.warnings), 'warning')}: `gestured check`"
        return ConfigEvent(t_s, "reloaded", self.path, reason)

    def reply(self) -> None:
        """Answer who waits; to be called once it is in force."""
        _reply_fine(self.asked, "reloaded", self.path, self.warnings)


@dataclass(frozen=True, slots=True)
class Failed:
    """The file can't be used; the configuration in force stays so.

    Attributes:
        path: The file.
        error: All that is wrong.
        asked: Who waits.
    """

    path: Path
    error: ConfigError
    asked: Sequence[Asked] = ()

    def event(self, t_s: float) -> ConfigEvent:
        """What to tell."""
        return ConfigEvent(t_s, "failed", self.path, summary(discreet(self.error)))

    def reply(self) -> None:
        """Answer who waits."""
        lines, problems = self.error.source_lines, self.error.problems
        value = {
            "ok": False,
            "error": summary(self.error),
            "path": str(self.path),
            "errors": len(problems),
            "problems": [
                {**problem.to_json(), "text": render(problem, lines)}
                for problem in problems[:MOST_LISTED]
            ],
        }
        for each in self.asked:
            each.reply(value)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The file says what was read before."""

    path: Path
    text: str
    warnings: tuple[Problem, ...] = ()
    asked: Sequence[Asked] = ()

    def event(self, t_s: float) -> ConfigEvent:
        """What to tell where the file could not be used before."""
        reason = f"{self.path.name} is well again: what it says is in force"
        return ConfigEvent(t_s, "reloaded", self.path, reason)

    def reply(self) -> None:
        """Answer who waits."""
        _reply_fine(self.asked, "unchanged", self.path, self.warnings)


Outcome = Reloaded[T] | Failed | Unchanged


def _reply_fine(
    asked: Sequence[Asked],
    result: Literal["reloaded", "unchanged"],
    path: Path,
    warnings: Sequence[Problem],
) -> None:
    value = {"ok": True, "result": result, "path": str(path), "warnings": len(warnings)}
    for each in asked:
        each.reply(value)


def summary(error: ConfigError) -> str:
    """What is wrong, in one line: the first problem, and how many more there are."""
    first = render(error.problems[0])
    more = len(error.problems) - 1
    return f"{first}; and {counted(more, 'more error')}" if more else first


def counted(number: int, what: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
