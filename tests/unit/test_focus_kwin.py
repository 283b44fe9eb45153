"""KWin, played on a session bus of the test's own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jeepney", reason="jeepney is for Linux")

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

from daemon.focus.app import App
from daemon.focus.choose import open_focus
from daemon.focus.follower import Follower
from daemon.focus.kwin import KWin
from daemon.focus.unix_sockets import interrupt
from tests.unit.waiting import until

MPV = {"names": ["mpv", "mpv", "mpv"], "title": "A film", "fullscreen": False, "pid": 2**31 - 1}


class FakeKWin:
    """Owns KWin's name, takes scripts, and does what the script would do.

    Args:
        bus: Address of the bus.
        script_path: Path of a script's object, as that of Plasma 5 or 6.
    """

    def __init__(self, bus: str, script_path: str = "/Scripting/Script{}") -> None:
        self.active: Any = MPV
        self.refused: set[str] = set()
        self.scripts: dict[str, str] = {}
        self.ran: list[str] = []
        self._script_path = script_path
        #: Scripts come and go, and messages are sent, in its own thread and in the test's.
        self._lock = threading.Lock()
        self._bus: DBusConnection = open_dbus_connection(bus)
        Proxy(message_bus, self._bus).RequestName("org.kde.KWin")
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def tell(self) -> None:
        """What a script does when something changes: it tells, and expects no answer."""
        with self._lock:
            scripts = [*self.scripts.values()]
        for script in scripts:
            names = re.search(r'callDBus\("(.+?)", "(.+?)", "(.+?)", "(.+?)",', script)
            assert names is not None
            service, path, interface, method = names.groups()
            to = DBusAddress(path, service, interface)
            self._send(new_method_call(to, method, "s", (json.dumps(self.active),)))

    def close(self) -> None:
        interrupt(self._bus.sock)
        self._thread.join()
        self._bus.close()

    def _send(self, message: Message) -> None:
        with self._lock:
            self._bus.send(message)

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                message = self._bus.receive()
                if message.header.message_type is MessageType.method_call:
                    self._send(self._answer(message))

    def _answer(self, call: Message) -> Message:
        fields = call.header.fields
        path, method = fields[HeaderFields.path], fields[HeaderFields.member]
        if method in self.refused:
            return new_error(call, "org.freedesktop.DBus.Error.AccessDenied")
        if (path, method) == ("/Scripting", "loadScript"):
            file, name = call.body
            with self._lock:
                self.scripts[name] = Path(file).read_text()
            return new_method_return(call, "i", (7,))
        if (path, method) == ("/Scripting", "unloadScript"):
            with self._lock:
                known = self.scripts.pop(call.body[0], None) is not None
            return new_method_return(call, "b", (known,))
        if (path, method) == (self._script_path.format(7), "run"):
            self.ran.append(path)
            # The script tells before `run` is answered.
            self.tell()
            return new_method_return(call)
        return new_error(call, "org.freedesktop.DBus.Error.UnknownObject")


@pytest.fixture(scope="module")
def bus() -> Iterator[str]:
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("dbus-daemon is not installed (on Debian: apt install dbus-daemon)")
    daemon = subprocess.Popen(
        [program, "--session", "--nofork", "--print-address=1", "--nopidfile"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert daemon.stdout is not None
    yield daemon.stdout.readline().strip()
    daemon.terminate()
    daemon.communicate(timeout=120)


@pytest.fixture
def kwin(bus: str) -> Iterator[FakeKWin]:
    kwin = FakeKWin(bus)
    yield kwin
    kwin.close()


@pytest.fixture
def follow(bus: str) -> Iterator[Callable[[], Follower]]:
    followers = []

    def start() -> Follower:
        follower = Follower("KWin", "start it", lambda: KWin(bus), 0.005, 5.0)
        followers.append(follower)
        return follower

    yield start
    for follower in followers:
        follower.close()
        assert not follower._thread.is_alive()


def test_kwin_tells_at_once(kwin: FakeKWin, follow: Callable[[], Follower]) -> None:
    focus = follow()
    assert focus.focused() == App(("mpv",), "A film", False, 2**31 - 1)
    assert focus.problem is None
    assert kwin.ran == ["/Scripting/Script7"]


def test_plasma_5_has_the_script_elsewhere(bus: str, follow: Callable[[], Follower]) -> None:
    kwin = FakeKWin(bus, "/{}")
    assert follow().focused()
    assert kwin.ran == ["/7"]
    kwin.close()


def test_kwin_tells_of_changes(kwin: FakeKWin, follow: Callable[[], Follower]) -> None:
    focus = follow()
    for active, seen in (
        (MPV | {"fullscreen": True}, App(("mpv",), "A film", True, 2**31 - 1)),
        (None, None),
        (MPV | {"names": ["a", "B"]}, App(("a", "B"), "A film", False, 2**31 - 1)),
    ):
        kwin.active = active
        kwin.tell()
        assert until(lambda seen=seen: focus.focused() == seen)
        assert focus.problem is None


def test_the_script_goes_when_the_focus_is_closed(
    kwin: FakeKWin, follow: Callable[[], Follower]
) -> None:
    focus = follow()
    assert len(kwin.scripts) == 1
    focus.close()
    assert until(lambda: not kwin.scripts)


def test_two_processes_leave_each_other_in_peace(
    kwin: FakeKWin, follow: Callable[[], Follower]
) -> None:
    stays, goes = follow(), follow()
    assert len(kwin.scripts) == 2
    goes.close()
    assert until(lambda: len(kwin.scripts) == 1)
    kwin.active = None
    kwin.tell()
    assert until(lambda: stays.focused() is None)


def test_the_script_file_is_not_left(kwin: FakeKWin, bus: str, tmp_path: Path) -> None:
    focus = Follower("KWin", "start it", lambda: KWin(bus, str(tmp_path)), 0.005, 5.0)
    assert focus.focused()
    assert list(tmp_path.iterdir()) == []
    focus.close()


@pytest.mark.parametrize(
    ("method", "problem"),
    [
        ("loadScript", "KWin takes no script (org.freedesktop.DBus.Error.AccessDenied); start it"),
        ("run", "KWin does not run the script that tells of the focus; start it"),
    ],
)
def test_a_kwin_that_refuses_is_a_problem_until_it_does_not(
    kwin: FakeKWin, follow: Callable[[], Follower], method: str, problem: str
) -> None:
    kwin.refused = {method}
    focus = follow()
    assert until(lambda: focus.problem == problem)
    assert focus.focused() is None
    kwin.refused = set()
    assert until(focus.focused)
    assert focus.problem is None


@pytest.mark.parametrize("active", ["text", {"names": 5}, {}])
def test_what_is_not_understood_is_a_problem(
    kwin: FakeKWin, follow: Callable[[], Follower], active: Any
) -> None:
    focus = follow()
    kwin.active = active
    kwin.tell()
    assert until(lambda: "not understood" in str(focus.problem))
    kwin.active = MPV
    assert until(focus.focused)


def test_kwin_gone_and_back(bus: str, follow: Callable[[], Follower]) -> None:
    kwin = FakeKWin(bus)
    focus = follow()
    assert focus.focused()
    kwin.close()
    missing = "KWin takes no script (org.freedesktop.DBus.Error.ServiceUnknown); start it"
    assert until(lambda: focus.problem == missing)
    assert focus.focused() is None
    kwin = FakeKWin(bus)
    assert until(focus.focused)
    assert focus.problem is None
    kwin.close()


def test_a_kwin_that_leaves_is_told_of_by_its_name(bus: str) -> None:
    kwin = FakeKWin(bus)
    focus = Follower("KWin", "start it", lambda: KWin(bus), 60.0, 5.0)
    assert focus.focused()
    kwin.close()
    assert until(lambda: focus.problem == "KWin has left the bus; start it")
    assert focus.focused() is None
    focus.close()


def test_plasma_is_found_by_its_variables(kwin: FakeKWin, bus: str, tmp_path: Path) -> None:
    focus = open_focus(
        {
            "XDG_CURRENT_DESKTOP": "KDE", "XDG_SESSION_TYPE": "wayland",
            "DBUS_SESSION_BUS_ADDRESS": bus, "XDG_RUNTIME_DIR": str(tmp_path),
        },
        "linux",
    )  # fmt: skip
    assert until(focus.focused)
    focus.close()


@pytest.mark.parametrize("bus", ["unix:path=/nonexistent/bus", "tcp:host=localhost", "nothing"])
def test_no_bus_is_a_problem(bus: str) -> None:
    environ = {"XDG_CURRENT_DESKTOP": "KDE", "WAYLAND_DISPLAY": "wayland-0"}
    focus = open_focus(environ | {"DBUS_SESSION_BUS_ADDRESS": bus}, "linux")
    assert focus.focused() is None
    assert str(focus.problem).endswith(
        "; see that DBUS_SESSION_BUS_ADDRESS is the desktop's own bus"
    )
    focus.close()
