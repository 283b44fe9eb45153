"""The one owner of keys and mouse buttons: nothing it pressed stays down behind its back.

Everything that goes down is written into a ledger before it is pressed and struck out after it
was released, so whatever fails in between, the ledger names at least what is down. Several may
hold the same key: it goes up with the last of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from daemon.actions import Button, Keys
from daemon.backends.backend import Backend, BackendError
from daemon.ledger import Held

logger = logging.getLogger(__name__)


class InjectorError(Exception):
    """An operation that failed: one line with the mend, safe to log. The daemon lives on."""


class Record(Protocol):
    """Where the ledger is kept for whoever comes after this process."""

    def write(self, held: Collection[Held]) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Hold:
    """What somebody holds down; given back to `let_go`."""

    items: tuple[Held, ...]
    age: int


class Injector:
    """Taps, clicks, holds, types and moves; owns the ledger of what is down.

    One thread owns an injector and calls it; nothing here locks. Signal handlers must not call
    it or raise out of it: they set a flag, and the owner leaves through `finally`. (python-xlib
    keeps its locks when an exception comes in the middle, and the release then waits for ever.)
    `release_all` and `close` never raise, and may run in `finally` or at exit.

    Every other operation raises InjectorError when the backend fails, after releasing what the
    operation itself had pressed. What could not be released stays in the ledger, marked, and is
    tried again before the next key or button goes down, so that no modifier of yesterday joins
    today's key.

    Args:
        backend: Sends to the operating system.
        record: Where the ledger outlives the process; None where nothing is pressed.
    """

    def __init__(self, backend: Backend, record: Record | None = None) -> None:
        self._backend = backend
        self._record = record
        # How many hold it; 0: it should be up, but its release has not succeeded.
        self._ledger: dict[Held, int] = {}
        # Grows with each `release_all`: who held something before it holds it no longer.
        self._age = 0
        self._closed = False

    @property
    def held(self) -> frozenset[Held]:
        """What may be down now."""
        return frozenset(self._ledger)

    @property
    def is_holding(self) -> bool:
        """Whether anything may be down now."""
        return bool(self._ledger)

    @property
    def backend(self) -> str:
        """Name of the backend."""
        return self._backend.name

    @property
    def warning(self) -> str | None:
        """The backend's warning, for the log and `doctor`."""
        return self._backend.warning

    def desktop_size(self) -> tuple[int, int] | None:
        """Width and height of the desktop in pixels; None where nobody tells."""
        try:
            return self._backend.desktop_size()
        except Exception:  # noqa: BLE001 - the next operation tells of it
            return None

    def tap(self, keys: Keys) -> None:
        """Press all keys in order, release them in reverse order.

        Args:
            keys: Canonical names, modifiers first.
        """
        self._press_and_release(self._names(keys))

    def type_text(self, text: str) -> None:
        """Type characters one by one; a line break is Return.

        Raises:
            InjectorError: A character can't be typed; those before it have been.
        """
        self._ready()
        for character in text:
            try:
                names = self._backend.keys_for_character(character)
            except Exception as error:  # noqa: BLE001
                raise InjectorError(_line("can't type the text", error)) from None
            self._press_and_release(self._held_as(names))

    def click(self, button: Button, count: int = 1, keys: Keys = ()) -> None:
        """Click `count` times, with `keys` held down; refused while the button is held down."""
        modifiers = self._names(keys) if keys else []
        self._ready()
        hold = self._hold(modifiers)
        try:
            for _ in range(count):
                self._press_and_release([("button", button)])
        finally:
            problem = self._release(hold.items)
        self._raise_unless_up(problem)

    def hold_keys(self, keys: Keys) -> Hold:
        """Press keys and leave them down."""
        return self._hold(self._names(keys))

    def hold_button(self, button: Button) -> Hold:
        """Press a button and leave it down."""
        self._ready()
        return self._hold([("button", button)])

    def let_go(self, hold: Hold) -> None:
        """Release what was held, unless somebody else holds it as well; again does nothing."""
        if hold.age == self._age:
            self._raise_unless_up(self._release(hold.items))

    def move_to(self, x: float, y: float) -> None:
        """Move the pointer to `x`, `y`, each 0 to 1 of the desktop."""
        self._open()
        self._run("can't move the pointer", lambda: self._backend.move_to(x, y))

    def move_by(self, dx_px: int, dy_px: int) -> None:
        """Move the pointer from where it is, pixels to the right and down."""
        self._open()
        self._run("can't move the pointer", lambda: self._backend.move_by(dx_px, dy_px))

    def scroll(self, right: int, down: int) -> None:
        """Turn the wheels by so many notches; negative is left and up."""
        self._open()
        self._run("can't scroll", lambda: self._backend.scroll(right, down))

    def settle(self) -> None:
        """Try again to release what should be up; nothing when there is nothing of it."""
        stuck = [held for held, holders in self._ledger.items() if not holders]
        if stuck:
            self._raise_unless_up(self._release(stuck))

    def release_all(self) -> bool:
        """Release everything in the ledger, each whether or not another fails. Never raises.

        Returns:
            Whether everything is up; if not, a warning is in the log, and a later call tries
            again.
        """
        self._age += 1
        self._ledger = dict.fromkeys(self._ledger, 0)
        problem = self._release(tuple(self._ledger))
        if problem is not None:
            logger.warning("%s", problem)
        return problem is None

    def close(self) -> None:
        """Release everything and let go of the backend. Never raises; again does nothing."""
        if self._closed:
            return
        self.release_all()
        self._closed = True
        for what in (self._backend, self._record):
            try:
                if what is not None:
                    what.close()
            except Exception as error:  # noqa: BLE001
                logger.warning("%s", _line("closing the input failed", error))

    def _open(self) -> None:
        if self._closed:
            raise InjectorError("the input is closed")

    def _ready(self) -> None:
        self._open()
        self.settle()

    def _names(self, keys: Keys) -> list[Held]:
        self._ready()
        try:
            names = self._backend.keys_for(keys)
        except Exception as error:  # noqa: BLE001
            raise InjectorError(_line("can't send the keys", error)) from None
        return self._held_as(names)

    def _held_as(self, names: Keys) -> list[Held]:
        """Keys by the names under which they are held already, if they are: `A` is held as `a`."""
        held = [name for kind, name in self._ledger if kind == "key"]
        if not held:
            return [("key", name) for name in names]
        try:
            by_place = {self._backend.place_of(name): name for name in held}
            return [("key", by_place.get(self._backend.place_of(name), name)) for name in names]
        except Exception as error:  # noqa: BLE001
            raise InjectorError(_line("can't send the keys", error)) from None

    def _hold(self, items: Sequence[Held]) -> Hold:
        pressed: list[Held] = []
        try:
            for item in items:
                pressed.append(item)
                self._press(item)
        except BaseException:
            self._release(pressed)
            raise
        return Hold(tuple(items), self._age)

    def _press_and_release(self, items: Sequence[Held]) -> None:
        if items and self._ledger.get(items[-1], 0):
            what = "mouse button" if items[-1][0] == "button" else "key"
            raise InjectorError(f"a gesture holds this {what} down already; end it first")
        hold = self._hold(items)
        self._raise_unless_up(self._release(hold.items))

    def _press(self, held: Held) -> None:
        holders = self._ledger.get(held, 0)
        self._ledger[held] = holders + 1
        if holders:
            return
        self._write()
        kind, name = held
        if kind == "key":
            self._run("can't press a key", lambda: self._backend.press_key(name))
        else:
            button = cast("Button", name)
            self._run("can't press a button", lambda: self._backend.press_button(button))

    def _release(self, items: Sequence[Held]) -> str | None:
        """One holder less of each of `items`, the last first; a problem or None."""
        problem = None
        failed = 0
        for held in reversed(items):
            holders = self._ledger.get(held)
            if holders is None:
                continue
            self._ledger[held] = max(holders - 1, 0)
            if self._ledger[held]:
                continue
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
        self._write()
        return problem

    def _write(self) -> None:
        if self._record is not None:
            self._record.write(self._ledger)

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
