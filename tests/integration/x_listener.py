"""A plain X client with the keyboard's focus that notes every key, button and motion it gets."""

from __future__ import annotations

import select
import time
from typing import Any

from Xlib import XK, X, display

from tests.patience import patient

_DEADLINE_S = patient(10)
_SHIFT_COLUMN = 1
_LEVEL_3_COLUMN = 4


class XListener:
    """Covers the whole screen and takes the focus; also reads what is down on the server.

    Events come as lines: `down Control_L`, `up Control_L`, `press 1`, `release 1`,
    `move 960,540`, with `sent ` before those that a program made up without a device.
    """

    def __init__(self, name: str) -> None:
        self._display = display.Display(name)
        self._names = _keysym_names()
        root = self._display.screen().root
        size = root.get_geometry()
        self._window = root.create_window(
            0, 0, size.width, size.height, 0, X.CopyFromParent,
            override_redirect=True,
            event_mask=X.KeyPressMask | X.KeyReleaseMask | X.ButtonPressMask
            | X.ButtonReleaseMask | X.PointerMotionMask | X.StructureNotifyMask
            | X.FocusChangeMask,
        )  # fmt: skip
        self._window.map()
        self._wait_for(X.MapNotify)
        self._window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self._wait_for(X.FocusIn)
        self.new_lines()

    def new_lines(self) -> list[str]:
        """What the server has delivered so far: all that any client sent it and had answered."""
        self._display.sync()
        lines = []
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(event)
            line = self._line(event)
            if line is not None:
                lines.append(line)
        return lines

    def down(self) -> list[str]:
        """Keys, modifiers and buttons that are down on the server, by any name; empty is good."""
        keys = [
            f"keycode {8 * byte + bit}"
            for byte, bits in enumerate(self._display.query_keymap())
            for bit in range(8)
            if bits & 1 << bit
        ]
        mask = self._display.screen().root.query_pointer().mask
        return keys + ([f"mask {mask:#x}"] if mask else [])

    def pointer(self) -> tuple[int, int]:
        """The pointer's pixel."""
        place = self._display.screen().root.query_pointer()
        return place.root_x, place.root_y

    def close(self) -> None:
        self._display.close()

    def _wait_for(self, event_type: int) -> None:
        deadline = time.monotonic() + _DEADLINE_S
        while (left := deadline - time.monotonic()) > 0:
            while self._display.pending_events():
                if self._display.next_event().type == event_type:
                    return
            select.select([self._display.fileno()], [], [], left)
        raise TimeoutError(f"the X server sent no event {event_type} in {_DEADLINE_S:.0f} s")

    def _line(self, event: Any) -> str | None:
        sent = "sent " if event.send_event else ""
        if event.type in (X.KeyPress, X.KeyRelease):
            what = "down" if event.type == X.KeyPress else "up"
            return f"{sent}{what} {self._key_name(event)}"
        if event.type in (X.ButtonPress, X.ButtonRelease):
            what = "press" if event.type == X.ButtonPress else "release"
            return f"{sent}{what} {event.detail}"
        if event.type == X.MotionNotify:
            return f"{sent}move {event.root_x},{event.root_y}"
        return None

    def _key_name(self, event: Any) -> str:
        column = _SHIFT_COLUMN if event.state & X.ShiftMask else 0
        column += _LEVEL_3_COLUMN if event.state & X.Mod5Mask else 0
        keysym = self._display.keycode_to_keysym(event.detail, column)
        keysym = keysym or self._display.keycode_to_keysym(event.detail, 0)
        return self._names.get(keysym, hex(keysym))


def _keysym_names() -> dict[int, str]:
    for group in ("xf86", "xkb"):
        XK.load_keysym_group(group)
    names: dict[int, str] = {}
    for name, keysym in vars(XK).items():
        if name.startswith("XK_") and name not in ("XK_Prior", "XK_Next"):
            names.setdefault(keysym, name.removeprefix("XK_"))
    return names
