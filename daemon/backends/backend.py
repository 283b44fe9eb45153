"""What every way of sending input to the operating system offers to the injector."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from daemon.actions import Button


class BackendError(Exception):
    """What a backend says of its own trouble: one line with the mend, without names of keys."""


#: Keys that type the characters which are no names of keys.
CHARACTER_KEYS = {"\n": "Return", "\t": "Tab", " ": "space", "+": "plus"}


def key_of(character: str) -> str:
    """The name of the key that types a character, on whatever layout has it.

    Raises:
        BackendError: It is a control character.
    """
    name = CHARACTER_KEYS.get(character, character)
    if name == character and unicodedata.category(character) in ("Cc", "Cs"):
        raise BackendError("a control character can't be typed; take it out of the text")
    return name


class Backend(Protocol):
    """Sends single operations to the operating system, each at once and in order.

    Any method may raise anything: the bindings of each system have errors of their own, and the
    injector turns all of them into its own. Releasing what is up does nothing.

    Attributes:
        name: What it is called in `input: backend:` and in messages.
        warning: What will not work here though nothing is wrong, in one line, or None.
    """

    name: str
    warning: str | None

    def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The names to press for a combination: with the modifiers that the keyboard layout
        needs for the last key put before it, as shift for `?`. Presses nothing.

        Raises:
            BackendError: There is no way to press it here.
        """

    def keys_for_character(self, character: str) -> tuple[str, ...]:
        """The names to press to type one character of a text; presses nothing.

        A line feed is Return and a tab is Tab.

        Raises:
            BackendError: There is no way to type it here.
        """

    def place_of(self, name: str) -> object:
        """What tells one physical key from another: `a` and `A` are the same one.

        Asked of names that `keys_for` gave.
        """

    def press_key(self, name: str) -> None: ...
    def release_key(self, name: str) -> None: ...
    def press_button(self, button: Button) -> None: ...
    def release_button(self, button: Button) -> None: ...

    def move_to(self, x: float, y: float) -> None:
        """Move the pointer to `x`, `y`, each 0 to 1 of the desktop, all monitors together."""

    def move_by(self, dx_px: int, dy_px: int) -> None:
        """Move the pointer from where it is, pixels to the right and down."""

    def scroll(self, right: int, down: int) -> None:
        """Turn the wheels by so many notches; negative is left and up."""

    def desktop_size(self) -> tuple[int, int] | None:
        """Width and height of the whole desktop in pixels; None where nobody tells."""

    def close(self) -> None: ...
