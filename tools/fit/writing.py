"""Writes what was fitted as a module that a person can read."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gestures.states import SOURCES, STATES, Weights

_HEAD: Final = '''"""What `make fit` found: weights of every state of a hand. Edit nothing here.

Of each state the log-odds with every measure 0, then what a unit of each of its measures adds, in
the order of `measures_of`: of the landmarks in the picture, in the picture without depth, and in
metres. `MODEL_CARD.md` says what they were fitted to, and how they do.
"""

from __future__ import annotations

from gestures.states import Weights

# fmt: off
'''


def write_weights(
    with_world: Mapping[str, Weights], without_world: Mapping[str, Weights], path: Path
) -> None:
    """Write the module.

    Raises:
        OSError: It can't be written.
    """
    tables = {"WITH_WORLD": with_world, "WITHOUT_WORLD": without_world}
    text = _HEAD + "\n".join(_table(name, weights) for name, weights in tables.items())
    path.write_text(text, encoding="utf-8")


def _table(name: str, weights: Mapping[str, Weights]) -> str:
    states = [f'    "{state}": {_entry(weights[state])},' for state in STATES]
    return "\n".join((f"{name} = {{", *states, "}", ""))


def _entry(weights: Weights) -> str:
    parts = [
        _filled(f'"{source}": (', weights.shares[source])
        for source in SOURCES
        if source in weights.shares
    ]
    return "\n".join((f"Weights({weights.constant:.3f}, {{", *parts, "    })"))


def _filled(opening: str, shares: tuple[float, ...]) -> str:
    numbers = ", ".join(f"{share:.3f}" for share in shares)
    return textwrap.fill(
        f"{opening}{numbers}),", 100, initial_indent=" " * 8, subsequent_indent=" " * 12
    )
