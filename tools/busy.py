"""Run the tests as a slow and busy machine would: `busy.py [--runs N] [--seed S] [--apart]`.

Beside the tests one endless loop a core keeps the machine busy, with the same priority. The files
are taken in random order, or each in a process of its own (`--apart`). Waits and pytest's timeout
are scaled (`tests/patience.py`).
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDERS: Final = ("tests/golden", "tests/unit", "tests/integration")
_PATIENCE: Final = "4"
_TIMEOUT_S: Final = "1800"
#: pytest's exit code where every test of a file is deselected.
_NO_TESTS: Final = 5


def main(arguments: Sequence[str]) -> int:
    """Run the tests; the first run that fails ends it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1, help="how many in a row")
    parser.add_argument("--seed", type=int, default=None, help="of the order; by default another")
    parser.add_argument("--apart", action="store_true", help="each file in a process of its own")
    args = parser.parse_args(arguments)
    seed = args.seed if args.seed is not None else time.time_ns() % 10**6
    with ExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(loop.kill)
        for run in range(args.runs):
            print(f"run {run + 1} of {args.runs}, seed {seed + run}", flush=True)
            failed = _run(shuffled(seed + run), apart=args.apart)
            if failed:
                return failed
    return 0


def shuffled(seed: int) -> list[str]:
    """All files with tests, in an order that the seed decides."""
    files = [
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in sorted((ROOT / folder).glob("test_*.py"))
    ]
    random.Random(seed).shuffle(files)  # noqa: S311
    return files


def _run(files: Sequence[str], *, apart: bool) -> int:
    if apart:
        codes = [_pytest([file]) for file in files]
        return next((code for code in codes if code not in (0, _NO_TESTS)), 0)
    side_by_side = ["-m", "not alone", "-n", "logical", "--dist", "loadfile"]
    failed = _pytest([*side_by_side, "--no-loadscope-reorder", *files])
    alone = [file for file in files if file.startswith("tests/integration")]
    return failed or _pytest(["-m", "alone", *alone])


def _pytest(arguments: Sequence[str]) -> int:
    environment = {"GESTURED_TEST_PATIENCE": _PATIENCE}
    command = [sys.executable, "-m", "pytest", f"--timeout={_TIMEOUT_S}", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
