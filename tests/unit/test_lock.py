"""What is installed is what `requirements/` locks."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools import install, lock

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
BLOCK = re.compile(r"^([\w.-]+)==(\S+)(?: ; ([^\\\n]+?))? \\\n((?:    .*\n)+)", re.MULTILINE)


def requirements(extra: str | None) -> list[Requirement]:
    wanted = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    if extra is not None:
        wanted += PROJECT["project"]["optional-dependencies"][extra]
    return [Requirement(each) for each in wanted]


def test_there_is_a_lock_for_what_runs_and_one_for_each_extra() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    assert {path.stem for path in LOCKS} == {"run", *extras}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
class TestEveryLock:
    def test_holds_what_the_project_requires(self, path: Path) -> None:
        found: dict[str, list[Version]] = {}
        for name, version, _, _ in BLOCK.findall(path.read_text()):
            found.setdefault(canonicalize_name(name), []).append(Version(version))
        for required in requirements(None if path.stem == "run" else path.stem):
            versions = found.get(canonicalize_name(required.name))
            assert versions, f"{required.name} is not locked: make lock"
            for version in versions:
                assert version in required.specifier, f"{required}: make lock"

    def test_pins_everything_by_hash(self, path: Path) -> None:
        text = path.read_text()
        pinned = BLOCK.findall(text)
        assert len(pinned) == len(re.findall(r"^[\w.-]+==", text, re.MULTILINE)) > 20
        for *_, hashes in pinned:
            assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", each)
                       for each in hashes.splitlines())  # fmt: skip

    def test_names_no_index(self, path: Path) -> None:
        assert not re.search(r"://|index|find-links|file:", path.read_text())

    def test_agrees_with_the_tests_lock(self, path: Path) -> None:
        tested = lock.pins(ROOT / "requirements" / "test.txt")
        for name, version in lock.pins(path).items():
            assert tested.get(name, version) == version


def test_a_lock_is_taken_apart_and_put_together() -> None:
    text = "a==1 \\\n    --hash=sha256:1\nb==2 ; sys_platform == 'linux' \\\n    --hash=sha256:2\n"
    assert install.text_of(text, ("b",)) == text[text.index("b==") :]
    assert lock.without(text, ["a"]) == text[text.index("b==") :]
    assert install.text_of(text, ("c",)) == ""


def test_changes_are_named() -> None:
    assert [*lock.changes({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "1"})] == [
        "b: 2 -> 3",
        "c: not needed -> 1",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="evdev is for Linux")
@pytest.mark.parametrize("compiles", [True, False])
def test_evdev_is_compiled_or_taken_prebuilt(
    compiles: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "can_compile_evdev", lambda scratch: compiles)
    calls = [*install._steps(ROOT / "requirements" / "run.txt", tmp_path)]
    named = "evdev.txt" if compiles else "prebuilt.txt"
    assert [call[-1] for call in calls] == [
        str(tmp_path / "most.txt"),
        str(tmp_path / named),
        *([] if compiles else [str(install.PREBUILT)]),
        ".",
    ]
    assert all("--no-deps" in call and "--no-build-isolation" in call for call in calls)
    assert "evdev" not in (tmp_path / "most.txt").read_text()
    assert (tmp_path / named).read_text().count("==2.0.0") == 1
