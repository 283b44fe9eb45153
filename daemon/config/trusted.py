"""Whether a configuration may be used: it presses keys and runs commands in the user's name."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from daemon.config.whereabouts import deciding_folders

_ROOT = 0


def refusal(path: Path) -> str | None:
    """Why a configuration is not to be used, with the mend; None when it may be.

    It must belong to the user or to root, and nobody else may write or replace it: neither
    everybody nor a group with others in it. The user's own group may, as many systems have it by
    default (umask 002). A file that can't be looked at is not refused here: reading it tells why.
    Where there are no such rights, as on Windows, nothing is.
    """
    if os.name != "posix":
        return None
    try:
        found = path.stat()
        folders = [(folder, folder.stat()) for folder in deciding_folders(path)]
    except OSError:
        return None
    if found.st_uid not in (_ROOT, os.geteuid()):
        return (
            f"it belongs to another user (uid {found.st_uid}), who could have gestures do"
            " anything in your name: copy it, and use the copy"
        )
    if others := _other_writers(found):
        who, whose = others
        return (
            f"{who} may write to it, and so have gestures do anything in your name:"
            f" `chmod {whose}-w {path}`"
        )
    for folder, status in folders:
        if status.st_mode & stat.S_ISVTX:  # as /tmp: there nobody replaces what is another's
            continue
        if others := _other_writers(status):
            who, whose = others
            return (
                f"{who} may put another file in its place, and so have gestures do anything in"
                f" your name: `chmod {whose}-w {folder}`"
            )
    return None


def _other_writers(found: os.stat_result) -> tuple[str, str] | None:
    """Who else may write, in words and as chmod has it."""
    if found.st_mode & stat.S_IWOTH:
        return "everybody", "o"
    if found.st_mode & stat.S_IWGRP and not _is_of_one(found.st_gid, found.st_uid):
        return f"the group {_group_name(found.st_gid)}", "g"
    return None


def _is_of_one(gid: int, owner: int) -> bool:
    """Whether a group has nobody in it but the file's owner, root and this user.

    So it is with a user's private group: the first one of theirs, and of nobody else.
    """
    import grp
    import pwd

    ours = {_ROOT, owner, os.geteuid()}
    try:
        group = grp.getgrgid(gid)
    except KeyError:  # as in containers, where users may have no names either
        return gid in ours
    try:
        inside = {pwd.getpwnam(name).pw_uid for name in group.gr_mem}
        own_name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return False
    accounts = pwd.getpwall()
    inside |= {account.pw_uid for account in accounts if account.pw_gid == gid}
    # A network's accounts may be listed to nobody: then only the name tells.
    is_listed = any(account.pw_name == own_name for account in accounts)
    return inside <= ours and (is_listed or group.gr_name == own_name)


def _group_name(gid: int) -> str:
    import grp

    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
