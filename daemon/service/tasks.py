"""As a task of the Windows Task Scheduler, at the user's logon."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree as Xml

from daemon.service.files import MARK
from daemon.service.program import Program, daemon_program
from daemon.service.service import ServiceStatus
from daemon.service.system import Ran, ServiceError, System

TASK = "gestured"
_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
#: Of the Task Scheduler's schema: a laptop on battery, and talks of any length.
_SETTINGS = {
    "MultipleInstancesPolicy": "IgnoreNew",
    "DisallowStartIfOnBatteries": "false",
    "StopIfGoingOnBatteries": "false",
    "ExecutionTimeLimit": "PT0S",
    "Priority": "5",
}


class TaskService:
    """The task `gestured`."""

    def __init__(self, system: System) -> None:
        self._system = system

    def text(self, program: Program) -> str:
        """The task's definition; the environment is the user's own."""
        user = self._system.environ.get("USERNAME", "")
        domain = self._system.environ.get("USERDOMAIN", "")
        account = f"{domain}\\{user}" if domain else user
        task = Xml.Element("Task", {"version": "1.2", "xmlns": _NAMESPACE})
        described = Xml.SubElement(task, "RegistrationInfo")
        Xml.SubElement(described, "Description").text = f"Hand gestures. {MARK}"
        trigger = Xml.SubElement(Xml.SubElement(task, "Triggers"), "LogonTrigger")
        principals = Xml.SubElement(task, "Principals")
        principal = Xml.SubElement(principals, "Principal", {"id": "Author"})
        if account:
            Xml.SubElement(trigger, "UserId").text = account
            Xml.SubElement(principal, "UserId").text = account
        Xml.SubElement(principal, "LogonType").text = "InteractiveToken"
        Xml.SubElement(principal, "RunLevel").text = "LeastPrivilege"
        settings = Xml.SubElement(task, "Settings")
        for name, value in _SETTINGS.items():
            Xml.SubElement(settings, name).text = value
        restart = Xml.SubElement(settings, "RestartOnFailure")
        Xml.SubElement(restart, "Interval").text = "PT1M"
        Xml.SubElement(restart, "Count").text = "10"
        actions = Xml.SubElement(task, "Actions", {"Context": "Author"})
        execute = Xml.SubElement(actions, "Exec")
        Xml.SubElement(execute, "Command").text = _without_window(program.run[0])
        Xml.SubElement(execute, "Arguments").text = subprocess.list2cmdline(program.run[1:])
        Xml.indent(task)
        return '<?xml version="1.0" encoding="UTF-16"?>\n' + Xml.tostring(task, "unicode") + "\n"

    def is_installed(self) -> bool:
        """Whether a task of ours is there."""
        found = self._definition()
        return found is not None and MARK in found

    def command(self) -> Sequence[str]:
        """What the task starts."""
        definition = self._definition() or ""
        task = Xml.fromstring(re.sub(r"<\?xml.*?\?>", "", definition).strip())  # noqa: S314 - ours
        named = {"t": _NAMESPACE}
        arguments = task.findtext(".//t:Arguments", "", named)
        words = re.findall(r'"([^"]*)"|(\S+)', arguments)
        return [task.findtext(".//t:Command", "", named), *(one or two for one, two in words)]

    def has_network(self) -> bool:
        """Tasks have it."""
        return True

    def install(self, program: Program) -> Iterator[str]:
        """Create the task, or replace ours."""
        found = self._definition()
        if found is not None and MARK not in found:
            raise ServiceError(
                f"a task {TASK!r} is there that gestured did not make: rename it first"
            )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "task.xml"
            path.write_text(self.text(program), encoding="utf-16")
            self._ask("/Create", "/TN", TASK, "/XML", str(path), "/F")
        yield f"made the task {TASK!r}"
        yield "it starts with each logon; `gestured service start` starts it now"

    def uninstall(self) -> Iterator[str]:
        """End and delete the task."""
        self._schtasks("/End", "/TN", TASK)  # refused where it does not run
        self._ask("/Delete", "/TN", TASK, "/F")
        self._release()
        yield f"removed the task {TASK!r}"

    def start(self) -> Iterator[str]:
        """Run the task."""
        self._ask("/Run", "/TN", TASK)
        yield "started"

    def stop(self) -> Iterator[str]:
        """End the task, and release what it held down: Windows ends it without a word."""
        self._ask("/End", "/TN", TASK)
        self._release()
        yield "stopped"

    def status(self) -> ServiceStatus:
        """What the scheduler says of the task, in the system's language."""
        if not self.is_installed():
            return ServiceStatus("task", False, False, "not installed")
        listed = self._ask("/Query", "/TN", TASK, "/FO", "CSV", "/NH").output.strip()
        state = listed.splitlines()[0].rsplit(",", 1)[-1].strip('"') if listed else ""
        return ServiceStatus("task", True, state == "Running", state)

    def _release(self) -> None:
        ran = self._system.run(daemon_program(None, {}, needs_network=False).release)
        if ran.code:
            raise ServiceError(ran.said.removeprefix("gestured: "))

    def _definition(self) -> str | None:
        ran = self._schtasks("/Query", "/TN", TASK, "/XML")
        return None if ran.code else ran.output

    def _schtasks(self, *arguments: str) -> Ran:
        return self._system.run(["schtasks", *arguments])

    def _ask(self, *arguments: str) -> Ran:
        ran = self._schtasks(*arguments)
        if ran.code:
            raise ServiceError(f"schtasks {arguments[0]}: {ran.said}; see the Task Scheduler")
        return ran


def _without_window(python: str) -> str:
    """The Python that opens no console, which is beside the one that does."""
    path = PureWindowsPath(python)
    return str(path.with_name("pythonw.exe")) if path.name.lower() == "python.exe" else python
