"""Releasing what a process that was killed left down."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Literal, Protocol, cast

from daemon.actions import Button
from daemon.backends.backend import BackendError


class _Releasing(Protocol):
    def release_key(self, name: str) -> None: ...
    def release_button(self, button: Button) -> None: ...
    def close(self) -> None: ...


def release_left_down(
    backend_name: str,
    held: Iterable[tuple[Literal["key", "button"], str]],
    display: str | None = None,
) -> str | None:
    """Release keys and buttons that a process which is gone had down. Never raises.

    With nothing held it still gives back the keycodes of an X display that the process had lent
    to characters: the display itself keeps their list (x_borrowing.py), so no ledger need.

    Args:
        backend_name: The `name` of that process's backend. uinput leaves nothing down: the kernel
            releases it all (uinput_backend.py).
        held: What it had down, modifiers first; what is up already is left so.
        display: The X display it was on, its `DISPLAY`; None elsewhere.

    Returns:
        What is left to do by hand, in one line that names no key; None when all is up.
    """
    if backend_name != "pynput":
        return None
    items = list(held)
    try:
        desktop, give_back = _desktop(display)
    except Exception as error:  # noqa: BLE001 - python-xlib's, Quartz's, whoever's
        if not items:
            return None
        return (
            f"what was held when gestured was killed may be down still: its desktop can't be "
            f"reached ({type(error).__name__}); press it once by hand"
        )
    failed = 0
    reason = ""
    for kind, name in reversed(items):
        try:
            if kind == "key":
                desktop.release_key(name)
            else:
                desktop.release_button(cast("Button", name))
        except Exception as error:  # noqa: BLE001 - the others are to be released all the same
            failed += 1
            reason = str(error) if isinstance(error, BackendError) else type(error).__name__
    try:
        give_back()
        desktop.close()
    except Exception as error:  # noqa: BLE001 - nothing is down for it
        reason = reason or type(error).__name__
    if not failed:
        return None
    return f"{failed} of the keys or buttons held when gestured was killed may be down: {reason}"


def _desktop(display: str | None) -> tuple[_Releasing, Callable[[], None]]:
    if sys.platform in ("darwin", "win32"):
        from daemon.backends.native_desktop import NativeDesktop

        return NativeDesktop(), lambda: None
    from daemon.backends.x_desktop import XDesktop

    desktop = XDesktop(display)
    return desktop, desktop.give_back_left
