"""The ledger that outlives its process: whole whenever the process dies, released once."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.control.errors import ControlError
from daemon.ledger import Held, LeftDown, Recovered, _read, open_ledger, release_left_over

CTRL: Held = ("key", "ctrl")
LEFT: Held = ("button", "left")

_DIES_HOLDING = """
import os, signal, sys
from pathlib import Path
from daemon.ledger import open_ledger
ledger = open_ledger(Path(sys.argv[1]), "pynput", ":7")
for held in ([], [("key", "a")], [("key", "ctrl"), ("button", "left")]):
    ledger.write(held)
os.kill(os.getpid(), signal.SIGKILL)
"""


class Releases:
    """Takes what is to be released; fails when told to."""

    def __init__(self, problem: str | None = None) -> None:
        self.problem = problem
        self.got: list[LeftDown] = []

    def __call__(self, left: LeftDown) -> str | None:
        self.got.append(left)
        return self.problem


def _die_holding(folder: Path) -> None:
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", _DIES_HOLDING, str(folder)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
        timeout=60,
    )


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_what_a_killed_process_held_is_released_once(tmp_path: Path) -> None:
    _die_holding(tmp_path)
    releases = Releases()
    assert release_left_over(tmp_path, releases) == Recovered(
        done=("2 keys or buttons that an earlier run left down: up again",)
    )
    assert releases.got == [LeftDown("pynput", ":7", (CTRL, LEFT))]
    assert release_left_over(tmp_path, releases) == Recovered()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_what_could_not_be_released_is_tried_again(tmp_path: Path) -> None:
    _die_holding(tmp_path)
    told = release_left_over(tmp_path, Releases("no display"))
    assert told == Recovered(problems=("an earlier run left keys or buttons down: no display",))
    assert len(release_left_over(tmp_path, Releases()).done) == 1


def test_a_living_process_keeps_its_own(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path, "pynput", None)
    ledger.write([CTRL])
    releases = Releases()
    assert release_left_over(tmp_path, releases) == Recovered()
    assert releases.got == []
    ledger.write([])
    ledger.close()
    assert list(tmp_path.iterdir()) == []


def test_what_is_held_at_close_stays_for_the_next_one(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path, "pynput", None)
    ledger.write([CTRL])
    ledger.close()
    assert release_left_over(tmp_path, Releases()).done == (
        "1 key or button that an earlier run left down: up again",
    )


def test_two_of_one_process_have_files_of_their_own(tmp_path: Path) -> None:
    ledgers = [open_ledger(tmp_path, "pynput", None) for _ in range(2)]
    assert len(list(tmp_path.glob("*.held"))) == 2
    for ledger in ledgers:
        ledger.close()


@pytest.mark.parametrize("content", [b"", b"x" * 10, b"\xff" * 9000])
def test_a_file_that_is_no_ledger_is_removed(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "1.held").write_bytes(content)
    releases = Releases()
    assert release_left_over(tmp_path, releases) == Recovered()
    assert releases.got == [LeftDown("", None, ())]
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_file_of_ours_is_told_of_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "0.held").mkdir()
    (tmp_path / "1.held").write_bytes(b"")
    (tmp_path / "1.lock").mkdir()
    ledger = open_ledger(tmp_path, "pynput", None)
    ledger.write([CTRL])
    ledger.close()
    recovered = release_left_over(tmp_path, Releases())
    assert len(recovered.done) == 1
    assert [problem.split(":")[0] for problem in recovered.problems] == [
        str(tmp_path / "0.held"), str(tmp_path / "1.held")
    ]  # fmt: skip
    assert all(problem.endswith("; remove it") for problem in recovered.problems)


def test_a_folder_without_room_is_named_and_nothing_is_left_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.BytesIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    def open_full(handle: int, _mode: str) -> Full:
        os.close(handle)
        return Full()

    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", open_full)
        with pytest.raises(ControlError) as raised:
            open_ledger(tmp_path, "pynput", None)
    assert str(raised.value) == (
        f"no room in {tmp_path} for the list of what is held down: free some there"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ControlError, match=r"file/.*\.held: can't be written: "):
        open_ledger(tmp_path / "file", "pynput", None)


@pytest.mark.skipif(not hasattr(os, "SEEK_HOLE"), reason="holes can't be looked for here")
def test_all_of_the_file_has_its_room_from_the_start(tmp_path: Path) -> None:
    ledger = open_ledger(tmp_path, "pynput", None)
    (path,) = tmp_path.glob("*.held")
    with path.open("rb") as file:
        # A hole would only be given its room at the first press, and SIGBUS where there is none.
        assert os.lseek(file.fileno(), 0, os.SEEK_HOLE) == path.stat().st_size
    ledger.close()


held_ = st.lists(
    st.tuples(st.sampled_from(["key", "button"]), st.text(max_size=12)), max_size=20
).map(tuple)


@given(st.lists(held_, min_size=2, max_size=6), st.integers(0, 300))
def test_a_write_cut_short_leaves_the_one_before(
    tmp_path_factory: pytest.TempPathFactory, states: list[tuple[Held, ...]], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger = open_ledger(folder, "pynput", None)
    for state in states[:-1]:
        ledger.write(state)
    (path,) = folder.glob("*.held")
    before = path.read_bytes()
    ledger.write(states[-1])
    after = path.read_bytes()
    changed = [index for index in range(len(after)) if before[index] != after[index]]
    # Only some of the bytes that were to change have been written.
    torn = bytearray(before)
    for index in changed[:cut]:
        torn[index] = after[index]
    assert _read(bytes(torn)).held in (states[-2], states[-1])
    ledger.write(())
    ledger.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")
def test_a_pipe_in_place_of_a_ledger_is_told_of_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.held")
    (problem,) = release_left_over(tmp_path, Releases()).problems
    assert problem.endswith("1.held: can't be read or removed: it is no file; remove it")
