"""Programs as services of their own: what systemd is asked, and what is told when it can't be."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from daemon.config.model import FeedbackSettings
from daemon.desk.feedback import open_feedback
from daemon.live import _Told
from daemon.outside import MOST_RUNNING, OutsideError
from daemon.service.system import Ran, ServiceError
from daemon.service.transient import ServicePrograms, is_user_service, service_command
from tests.unit.waiting import until

PARENT = str(os.getppid())


class Systemd:
    """Notes what is asked; `ends` and `running` say how it answers."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []
        self.ends = Ran(0)
        self.running = 0
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, command: Sequence[str]) -> Ran:
        self.may_answer.wait(10)
        if command[0] == "systemctl":
            return Ran(0, "app-gestured-program-1.service loaded active\n" * self.running)
        self.asked.append(command)
        return self.ends


@pytest.fixture
def systemd() -> Systemd:
    return Systemd()


@pytest.fixture
def programs(systemd: Systemd, tmp_path: Path) -> ServicePrograms:
    (tmp_path / "player").write_text("#!/bin/sh\n")
    (tmp_path / "player").chmod(0o755)
    environ = {"PATH": str(tmp_path), "DISPLAY": ":1", "SECRET_TOKEN": "hunter2"}
    return ServicePrograms(environ, systemd)


def test_only_a_process_that_the_users_systemd_started_is_a_service() -> None:
    assert is_user_service({"MANAGERPID": PARENT})
    assert not is_user_service({"MANAGERPID": str(os.getppid() + 1)})  # as in a terminal of it
    assert not is_user_service({})


def test_a_run_starts_programs_as_suits_what_it_is(tmp_path: Path) -> None:
    feedback = open_feedback(FeedbackSettings(), {}, "linux")
    with closing(feedback):
        environ = {"PATH": str(tmp_path)}
        for told, more in (("No such file", {}), ("no such program", {"MANAGERPID": PARENT})):
            with pytest.raises(OutsideError, match=told):
                _Told({**environ, **more}, feedback).run([str(tmp_path / "missing")])


def test_the_command() -> None:
    words = service_command("/bin/x", ["$HOME", "a b", "--"], {"DISPLAY": ":1", "HOME": "/h"})
    assert words[:2] == ["systemd-run", "--user"]
    assert "--setenv=DISPLAY=:1" in words
    assert not any("/h" in word for word in words)
    # systemd replaces what begins with a $, unless it is doubled.
    assert words[words.index("--") :] == ["--", "/bin/x", "$$HOME", "a b", "--"]


def test_it_starts_them_one_by_one_without_the_loop_waiting(
    programs: ServicePrograms, systemd: Systemd, tmp_path: Path
) -> None:
    systemd.may_answer.clear()
    for word in ("one", "two"):
        programs.run(["player", word])
    assert systemd.asked == []
    systemd.may_answer.set()
    assert until(lambda: len(systemd.asked) == 2)
    assert sorted(asked[-1] for asked in systemd.asked) == ["one", "two"]
    assert {asked[-2] for asked in systemd.asked} == {str(tmp_path / "player")}
    assert len({asked[5] for asked in systemd.asked}) == 2  # names of units
    assert not any("hunter2" in word for asked in systemd.asked for word in asked)


def test_what_is_not_there_is_told_at_once(programs: ServicePrograms, systemd: Systemd) -> None:
    with pytest.raises(OutsideError, match=r"^missing: can't be started: no such program; check"):
        programs.run(["missing", "SECRET"])
    assert systemd.asked == []


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (Ran(1, "", "Failed to do it: x.\nmore\n"), "Failed to do it: x. more; try it"),
        (Ran(1), "the system can't execute it; try it"),
        (ServiceError("systemd-run is not on this system"), "systemd-run is not on this system"),
    ],
)
def test_what_systemd_cant_start_is_one_line_in_the_log(
    programs: ServicePrograms,
    systemd: Systemd,
    ends: Ran | ServiceError,
    told: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(command: Sequence[str]) -> Ran:
        if command[0] == "systemctl":
            return Ran(0)
        if isinstance(ends, ServiceError):
            raise ends
        return ends

    monkeypatch.setattr(programs, "_run", fail)
    programs.run(["player", "SECRET"])
    assert until(lambda: caplog.records)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"player: can't be started: {told}")
    assert "\n" not in record.getMessage()
    assert "SECRET" not in caplog.text


def test_there_may_not_be_too_many(
    programs: ServicePrograms, systemd: Systemd, caplog: pytest.LogCaptureFixture
) -> None:
    before = threading.active_count()
    systemd.running = MOST_RUNNING
    programs.run(["player"])
    assert until(lambda: "programs that gestures started still run" in caplog.text)
    assert systemd.asked == []
    systemd.may_answer.clear()
    assert until(lambda: threading.active_count() == before)
    for _ in range(MOST_RUNNING):
        programs.run(["player"])
    with pytest.raises(OutsideError, match="is it well"):
        programs.run(["player"])
    systemd.may_answer.set()
