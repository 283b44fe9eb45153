from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from Xlib import X, Xatom, Xutil, display

from daemon.focus import x11
from daemon.focus.app import App
from daemon.focus.choose import open_focus
from daemon.focus.patterns import matches
from daemon.focus.x11 import X11Focus
from tests.integration.conftest import x_server
from tests.unit.waiting import until

Window = Any


class Desk:
    """A client that opens windows on a display."""

    def __init__(self, name: str) -> None:
        self.display = display.Display(name)
        self.root = self.display.screen().root

    def window(self, name: str, title: str = "", **more: Any) -> Window:
        window = self.root.create_window(10, 10, 300, 200, 0, X.CopyFromParent, **more)
        window.set_wm_class(name, name.capitalize())
        utf8 = self.display.intern_atom("UTF8_STRING")
        if title:
            atom = self.display.intern_atom("_NET_WM_NAME")
            window.change_property(atom, utf8, 8, title.encode())
        atom = self.display.intern_atom("_NET_WM_PID")
        window.change_property(atom, Xatom.CARDINAL, 32, [os.getpid()])
        window.set_wm_hints(flags=Xutil.InputHint, input=1)
        window.map()
        self.display.sync()
        return window

    def set_fullscreen(self, window: Window, on: bool) -> None:
        self._tell_manager(window, "_NET_WM_STATE", [
            int(on), self.display.intern_atom("_NET_WM_STATE_FULLSCREEN"), 0, 1, 0,
        ])  # fmt: skip

    def activate(self, window: Window) -> None:
        """Have the window manager give it the focus."""
        atom = self.display.intern_atom("_NET_ACTIVE_WINDOW")

        def is_active() -> bool:
            self._tell_manager(window, "_NET_ACTIVE_WINDOW", [2, X.CurrentTime, 0, 0, 0])
            value = self.root.get_full_property(atom, Xatom.WINDOW)
            return bool(value) and value.value[0] == window.id

        assert until(is_active)

    def _tell_manager(self, window: Window, message: str, data: list[int]) -> None:
        from Xlib.protocol import event

        told = event.ClientMessage(
            window=window, client_type=self.display.intern_atom(message), data=(32, data)
        )
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self.root.send_event(told, event_mask=mask)
        self.display.sync()

    def close(self) -> None:
        self.display.close()


@pytest.fixture(scope="module")
def bare_display() -> Iterator[str]:
    with x_server() as (name, _):
        yield name


