"""The focus on X11, as window managers publish it (EWMH), or as the server has it without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from Xlib import X, display, error
from Xlib.protocol import request

from daemon.focus.app import App, distinct, process_name

# Xlib has no types.
Window = Any

_RETRY_S = 2.0
#: How much of a property is read, in units of 4 bytes.
_PROPERTY_UNITS = 256


class X11Focus:
    """Asks the X server, on a connection of its own; one thread may use it.

    Asking takes well under a millisecond. When the display goes away it is looked for again every
    few seconds.

    Args:
        name: The display, as in `$DISPLAY`.
        clock: Monotonic seconds.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.problem: str | None = None
        self._name = name
        self._clock = clock
        self._tried_s = 0.0
        self._display: display.Display | None = None
        self._connect()

    def focused(self) -> App | None:
        if self._display is None and self._clock() - self._tried_s >= _RETRY_S:
            self._connect()
        if self._display is None:
            return None
        try:
            return self._ask(self._display)
        except Exception as trouble:  # noqa: BLE001 - Xlib raises its own and many of Python's
            self._lose(trouble)
            return None

    def close(self) -> None:
        if self._display is not None:
            connection, self._display = self._display, None
            try:
                connection.close()
            except (error.ConnectionClosedError, OSError):
                connection.display.socket.close()

    def _connect(self) -> None:
        self._tried_s = self._clock()
        try:
            self._display = display.Display(self._name)
            self.problem = None
        except Exception as trouble:  # noqa: BLE001 - as above
            self._lose(trouble)

    def _lose(self, trouble: Exception) -> None:
        self.close()
        self.problem = (
            f"the display {self._name!r} can't be reached ({type(trouble).__name__}); "
            "run gestured inside the desktop session"
        )

    def _ask(self, connection: display.Display) -> App | None:
        while connection.pending_events():
            # Of a changed keyboard layout everybody is told.
            connection.next_event()
        for window, has_manager in _candidates(connection):
            try:
                return _app(connection, window, has_manager)
            except error.XError:
                # It went away since. What the server itself says comes next.
                continue
        return None


def _candidates(connection: display.Display) -> Iterator[tuple[Window, bool]]:
    """Windows to take for the focused one, best first, and whether a window manager says so."""
    root = connection.screen().root
    (active,) = _properties(connection, root, "_NET_ACTIVE_WINDOW")
    if active and active[0]:
        yield connection.create_resource_object("window", active[0]), True
    # Openbox leaves the last window there when that is gone.
    try:
        focus = connection.get_input_focus().focus
        if focus == X.PointerRoot:
            focus = root.query_pointer().child
        # Keys often go to a window inside the one with the name.
        while focus and focus != root and not focus.get_wm_class():
            focus = focus.query_tree().parent
    except error.XError:
        return
    if focus and focus != root:
        yield focus, False


def _app(connection: display.Display, window: Window, has_manager: bool) -> App:
    instance_and_class, pids, title, old_title, states = _properties(
        connection, window,
        "WM_CLASS", "_NET_WM_PID", "_NET_WM_NAME", "WM_NAME", "_NET_WM_STATE",
    )  # fmt: skip
    fullscreen = connection.get_atom("_NET_WM_STATE_FULLSCREEN") in (states or ())
    if not has_manager and not fullscreen:
        # Nobody but a window manager sets that state.
        size, root = window.get_geometry(), connection.screen().root.get_geometry()
        fullscreen = size.width >= root.width and size.height >= root.height
    pid = pids[0] if pids else None
    # Instance and class end with a zero each (ICCCM, 4.1.2.5).
    names = (instance_and_class or b"").decode("latin-1").split("\0")
    text = (old_title or b"").decode("latin-1") if title is None else title.decode(errors="replace")
    return App(distinct(*names, process_name(pid)), text, fullscreen, pid)


def _properties(connection: display.Display, window: Window, *names: str) -> list[Any]:
    """Values of a window's properties, None where it has them not, in a single round trip.

    Raises:
        XError: When the window is no more.
    """
    answers = [
        request.GetProperty(
            display=connection.display, defer=True, delete=False, window=window,
            property=connection.get_atom(name), type=X.AnyPropertyType,
            long_offset=0, long_length=_PROPERTY_UNITS,
        )
        for name in names
    ]  # fmt: skip
    for answer in answers:
        answer.reply()
    # A value comes with the size of its items.
    return [answer.value[1] if answer.property_type else None for answer in answers]
