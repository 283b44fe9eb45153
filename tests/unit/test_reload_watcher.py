"""Changes of a file are noticed however they are made, with the system's watches and without."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from daemon.config.whereabouts import deciding_folders
from daemon.reload.watcher import Pace, Watcher
from tests.unit.waiting import until

#: Only the ringing can be in time with the one, only the look with the other.
RINGING, LOOKING = Pace(look_s=60.0, quiet_s=0.02), Pace(look_s=0.02, quiet_s=0.01)


@dataclass
class Noted:
    """What the file held at each change."""

    path: Path
    is_ringing: bool = False
    texts: list[str | None] = field(default_factory=list)

    def __call__(self) -> None:
        try:
            self.texts.append(self.path.read_text())
        except OSError:
            self.texts.append(None)

    def is_now(self, text: str | None) -> bool:
        return until(lambda: self.texts and self.texts[-1] == text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A configuration in a folder that is a link, as dotfile managers leave it."""
    home, dotfiles = tmp_path / "home", tmp_path / "dotfiles"
    for folder in (home, dotfiles / "one", dotfiles / "other"):
        folder.mkdir(parents=True)
    (dotfiles / "one" / "config.yaml").write_text("a")
    (dotfiles / "other" / "config.yaml").write_text("other")
    (home / "gestured").symlink_to(Path("..") / "dotfiles" / "one")
    return home / "gestured" / "config.yaml"


@pytest.fixture(params=["ringing", "looking"])
def noted(
    path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Noted]:
    """A watcher at work, that has seen the file."""
    is_ringing = request.param == "ringing"
    noted = Noted(path, is_ringing)
    if is_ringing and not sys.platform.startswith("linux"):
        pytest.skip("needs /proc to know when the watches are set")
    if not is_ringing:
        monkeypatch.setitem(sys.modules, "watchfiles", None)
    with closing(Watcher(path, noted, RINGING if is_ringing else LOOKING)):
        assert noted.is_now("a")
        assert not is_ringing or watching(path)
        yield noted


def watching(path: Path) -> bool:
    """Whether the folders that decide are watched, before long."""
    wanted = {folder.stat().st_ino for folder in deciding_folders(path)}
    return until(lambda: wanted <= watched())


def watched() -> set[int]:
    """Inodes that this process watches."""
    found: set[int] = set()
    for each in Path("/proc/self/fdinfo").iterdir():
        try:
            lines = each.read_text().splitlines()
        except OSError:
            continue
        words = [line.split() for line in lines if line.startswith("inotify")]
        found |= {int(word[4:], 16) for line in words for word in line if word.startswith("ino:")}
    return found


def replaced(path: Path, text: str) -> None:
    """As most editors write."""
    beside = path.with_name("config.yaml.new")
    beside.write_text(text)
    beside.replace(path)


def linked(path: Path, target: Path) -> None:
    beside = path.with_name("link.new")
    beside.symlink_to(target)
    beside.replace(path)


def write(path: Path) -> None:
    path.write_text("b")


def rename_over(path: Path) -> None:
    replaced(path, "b")


def rename_over_twice(path: Path) -> None:
    replaced(path, "-")
    replaced(path, "b")


def write_without_trace(path: Path) -> None:
    """Same size, and the time of writing set back, as `rsync --times` does."""
    times = path.stat()
    path.write_text("b")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def remove_and_write(path: Path) -> None:
    path.unlink()
    path.write_text("b")


def link_elsewhere(path: Path) -> None:
    elsewhere = path.parents[2] / "elsewhere.yaml"
    elsewhere.write_text("b")
    linked(path, elsewhere)


def make_folder_anew(path: Path) -> None:
    folder = path.parent.resolve()
    shutil.rmtree(folder)
    folder.mkdir()
    path.write_text("b")


def move_folder_away(path: Path) -> None:
    folder = path.parent.resolve()
    folder.rename(folder.with_name("old"))
    folder.mkdir()
    path.write_text("b")


EDITS = [
    write, rename_over, rename_over_twice, write_without_trace, remove_and_write, link_elsewhere,
    make_folder_anew, move_folder_away,
]  # fmt: skip


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_a_change_is_noticed(noted: Noted, path: Path, edit: Callable[[Path], None]) -> None:
    edit(path)
    assert noted.is_now("b")


