"""A configuration that others can write or replace is refused, with the reason."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from daemon.config.places import PRESETS, preset_path
from daemon.config.trusted import refusal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")


@dataclass
class Accounts:
    """Groups (name and members), users (uid and first group), and whom no list has."""

    own_group: int
    groups: dict[int, tuple[str, list[str]]]
    users: dict[str, tuple[int, int]]
    hidden: set[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("version: 1\n")
    path.chmod(0o644)
    return path


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch, path: Path) -> Accounts:
    """Ann, who runs this, with a group of her own, and Bob."""
    ann, group = path.stat().st_uid, path.stat().st_gid
    groups = {group: ("ann", []), 7777: ("staff", [])}
    users = {"root": (0, 0), "ann": (ann, group), "bob": (ann + 1, 7778)}

    def account(name: str) -> SimpleNamespace:
        uid, gid = users[name]
        return SimpleNamespace(pw_name=name, pw_uid=uid, pw_gid=gid)

    monkeypatch.setattr(
        "grp.getgrgid", lambda gid: SimpleNamespace(gr_name=groups[gid][0], gr_mem=groups[gid][1])
    )
    monkeypatch.setattr("pwd.getpwnam", account)
    monkeypatch.setattr("pwd.getpwuid", lambda uid: account("ann"))
    monkeypatch.setattr("pwd.getpwall", lambda: [account(n) for n in users if n not in hidden])
    hidden: set[str] = set()
    return Accounts(group, groups, users, hidden)


def test_the_users_own_is_used(path: Path) -> None:
    for mode in (0o600, 0o644, 0o664, 0o640):
        path.chmod(mode)
        assert refusal(path) is None


def test_what_everybody_may_write_is_refused(path: Path) -> None:
    path.chmod(0o646)
    mend = f"`chmod o-w {path}`"
    assert str(refusal(path)) == (
        f"everybody may write to it, and so have gestures do anything in your name: {mend}"
    )
    link = path.with_name("link.yaml")
    link.symlink_to(path)
    assert "everybody may write to it" in str(refusal(link))


def test_what_a_group_with_others_in_it_may_write_is_refused(
    path: Path, accounts: Accounts
) -> None:
    path.chmod(0o664)
    assert refusal(path) is None
    _, members = accounts.groups[accounts.own_group]
    members += ["ann", "root"]
    assert refusal(path) is None
    members.append("bob")
    assert str(refusal(path)) == (
        "the group ann may write to it, and so have gestures do anything in your name:"
        f" `chmod g-w {path}`"
    )
    path.chmod(0o644)
    assert refusal(path) is None


def test_a_group_that_is_the_first_of_many_is_nobodys_own(path: Path, accounts: Accounts) -> None:
    path.chmod(0o664)
    accounts.users["carl"] = (9999, accounts.own_group)
    assert "the group ann may write to it" in str(refusal(path))


def test_where_accounts_are_not_listed_the_groups_name_tells(
    path: Path, accounts: Accounts
) -> None:
    path.chmod(0o664)
    accounts.hidden.update(accounts.users)
    assert refusal(path) is None
    accounts.groups[accounts.own_group] = ("domain users", [])
    assert "the group domain users may write to it" in str(refusal(path))
    accounts.groups[accounts.own_group] = ("ann", ["somebody unknown"])
    assert "the group ann may write to it" in str(refusal(path))


def test_a_group_without_a_name_is_judged_by_its_number(path: Path, accounts: Accounts) -> None:
    path.chmod(0o664)
    del accounts.groups[accounts.own_group]
    own = accounts.own_group == path.stat().st_uid
    assert str(refusal(path)) == (
        "None"
        if own
        else f"the group {accounts.own_group} may write to it, and so have gestures do anything in"
        f" your name: `chmod g-w {path}`"
    )


def test_what_a_group_with_others_may_replace_is_refused(path: Path, accounts: Accounts) -> None:
    path.parent.chmod(0o775)
    assert refusal(path) is None
    accounts.groups[accounts.own_group][1].append("bob")
    assert str(refusal(path)) == (
        "the group ann may put another file in its place, and so have gestures do anything in your"
        f" name: `chmod g-w {path.parent}`"
    )
    path.parent.chmod(0o1775)
    assert refusal(path) is None


def test_what_belongs_to_another_user_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", partial(int, path.stat().st_uid + 1))
    monkeypatch.setattr("daemon.config.trusted._ROOT", -1)
    assert str(refusal(path)) == (
        f"it belongs to another user (uid {path.stat().st_uid}), who could have gestures do"
        " anything in your name: copy it, and use the copy"
    )
    monkeypatch.setattr("daemon.config.trusted._ROOT", path.stat().st_uid)
    assert refusal(path) is None


def test_what_everybody_may_replace_is_refused(path: Path) -> None:
    link = path.parent / "open" / "link.yaml"
    link.parent.mkdir()
    link.symlink_to(path)
    assert refusal(link) is None
    link.parent.chmod(0o777)
    assert str(refusal(link)) == (
        "everybody may put another file in its place, and so have gestures do anything in your"
        f" name: `chmod o-w {link.parent}`"
    )
    link.parent.chmod(0o1777)  # as /tmp: there nobody replaces what is another's
    assert refusal(link) is None


def test_what_can_not_be_looked_at_is_left_to_who_reads_it(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.yaml") is None


needs_root = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root may give files away"
)
BOB = 1234


def test_the_mend_is_a_command_for_any_path(path: Path) -> None:
    odd = path.with_name("a: b") / "c; d.yaml"
    odd.parent.mkdir()
    path.rename(odd)
    odd.chmod(0o646)
    assert refusal(odd).mend == f"`chmod o-w '{odd}'`"
    odd.chmod(0o644)
    odd.parent.chmod(0o777)
    assert refusal(odd).mend == f"`chmod o-w '{odd.parent}'`"


def test_every_folder_on_the_way_is_looked_at(path: Path) -> None:
    deep = path.parent / "a" / "b" / "c.yaml"
    deep.parent.mkdir(parents=True)
    path.rename(deep)
    assert refusal(deep) is None
    path.parent.chmod(0o777)
    assert refusal(deep).mend == f"`chmod o-w {path.parent}`"
    path.parent.chmod(0o1777)
    assert refusal(deep) is None


@needs_root
def test_a_link_of_another_user_is_refused(path: Path) -> None:
    theirs = path.parent / "bob" / "link.yaml"
    theirs.parent.mkdir()
    theirs.symlink_to(path)
    assert refusal(theirs) is None
    os.chown(theirs.parent, BOB, BOB)
    assert str(refusal(theirs)).startswith(
        f"{theirs.parent} belongs to another user (uid {BOB}), who could put another file in its"
    )
    os.chown(theirs.parent, 0, 0)
    theirs.parent.chmod(0o1777)
    os.lchown(theirs, BOB, BOB)
    assert str(refusal(theirs)) == (
        f"the link {theirs} belongs to another user (uid {BOB}), who could have gestures do"
        " anything in your name: name the file that it leads to"
    )
    # The file itself stays mine, and so does what it leads to.
    assert refusal(path) is None


@needs_root
def test_a_folder_of_another_user_is_refused(path: Path) -> None:
    deep = path.parent / "bob" / "mine" / "c.yaml"
    deep.parent.mkdir(parents=True)
    path.rename(deep)
    for folder in (deep.parent, deep.parent.parent):
        os.chown(folder, BOB, BOB)
        assert f"{folder} belongs to another user (uid {BOB})" in str(refusal(deep))
        os.chown(folder, 0, 0)
    assert refusal(deep) is None


@needs_root
def test_what_a_namespace_has_no_number_for_is_the_systems(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in a container of a user, where /home is nobody's."""
    nobody, uid_map = tmp_path / "overflowuid", tmp_path / "uid_map"
    nobody.write_text(f"{BOB}\n")
    monkeypatch.setattr("daemon.config.trusted._OVERFLOW_UID", nobody)
    monkeypatch.setattr("daemon.config.trusted._UID_MAP", uid_map)
    os.chown(path.parent, BOB, BOB)
    uid_map.write_text("         0          0 4294967295\n")
    assert "belongs to another user" in str(refusal(path))
    uid_map.write_text("         0       1000          1\n         1     100000      65536\n")
    assert refusal(path) is None
    os.chown(path, BOB, BOB)
    assert "belongs to another user" in str(refusal(path))


