"""Where a file really is: the folders whose entries decide what its path leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: What Linux follows at most; more is a circle.
_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class Step:
    """One name of a path, looked up.

    Attributes:
        folder: Where it was looked for; free of links.
        entry: What was looked for in it; the folder around it for `..`.
        is_decisive: Whether it is a link that is followed, or the last one that can be looked up.
    """

    folder: Path
    entry: Path
    is_decisive: bool


def deciding_folders(path: Path) -> tuple[Path, ...]:
    """The folders of the file and of every link on the way to it.

    What is not there is decided by the nearest folder that is. The root folder is left out: what
    is linked there is the system's.

    Args:
        path: The file, which need not exist.

    Returns:
        Existing folders free of links, each once, the file's own last.
    """
    folders = [step.folder for step in steps_to(path) if step.is_decisive]
    return tuple(dict.fromkeys(each for each in folders if each != Path(each.anchor)))


def steps_to(path: Path) -> Iterator[Step]:
    """All that is looked up on the way to a file, from the root folder on."""
    path = path.absolute()
    at, rest, links = Path(path.anchor), list(path.parts[1:]), 0
    while rest:
        name = rest.pop(0)
        step = at.parent if name == ".." else at / name
        if step.is_symlink() and links < _MOST_LINKS:
            links += 1
            yield Step(at, step, True)
            target = step.readlink()
            at = Path(target.anchor) if target.anchor else at
            rest = [*target.parts[bool(target.anchor) :], *rest]
        elif rest and step.is_dir():
            yield Step(at, step, False)
            at = step
        else:
            yield Step(at, step, True)
            break
