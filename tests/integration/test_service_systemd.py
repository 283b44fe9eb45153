"""The unit under systemd itself: its own verdict, and a real user manager where one can run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from daemon.service.program import Program, daemon_program
from daemon.service.unit import UNIT, unit_text
from models.store import ModelStore
from tests.integration.gestured import ROOT, environment
from tests.integration.palms import HOLD_CONFIG, palms_folder
from tests.integration.user_manager import UserManager, user_manager
from tests.integration.x_listener import XListener

SERVICE = (sys.executable, "-m", "daemon", "service")
#: In place of the daemon, and of what releases the keys that it held.
STAND_IN = f"{sys.executable} -m tests.integration.notifying"
ODD = 'a b/50%h/$HOME ${HOME}/it\'s "q"/back\\slash/;/c'


@pytest.mark.parametrize("needs_network", [False, True])
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path, needs_network: bool) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed (on Debian: apt install systemd)")
    unit = tmp_path / UNIT
    made = daemon_program(
        Path("/", ODD), {"GESTURED_MODELS": f"/{ODD}"}, needs_network=needs_network
    )
    unit.write_text(unit_text(made))
    done = subprocess.run(
        [program, "verify", "--user", str(unit)],
        env=environment(XDG_RUNTIME_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    # It would have said something.
    unit.write_text(unit.read_text().replace("UMask", "UMaks"))
    done = subprocess.run(
        [program, "verify", "--user", str(unit)],
        env=environment(XDG_RUNTIME_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "UMaks" in done.stderr


@pytest.fixture(scope="module")
def manager() -> Iterator[UserManager]:
    with user_manager() as started:
        yield started


@pytest.mark.alone
def test_a_life_under_systemd(manager: UserManager, tmp_path: Path, store: ModelStore) -> None:
    config, hooks = tmp_path / "config.yaml", tmp_path / "hooks"
    config.write_text("version: 1\n")
    manager.environ |= {"GESTURED_CONFIG": str(config), "GESTURED_MODELS": models_folder(store)}
    unit = manager.home / ".config" / "systemd" / "user" / UNIT
    changes = unit.with_name(f"{UNIT}.d") / "test.conf"
    changes.parent.mkdir(parents=True)

    def change(command: str) -> None:
        changes.write_text(
            f"[Service]\nExecStart=\nExecStart={command}\n"
            f"ExecStopPost=\nExecStopPost=/bin/sh -c 'echo $SERVICE_RESULT >> {hooks}'\n"
            f"Environment=PYTHONPATH={ROOT}\nWatchdogSec=1\n"
        )

    change(STAND_IN)
    installed = service(manager, "install")
    assert installed.returncode == 0, installed.stderr
    assert f"wrote {unit}" in installed.stdout
    assert manager.show(UNIT, "UnitFileState") == "enabled"
    again = service(manager, "install")
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, f"{unit} is as it should be")

    # It returns when the daemon has said that it works.
    started = service(manager, "start")
    assert (started.returncode, started.stdout) == (0, "started\n"), started.stderr
    manager.wait_until(UNIT, {"StatusText": "working without a network"})
    assert service(manager, "status").stdout == (
        "systemd: active (running), enabled, working without a network\n"
        "its log: `journalctl --user -u gestured`\n"
    )
    assert service(manager, "start").stdout == "it runs already\n"
    assert diagnosed(manager) == [
        "ok systemd: active (running), enabled, working without a network"
    ]
    status = manager.run("cat", f"/proc/{manager.show(UNIT, 'MainPID')}/status").stdout.split("\n")
    assert {"NoNewPrivs:\t1", "Seccomp:\t2", "Umask:\t0077"} <= set(status)

    # What takes longer than the watchdog waits is announced, and so is its end.
    assert manager.run("systemctl", "--user", "reload", UNIT).returncode == 0
    manager.wait_until(UNIT, {"StatusText": "working without a network, anew", "NRestarts": "0"})

    kill(manager, "KILL")
    manager.wait_until(UNIT, {"NRestarts": "1", "ActiveState": "active"})
    kill(manager, "STOP")
    manager.wait_until(UNIT, {"NRestarts": "2", "ActiveState": "active"})
    assert service(manager, "stop").returncode == 0
    assert hooks.read_text().split() == ["signal", "watchdog", "success"]
    assert service(manager, "status").returncode == 1

    # What is the same at the next start is not tried again, as where another daemon runs.
    change(f"{STAND_IN} 75")
    manager.run("systemctl", "--user", "daemon-reload")
    refused = service(manager, "start")
    assert refused.returncode == 1
    assert refused.stderr == (
        "gestured: another gestured runs in this session; `gestured stop` ends it, then"
        " `gestured service start`\n"
    )
    assert manager.show(UNIT, "NRestarts") == "0"
    change(f"{STAND_IN} 1")
    manager.run("systemctl", "--user", "daemon-reload")
    manager.run("systemctl", "--user", "start", "--no-block", UNIT)
    manager.wait_for(lambda: "is being started again, restarts: " in diagnosed(manager)[0])
    assert "if it stays so, `journalctl" in service(manager, "status").stdout
    assert service(manager, "stop").returncode == 0
    change(f"{STAND_IN} 78")
    manager.run("systemctl", "--user", "daemon-reload")
    refused = service(manager, "start")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert "journalctl" in refused.stderr
    assert manager.show(UNIT, "ActiveState") == "failed"
    assert manager.show(UNIT, "NRestarts") == "0"
    assert diagnosed(manager) == ["problem it has failed: exit-code, restarts: 0"]
    config.unlink()
    manager.run("systemctl", "--user", "disable", UNIT)
    manager.run("systemctl", "--user", "reset-failed", UNIT)
    assert diagnosed(manager) == [
        f"problem it reads {config}, which is not there",
        "problem it is not enabled, so nothing starts it",
    ]

    removed = service(manager, "uninstall")
    assert removed.returncode == 0, removed.stderr
    assert f"removed {unit}" in removed.stdout
    assert f"left {changes.parent}" in removed.stdout
    shutil.rmtree(changes.parent)
    assert list(manager.home.rglob("*gestured*")) == []
    manager.run("systemctl", "--user", "daemon-reload")
    assert manager.show(UNIT, "LoadState") == "not-found"


@pytest.mark.alone
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_camera_in_the_unit_without_a_network(manager: UserManager, host: str) -> None:
    code = (
        "from daemon.camera.opener import OtherSide;"
        f"print(OtherSide('http://{host}:1/').unreachable(1.0))"
    )
    limited = ("--property=RestrictAddressFamilies=AF_UNIX", f"--setenv=PYTHONPATH={ROOT}")
    ran = manager.run(
        "systemd-run", "--user", "--quiet", "--wait", "--pipe", *limited, sys.executable, "-c", code
    )
    assert "can't be reached, the service has no network: `gestured service install`" in ran.stdout


@pytest.mark.alone
def test_words_reach_the_program_as_they_are(manager: UserManager, tmp_path: Path) -> None:
    program = tmp_path / "a b" / "50%h" / "$HOME" / "prog 100%i"
    told, words = tmp_path / "told", (f"/{ODD}", "plain", "a;b", ";", "'", "é ü", "$$", "\\n")
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nprintf "%s\\0" "$0" "$@" "$ODD" > {told}\n')
    program.chmod(0o755)
    unit = manager.home / ".config" / "systemd" / "user" / "odd.service"
    unit.parent.mkdir(parents=True, exist_ok=True)
    made = Program(
        run=(str(program), *words), release=("true",), stop=(), environ={"ODD": f"/{ODD}"}
    )
    unit.write_text(unit_text(made))
    manager.run("systemctl", "--user", "daemon-reload")
    manager.run("systemctl", "--user", "start", "odd.service")
    assert told.read_text().split("\0")[:-1] == [str(program), *words, f"/{ODD}"]


#: Starts a program as the daemon does, and goes on; ends badly where it would have no service.
STARTER = """
import os, signal, socket, sys
from daemon.service.transient import ServicePrograms, is_user_service
assert is_user_service(os.environ)
try:
    socket.socket(socket.AF_INET)
