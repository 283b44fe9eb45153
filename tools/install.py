"""Install this checkout, editable, into a virtual environment: `install.py FOLDER REQUIREMENT`.

Needs only Python's standard library and pip, and gets by without a C compiler.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROBE = "#include <Python.h>\n#include <linux/input.h>\n#include <linux/uinput.h>\n"


def main(folder: Path, requirement: str) -> int:
    """Create the environment where there is none that works, then install into it."""
    python = folder / "bin" / "python"
    if not _has_pip(python):
        message = _create(folder, python)
        if message:
            print(message, file=sys.stderr)
            return 1
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory() as scratch:
        if sys.platform == "linux" and not _can_compile_evdev(Path(scratch)):
            print("no C compiler with Python's and Linux's headers: taking evdev prebuilt")
            constraints = Path(scratch) / "constraints.txt"
            project = ROOT / "tools" / "evdev-prebuilt"
            constraints.write_text(f"evdev @ {project.as_uri()}\n", encoding="utf-8")
            command += ["--constraint", str(constraints)]
        print(f"installing gestured into {folder} (a few minutes the first time)", flush=True)
        return subprocess.run([*command, "--editable", requirement], cwd=ROOT).returncode


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


def _can_compile_evdev(scratch: Path) -> bool:
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
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
