"""The folder of the session's lock and socket, which belongs to its user alone."""

from __future__ import annotations

import os
import stat
import warnings
from pathlib import Path

from daemon.control.errors import ControlError

_PRIVATE = 0o700


def session_folder() -> Path:
    """The session's folder, made if it is not there: `$XDG_RUNTIME_DIR/gestured`.

    Where that is not set it is in the user's runtime folder as platformdirs knows it; one that is
    set and unfit is an error, for another process might not come to the same other choice.

    The environment alone decides, not the display: a service's hooks and other terminals must
    find the same folder, and one user has one session's input to give away.

    Raises:
        ControlError: It can't be made, or belongs to somebody else.
    """
    named = os.environ.get("XDG_RUNTIME_DIR")
    try:
        if named:
            folder = Path(named, "gestured").absolute()
            folder.mkdir(_PRIVATE, exist_ok=True)
        else:
            folder = _usual_folder()
        keep_private(folder)
    except OSError as error:
        raise ControlError(
            f"no folder for the control socket: {error}; see that XDG_RUNTIME_DIR names a folder"
            " of yours"
        ) from error
    return folder


def _usual_folder() -> Path:
    from platformdirs import user_runtime_path

    with warnings.catch_warnings():
        # platformdirs warns because XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        return user_runtime_path("gestured", appauthor=False, ensure_exists=True)


def socket_path(folder: Path) -> Path:
    """The control socket in the session's folder."""
    return folder / "control.sock"


def keep_private(folder: Path) -> None:
    """Close a folder to everybody but its user.

    Raises:
        ControlError: It, or the folder around it, is somebody else's.
        OSError: It can't be looked at or changed.
    """
    if os.name != "posix":  # the user's own folder tells who may come in
        return
    for each in (folder.parent, folder):
        found = each.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ControlError(
                f"{each} is not a folder of yours: remove it, or set XDG_RUNTIME_DIR to one that is"
            )
    if stat.S_IMODE(found.st_mode) != _PRIVATE:
        folder.chmod(_PRIVATE)
