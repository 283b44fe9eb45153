"""Under a service manager: started again after kills and hangs, not after a bad configuration."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from models.store import ModelStore
from tests.integration.gestured import ROOT, environment
from tests.integration.palms import HOLD_CONFIG, palms_folder
from tests.integration.supervisor import Supervisor
from tests.integration.x_listener import XListener
from tests.patience import patient

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform != "linux", reason="the notify protocol is Linux's"),
]

#: The process that is looked after.
COMMAND = (sys.executable, "-m", "tests.integration.notifying")
#: Releases what a killed one left down.
HOOK = (sys.executable, "-c", "import os; os.remove(os.environ['XDG_RUNTIME_DIR'] + '/held')")
GESTURED = (sys.executable, "-m", "daemon")
#: The unit's.
RELEASE = (*GESTURED, "service", "release")
_START_S = patient(10)

Start = Callable[..., Supervisor]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Start]:
    started: list[Supervisor] = []

    def start(*more: str, command: tuple[str, ...] = COMMAND, **options: object) -> Supervisor:
        environ = environment(XDG_RUNTIME_DIR=str(tmp_path))
        made = Supervisor((*command, *more), tmp_path, environ, **options)  # type: ignore[arg-type]
        started.append(made)
        made.start()
        return made

    yield start
    for each in started:
        each.close()


@pytest.mark.parametrize("abstract", [False, True])
def test_it_says_that_it_works_and_stops_when_asked(supervise: Start, abstract: bool) -> None:
    service = supervise(abstract=abstract, watchdog_s=1.0)
    service.run_until(lambda: service.readies and service.status, _START_S)
    service.run_until(lambda: service.messages.count("WATCHDOG=1") > 4, _START_S)
    assert service.stop() == 0
    service.run_until(lambda: not service.runs, _START_S)
    assert (service.starts, service.readies, service.missed) == (1, 1, 0)


def test_after_kill_9_it_acts_again(supervise: Start, tmp_path: Path) -> None:
    service = supervise(stop_hook=HOOK)
    for kills in range(1, 4):
        service.run_until(lambda: service.readies == kills and acts(service), _START_S)  # noqa: B023
        os.kill(service.pid, signal.SIGKILL)
        took_s = service.run_until(lambda: service.hooks == kills and acts(service), _START_S)  # noqa: B023
        print(f"acting again {took_s:.2f} s after kill -9")
        assert (service.starts, service.hooks) == (kills + 1, kills)
    assert service.ends == [-signal.SIGKILL] * 3
    service.run_until(lambda: service.readies == 4, _START_S)


def test_one_that_hangs_is_started_again(supervise: Start) -> None:
    service = supervise(watchdog_s=0.5, stop_hook=HOOK)
    service.run_until(lambda: service.readies and acts(service), _START_S)
    os.kill(service.pid, signal.SIGSTOP)
    service.run_until(lambda: service.readies == 2, _START_S)
    assert (service.missed, service.starts, service.hooks) == (1, 2, 1)
    assert service.ends == [-signal.SIGABRT]


@pytest.mark.parametrize("code", [2, 78])
def test_bad_usage_and_a_bad_configuration_are_not_tried_again(
    supervise: Start, tmp_path: Path, code: int
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("version: 7\n")
    words = {2: ("run", "--frobnicate"), 78: ("run", "--dry-run", "--config", str(bad))}[code]
    service = supervise(*words, command=GESTURED)
    service.run_until(lambda: not service.runs, _START_S)
    assert (service.starts, service.readies, service.ends) == (1, 0, [code])


def test_any_other_failure_is(supervise: Start) -> None:
    service = supervise("3", command=(sys.executable, "-m", "tests.integration.notifying"))
    service.run_until(lambda: service.starts == 3, _START_S)
    assert service.ends == [3, 3]


def test_without_a_manager_nothing_is_missing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        COMMAND,
        cwd=ROOT,
        env=environment(XDG_RUNTIME_DIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        while '"action"' not in process.stdout.readline():
            assert process.poll() is None
        process.terminate()
        process.stdout.read()
    assert process.returncode == 0


def test_after_kill_9_the_daemon_acts_again(
    x_display: str, store: ModelStore, tmp_path: Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(HOLD_CONFIG)
    palms = palms_folder(tmp_path)
    listener = XListener(x_display)
    service = Supervisor(
        (*GESTURED, "run", "--json", "--config", str(config), "--source", str(palms)),
        tmp_path,
        environment(DISPLAY=x_display, XDG_RUNTIME_DIR=str(tmp_path)),
        stop_hook=RELEASE,
    )
    with closing(service), closing(listener):
        service.start()
        for kills in range(1, 4):
            service.run_until(listener.down, _START_S)
            os.kill(service.pid, signal.SIGKILL)
            start_s = time.monotonic()
            service.run_until(lambda: service.hooks == kills, _START_S)  # noqa: B023
            assert listener.down() == []
            service.run_until(listener.down, _START_S)
            took_s, used_s = time.monotonic() - start_s, service.hook_cpu_s + cpu_s(service.pid)
            print(f"acting again {took_s:.2f} s after kill -9, {used_s:.2f} s of CPU")
        assert service.stop() == 0
        assert listener.down() == []
    assert service.starts == 4


def cpu_s(pid: int) -> float:
    """CPU time of a process and all its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def acts(service: Supervisor) -> bool:
    return any('"event": "action"' in line for line in service.lines)
