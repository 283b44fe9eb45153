"""`gestured doctor` on machines that are made up."""

from __future__ import annotations

import argparse
import io
import json
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from daemon.cameras import Camera
from daemon.commands import doctor as module
from daemon.commands.doctor import doctor, examine
from daemon.config import load
from daemon.control.errors import NoDaemon
from daemon.findings import Finding, Surroundings
from daemon.probe import Ran, run_python
from models.manifest import MODELS
from models.store import Found, ModelError, State
from tests.unit.config_texts import LIBRARY

CONFIG = "version: 1\nbindings:\n- {gesture: fist, action: {type: key, keys: a}}\n"
PARTS = ["real input", "screen lock", "notifications", "sounds"]
CHECKS = [
    "python", "config", "cv2", "mediapipe", "ai_edge_litert", "openvino", "models", "camera",
    "display", "focus", "desktop", "session", "daemon", "service",
]  # fmt: skip
#: As they are told, where the desktop can be looked at.
TOLD = [each for check in CHECKS for each in (PARTS if check == "desktop" else [check])]
NO_FILE = "cannot open shared object file: No such file or directory"


def backend_answer(**known: str) -> str:
    """What the process that opens a backend prints."""
    return json.dumps({"error": None, "warning": None, "reason": None, **known}) + "\n"


class Pythons:
    """Stands for processes: every library loads and the display is there, unless `ends` says."""

    def __init__(self, **ends: Ran) -> None:
        self.ends = ends

    def __call__(self, code: str, environ: Mapping[str, str]) -> Ran:
        names = [
            name
            for name in ("cv2", "mediapipe", "ai_edge_litert", "openvino")
            if f"import {name}" in code or f"import_{name}" in code
        ]
        name, answer = "display", backend_answer(reason="pynput: why")
        if names:
            name, answer = names[0], "a banner\n1.2.3\n"
        elif "open_focus" in code:
            name, answer = "focus", '{"problem": null, "names": ["mpv"]}\n'
        elif "session_address" in code:
            name, answer = "session", "null\n"
        elif "daemon.desk" in code:
            name, answer = "desktop", json.dumps(dict.fromkeys(PARTS)) + "\n"
        return self.ends.get(name, Ran(0, answer, ""))


class Store:
    """Every model file is whole, unless `states` says."""

    def __init__(self, folder: Path, *, in_cache: bool = True, **states: State) -> None:
        self.folder = folder
        self.in_cache = in_cache
        self.states = states

    def find(self, name: str) -> Found:
        state = self.states.get(name, State.PRESENT)
        model = MODELS[name]
        return Found(model, self.folder / model.file_name, state, self.in_cache)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(load, "builtin_library", lambda: LIBRARY)
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG, "utf-8")
    path.chmod(0o644)
    return path


@pytest.fixture
def well(tmp_path: Path, config: Path) -> Surroundings:
    """A machine on which everything is well."""
    camera = tmp_path / "video0"
    camera.touch()
    return Surroundings(
        environ={
            "GESTURED_CONFIG": str(config),
            "DISPLAY": ":0",
            "XDG_SESSION_TYPE": "x11",
            "XDG_RUNTIME_DIR": str(tmp_path),
        },
        platform="linux",
        python=(3, 12, 1),
        run_python=Pythons(),
        cameras=lambda: [Camera(0, str(camera), "Logitech BRIO")],
        may_open=lambda _: True,
        model_store=lambda: Store(tmp_path),
        services=list,
        daemon=no_daemon,
    )


def no_daemon() -> Mapping[str, object]:
    raise NoDaemon("no gestured runs in this session; `gestured run` starts it")


def found(check: str, at: Surroundings, config: Path | None = None) -> list[Finding]:
    return [finding for finding in examine(config, at) if finding.check == check]


def only(check: str, at: Surroundings, config: Path | None = None) -> Finding:
    (finding,) = found(check, at, config)
    return finding


