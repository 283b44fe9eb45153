"""The one owner of keys and mouse buttons: nothing it pressed stays down behind its back.

Everything that goes down is written into a ledger before it is pressed and struck out after it
was released, so whatever fails in between, the ledger names at least what is down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Literal, cast

from daemon.actions import Button
from daemon.backends.backend import Backend, BackendError

logger = logging.getLogger(__name__)

Held = tuple[Literal["key", "button"], str]


class InjectorError(Exception):
    """An operation that failed: one line with the mend, safe to log. The daemon lives on."""


class Injector:
    """Taps, clicks, holds and moves; owns the ledger of what is down.

    One thread owns an injector and calls it; nothing here locks. Signal handlers must not call
    it or raise out of it: they set a flag, and the owner leaves through `finally`. (python-xlib
    keeps its locks when an exception comes in the middle, and the release then waits for ever.)
    `release_all` and `close` never raise, and may run in `finally` or at exit.

    Every other operation raises InjectorError when the backend fails, after releasing what the
    operation itself had pressed. What could not be released stays in the ledger, marked, and is
    tried again before the next key or button goes down, so that no modifier of yesterday joins
    today's key.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        # True: it should be up, but its release has not succeeded.
        self._ledger: dict[Held, bool] = {}
        self._closed = False

    @property
    def held(self) -> frozenset[Held]:
        """What may be down now."""
        return frozenset(self._ledger)

    @property
    def warning(self) -> str | None:
        """The backend's warning, for the log and `doctor`."""
        return self._backend.warning

    def tap(self, keys: tuple[str, ...]) -> None:
        """Press all keys in order, release them in reverse order.

        Args:
            keys: Canonical names, modifiers first.
        """
        self._ready()
        try:
            names = self._backend.keys_for(keys)
        except Exception as error:  # noqa: BLE001
            raise InjectorError(_line("can't send the keys", error)) from None
        self._press_and_release([("key", name) for name in names])

    def click(self, button: Button, count: int = 1) -> None:
        """Click `count` times; refused while the button is held down."""
        self._ready()
        if ("button", button) in self._ledger:
            raise InjectorError(f"can't click: a gesture holds the {button} button; end it first")
        for _ in range(count):
            self._press_and_release([("button", button)])

    def hold_button(self, button: Button) -> None:
        """Press a button and leave it down; held already, it stays so."""
        self._ready()
        held: Held = ("button", button)
        if held in self._ledger:
            return
        try:
            self._press(held)
        except InjectorError:
            self._release([held])
            raise

    def release_button(self, button: Button) -> None:
        """Release a button that `hold_button` pressed; nothing otherwise."""
        held: Held = ("button", button)
        if held in self._ledger:
            self._raise_unless_up(self._release([held]))

    def move_to(self, x: float, y: float) -> None:
        """Move the pointer to `x`, `y`, each 0 to 1 of the desktop."""
        if self._closed:
            raise InjectorError("the input is closed")
        self._run("can't move the pointer", lambda: self._backend.move_to(x, y))

    def settle(self) -> None:
        """Try again to release what should be up; nothing when there is nothing of it."""
        stuck = [held for held, is_stuck in self._ledger.items() if is_stuck]
        if stuck:
            self._raise_unless_up(self._release(stuck))

    def release_all(self) -> bool:
        """Release everything in the ledger, each whether or not another fails. Never raises.

        Returns:
            Whether everything is up; if not, a warning is in the log, and a later call tries
            again.
        """
        problem = self._release(self._ledger)
        if problem is not None:
            logger.warning("%s", problem)
        return problem is None

    def close(self) -> None:
        """Release everything and let go of the backend. Never raises; again does nothing."""
        if self._closed:
            return
        self.release_all()
        self._closed = True
        try:
            self._backend.close()
        except Exception as error:  # noqa: BLE001
            logger.warning("%s", _line("closing the input failed", error))

    def _ready(self) -> None:
        if self._closed:
            raise InjectorError("the input is closed")
        self.settle()

    def _press_and_release(self, items: list[Held]) -> None:
        try:
            for item in items:
                self._press(item)
        finally:
            problem = self._release(items)
        self._raise_unless_up(problem)

    def _press(self, held: Held) -> None:
        kind, name = held
        self._ledger[held] = False
        if kind == "key":
            self._run("can't press a key", lambda: self._backend.press_key(name))
        else:
            button = cast("Button", name)
            self._run("can't press a button", lambda: self._backend.press_button(button))

    def _release(self, items: Iterable[Held]) -> str | None:
        """Release those of `items` that are in the ledger, the last first; a problem or None."""
        problem = None
        failed = 0
        for held in reversed([item for item in items if item in self._ledger]):
            self._ledger[held] = True
            kind, name = held
            try:
                if kind == "key":
                    self._backend.release_key(name)
                else:
                    self._backend.release_button(cast("Button", name))
            except Exception as error:  # noqa: BLE001
                failed += 1
                what = f"{failed} of the keys or buttons may be down still, press them once by hand"
                problem = _line(what, error)
            else:
                del self._ledger[held]
        return problem

    @staticmethod
    def _raise_unless_up(problem: str | None) -> None:
        if problem is not None:
            raise InjectorError(problem)

    @staticmethod
    def _run(what: str, operation: Callable[[], None]) -> None:
        try:
            operation()
        except Exception as error:  # noqa: BLE001
            raise InjectorError(_line(what, error)) from None


def _line(what: str, error: Exception) -> str:
    # Errors of foreign code quote the key, so only our own are passed on word for word.
    if isinstance(error, BackendError):
        return f"{what}: {error}"
    return f"{what}: {type(error).__name__}; 'gestured doctor' tells what is wrong"
