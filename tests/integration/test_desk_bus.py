"""Screen lock and notices on a real D-Bus, with services that stand for the desktop's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jeepney")

from daemon.desk import bus_watch
from daemon.desk.linux_lock import LinuxLock
from daemon.desk.notify import Notifier, check_notifier, open_notifier
from tests.integration.buses import Answer, Bus, Service
from tests.patience import patient

_LONG_S = patient(10)
_LOGIN1 = "org.freedesktop.login1"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_SAVER = "org.gnome.ScreenSaver"
_NOTIFICATIONS = "org.freedesktop.Notifications"
_USER = 4242


@pytest.fixture
def opened() -> Iterator[list[Any]]:
    """What is to be closed, the last first."""
    things: list[Any] = []
    yield things
    for thing in reversed(things):
        thing.close()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    bus = Bus(tmp_path)
    yield bus
    bus.stop()


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No thread and no descriptor outlives what was closed."""
    before = threads(), descriptors()
    yield
    assert (threads(), descriptors()) == before


def threads() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate())


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class Saver:
    """A screen saver; `tells` says whether it sends a signal when it changes."""

    def __init__(self, bus: Bus, name: str = _SAVER) -> None:
        self.active = False
        self._name = name
        self._path = "/" + name.replace(".", "/")
        self._service = Service(bus, name, {f"{name}.GetActive": self._get})
        self.close = self._service.close

    def set(self, active: bool, *, tells: bool = True) -> None:
        self.active = active
        if tells:
            self._service.emit(self._path, f"{self._name}.ActiveChanged", "b", (active,))

    def _get(self, path: str) -> Answer:
        assert path == self._path
        return "b", (self.active,)


class Logind:
    """logind with a graphical session, c2, and one on a console, 7, of the user."""

    _SESSIONS = "/org/freedesktop/login1/session"

    def __init__(self, bus: Bus, *, has_display: bool = True) -> None:
        self.sessions = {
            name: {"LockedHint": False, "Active": True, "Name": "somebody"} for name in ("c2", "7")
        }
        self._display = ("c2", f"{self._SESSIONS}/c2") if has_display else ("", "/")
        methods = {
            f"{_LOGIN1}.Manager.GetUser": self._get_user,
            f"{_LOGIN1}.Manager.GetSession": lambda _, name: ("o", (f"{self._SESSIONS}/{name}",)),
            f"{_PROPERTIES}.Get": self._get,
            f"{_PROPERTIES}.GetAll": self._get_all,
        }
        self._service = Service(bus, _LOGIN1, methods)
        self.close = self._service.close

    def set(self, session: str, name: str, value: bool) -> None:
        self.sessions[session][name] = value
        body = (f"{_LOGIN1}.Session", {name: ("b", value)}, [])
        path = f"{self._SESSIONS}/{session}"
        self._service.emit(path, f"{_PROPERTIES}.PropertiesChanged", "sa{sv}as", body)

    def _get_user(self, _: str, user: int) -> Answer:
        assert user == _USER
        return "o", ("/org/freedesktop/login1/user/_4242",)

    def _get(self, path: str, interface: str, name: str) -> Answer:
        assert (path, interface, name) == (
            "/org/freedesktop/login1/user/_4242", f"{_LOGIN1}.User", "Display",
        )  # fmt: skip
        return "v", (("(so)", self._display),)

    def _get_all(self, path: str, interface: str) -> Answer:
        assert interface == f"{_LOGIN1}.Session"
        values = self.sessions[path.rpartition("/")[2]]
        return "a{sv}", (
            {
                name: ("b" if isinstance(value, bool) else "s", value)
                for name, value in values.items()
            },
        )


@pytest.fixture
def open_lock(bus: Bus, tmp_path: Path, opened: list[Any]) -> Callable[..., LinuxLock]:
    """Opens a lock whose buses are both the test's, or those of `environ`."""

    def open_lock(**environ: str) -> LinuxLock:
        environ = {
            "DBUS_SESSION_BUS_ADDRESS": bus.address,
            "DBUS_SYSTEM_BUS_ADDRESS": bus.address,
            **environ,
        }
        lock = LinuxLock(environ, _USER, first_wait_s=0.02)
        opened.append(lock)
        assert lock.wait_known(_LONG_S)
        return lock

    return open_lock


def becomes(lock: LinuxLock, locked: bool) -> bool:
    return lock.wait_for(lambda: lock.locked() is locked, _LONG_S)


