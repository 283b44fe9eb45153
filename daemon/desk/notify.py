"""Notices on the desktop. Texts are data on every system: none is ever read as code or markup."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from daemon.desk.command import run_command
from daemon.desk.worker import JobError, Worker

APP = "gestured"

_COMMANDS = {"darwin": "osascript", "win32": "powershell.exe"}

_NOWHERE = "this system has no desktop notifications that are known; take sounds instead"

# The arguments come after the script, so they stay text; the first one can't be an option.
_OSASCRIPT = (
    _COMMANDS["darwin"],
    "-e", "on run argv",
    "-e", "display notification (item 3 of argv) with title (item 2 of argv)",
    "-e", "end run",
    APP,
)  # fmt: skip

# The texts come in the environment and are escaped, so they stay text too. Tag and group make a
# notice replace the one before; the identifier is that of Windows PowerShell, since Windows shows
# notices of installed programs only.
_POWERSHELL = r"""
$ErrorActionPreference = 'Stop'
$manager = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$notice = [Windows.UI.Notifications.ToastNotification, Windows.UI.Notifications, ContentType = WindowsRuntime]
$page = [Windows.Data.Xml.Dom.XmlDocument, Windows.Data.Xml.Dom.XmlDocument, ContentType = WindowsRuntime]::new()
$summary = [System.Security.SecurityElement]::Escape($env:GESTURED_SUMMARY)
$body = [System.Security.SecurityElement]::Escape($env:GESTURED_BODY)
$page.LoadXml("<toast><visual><binding template='ToastGeneric'><text>$summary</text><text>$body</text></binding></visual><audio silent='true'/></toast>")
$toast = $notice::new($page)
$toast.Tag = 'gestured'
$toast.Group = 'gestured'
$program = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe'
$manager::CreateToastNotifier($program).Show($toast)
"""  # noqa: E501


class Notice(NamedTuple):
    """What is to be shown."""

    summary: str
    body: str


class Notifier(Protocol):
    """Shows one notice at a time, each in place of the one before where the system can."""

    @property
    def problem(self) -> str | None:
        """Why the last notice was not shown, and the mend after `; `."""

    def show(self, summary: str, body: str) -> None:
        """Never waits, never raises; the newest goes before those not yet shown."""

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until everything has been shown or has failed; False if it took too long."""

    def close(self) -> None: ...


class WorkingNotifier:
    """Shows notices from a thread that starts with the first one.

    Args:
        send: Shows one; raises JobError. Called on the thread.
        finish: Called on the thread at its end.
    """

    def __init__(
        self, send: Callable[[Notice], None], finish: Callable[[], None] = lambda: None
    ) -> None:
        self._worker: Worker[Notice] = Worker("desktop notifications", send, finish)

    @property
    def problem(self) -> str | None:
        return self._worker.problem

    def show(self, summary: str, body: str) -> None:
        self._worker.put(Notice(summary, body))

    def wait_idle(self, timeout_s: float) -> bool:
        return self._worker.wait_idle(timeout_s)

    def close(self) -> None:
        self._worker.close()


def open_notifier(environ: Mapping[str, str], platform: str) -> Notifier:
    """The way that this desktop has. Opens nothing before the first notice, never raises."""
    if platform == "darwin":
        return WorkingNotifier(_show_on_macos)
    if platform == "win32":
        return WorkingNotifier(_show_on_windows)
    if platform != "linux":
        return WorkingNotifier(_show_nowhere)
    from daemon.desk.bus_notify import BusNotices

    notices = BusNotices(environ)
    return WorkingNotifier(notices.send, notices.close)


def check_notifier(environ: Mapping[str, str], platform: str) -> str | None:
    """Why notices can't be shown here, and the mend after `; `; None when they can.

    Shows none. Never raises.
    """
    if platform in _COMMANDS:
        name = _COMMANDS[platform]
        return None if shutil.which(name) else f"desktop notifications need {name}"
    if platform != "linux":
        return _NOWHERE
    from daemon.desk.bus_notify import BusNotices

    notices = BusNotices(environ)
    try:
        notices.check()
    except JobError as error:
        return str(error)
    finally:
        notices.close()
    return None


def _show_nowhere(_: Notice) -> None:
    raise JobError(_NOWHERE)


def _show_on_macos(notice: Notice) -> None:
    _run([*_OSASCRIPT, *notice])


def _show_on_windows(notice: Notice) -> None:
    script = base64.b64encode(_POWERSHELL.encode("utf-16-le")).decode("ascii")
    texts = {"GESTURED_SUMMARY": notice.summary, "GESTURED_BODY": notice.body}
    # Windows PowerShell, not pwsh: only the former knows the classes of Windows.
    _run([_COMMANDS["win32"], "-NoProfile", "-NonInteractive", "-EncodedCommand", script], texts)


def _run(command: Sequence[str], texts: Mapping[str, str] | None = None) -> None:
    try:
        run_command(command, texts)
    except JobError as error:
        raise JobError(
            f"no notification was shown ({error});"
            " see that the system's settings allow notifications"
        ) from None
