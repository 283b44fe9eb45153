"""Whether a configuration may be used: it presses keys and runs commands in the user's name."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from daemon.config.whereabouts import deciding_folders

_ROOT = 0


def refusal(path: Path) -> str | None:
    """Why a configuration is not to be used, with the mend; None when it may be.

    It must belong to the user or to root, and nobody else may write or replace it. A file that
    can't be looked at is not refused here: reading it tells why. Where there are no such rights,
    as on Windows, nothing is.
    """
    if os.name != "posix":
        return None
    try:
        found = path.stat()
        folders = [(folder, folder.stat().st_mode) for folder in deciding_folders(path)]
    except OSError:
        return None
    if found.st_uid not in (_ROOT, os.geteuid()):
        return (
            f"it belongs to another user (uid {found.st_uid}), who could have gestures do"
            " anything in your name: copy it, and use the copy"
        )
    if found.st_mode & stat.S_IWOTH:
        return (
            "everybody may write to it, and so have gestures do anything in your name:"
            f" `chmod o-w {path}`"
        )
    for folder, mode in folders:
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            return (
                "everybody may put another file in its place, and so have gestures do anything in"
                f" your name: `chmod o-w {folder}`"
            )
    return None
