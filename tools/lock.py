"""Lock what gestured is installed from.

    lock.py             write `requirements/*.txt` anew, then check them
    lock.py check       name what has no wheel on which machine
    lock.py outdated    list what differs between the lock and the newest of everything
    lock.py newest F    resolve the newest that pyproject.toml allows into a file
    lock.py oldest F    the same of the oldest

Each needs the package index, and makes itself an environment with uv in `.venv-lock` first.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCKS: Final = ROOT / "requirements"
UV: Final = "uv==0.13.9"
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
#: Each as uv calls it, and the oldest macOS that the wheels there run on.
TARGETS: Final = {
    "Linux x86-64": "x86_64-manylinux_2_28",
    "Linux arm64": "aarch64-manylinux_2_28",
    "macOS arm64": "aarch64-apple-darwin",
    "macOS x86-64": "x86_64-apple-darwin",
    "Windows x86-64": "x86_64-pc-windows-msvc",
}
OLDEST_MACOS: Final = "15.0"
_BUILD: Final = "requirements/build.in"
_CONSTRAINTS: Final = "requirements/constraints.in"
_EXTRAS: Final = {"run": (), "openvino": ("openvino",), "test": ("test",)}
_NEEDS: Final = re.compile(r"Because ([A-Za-z0-9_.-]+)[{=]")
_PIN: Final = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)


def compile_lock(name: str, output: Path, *options: str) -> None:
    """Resolve one set of requirements into a file of pins with hashes.

    Raises:
        SystemExit: They can't be resolved; it says why.
    """
    extras = [f"--extra={extra}" for extra in _EXTRAS[name]]
    command = [
        *("pip", "compile", "pyproject.toml", _BUILD, "--python-version=3.11"),
        *("--quiet", "--generate-hashes", "--no-emit-index-url", "--no-annotate", *extras),
        *("--no-emit-find-links", "--custom-compile-command=make lock"),
        *(f"--constraint={_CONSTRAINTS}", *options),
        f"--output-file={output}",
    ]
    done = _uv(*command)
    if done.returncode:
        raise SystemExit(f"{name} can't be resolved: {done.stderr.strip()}")


def write() -> int:
    """Lock the newest of everything; every lock agrees with the test suite's."""
    LOCKS.mkdir(exist_ok=True)
    tested = LOCKS / "test.txt"
    compile_lock("test", tested, "--universal", "--upgrade")
    for name in ("run", "openvino"):
        compile_lock(name, LOCKS / f"{name}.txt", "--universal", f"--constraint={tested}")
    return check()


def check() -> int:
    """Resolve the test suite's lock for each target, and name what has no wheel there."""
    for target, platform in TARGETS.items():
        for python in PYTHONS:
            lacking = without_wheel(LOCKS / "test.txt", platform, python)
            found = f"no wheel of {', '.join(lacking)}" if lacking else "a wheel of everything"
            print(f"{target}, Python {python}: {found}")
    return 0


def without_wheel(lock: Path, platform: str, python: str) -> list[str]:
    """Names of what a lock pins for a target and the index has no wheel of.

    Raises:
        SystemExit: It can't be resolved for another reason.
    """
    lacking: list[str] = []
    text = lock.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        rest = Path(scratch) / "rest.txt"
        while True:
            rest.write_text(without(text, lacking), encoding="utf-8")
            done = _uv(
                *("pip", "install", "--dry-run", "--no-deps", "--require-hashes"),
                *("--only-binary=:all:", f"--python-platform={platform}"),
                *(
                    f"--python-version={python}",
                    f"--target={scratch}/none",
                    f"--requirement={rest}",
                ),
            )
            if done.returncode == 0:
                return lacking
            found = _NEEDS.search(done.stderr)
            if found is None or found[1] in lacking:
                raise SystemExit(f"{platform}, Python {python}: {done.stderr.strip()}")
            lacking.append(found[1])


def without(lock: str, names: Iterable[str]) -> str:
    """A lock's text without some of its pins."""
    for name in names:
        lock = re.sub(rf"^{re.escape(name)}==.*\n(?:    .*\n)*", "", lock, flags=re.MULTILINE)
    return lock


def newest(output: Path) -> int:
    """Resolve the newest of everything that the test suite needs."""
    compile_lock("test", output, "--universal", "--upgrade")
    return 0


def oldest(output: Path) -> int:
    """Resolve the oldest that pyproject.toml allows, for this machine."""
    compile_lock("test", output, "--upgrade", "--resolution=lowest-direct")
    return 0


def outdated() -> int:
    """List what differs between the lock and the newest that pyproject.toml allows."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "test.txt"
        newest(output)
        differences = list(changes(pins(LOCKS / "test.txt"), pins(output)))
    print("\n".join(differences) or "the lock holds the newest of everything")
    return 0


def pins(lock: Path) -> dict[str, str]:
    """Versions by name, with the marker where a lock pins several."""
    found = _PIN.findall(lock.read_text(encoding="utf-8"))
    return {f"{name} ({marker})" if marker else name: version for name, version, marker in found}


def changes(locked: dict[str, str], newest: dict[str, str]) -> Iterable[str]:
    """A line for each name whose version differs."""
    for name in sorted({*locked, *newest}):
        before, after = locked.get(name, "not needed"), newest.get(name, "not needed")
        if before != after:
            yield f"{name}: {before} -> {after}"


def _uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS, "UV_NO_PROGRESS": "1"}
    command = [str(_environment() / "bin" / "uv"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True)


def _environment() -> Path:
    folder = ROOT / ".venv-lock"
    if not (folder / "bin" / "uv").exists():
        venv.create(folder, clear=True, symlinks=True, with_pip=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", UV]
        subprocess.run(pip, check=True)
    return folder


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says."""
    match arguments:
        case []:
            return write()
        case ["check"]:
            return check()
        case ["outdated"]:
            return outdated()
        case ["newest", output]:
            return newest(Path(output))
        case ["oldest", output]:
            return oldest(Path(output))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