def source_is(source: str, config: Path) -> None:
    config.write_text(f"{CONFIG}camera: {{source: {source}}}\n", "utf-8")


def test_all_is_well(
    well: Surroundings, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(surroundings=well) == 0
    assert (
        capsys.readouterr().out
        == f"""\
ok       python          3.12.1
ok       config          {config}, named by $GESTURED_CONFIG
ok       cv2             1.2.3
ok       mediapipe       1.2.3
ok       ai_edge_litert  1.2.3
ok       openvino        1.2.3
ok       models          9 files, all whole, in {tmp_path}
ok       camera          {tmp_path}/video0 'Logitech BRIO'
ok       display         pynput: why (XDG_SESSION_TYPE=x11, DISPLAY=:0)
ok       focus           the application with the focus is known: mpv
ok       real input      works
ok       screen lock     works
ok       notifications   works
ok       sounds          works
ok       session         its folder is {tmp_path}, its bus answers
ok       daemon          none runs in this session
ok       service         none is installed; `gestured service install` starts it with the desktop
"""
    )


def test_a_mend_stands_below_its_finding(
    well: Surroundings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(surroundings=replace(well, python=(3, 9, 2))) == 1
    assert capsys.readouterr().out.splitlines()[:2] == [
        "problem  python          3.9.2 is too old",
        "                         install gestured with Python 3.11 or newer",
    ]


def test_json_has_an_object_a_finding(
    well: Surroundings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(as_json=True, surroundings=replace(well, cameras=list)) == 1
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [record["check"] for record in records] == TOLD
    assert all(list(record) == ["check", "state", "message", "mend"] for record in records)
    assert records[0] == {"check": "python", "state": "ok", "message": "3.12.1", "mend": None}
    assert records[7]["state"] == "problem"


def test_a_warning_is_no_failure(
    well: Surroundings, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = replace(well, run_python=Pythons(focus=Ran(1, "", "why")))
    assert doctor(surroundings=at) == 0
    assert "\nwarning  focus " in capsys.readouterr().out


def test_the_command_line(monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    calls = []
    monkeypatch.setattr(
        module, "doctor", lambda path, *, as_json: calls.append((path, as_json)) or 0
    )
    parser = argparse.ArgumentParser()
    module.add_parser(parser.add_subparsers())
    for words in ([], ["--config", str(config), "--json"]):
        arguments = parser.parse_args(["doctor", *words])
        assert arguments.func(arguments) == 0
    assert calls == [(None, False), (config, True)]


# Nothing that goes wrong within a check takes the others down.


def explode(*_: object) -> None:
    raise ZeroDivisionError("no\nluck")


@pytest.mark.parametrize(
    ("field", "checks"),
    [
        (
            "run_python",
            {
                "cv2",
                "mediapipe",
                "ai_edge_litert",
                "openvino",
                "display",
                "focus",
                "desktop",
                "session",
            },
        ),
        ("services", {"service"}),
        ("daemon", {"daemon"}),
        ("cameras", {"camera"}),
        ("may_open", {"camera"}),
        ("model_store", {"models"}),
    ],
)
def test_a_check_that_fails_itself(
    well: Surroundings, capsys: pytest.CaptureFixture[str], field: str, checks: set[str]
) -> None:
    broken = replace(well, **{field: explode})
    findings = list(examine(None, broken))
    shown = CHECKS if field == "run_python" else TOLD
    assert [finding.check for finding in findings] == shown
    assert {finding.check for finding in findings if finding.state == "problem"} == checks
    assert doctor(surroundings=broken) == 1
    assert "this check failed itself: ZeroDivisionError: no luck\n" in capsys.readouterr().out


def test_a_damaged_installation(well: Surroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "daemon.config.load", None)
    finding = only("config", well)
    assert (finding.state, finding.mend) == ("problem", "install gestured again")
    assert len(list(examine(None, well))) == len(TOLD)


def test_what_stdout_can_not_write_is_spelled_out(
    well: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    camera = Camera(0, "/dev/video0", "Kamera für \udce4 \N{CAT}")
    assert doctor(surroundings=replace(well, cameras=lambda: [camera])) == 0
    assert rb"'Kamera f\xfcr \udce4 \U0001f408'" in raw.getvalue()


# Configuration


def test_errors_of_the_configuration(well: Surroundings, tmp_path: Path) -> None:
    path = tmp_path / "my config.yaml"
    path.write_text("version: 1\ncamara: {}\nbindings: 3\n", "utf-8")
    finding = only("config", well, path)
    assert finding.state == "problem"
    assert finding.message.startswith(f"2 errors, the first: {path}:2:1: error: camara: ")
    assert finding.message.endswith("; did you mean 'camera'?")
    assert finding.mend == f"gestured check '{path}'"


def test_no_configuration(well: Surroundings, tmp_path: Path) -> None:
    assert only("config", well, tmp_path / "none") == Finding(
        "config",
        "problem",
        f"{tmp_path}/none: error: no such file",
        "it is named by --config: make it one that can be read, or name another",
    )


def test_a_doubtful_configuration(well: Surroundings, config: Path) -> None:
    config.write_text(CONFIG + "- {gesture: fist, action: {type: key, keys: b}}\n", "utf-8")
    finding = only("config", well)
    assert finding.state == "warning"
    assert finding.message.startswith(f"1 to look at, the first: {config}:4:")
    assert finding.mend == f"gestured check {config}"


@pytest.mark.parametrize("text", [CONFIG, "version: 1\nnothing: {}\n"])
def test_a_configuration_that_anyone_can_write(well: Surroundings, config: Path, text: str) -> None:
    config.write_text(text, "utf-8")
    config.chmod(0o646)
    finding, *others = found("config", well)
    assert [each.state for each in others] == (["problem"] if "nothing" in text else [])
    assert (finding.state, finding.mend) == ("problem", f"`chmod o-w {config}`")
    assert finding.message.startswith(f"{config} is not used: everybody may write to it")


# Libraries


@pytest.mark.parametrize(
    ("ran", "message", "mend"),
    [
        (
            Ran(1, "", f"Traceback:\n ...\nImportError: libGL.so.1: {NO_FILE}\n"),
            "the system library libGL.so.1 is missing",
            "sudo apt install libgl1 (Fedora: libglvnd-glx, Arch: libglvnd)",
        ),
        (
            Ran(1, "", f"ImportError: libfoo.so.7: {NO_FILE}\n"),
            "the system library libfoo.so.7 is missing",
            "install the package of your system that has it",
        ),
        (
            Ran(1, "", "Traceback:\n ...\nModuleNotFoundError: No module named 'cv2'\n"),
            "ModuleNotFoundError: No module named 'cv2'",
            "install it again: {python} -m pip install --force-reinstall opencv-contrib-python",
        ),
        (
            Ran(-4, "", ""),
            "crashed: Illegal instruction",
            "install it again: {python} -m pip install --force-reinstall opencv-contrib-python",
        ),
        (
            Ran(None, "", ""),
            "took longer than 30 s, and was ended",
            "install it again: {python} -m pip install --force-reinstall opencv-contrib-python",
        ),
        (
            Ran(3, "", ""),
            "ended with status 3",
            "install it again: {python} -m pip install --force-reinstall opencv-contrib-python",
        ),
    ],
)
def test_a_library_that_does_not_load(
    well: Surroundings, monkeypatch: pytest.MonkeyPatch, ran: Ran, message: str, mend: str
) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/my env/python")
    finding = only("cv2", replace(well, run_python=Pythons(cv2=ran)))
    mend = mend.format(python="'/opt/my env/python'")
    assert finding == Finding("cv2", "problem", message, mend)


@pytest.mark.parametrize(
    ("runtime", "states"),
    [
        ("litert", ("warning", "problem", "warning")),
        ("openvino", ("warning", "warning", "problem")),
        ("mediapipe", ("problem", "warning", "warning")),
        ("auto", ("warning", "problem", "warning")),
    ],
)
def test_the_other_runtime_is_not_needed(
    well: Surroundings, config: Path, runtime: str, states: tuple[str, ...]
) -> None:
    config.write_text(f"{CONFIG}tracker: {{runtime: {runtime}}}\n", "utf-8")
    needed_by = {"mediapipe": "mediapipe", "ai_edge_litert": "litert", "openvino": "openvino"}
    at = replace(well, run_python=Pythons(**dict.fromkeys(needed_by, Ran(1, "", "oh"))))
    assert tuple(only(name, at).state for name in needed_by) == states
    for name, only_one in needed_by.items():
        finding = only(name, at)
        aside = "" if finding.state == "problem" else f" (only 'runtime: {only_one}' needs it)"
        assert finding.message == f"oh{aside}"


@pytest.mark.parametrize("runtime", ["auto", "litert", "mediapipe"])
def test_what_is_not_installed_is_told_to_who_asks_for_it(
    well: Surroundings, config: Path, monkeypatch: pytest.MonkeyPatch, runtime: str
) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/my env/python")
    errors = "ModuleNotFoundError: No module named 'openvino'\nMissingPackage: so it is\n"
    at = replace(well, run_python=Pythons(openvino=Ran(1, "", errors)))
    config.write_text(f"{CONFIG}tracker: {{runtime: {runtime}}}\n", "utf-8")
    assert found("openvino", at) == []
    config.write_text(f"{CONFIG}tracker: {{runtime: openvino}}\n", "utf-8")
    mend = "'/opt/my env/python' -m pip install 'gestured[openvino]'"
    assert found("openvino", at) == [Finding("openvino", "problem", "is not installed", mend)]


def test_without_a_configuration_both_runtimes_count(well: Surroundings, tmp_path: Path) -> None:
    at = replace(well, run_python=Pythons(mediapipe=Ran(1, "", "oh")))
    assert only("mediapipe", at, tmp_path / "none").state == "problem"


# Model files


def test_no_model_files(well: Surroundings, tmp_path: Path) -> None:
    states = dict.fromkeys(MODELS, State.MISSING)
    at = replace(well, model_store=lambda: Store(tmp_path, **states))
    message = f"none of the 9 files is in {tmp_path}"
    assert only("models", at) == Finding("models", "problem", message, "gestured models pull")


def test_some_model_files(well: Surroundings, config: Path, tmp_path: Path) -> None:
    states = {"hand_landmark_lite": State.CORRUPT, "face_landmark": State.MISSING}
    at = replace(well, model_store=lambda: Store(tmp_path, **states))
    message = "hand_landmark_lite is corrupt, face_landmark is missing"
    assert only("models", at) == Finding(
        "models", "warning", f"{message} (hands need none of these)", "gestured models pull"
    )
    config.write_text(CONFIG + "tracker: {model: lite}\n", "utf-8")
    assert only("models", at) == Finding("models", "problem", message, "gestured models pull")


def test_a_bad_model_file_in_the_users_own_folder(well: Surroundings, tmp_path: Path) -> None:
    store = Store(tmp_path, in_cache=False, palm_detection_full=State.CORRUPT)
    finding = only("models", replace(well, model_store=lambda: store))
    place = tmp_path / "palm_detection_full.tflite"
    assert finding.state == "problem"
    assert finding.mend == (
        f"put the right file in place of {place}, or delete it and run 'gestured models pull'"
    )


def test_model_files_that_can_not_be_looked_at(well: Surroundings) -> None:
    def find(name: str) -> Found:
        raise ModelError("x is not a folder", name=name, path=None, mend="correct the config")

    at = replace(well, model_store=lambda: SimpleNamespace(find=find))
    assert only("models", at) == Finding(
        "models", "problem", "x is not a folder", "correct the config"
    )


# Camera


def test_the_camera_of_the_configuration(well: Surroundings, config: Path) -> None:
    source_is("webcam", config)
    listed = [Camera(0, "/dev/video0", "Logitech BRIO"), Camera(2, "/dev/video2", "HD Webcam")]
    at = replace(well, cameras=lambda: listed)
    assert only("camera", at) == Finding(
        "camera", "ok", "/dev/video2 'HD Webcam'; there are also /dev/video0 'Logitech BRIO'"
    )
    source_is("cellphone", config)
    finding = only("camera", at)
    assert (finding.state, finding.message) == ("problem", "no camera 'cellphone'")
    assert finding.mend == "there are /dev/video0 'Logitech BRIO', /dev/video2 'HD Webcam'"


@pytest.mark.parametrize(
    ("source", "code", "message"),
    [
        ("auto", 1, "no camera was found"),
        ("demo", 0, "no camera was found (the source 'demo' needs none)"),
    ],
)
def test_no_camera(well: Surroundings, config: Path, source: str, code: int, message: str) -> None:
    source_is(source, config)
    at = replace(well, cameras=list)
    finding = only("camera", at)
    assert (finding.state, finding.message) == ("problem" if code else "warning", message)
    assert finding.mend
    assert doctor(surroundings=at) == code


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_camera_that_is_an_address(well: Surroundings, config: Path, platform: str) -> None:
    source_is("rtsp://me:secret@host/a", config)
    at = replace(well, cameras=list, platform=platform, unreachable=lambda address: None)
    assert only("camera", at) == Finding("camera", "ok", "rtsp://host/a answers")
    why = "rtsp://host/a doesn't answer: check that it is on, and the network"
    assert only("camera", replace(at, unreachable=lambda address: why)) == Finding(
        "camera", "problem", "rtsp://host/a doesn't answer", "check that it is on, and the network"
    )


def test_an_address_is_really_called(well: Surroundings, config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        source_is(f"http://me:secret@127.0.0.1:{port}/a", config)
        assert only("camera", well).message == f"http://127.0.0.1:{port}/a answers"
    finding = only("camera", well)
    assert (finding.state, "secret" in f"{finding}") == ("problem", False)
    assert finding.mend == "check the address, and that it is on"


def test_no_permission(well: Surroundings, tmp_path: Path) -> None:
    finding = only("camera", replace(well, may_open=lambda _: False))
    assert finding.state == "problem"
    assert finding.message == f"no permission to open {tmp_path}/video0 'Logitech BRIO'"
    assert "group" in str(finding.mend) or "usermod" in str(finding.mend)


def test_a_camera_that_is_not_in_the_container(well: Surroundings, tmp_path: Path) -> None:
    (tmp_path / "video0").unlink()
    finding = only("camera", replace(well, may_open=lambda _: False))
    assert finding.state == "problem"
    assert finding.message.endswith("'Logitech BRIO', but the device is not there")
    assert finding.mend == f"in a container, pass it in: --device {tmp_path}/video0"


def test_systems_that_name_no_cameras(well: Surroundings) -> None:
    finding = only("camera", replace(well, platform="darwin", cameras=list))
    assert finding.state == "warning"


# Display


@pytest.mark.parametrize(
    ("environ", "ran", "expected"),
    [
        (
            {},
            Ran(0, backend_answer(error="no display: DISPLAY is not set; run inside it"), ""),
            ("problem", "no display: DISPLAY is not set", "run inside it"),
        ),
        (
            {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"},
            Ran(
                0,
                "noise\n" + backend_answer(warning="XWayland only; add the rule", reason="pynput"),
                "",
            ),
            ("warning", "XWayland only (DISPLAY=:0, WAYLAND_DISPLAY=wayland-0)", "add the rule"),
        ),
        (
            {"WAYLAND_DISPLAY": "wayland-0"},
            Ran(0, backend_answer(reason="uinput: this is a Wayland session"), ""),
            ("ok", "uinput: this is a Wayland session (WAYLAND_DISPLAY=wayland-0)", None),
        ),
        (
            {"DISPLAY": ":9"},
            Ran(None, "", ""),
            (
                "problem",
                "took longer than 30 s, and was ended (DISPLAY=:9)",
                "see that DISPLAY names the desktop you sit at, or log in to it again",
            ),
        ),
        (
            {},
            Ran(-11, "", ""),
            (
                "problem",
                "crashed: Segmentation fault",
                "install pynput again: python -m pip install --force-reinstall pynput",
            ),
        ),
    ],
)
def test_display(
    well: Surroundings,
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    ran: Ran,
    expected: tuple[str, str, str | None],
) -> None:
    monkeypatch.setattr(sys, "executable", "python")
    at = replace(well, environ=environ, run_python=Pythons(display=ran))
    assert only("display", at, config) == Finding("display", *expected)


def test_the_configured_backend_is_the_one_that_is_tried(well: Surroundings, config: Path) -> None:
    asked: list[str] = []

    def note(code: str, environ: Mapping[str, str]) -> Ran:
        asked.append(code)
        return Pythons()(code, environ)

    found("display", replace(well, run_python=note), config)
    assert sum(code.startswith("choice = 'auto'\n") for code in asked) == 1


# The real processes


def test_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')", "utf-8")
    code = "import json, os, sys, daemon; print(os.environ['MARK'], 'ä'); sys.exit('oh')"
    ran = run_python(code, {**os.environ, "MARK": "here", "LC_ALL": "C"})
    assert ran == Ran(1, "here ä\n", "oh\n")


def test_a_process_that_crashes() -> None:
    ran = run_python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", os.environ)
    assert ran.status == -9


def test_a_process_that_hangs() -> None:
    assert run_python("import time; time.sleep(60)", os.environ, 0.2) == Ran(None, "", "")


# The desktop


def test_a_focus_that_can_not_be_known_is_a_warning(well: Surroundings, config: Path) -> None:
    answer = '{"problem": "GNOME tells nobody; switch modes with a gesture", "names": []}'
    at = replace(well, run_python=Pythons(focus=Ran(0, answer, "")))
    finding = only("focus", at)
    assert (finding.state, finding.mend) == ("warning", "switch modes with a gesture")
    assert finding.message == "GNOME tells nobody (no mode has apps, so none needs it)"
    config.write_text(CONFIG + "modes: {film: {apps: [mpv], bindings: []}}\n", "utf-8")
    assert only("focus", at).message == "GNOME tells nobody"


def test_of_the_desktop_only_what_the_configuration_asks_for_is_told(
    well: Surroundings, config: Path
) -> None:
    answer = json.dumps(dict.fromkeys(PARTS, "it can't be; mend it"))
    at = replace(well, run_python=Pythons(desktop=Ran(0, answer, "")))
    assert [f.check for f in examine(None, at) if f.state == "warning"] == PARTS[:2]
    config.write_text(
        CONFIG + "safety: {yield_ms: 0}\nfeedback: {sound: [armed], notify: [fired]}\n", "utf-8"
    )
    warnings = [f for f in examine(None, at) if f.state == "warning"]
    assert [f.check for f in warnings] == PARTS[1:]
    assert {(f.message, f.mend) for f in warnings} == {("it can't be", "mend it")}


def test_a_desktop_that_hangs_is_one_warning(well: Surroundings) -> None:
    at = replace(well, run_python=Pythons(desktop=Ran(None, "", "")))
    finding = only("desktop", at)
    assert (finding.state, finding.message) == (
        "warning", "took longer than 30 s, and was ended"
    )  # fmt: skip
