"""From gesture events to actions: which binding fires, when, and for how long.

Bindings are looked up when a gesture begins, and only while armed. The first of these groups
that binds the gesture decides, and the rest are not looked at: the mode's bindings for this
hand, the mode's for any hand, the global ones for this hand, the global ones for any hand.

A binding fires once, when its gesture has been held for `hold_ms`. Where a gesture has several
in its group they tell a tap from a long press: the longest fires when its time has come, a
shorter one when the gesture ends before that. Pointer and drag need the gesture to go on, so
they start at their own time in any case. Of two bindings with the same hold the first counts.

A gesture with `repeat_ms` fires its key or click again so often, once it has fired.

The loss of the hand, disarming and a change of mode drop what is still waiting.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from daemon.actions import (
    Action,
    Button,
    ClickAction,
    DragAction,
    KeyAction,
    ModeAction,
    PointerAction,
)
from daemon.config.model import Binding, Config
from daemon.injector import Injector, InjectorError
from daemon.pointer import CENTRE, Region, to_desktop
from gestures.events import ArmingEvent, Event, GestureEvent

logger = logging.getLogger(__name__)

DEFAULT_MODE = "default"

# Half a microsecond: frame times are sums of floats, and 0.7 s must count as 700 ms.
_ROUNDING_MS = 0.0005


@dataclass(frozen=True, slots=True)
class ActionEvent:
    """An action was taken; with `dry_run`, would have been.

    Attributes:
        t_s: Time in seconds, on the clock of the gesture events.
        gesture: The gesture it was bound to.
        action: What was done; pointer and drag are reported at their start only.
        dry_run: True when nothing was sent to the operating system.
    """

    t_s: float
    gesture: str
    action: Action
    dry_run: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "t": round(self.t_s, 3),
            "event": "action",
            "gesture": self.gesture,
            "action": self.action.to_json(),
            "dry_run": self.dry_run,
        }


@dataclass(frozen=True, slots=True)
class ModeEvent:
    """Another mode is on from here; `t_s` in seconds, on the clock of the gesture events."""

    t_s: float
    mode: str

    def to_json(self) -> dict[str, Any]:
        return {"t": round(self.t_s, 3), "event": "mode", "mode": self.mode}


Report = ActionEvent | ModeEvent
_GestureKey = tuple[tuple[int, ...], str]


@dataclass(slots=True)
class _Running:
    """A gesture that began while armed and goes on."""

    gesture: str
    began_s: float
    waiting: list[Binding]
    pointer: tuple[float, float] | None
    following: bool = False
    repeatable: Action | None = None
    buttons: list[Button] = field(default_factory=list)


class Dispatcher:
    """Runs the actions of a config as gesture events come in.

    Knows no clock: every time comes with the call, in seconds, and never goes back. Lives on the
    injector's thread. A failed action is logged, without its keys, and the next one is tried.

    Args:
        config: The bindings and modes; armed from the start when it has no arming.
        injector: Carries the actions out.
        dry_run: What to write into the events; a dry run's injector has the dry backend.
        region: The part of the picture that pointer and drag map to the desktop.
    """

    def __init__(
        self, config: Config, injector: Injector, dry_run: bool, region: Region = CENTRE
    ) -> None:
        self._config = config
        self._injector = injector
        self._dry_run = dry_run
        self._region = region
        self._mode = DEFAULT_MODE
        self._armed = config.arming is None
        # In the order of their beginning.
        self._running: dict[_GestureKey, _Running] = {}
        self._problems: dict[str, str] = {}

    @property
    def mode(self) -> str:
        return self._mode

    @property
    def armed(self) -> bool:
        return self._armed

    def handle(self, event: Event, t_s: float) -> list[Report]:
        """Take an event in; returns what was done because of it."""
        if isinstance(event, ArmingEvent):
            # Who takes over starts afresh, and the former hand lets go.
            self._cancel_all()
            self._armed = event.event == "armed"
            return []
        key = (event.tracks, event.gesture)
        if event.event in ("begin", "cancel"):
            self._stop(key)
        running = self._running.get(key)
        if running is not None:
            running.pointer = event.pointer or running.pointer
        if event.event == "begin" and self._armed and event.acts:
            running = _Running(event.gesture, t_s, self._bindings_for(event), event.pointer)
            self._running[key] = running
        if running is not None and event.event == "update":
            self._follow(running)
        if running is None or event.event == "cancel":
            return []
        reports = self._repeat(running, t_s) if event.repeats else []
        reports += self._fire(running, t_s)
        if event.event == "end":
            self._stop(key)
            reports += self._tapped(running, t_s)
        return reports

    def tick(self, t_s: float, seen: Container[int]) -> list[Report]:
        """Fire the holds that are due; call it once a frame, after the frame's events.

        Args:
            t_s: Time of the frame, seconds.
            seen: Tracks of the hands that are in the frame: a hold of another waits for its hand.
        """
        self._attempt("releasing", self._injector.settle)
        reports: list[Report] = []
        for (tracks, _), running in list(self._running.items()):
            if all(track in seen for track in tracks):
                reports += self._fire(running, t_s)
        return reports

    def _repeat(self, running: _Running, t_s: float) -> list[Report]:
        """What has fired fires again; what still waits for its own hold does not."""
        if running.repeatable is None or running.waiting:
            return []
        return self._perform(running.repeatable, running, t_s)

    def _fire(self, running: _Running, t_s: float) -> list[Report]:
        reports: list[Report] = []
        for binding in [b for b in running.waiting if _is_due(b, running, t_s)]:
            is_longest = binding is running.waiting[-1]
            if is_longest or isinstance(binding.action, PointerAction | DragAction):
                running.waiting.remove(binding)
                reports += self._perform(binding.action, running, t_s)
            if is_longest:
                running.waiting.clear()
        return reports

    def set_mode(self, name: str, t_s: float) -> list[Report]:
        """Switch to a mode of the config or to `default`; nothing when it is on already.

        Raises:
            ValueError: When there is no such mode; the message lists those there are.
        """
        if name != DEFAULT_MODE and name not in self._config.modes:
            names = ", ".join([DEFAULT_MODE, *self._config.modes])
            raise ValueError(f"no mode {name!r}; there are: {names}")
        return self._enter(name, t_s)

    def reset(self) -> None:
        """Give up every gesture and release everything: on reload, pause, exit, loss of camera.

        Disarms where the config has arming; the mode stays. Never raises.
        """
        self._running.clear()
        self._injector.release_all()
        self._armed = self._config.arming is None

    def _bindings_for(self, event: GestureEvent) -> list[Binding]:
        """The bindings of the deciding group, one for each hold, the shortest hold first."""
        mode = self._config.modes.get(self._mode)
        for bindings in (mode.bindings if mode else (), self._config.bindings):
            for hand in (event.hand, None):
                found = [b for b in bindings if b.gesture == event.gesture and b.hand == hand]
                if found:
                    by_hold = {b.hold_ms: b for b in reversed(found)}
                    return [by_hold[hold_ms] for hold_ms in sorted(by_hold)]
        return []

    def _enter(self, mode: str, t_s: float) -> list[Report]:
        if mode == self._mode:
            return []
        self._mode = mode
        for running in self._running.values():
            running.waiting.clear()
        return [ModeEvent(t_s, mode)]

    def _tapped(self, running: _Running, t_s: float) -> list[Report]:
        """The gesture ended before its longest hold: the longest of those reached fires."""
        reached = [
            b
            for b in running.waiting
            if _is_due(b, running, t_s) and not isinstance(b.action, PointerAction | DragAction)
        ]
        return self._perform(reached[-1].action, running, t_s) if reached else []

    def _perform(self, action: Action, running: _Running, t_s: float) -> list[Report]:
        if not self._attempt(f"gesture {running.gesture}", lambda: self._do(action, running)):
            return []
        if isinstance(action, KeyAction | ClickAction):
            running.repeatable = action
        reports: list[Report] = [ActionEvent(t_s, running.gesture, action, self._dry_run)]
        if isinstance(action, ModeAction):
            reports += self._enter(action.name, t_s)
        return reports

    def _do(self, action: Action, running: _Running) -> None:
        match action:
            case KeyAction(keys):
                self._injector.tap(keys)
            case ClickAction(button, count):
                self._injector.click(button, count)
            case PointerAction():
                self._move(running)
                running.following = True
            case DragAction(button):
                self._move(running)
                self._injector.hold_button(button)
                running.following = True
                running.buttons.append(button)
            case ModeAction():
                pass

    def _follow(self, running: _Running) -> None:
        followers = [other for other in self._running.values() if other.following]
        # With two hands the pointer goes with the one that came last.
        if followers and followers[-1] is running:
            self._attempt("moving the pointer", lambda: self._move(running))

    def _move(self, running: _Running) -> None:
        if running.pointer is not None and all(isfinite(value) for value in running.pointer):
            self._injector.move_to(*to_desktop(running.pointer, self._region))

    def _stop(self, key: _GestureKey) -> None:
        running = self._running.pop(key, None)
        for button in running.buttons if running else ():
            if not any(button in other.buttons for other in self._running.values()):
                self._release(button)

    def _cancel_all(self) -> None:
        for key in list(self._running):
            self._stop(key)

    def _release(self, button: Button) -> None:
        self._attempt("releasing", lambda: self._injector.release_button(button))

    def _attempt(self, what: str, operation: Callable[[], None]) -> bool:
        """Do it, or log why not: once, for as long as it keeps failing in the same way."""
        try:
            operation()
        except InjectorError as error:
            if self._problems.get(what) != str(error):
                self._problems[what] = str(error)
                logger.warning("%s: %s", what, error)
            return False
        self._problems.pop(what, None)
        return True


def _is_due(binding: Binding, running: _Running, t_s: float) -> bool:
    return (t_s - running.began_s) * 1000.0 + _ROUNDING_MS >= binding.hold_ms
