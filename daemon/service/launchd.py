"""As a launchd agent of the user's macOS session."""

from __future__ import annotations

import os
import plistlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from daemon.service.files import MARK, is_ours, remove_ours, write_ours
from daemon.service.program import Program
from daemon.service.service import ServiceStatus
from daemon.service.system import Ran, ServiceError, System

LABEL = "local.gestured"


class LaunchdService:
    """The agent `local.gestured`. Keys are explained by launchd.plist(5)."""

    def __init__(self, system: System) -> None:
        self._system = system
        uid = os.getuid() if hasattr(os, "getuid") else 0
        self._domain = f"gui/{uid}"
        self._target = f"{self._domain}/{LABEL}"

    @property
    def path(self) -> Path:
        """Where the agent is."""
        return self._system.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"

    @property
    def log_path(self) -> Path:
        """Where its log is."""
        return self._system.home / "Library" / "Logs" / "gestured.log"

    def text(self, program: Program) -> str:
        """The property list."""
        agent = {
            "Label": LABEL,
            "ProgramArguments": list(program.run),
            "RunAtLoad": True,
            # launchd can't tell one failure from another: where the configuration is bad or
            # another daemon runs, it is tried again each ThrottleInterval.
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 10,
            "ExitTimeOut": 20,
            "LimitLoadToSessionType": "Aqua",
            "ProcessType": "Interactive",
            # Events name the keys of bindings; only the log is kept.
            "StandardOutPath": "/dev/null",
            "StandardErrorPath": str(self.log_path),
            "Umask": 0o077,
            "SoftResourceLimits": {"Core": 0},
            "HardResourceLimits": {"Core": 0},
        }
        if program.environ:
            agent["EnvironmentVariables"] = dict(program.environ)
        text = plistlib.dumps(agent, sort_keys=False).decode()
        return text.replace("<plist ", f"<!-- {MARK} -->\n<plist ", 1)

    def is_installed(self) -> bool:
        """Whether the agent is there and ours."""
        return is_ours(self.path)

    def command(self) -> Sequence[str]:
        """What the agent starts."""
        return [str(word) for word in plistlib.loads(self.path.read_bytes())["ProgramArguments"]]

    def has_network(self) -> bool:
        """Agents have it."""
        return True

    def install(self, program: Program) -> Iterator[str]:
        """Write the agent; launchd finds it at the next login."""
        written = write_ours(self.path, self.text(program).encode())
        yield f"wrote {self.path}" if written else f"{self.path} is as it should be"
        self._ask("enable", self._target)
        yield "it starts with each login"
        if not self._is_loaded():
            yield "`gestured service start` starts it now"
        elif written:
            yield "it still runs as it was: `gestured service stop`, then `start`, renews it"

    def uninstall(self) -> Iterator[str]:
        """End and remove the agent and its log."""
        if self._is_loaded():
            self._ask("bootout", self._target)
        if remove_ours(self.path, self._system.home / "Library"):
            yield f"removed {self.path}"
        if self.log_path.exists():
            self.log_path.unlink()
            yield f"removed {self.log_path}"

    def start(self) -> Iterator[str]:
        """Load the agent, which starts it, or start one that is loaded."""
        if self._is_loaded():
            self._ask("kickstart", self._target)
        else:
            self._ask("bootstrap", self._domain, str(self.path))
        yield f"started; its log is {self.log_path}"

    def stop(self) -> Iterator[str]:
        """Unload the agent, which ends it; one that is only ended would be started again."""
        if self._is_loaded():
            self._ask("bootout", self._target)
            yield "stopped"
        else:
            yield "it does not run"

    def status(self) -> ServiceStatus:
        """What launchd says of the agent."""
        printed = self._launchctl("print", self._target)
        lines = [line.strip() for line in printed.output.splitlines()] if not printed.code else []
        told = [
            line for line in lines if line.startswith(("state = ", "pid = ", "last exit code = "))
        ]
        text = ", ".join(told) or ("not loaded" if self.is_installed() else "not installed")
        is_installed, is_running = self.is_installed(), "state = running" in lines
        log = str(self.log_path) if is_installed else None
        return ServiceStatus("launchd", is_installed, is_running, text, log=log)

    def _is_loaded(self) -> bool:
        return self._launchctl("print", self._target).code == 0

    def _launchctl(self, *arguments: str) -> Ran:
        return self._system.run(["launchctl", *arguments])

    def _ask(self, *arguments: str) -> None:
        ran = self._launchctl(*arguments)
        if ran.code:
            raise ServiceError(
                f"launchctl {arguments[0]}: {ran.said}; call it in a terminal of the desktop"
                f" session, and see {self.log_path}"
            )
