"""macOS and Windows as pynput shows them, with a pynput that is made up."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from daemon.backends import native_desktop
from daemon.backends.backend import BackendError
from daemon.backends.native_desktop import NativeDesktop, desktop_area
from daemon.backends.recovery import release_left_down


class Log(list[str]):
    """A keyboard and a mouse that note what they are told."""

    position = property(fset=lambda self, value: self.append(f"at {value}"))

    def __getattr__(self, name: str) -> Any:
        return lambda *values: self.append(f"{name} {' '.join(map(str, values))}")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    log = Log()
    names = ("cmd", "enter", "tab", "space", "menu", "shift", "media_stop")
    package: Any = ModuleType("pynput")
    package.keyboard = SimpleNamespace(
        Key=SimpleNamespace(**{name: f"<{name}>" for name in names}),
        KeyCode=SimpleNamespace(from_char=str, from_vk=hex),
        Controller=lambda: log,
    )
    package.mouse = SimpleNamespace(Controller=lambda: log, Button={"left": "<left>"})
    monkeypatch.setitem(sys.modules, "pynput", package)
    monkeypatch.setattr(sys, "platform", "win32")
    return log


def monitors_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = {76: -1920, 77: -120, 78: 3840, 79: 1200}
    user32 = SimpleNamespace(GetSystemMetrics=metrics.__getitem__)
    ctypes = SimpleNamespace(windll=SimpleNamespace(user32=user32))
    monkeypatch.setattr(native_desktop, "import_module", {"ctypes": ctypes}.__getitem__)


def monitors_of_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    def bounds(x: float, y: float, width: float, height: float) -> SimpleNamespace:
        return SimpleNamespace(
            origin=SimpleNamespace(x=x, y=y), size=SimpleNamespace(width=width, height=height)
        )

    displays = {1: bounds(0, 0, 1440, 900), 2: bounds(-1080, -500, 1080, 1920)}
    quartz = SimpleNamespace(
        CGGetActiveDisplayList=lambda *_: (0, tuple(displays), len(displays)),
        CGDisplayBounds=displays.__getitem__,
    )
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(native_desktop, "import_module", {"Quartz": quartz}.__getitem__)


def test_the_pointer_goes_over_all_monitors_of_windows(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monitors_of_windows(monkeypatch)
    desktop = NativeDesktop()
    assert desktop.desktop_size() == (3840, 1200)
    desktop.move_to(0.0, 0.0)
    desktop.move_to(1.0, 1.0)
    assert log == ["at (-1920, -120)", "at (1919, 1079)"]


def test_the_desktop_of_macos_is_all_displays(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monitors_of_macos(monkeypatch)
    assert desktop_area() == (-1080, -500, 2520, 1920)
    NativeDesktop().move_to(0.0, 0.0)
    assert log == ["at (-1080, -500)"]


@pytest.mark.parametrize(
    ("system", "expected"), [("win32", "scroll 2 -3"), ("darwin", "scroll -2 -3")]
)
def test_the_wheels(log: Log, monkeypatch: pytest.MonkeyPatch, system: str, expected: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    NativeDesktop().scroll(2, 3)
    assert log == [expected]


@pytest.mark.parametrize(
    ("name", "pressed"),
    [("super", "<cmd>"), ("plus", "+"), ("é", "é"), ("browser_back", "0xa6"), ("Menu", "<menu>")],
)
def test_keys(log: Log, name: str, pressed: str) -> None:
    desktop = NativeDesktop()
    assert desktop.keys_for((name,)) == (name,)
    desktop.press_key(name)
    desktop.release_key(name)
    assert log == [f"press {pressed}", f"release {pressed}"]


def test_characters(log: Log) -> None:
    desktop = NativeDesktop()
    typed = [desktop.keys_for_character(character) for character in "a→\n\t"]
    assert typed == [("a",), ("→",), ("Return",), ("Tab",)]
    with pytest.raises(BackendError, match="control character"):
        desktop.keys_for_character("\x1b")


def test_a_key_that_the_system_lacks(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(BackendError, match="does not exist on this system"):
        NativeDesktop().keys_for(("Menu",))


def test_what_a_dead_process_held_is_released(log: Log) -> None:
    assert release_left_down("pynput", [("key", "shift"), ("button", "left")]) is None
    assert log == ["release <left>", "release <shift>"]


def test_what_can_not_be_released_is_told_without_its_name(log: Log) -> None:
    told = release_left_down("pynput", [("key", "Print"), ("button", "left")])
    assert told is not None
    assert told.startswith("1 of the keys or buttons held")
    assert "Print" not in told
    assert log == ["release <left>"]


def test_uinput_and_dry_runs_leave_nothing_down() -> None:
    assert release_left_down("uinput", [("key", "a")]) is None
    assert release_left_down("dry run", [("key", "a")]) is None
