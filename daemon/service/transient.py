"""Programs as services of their own, where the daemon is one.

A child of the daemon would live within the limits of the daemon's unit, without a network and
without namespaces, which browsers need, and end with it. Even in a scope of its own it would keep
the system call filter, so systemd is asked to start it.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from daemon.outside import MOST_RUNNING, OutsideError
from daemon.service.system import Ran, ServiceError, run_command

_log = logging.getLogger(__name__)

_UNITS = "app-gestured-program"
#: Where the daemon's session is, which may be told to its unit alone. Every user of the machine can
#: read command lines, so the whole environment is not passed on.
_SESSION = (
    "PATH", "LANG", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS",
    "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "SWAYSOCK", "HYPRLAND_INSTANCE_SIGNATURE",
)  # fmt: skip


def is_user_service(environ: Mapping[str, str]) -> bool:
    """Whether the user's systemd has started this very process, not one that started it."""
    return environ.get("MANAGERPID") == str(os.getppid())


def service_command(program: str, words: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """The command that has systemd start a program.

    Args:
        program: Its path.
        words: Its arguments.
        environ: Our environment, of which it gets what tells of the session.
    """
    return [
        "systemd-run", "--user", "--quiet", "--collect", "--same-dir",
        f"--unit={_UNITS}-{uuid.uuid4().hex}",
        # Else the journal would have the arguments.
        f"--description=started by a gesture: {Path(program).name}",
        "--property=Type=exec",
        "--property=StandardOutput=null",
        "--property=StandardError=null",
        *(f"--setenv={name}={environ[name]}" for name in _SESSION if name in environ),
        "--", program, *(word.replace("$", "$$") for word in words),
    ]  # fmt: skip


class ServicePrograms:
    """Starts programs by `systemd-run`.

    What the search path does not have is told at once, other failures are logged.

    Args:
        environ: Environment variables.
        run: Runs a command to its end; called on threads.
    """

    def __init__(
        self, environ: Mapping[str, str], run: Callable[[Sequence[str]], Ran] = run_command
    ) -> None:
        self._environ = environ
        self._run = run
        self._one_by_one = threading.Lock()
        self._starting: list[threading.Thread] = []

    def run(self, command: Sequence[str]) -> None:
        """Start a program; never waits.

        Raises:
            OutsideError: It is not there, or too many of ours run.
        """
        self._starting = [thread for thread in self._starting if thread.is_alive()]
        if len(self._starting) >= MOST_RUNNING:
            raise OutsideError("systemd has not started the last programs yet; is it well?")
        name, *words = command
        program = shutil.which(name, path=self._environ.get("PATH"))
        if program is None:
            raise OutsideError(f"{name}: can't be started: no such program; check its path")
        whole = service_command(str(Path(program).absolute()), words, self._environ)
        thread = threading.Thread(
            target=self._start, args=(name, whole), name="start program", daemon=True
        )
        self._starting.append(thread)
        thread.start()

    def _start(self, name: str, command: Sequence[str]) -> None:
        with self._one_by_one:
            try:
                self._check_number()
                ran = self._run(command)
            except (OutsideError, ServiceError) as error:
                _log.error("%s: can't be started: %s", name, error)
                return
        if ran.code:
            why = ran.said if ran.errors else "the system can't execute it"
            _log.error("%s: can't be started: %s; try it in a terminal", name, why.rstrip("."))

    def _check_number(self) -> None:
        listed = self._run(
            ["systemctl", "--user", "list-units", "--plain", "--no-legend", f"{_UNITS}-*"]
        )
        if len(listed.output.splitlines()) >= MOST_RUNNING:
            raise OutsideError(
                f"{MOST_RUNNING} programs that gestures started still run; end some of them"
            )
