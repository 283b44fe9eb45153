"""Options that several parts of `gestured bench` have."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.bench.measure import Surroundings
    from daemon.sources import Picture

#: Of a run in real time: a day.
MOST_SECONDS = 86_400


def add_source(parser: argparse._ActionsContainer, what: str) -> None:
    """`--source`."""
    parser.add_argument(
        "--source", metavar="S", help=f"{what}; by default a built-in clip of one hand"
    )


def add_png(parser: argparse.ArgumentParser) -> None:
    """`--png`, a picture of the figures besides."""
    parser.add_argument(
        "--png", type=_png, metavar="OUT.png", help="draw the figures as a picture, too"
    )


def save_png(
    path: Path | None,
    draw: Callable[[Sequence[str]], Picture],
    conditions: Sequence[str],
    surroundings: Surroundings,
) -> None:
    """Save the picture that was asked for, if one was.

    Args:
        path: Where to.
        draw: Draws it, with lines that tell what was measured on what.
        conditions: Of this measurement.
        surroundings: How busy others were meanwhile.

    Raises:
        SourceError: The file can't be written.
    """
    if path is None:
        return
    from daemon.bench.chart import save_chart
    from daemon.bench.printing import about_lines

    save_chart(draw(about_lines(conditions, surroundings)), path)


def _png(text: str) -> Path:
    """A file that can be made, for argparse: what is measured first takes minutes."""
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"expected a name that ends with .png, found '{text}'")
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"'{text}' is a folder: name a file in it")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder '{path.parent}': make it first")
    return path


def count(most: int, least: int = 1) -> Callable[[str], int]:
    """A whole number between these, for argparse."""

    def counted(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(
                f"expected a whole number from {least} to {most}, found '{text}'"
            )
        return number

    return counted


def rate(text: str) -> float:
    """Pictures a second, for argparse."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"expected pictures a second, 1 to 1000, found '{text}'")
    return number


def rates(text: str) -> list[float]:
    """Several of these with commas between, for argparse."""
    return [rate(each) for each in text.split(",")]
