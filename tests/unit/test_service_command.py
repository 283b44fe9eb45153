"""`gestured service` with made-up systems: what it asks of them, says, and how it fails."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import daemon.commands.service as command
from daemon.config.problems import ConfigError
from daemon.ledger import Recovered
from daemon.service.system import Ran, ServiceError, System, run_command
from models.store import ModelError

UNIT = ".config/systemd/user/gestured.service"
ENTRY = ".config/autostart/gestured.desktop"


class Commands:
    """The system's commands: notes what is asked, answers as told by the longest fitting words."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Ran] = {}
        self.started: list[Sequence[str]] = []
        self.ended: int | None = None

    def run(self, words: Sequence[str]) -> Ran:
        line = " ".join(words)
        self.asked.append(line)
        fitting = [start for start in self.answers if start in line]
        return self.answers[max(fitting, key=len)] if fitting else Ran(0)

    def start(self, words: Sequence[str]) -> Callable[[], int | None]:
        self.started.append(words)
        if self.ended is None:
            self.answers["daemon status"] = Ran(0, "disarmed")
        return lambda: self.ended


Run = Callable[..., int]


@pytest.fixture
def commands() -> Commands:
    return Commands()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("version: 1\n")
    monkeypatch.setenv("GESTURED_CONFIG", str(path))
    return path


@pytest.fixture
def run(commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: Path) -> Run:
    monkeypatch.setattr(command, "_check_models", lambda config: None)

    def run(*words: str, platform: str = "linux", has_systemctl: bool = True) -> int:
        system = System(
            platform=platform,
            environ={"USERNAME": "ann"},
            home=tmp_path,
            run=commands.run,
            start=commands.start,
            clock=iter(range(0, 10_000, 50)).__next__,
            has=lambda name: has_systemctl,
        )
        monkeypatch.setattr(command, "_system", lambda: system)
        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        args = parser.parse_args(["service", *words])
        code: int = args.func(args)
        return code

    return run


def systemctl(commands: Commands) -> list[str]:
    return [line.removeprefix("systemctl --user ") for line in commands.asked]