@pytest.mark.parametrize(
    "name",
    ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.cinnamon.ScreenSaver",
     "org.mate.ScreenSaver", "org.xfce.ScreenSaver"],
)  # fmt: skip
def test_a_screen_saver_that_tells_locks_and_unlocks_at_once(
    name: str,
    bus: Bus,
    opened: list[Any],
    open_lock: Callable[..., LinuxLock],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus_watch, "POLL_S", 10 * _LONG_S)
    saver = Saver(bus, name)
    opened.append(saver)
    lock = open_lock()
    assert lock.problem is None
    assert not lock.locked()
    for active in (True, False, True):
        saver.set(active)
        assert becomes(lock, active)


def test_a_screen_saver_that_does_not_tell_is_asked_again(
    bus: Bus,
    opened: list[Any],
    open_lock: Callable[..., LinuxLock],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus_watch, "POLL_S", 0.02)
    saver = Saver(bus)
    opened.append(saver)
    lock = open_lock()
    saver.set(True, tells=False)
    assert becomes(lock, True)
    # It went away: with it, its lock.
    saver.close()
    assert becomes(lock, False)
    assert lock.wait_for(lambda: lock.problem is not None, _LONG_S)


@pytest.mark.parametrize(
    ("environ", "session", "other"),
    [
        ({"DISPLAY": ":0", "XDG_SESSION_ID": "7"}, "c2", "7"),
        ({}, "c2", "7"),
        ({"XDG_SESSION_ID": "7"}, "7", "c2"),
    ],
)
def test_logind_tells_of_the_session_that_the_daemon_works_for(
    environ: dict[str, str],
    session: str,
    other: str,
    bus: Bus,
    opened: list[Any],
    open_lock: Callable[..., LinuxLock],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bus_watch, "POLL_S", 10 * _LONG_S)
    logind = Logind(bus)
    opened.append(logind)
    lock = open_lock(**environ)
    assert lock.problem is None
    logind.set(other, "LockedHint", True)
    assert not lock.locked()
    logind.set(session, "LockedHint", True)
    assert becomes(lock, True)
    logind.set(session, "LockedHint", False)
    assert becomes(lock, False)
    # Another session has the screen.
    logind.set(session, "Active", False)
    assert becomes(lock, True)
    logind.set(session, "Active", True)
    assert becomes(lock, False)


def test_nobody_there_is_a_problem_and_no_lock(
    bus: Bus, opened: list[Any], open_lock: Callable[..., LinuxLock]
) -> None:
    opened.append(Logind(bus, has_display=False))
    lock = open_lock()
    assert not lock.locked()
    assert lock.problem == (
        "whether the screen is locked can't be known (nobody on the system bus tells, nobody on"
        " the session bus tells); let your screen locker run 'gestured pause'"
    )


def test_without_buses_it_says_so(open_lock: Callable[..., LinuxLock], tmp_path: Path) -> None:
    lock = open_lock(
        DBUS_SESSION_BUS_ADDRESS=f"unix:path={tmp_path / 'none'}",
        DBUS_SYSTEM_BUS_ADDRESS="nonsense",
    )
    assert not lock.locked()
    assert "no system bus" in str(lock.problem)
    assert "no session bus: No such file or directory" in str(lock.problem)


def test_a_lost_bus_keeps_the_lock_and_a_new_one_is_found(
    bus: Bus, opened: list[Any], open_lock: Callable[..., LinuxLock]
) -> None:
    saver = Saver(bus)
    opened.append(saver)
    lock = open_lock()
    saver.set(True)
    assert becomes(lock, True)
    bus.stop()
    assert lock.wait_for(lambda: lock.problem is not None, _LONG_S)
    assert lock.locked()
    bus.start()
    opened.append(Saver(bus))
    assert becomes(lock, False)
    assert lock.problem is None


