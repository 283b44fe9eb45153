"""`gestured bench startup`: when a start is over, and what of it is told; never its speed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import pytest

from daemon.bench import startup
from daemon.cli import main
from daemon.sources import SourceError
from models.tracker import Runtime

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no Unix datagram sockets")

_TELL = """
import os, socket, time
teller = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
teller.connect(os.environ["NOTIFY_SOCKET"])
"""


def processed(code: str, folder: Path) -> startup._Start:
    return startup._processed((sys.executable, "-c", code), os.environ, folder)


def test_a_run_has_started_when_it_says_so_and_is_ended_then(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    start = processed(
        f"open({str(pid)!r}, 'w').write(str(__import__('os').getpid()))"
        f"{_TELL}teller.send(b'STATUS=opening')\nteller.send(b'STATUS=on\\nREADY=1')\n"
        "teller.send(b'X_GESTURED_FRAME=1')\ntime.sleep(60)",
        tmp_path,
    )
    assert start.wall_s < 30.0
    assert start.cpu_s > 0.0
    if sys.platform == "linux":
        assert start.resident_mb is not None
        assert 1.0 < start.resident_mb < 1000.0
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    assert not (tmp_path / "notify").exists()


def test_one_that_ends_before_says_why(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^no camera$"):
        processed("import sys; sys.exit('INFO: looking\\ngestured: no camera')", tmp_path)
    with pytest.raises(SourceError, match="it ended before its first frame"):
        processed("", tmp_path)


@pytest.mark.parametrize("text", [None, "version: 7\n"])
def test_a_bad_configuration_is_told_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    path = tmp_path / "config.yaml"
    if text is not None:
        path.write_text(text)
    assert main(["bench", "startup", "--config", str(path)]) == 78
    assert str(path) in capsys.readouterr().err


@pytest.mark.parametrize("runtime", get_args(Runtime))
def test_what_was_started_is_said(
    runtime: Runtime,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("version: 1\ntracker: {runtime: litert}\n")
    row = startup._row("run", [startup._Start(0.1, 0.2)])
    asked: list[str] = []
    monkeypatch.setattr(startup, "bench_startup", lambda run, _: [asked.extend(run), row][1:])
    options = ["--config", str(config), "--source", "talk.mp4"]
    assert main(["bench", "startup", *options]) == 0
    assert f"talk.mp4, runtime litert, configuration {config}; " in capsys.readouterr().out
    assert main(["bench", "startup", *options, "--runtime", runtime]) == 0
    assert f"runtime {runtime}, " in capsys.readouterr().out
    assert asked[-4:] == ["--runtime", runtime, "--source", "talk.mp4"]


def test_one_that_never_has_a_frame_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup, "_PATIENCE_S", 0.1)
    with pytest.raises(SourceError, match="no frame was processed: it never got ready"):
        processed("import time; time.sleep(60)", tmp_path)


def test_a_camera_that_is_lost_is_no_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "_CAMERA_S", 0.2)
    told = "teller.send(b'READY=1'); teller.send(b'STATUS=disarmed; no camera is there')"
    with pytest.raises(SourceError, match="no frame was processed: disarmed; no camera is there"):
        processed(f"{_TELL}{told}\ntime.sleep(60)", tmp_path)


def test_the_pictures_show_a_hand_many_times() -> None:
    with startup.hand_pictures() as folder:
        pictures = [path.read_bytes() for path in folder.iterdir()]
    assert len(pictures) == 300
    assert len({*pictures}) == 1
    assert not folder.exists()


def test_a_row_leaves_out_what_is_not_known() -> None:
    starts = [startup._Start(0.1, 0.2), startup._Start(0.3, 0.4), startup._Start(0.2, 0.3)]
    assert startup._row("release", starts).to_json() == {
        "part": "release",
        "runs": 3,
        "median_ms": 200.0,
        "p95_ms": 290.0,
        "cpu_ms": 300.0,
        "resident_mb": None,
    }
    measured = [startup._Start(0.1, 0.2, size) for size in (90.0, 70.0, 80.04)]
    assert startup._row("run", measured).to_json()["resident_mb"] == 80.0


@pytest.mark.parametrize(
    ("display", "options", "said"),
    [("", ["--dry-run"], "dry run: there is no display"), (":7", [], "for real")],
)
def test_a_run_is_for_real_where_there_is_a_display(
    display: str,
    options: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    started: list[tuple[str, ...]] = []

    def ended(command: Sequence[str], environ: Mapping[str, str], *_: object) -> startup._Start:
        started.append(tuple(command[1:]))
        return startup._Start(0.1, 0.1)

    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(startup, "_ended", ended)
    monkeypatch.setattr(startup, "_processed", ended)
    assert main(["bench", "startup", "--source", "clip", "--runs", "1"]) == 0
    *_, run, release = started
    assert run == ("-m", "daemon", "run", *options, "--source", "clip")
    # Then there is something to release.
    assert release == ("-m", "daemon", "service", "release")
    assert said in capsys.readouterr().out


def test_runs_are_a_whole_number_from_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["bench", "startup", "--runs", "0"])
    assert stopped.value.code == 2
    assert "expected a whole number from 1 to 1000, found '0'" in capsys.readouterr().err
