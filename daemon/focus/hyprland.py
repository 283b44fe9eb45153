"""The focus in Hyprland: one socket tells of events, another answers requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from daemon.focus.app import App, distinct, process_name
from daemon.focus.follower import FocusError
from daemon.focus.unix_sockets import connect, interrupt

#: Events after which another window may have the focus, or the same one be different.
_EVENTS = {b"activewindow", b"closewindow", b"fullscreen", b"windowtitle", b"workspace"}
_CHUNK_BYTES = 4096


class Hyprland:
    """A connection to Hyprland's events.

    Args:
        folder: `$XDG_RUNTIME_DIR/hypr/$HYPRLAND_INSTANCE_SIGNATURE`.

    Raises:
        OSError: When Hyprland is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._requests = str(folder / ".socket.sock")
        self._events = connect(str(folder / ".socket2.sock"))
        self._events.settimeout(None)

    def apps(self) -> Iterator[App | None]:
        yield self._focused()
        rest = b""
        while True:
            received = self._events.recv(_CHUNK_BYTES)
            if not received:
                raise ConnectionResetError("Hyprland ended the connection")
            *lines, rest = (rest + received).split(b"\n")
            # Lines are EVENT>>DATA; those that came together need one request.
            if any(line.partition(b">>")[0] in _EVENTS for line in lines):
                yield self._focused()

    def interrupt(self) -> None:
        interrupt(self._events)

    def close(self) -> None:
        self._events.close()

    def _focused(self) -> App | None:
        # Hyprland stands still while a connection for requests is open, so each is short.
        with connect(self._requests) as requests:
            requests.sendall(b"j/activewindow")
            answer = b"".join(iter(lambda: requests.recv(_CHUNK_BYTES), b""))
        window = json.loads(answer)
        if not isinstance(window, dict):
            raise FocusError("sent something other than an object")
        return _app(window) if window else None


def _app(window: dict[str, Any]) -> App:
    pid = window["pid"]
    names = distinct(window["class"], window.get("initialClass"), process_name(pid))
    return App(names, window["title"], _is_fullscreen(window), pid)


def _is_fullscreen(window: dict[str, Any]) -> bool:
    state = window["fullscreen"]
    if isinstance(state, bool):
        # Until 0.42 a maximized window was told apart by a mode of 1.
        return state and window.get("fullscreenMode", 0) == 0
    # Since then 1 is maximized, 2 full screen, 3 both.
    return bool(state & 2)