def test_a_service_that_hangs_keeps_nobody_from_closing(
    bus: Bus, opened: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hang(_: str) -> Answer:
        asked.set()
        go_on.wait(_LONG_S)
        return "b", (False,)

    service = Service(bus, _SAVER, {f"{_SAVER}.GetActive": hang})
    lock = LinuxLock({"DBUS_SESSION_BUS_ADDRESS": bus.address}, _USER)
    assert asked.wait(_LONG_S)
    lock.close()
    assert not [name for name in threads() if name.startswith("desk ")]
    go_on.set()
    service.close()


class Notifications:
    """A notification service: what it was to show, with the number each replaces."""

    def __init__(self, bus: Bus, *capabilities: str) -> None:
        self.shown: list[tuple[int, str, str]] = []
        self.hints: dict[str, Any] = {}
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.is_asked = threading.Event()
        self._capabilities = list(capabilities)
        self._service = Service(
            bus,
            _NOTIFICATIONS,
            {
                f"{_NOTIFICATIONS}.GetCapabilities": lambda _: ("as", (self._capabilities,)),
                f"{_NOTIFICATIONS}.Notify": self._notify,
            },
        )
        self.close = self._service.close

    def _notify(
        self, _: str, app: str, replaces: int, icon: str, summary: str, body: str,
        actions: list[str], hints: dict[str, Any], shown_ms: int,
    ) -> Answer:  # fmt: skip
        assert (app, icon, actions) == ("gestured", "", [])
        assert 0 < shown_ms <= 10_000
        self.is_asked.set()
        assert self.may_go_on.wait(_LONG_S)
        self.shown.append((replaces, summary, body))
        self.hints = hints
        return "u", (replaces or 17,)


@pytest.fixture
def notifier(bus: Bus, opened: list[Any]) -> Notifier:
    notifier = open_notifier({"DBUS_SESSION_BUS_ADDRESS": bus.address}, "linux")
    opened.append(notifier)
    return notifier


def test_a_notice_replaces_the_one_before(bus: Bus, opened: list[Any], notifier: Notifier) -> None:
    service = Notifications(bus)
    opened.append(service)
    for number in range(3):
        notifier.show("Gestures armed", f"<b>{number}</b>")
        assert notifier.wait_idle(_LONG_S)
    assert service.shown == [
        (0, "Gestures armed", "<b>0</b>"),
        (17, "Gestures armed", "<b>1</b>"),
        (17, "Gestures armed", "<b>2</b>"),
    ]
    assert service.hints == {"transient": ("b", True), "suppress-sound": ("b", True)}
    assert notifier.problem is None


def test_text_is_no_markup_where_there_is_markup(
    bus: Bus, opened: list[Any], notifier: Notifier
) -> None:
    service = Notifications(bus, "body", "body-markup")
    opened.append(service)
    notifier.show("a & b", "<img src='x'> & more")
    assert notifier.wait_idle(_LONG_S)
    assert service.shown == [(0, "a & b", "&lt;img src='x'&gt; &amp; more")]


def test_a_slow_service_holds_nobody_up_and_gets_the_newest(
    bus: Bus, opened: list[Any], notifier: Notifier
) -> None:
    service = Notifications(bus)
    opened.append(service)
    service.may_go_on.clear()
    notifier.show("first", "")
    assert service.is_asked.wait(_LONG_S)
    for number in range(1000):
        notifier.show("later", str(number))
    service.may_go_on.set()
    assert notifier.wait_idle(_LONG_S)
    assert [summary for _, summary, _ in service.shown] == ["first", "later"]
    assert service.shown[-1] == (17, "later", "999")


def test_the_last_notice_is_shown_before_the_end(bus: Bus, opened: list[Any]) -> None:
    service = Notifications(bus)
    opened.append(service)
    notifier = open_notifier({"DBUS_SESSION_BUS_ADDRESS": bus.address}, "linux")
    notifier.show("Gestures disarmed", "asked to stop")
    notifier.close()
    assert service.shown == [(0, "Gestures disarmed", "asked to stop")]
    notifier.show("too late", "")


def test_without_a_service_there_is_one_warning_without_the_text(
    bus: Bus, opened: list[Any], notifier: Notifier, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        notifier.show("secret", "secret")
        assert notifier.wait_idle(_LONG_S)
    assert notifier.problem is not None
    assert "ServiceUnknown" in notifier.problem
    assert "; a notification service" in notifier.problem
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in warnings] == [notifier.problem]
    assert "secret" not in caplog.text
    opened.append(Notifications(bus))
    notifier.show("there", "")
    assert notifier.wait_idle(_LONG_S)
    assert notifier.problem is None


def test_a_bus_started_again_is_found_with_the_next_notice(
    bus: Bus, opened: list[Any], notifier: Notifier
) -> None:
    first = Notifications(bus)
    opened.append(first)
    notifier.show("one", "")
    assert notifier.wait_idle(_LONG_S)
    bus.stop()
    notifier.show("lost", "")
    assert notifier.wait_idle(_LONG_S)
    assert "; a notification service" in str(notifier.problem)
    bus.start()
    second = Notifications(bus)
    opened.append(second)
    notifier.show("two", "")
    assert notifier.wait_idle(_LONG_S)
    assert second.shown == [(0, "two", "")]


def test_checking_shows_nothing(bus: Bus, opened: list[Any], tmp_path: Path) -> None:
    environ = {"DBUS_SESSION_BUS_ADDRESS": bus.address}
    assert "ServiceUnknown" in str(check_notifier(environ, "linux"))
    service = Notifications(bus)
    opened.append(service)
    assert check_notifier(environ, "linux") is None
    assert service.shown == []
    nowhere = {"XDG_RUNTIME_DIR": str(tmp_path / "none")}
    assert "No such file or directory" in str(check_notifier(nowhere, "linux"))