def test_who_is_on_an_access_list_is_another(path: Path) -> None:
    entry = struct.Struct("<HHI").pack
    anyone = 2**32 - 1
    # The owner, the user 1234, the owner's group, the most that these have, all others.
    rights = entry(1, 6, anyone) + entry(2, 6, BOB) + entry(4, 4, anyone)
    rights += entry(0x10, 6, anyone) + entry(0x20, 4, anyone)
    try:
        os.setxattr(path, "system.posix_acl_access", struct.pack("<I", 2) + rights)
    except (AttributeError, OSError):
        pytest.skip("there are no access lists here")
    assert path.stat().st_mode & 0o777 == 0o664
    assert str(refusal(path)) == (
        "whoever its access list names may write to it, and so have gestures do anything in your"
        f" name: `setfacl --remove-all {path}`"
    )
    path.chmod(0o644)  # with the most that they have taken away
    assert refusal(path) is None


def test_what_the_program_lies_in_is_not_looked_at_for_its_own_files(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = path.parent / "lib" / "daemon"
    program.mkdir(parents=True)
    path.parent.chmod(0o777)  # as /usr/local where a group may install
    path.rename(program / "c.yaml")
    assert refusal(program / "c.yaml") is not None
    monkeypatch.setattr("daemon.config.trusted._PROGRAM", program)
    assert refusal(program / "c.yaml") is None


@pytest.mark.parametrize("name", PRESETS)
def test_what_comes_with_the_package_is_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = preset_path(name).stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner)
    assert refusal(preset_path(name)) is None
