"""Fit the states of fingers, and write the weights and the model card: `make fit`.

    python -m tools.fit HANDS [--drawn N] [--check]

HANDS is the folder with `hagrid.npz` and `digits.npz`. Drawn hands are kept in `build/`: drawing
and tracking them takes a quarter of an hour.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from gestures.states import STATES
from tools.fit.card import write_card
from tools.fit.fitting import fit
from tools.fit.hands import Hands, read_people
from tools.fit.writing import write_weights

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = ("hagrid", "digits")
#: Drawn hands whose worst landmark is farther off, palm lengths, show what nobody sees.
MOST_OFF: Final = 0.3
_SEED: Final = 41


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="make fit", description=__doc__)
    parser.add_argument("hands", type=Path, help="the folder with hagrid.npz and digits.npz")
    parser.add_argument("--drawn", type=int, default=7200, help="how many hands to draw")
    args = parser.parse_args(arguments)
    try:
        people = [read_people(args.hands / f"{name}.npz") for name in SOURCES]
    except (OSError, KeyError, ValueError) as error:
        print(f"{args.hands}: {error}; it must hold hagrid.npz and digits.npz", file=sys.stderr)
        return 1
    drawn = _drawn(args.drawn)
    print(f"{sum(map(len, people))} people's hands, {len(drawn)} drawn ones")
    with_world, without_world = fit([*people, drawn])
    write_weights(with_world, without_world, ROOT / "gestures" / "fitted.py")
    write_card(people, drawn, ROOT / "gestures" / "MODEL_CARD.md")
    print("written: gestures/fitted.py, gestures/MODEL_CARD.md")
    return 0


def _drawn(count: int) -> Hands:
    """Drawn hands that the tracker reads well, from the last time or drawn now."""
    path = ROOT / "build" / f"drawn-{count}.npz"
    if not path.exists():
        hands, off = _draw(count)
        path.parent.mkdir(exist_ok=True)
        truth = {f"truth {name}": values for name, values in hands.truth.items()}
        arrays = {name: getattr(hands, name) for name in ARRAYS}
        np.savez_compressed(path, off=off, **arrays, **truth)
    with np.load(path) as file:
        hands = Hands(
            source="drawn",
            truth={name: file[f"truth {name}"] for name in STATES},
            **{name: file[name] for name in ARRAYS},
        )
        return hands.of(file["off"] <= MOST_OFF)


ARRAYS: Final = ("image", "world", "size", "hand", "label", "picture", "fold")


def _draw(count: int) -> tuple[Hands, np.ndarray]:
    from daemon.commands.common import open_configured_tracker
    from daemon.config.load import load_config
    from daemon.config.places import shipped_config
    from tools.fit.drawn import draw

    print(f"drawing {count} hands (about a quarter of an hour)", flush=True)
    tracker = open_configured_tracker(load_config(shipped_config()).config)
    try:
        return draw(count, tracker, _SEED)
    finally:
        tracker.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
