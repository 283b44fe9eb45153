"""What `gestured doctor` finds of the session, the daemon, and what starts it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from daemon import service_checks
from daemon.config.load import parse_config
from daemon.config.model import Config
from daemon.control.errors import ControlError, NoDaemon
from daemon.findings import Finding, Surroundings
from daemon.probe import Ran
from daemon.service.autostart import AutostartService
from daemon.service.launchd import LaunchdService
from daemon.service.program import Program, daemon_program
from daemon.service.service import Service, ServiceStatus
from daemon.service.system import Ran as Answer
from daemon.service.system import ServiceError, System
from daemon.service.systemd import SystemdService
from daemon.service.tasks import TaskService

RUNS = ServiceStatus("systemd", True, True, "active (running), enabled")


@dataclass
class Installed:
    """A service as it is found."""

    words: Sequence[str] = (sys.executable, "-P", "-m", "daemon", "run")
    network: bool = False
    now: ServiceStatus | ServiceError = RUNS

    def command(self) -> Sequence[str]:
        return self.words

    def has_network(self) -> bool:
        return self.network

    def status(self) -> ServiceStatus:
        if isinstance(self.now, ServiceError):
            raise self.now
        return self.now


@pytest.fixture
def at(tmp_path: Path) -> Surroundings:
    return Surroundings(
        environ={"XDG_RUNTIME_DIR": str(tmp_path)},
        platform="linux",
        run_python=lambda code, environ: Ran(0, "null\n", ""),
    )


def service(at: Surroundings, *found: Any, config: Config | None = None) -> list[Finding]:
    return list(service_checks.service(config, replace(at, services=lambda: found)))


def test_no_runtime_folder(at: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1234567)
    bare = replace(at, environ={})
    (finding,) = service_checks.session(bare)
    assert (finding.state, finding.mend) == ("warning", service_checks._AT_THE_DESKTOP)
    assert finding.message.startswith("XDG_RUNTIME_DIR is not set")
    assert list(service_checks.session(replace(bare, platform="darwin"))) == []


def test_a_runtime_folder_of_somebody_else(at: Surroundings, tmp_path: Path) -> None:
    for folder in ("/dev/null", str(tmp_path / "none")):
        (finding,) = service_checks.session(replace(at, environ={"XDG_RUNTIME_DIR": folder}))
        assert finding.state == "problem"
        assert finding.message == f"XDG_RUNTIME_DIR={folder} is no folder of yours"


@pytest.mark.parametrize(
    ("ran", "why"),
    [
        (Ran(0, '"Connection refused"\n', ""), "Connection refused"),
        (Ran(None, "", ""), "took longer than 30 s, and was ended"),
    ],
)
def test_no_session_bus(at: Surroundings, ran: Ran, why: str) -> None:
    (finding,) = service_checks.session(replace(at, run_python=lambda code, environ: ran))
    assert finding.state == "warning"
    assert finding.message.endswith(why)
    assert finding.mend


def running(at: Surroundings, told: Mapping[str, object] | Exception) -> list[Finding]:
    def daemon() -> Mapping[str, object]:
        if isinstance(told, Exception):
            raise told
        return told

    return list(service_checks.running(replace(at, daemon=daemon)))


def test_the_daemon_that_runs(at: Surroundings) -> None:
    well = {"pid": 7, "state": "armed", "fps": 29.96, "warnings": [], "config_problem": None}
    assert running(at, well) == [Finding("daemon", "ok", "runs (pid 7): armed, 30.0 frames/s")]
    assert running(at, {**well, "fps": None})[0].message == "runs (pid 7): armed"
    ill = {**well, "config_problem": "1 error", "warnings": [
        "no camera; plug one in", "/dev/video0 'A' is in use by b: close it there", "dark"
    ]}  # fmt: skip
    assert running(at, ill) == [
        Finding(
            "daemon", "problem", "what its configuration was changed to is not used: 1 error",
            "`gestured check` shows all of it",
        ),
        Finding("daemon", "warning", "no camera", "plug one in"),
        Finding("daemon", "warning", "/dev/video0 'A' is in use by b", "close it there"),
        Finding("daemon", "warning", "dark"),
    ]  # fmt: skip


def test_no_daemon_and_one_that_hangs(at: Surroundings) -> None:
    (finding,) = running(at, NoDaemon("no gestured runs; `gestured run` starts it"))
    assert (finding.state, finding.mend) == ("ok", None)
    hangs = "gestured runs but did not answer within 5 s; `kill -9 7`"
    (finding,) = running(at, ControlError(hangs))
    assert (finding.state, finding.mend) == ("problem", "`kill -9 7`")


def test_a_service_that_is_well(at: Surroundings) -> None:
    assert service(at, Installed()) == [
        Finding("service", "ok", "systemd: active (running), enabled")
    ]
    (finding,) = service(at)
    assert (finding.state, finding.mend) == ("ok", None)


def test_a_service_whose_files_are_gone(at: Surroundings, tmp_path: Path) -> None:
    python, config = str(tmp_path / "my venv" / "python"), str(tmp_path / "a.yaml")
    words = (python, "-P", "-m", "daemon", "run", "--config", config)
    messages = [finding.message for finding in service(at, Installed(words))]
    assert messages == [
        f"it starts {python}, which is not there",
        f"it reads {config}, which is not there",
    ]
    assert {finding.state for finding in service(at, Installed(words))} == {"problem"}


def test_a_service_without_the_network_that_its_camera_needs(at: Surroundings) -> None:
    text = "version: 1\ncamera: {source: 'http://me:secret@cam.example/1'}\n"
    config = parse_config(text, Path("c.yaml")).config
    problem, _ = service(at, Installed(), config=config)
    assert problem.message == "it has no network, and the camera http://cam.example/1 is an address"
    assert [each.state for each in service(at, Installed(network=True), config=config)] == ["ok"]


def test_a_service_that_failed_or_can_not_be_asked(at: Surroundings) -> None:
    failed = replace(RUNS, running=False, problem="it has failed", mend="look")
    assert service(at, Installed(now=failed)) == [
        Finding("service", "problem", "it has failed", "look")
    ]
    (finding,) = service(at, Installed(now=ServiceError("systemctl: no bus; log in")))
    assert (finding.state, finding.message, finding.mend) == (
        "warning", "systemctl: no bus", "log in"
    )  # fmt: skip


def test_two_services_are_one_too_many(at: Surroundings) -> None:
    assert [finding.state for finding in service(at, Installed(), Installed())] == [
        "warning", "ok", "ok"
    ]  # fmt: skip


PROGRAM = daemon_program(
    Path('/my files/50% $a "q".yaml'),
    {"GESTURED_MODELS": "/m"},
    needs_network=False,
    python="/my venv/python",
)


@pytest.mark.parametrize("kind", [SystemdService, AutostartService, LaunchdService])
def test_what_was_installed_is_read_again(kind: Any, tmp_path: Path) -> None:
    made = kind(System(home=tmp_path, environ={}, run=lambda words: Answer(0)))
    made.path.parent.mkdir(parents=True)
    made.path.write_text(made.text(PROGRAM))
    assert tuple(made.command())[-len(PROGRAM.run) :] == PROGRAM.run
    assert made.has_network() == (kind is not SystemdService)
    made.path.write_text(made.text(replace(PROGRAM, needs_network=True)))
    assert made.has_network()


def test_what_a_task_starts_is_read_again() -> None:
    made = Program(("C:\\My venv\\python.exe", "-P", "-m", "daemon", "run"), (), ())
    text = TaskService(System(environ={})).text(made)
    task: Service = TaskService(System(run=lambda words: Answer(0, text)))
    assert tuple(task.command()) == ("C:\\My venv\\pythonw.exe", *made.run[1:])


@pytest.mark.parametrize(
    ("shown", "problem"),
    [
        ("ActiveState=active\nUnitFileState=enabled\n", None),
        ("ActiveState=inactive\nUnitFileState=enabled\n", None),
        ("ActiveState=inactive\nUnitFileState=disabled\n", "it is not enabled"),
        (
            "ActiveState=failed\nUnitFileState=enabled\nResult=exit-code\nNRestarts=20\n",
            "it has failed: exit-code, restarts: 20",
        ),
        (
            "ActiveState=failed\nUnitFileState=enabled\nResult=exit-code\nExecMainStatus=75\n",
            "it has not started: another gestured runs in this session",
        ),
        (
            "ActiveState=activating\nSubState=auto-restart\nUnitFileState=enabled\nNRestarts=7\n",
            "it is being started again, restarts: 7",
        ),
        (
            "ActiveState=deactivating\nResult=exit-code\nUnitFileState=enabled\nNRestarts=7\n",
            "it is being started again, restarts: 7",
        ),
        ("ActiveState=deactivating\nResult=success\nUnitFileState=enabled\nNRestarts=7\n", None),
        ("ActiveState=activating\nSubState=start\nUnitFileState=enabled\nNRestarts=0\n", None),
    ],
)
def test_what_is_wrong_with_a_unit(tmp_path: Path, shown: str, problem: str | None) -> None:
    made = SystemdService(System(home=tmp_path, environ={}, run=lambda words: Answer(0, shown)))
    made.path.parent.mkdir(parents=True)
    made.path.write_text(made.text(PROGRAM))
    status = made.status()
    assert (status.problem or "").startswith(problem or "")
    assert bool(status.problem) == bool(status.mend) == bool(problem)
