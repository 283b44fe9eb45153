"""Printing what was measured, and on what."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any, Protocol

from daemon.bench.difference import Difference
from daemon.bench.machine import describe_machine
from daemon.bench.measure import Surroundings
from daemon.tables import aligned

#: With more than this of others' work, in cores, a warning is due.
_QUIET_CORES = 0.2
#: Said in a sentence below the table instead.
_NO_COLUMNS = ("difference_palms", "difference_depth_palms", "compared_hands")

_log = logging.getLogger(__name__)


class Row(Protocol):
    """A line of figures."""

    def to_json(self) -> dict[str, object]: ...


def print_rows(
    rows: Sequence[Row], conditions: str, surroundings: Surroundings | None, *, as_json: bool
) -> None:
    """Print rows; what they were measured on goes above them, or with JSON to the log.

    Figures that are no times have no surroundings that matter.
    """
    about = about_lines([conditions], surroundings)
    values = [row.to_json() for row in rows]
    if as_json:
        for line in about:
            _log.info("%s", line)
        for value in values:
            print(json.dumps(value), flush=True)
        return
    for line in (*about, "", *table(values)):
        print(line)


def about_lines(conditions: Sequence[str], surroundings: Surroundings | None) -> list[str]:
    """What was measured on what; how busy others kept the machine, where that is known."""
    other_cores = surroundings.other_cores() if surroundings else None
    about = [describe_machine(), *conditions]
    return about if other_cores is None else [*about, _busy_line(other_cores)]


def difference_line(runtime: str, difference: Difference | None) -> str:
    """How far a runtime's landmarks are from MediaPipe's, in a sentence."""
    if difference is None:
        return f"no hand was seen by both {runtime} and mediapipe: nothing to compare"
    return (
        f"landmarks of {runtime} and mediapipe are {difference.palms:.5f} palm lengths apart in the"
        f" picture, {difference.depth_palms:.5f} in depth (mean of {difference.hands} hands)"
    )


def _busy_line(other_cores: float) -> str:
    line = f"other programs kept {other_cores:.2f} cores busy meanwhile"
    if other_cores <= _QUIET_CORES:
        return line
    return f"{line}: too many for good figures, of which CPU times suffer least"


def table(values: Sequence[dict[str, Any]]) -> list[str]:
    """Lines of an aligned table; its columns are the keys of the first value."""
    names = [name for name in values[0] if name not in _NO_COLUMNS]
    return aligned([names, *([_cell(value[name]) for name in names] for value in values)])


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
