"""Which bindings a gesture has just now: by focused application, mode and hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from daemon.config.model import Binding, Config
from gestures.events import GestureEvent

DEFAULT_MODE = "default"

#: Whether one of these entries of `apps` means the application that has the focus.
Focused = Callable[[tuple[str, ...]], bool]


class Choice:
    """The bindings of a configuration, to be asked when a gesture begins.

    The first of these groups that binds the gesture decides, and the rest are not looked at: those
    of the modes whose applications have the focus, in the file's order; the mode's that is on; the
    global ones. In each, those for this hand come before those for any.

    Args:
        config: Its bindings and modes.
        focused: Tells of applications; asked only where it decides.
    """

    def __init__(self, config: Config, focused: Focused) -> None:
        self._config = config
        self._focused = focused

    def bindings(self, event: GestureEvent, mode: str) -> list[Binding]:
        """The bindings of the deciding group, one for each hold, the shortest hold first."""
        for bindings in self._groups(event.gesture, mode):
            for hand in (event.hand, None):
                found = [b for b in bindings if b.gesture == event.gesture and b.hand == hand]
                if found:
                    by_hold = {b.hold_ms: b for b in reversed(found)}
                    return [by_hold[hold_ms] for hold_ms in sorted(by_hold)]
        return []

    def _groups(self, gesture: str, mode: str) -> Iterator[tuple[Binding, ...]]:
        for each in self._config.modes.values():
            binds = any(binding.gesture == gesture for binding in each.bindings)
            if each.apps and binds and self._focused(each.apps):
                yield each.bindings
        if mode in self._config.modes:
            yield self._config.modes[mode].bindings
        yield self._config.bindings
