"""Keys and mouse of a desktop session: pynput on macOS and Windows, X11 through XTEST.

XTEST's events come from a device of the server's own, so no program can tell them from others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar

from daemon.actions import Button
from daemon.backends.backend import BackendError
from daemon.backends.native_desktop import NativeDesktop
from daemon.backends.x_desktop import XDesktop

Desktop = XDesktop | NativeDesktop

Sent = TypeVar("Sent")

_ON_X = sys.platform not in ("darwin", "win32")


class PynputBackend:
    """Sends input to the desktop; the operating system has it when a method returns.

    When the display goes away its methods raise BackendError until it is back.

    Args:
        warning: What will not work here, in one line, for `warning`.

    Raises:
        BackendError: When there is no desktop to send input to. Building another one later may
            succeed, in the same process.
    """

    name = "pynput"

    def __init__(self, warning: str | None = None) -> None:
        self.warning = warning
        self._desktop: Desktop | None = _connect()

    def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return self._send(lambda desktop: desktop.keys_for(keys))

    def keys_for_character(self, character: str) -> tuple[str, ...]:
        return self._send(lambda desktop: desktop.keys_for_character(character))

    def place_of(self, name: str) -> object:
        return self._send(lambda desktop: desktop.place_of(name))

    def press_key(self, name: str) -> None:
        self._send(lambda desktop: desktop.press_key(name))

    def release_key(self, name: str) -> None:
        self._send(lambda desktop: desktop.release_key(name))

    def press_button(self, button: Button) -> None:
        self._send(lambda desktop: desktop.press_button(button))

    def release_button(self, button: Button) -> None:
        self._send(lambda desktop: desktop.release_button(button))

    def move_to(self, x: float, y: float) -> None:
        self._send(lambda desktop: desktop.move_to(x, y))

    def move_by(self, dx_px: int, dy_px: int) -> None:
        self._send(lambda desktop: desktop.move_by(dx_px, dy_px))

    def scroll(self, right: int, down: int) -> None:
        self._send(lambda desktop: desktop.scroll(right, down))

    def desktop_size(self) -> tuple[int, int] | None:
        return self._send(lambda desktop: desktop.desktop_size())

    def close(self) -> None:
        desktop, self._desktop = self._desktop, None
        if desktop is not None:
            desktop.close()

    def _send(self, operation: Callable[[Desktop], Sent]) -> Sent:
        if self._desktop is not None:
            try:
                return operation(self._desktop)
            except self._desktop.lost:
                self._desktop.abandon()
                self._desktop = None
        # The server keeps down what is down; on a new connection it can be released.
        self._desktop = _connect()
        return operation(self._desktop)


def _connect() -> Desktop:
    if _ON_X and not os.environ.get("DISPLAY"):
        raise BackendError(
            "no display: DISPLAY is not set; run inside the desktop session or use --dry-run"
        )
    try:
        return XDesktop() if _ON_X else NativeDesktop()
    except Exception as error:
        place = f"display {os.environ['DISPLAY']!r}" if _ON_X else "desktop"
        raise BackendError(
            f"the {place} can't be reached ({type(error).__name__}); "
            "run inside the desktop session or use --dry-run"
        ) from error