except OSError:
    ServicePrograms(os.environ).run(sys.argv[1:])
    signal.pause()
"""
#: Says what it may do, then stays; `$1` is where.
PROGRAM = """
printf '%s\\n' "$DISPLAY" "$2" > "$1"; grep -E 'NoNewPrivs|Seccomp:' /proc/self/status >> "$1"
echo $$ >> "$1"; echo done >> "$1"; exec sleep 60
"""


@pytest.mark.alone
def test_a_program_has_no_limits_of_the_units_and_outlives_it(
    manager: UserManager, tmp_path: Path
) -> None:
    told, starter, program = (tmp_path / name for name in ("told", "starter", "program"))
    starter.write_text(STARTER)
    program.write_text(PROGRAM)
    words = ("sh", str(program), str(told), "$HOME ${HOME} %h 'x'")
    made = Program(
        run=(sys.executable, str(starter), *words),
        release=("true",),
        stop=(),
        environ={"PYTHONPATH": str(ROOT), "DISPLAY": ":77"},
    )
    unit = manager.home / ".config" / "systemd" / "user" / "starter.service"
    unit.parent.mkdir(parents=True, exist_ok=True)
    unit.write_text(unit_text(made).replace("Type=notify", "Type=exec", 1))
    manager.run("systemctl", "--user", "daemon-reload")
    manager.run("systemctl", "--user", "start", unit.name)
    manager.wait_for(lambda: told.exists() and "done" in told.read_text())
    display, argument, privileges, seccomp, pid, _ = told.read_text().splitlines()
    assert (display, argument) == (":77", words[-1])
    assert (privileges, seccomp) == ("NoNewPrivs:\t0", "Seccomp:\t0")
    group = manager.run("cat", f"/proc/{pid}/cgroup").stdout
    assert "app-gestured-program-" in group
    assert manager.run("systemctl", "--user", "stop", unit.name).returncode == 0
    assert manager.run("kill", "-0", pid).returncode == 0
    assert manager.run("kill", "-9", pid).returncode == 0
    listed = ("systemctl", "--user", "list-units", "--all", "--no-legend", "app-gestured-*")
    manager.wait_for(lambda: not manager.run(*listed).stdout)


@pytest.mark.alone
def test_the_daemon_works_within_the_units_limits(
    manager: UserManager, tmp_path: Path, x_display: str, store: ModelStore
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(HOLD_CONFIG)
    words = ("--source", str(palms_folder(tmp_path)))
    environ = os.environ | {"GESTURED_MODELS": models_folder(store)}
    made = daemon_program(config, environ, needs_network=False)
    unit = manager.home / ".config" / "systemd" / "user" / "limited.service"
    unit.parent.mkdir(parents=True, exist_ok=True)
    text = unit_text(replace(made, run=(*made.run, *words)))
    text = text.replace(
        "[Install]", f"Environment=PYTHONPATH={ROOT} DISPLAY={x_display}\n[Install]"
    )
    unit.write_text(text)
    manager.run("systemctl", "--user", "daemon-reload")
    with closing(XListener(x_display)) as listener:
        manager.run("systemctl", "--user", "start", "--no-block", unit.name)
        manager.wait_for(listener.down)
        manager.run("systemctl", "--user", "stop", unit.name)
        assert listener.down() == []
    assert manager.show(unit.name, "NRestarts") == "0"


def models_folder(store: ModelStore) -> str:
    """Where the models are, as the manager's home has none."""
    return str(store.path("palm_detection_full").parent)


def service(manager: UserManager, *words: str) -> subprocess.CompletedProcess[str]:
    return manager.run(*SERVICE, *words)


def diagnosed(manager: UserManager) -> list[str]:
    """What doctor says of the service."""
    code = (
        "from daemon.findings import Surroundings; from daemon.service_checks import service\n"
        "for each in service(None, Surroundings()): print(each.state, each.message)"
    )
    return manager.run(sys.executable, "-c", code).stdout.splitlines()


def kill(manager: UserManager, name: str) -> None:
    killed = manager.run("systemctl", "--user", "kill", f"--signal={name}", UNIT)
    assert killed.returncode == 0, killed.stderr