@pytest.fixture(scope="module")
def managed_display() -> Iterator[str]:
    program = shutil.which("openbox")
    if program is None:
        pytest.skip("openbox is not installed (on Debian: apt install openbox)")
    with x_server() as (name, _):
        manager = subprocess.Popen(
            [program], env=os.environ | {"DISPLAY": name},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        watcher = display.Display(name)
        atom = watcher.intern_atom("_NET_SUPPORTING_WM_CHECK")
        root = watcher.screen().root
        assert until(lambda: root.get_full_property(atom, Xatom.WINDOW)), "openbox does not start"
        watcher.close()
        yield name
        manager.terminate()
        manager.wait(10)


@pytest.fixture
def bare(bare_display: str) -> Iterator[Desk]:
    desk = Desk(bare_display)
    yield desk
    desk.close()


@pytest.fixture
def managed(managed_display: str) -> Iterator[Desk]:
    desk = Desk(managed_display)
    yield desk
    desk.close()


@pytest.fixture
def focus(request: pytest.FixtureRequest) -> Iterator[X11Focus]:
    which = "managed_display" if "managed" in request.fixturenames else "bare_display"
    focus = X11Focus(request.getfixturevalue(which))
    yield focus
    focus.close()


def test_the_active_window_is_told_of(managed: Desk, focus: X11Focus) -> None:
    window = managed.window("mpv", "Ein Film: Größe")
    managed.activate(window)
    app = focus.focused()
    assert app is not None
    assert app.names[:2] == ("mpv", "Mpv")
    assert (app.title, app.fullscreen, app.pid) == ("Ein Film: Größe", False, os.getpid())
    assert focus.problem is None
    assert matches("mpv", app)
    assert not matches("vlc", app)


def test_the_process_is_a_name_too(managed: Desk, focus: X11Focus) -> None:
    window = managed.window("unlike")
    managed.activate(window)
    app = focus.focused()
    assert app is not None
    assert app.names[2] == Path("/proc/self/comm").read_text().strip()


def test_full_screen_is_followed_as_it_changes(managed: Desk, focus: X11Focus) -> None:
    window = managed.window("soffice", "Presenting: deck")
    managed.activate(window)
    for on in (True, False, True):
        managed.set_fullscreen(window, on)
        assert until(lambda on=on: (app := focus.focused()) and app.fullscreen is on)
        app = focus.focused()
        assert app is not None
        assert matches("slideshow", app) is on


def test_the_focus_goes_from_window_to_window(managed: Desk, focus: X11Focus) -> None:
    first, second = managed.window("first"), managed.window("second")
    for window, name in ((first, "first"), (second, "second"), (first, "first")):
        managed.activate(window)
        app = focus.focused()
        assert app is not None
        assert app.names[0] == name


def test_no_window_is_no_application(managed: Desk, focus: X11Focus) -> None:
    assert focus.focused() is None
    assert focus.problem is None


def test_an_old_title_is_latin_1(managed: Desk, focus: X11Focus) -> None:
    window = managed.window("xterm")
    window.change_property(Xatom.WM_NAME, Xatom.STRING, 8, "Größe".encode("latin-1"))
    managed.display.sync()
    managed.activate(window)
    app = focus.focused()
    assert app is not None
    assert app.title == "Größe"


def test_a_title_that_is_no_utf_8_is_shown_as_far_as_it_goes(
    managed: Desk, focus: X11Focus
) -> None:
    window = managed.window("xterm", "x")
    name, utf8 = (managed.display.intern_atom(atom) for atom in ("_NET_WM_NAME", "UTF8_STRING"))
    window.change_property(name, utf8, 8, b"a\xff")
    managed.display.sync()
    managed.activate(window)
    app = focus.focused()
    assert app is not None
    assert app.title == "a\ufffd"


def test_a_window_without_any_property(bare: Desk, focus: X11Focus) -> None:
    window = bare.root.create_window(0, 0, 10, 10, 0, X.CopyFromParent)
    atom = bare.display.intern_atom("_NET_ACTIVE_WINDOW")
    bare.root.change_property(atom, Xatom.WINDOW, 32, [window.id])
    bare.display.sync()
    assert focus.focused() == App(fullscreen=False)
    bare.root.delete_property(atom)
    bare.display.sync()


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Has something done once the focused window is known and before it is asked for its name."""

    def do(act: Callable[[], None]) -> None:
        acts = [act]
        ask = x11._app

        def act_first(*arguments: Any) -> App:
            while acts:
                acts.pop()()
            return ask(*arguments)

        monkeypatch.setattr(x11, "_app", act_first)

    return do


def test_a_window_that_goes_between_two_requests(
    managed: Desk, focus: X11Focus, between: Callable[[Callable[[], None]], None]
) -> None:
    window = managed.window("gone")
    managed.activate(window)

    def destroy() -> None:
        window.destroy()
        managed.display.sync()

    between(destroy)
    assert focus.focused() is None
    assert focus.problem is None


def test_the_next_window_is_found_when_one_goes_between_two_requests(
    bare: Desk, focus: X11Focus, between: Callable[[Callable[[], None]], None]
) -> None:
    stays, goes = bare.window("stays"), bare.window("goes")
    atom = bare.display.intern_atom("_NET_ACTIVE_WINDOW")
    bare.root.change_property(atom, Xatom.WINDOW, 32, [goes.id])
    bare.display.sync()

    def destroy() -> None:
        goes.destroy()
        stays.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        bare.display.sync()

    between(destroy)
    app = focus.focused()
    assert app is not None
    assert app.names[0] == "stays"
    bare.root.delete_property(atom)
    bare.display.sync()


def test_without_a_window_manager_the_input_focus_counts(bare: Desk, focus: X11Focus) -> None:
    window = bare.window("kiosk", "Deck")
    inner = window.create_window(0, 0, 5, 5, 0, X.CopyFromParent)
    inner.map()
    bare.display.sync()
    inner.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
    bare.display.sync()
    app = focus.focused()
    assert app is not None
    assert (app.names[0], app.title, app.fullscreen) == ("kiosk", "Deck", False)
    size = bare.root.get_geometry()
    window.configure(x=0, y=0, width=size.width, height=size.height)
    bare.display.sync()
    app = focus.focused()
    assert app is not None
    assert app.fullscreen is True


def test_where_the_keys_go_to_the_pointer_its_window_counts(bare: Desk, focus: X11Focus) -> None:
    bare.window("under")
    bare.display.set_input_focus(X.PointerRoot, X.RevertToNone, X.CurrentTime)
    for place, names in (((50, 50), ("under", "Under")), ((900, 900), None)):
        bare.root.warp_pointer(*place)
        bare.display.sync()
        app = focus.focused()
        assert (app and app.names[:2]) == names


def test_where_the_keys_go_nowhere_there_is_no_application(bare: Desk, focus: X11Focus) -> None:
    bare.window("somewhere")
    bare.display.set_input_focus(X.NONE, X.RevertToNone, X.CurrentTime)
    bare.display.sync()
    assert focus.focused() is None


#: Xlib leaves the socket of a connection that fails to the garbage collector.
xlib_leaves_sockets = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@xlib_leaves_sockets
def test_a_display_that_goes_away_is_a_problem_until_it_is_back(
    mortal_x_server: tuple[str, subprocess.Popen[bytes]], capfd: pytest.CaptureFixture[str]
) -> None:
    name, server = mortal_x_server
    now_s = 100.0
    focus = X11Focus(name, lambda: now_s)
    assert focus.problem is None
    server.kill()
    server.wait()
    assert focus.focused() is None
    lost = (
        f"the display '{name}' can't be reached (ConnectionClosedError); "
        "run gestured inside the desktop session"
    )
    assert focus.problem == lost
    again = subprocess.Popen(
        ["Xvfb", name, "-noreset", "-nolisten", "tcp"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert until(lambda: _answers(name))
        assert focus.focused() is None
        assert focus.problem == lost, "it tries only every few seconds"
        now_s += 5.0
        focus.focused()
        assert focus.problem is None
        focus.close()
        assert focus.focused() is None
    finally:
        again.terminate()
        again.wait(10)
    assert capfd.readouterr() == ("", "")


def _answers(name: str) -> bool:
    from Xlib.error import DisplayError

    try:
        display.Display(name).close()
    except DisplayError:
        return False
    return True


@xlib_leaves_sockets
@pytest.mark.parametrize("name", [":987654", "no display", ""])
def test_no_such_display_is_a_problem(name: str) -> None:
    focus = X11Focus(name or ":")
    assert focus.focused() is None
    assert str(focus.problem).endswith("; run gestured inside the desktop session")
    focus.close()


def test_an_x_session_is_asked_so(managed: Desk, managed_display: str) -> None:
    focus = open_focus({"DISPLAY": managed_display, "XDG_SESSION_TYPE": "x11"}, "linux")
    assert isinstance(focus, X11Focus)
    focus.close()
