"""Notices through org.freedesktop.Notifications, the Desktop Notifications Specification 1.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from jeepney import DBusAddress
from jeepney.io.blocking import DBusConnection

from daemon.desk.bus import BusError, NoBusError, call, connect, session_address
from daemon.desk.notify import APP, Notice
from daemon.desk.worker import JobError

_WHERE = DBusAddress(
    "/org/freedesktop/Notifications",
    bus_name="org.freedesktop.Notifications",
    interface="org.freedesktop.Notifications",
)
_SHOWN_MS = 3000
_CALL_S = 2.0
_MEND = "a notification service, such as dunst or mako or the desktop's own, has to run"


class BusNotices:
    """Connects with the first notice, and again when the bus was lost. For one thread."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = session_address(environ)
        self._connection: DBusConnection | None = None
        self._shown_id = 0

    def send(self, notice: Notice) -> None:
        """Show a notice in place of the one before.

        Raises:
            JobError: It can't be shown.
        """
        self._try(lambda: self._notify(notice))

    def check(self) -> None:
        """See whether notices can be shown, without showing one.

        Raises:
            JobError: They can't.
        """
        self._try(lambda: self._call("GetCapabilities"))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, operation: Callable[[], object]) -> None:
        try:
            try:
                operation()
            except OSError:
                # The bus was started again since the last notice.
                self.close()
                operation()
        except (BusError, NoBusError, OSError, ValueError) as error:
            raise JobError(f"desktop notifications can't be shown ({error}); {_MEND}") from None

    def _notify(self, notice: Notice) -> None:
        # Asked each time: another service, with other abilities, may have taken over.
        (capabilities,) = self._call("GetCapabilities")
        body = escape(notice.body, quote=False) if "body-markup" in capabilities else notice.body
        hints = dict.fromkeys(("transient", "suppress-sound"), ("b", True))
        arguments: tuple[Any, ...] = (
            APP,
            self._shown_id,
            "",
            notice.summary,
            body,
            [],
            hints,
            _SHOWN_MS,
        )
        (self._shown_id,) = self._call("Notify", "susssasa{sv}i", arguments)

    def _call(self, method: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> Any:
        if self._connection is None:
            self._connection = connect(self._address)
            self._shown_id = 0
        return call(self._connection, _WHERE, method, signature, body, _CALL_S, may_start=True)
