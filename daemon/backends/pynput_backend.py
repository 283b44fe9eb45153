"""Keys and mouse through pynput: X11, macOS and Windows.

On X11 every key goes out as a keysym through XTEST, so it comes from a device like any other.
pynput would send a plain character by XSendEvent, which programs may tell apart and ignore, and
would rewrite the keyboard layout for one that the layout does not have; neither happens here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Protocol, TypeVar

from daemon.actions import Button
from daemon.backends.backend import BackendError

# pynput has no types.
PynputObject = Any

Sent = TypeVar("Sent")

_ON_X = sys.platform not in ("darwin", "win32")
_NOT_ON_LAYOUT = "a key is not on the keyboard layout in use; bind another key or change layouts"


class PynputBackend:
    """Sends input with pynput; the operating system has it when a method returns.

    When the display goes away its methods raise BackendError until it is back.

    Raises:
        BackendError: When there is no desktop to send input to. Building another one later may
            succeed, in the same process.
    """

    name = "pynput"

    def __init__(self) -> None:
        self._keyboard: PynputObject = None
        self._mouse: PynputObject = None
        self._desktop: _Desktop | None = self._connect()
        self.warning = wayland_warning(os.environ) if _ON_X else None

    def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return self._send(lambda desktop: self._keys_for(desktop, keys))

    def press_key(self, name: str) -> None:
        self._send(lambda desktop: self._keyboard.press(desktop.key(name)))

    def release_key(self, name: str) -> None:
        self._send(lambda desktop: self._keyboard.release(desktop.key(name)))

    def press_button(self, button: Button) -> None:
        self._send(lambda _: self._mouse.press(self._buttons[button]))

    def release_button(self, button: Button) -> None:
        self._send(lambda _: self._mouse.release(self._buttons[button]))

    def move_to(self, x: float, y: float) -> None:
        self._send(lambda desktop: self._move_to(desktop, x, y))

    def move_by(self, dx_px: int, dy_px: int) -> None:
        self._send(lambda _: self._mouse.move(dx_px, dy_px))

    def scroll(self, right: int, down: int) -> None:
        self._send(lambda _: self._mouse.scroll(right, -down))

    def desktop_size(self) -> tuple[int, int] | None:
        return self._send(lambda desktop: desktop.size())

    def close(self) -> None:
        if self._desktop is not None:
            try:
                self._desktop.close()
            except self._desktop.lost:
                self._forget_lost()
        # pynput's controllers close their connections when nobody has them any more.
        self._keyboard = self._mouse = None

    def _connect(self) -> _Desktop:
        if _ON_X and not os.environ.get("DISPLAY"):
            raise BackendError(
                "no display: DISPLAY is not set; run inside the desktop session or use --dry-run"
            )
        try:
            # Importing it connects to the display, so this can't stand at the top.
            from pynput import keyboard, mouse

            self._keyboard = keyboard.Controller()
            self._mouse = mouse.Controller()
            desktop: _Desktop = _XDesktop(keyboard) if _ON_X else _OtherDesktop(keyboard)
        except Exception as error:
            place = f"display {os.environ['DISPLAY']!r}" if _ON_X else "desktop"
            raise BackendError(
                f"the {place} can't be reached ({type(error).__name__}); "
                "run inside the desktop session or use --dry-run"
            ) from error
        self._new_keyboard = keyboard.Controller
        self._buttons = {
            "left": mouse.Button.left,
            "middle": mouse.Button.middle,
            "right": mouse.Button.right,
        }
        return desktop

    def _send(self, operation: Callable[[_Desktop], Sent]) -> Sent:
        if self._desktop is not None:
            try:
                return operation(self._desktop)
            except self._desktop.lost:
                self._forget_lost()
        # The server keeps down what is down; on a new connection it can be released.
        self._desktop = self._connect()
        return operation(self._desktop)

    def _forget_lost(self) -> None:
        self._desktop = None
        for controller in (self._keyboard, self._mouse):
            # Else it fills stderr when it goes and can't close its connection.
            controller.__dict__.pop("_display", None)

    def _keys_for(self, desktop: _Desktop, keys: tuple[str, ...]) -> tuple[str, ...]:
        if desktop.layout_changed():
            # A controller keeps for ever the layout it was built with.
            self._keyboard = self._new_keyboard()
        *modifiers, last = keys
        needed = [name for name in desktop.modifiers_for(last) if name not in modifiers]
        for name in modifiers:
            desktop.modifiers_for(name)
        return (*modifiers, *needed, last)

    def _move_to(self, desktop: _Desktop, x: float, y: float) -> None:
        width, height = desktop.size()
        self._mouse.position = (round(x * (width - 1)), round(y * (height - 1)))


def wayland_warning(environment: Mapping[str, str]) -> str | None:
    """What will not work in a Wayland session, or None outside of one."""
    is_wayland = environment.get("XDG_SESSION_TYPE") == "wayland"
    if not is_wayland and not environment.get("WAYLAND_DISPLAY"):
        return None
    return (
        "this is a Wayland session: keys and pointer reach XWayland programs only; "
        "log in to an Xorg session to reach all"
    )


class _Desktop(Protocol):
    #: What is raised when the connection to it has ended.
    lost: tuple[type[Exception], ...]

    def layout_changed(self) -> bool: ...
    def modifiers_for(self, name: str) -> tuple[str, ...]: ...
    def key(self, name: str) -> PynputObject: ...
    def size(self) -> tuple[int, int]: ...
    def close(self) -> None: ...


#: Canonical names that are not X11's own.
_X_NAMES = {
    "ctrl": "Control_L", "shift": "Shift_L", "alt": "Alt_L", "super": "Super_L",
    "alt_gr": "ISO_Level3_Shift",
    "media_play_pause": "XF86_AudioPlay", "media_stop": "XF86_AudioStop",
    "media_next": "XF86_AudioNext", "media_previous": "XF86_AudioPrev",
    "media_volume_up": "XF86_AudioRaiseVolume", "media_volume_down": "XF86_AudioLowerVolume",
    "media_volume_mute": "XF86_AudioMute",
}  # fmt: skip

#: Modifiers that reach the column of a keycode's keysyms. Columns 2 and 3 are a second layout,
#: which no modifier reaches (X Keyboard Extension protocol, "Core keyboard mapping").
_X_COLUMNS: dict[int, tuple[str, ...]] = {
    0: (), 1: ("shift",), 4: ("alt_gr",), 5: ("shift", "alt_gr"),
}  # fmt: skip


class _XDesktop:
    """Layout and size of an X display, on a connection of its own."""

    def __init__(self, keyboard: PynputObject) -> None:
        from Xlib import XK, X, display, error

        self.lost: tuple[type[Exception], ...] = (error.ConnectionClosedError,)
        self._mapping_notify = X.MappingNotify
        self._keysym_of = XK.string_to_keysym
        self._display = display.Display()
        self._key_code = keyboard.KeyCode

    def layout_changed(self) -> bool:
        changed = False
        self._display.sync()
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == self._mapping_notify:
                self._display.refresh_keyboard_mapping(event)
                changed = True
        return changed

    def modifiers_for(self, name: str) -> tuple[str, ...]:
        for _, column in self._display.keysym_to_keycodes(self._keysym(name)):
            # pynput takes the first as well.
            if column in _X_COLUMNS:
                return _X_COLUMNS[column]
            break
        raise BackendError(_NOT_ON_LAYOUT)

    def key(self, name: str) -> PynputObject:
        return self._key_code.from_vk(self._keysym(name))

    def size(self) -> tuple[int, int]:
        root = self._display.screen().root.get_geometry()
        return root.width, root.height

    def close(self) -> None:
        self._display.close()

    def _keysym(self, name: str) -> int:
        if name == "plus":
            name = "+"
        if len(name) == 1:
            # Latin-1 characters are their own keysyms, others are offset (X11 protocol, app. A).
            return ord(name) if ord(name) < 0x100 else ord(name) | 0x01000000
        return int(self._keysym_of(_X_NAMES.get(name, name)))


#: Canonical names whose lower-case form is not pynput's.
_PYNPUT_NAMES = {"super": "cmd", "Return": "enter", "Escape": "esc", "Print": "print_screen"}


class _OtherDesktop:
    """macOS and Windows, whose own calls deal with the layout; size of the main screen."""

    def __init__(self, keyboard: PynputObject) -> None:
        self.lost: tuple[type[Exception], ...] = ()
        self._keys = keyboard.Key
        self._key_code = keyboard.KeyCode

    def layout_changed(self) -> bool:
        return False

    def modifiers_for(self, name: str) -> tuple[str, ...]:
        self.key(name)
        return ()

    def key(self, name: str) -> PynputObject:
        if name == "plus":
            name = "+"
        if len(name) == 1:
            return self._key_code.from_char(name)
        key = getattr(self._keys, _PYNPUT_NAMES.get(name, name.lower()), None)
        if key is None:
            raise BackendError("a key does not exist on this system; bind another")
        return key

    def size(self) -> tuple[int, int]:
        if sys.platform == "darwin":
            quartz = import_module("Quartz")
            size = quartz.CGDisplayBounds(quartz.CGMainDisplayID()).size
            return int(size.width), int(size.height)
        metrics = import_module("ctypes").windll.user32.GetSystemMetrics
        return metrics(0), metrics(1)

    def close(self) -> None:
        pass
