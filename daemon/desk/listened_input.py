"""Use of the real input on macOS and Windows, from pynput's listeners, which tell what is sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from daemon.desk.nudge import Nudge
from daemon.desk.real_input import STUCK_S, RealInputError


def _listeners(
    on_use: Callable[[bool], None],
    on_move: Callable[[float, float, bool], None],
    on_button: Callable[[object, bool, bool], None],
) -> list[Any]:
    from pynput import keyboard, mouse

    return [
        keyboard.Listener(on_press=lambda _key, injected: on_use(injected)),
        mouse.Listener(
            on_move=on_move,
            on_click=lambda _x, _y, button, pressed, injected: on_button(button, pressed, injected),
            on_scroll=lambda _x, _y, _dx, _dy, injected: on_use(injected),
        ),
    ]


class ListenedInput:
    """Listens on threads of pynput's; keeps whether there was use, and the buttons that are down.

    A key that is held needs no keeping: the system repeats it.

    Args:
        make_listeners: Makes what listens, given what to call.
        clock: Monotonic seconds.

    Raises:
        RealInputError: pynput can't be loaded or started.
    """

    def __init__(
        self,
        make_listeners: Callable[..., list[Any]] = _listeners,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._used = threading.Event()
        self._nudge = Nudge()
        self._place: tuple[float, float] | None = None
        # Since when; one whose release was missed counts no longer after a while.
        self._down: dict[object, float] = {}
        self._listeners: list[Any] = []
        try:
            for listener in make_listeners(self._on_use, self._on_move, self._on_button):
                listener.start()
                self._listeners.append(listener)
        except Exception as error:  # noqa: BLE001 - pynput raises what the system's bindings do
            self.close()
            raise RealInputError(
                "use of the real keyboard and mouse can't be noticed"
                f" ({type(error).__name__} in pynput); 'gestured doctor' tells what is wrong"
            ) from None

    @property
    def problem(self) -> str | None:
        # pynput has IS_TRUSTED on macOS only.
        if any(getattr(listener, "IS_TRUSTED", True) is False for listener in self._listeners):
            return (
                "macOS does not let gestured notice use of the real keyboard and mouse; allow it"
                " in System Settings, Privacy & Security, Input Monitoring and Accessibility"
            )
        if not all(listener.is_alive() for listener in self._listeners):
            return "use of the real keyboard and mouse is no longer noticed; start gestured again"
        return None

    def used_since_last(self) -> bool:
        used = self._used.is_set()
        self._used.clear()
        now_s = self._clock()
        return used or any(now_s - since_s < STUCK_S for since_s in list(self._down.values()))

    def close(self) -> None:
        for listener in self._listeners:
            listener.stop()

    def _on_use(self, injected: bool) -> None:
        if not injected:
            self._used.set()

    def _on_button(self, button: object, pressed: bool, injected: bool) -> None:
        self._on_use(injected)
        if not pressed:
            self._down.pop(button, None)
        elif not injected:
            self._down[button] = self._clock()

    def _on_move(self, x: float, y: float, injected: bool) -> None:
        before, self._place = self._place, (x, y)
        if injected or before is None:
            return
        if self._nudge.is_hand(x - before[0], y - before[1], self._clock()):
            self._used.set()