def test_a_unit_is_installed_and_removed(
    run: Run, commands: Commands, tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = set(tmp_path.rglob("*"))
    commands.answers["show gestured.service"] = Ran(0, "ActiveState=inactive\n")
    assert run("install") == 0
    assert systemctl(commands)[2:4] == ["daemon-reload", "enable gestured.service"]
    assert f"run --config {config}" in (tmp_path / UNIT).read_text()
    assert capsys.readouterr().out.splitlines() == [
        f"wrote {tmp_path / UNIT}",
        "it starts with each login to the desktop",
        "`gestured service start` starts it now",
    ]
    assert run("install") == 0
    assert f"{tmp_path / UNIT} is as it should be" in capsys.readouterr().out
    commands.asked.clear()
    assert run("uninstall") == 0
    assert systemctl(commands)[:2] == ["disable --now gestured.service", "daemon-reload"]
    assert set(tmp_path.rglob("*")) == {*before, tmp_path / ".config"}
    assert run("uninstall") == 0
    assert capsys.readouterr().out.endswith("it is not installed\n")


def test_what_install_says_of_the_session(
    run: Run, commands: Commands, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.answers |= {
        "show gestured.service": Ran(0, "ActiveState=inactive\n"),
        "is-active graphical-session.target": Ran(3, "inactive\n"),
    }
    assert run("install") == 0
    assert "--autostart" in capsys.readouterr().out
    commands.answers["show gestured.service"] = Ran(0, "ActiveState=active\n")
    config.write_text("version: 1\ncamera: {source: 'http://cam.example/video'}\n")
    assert run("install") == 0
    assert "`gestured service stop`, then `start`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("", False),
        ("camera: {source: 'rtsp://cam.example/1'}", True),
        ("allow_commands: true", False),
    ],
)
def test_print_writes_nothing(
    run: Run, commands: Commands, tmp_path: Path, config: Path, text: str, is_open: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    config.write_text(f"version: 1\n{text}\n")
    assert run("print") == 0
    assert ("AF_INET" in capsys.readouterr().out) == is_open
    assert commands.asked == []
    assert run("print", "--autostart") == 0
    assert capsys.readouterr().out.startswith("[Desktop Entry]\n")
    assert not (tmp_path / ".config").exists()


def test_a_configuration_in_the_users_folder_is_looked_for_at_each_start(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GESTURED_CONFIG")
    assert run("print") == 0
    assert "--config" not in capsys.readouterr().out


def test_what_would_not_start_is_not_installed(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config: Path
) -> None:
    config.write_text("version: 7\n")
    with pytest.raises(ConfigError):
        run("install")
    config.write_text("version: 1\n")
    monkeypatch.undo()
    monkeypatch.setenv("GESTURED_CONFIG", str(config))
    monkeypatch.setenv("GESTURED_MODELS", str(tmp_path))
    monkeypatch.setattr("models.store._user_cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(command, "_system", lambda: System(platform="freebsd", home=tmp_path))
    with pytest.raises(ModelError, match="is missing: `gestured models pull`"):
        command.install_service(argparse.Namespace(autostart=False, config=None))
    assert not (tmp_path / ".config").exists()


def test_what_python_does_not_find_is_not_installed(
    run: Run, commands: Commands, tmp_path: Path
) -> None:
    commands.answers["-E -P -c import daemon"] = Ran(1, "", "No module named 'daemon'\n")
    with pytest.raises(ServiceError, match="does not find gestured from everywhere"):
        run("install")
    assert not (tmp_path / ".config").exists()


BUS = "Failed to connect to bus: No medium found"


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        (BUS, "not through su or sudo"),
        (
            "Failed to connect to user scope bus via local transport: No medium found",
            "not through su or sudo",
        ),
        ("System has not been booted with systemd as init system (PID 1).", "--autostart"),
        ("Failed to enable unit: Unit file gestured.service is masked.", "unmask"),
        ("Something else.", "`systemctl --user status gestured.service`"),
    ],
)
def test_systemctl_that_refuses(run: Run, commands: Commands, said: str, mend: str) -> None:
    commands.answers["enable"] = Ran(1, "", f"{said}\n")
    with pytest.raises(ServiceError) as raised:
        run("install")
    text = str(raised.value)
    assert text.startswith(f"systemctl: {said.rstrip('.')}; ")
    assert mend in text
    assert "\n" not in text


def test_nothing_is_written_without_a_bus(run: Run, commands: Commands, tmp_path: Path) -> None:
    commands.answers["systemctl"] = Ran(1, "", BUS)
    with pytest.raises(ServiceError, match="--autostart"):
        run("install")
    assert not (tmp_path / UNIT).exists()


def test_a_unit_of_somebody_else_stays(run: Run, tmp_path: Path) -> None:
    path = tmp_path / UNIT
    path.parent.mkdir(parents=True)
    path.write_text("[Service]\n")
    with pytest.raises(ServiceError, match="move it away"):
        run("install")
    assert run("uninstall") == 0
    assert path.read_text() == "[Service]\n"


def test_start_stop_and_status(
    run: Run, commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("start", "stop"):
        with pytest.raises(ServiceError, match="`gestured service install`"):
            run(name)
    assert run("status") == 1
    assert capsys.readouterr().out == "systemd: not installed\n"
    commands.answers["show gestured.service"] = Ran(
        0, "ActiveState=active\nSubState=running\nStatusText=armed, by the right hand\n"
        "NRestarts=2\nResult=success\nUnitFileState=enabled\n",
    )  # fmt: skip
    run("install")
    capsys.readouterr()
    assert run("status") == 0
    assert capsys.readouterr().out == (
        "systemd: active (running), enabled, restarts: 2, armed, by the right hand\n"
        "its log: `journalctl --user -u gestured`\n"
    )
    commands.asked.clear()
    assert run("start") == run("stop") == 0
    assert capsys.readouterr().out == "it runs already\nstopped\n"
    assert "start gestured.service" not in systemctl(commands)
    assert "stop gestured.service" in systemctl(commands)
    commands.answers["show gestured.service"] = Ran(0, "ActiveState=inactive\n")
    assert run("start") == 0
    assert capsys.readouterr().out == "started\n"
    commands.answers[" start gestured.service"] = Ran(1, "", "Job for gestured.service failed.")
    with pytest.raises(ServiceError, match=r"Job for .* failed; `journalctl"):
        run("start")
    commands.answers["show gestured.service"] = Ran(
        0, "ActiveState=failed\nResult=exit-code\nExecMainStatus=75\n"
    )
    with pytest.raises(ServiceError, match=r"another gestured runs .*; `gestured stop` ends it"):
        run("start")


def test_autostart_where_there_is_no_systemd(
    run: Run, commands: Commands, tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.answers["daemon status"] = Ran(1, "", "gestured: no gestured runs in this session")
    assert run("install", has_systemctl=False) == 0
    assert (tmp_path / ENTRY).exists()
    with pytest.raises(ServiceError, match="in another way already"):
        run("install")
    assert run("start") == 0
    (started,) = commands.started
    assert started[-3:] == ["run", "--config", str(config)]
    assert run("status") == 0
    assert run("start") == 0
    assert len(commands.started) == 1
    commands.answers["daemon status"] = Ran(1)
    assert run("status") == 1
    commands.ended = 1
    with pytest.raises(ServiceError, match="ended at once"):
        run("start")
    commands.start = lambda words: lambda: None  # type: ignore[method-assign]
    with pytest.raises(ServiceError, match="no answer within 60 s"):
        run("start")
    commands.answers["daemon status"] = Ran(0)
    assert run("uninstall") == 0
    assert commands.asked[-1].endswith("-P -m daemon stop")
    assert not (tmp_path / ENTRY).exists()
    assert "removed" in capsys.readouterr().out


def test_a_launchd_agent(
    run: Run, commands: Commands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agent = tmp_path / "Library" / "LaunchAgents" / "local.gestured.plist"
    log = tmp_path / "Library" / "Logs" / "gestured.log"
    commands.answers["launchctl print"] = Ran(113, "", "Could not find service")
    assert run("install", platform="darwin") == 0
    assert run("start", platform="darwin") == 0
    assert commands.asked[-1].split()[1] == "bootstrap"
    assert commands.asked[-1].endswith(str(agent))
    commands.answers["launchctl print"] = Ran(0, "\tstate = running\n\tpid = 7\n")
    assert run("status", platform="darwin") == 0
    assert capsys.readouterr().out.endswith(f"its log: {log}\n")
    assert run("start", platform="darwin") == 0
    assert commands.asked[-1].split()[1] == "kickstart"
    log.parent.mkdir()
    log.write_text("INFO: armed\n")
    assert run("uninstall", platform="darwin") == 0
    assert "bootout" in " ".join(commands.asked)
    assert not agent.exists()
    assert not log.exists()
    with pytest.raises(ServiceError, match="for Linux desktops"):
        run("install", "--autostart", platform="darwin")


def test_a_windows_task(run: Run, commands: Commands) -> None:
    commands.answers["/Query /TN gestured /XML"] = Ran(1, "", "ERROR: not found")
    assert run("install", platform="win32") == 0
    (create,) = [line for line in commands.asked if "/Create" in line]
    assert create.endswith("/F")
    commands.answers["/Query /TN gestured /XML"] = Ran(0, "<Description>a</Description>")
    with pytest.raises(ServiceError, match="did not make"):
        run("install", platform="win32")
    commands.answers["/Query /TN gestured /XML"] = Ran(0, command_text())
    commands.answers["/FO CSV"] = Ran(0, '"\\gestured","N/A","Running"\n')
    assert run("status", platform="win32") == 0
    assert run("uninstall", platform="win32") == 0
    assert commands.asked[-3:-1] == [
        "schtasks /End /TN gestured", "schtasks /Delete /TN gestured /F"
    ]  # fmt: skip
    assert commands.asked[-1].endswith(" -P -m daemon service release")
    assert run("stop", platform="win32") == 0
    assert commands.asked[-1].endswith(" -P -m daemon service release")
    commands.answers["service release"] = Ran(1, "", "gestured: a key is down\n")
    with pytest.raises(ServiceError, match=r"^a key is down$"):
        run("stop", platform="win32")


def command_text() -> str:
    from daemon.service.files import MARK

    return f"<Description>{MARK}</Description>"


def test_the_stop_hook_releases_only_where_no_daemon_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from daemon.control.folder import session_folder
    from daemon.control.lock import as_only_daemon

    monkeypatch.setattr("daemon.release.release_left", lambda: Recovered(["released a key"]))
    monkeypatch.setattr(command, "_GONE_S", 0.0)
    assert command.release(argparse.Namespace()) == 0
    assert capsys.readouterr().err == "gestured: released a key\n"
    monkeypatch.setattr("daemon.release.release_left", lambda: Recovered([], ["a key is down"]))
    assert command.release(argparse.Namespace()) == 1
    assert capsys.readouterr().err == "gestured: a key is down\n"
    with as_only_daemon(session_folder()):
        assert command.release(argparse.Namespace()) == 0
    assert capsys.readouterr().err == ("gestured: another gestured runs: what is down is its own\n")


def test_commands_that_are_not_there() -> None:
    with pytest.raises(ServiceError, match="no-such-command is not on this system"):
        run_command(["no-such-command"])
    assert run_command(["false"]).said == "it ended with 1"
