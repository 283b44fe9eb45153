"""Kills at random moments while keys are held: nothing is down after the release that follows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from tests.integration.gestured import ROOT, environment

pytestmark = pytest.mark.slow

_KILLS = 200


def test_nothing_is_down_after_200_kills_and_what_follows_them(
    x_display: str, tmp_path: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.integration.kills", str(_KILLS), "20261122"],
        cwd=ROOT,
        env=environment(DISPLAY=x_display, XDG_RUNTIME_DIR=str(tmp_path)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["sigterm"] + found["sigkill"] == _KILLS
    assert min(found["sigterm"], found["sigkill"]) > _KILLS / 3
    # SIGKILL does leave keys down, or this would prove nothing.
    assert found["left_by_sigkill"] > 0.8 * found["sigkill"]
    assert found["unrecorded"] == 0
    assert found["down"] == 0
    assert found["files"] == 0
