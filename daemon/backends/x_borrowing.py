"""Spare keycodes of an X keyboard, lent to what the layout lacks.

A client learns of a change by MappingNotify, which comes to it before the key pressed next, but
it then asks for the layout as it is by that time. Change a keycode again too soon, and a client
that lags reads the earlier press as the later character; xdotool is known for that. So each key
gets a keycode of its own, kept until `give_back`; only when none is spare is the one pressed
longest ago lent anew, and not before its press has settled.

What is lent also stands in a property of the root window, which outlives this process: whoever
comes after it can give back what it left (`adopt`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

from daemon.backends.backend import BackendError

_PROPERTY = "_GESTURED_BORROWED_KEYCODES"
# Clients that take longer to read a key than this lag behind what anyone can see.
_SETTLING_S = 0.1
# Keycode 8 is the kernel's KEY_RESERVED, which toolkits take for no key at all.
_FIRST_KEYCODE = 9


class Borrowing:
    """Lends keycodes of one display to keysyms.

    Args:
        display: python-xlib's display.
        clock_s: Monotonic time in seconds.
        sleep: Waits for so many seconds.
    """

    def __init__(
        self,
        display: Any,
        clock_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._display = display
        self._clock_s = clock_s
        self._sleep = sleep
        # Keysym to keycode.
        self._lent: dict[int, int] = {}
        self._used_s: dict[int, float] = {}

    def borrow(self, keysym: int, in_use: Collection[int]) -> int:
        """The keycode that now has `keysym`, whatever modifiers are down.

        Args:
            keysym: What it is to be.
            in_use: Keycodes that are down and must stay what they are.

        Raises:
            BackendError: None is spare.
        """
        if not self._lent:
            self.adopt()
        keycode = self._lent.get(keysym)
        if keycode is None:
            keycode = self._free(in_use)
            # The ledger first: what it names wrongly is left alone when given back.
            self._write({**self._lent, keysym: keycode})
            # Twice, else the server adds the upper case letter of its own, reached by shift.
            self._display.change_keyboard_mapping(keycode, [(keysym, keysym)])
            self._display.sync()
            self._lent[keysym] = keycode
        self._used_s[keycode] = self._clock_s()
        return keycode

    def touch(self, keycode: int) -> None:
        """Note that a keycode was pressed or released now, if it is a lent one."""
        if keycode in self._used_s:
            self._used_s[keycode] = self._clock_s()

    def forget_changed(self) -> None:
        """Forget what is no longer as it was lent, as after a change of layout."""
        self._lent = {
            keysym: keycode
            for keysym, keycode in self._lent.items()
            if self._display.keycode_to_keysym(keycode, 0) == keysym
        }

    def adopt(self) -> None:
        """Take over what a process that is gone left lent."""
        values = self._property()
        self._lent |= dict(zip(values[1::2], values[::2], strict=True))
        self.forget_changed()

    def give_back(self) -> None:
        """Empty every keycode that was lent, released first; nothing when none was."""
        if not self._lent:
            return
        from Xlib import X

        self._wait_for(max(self._used(keycode) for keycode in self._lent.values()))
        for keycode in self._lent.values():
            self._display.xtest_fake_input(X.KeyRelease, keycode)
            self._display.change_keyboard_mapping(keycode, [(X.NoSymbol,)])
        self._write({})
        self._display.sync()
        self._lent.clear()
        self._used_s.clear()

    def _free(self, in_use: Collection[int]) -> int:
        info = self._display.display.info
        first = max(info.min_keycode, _FIRST_KEYCODE)
        modifiers = {code for codes in self._display.get_modifier_mapping() for code in codes}
        layout = self._display.get_keyboard_mapping(first, info.max_keycode - first + 1)
        for keycode, keysyms in enumerate(layout, first):
            if not any(keysyms) and keycode not in modifiers:
                return keycode
        free = [keysym for keysym, keycode in self._lent.items() if keycode not in in_use]
        if free:
            keycode = self._lent.pop(min(free, key=lambda keysym: self._used(self._lent[keysym])))
            self._wait_for(self._used(keycode))
            return keycode
        raise BackendError(
            "a key is not on the keyboard layout in use, and no keycode is spare to put it on; "
            "bind another key or change layouts"
        )

    def _used(self, keycode: int) -> float:
        # One that was adopted was used by a process that is gone.
        return self._used_s.get(keycode, -_SETTLING_S)

    def _wait_for(self, used_s: float) -> None:
        left_s = used_s + _SETTLING_S - self._clock_s()
        if left_s > 0.0:
            self._sleep(left_s)

    def _property(self) -> list[int]:
        from Xlib import Xatom

        root = self._display.screen().root
        found = root.get_full_property(self._display.intern_atom(_PROPERTY), Xatom.CARDINAL)
        return [] if found is None else list(found.value)

    def _write(self, lent: dict[int, int]) -> None:
        from Xlib import Xatom

        root = self._display.screen().root
        atom = self._display.intern_atom(_PROPERTY)
        if lent:
            pairs = [value for keysym, keycode in lent.items() for value in (keycode, keysym)]
            root.change_property(atom, Xatom.CARDINAL, 32, pairs)
        else:
            root.delete_property(atom)
