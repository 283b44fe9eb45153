"""As a unit of the user's systemd manager."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from daemon.control.errors import ANOTHER_RUNS_CODE
from daemon.service.files import is_ours, remove_ours, write_ours
from daemon.service.program import Program
from daemon.service.service import ServiceStatus
from daemon.service.system import Ran, ServiceError, System
from daemon.service.unit import UNIT, unit_text, unquoted

_PROPERTIES = (
    "ActiveState", "SubState", "StatusText", "NRestarts", "Result", "ExecMainStatus",
    "UnitFileState",
)  # fmt: skip

_LOG = f"`journalctl --user -u {UNIT.removesuffix('.service')}`"
_RUNNING = ("active", "reloading")
_ANOTHER_RUNS = "another gestured runs in this session"
_END_IT = "`gestured stop` ends it, then `gestured service start`"


class SystemdService:
    """The unit `gestured.service`."""

    def __init__(self, system: System) -> None:
        self._system = system

    @property
    def path(self) -> Path:
        """Where the unit is."""
        return self._system.config_home / "systemd" / "user" / UNIT

    def text(self, program: Program) -> str:
        """The unit."""
        return unit_text(program)

    def is_installed(self) -> bool:
        """Whether the unit is there and ours."""
        return is_ours(self.path)

    def command(self) -> Sequence[str]:
        """What the unit starts; drop-ins are not looked at."""
        run = re.search(r"^ExecStart=:(.*)$", self._installed(), re.MULTILINE)
        return unquoted(run[1]) if run else ()

    def has_network(self) -> bool:
        """Whether the unit lets the daemon have sockets of the internet."""
        return "AF_INET" in self._installed()

    def install(self, program: Program) -> Iterator[str]:
        """Write and enable the unit."""
        self._ask("show", "--property=Version")  # before anything is written
        written = write_ours(self.path, unit_text(program).encode())
        yield f"wrote {self.path}" if written else f"{self.path} is as it should be"
        self._ask("daemon-reload")
        self._ask("enable", UNIT)
        yield "it starts with each login to the desktop"
        if self._properties()["ActiveState"] == "active":
            if written:
                yield "it still runs as it was: `gestured service stop`, then `start`, renews it"
        elif self._systemctl("is-active", "graphical-session.target").code == 0:
            yield "`gestured service start` starts it now"
        else:
            yield (
                "this session has not started graphical-session.target, which starts it; if none"
                " of yours does, take `gestured service install --autostart` instead"
            )

    def uninstall(self) -> Iterator[str]:
        """End, disable and remove the unit."""
        self._ask("disable", "--now", UNIT)
        if remove_ours(self.path, self._system.config_home):
            yield f"removed {self.path}"
        self._ask("daemon-reload")
        self._systemctl("reset-failed", UNIT)  # refused where nothing has failed
        changes = self.path.with_name(f"{UNIT}.d")
        if changes.exists():
            yield f"left {changes}, which is yours"

    def start(self) -> Iterator[str]:
        """Start the unit; returns when the daemon says that it works."""
        if self._properties()["ActiveState"] in _RUNNING:
            yield "it runs already"
            return
        self._systemctl("reset-failed", UNIT)
        started = self._systemctl("start", UNIT)
        if started.code and _found_another(self._properties()):
            raise ServiceError(f"{_ANOTHER_RUNS}; {_END_IT}")
        if started.code:
            raise _explained(started, f"{_LOG} tells what it said")
        yield "started"

    def stop(self) -> Iterator[str]:
        """Stop the unit."""
        self._ask("stop", UNIT)
        yield "stopped"

    def status(self) -> ServiceStatus:
        """What the manager says of the unit."""
        installed = self.is_installed()
        if not installed:
            return ServiceStatus("systemd", False, False, "not installed")
        found = self._properties()
        active = found["ActiveState"]
        words = [f"{active} ({found['SubState']})", found["UnitFileState"]]
        if found["Result"] not in ("", "success"):
            words.append(f"last result: {found['Result']}")
        has_restarted = found["NRestarts"] not in ("", "0")
        if has_restarted:
            words.append(f"restarts: {found['NRestarts']}")
        words.append(found["StatusText"])
        text = ", ".join(word for word in words if word)
        problem, mend = None, None
        if active == "failed" and _found_another(found):
            problem, mend = f"it has not started: {_ANOTHER_RUNS}", _END_IT
        elif active == "failed":
            problem = f"it has failed: {found['Result']}, restarts: {found['NRestarts']}"
            mend = f"{_LOG} tells why; `gestured service start` tries again"
        elif has_restarted and (
            active == "activating"
            or (active == "deactivating" and found["Result"] not in ("", "success"))
        ):
            problem = f"it is being started again, restarts: {found['NRestarts']}"
            mend = f"if it stays so, {_LOG} tells why"
        elif found["UnitFileState"] != "enabled":
            problem, mend = "it is not enabled, so nothing starts it", "`gestured service install`"
        return ServiceStatus("systemd", True, active in _RUNNING, text, problem, mend, _LOG)

    def _installed(self) -> str:
        return self.path.read_text("utf-8")

    def _properties(self) -> dict[str, str]:
        output = self._ask("show", UNIT, f"--property={','.join(_PROPERTIES)}").output
        found = dict(line.partition("=")[::2] for line in output.splitlines())
        return {name: found.get(name, "") for name in _PROPERTIES}

    def _systemctl(self, *arguments: str) -> Ran:
        return self._system.run(["systemctl", "--user", *arguments])

    def _ask(self, *arguments: str) -> Ran:
        ran = self._systemctl(*arguments)
        if ran.code:
            raise _explained(ran, f"`systemctl --user status {UNIT}` tells more")
        return ran


def _found_another(found: Mapping[str, str]) -> bool:
    """Whether the unit has failed because another daemon runs."""
    return found["Result"] == "exit-code" and found["ExecMainStatus"] == str(ANOTHER_RUNS_CODE)


def _explained(ran: Ran, otherwise: str) -> ServiceError:
    """The error of systemctl with what helps against it."""
    said = ran.said
    if re.search("connect to .*bus|not been booted with systemd", said):
        mend = (
            "call it as the user who is logged in, not through su or sudo; where systemd has no"
            " user manager, take `gestured service install --autostart`"
        )
    elif "is masked" in said:
        mend = f"`systemctl --user unmask {UNIT}` lets it be used again"
    elif "not found" in said or "not loaded" in said or "does not exist" in said:
        mend = "`gestured service install` installs it"
    else:
        mend = otherwise
    return ServiceError(f"systemctl: {said.rstrip('.')}; {mend}")
