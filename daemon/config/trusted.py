"""Whether a configuration may be used: it presses keys and runs commands in the user's name."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.config.whereabouts import Step, steps_to

_ROOT = 0
_PROGRAM = Path(__file__).resolve().parents[1]
_ANYTHING = "have gestures do anything in your name"

_UID_MAP = Path("/proc/self/uid_map")
_OVERFLOW_UID = Path("/proc/sys/kernel/overflowuid")
_ALL_UIDS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a configuration is not to be used, and what to do about it; `str()` is both."""

    why: str
    mend: str

    def __str__(self) -> str:
        return f"{self.why}: {self.mend}"


def refusal(path: Path) -> Refusal | None:
    """Why a configuration is not to be used; None when it may be.

    It must belong to the user or to root, and so must each link and folder on the way to it.
    Nobody else may write to it or to those folders: neither everybody, nor a group with others in
    it, nor whom an access list names. The user's own group may, as many systems have it by default
    (umask 002). In a folder such as /tmp (sticky) others may make files, since there nobody
    replaces what is another's. A file that can't be looked at is not refused here: reading it tells
    why. Where there are no such rights, as on Windows, nothing is; the access lists of macOS and of
    NFS 4 are not looked at.
    """
    if os.name != "posix":
        return None
    try:
        found, steps = path.stat(), tuple(steps_to(path))
        if found.st_uid not in _owners():
            why = f"it belongs to another user (uid {found.st_uid}), who could {_ANYTHING}"
            return Refusal(why, "copy it, and use the copy")
        if others := _other_writers(path, found):
            return Refusal(f"{others.who} may write to it, and so {_ANYTHING}", others.mend)
        return _replaceable(path, steps)
    except OSError:
        return None


def _replaceable(path: Path, steps: Sequence[Step]) -> Refusal | None:
    """Who else may lead the path to another file."""
    system = _system_owners()
    is_ours = path.resolve().is_relative_to(_PROGRAM)
    for step in steps:
        link = step.entry.lstat()
        if stat.S_ISLNK(link.st_mode) and link.st_uid not in system:
            why = f"the link {step.entry} belongs to another user (uid {link.st_uid}),"
            return Refusal(f"{why} who could {_ANYTHING}", "name the file that it leads to")
    for folder in dict.fromkeys(step.folder for step in steps):
        # Who may replace what comes with the program may replace the program.
        if is_ours and (folder.is_relative_to(_PROGRAM) or _PROGRAM.is_relative_to(folder)):
            continue
        found = folder.stat()
        if found.st_uid not in system:
            why = f"{folder} belongs to another user (uid {found.st_uid}), who could put another"
            mend = "copy it into a folder of yours, and use the copy"
            return Refusal(f"{why} file in its place, and so {_ANYTHING}", mend)
        if not found.st_mode & stat.S_ISVTX and (others := _other_writers(folder, found)):
            why = f"{others.who} may put another file in its place, and so {_ANYTHING}"
            return Refusal(why, others.mend)
    return None


def _owners() -> set[int]:
    return {_ROOT, os.geteuid()}


def _system_owners() -> set[int]:
    """Who may own what leads to a file: root as well where a namespace has no number for it.

    As in containers of users, see user_namespaces(7): all that is the host's is nobody's there.
    """
    try:
        mapped = sum(int(line.split()[2]) for line in _UID_MAP.read_text("ascii").splitlines())
        nobody = int(_OVERFLOW_UID.read_text("ascii"))
    except OSError:  # as where there are no such namespaces
        return _owners()
    return _owners() if mapped == _ALL_UIDS else {*_owners(), nobody}


@dataclass(frozen=True, slots=True)
class _Others:
    """Others who may write, in words, and the command that ends it."""

    who: str
    mend: str


def _other_writers(path: Path, found: os.stat_result) -> _Others | None:
    name = shlex.quote(str(path))
    if found.st_mode & stat.S_IWOTH:
        return _Others("everybody", f"`chmod o-w {name}`")
    if not found.st_mode & stat.S_IWGRP:
        return None
    # With such a list, the group's right is the most that anybody on it has: acl(5).
    if _has_access_list(path):
        return _Others("whoever its access list names", f"`setfacl --remove-all {name}`")
    if not _is_of_one(found.st_gid, found.st_uid):
        return _Others(f"the group {_group_name(found.st_gid)}", f"`chmod g-w {name}`")
    return None


def _has_access_list(path: Path) -> bool:
    try:
        return bool(os.getxattr(path, "system.posix_acl_access"))
    except (AttributeError, OSError):  # the system or the file system has none, or the file
        return False


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