def test_the_links_target_and_the_link_are_both_followed(noted: Noted, path: Path) -> None:
    linked(path.parent, path.parents[2] / "dotfiles" / "other")
    assert noted.is_now("other")
    assert not noted.is_ringing or watching(path)
    replaced(path.resolve(), "c")
    assert noted.is_now("c")
    linked(path.parent, path.parents[2] / "dotfiles" / "one")
    assert noted.is_now("a")


def test_a_file_may_go_and_come_back(noted: Noted, path: Path) -> None:
    folder = path.parent.resolve()
    shutil.rmtree(folder)
    assert noted.is_now(None)
    assert not noted.is_ringing or watching(path)
    folder.mkdir()
    path.write_text("b")
    assert noted.is_now("b")


def test_what_comes_in_pieces_is_whole_in_the_end(noted: Noted, path: Path) -> None:
    with path.open("w", buffering=1) as file:
        for number in range(20):
            file.write(f"{number}\n")
    assert noted.is_now("".join(f"{number}\n" for number in range(20)))


def test_other_files_of_the_folder_are_no_changes(noted: Noted, path: Path) -> None:
    before = len(noted.texts)
    for number in range(5):
        (path.parent / f"{number}.yaml").write_text("x")
    replaced(path, "b")
    assert noted.is_now("b")
    assert set(noted.texts[before:]) == {"b"}


def test_rights_are_part_of_it(noted: Noted, path: Path) -> None:
    before = len(noted.texts)
    path.chmod(0o606)
    assert until(lambda: len(noted.texts) > before)


def test_what_can_not_be_watched_is_said_once(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def watch(*_paths: Path, **_options: object) -> Iterator[set[tuple[int, str]]]:
        raise OSError(28, "OS file watch limit reached")
        yield

    monkeypatch.setattr("watchfiles.watch", watch)
    noted = Noted(path)
    with closing(Watcher(path, noted, LOOKING)):
        for text in ("b", "c", "d"):
            replaced(path, text)
            assert noted.is_now(text)
    (record,) = caplog.records
    assert record.message == (
        "the configuration's folder can't be watched ([Errno 28] OS file watch limit reached): the"
        " file is looked at every 0.02 s instead; `gestured reload` takes it up at once"
    )


def test_nothing_is_left_of_closed_ones(path: Path) -> None:
    def descriptors() -> int:
        folder = Path("/proc/self/fd")  # Linux only
        return len(list(folder.iterdir())) if folder.exists() else 0

    def run() -> None:
        noted = Noted(path)
        watcher = Watcher(path, noted, RINGING)
        assert noted.is_now(path.read_text())
        replaced(path, f"{path.read_text()}x")
        watcher.close()
        watcher.close()

    run()
    threads, before = threading.active_count(), descriptors()
    for _ in range(20):
        run()
    assert threading.active_count() == threads
    assert until(lambda: descriptors() <= before)


@pytest.mark.skipif(os.name != "posix", reason="needs links")
class TestDecidingFolders:
    def test_of_a_plain_file(self, tmp_path: Path) -> None:
        assert deciding_folders(tmp_path / "a.yaml") == (tmp_path,)

    def test_of_links_to_links(self, path: Path, tmp_path: Path) -> None:
        real = tmp_path / "real"
        real.mkdir()
        path.unlink()
        path.symlink_to(tmp_path / "middle.yaml")
        (tmp_path / "middle.yaml").symlink_to("real/a.yaml")
        one = tmp_path / "dotfiles" / "one"
        assert deciding_folders(path) == (tmp_path / "home", one, tmp_path, real)

    def test_of_what_is_not_there_the_nearest(self, tmp_path: Path) -> None:
        assert deciding_folders(tmp_path / "a" / "b" / "c.yaml") == (tmp_path,)

    def test_the_parent_of_a_links_target_is_the_targets(self, path: Path, tmp_path: Path) -> None:
        found = deciding_folders(path.parent / ".." / "a.yaml")
        assert found == (tmp_path / "home", tmp_path / "dotfiles")

    def test_a_circle_ends(self, tmp_path: Path) -> None:
        (tmp_path / "a").symlink_to("b")
        (tmp_path / "b").symlink_to("a")
        assert deciding_folders(tmp_path / "a" / "c.yaml") == (tmp_path,)

    def test_of_the_root_folder_none(self) -> None:
        assert deciding_folders(Path("/a.yaml")) == ()
