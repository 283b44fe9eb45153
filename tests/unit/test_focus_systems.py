"""The focus on macOS and Windows, whose libraries are played, and the choice between systems."""

from __future__ import annotations

import ctypes
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from daemon.focus.app import App, NoFocus
from daemon.focus.choose import open_focus
from daemon.focus.macos import MacFocus
from daemon.focus.patterns import matches
from daemon.focus.windows import WindowsFocus

SCREENS = {1: (1440, 900), 2: (1920, 1080)}


class Mac:
    """A Mac with one application in front; what is in front becomes so in the run loop."""

    def __init__(self) -> None:
        self.front: Any = None
        self.will_be_front: Any = keynote()
        self.windows: Any = [shown(7, 1440, 900), shown(9, 1440, 900, "Not its own")]
        self.appkit = SimpleNamespace(
            NSWorkspace=SimpleNamespace(
                sharedWorkspace=lambda: SimpleNamespace(frontmostApplication=lambda: self.front)
            )
        )
        self.quartz = SimpleNamespace(
            kCFRunLoopDefaultMode="default", kCGWindowListOptionOnScreenOnly=1, kCGNullWindowID=0,
            CFRunLoopRunInMode=self._run_loop,
            CGWindowListCopyWindowInfo=lambda option, window: self.windows,
            CGGetActiveDisplayList=lambda most, *_: (0, tuple(SCREENS), len(SCREENS)),
            CGDisplayBounds=lambda display: SimpleNamespace(
                size=SimpleNamespace(width=SCREENS[display][0], height=SCREENS[display][1])
            ),
        )  # fmt: skip

    def _run_loop(self, mode: str, seconds: float, once: bool) -> None:
        assert (mode, seconds) == ("default", 0)
        self.front = self.will_be_front


def keynote(executable: bool = True) -> Any:
    url = SimpleNamespace(path=lambda: "/Applications/Keynote.app/Contents/MacOS/Keynote")
    return SimpleNamespace(
        bundleIdentifier=lambda: "com.apple.iWork.Keynote", localizedName=lambda: "Keynote",
        processIdentifier=lambda: 7, executableURL=lambda: url if executable else None,
    )  # fmt: skip


def shown(pid: int, width: int, height: int, name: str | None = None) -> dict[str, Any]:
    window = {"kCGWindowOwnerPID": pid, "kCGWindowBounds": {"Width": width, "Height": height}}
    return window if name is None else window | {"kCGWindowName": name}


@pytest.fixture
def mac() -> Mac:
    return Mac()


def test_the_application_in_front_on_macos(mac: Mac) -> None:
    focus = MacFocus(mac.appkit, mac.quartz)
    app = focus.focused()
    assert app == App(("com.apple.iWork.Keynote", "Keynote"), "", True, 7)
    assert matches("slideshow", app)
    assert focus.problem is None
    focus.close()


@pytest.mark.parametrize(
    ("windows", "fullscreen", "title"),
    [
        ([shown(7, 1920, 1080, "Deck")], True, "Deck"),
        ([shown(7, 1440, 1080)], False, ""),
        ([shown(7, 100, 20, ""), shown(7, 800, 600, "Deck")], False, "Deck"),
        ([shown(9, 1440, 900, "Not its own")], False, ""),
        (None, False, ""),
    ],
)
def test_windows_on_macos(mac: Mac, windows: Any, fullscreen: bool, title: str) -> None:
    mac.windows = windows
    app = MacFocus(mac.appkit, mac.quartz).focused()
    assert app is not None
    assert (app.fullscreen, app.title) == (fullscreen, title)


def test_nothing_in_front_on_macos(mac: Mac) -> None:
    mac.will_be_front = None
    focus = MacFocus(mac.appkit, mac.quartz)
    assert focus.focused() is None
    assert focus.problem is None


def test_a_mac_that_fails_is_a_problem_until_it_works(mac: Mac) -> None:
    focus = MacFocus(mac.appkit, mac.quartz)
    mac.will_be_front = SimpleNamespace()
    assert focus.focused() is None
    assert focus.problem == (
        "macOS does not tell which application is in front (AttributeError); log out and in again"
    )
    mac.will_be_front = keynote(executable=False)
    assert focus.focused()
    assert focus.problem is None


