"""What is written for systemd, the desktop, launchd and Windows, and how files of ours are kept."""

from __future__ import annotations

import plistlib
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.service.autostart import AutostartService, unquoted
from daemon.service.autostart import quoted as quoted_for_desktop
from daemon.service.files import MARK, is_ours, remove_ours, write_ours
from daemon.service.launchd import LaunchdService
from daemon.service.program import Program, daemon_program
from daemon.service.system import ServiceError, System
from daemon.service.tasks import TaskService
from daemon.service.unit import quoted, unit_text

ODD = '/home/a b/50%h/$HOME/it\'s "q"/back\\slash/`x`/c.yaml'
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20
)  # no control characters: those are refused


def program(config: str | None = ODD, *, needs_network: bool = False) -> Program:
    return daemon_program(
        None if config is None else Path(config),
        {"GESTURED_MODELS": "/my models/100%", "DISPLAY": ":0"},
        needs_network=needs_network,
        python="/my venv/bin/python",
    )


def setting(text: str, name: str) -> list[str]:
    return [
        line.removeprefix(f"{name}=") for line in text.splitlines() if line.startswith(f"{name}=")
    ]


def test_the_unit_as_systemd_reads_it() -> None:
    text = unit_text(program())
    assert setting(text, "ExecStart") == [
        ':"/my venv/bin/python" -P -m daemon run --config'
        ' "/home/a b/50%%h/$HOME/it\'s \\"q\\"/back\\\\slash/`x`/c.yaml"'
    ]
    assert setting(text, "ExecStopPost") == ['-:"/my venv/bin/python" -P -m daemon service release']
    assert setting(text, "Environment") == ['"GESTURED_MODELS=/my models/100%%"']
    assert setting(text, "RestartPreventExitStatus") == ["2 75 78"]
    assert setting(text, "StandardOutput") == ["null"]


def test_slow_failures_are_given_up_and_kills_in_a_row_are_not() -> None:
    text = unit_text(program())
    interval_s = int(setting(text, "StartLimitIntervalSec")[0])
    starts = int(setting(text, "StartLimitBurst")[0])
    assert starts * 4.0 < interval_s, "a start that fails after 4 s on a slow machine"
    assert starts >= 40, "kills one after the other"


@pytest.mark.parametrize(
    ("needs_network", "families"),
    [(False, "AF_UNIX"), (True, "AF_UNIX AF_INET AF_INET6 AF_NETLINK")],
)
def test_the_network_is_open_only_to_who_needs_it(needs_network: bool, families: str) -> None:
    text = unit_text(program(needs_network=needs_network))
    assert setting(text, "RestrictAddressFamilies") == [families]


@given(st.lists(words, min_size=1, max_size=4))
def test_words_for_systemd_come_out_as_they_went_in(command: list[str]) -> None:
    assert [
        re.sub(r"\\(.)", r"\1", inner or plain).replace("%%", "%")
        for inner, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', quoted(command))
    ] == command
    # A lone % would be taken for a specifier.
    assert "%" not in quoted(command).replace("%%", "")


@given(st.lists(words, min_size=1, max_size=4))
def test_words_for_the_desktop_come_out_as_they_went_in(command: list[str]) -> None:
    assert unquoted(f"[Desktop Entry]\nExec={quoted_for_desktop(command)}\n") == command


def test_the_desktop_entry() -> None:
    text = AutostartService(System()).text(program("/c.yaml"))
    assert setting(text, "Exec") == [
        'env "GESTURED_MODELS=/my models/100%%" "/my venv/bin/python" -P -m daemon run'
        " --config /c.yaml"
    ]
    odd = quoted_for_desktop(['a"$`\\'])
    assert odd == '"a\\\\"\\\\$\\\\`\\\\\\\\"'


def test_the_launchd_agent(tmp_path: Path) -> None:
    text = LaunchdService(System(home=tmp_path)).text(program())
    agent = plistlib.loads(text.encode())
    assert agent["ProgramArguments"][-1] == ODD
    assert agent["EnvironmentVariables"] == {"GESTURED_MODELS": "/my models/100%"}
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["StandardOutPath"] == "/dev/null"
    assert MARK in text


def test_the_windows_task() -> None:
    environ = {"USERNAME": "Zoë & Co", "USERDOMAIN": "PC"}
    made = daemon_program(None, {}, needs_network=False, python="C:\\My venv\\python.exe")
    text = TaskService(System(environ=environ)).text(made)
    task = Xml.fromstring(text.replace('encoding="UTF-16"', ""))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    found = {
        name: task.findtext(f".//t:{name}", "", space)
        for name in ("UserId", "Command", "Arguments", "ExecutionTimeLimit", "Description")
    }
    assert found["UserId"] == "PC\\Zoë & Co"
    assert found["Command"] == "C:\\My venv\\pythonw.exe"
    assert found["Arguments"] == subprocess.list2cmdline(made.run[1:])
    assert found["ExecutionTimeLimit"] == "PT0S"
    assert MARK in found["Description"]


@pytest.mark.parametrize("path", ["/a\nb.yaml", "/a\x7fb.yaml", "/a\udcffb.yaml"])
def test_paths_that_no_service_can_name_are_refused(path: str) -> None:
    with pytest.raises(ServiceError, match="rename it"):
        program(path)


@pytest.mark.parametrize("python", ["/it's/python", '/"/python', "/a\\b/python"])
def test_a_python_that_systemd_cant_start_is_refused(python: str) -> None:
    with pytest.raises(ServiceError, match="another folder"):
        unit_text(daemon_program(None, {}, needs_network=False, python=python))


def test_files_of_ours_are_written_once_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.service"
    assert write_ours(path, f"# {MARK}\n".encode())
    assert not write_ours(path, f"# {MARK}\n".encode())
    assert write_ours(path, f"# {MARK}\nmore\n".encode())
    assert is_ours(path)
    assert [each.name for each in path.parent.iterdir()] == ["x.service"]
    assert remove_ours(path, tmp_path)
    assert not remove_ours(path, tmp_path)
    assert list(tmp_path.iterdir()) == []
    other = tmp_path / "new" / "other"
    write_ours(path, f"# {MARK}\n".encode())
    other.touch()
    assert remove_ours(path, tmp_path)
    assert other.exists()


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    theirs, masked, folder = (tmp_path / name for name in ("theirs", "masked", "folder"))
    theirs.write_text("mine")
    masked.symlink_to("/dev/null")
    folder.mkdir()
    for path in (theirs, masked):
        with pytest.raises(ServiceError, match="not written by gestured: move it away"):
            write_ours(path, MARK.encode())
        assert not remove_ours(path, tmp_path)
    assert theirs.read_text() == "mine"
    assert masked.is_symlink()
    with pytest.raises(ServiceError, match="can't be read"):
        write_ours(folder, MARK.encode())
