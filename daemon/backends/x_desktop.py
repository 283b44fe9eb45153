"""Keys, buttons and pointer of an X display, through XTEST, on one connection.

python-xlib, which pynput itself stands on, is used without it: pynput would send plain characters
by XSendEvent, which programs may tell apart and ignore, keep for ever the layout it was built
with, and wait for the server twice at every notch of the wheel.
"""

from __future__ import annotations

from daemon.actions import Button
from daemon.backends.backend import BackendError, key_of
from daemon.backends.x_borrowing import Borrowing
from daemon.backends.x_keysyms import columns_of, keysym_of
from daemon.keys import MODIFIERS

_BUTTONS: dict[Button, int] = {"left": 1, "middle": 2, "right": 3}
_WHEEL_UP, _WHEEL_DOWN, _WHEEL_LEFT, _WHEEL_RIGHT = 4, 5, 6, 7
# The layout switched to, in the state that comes with events (X Keyboard Extension protocol,
# "Computing a State Field from an XKB State").
_LAYOUT_SHIFT, _LAYOUT_MASK = 13, 0b11
_MOST_PX = 0x7FFF


class XDesktop:
    """Sends input to an X display; the server has it when a method returns.

    Args:
        name: The display's name; None for `DISPLAY`.

    Raises:
        Exception: python-xlib's own, when the display can't be reached or has no XTEST.
    """

    def __init__(self, name: str | None = None) -> None:
        from Xlib import X, display, error

        self.lost: tuple[type[Exception], ...] = (error.ConnectionClosedError,)
        self._x = X
        self._display = display.Display(name)
        self._display.xtest_get_version(2, 2)
        self._borrowing = Borrowing(self._display)
        self._keycodes: dict[str, int] = {}
        self._down: dict[str, int] = {}

    def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """As a backend's; what the layout lacks is put on a spare keycode."""
        self._follow_layout()
        layout = self._layout()
        *modifiers, last = keys
        needed = [name for name in self._find(last, layout) if name not in modifiers]
        for name in (*modifiers, *needed):
            self._find(name, layout)
        return (*modifiers, *needed, last)

    def keys_for_character(self, character: str) -> tuple[str, ...]:
        """As a backend's."""
        return self.keys_for((key_of(character),))

    def place_of(self, name: str) -> int:
        """The keycode; of what is down the one that went down, whatever the layout is by now."""
        return self._down.get(name) or self._keycodes.get(name) or self._places(name)[0]

    def press_key(self, name: str) -> None:
        keycode = self.place_of(name)
        self._down[name] = keycode
        self._send(self._x.KeyPress, keycode)
        self._borrowing.touch(keycode)

    def release_key(self, name: str) -> None:
        # What another connection pressed may be at any of the key's places; XTEST leaves alone
        # what is up, and what a real keyboard holds down.
        keycodes = [self._down[name]] if name in self._down else self._places(name)
        for keycode in keycodes:
            self._send(self._x.KeyRelease, keycode)
            self._borrowing.touch(keycode)
        self._down.pop(name, None)

    def press_button(self, button: Button) -> None:
        self._send(self._x.ButtonPress, _BUTTONS[button])

    def release_button(self, button: Button) -> None:
        self._send(self._x.ButtonRelease, _BUTTONS[button])

    def move_to(self, x: float, y: float) -> None:
        width, height = self.desktop_size()
        self._display.xtest_fake_input(
            self._x.MotionNotify, x=round(x * (width - 1)), y=round(y * (height - 1))
        )
        self._display.sync()

    def move_by(self, dx_px: int, dy_px: int) -> None:
        dx_px, dy_px = (max(-_MOST_PX, min(_MOST_PX, px)) for px in (dx_px, dy_px))
        self._display.xtest_fake_input(self._x.MotionNotify, True, x=dx_px, y=dy_px)
        self._display.sync()

    def scroll(self, right: int, down: int) -> None:
        sideways = _WHEEL_RIGHT if right > 0 else _WHEEL_LEFT
        upright = _WHEEL_DOWN if down > 0 else _WHEEL_UP
        for button in [sideways] * abs(right) + [upright] * abs(down):
            self._display.xtest_fake_input(self._x.ButtonPress, button)
            self._display.xtest_fake_input(self._x.ButtonRelease, button)
        self._display.sync()

    def desktop_size(self) -> tuple[int, int]:
        """Width and height of the root window, which all monitors share."""
        root = self._display.screen().root.get_geometry()
        return root.width, root.height

    def give_back_left(self) -> None:
        """Empty the keycodes that a process which is gone had borrowed."""
        self._borrowing.adopt()
        self._borrowing.give_back()

    def close(self) -> None:
        try:
            self._borrowing.give_back()
            self._display.close()
        except self.lost:
            # The server, and with it all that was down, is gone as well.
            self.abandon()

    def abandon(self) -> None:
        """Let go of a connection that is lost."""
        self._display.display.socket.close()

    def _send(self, kind: int, detail: int) -> None:
        self._display.xtest_fake_input(kind, detail)
        # Round trip: a request that is only written may wait in the server behind other clients'.
        self._display.sync()

    def _follow_layout(self) -> None:
        self._display.sync()
        changed = False
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == self._x.MappingNotify:
                self._display.refresh_keyboard_mapping(event)
                changed = True
        if changed:
            self._keycodes = {
                name: keycode
                for name, keycode in self._keycodes.items()
                if keycode in self._keycodes_of(name)
            }
            self._borrowing.forget_changed()

    def _layout(self) -> int:
        state = self._display.screen().root.query_pointer().mask
        return int(state) >> _LAYOUT_SHIFT & _LAYOUT_MASK

    def _find(self, name: str, layout: int) -> tuple[str, ...]:
        """Find the key's keycode and keep it; the modifiers that it needs."""
        keysym = keysym_of(name)
        columns = columns_of(name, layout)
        for keycode, column in self._display.keysym_to_keycodes(keysym):
            if column in columns:
                self._keycodes[name] = keycode
                return columns[column]
        if name in MODIFIERS or not keysym:
            raise BackendError("a modifier is not on the keyboard layout in use; bind another key")
        self._keycodes[name] = self._borrowing.borrow(keysym, set(self._down.values()))
        return ()

    def _places(self, name: str) -> list[int]:
        """Every keycode that has the key, the likeliest first."""
        places = self._keycodes_of(name)
        if not places:
            raise BackendError("a key has gone from the keyboard layout; press it once by hand")
        return places

    def _keycodes_of(self, name: str) -> list[int]:
        codes = [code for code, _ in self._display.keysym_to_keycodes(keysym_of(name))]
        return list(dict.fromkeys(codes))
