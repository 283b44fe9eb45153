"""Keys, buttons and pointer of macOS and Windows, through pynput."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from daemon.actions import Button
from daemon.backends.backend import BackendError, key_of
from daemon.keys import missing_on

# pynput has no types.
PynputObject = Any

#: Canonical names whose lower-case form is not pynput's.
_PYNPUT_NAMES = {"super": "cmd", "Return": "enter", "Escape": "esc", "Print": "print_screen"}

#: Virtual key codes of Windows that pynput has no name for (Windows' "Virtual-Key Codes").
_WINDOWS_CODES = {
    "browser_back": 0xA6, "browser_forward": 0xA7, "browser_refresh": 0xA8, "browser_home": 0xAC,
}  # fmt: skip

# GetSystemMetrics: left, top, width and height of the virtual screen, all monitors together.
_SM_VIRTUAL_SCREEN = (76, 77, 78, 79)
_MOST_DISPLAYS = 32


class NativeDesktop:
    """Sends input with pynput; the system's own calls deal with the layout.

    Raises:
        Exception: The system's, when there is no desktop.
    """

    lost: tuple[type[Exception], ...] = ()

    def __init__(self) -> None:
        from pynput import keyboard, mouse

        self._keys = keyboard.Key
        self._key_code = keyboard.KeyCode
        self._keyboard: PynputObject = keyboard.Controller()
        self._mouse: PynputObject = mouse.Controller()
        self._buttons = mouse.Button

    def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """As a backend's: the keys as they are, if there are such."""
        for name in keys:
            self._key(name)
        return keys

    def keys_for_character(self, character: str) -> tuple[str, ...]:
        """As a backend's: the system types any character as it is."""
        return self.keys_for((key_of(character),))

    def place_of(self, name: str) -> str:
        return name.casefold()

    def press_key(self, name: str) -> None:
        self._keyboard.press(self._key(name))

    def release_key(self, name: str) -> None:
        self._keyboard.release(self._key(name))

    def press_button(self, button: Button) -> None:
        self._mouse.press(self._buttons[button])

    def release_button(self, button: Button) -> None:
        self._mouse.release(self._buttons[button])

    def move_to(self, x: float, y: float) -> None:
        left, top, width, height = desktop_area()
        self._mouse.position = (left + round(x * (width - 1)), top + round(y * (height - 1)))

    def move_by(self, dx_px: int, dy_px: int) -> None:
        self._mouse.move(dx_px, dy_px)

    def scroll(self, right: int, down: int) -> None:
        # macOS counts its second wheel to the left, and pynput passes that on.
        self._mouse.scroll(-right if sys.platform == "darwin" else right, -down)

    def desktop_size(self) -> tuple[int, int]:
        """Width and height over all monitors."""
        _, _, width, height = desktop_area()
        return width, height

    def close(self) -> None:
        """Nothing is open."""

    def abandon(self) -> None:
        """Nothing is open."""

    def _key(self, name: str) -> PynputObject:
        if name == "plus":
            name = "+"
        if len(name) == 1:
            return self._key_code.from_char(name)
        if sys.platform == "win32" and name in _WINDOWS_CODES:
            return self._key_code.from_vk(_WINDOWS_CODES[name])
        key = getattr(self._keys, _PYNPUT_NAMES.get(name, name.lower()), None)
        if key is None or missing_on(sys.platform, (name,)):
            raise BackendError("a key does not exist on this system; bind another")
        return key


def desktop_area() -> tuple[int, int, int, int]:
    """Left, top, width and height of all monitors together, in the units of the pointer.

    Left and top are negative where a monitor stands left of or above the main one.
    """
    if sys.platform == "darwin":
        quartz = import_module("Quartz")
        _, displays, _ = quartz.CGGetActiveDisplayList(_MOST_DISPLAYS, None, None)
        bounds = [quartz.CGDisplayBounds(display) for display in displays]
        left = min(each.origin.x for each in bounds)
        top = min(each.origin.y for each in bounds)
        right = max(each.origin.x + each.size.width for each in bounds)
        bottom = max(each.origin.y + each.size.height for each in bounds)
        return int(left), int(top), int(right - left), int(bottom - top)
    metrics = import_module("ctypes").windll.user32.GetSystemMetrics
    left, top, width, height = (metrics(index) for index in _SM_VIRTUAL_SCREEN)
    return left, top, width, height
