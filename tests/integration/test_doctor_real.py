"""`gestured doctor` on this machine: real libraries, a real X server, any cameras."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from daemon.commands.doctor import doctor, examine
from daemon.findings import Finding, Surroundings
from daemon.probe import Ran, run_python

CHECKS = {
    "python", "config", "cv2", "mediapipe", "ai_edge_litert", "models", "camera", "display",
}  # fmt: skip
#: What is told of the desktop: of what is not asked for, only that it works.
DESKTOP = {
    "focus", "real input", "screen lock", "notifications", "sounds", "session", "daemon", "service",
}  # fmt: skip
#: Told of only where it is installed.
OPTIONAL = {"openvino"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("version: 1\ncamera: {source: demo}\n", "utf-8")
    path.chmod(0o644)
    return path


def by_check(config: Path, at: Surroundings) -> dict[str, Finding]:
    findings = list(examine(config, at))
    assert not [finding for finding in findings if "failed itself" in finding.message]
    return {finding.check: finding for finding in findings}


def test_with_a_display(config: Path, x_display: str) -> None:
    environ = {
        name: value
        for name, value in os.environ.items()
        if name not in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE")
    }
    found = by_check(config, Surroundings(environ={**environ, "DISPLAY": x_display}))
    assert CHECKS < set(found) <= CHECKS | DESKTOP | OPTIONAL
    for name in ("python", "config", "cv2", "mediapipe", "ai_edge_litert", "display"):
        assert found[name].state == "ok", found[name]
    assert found["display"].message == f"pynput: this is an X11 session (DISPLAY={x_display})"
    assert found["mediapipe"].message == version("mediapipe")
    assert found["camera"].state != "problem"


@pytest.mark.skipif(sys.platform != "linux", reason="only X has a display to be without")
@pytest.mark.parametrize("display", [None, ":987"])
def test_without_a_display(config: Path, display: str | None) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environ |= {"DISPLAY": display} if display else {}

    def run_display_only(code: str, environ: Mapping[str, str]) -> Ran:
        return run_python(code, environ) if "open_backend" in code else Ran(1, "", "")

    at = Surroundings(environ=environ, run_python=run_display_only)
    finding = by_check(config, at)["display"]
    assert finding.state == "problem"
    assert "display" in finding.message
    assert finding.mend


def test_prints_lines_of_json(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = doctor(config, as_json=True)
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert CHECKS < {record["check"] for record in records} <= CHECKS | DESKTOP | OPTIONAL
    assert code == any(record["state"] == "problem" for record in records)
    for record in records:
        assert (record["mend"] is None) == (record["state"] == "ok")
