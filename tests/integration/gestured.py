"""The command as a user runs it: a process of its own, its output in hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "daemon")

_NOT_THE_USERS = ("GESTURED_CONFIG", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE")


def environment(**changes: str) -> dict[str, str]:
    """The tests' environment without what would make it this user's own desktop."""
    return {k: v for k, v in os.environ.items() if k not in _NOT_THE_USERS} | changes


def run_gestured(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def learned(name: str, positive: list[Path], negative: list[Path]) -> dict[str, Any]:
    """What `learn --json` says."""
    words: list[str | Path] = ["learn", name, "--json", "--positive", *positive]
    done = run_gestured(*words, *(["--negative", *negative] if negative else []))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    print(name, found["fingers"], found["when"], found["margin"], found["cross_validation"])
    return found


def complaints(stderr: str) -> list[str]:
    """Lines of stderr that something is wrong, or may be."""
    return [line for line in stderr.splitlines() if not line.startswith("INFO: ")]
