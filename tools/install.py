"""Install this checkout, editable, from a lock: `install.py FOLDER LOCK`.

Needs only Python's standard library and pip, and gets by without a C compiler. Everything is
installed by the hashes in the lock; the project itself is built by the backend that is locked.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROBE = "#include <Python.h>\n#include <linux/input.h>\n#include <linux/uinput.h>\n"
#: Stands in for evdev, which the package index has as source only.
PREBUILT = ROOT / "tools" / "evdev-prebuilt"
#: What is already built by the environment's own, locked, tools; nothing else is resolved.
PINNED = ("--no-deps", "--no-build-isolation")


def main(folder: Path, lock: Path) -> int:
    """Create the environment where there is none that works, then install into it."""
    python = folder / "bin" / "python"
    if not _has_pip(python):
        message = _create(folder, python)
        if message:
            print(message, file=sys.stderr)
            return 1
    print(f"installing gestured into {folder} (a few minutes the first time)", flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        for arguments in _steps(lock, Path(scratch)):
            failed = _pip(python, arguments)
            if failed:
                return failed
    return 0


def _steps(lock: Path, scratch: Path) -> Iterator[list[str]]:
    """What pip is given, one call after the other."""
    text = lock.read_text(encoding="utf-8")
    evdev = text_of(text, ("evdev",))
    prebuilt = text_of(text, ("evdev-binary",))
    yield _locked(scratch / "most.txt", text.replace(evdev, "").replace(prebuilt, ""))
    if sys.platform == "linux":
        if can_compile_evdev(scratch):
            yield _locked(scratch / "evdev.txt", evdev)
        else:
            print("no C compiler with Python's and Linux's headers: taking evdev prebuilt")
            yield _locked(scratch / "prebuilt.txt", prebuilt)
            yield [*PINNED, str(PREBUILT)]
    yield [*PINNED, "--editable", "."]


def _locked(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    return ["--require-hashes", *PINNED, "--requirement", str(path)]


def text_of(lock: str, names: tuple[str, ...]) -> str:
    """The part of a lock that pins some names, markers and hashes included."""
    wanted = "|".join(map(re.escape, names))
    found = re.finditer(rf"^(?:{wanted})==.*\n(?:    .*\n)*", lock, flags=re.MULTILINE)
    return "".join(match[0] for match in found)


def _pip(python: Path, arguments: list[str]) -> int:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.run([*command, *arguments], cwd=ROOT).returncode


def _has_pip(python: Path) -> bool:
    if not python.exists():
        return False
    return (
        subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True).returncode == 0
    )


def _create(folder: Path, python: Path) -> str | None:
    """Make a fresh environment with pip in it; return what is wrong, in one line, or None."""
    if importlib.util.find_spec("ensurepip"):
        venv.create(folder, clear=True, symlinks=True, with_pip=True)
        return None
    # Debian keeps ensurepip in python3-venv; the system's own pip can stand in for it.
    if importlib.util.find_spec("pip"):
        venv.create(folder, clear=True, symlinks=True, with_pip=False)
        command = [
            sys.executable,
            "-m",
            "pip",
            "--quiet",
            "--python",
            str(python),
            "install",
            "pip",
        ]
        if subprocess.run(command).returncode == 0:
            return None
    return f"{sys.executable} cannot make virtual environments: sudo apt install python3-venv"


def can_compile_evdev(scratch: Path) -> bool:
    """Whether the compiler that setuptools would take builds an extension with evdev's headers."""
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    source = scratch / "probe.c"
    source.write_text(PROBE, encoding="utf-8")
    include = f"-I{sysconfig.get_path('include')}"
    output = str(scratch / "probe.so")
    command = [*shlex.split(compiler), "-shared", "-fPIC", include, str(source), "-o", output]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
