"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [_line(row, widths) for row in rows]


def _line(row: Iterable[str], widths: Iterable[int]) -> str:
    (first, width), *rest = zip(row, widths, strict=True)
    return "  ".join([first.ljust(width), *(cell.rjust(width) for cell, width in rest)])