class Windows:
    """user32 and kernel32 with one window in front."""

    def __init__(self) -> None:
        self.window: int | None = 5
        self.path = r"C:\Program Files\Microsoft Office\POWERPNT.EXE"
        self.kind = "screenClass"
        self.title = "PowerPoint Slide Show - [deck.pptx]"
        self.place = (0, 0, 1920, 1080)
        self.process = 11
        self.closed: list[int] = []

    def GetForegroundWindow(self) -> int | None:
        return self.window

    def GetWindowThreadProcessId(self, window: int, pid: Any) -> int:
        assert window == self.window
        pid._obj.value = 77
        return 1

    def GetWindowTextW(self, window: int, text: Any, size: int) -> int:
        text.value = self.title[: size - 1]
        return len(text.value)

    def GetClassNameW(self, window: int, text: Any, size: int) -> int:
        text.value = self.kind
        return len(text.value)

    def OpenProcess(self, access: int, inherit: bool, pid: int) -> int:
        assert (access, inherit, pid) == (0x1000, False, 77)
        return self.process

    def QueryFullProcessImageNameW(self, process: int, flags: int, text: Any, size: Any) -> int:
        assert (process, size._obj.value) == (11, 1024)
        text.value = self.path
        return 1

    def CloseHandle(self, process: int) -> int:
        self.closed.append(process)
        return 1

    def MonitorFromWindow(self, window: int, which: int) -> int:
        assert which == 2
        return 3

    def GetWindowRect(self, window: int, place: Any) -> int:
        self._put(place._obj, self.place)
        return 1 if self.place else 0

    def GetMonitorInfoW(self, monitor: int, info: Any) -> int:
        assert info._obj.cbSize == ctypes.sizeof(info._obj)
        self._put(info._obj.rcMonitor, (0, 0, 1920, 1080))
        self._put(info._obj.rcWork, (0, 0, 1920, 1040))
        return 1

    def _put(self, place: Any, sides: Any) -> None:
        for side, value in zip(("left", "top", "right", "bottom"), sides, strict=False):
            setattr(place, side, value)


@pytest.fixture
def windows() -> Windows:
    return Windows()


def test_the_foreground_window_on_windows(windows: Windows) -> None:
    focus = WindowsFocus(windows, windows)
    app = focus.focused()
    assert app == App(
        ("POWERPNT", "screenClass"), "PowerPoint Slide Show - [deck.pptx]", True, 77
    )  # fmt: skip
    assert matches("powerpnt.exe", app)
    assert matches("slideshow", app)
    assert windows.closed == [11]
    assert focus.problem is None
    focus.close()


@pytest.mark.parametrize(
    ("place", "fullscreen"),
    [
        ((0, 0, 1920, 1080), True),
        ((-8, -8, 1928, 1088), True),
        # Maximized: the task bar stays in sight.
        ((0, 0, 1920, 1040), False),
        ((1, 0, 1920, 1080), False),
        ((), None),
    ],
)
def test_full_screen_on_windows(
    windows: Windows, place: tuple[int, ...], fullscreen: bool | None
) -> None:
    windows.place = place
    app = WindowsFocus(windows, windows).focused()
    assert app is not None
    assert app.fullscreen is fullscreen


def test_a_process_of_somebody_else_has_the_class_for_a_name(windows: Windows) -> None:
    windows.process = 0
    app = WindowsFocus(windows, windows).focused()
    assert app is not None
    assert app.names == ("screenClass",)
    assert windows.closed == []


def test_no_foreground_window_on_windows(windows: Windows) -> None:
    windows.window = None
    assert WindowsFocus(windows, windows).focused() is None


SWITCH = "; switch modes with a gesture ({type: mode, ...}), or log in to an Xorg session"


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        (
            {},
            "no desktop session: neither DISPLAY nor WAYLAND_DISPLAY is set; "
            "run gestured inside the desktop session",
        ),
        (
            {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME", "XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"},
            "ubuntu:GNOME tells nobody the focus on Wayland" + SWITCH,
        ),
        (
            {"WAYLAND_DISPLAY": "wayland-0"},
            "this desktop tells nobody the focus on Wayland" + SWITCH,
        ),
        (
            {"XDG_CURRENT_DESKTOP": "sway", "WAYLAND_DISPLAY": "wayland-1"},
            "SWAYSOCK is not set, so sway can't be asked for the focus; run "
            "'systemctl --user import-environment SWAYSOCK' and start gestured again",
        ),
        (
            {"XDG_CURRENT_DESKTOP": "Hyprland", "WAYLAND_DISPLAY": "wayland-1"},
            "HYPRLAND_INSTANCE_SIGNATURE is not set, so Hyprland can't be asked for the focus; run "
            "'systemctl --user import-environment HYPRLAND_INSTANCE_SIGNATURE' "
            "and start gestured again",
        ),
    ],
)
def test_where_nobody_tells(environ: dict[str, str], problem: str) -> None:
    focus = open_focus(environ, "linux")
    assert isinstance(focus, NoFocus)
    assert focus.problem == problem
    assert focus.focused() is None
    focus.close()


def test_macos_without_pyobjc_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "AppKit", None)
    focus = open_focus({}, "darwin")
    assert focus.problem == (
        "no AppKit, so macOS can't be asked for the focus; install gestured again: pynput brings it"
    )


def test_a_mac_is_asked_through_pyobjc(mac: Mac, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "AppKit", mac.appkit)
    monkeypatch.setitem(sys.modules, "Quartz", mac.quartz)
    assert open_focus({}, "darwin").focused()


def test_windows_is_asked_through_its_libraries(
    windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Functions of a library take attributes for their types.
    functions = {name: getattr(windows, name) for name in dir(windows) if name[0].isupper()}
    libraries = SimpleNamespace(**{
        name: (lambda *a, _f=function: _f(*a)) for name, function in functions.items()
    })  # fmt: skip
    monkeypatch.setattr(ctypes, "WinDLL", lambda name: libraries, raising=False)
    focus = open_focus({}, "win32")
    assert focus.focused()
    assert libraries.GetForegroundWindow.restype is not ctypes.c_int
