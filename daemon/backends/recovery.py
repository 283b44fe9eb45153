"""Releasing what a process that was killed left down."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, Literal, Protocol, cast

from daemon.backends.backend import BackendError

if TYPE_CHECKING:
    from daemon.actions import Button


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
        What is left to do by hand, in one line that names no key; None when all is up, as what
        was held on an X display is that has ended.
    """
    if backend_name != "pynput":
        return None
    items = list(held)
    try:
        desktop, give_back = _desktop(display)
    except Exception as error:  # noqa: BLE001 - python-xlib's, Quartz's, whoever's
        if not items or _has_ended(display):
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
    if not failed or _has_ended(display):
        return None
    return f"{failed} of the keys or buttons held when gestured was killed may be down: {reason}"


def _desktop(display: str | None) -> tuple[_Releasing, Callable[[], None]]:
    if sys.platform in ("darwin", "win32"):
        from daemon.backends.native_desktop import NativeDesktop

        return NativeDesktop(), lambda: None
    from daemon.backends.x_desktop import XDesktop

    desktop = XDesktop(display)
    return desktop, desktop.give_back_left


def _has_ended(display: str | None) -> bool:
    """Whether nobody is at the socket of an X display of this machine: its keys went with it.

    False for a display elsewhere, whose keys may be down although it can't be reached.
    """
    if sys.platform in ("darwin", "win32"):
        return False
    from Xlib.error import DisplayNameError
    from Xlib.support.unix_connect import get_display

    try:
        _, _, host, number, _ = get_display(display or os.environ.get("DISPLAY", ""))
    except DisplayNameError:
        return True
    if host not in (None, "", "unix"):
        return False
    path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where every X server listens
    # A leading zero byte names a socket that is in no folder, which Linux has as well.
    return not any(map(_is_answered, (path, f"\0{path}")))


def _is_answered(address: str) -> bool:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            return True  # it is there, and busy or closed to us
    return True
