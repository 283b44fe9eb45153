"""The focus in KDE Plasma on Wayland: a script inside KWin that calls back over D-Bus.

KWin has no request for the active window, but it runs scripts given to it over D-Bus, and these
can make D-Bus calls (develop.kde.org, "KWin scripting API"). Plasma 5 and 6 name things
differently: activeClient and activeWindow, `/N` and `/Scripting/ScriptN`.
"""

from __future__ import annotations

import json
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from jeepney import (
    DBusAddress,
    DBusErrorResponse,
    MatchRule,
    Message,
    MessageFlag,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection
from jeepney.wrappers import unwrap_msg

from daemon.focus.app import App, distinct, process_name
from daemon.focus.follower import ANSWER_S, FocusError
from daemon.focus.unix_sockets import interrupt

_KWIN = "org.kde.KWin"
_SCRIPTING = DBusAddress("/Scripting", _KWIN, "org.kde.kwin.Scripting")
_INTERFACE = "io.gestured.Focus"
_PATH = "/io/gestured/Focus"

_SCRIPT = """
var followed = null;
function tell() {
    var w = followed;
    callDBus(%(name)s, %(path)s, %(interface)s, "Focused", JSON.stringify(w ? {
        names: [w.resourceName, w.resourceClass, w.desktopFileName].filter(Boolean).map(String),
        title: String(w.caption), fullscreen: w.fullScreen, pid: w.pid
    } : null));
}
function follow(w) {
    try {
        followed.captionChanged.disconnect(tell);
        followed.fullScreenChanged.disconnect(tell);
    } catch (error) {}  // There was none, or it is gone.
    followed = w || null;
    if (followed) {
        followed.captionChanged.connect(tell);
        followed.fullScreenChanged.connect(tell);
    }
    tell();
}
(workspace.windowActivated || workspace.clientActivated).connect(follow);
follow(workspace.windowActivated ? workspace.activeWindow : workspace.activeClient);
"""


def script_for(name: str) -> str:
    """The script that tells the connection of this name which window has the focus."""
    names = {"name": name, "path": _PATH, "interface": _INTERFACE}
    return _SCRIPT % {key: json.dumps(text) for key, text in names.items()}


class KWin:
    """A connection to the session bus, with a script of this connection's own in KWin.

    Args:
        bus: Address of the session bus.
        folder: Where both this process and KWin see files; None for that of temporary files.

    Raises:
        OSError: When the bus is not there.
        ValueError: When the address is none.
    """

    def __init__(self, bus: str, folder: str | None = None) -> None:
        self._folder = folder
        self._bus: DBusConnection = open_dbus_connection(bus, auth_timeout=ANSWER_S)
        # No other connection ever has that name, so nothing of another process is unloaded.
        self._script = f"gestured{self._bus.unique_name}"

    def apps(self) -> Iterator[App | None]:
        calls: deque[Message] = deque()
        leaving = MatchRule(
            type="signal", interface="org.freedesktop.DBus", member="NameOwnerChanged"
        )
        leaving.add_arg_condition(0, _KWIN)
        telling = MatchRule(type="method_call", interface=_INTERFACE, member="Focused")
        Proxy(message_bus, self._bus, timeout=ANSWER_S).AddMatch(leaving)
        with self._bus.filter(leaving, queue=calls), self._bus.filter(telling, queue=calls):
            self._load()
            # The script tells at once.
            message = self._bus.recv_until_filtered(calls, timeout=ANSWER_S)
            while True:
                if leaving.matches(message):
                    raise FocusError("has left the bus")
                yield _app(json.loads(message.body[0]))
                message = self._bus.recv_until_filtered(calls)

    def interrupt(self) -> None:
        self._unload()
        interrupt(self._bus.sock)

    def close(self) -> None:
        self._unload()
        self._bus.close()

    def _unload(self) -> None:
        call = new_method_call(_SCRIPTING, "unloadScript", "s", (self._script,))
        call.header.flags |= MessageFlag.no_reply_expected
        with suppress(OSError):
            self._bus.send(call)

    def _load(self) -> None:
        script = script_for(self._bus.unique_name)
        with tempfile.NamedTemporaryFile(
            "w", suffix=".js", dir=self._folder, encoding="utf-8"
        ) as file:
            file.write(script)
            file.flush()
            load = new_method_call(_SCRIPTING, "loadScript", "ss", (file.name, self._script))
            try:
                number = self._ask(load)
            except DBusErrorResponse as error:
                raise FocusError(f"takes no script ({error.name})") from error
            # The file has been read when `run` is answered.
            for path in (f"/Scripting/Script{number}", f"/{number}"):
                address = DBusAddress(path, _KWIN, "org.kde.kwin.Script")
                with suppress(DBusErrorResponse):
                    self._ask(new_method_call(address, "run"))
                    return
        raise FocusError("does not run the script that tells of the focus")

    def _ask(self, call: Message) -> Any:
        """The one value of the answer, or None where it has none."""
        body = unwrap_msg(self._bus.send_and_get_reply(call, timeout=ANSWER_S))
        return body[0] if body else None


def _app(window: dict[str, Any] | None) -> App | None:
    if window is None:
        return None
    pid = window["pid"]
    names = distinct(*window["names"], process_name(pid))
    return App(names, window["title"], bool(window["fullscreen"]), pid)
