"""A configuration that others can write or replace is refused, with the reason."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from daemon.config.places import PRESETS, preset_path
from daemon.config.trusted import refusal

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("version: 1\n")
    path.chmod(0o644)
    return path


def test_the_users_own_is_used(path: Path) -> None:
    for mode in (0o600, 0o644, 0o664, 0o640):
        path.chmod(mode)
        assert refusal(path) is None


def test_what_everybody_may_write_is_refused(path: Path) -> None:
    path.chmod(0o646)
    mend = f"`chmod o-w {path}`"
    assert refusal(path) == (
        f"everybody may write to it, and so have gestures do anything in your name: {mend}"
    )
    link = path.with_name("link.yaml")
    link.symlink_to(path)
    assert "everybody may write to it" in refusal(link)


def test_what_belongs_to_another_user_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", partial(int, path.stat().st_uid + 1))
    monkeypatch.setattr("daemon.config.trusted._ROOT", -1)
    assert refusal(path) == (
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
    assert refusal(link) == (
        "everybody may put another file in its place, and so have gestures do anything in your"
        f" name: `chmod o-w {link.parent}`"
    )
    link.parent.chmod(0o1777)  # as /tmp: there nobody replaces what is another's
    assert refusal(link) is None


def test_what_can_not_be_looked_at_is_left_to_who_reads_it(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.yaml") is None


@pytest.mark.parametrize("name", PRESETS)
def test_what_comes_with_the_package_is_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = preset_path(name).stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner)
    assert refusal(preset_path(name)) is None
