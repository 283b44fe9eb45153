"""The command line: help, exit codes, one clear line for each thing that is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from daemon.cli import _MODULES, main
from daemon.config.load import builtin_library
from daemon.control.folder import session_folder
from daemon.control.lock import as_only_daemon
from daemon.trace import TraceWriter
from gestures.landmarks import HandFrame, HandObservation
from models.litert_tracker import LitertTracker
from tests.unit.hand_points import hand_px

ROOT = Path(__file__).parents[2]
HEAVY = (
    "aiohttp", "ai_edge_litert", "cv2", "filelock", "filterpy", "mediapipe", "platformdirs",
    "pydantic", "pynput", "scipy", "yaml",
)  # fmt: skip
CONTROL = ("status", "pause", "resume", "arm", "disarm", "mode", "watch", "stop")
COMMANDS = (*(name for name in _MODULES if name != "control"), *CONTROL)
SUBCOMMANDS = {
    "config": ("path", "init", "edit"),
    "models": ("list", "pull", "verify"),
    "service": ("install", "uninstall", "start", "stop", "status", "print"),
}
HEADER = (
    '{"format": "gestured-trace", "version": 1, "width": 640, "height": 480, "mirror": false}\n'
)


@pytest.fixture(autouse=True)
def plain_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of the user's own, and no models: nothing here may need them."""
    config = tmp_path / "config.yaml"
    config.write_text("version: 1\n")
    empty = tmp_path / "no-models"
    empty.mkdir()
    monkeypatch.setenv("GESTURED_CONFIG", str(config))
    monkeypatch.setenv("GESTURED_MODELS", str(empty))
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trackers without networks, that see no hands."""
    monkeypatch.setattr(LitertTracker, "__init__", lambda self, *_: None)
    monkeypatch.setattr(LitertTracker, "rests", True)
    for name in ("detect", "track"):
        monkeypatch.setattr(LitertTracker, name, lambda self, *frame: ())
    for name in ("reset", "close"):
        monkeypatch.setattr(LitertTracker, name, lambda self: None)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "grey.png"
    assert cv2.imwrite(str(path), np.full((48, 64), 90, np.uint8))
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    try:
        code = main([str(each) for each in arguments])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else -1
    out, err = capsys.readouterr()
    return code, out, err


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        (),
        *((name,) for name in COMMANDS),
        *((name, sub) for name, subs in SUBCOMMANDS.items() for sub in subs),
    ],
)
def test_everything_has_help(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *words, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("usage: gestured")


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--help")
    for name in COMMANDS:
        assert f"\n    {name} " in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--version")
    assert code == 0
    assert out.startswith("gestured ")


def test_help_imports_nothing_heavy() -> None:
    done = python(
        "import sys\n"
        "from daemon.cli import main\n"
        "try: main(['run', '--help'])\n"
        "except SystemExit: pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    assert done.returncode == 0
    assert done.stderr.strip() == ""
    assert "usage: gestured run" in done.stdout


def test_between_a_kill_and_the_next_start_little_is_imported(tmp_path: Path) -> None:
    done = python(
        "import os, sys\n"
        "os.environ['XDG_RUNTIME_DIR'] = sys.argv[1]\n"
        "from daemon.cli import main\n"
        "code = main(['service', 'release'])\n"
        "slow = {'numpy', 'importlib.metadata', 'daemon.config.model', 'daemon.commands.run'}\n"
        f"print(code, *sorted((slow | {{*{HEAVY!r}}} - {{'filelock'}}) & sys.modules.keys()))",
        str(tmp_path),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


def test_a_command_is_found_by_its_name_alone(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "control", "status")
    assert code == 2
    for name in COMMANDS:
        assert f"'{name}'" in err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("frobnicate",),
        ("run", "--runtime", "abacus"),
        ("detect",),
        ("detect", "--tracker", "nose", "a.png"),
        ("detect", "--draw", "o.png", "a.png", "b.png"),
        ("replay",),
        ("record",),
        ("models", "pull", "nonsense"),
        ("config",),
    ],
)
def test_bad_usage_is_2(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("gestured")


def fails_with(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """The one line on stderr of a command that exits with 1."""
    code, out, err = run(capsys, *words)
    assert (code, out) == (1, "")
    (line,) = err.splitlines()
    assert line.startswith("gestured: ")
    return line.removeprefix("gestured: ")


@pytest.mark.parametrize("command", ["run", "record", "replay", "detect", "classify"])
def test_a_bad_config_is_78_and_told_with_its_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str
) -> None:
    rest = {"run": ["--dry-run", "--source", "demo"]}.get(command, [str(tmp_path / "x")])
    broken, folder, binary = tmp_path / "b.yaml", tmp_path / "folder", tmp_path / "c.yaml"
    broken.write_text("version: 1\ncamera: {sauce: auto}\n")
    binary.write_bytes(b"version: 1 # caf\xe9\n")
    folder.mkdir()
    for path, start in (
        (broken, ":2:10: error: "),
        (binary, ":1:17: error: "),
        (folder, ": error: this is a folder"),
        (tmp_path / "none.yaml", ": error: no such file"),
    ):
        code, out, err = run(capsys, command, "--config", path, *rest)
        assert (code, out) == (78, "")
        assert err.startswith(f"{path}{start}")
        assert "Traceback" not in err


def test_a_second_daemon_is_75_which_no_service_tries_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with as_only_daemon(session_folder()):
        code, out, err = run(capsys, "run", "--source", "demo")
    assert (code, out) == (75, "")
    assert err.startswith("gestured: gestured runs already in this session")
    assert "`gestured stop` ends it" in err


def test_missing_and_broken_pictures(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, picture: Path, blind: None
) -> None:
    text = tmp_path / "text.png"
    text.write_text("hello")
    for command in ("detect", "classify"):
        for path, problem in (
            (tmp_path / "none.png", "can't be read: No such file or directory"),
            (tmp_path, "can't be read: Is a directory"),
            (text, "is no picture that OpenCV can read; use JPEG or PNG"),
        ):
            assert fails_with(capsys, command, path) == f"{path}: {problem}"
        # The others are looked at all the same.
        code, out, err = run(capsys, command, tmp_path / "none.png", picture)
        assert (code, out) == (1, f"{picture}: no hand\n")
        assert len(err.splitlines()) == 1


def test_detect_and_classify_of_a_picture_without_hands(
    capsys: pytest.CaptureFixture[str], picture: Path, blind: None
) -> None:
    assert run(capsys, "detect", "--json", picture) == (0, "[]\n", "")
    code, out, _ = run(capsys, "classify", "--json", picture)
    assert (code, json.loads(out)) == (0, {"source": str(picture), "t": 0.0, "hands": []})


def test_a_drawing_that_cant_be_saved(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, picture: Path, blind: None
) -> None:
    drawing = tmp_path / "o.png"
    assert run(capsys, "detect", "--draw", drawing, picture)[0] == 0
    assert drawing.stat().st_size
    for place in (tmp_path / "none" / "o.png", tmp_path / "o.xyz"):
        code, _, err = run(capsys, "detect", "--draw", place, picture)
        assert code == 1
        assert err.startswith(f"gestured: {place}: can't be written; use a .png")


def test_broken_traces(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    path.write_text(HEADER + '{"t": 1, "hands": []}\n{"t": 0.5, "hands": []}\n')
    problem = f"{path}:3: t must grow from line to line, 0.5 follows 1.0"
    assert fails_with(capsys, "replay", path) == problem
    code, out, err = run(capsys, "classify", path)
    assert (code, out, err) == (1, f"{path} 1.00 s: no hand\n", f"gestured: {problem}\n")
    path.write_text("hello")
    assert fails_with(capsys, "replay", path).startswith(f"{path}:1: is not JSON")
    path.write_bytes(b"")
    assert "is empty" in fails_with(capsys, "replay", path)
    assert "can't be read" in fails_with(capsys, "replay", tmp_path / "none.trace")
    assert "can't be read" in fails_with(capsys, "replay", tmp_path)


def test_a_trace_is_replayed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    path.write_text(HEADER + '{"t": 1, "hands": []}\n')
    assert run(capsys, "replay", "--json", path)[::2] == (0, "")


@pytest.mark.parametrize("source", ["a/b.mp4", "b.mp4", "text.txt", "~nobody-here", " "])
def test_missing_and_broken_sources(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    blind: None,
    source: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("hello")
    kept = tmp_path / "kept.trace"
    kept.write_text("an older recording")
    first = fails_with(capsys, "run", "--dry-run", "--source", source)
    assert first == fails_with(capsys, "record", "--source", source, tmp_path / "new.trace")
    assert not (tmp_path / "new.trace").exists()
    problem = fails_with(capsys, "record", "--source", source, kept)
    assert problem == f"{kept}: is there already; name another file, or delete it first"
    assert kept.read_text() == "an older recording"


def test_no_camera(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    blind: None,
) -> None:
    monkeypatch.setattr("daemon.cameras.list_cameras", list)
    monkeypatch.setattr("daemon.camera.opener.list_cameras", list)
    monkeypatch.setattr(sys, "platform", "linux")
    for source in ("nonsense", "7", "auto"):
        trace = str(tmp_path / "a.jsonl")
        assert "no camera" in fails_with(capsys, "record", "--source", source, trace)


def test_recording_and_where_it_cant_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, picture: Path, blind: None
) -> None:
    path = tmp_path / "new.trace"
    assert run(capsys, "record", "--source", tmp_path, path) == (0, f"{path}: 1 frames\n", "")
    assert json.loads(path.read_text().splitlines()[0])["width"] == 64
    where = tmp_path / "none" / "a.trace"
    problem = fails_with(capsys, "record", "--source", tmp_path, where)
    assert problem == f"{where}: can't be written: No such file or directory"


def test_a_model_file_that_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, picture: Path
) -> None:
    broken = tmp_path / "no-models" / "palm_detection_full.tflite"
    broken.write_text("junk")
    daemon = ["run", "--dry-run", "--source", "demo"]
    for command in (["detect", picture], ["classify", picture], daemon):
        problem = fails_with(capsys, *command)
        assert problem.startswith(f"{broken} is not the palm_detection_full that gestured knows")
        assert "put the right file there" in problem


def test_a_models_folder_that_is_none(
    capsys: pytest.CaptureFixture[str], picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GESTURED_MODELS", str(picture))
    assert fails_with(capsys, "detect", picture).startswith(f"{picture} is not a folder")


def test_a_fault_of_ours_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch, picture: Path, blind: None
) -> None:
    def fail(self: object, rgb: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(LitertTracker, "detect", fail)
    with pytest.raises(ZeroDivisionError):
        main(["detect", str(picture)])


@pytest.mark.skipif(os.name != "posix", reason="pipes break otherwise elsewhere")
def test_a_broken_pipe_is_no_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "daemon", "features"],
            cwd=ROOT,
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_features_are_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "features", "--json")
    assert (code, err) == (0, "")
    names = [json.loads(line)["name"] for line in out.splitlines()]
    assert len(names) == len(set(names)) > 5
    code, out, _ = run(capsys, "features")
    assert code == 0
    assert all(f"{name}(" in out or f"\n{name} " in f"\n{out}" for name in names)


def test_explain_names_the_deciding_condition(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    trace = tmp_path / "a.trace"
    with TraceWriter(trace) as writer:
        image = hand_px(320, 400, 100) / (640, 480, 640)
        writer.write(HandFrame(0.0, 640, 480, (HandObservation(1, "right", 1.0, image),)))
    code, out, _ = run(capsys, "explain", "--json", trace)
    (shown,) = json.loads(out)["hands"]
    assert code == 0
    scores = [rule["score"] for rule in shown["rules"]]
    assert scores == sorted(scores, reverse=True)
    assert {rule["gesture"] for rule in shown["rules"]} >= {"palm", "fist", "one"}
    two_handed = {spec.name for spec in builtin_library() if spec.both}
    assert two_handed == {r["gesture"] for r in shown["rules"] if "condition" not in r}
    code, out, _ = run(capsys, "explain", trace)
    assert code == 0
    assert "decided by" in out
    assert "palm" in out


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.trace", HEADER, "has no frames: record a longer one"),
        ("a.trace", "", "is empty: make a trace with `gestured record`"),
        ("a", "", "is empty: make a trace with `gestured record`"),
    ],
)
@pytest.mark.parametrize("command", ["classify", "explain", "replay"])
def test_a_trace_without_frames(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, name: str, text: str,
    problem: str,
) -> None:  # fmt: skip
    path = tmp_path / name
    path.write_text(text)
    assert main([command, str(path)]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"gestured: {path}: {problem}\n")


def test_an_empty_picture_is_no_trace(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.touch()
    assert main(["classify", str(path)]) == 1
    assert "trace" not in capsys.readouterr().err
