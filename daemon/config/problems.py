"""What is wrong with a configuration, where, and how to say it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Literal

Severity = Literal["error", "warning"]

#: Columns of a source line that are shown; a longer line is cut around the fault.
_SHOWN_COLUMNS = 100
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one file.

    Attributes:
        path: The file.
        line: Its line, from 1; 0 when the fault is with the file as a whole.
        column: Character in the line, from 1.
        where: Dotted path of the value, as in `bindings[2].action.keys`; empty when there is none.
        message: What was expected and what was found.
        suggestion: The nearest valid name, or None.
        severity: A warning leaves the configuration usable.
        length: Characters from `column` on that are at fault.
    """

    path: Path
    line: int
    column: int
    where: str
    message: str
    suggestion: str | None = None
    severity: Severity = "error"
    length: int = 1

    def to_json(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "line": self.line,
            "column": self.column,
            "severity": self.severity,
            "where": self.where,
            "message": self.message,
            "suggestion": self.suggestion,
        }


class ConfigError(Exception):
    """A configuration that can't be used; its text is every problem, rendered.

    Attributes:
        problems: All that is wrong, in the file's order.
        source_lines: The lines of the file.
    """

    #: For the process that ends because of it: EX_CONFIG of sysexits.h.
    exit_code: ClassVar[int] = 78

    def __init__(self, problems: Iterable[Problem], source_lines: Sequence[str] = ()) -> None:
        self.problems = tuple(problems)
        self.source_lines = tuple(source_lines)
        super().__init__(self.problems, self.source_lines)

    def __str__(self) -> str:
        return "\n".join(render(problem, self.source_lines) for problem in self.problems)


def render(problem: Problem, source_lines: Sequence[str] = ()) -> str:
    """A problem as people read it: one line, then the source line with a caret under the fault.

    Args:
        problem: What to show.
        source_lines: The lines of the problem's file; without them, and of an empty
            line, only the first line is shown.
    """
    place = str(problem.path)
    if problem.line:
        place += f":{problem.line}:{problem.column}"
    head = ": ".join(
        part for part in (place, problem.severity, problem.where, problem.message) if part
    )
    hint = f"did you mean '{problem.suggestion}'?" if problem.suggestion else ""
    is_there = 1 <= problem.line <= len(source_lines)
    if not is_there or not source_lines[problem.line - 1].strip():
        return f"{head}; {hint}" if hint else head
    source, caret = _excerpt(source_lines[problem.line - 1], problem.column, problem.length)
    gutter = f"{problem.line:>5}"
    return "\n".join(
        (head, f"{gutter} | {source}", f"{' ' * len(gutter)} | {caret} {hint}".rstrip())
    )


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that `word` most likely stands for, or None when none is near."""
    if len(word) > _LONGEST_NAME:
        return None
    folded = {_fold(name): name for name in names}
    near = get_close_matches(_fold(word), folded, n=1)
    return folded[near[0]] if near else None


def _fold(name: str) -> str:
    return name.casefold().replace("-", "_").replace(" ", "_")


def _excerpt(line: str, column: int, length: int) -> tuple[str, str]:
    line = line.rstrip()
    start = column - 1
    first = 0
    if len(line) > _SHOWN_COLUMNS:
        first = max(0, min(start - _SHOWN_COLUMNS // 2, len(line) - _SHOWN_COLUMNS))
    last = first + _SHOWN_COLUMNS
    shown = "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}"
                    for char in line[first:last])  # fmt: skip
    begin, end = start - first, min(start + length, last) - first
    before = "".join("\t" if char == "\t" else " " * _width(char) for char in shown[:begin])
    marked = sum(_width(char) for char in shown[begin:end])
    left, right = "…" * (first > 0), "…" * (last < len(line))
    caret = " " * len(left) + before + "^" + "~" * (marked - 1)
    return left + shown + right, caret


def _width(char: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
