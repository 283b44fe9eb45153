"""Where a file really is: the folders whose entries decide what its path leads to."""

from __future__ import annotations

from pathlib import Path

#: What Linux follows at most; more is a circle.
_MOST_LINKS = 40


def deciding_folders(path: Path) -> tuple[Path, ...]:
    """The folders of the file and of every link on the way to it.

    What is not there is decided by the nearest folder that is. The root folder is left out: what
    is linked there is the system's.

    Args:
        path: The file, which need not exist.

    Returns:
        Existing folders free of links, each once, the file's own last.
    """
    path = path.absolute()
    at, rest, links = Path(path.anchor), list(path.parts[1:]), 0
    folders = []
    while rest:
        name = rest.pop(0)
        step = at.parent if name == ".." else at / name
        if step.is_symlink() and links < _MOST_LINKS:
            links += 1
            folders.append(at)
            target = step.readlink()
            at = Path(target.anchor) if target.anchor else at
            rest = [*target.parts[bool(target.anchor) :], *rest]
        elif rest and step.is_dir():
            at = step
        else:
            folders.append(at)
            break
    return tuple(dict.fromkeys(each for each in folders if each != Path(each.anchor)))
