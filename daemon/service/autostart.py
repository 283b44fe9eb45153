"""As an entry of the desktop's autostart folder, which knows neither restarts nor a watchdog."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from daemon.service.files import MARK, is_ours, remove_ours, write_ours
from daemon.service.program import Program, daemon_program
from daemon.service.service import ServiceStatus
from daemon.service.system import ServiceError, System

#: Characters that need no quotes in Exec, see the Desktop Entry Specification.
_PLAIN = re.compile(r"[\w@+=:,./%-]+", re.ASCII)

#: Camera and networks may take a while.
_START_S = 60.0

_TEMPLATE = """\
[Desktop Entry]
# {mark}
Type=Application
Version=1.5
Name=gestured
Comment=Control the computer with hand gestures
Exec={run}
Terminal=false
"""


class AutostartService:
    """The entry `gestured.desktop`."""

    def __init__(self, system: System) -> None:
        self._system = system

    @property
    def path(self) -> Path:
        """Where the entry is."""
        return self._system.config_home / "autostart" / "gestured.desktop"

    def text(self, program: Program) -> str:
        """The entry."""
        environ = [f"{name}={value}" for name, value in program.environ.items()]
        command = [*(["env", *environ] if environ else []), *program.run]
        return _TEMPLATE.format(mark=MARK, run=quoted(command))

    def is_installed(self) -> bool:
        """Whether the entry is there and ours."""
        return is_ours(self.path)

    def command(self) -> Sequence[str]:
        """What the entry starts."""
        return unquoted(self.path.read_text("utf-8"))

    def has_network(self) -> bool:
        """Whatever the desktop starts has it."""
        return True

    def install(self, program: Program) -> Iterator[str]:
        """Write the entry."""
        written = write_ours(self.path, self.text(program).encode())
        yield f"wrote {self.path}" if written else f"{self.path} is as it should be"
        yield "it starts with each login to a desktop that has autostart"
        yield "`gestured service start` starts it now"

    def uninstall(self) -> Iterator[str]:
        """End the daemon and remove the entry."""
        yield from self.stop()
        if remove_ours(self.path, self._system.config_home):
            yield f"removed {self.path}"

    def start(self) -> Iterator[str]:
        """Start what the entry starts; returns when the daemon answers."""
        if self._runs():
            yield "it runs already"
            return
        ended = self._system.start(self.command())
        deadline_s = self._system.clock() + _START_S
        while not self._runs():
            if ended() is not None:
                raise ServiceError("it ended at once; `gestured run` in a terminal tells why")
            if self._system.clock() > deadline_s:
                raise ServiceError(f"no answer within {_START_S:.0f} s; `gestured doctor` may help")
        yield "started"

    def stop(self) -> Iterator[str]:
        """End the session's daemon."""
        if not self._runs():
            yield "it does not run"
            return
        ran = self._system.run(self._ours.stop)
        if ran.code:
            raise ServiceError(ran.said.removeprefix("gestured: "))
        yield "stopped"

    def status(self) -> ServiceStatus:
        """Whether the entry is there, and a daemon runs."""
        installed = self.is_installed()
        running = self._runs()
        text = ("installed" if installed else "not installed") + (
            ", a daemon runs" if running else ", no daemon runs"
        )
        log = "the desktop's own: `journalctl --user`, or ~/.xsession-errors" if installed else None
        return ServiceStatus("autostart", installed, running, text, log=log)

    @property
    def _ours(self) -> Program:
        return daemon_program(None, {}, needs_network=False)

    def _runs(self) -> bool:
        return self._system.run([*self._ours.stop[:-1], "status"]).code == 0


def quoted(words: Iterable[str]) -> str:
    """A command as the key Exec of a desktop entry wants it."""
    return " ".join(_quoted(word.replace("%", "%%")) for word in words)


def _quoted(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    # Escaped for Exec, and once more as every string of an entry is.
    inner = re.sub(r'(["`$\\])', r"\\\1", word)
    return '"' + inner.replace("\\", "\\\\") + '"'


def unquoted(entry: str) -> list[str]:
    """The command of an entry that `quoted` wrote."""
    line = next(line for line in entry.splitlines() if line.startswith("Exec="))
    value = line.removeprefix("Exec=").replace("\\\\", "\\")
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value)
    return [re.sub(r"\\(.)", r"\1", inner or plain).replace("%%", "%") for inner, plain in words]
