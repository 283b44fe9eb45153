"""The screen lock on Linux: logind on the system bus, screen savers on the session bus.

logind's `LockedHint` is set by GNOME, KDE and others, and its `Active` is false while another
session has the screen (org.freedesktop.login1(5)). Screen savers offer `GetActive` and
`ActiveChanged` under several names.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping

from jeepney import DBusAddress, MatchRule
from jeepney.io.blocking import DBusConnection

from daemon.desk.bus import BusError, call, session_address, system_address
from daemon.desk.bus_watch import FIRST_WAIT_S, BusWatch

_LOGIN1 = "org.freedesktop.login1"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SAVERS = tuple(
    DBusAddress("/" + name.replace(".", "/"), bus_name=name, interface=name)
    for name in (
        "org.freedesktop.ScreenSaver",
        "org.gnome.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
        "org.xfce.ScreenSaver",
    )
)


class LinuxLock:
    """Locked when any of those who tell says so.

    Args:
        environ: Environment variables, with the addresses of the buses.
        user: Number of the user whose session it is.
        first_wait_s: How long to wait before connecting again to a bus that was lost.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        user: int | None = None,
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        seat = _Logind(environ, os.getuid() if user is None else user)
        changed = MatchRule(
            type="signal", interface=_PROPERTIES, path_namespace="/org/freedesktop/login1"
        )
        saver = MatchRule(type="signal", member="ActiveChanged")
        # One for both, so that a change of either wakes who waits for the lock.
        state = threading.Condition()
        self._state = state
        self._watches = (
            BusWatch(
                "system", system_address(environ), [changed], seat.locked, state, first_wait_s
            ),
            BusWatch(
                "session", session_address(environ), [saver], _saver_active, state, first_wait_s
            ),
        )

    @property
    def problem(self) -> str | None:
        whys = [watch.why_unknown for watch in self._watches]
        if None in whys:
            return None
        return (
            f"whether the screen is locked can't be known ({', '.join(map(str, whys))});"
            " let your screen locker run 'gestured pause'"
        )

    def locked(self) -> bool:
        return any(watch.answer for watch in self._watches)

    def wait_known(self, timeout_s: float) -> bool:
        return self.wait_for(lambda: all(watch.asked for watch in self._watches), timeout_s)

    def wait_for(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until `condition` holds, which is looked at after every change."""
        with self._state:
            return self._state.wait_for(condition, timeout_s)

    def close(self) -> None:
        for watch in self._watches:
            watch.close()


def _saver_active(connection: DBusConnection) -> bool | None:
    answers = []
    for saver in _SAVERS:
        try:
            (active,) = call(connection, saver, "GetActive")
        except (BusError, ValueError):
            continue
        answers.append(bool(active))
    return any(answers) if answers else None


class _Logind:
    """Finds the session that the daemon works for, and asks logind about it."""

    def __init__(self, environ: Mapping[str, str], user: int) -> None:
        self._user = user
        # A console's own session counts only there: one of ssh is never locked.
        is_graphical = environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")
        self._session_id = None if is_graphical else environ.get("XDG_SESSION_ID")

    def locked(self, connection: DBusConnection) -> bool | None:
        try:
            session = DBusAddress(self._session_path(connection), _LOGIN1, _PROPERTIES)
            (found,) = call(connection, session, "GetAll", "s", (f"{_LOGIN1}.Session",))
        except (BusError, ValueError):
            return None
        values = {name: value for name, (_, value) in found.items()}
        return bool(values.get("LockedHint", False)) or not values.get("Active", True)

    def _session_path(self, connection: DBusConnection) -> str:
        """Object path of the session; asked anew each time, since people log out and in.

        Raises:
            BusError: There is none.
        """
        manager = DBusAddress("/org/freedesktop/login1", _LOGIN1, f"{_LOGIN1}.Manager")
        if self._session_id:
            (path,) = call(connection, manager, "GetSession", "s", (self._session_id,))
            return str(path)
        (user_path,) = call(connection, manager, "GetUser", "u", (self._user,))
        user = DBusAddress(user_path, _LOGIN1, _PROPERTIES)
        ((_, (name, path)),) = call(connection, user, "Get", "ss", (f"{_LOGIN1}.User", "Display"))
        if not name:
            raise BusError("the user has no graphical session")
        return str(path)
