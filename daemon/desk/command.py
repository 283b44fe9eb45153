"""Running a small program of the system to its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

from daemon.desk.worker import JobError

LONGEST_S = 10.0

if sys.platform == "win32":
    _NO_WINDOW = subprocess.CREATE_NO_WINDOW
else:
    _NO_WINDOW = 0


def run_command(command: Sequence[str], extra_environ: Mapping[str, str] | None = None) -> None:
    """Run a program without a window, input or output; the arguments go to it as they are.

    Args:
        command: Its name and arguments.
        extra_environ: Environment variables besides the daemon's own.

    Raises:
        JobError: It is not there, fails, or takes longer than LONGEST_S. The message names the
            program and never its arguments.
    """
    name = command[0]
    program = shutil.which(name)
    if program is None:
        raise JobError(f"{name} is not installed")
    try:
        done = subprocess.run(
            [program, *command[1:]],
            env={**os.environ, **(extra_environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LONGEST_S,
            check=False,
            creationflags=_NO_WINDOW,
        )
    except subprocess.TimeoutExpired:
        raise JobError(f"{name} took longer than {LONGEST_S:.0f} s") from None
    except (OSError, ValueError) as error:
        raise JobError(f"{name} can't be started: {type(error).__name__}") from None
    if done.returncode != 0:
        raise JobError(f"{name} ended with {done.returncode}")
