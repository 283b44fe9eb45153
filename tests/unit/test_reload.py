"""Taking up a changed configuration: the loop gets what can be used, and only that."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from daemon.config.load import parse_config
from daemon.config.model import Config
from daemon.config.problems import ConfigError, Problem
from daemon.reload.outcome import MOST_LISTED, ConfigEvent, Failed, Reloaded, Unchanged
from daemon.reload.reloader import PATIENCE_S, Reloader
from daemon.reload.start import find_start, read_trusted, start_config
from daemon.reload.watcher import Pace
from tests.unit.waiting import until

#: Files never change by themselves under this one.
BY_REQUEST = Pace(look_s=3600.0, quiet_s=3600.0)
FAST = Pace(look_s=0.02, quiet_s=0.01)
RETRIES_S = (0.01, 0.02)
BAD = "version: 1\nsafety: {yeld_ms: 2}\nbindngs: []\n"


def good(yield_ms: float) -> str:
    """A configuration that tells which it is."""
    return f"version: 1\nsafety: {{yield_ms: {yield_ms}}}\n"


def put(path: Path, text: str) -> None:
    """Write as editors do."""
    beside = path.with_name("config.yaml~")
    beside.write_text(text)
    beside.replace(path)


@dataclass
class Loop:
    """The loop's side: puts in force what it is given."""

    path: Path
    pace: Pace = FAST
    build: Callable[[Config], float] = lambda config: config.safety.yield_ms
    read: Callable[[Path], str] = read_trusted
    now_s: float = 100.0
    in_force: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    mended: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        start = start_config(self.path)
        self.in_force.append(start.config.safety.yield_ms)
        self.reloader = Reloader(
            replace(start, read=lambda path: self.read(path)), self._built,
            pace=self.pace, retries_s=RETRIES_S, clock=lambda: self.now_s,
        )  # fmt: skip

    def _built(self, config: Config) -> float:
        return self.build(config)

    def turn(self) -> Loop:
        outcome = self.reloader.take()
        if isinstance(outcome, Reloaded):
            self.in_force.append(outcome.value)
        elif isinstance(outcome, Failed):
            self.failures.append(str(outcome.error))
        elif isinstance(outcome, Unchanged):
            self.mended += 1
        if outcome is not None:
            outcome.reply()
        return self

    def comes_to(self, is_so: Callable[[], object]) -> bool:
        return until(lambda: self.turn() and is_so())

    def ask(self) -> dict[str, Any]:
        before = len(self.answers)
        self.reloader.request(self.answers.append)
        assert self.comes_to(lambda: len(self.answers) > before)
        return self.answers[-1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "gestured" / "config.yaml"
    path.parent.mkdir(mode=0o700)
    path.write_text(good(1))
    return path


@pytest.fixture
def loops(path: Path) -> Iterator[Callable[..., Loop]]:
    made: list[Loop] = []

    def make(**fields: Any) -> Loop:
        made.append(Loop(path, **fields))
        return made[-1]

    yield make
    for loop in made:
        loop.reloader.close()


def test_a_change_is_put_in_force(loops, path: Path) -> None:
    loop = loops()
    put(path, good(2))
    assert loop.comes_to(lambda: loop.in_force == [1, 2])
    assert loop.reloader.failure is None


def test_what_can_not_be_used_changes_nothing_and_is_told_once(loops, path: Path) -> None:
    loop = loops()
    put(path, BAD)
    assert loop.comes_to(lambda: loop.failures)
    assert str(loop.reloader.failure) == loop.failures[0]
    assert "2:10: error: safety.yeld_ms" in loop.failures[0]
    assert "3:1: error: bindngs" in loop.failures[0]
    put(path, BAD)  # another file that is as bad
    put(path, good(2))
    assert loop.comes_to(lambda: loop.in_force == [1, 2])
    assert len(loop.failures) == 1
    assert loop.reloader.failure is None


def test_back_to_what_is_in_force_ends_the_failure(loops, path: Path) -> None:
    loop = loops()
    put(path, BAD)
    assert loop.comes_to(lambda: loop.reloader.failure)
    put(path, good(1))
    assert loop.comes_to(lambda: loop.mended)
    assert loop.reloader.failure is None
    assert loop.in_force == [1]


def test_an_empty_or_missing_file_is_waited_for(loops, path: Path) -> None:
    texts = iter(["", "", good(2)])
    loop = loops(pace=BY_REQUEST, read=lambda _: next(texts))
    assert loop.ask()["result"] == "reloaded"
    assert (loop.in_force, loop.failures) == ([1, 2], [])


def test_it_is_waited_for_no_longer_than_that(loops, path: Path) -> None:
    reads: list[Path] = []

    def read(path: Path) -> str:
        reads.append(path)
        return read_trusted(path)

    loop = loops(pace=BY_REQUEST, read=read)
    path.unlink()
    answer = loop.ask()
    assert answer["error"] == f"{path}: error: no such file"
    assert len(reads) == 1 + len(RETRIES_S)


def test_what_changed_before_the_first_look_is_noticed(path: Path) -> None:
    start = start_config(path)
    put(path, good(2))
    reloader = Reloader(start, lambda config: config.safety.yield_ms, pace=FAST)
    try:
        assert until(lambda: (outcome := reloader.take()) and outcome.value == 2)
    finally:
        reloader.close()


def test_what_could_not_be_put_in_force_is_tried_again(loops, path: Path) -> None:
    loop = loops(pace=BY_REQUEST)

    def refused() -> dict[str, Any]:
        answers: list[dict[str, Any]] = []
        loop.reloader.request(answers.append)
        taken: list[Reloaded[float]] = []
        assert until(lambda: taken.append(loop.reloader.take()) or taken[-1])
        loop.reloader.refuse(taken[-1], "there is no such camera").reply()
        return answers[0]

    path.write_text(good(2))
    for _ in range(2):
        answer = refused()
        assert (answer["ok"], answer["error"]) == (False, f"{path}: error: there is no such camera")
        assert "no such camera" in str(loop.reloader.failure)
    assert loop.ask()["result"] == "reloaded"
    assert (loop.in_force, loop.reloader.failure) == ([1, 2], None)


def test_what_was_read_again_before_it_was_refused_is_refused_too(loops, path: Path) -> None:
    loop = loops(pace=BY_REQUEST)
    path.write_text(good(2))
    answers: list[dict[str, Any]] = []
    loop.reloader.request()
    taken: list[Reloaded[float]] = []
    assert until(lambda: taken.append(loop.reloader.take()) or taken[-1])
    loop.reloader.request(answers.append)
    assert until(lambda: not loop.reloader._done.empty())
    loop.reloader.refuse(taken[-1], "there is no such camera")
    assert loop.comes_to(lambda: answers)
    assert (answers[0]["ok"], loop.mended, loop.failures) == (False, 0, [])
    assert loop.reloader.failure is not None


def test_a_bad_start_mends_itself(loops, path: Path) -> None:
    path.write_text(BAD)
    loop = loops()
    start = start_config(path)
    assert str(start.error) == str(loop.reloader.failure)
    assert (start.config.gestures, start.config.bindings, start.config.modes) == ((), (), {})
    assert start.config.path == path
    put(path, good(3))
    assert loop.comes_to(lambda: loop.in_force[-1] == 3)
    # What was known at the start is not told again.
    assert loop.failures == []


def test_a_request_is_answered_with_what_came_of_it(loops, path: Path) -> None:
    loop = loops(pace=BY_REQUEST)
    fine = {"ok": True, "path": str(path), "warnings": 0}
    assert loop.ask() == {**fine, "result": "unchanged"}
    path.write_text(good(2))
    assert loop.ask() == {**fine, "result": "reloaded"}
    assert loop.in_force == [1, 2]
    assert loop.ask() == {**fine, "result": "unchanged"}
    path.write_text(good(2) + "gestures:\n  unused: {when: ['spread(middle, ring) > 15']}\n")
    warnings = loop.ask()["warnings"]
    assert warnings == len(start_config(path).warnings) > 0
    assert loop.ask() == {**fine, "result": "unchanged", "warnings": warnings}


def test_every_request_is_answered_with_all_errors(loops, path: Path) -> None:
    loop = loops(pace=BY_REQUEST)
    path.write_text(BAD)
    for _ in range(2):
        answer = loop.ask()
        with pytest.raises(ConfigError) as raised:
            parse_config(BAD, path)
        assert (answer["ok"], answer["errors"]) == (False, 2)
        assert "\n".join(each["text"] for each in answer["problems"]) == str(raised.value)
        assert answer["error"].startswith(f"{path}:2:10: error: safety.yeld_ms: ")
        assert answer["error"].endswith("; and 1 more error")
    assert (loop.in_force, len(loop.failures)) == ([1], 1)  # the loop heard of it once


def test_an_answer_lists_so_many_errors_and_no_more(loops, path: Path) -> None:
    loop = loops(pace=BY_REQUEST)
    path.write_text("version: 1\n" + "".join(f"x{number}: 1\n" for number in range(1000)))
    answer = loop.ask()
    assert answer["errors"] >= len(answer["problems"]) == MOST_LISTED


def test_requests_during_a_build_share_its_result(loops, path: Path) -> None:
    builds, is_building, may_go_on = [], threading.Event(), threading.Event()

    def build(config: Config) -> float:
        builds.append(config)
        is_building.set()
        assert may_go_on.wait(10)
        return config.safety.yield_ms

    loop = loops(pace=BY_REQUEST, build=build)
    path.write_text(good(2))
    for _ in range(3):
        loop.reloader.request(loop.answers.append)
        assert is_building.wait(10)
        assert loop.turn().in_force == [1]  # the loop goes on
    may_go_on.set()
    assert loop.comes_to(lambda: len(loop.answers) == 3)
    assert {answer["result"] for answer in loop.answers} == {"reloaded"}
    assert (len(builds), loop.in_force) == (1, [1, 2])


def test_who_asks_after_a_newer_change_is_told_of_that(loops, path: Path) -> None:
    is_building, may_go_on = threading.Event(), threading.Event()

    def build(config: Config) -> float:
        is_building.set()
        assert may_go_on.wait(10)
        return config.safety.yield_ms

    loop = loops(pace=BY_REQUEST, build=build)
    path.write_text(good(2))
    loop.reloader.request(loop.answers.append)
    assert is_building.wait(10)
    path.write_text(BAD)
    loop.reloader.request(loop.answers.append)
    may_go_on.set()
    assert loop.comes_to(lambda: len(loop.answers) == 2)
    assert [answer["ok"] for answer in loop.answers] == [True, False]
    assert loop.in_force == [1, 2]


def test_nobody_waits_for_ever(loops, path: Path) -> None:
    may_go_on = threading.Event()

    def read(path: Path) -> str:
        assert may_go_on.wait(10)
        return read_trusted(path)

    loop = loops(pace=BY_REQUEST, read=read)
    path.write_text(good(2))
    loop.reloader.request(loop.answers.append)
    loop.now_s += PATIENCE_S - 0.1
    assert loop.turn().answers == []
    loop.now_s += 0.1
    (answer,) = loop.turn().answers
    assert answer["error"] == (
        f"{path} could not be read within 10 s: see that its drive can be reached;"
        " nothing was changed"
    )
    may_go_on.set()
    assert loop.comes_to(lambda: loop.in_force == [1, 2])
    assert len(loop.answers) == 1


@pytest.mark.parametrize("is_ours", [True, False])
def test_what_can_not_be_built_changes_nothing(loops, path: Path, is_ours: bool) -> None:
    def build(config: Config) -> float:
        if config.safety.yield_ms == 2:
            if is_ours:
                raise ZeroDivisionError("by 0")
            raise ConfigError([Problem(path, 2, 1, "camera", "no such camera")])
        return config.safety.yield_ms

    loop = loops(pace=BY_REQUEST, build=build)
    path.write_text(good(2))
    said = "can't be put to use: ZeroDivisionError: by 0" if is_ours else "no such camera"
    assert said in loop.ask()["error"]
    path.write_text(good(3))
    assert loop.ask()["ok"]
    assert loop.in_force == [1, 3]


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
def test_rights_that_let_others_in_are_a_failure_until_mended(loops, path: Path) -> None:
    loop = loops()
    path.chmod(0o606)
    assert loop.comes_to(lambda: loop.failures)
    assert f"`chmod o-w {path}`" in loop.failures[0]
    path.chmod(0o600)
    assert loop.comes_to(lambda: loop.reloader.failure is None)
    assert loop.in_force == [1]


def test_what_is_told(loops, path: Path) -> None:
    config = parse_config(good(2), path).config
    warning = Problem(path, 1, 1, "", "doubtful", severity="warning")
    event = Reloaded(path, config, None, (warning,)).event(1.23456)
    assert event.to_json() == {
        "t": 1.235, "event": "config", "state": "reloaded", "path": str(path),
        "reason": "config.yaml is in force, with 1 warning: `gestured check`",
    }  # fmt: skip
    failed = Failed(path, ConfigError([Problem(path, 3, 7, "mode", "wrong")]))
    assert failed.event(2.0) == ConfigEvent(2.0, "failed", path, f"{path}:3:7: error: mode: wrong")


def test_a_path_is_meant_from_where_the_daemon_started(
    loops, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    assert start_config(Path(path.name)).config.path == path


def test_no_edit_loses_the_last_good_configuration(loops, path: Path) -> None:
    """200 edits of all kinds in a row, whenever they come."""
    rng = random.Random(5)
    loop = loops()
    # "version: 1", as the first piece may be, is a good one too.
    written, previous = {1.0, Config().safety.yield_ms}, path.parent / "previous.yaml"
    for number in range(2, 202):
        text = good(number) if rng.random() < 0.5 else rng.choice([BAD, "", "{", "\0", "a: &b *b"])
        if text == good(number):
            written.add(number)
        match rng.randrange(5):
            case 0:
                put(path, text)
            case 1:
                path.write_text(text)
            case 2:
                path.unlink(missing_ok=True)
            case 3:  # in pieces
                with path.open("w", buffering=1) as file:
                    for char in text:
                        file.write(char)
                        file.flush()
            case 4 if os.name == "posix":
                previous.write_text(text)
                path.unlink(missing_ok=True)
                path.symlink_to(previous)
        loop.turn()
        if number % 20 == 0:
            # In between all is well, then nothing is.
            put(path, good(number + 0.5))
            written.add(number + 0.5)
            assert loop.comes_to(lambda last=number + 0.5: loop.in_force[-1] == last)
            put(path, BAD + f"# {number}\n")
            assert loop.comes_to(lambda: loop.reloader.failure)
            assert loop.in_force[-1] == number + 0.5
    assert set(loop.in_force) <= written
    put(path, good(1000))
    assert loop.comes_to(lambda: loop.in_force[-1] == 1000)


def test_a_pipe_in_its_place_is_told_and_not_waited_for(loops, path: Path) -> None:
    loop = loops()
    path.unlink()
    os.mkfifo(path)
    assert loop.comes_to(lambda: loop.failures)
    assert "no file to read" in loop.failures[0]
    put(path, good(2))
    assert loop.comes_to(lambda: loop.in_force == [1, 2])


def test_a_file_of_ones_own_is_found_once_there_is_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = path.parent / "later" / "config.yaml"
    monkeypatch.setattr("daemon.reload.start.user_config", lambda: own)
    monkeypatch.setattr("daemon.reload.start.shipped_config", lambda: path)
    monkeypatch.setattr("daemon.config.load.user_config", lambda: own)
    monkeypatch.setattr("daemon.config.load.shipped_config", lambda: path)
    start = find_start(None, {})
    assert (start.config.path, start.watched) == (path, own)
    reloader = Reloader(start, lambda config: config.safety.yield_ms, pace=FAST)
    answers: list[dict[str, Any]] = []
    try:
        reloader.request(answers.append)
        assert until(lambda: reloader.take() or answers)
        assert answers[0]["result"] == "unchanged"
        own.parent.mkdir()
        put(own, good(5))
        assert until(lambda: (outcome := reloader.take()) and outcome.value == 5)
    finally:
        reloader.close()
    assert find_start(None, {}).watched == own
    assert find_start(path, {}).watched == path


def test_nothing_is_left_of_closed_ones(loops, path: Path) -> None:
    def run(speed: float) -> None:
        loop = loops()
        put(path, good(speed))
        assert loop.comes_to(lambda: loop.in_force[-1] == speed)
        loop.reloader.close()

    def descriptors() -> int:
        folder = Path("/proc/self/fd")  # Linux only
        return len(list(folder.iterdir())) if folder.exists() else 0

    run(2)
    threads, before = threading.active_count(), descriptors()
    for speed in range(3, 13):
        run(speed)
    assert threading.active_count() == threads
    assert until(lambda: descriptors() <= before)
