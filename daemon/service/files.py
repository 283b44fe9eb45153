"""Files of ours in folders that are not: written whole, known again, never taken for another's."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from daemon.service.system import ServiceError

#: In every file of ours. Whatever else has its name was put there by somebody else.
MARK = "Written by `gestured service install`"


def is_ours(path: Path) -> bool:
    """Whether a file of ours is there.

    Raises:
        ServiceError: Something is there that can't be read.
    """
    content = _content(path)
    return content is not None and MARK.encode() in content


def write_ours(path: Path, content: bytes) -> bool:
    """Write a file of ours at once and for good; False when it was so already.

    Raises:
        ServiceError: Somebody else's is there, or it can't be written.
    """
    found = _content(path)
    if found == content:
        return False
    if found is not None and MARK.encode() not in found:
        raise ServiceError(f"{path} was not written by gestured: move it away first")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise ServiceError(f"{path} can't be written: {error.strerror}; make it so") from error
    return True


def remove_ours(path: Path, within: Path) -> bool:
    """Remove a file of ours, and folders around it that are empty then; False when there is none.

    Args:
        path: The file.
        within: A folder around it that stays.

    Raises:
        ServiceError: It can't be removed.
    """
    if not is_ours(path):
        return False
    try:
        path.unlink()
    except OSError as error:
        raise ServiceError(f"{path} can't be removed: {error.strerror}; remove it") from error
    with suppress(OSError):  # not empty
        for folder in path.parents[: len(path.relative_to(within).parts) - 1]:
            folder.rmdir()
    return True


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        # A link that leads nowhere is there all the same.
        return b"" if path.is_symlink() else None
    except OSError as error:
        raise ServiceError(f"{path} can't be read: {error.strerror}; look what it is") from error
