"""The labelled files of a set: a table of them, or a folder with one subfolder a gesture."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from daemon.evaluation.landmark_arrays import read_arrays
from daemon.evaluation.landmark_text import ENDINGS
from daemon.picture_files import PICTURE_ENDINGS
from daemon.sources import SourceError
from daemon.trace import is_trace
from gestures.landmarks import HandFrame

_TABLE = "labels.csv"
_EXPECTED = (
    f"expected a folder (with {_TABLE}, or one subfolder a gesture), a .csv with the columns file"
    " and gesture, or a .npz of landmarks"
)


@dataclass(frozen=True, slots=True)
class Item:
    """Something labelled.

    Attributes:
        name: What it is called in figures.
        label: As it is written in the set.
        source: A picture, a trace or a file of landmarks; or the landmarks themselves.
        of: The set that it is of.
    """

    name: str
    label: str
    source: Path | HandFrame
    of: str = ""


def read_sets(paths: Iterable[Path]) -> list[Item]:
    """The labelled examples of several sets, each told by its path.

    Raises:
        SourceError: One is no set, or can't be read.
    """
    return [replace(item, of=str(path)) for path in paths for item in read_items(path)]


def read_items(path: Path) -> list[Item]:
    """The labelled examples of a set, in its order.

    Raises:
        SourceError: It is no set, or can't be read.
    """
    try:
        if path.is_dir():
            table = path / _TABLE
            return _read_table(table) if table.is_file() else _read_subfolders(path)
        if path.suffix.lower() == ".npz":
            return [Item(*labelled) for labelled in read_arrays(path)]
        if path.suffix.lower() == ".csv":
            return _read_table(path)
        path.open("rb").close()
    except OSError as error:
        where = error.filename or path
        raise SourceError(f"{where}: can't be read: {error.strerror or error}") from error
    raise SourceError(f"{path}: {_EXPECTED}")


def _read_table(path: Path) -> list[Item]:
    # Spreadsheets begin a file with a byte order mark.
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        try:
            columns = reader.fieldnames or []
            if not {"file", "gesture"} <= set(columns):
                found = ", ".join(columns)[:100] or "nothing"
                raise SourceError(
                    f"{path}:1: expected the columns file and gesture in the first line,"
                    f" found {found}"
                )
            return [_row(path, reader.line_num, row) for row in reader]
        except UnicodeDecodeError as error:
            raise SourceError(f"{path}: is not UTF-8 text; save it so") from error
        except csv.Error as error:
            raise SourceError(f"{path}:{reader.line_num + 1}: is no CSV: {error}") from error


def _row(path: Path, line: int, row: dict[str, str | None]) -> Item:
    name, label = row["file"], row["gesture"]
    if not name or label is None:
        missing = "gesture (a comma and nothing for none)" if name else "file"
        raise SourceError(f"{path}:{line}: has no {missing}")
    if "\0" in name:
        raise SourceError(f"{path}:{line}: has a name with a null character")
    return Item(name, label.strip(), path.parent / name)


def _read_subfolders(folder: Path) -> list[Item]:
    items = [
        Item(str(file.relative_to(folder)), subfolder.name, file)
        for subfolder in sorted(folder.iterdir())
        if subfolder.is_dir() and not subfolder.name.startswith(".")
        for file in _examples(subfolder)
    ]
    if not items:
        raise SourceError(
            f"{folder}: has no {_TABLE}, and no subfolder with pictures"
            f" ({', '.join(PICTURE_ENDINGS)}) or traces; name each as its gesture, or none"
        )
    return items


def _examples(folder: Path) -> Iterator[Path]:
    """Pictures, traces and landmarks; whatever else lies there is passed over."""
    for file in sorted(folder.iterdir()):
        if file.name.startswith(".") or not file.is_file():
            continue
        if file.suffix.lower() in (*PICTURE_ENDINGS, *ENDINGS) or is_trace(file):
            yield file
