"""The folder for what belongs to running daemons only, the user's alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs


class RuntimeFolderError(Exception):
    """The folder can't be used; `str()` is one line with the mend."""


def runtime_folder() -> Path:
    """`gestured` in the session's runtime folder, made when missing, with mode 0700.

    Raises:
        RuntimeFolderError: It can't be made, or others may look into it.
    """
    named = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(named) / "gestured" if named else platformdirs.user_runtime_path("gestured")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        problem = f"{folder}: can't be made: {error.strerror}"
        raise RuntimeFolderError(f"{problem}; let XDG_RUNTIME_DIR name a folder of yours") from None
    if os.name == "posix" and (
        not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077
    ):
        problem = f"{folder}: others can reach it, or it isn't yours"
        raise RuntimeFolderError(f"{problem}; remove it, or chmod 700 it")
    return folder
