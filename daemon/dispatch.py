"""From gesture events to actions: which binding fires, when, and for how long.

Bindings are looked up (`choice`) when a gesture begins, and only while it may act.

A binding fires once, when its gesture has been held for `hold_ms`. Where a gesture has several
in its group they tell a tap from a long press: the longest fires when its time has come, a
shorter one when the gesture ends before that. What lasts needs the gesture to go on, so it starts
at its own time in any case, and ends with the gesture. Of two bindings with the same hold the
first counts.

A gesture with `repeat_ms` fires its key, click or wheel again so often, once it has fired.

The loss of the hand, disarming, a pause, the person's own use of keyboard or mouse and a change of
mode drop what is still waiting; all but the last end what lasts, and the rest of sequences. When a
lost hand is soon back with the same pose, what lasts begins again, and nothing else fires.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial

from daemon.actions import (
    Action,
    ClickAction,
    KeyAction,
    KeysAction,
    PauseAction,
    ScrollAction,
)
from daemon.actions import Lasting as LastingAction
from daemon.begun import Begun
from daemon.choice import DEFAULT_MODE, Choice, Focused
from daemon.config.model import Binding, Config
from daemon.config.uses import pauses, uses_pointer
from daemon.following import Pointing
from daemon.injector import Injector
from daemon.lasting import Lasting
from daemon.outside import Nowhere, Outside
from daemon.performer import Performer
from daemon.pointer import PointerControl
from daemon.reports import ModeEvent, Report
from gestures.events import ArmingEvent, Event, GestureEvent
from gestures.landmarks import HandFrame, HandObservation

_log = logging.getLogger(__name__)

_AGAIN = (KeyAction, KeysAction, ClickAction, ScrollAction)


class Dispatcher:
    """Runs the actions of a config as gesture events come in.

    Knows no clock: every time comes with the call, in seconds, and never goes back. Lives on the
    injector's thread. Every frame is shown by `see`, then its events by `handle`, then `tick`.

    Args:
        config: The bindings and modes; armed from the start when it has no arming.
        injector: Carries the actions out.
        dry_run: What to write into the events; a dry run's injector has the dry backend.
        outside: Starts programs and shows notifications.
        focused: Whether one of some entries of `apps` means the application with the focus.
    """

    def __init__(
        self,
        config: Config,
        injector: Injector,
        *,
        dry_run: bool,
        outside: Outside | None = None,
        focused: Focused = lambda _: False,
    ) -> None:
        self._config = config
        self._injector = injector
        self._choice = Choice(config, focused)
        self._uses_pointer = uses_pointer(config)
        control = PointerControl(config.pointer, injector.desktop_size(), config.smoothing)
        self._pointing = Pointing(control, injector)
        self._performer = Performer(
            injector, self._pointing, outside or Nowhere(), self, config.safety, dry_run=dry_run
        )
        self._mode = DEFAULT_MODE
        self._armed = config.arming is None
        self._paused = False
        self._yields = False
        self._frame = HandFrame(0.0, 1, 1)
        self._aspect = self._frame.aspect
        # In the order of their beginning.
        self._running: dict[tuple[tuple[int, ...], str], Begun] = {}

    @property
    def frame(self) -> HandFrame:
        """The last that was seen."""
        return self._frame

    @property
    def mode(self) -> str:
        return self._mode

    @property
    def armed(self) -> bool:
        return self._armed

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def is_busy(self) -> bool:
        """Whether something goes on that each frame takes further."""
        return bool(self._running) or self._performer.is_busy

    def see(self, frame: HandFrame) -> None:
        """Take in a frame's smoothed hands; to be called before its events."""
        self._frame = frame
        self._aspect = frame.aspect
        for running in self._running.values():
            running.hand = self._hand(running.tracks)
        if self._uses_pointer:
            self._pointing.see(frame.hands, frame.t_s, self._aspect)

    def handle(self, event: Event, t_s: float) -> list[Report]:
        """Take an event in; returns what was done because of it."""
        if isinstance(event, ArmingEvent):
            # Who takes over starts afresh, and the former hand lets go.
            self._cancel_all()
            self._armed = event.event == "armed"
            if self._armed:
                hand = None if event.track is None else self._hand((event.track,))
                self._pointing.armed(hand, self._aspect)
            return []
        key = (event.tracks, event.gesture)
        if event.event in ("begin", "cancel"):
            self._stop(key, given_up=event.event == "cancel")
        running = self._running.get(key)
        if event.event == "begin" and self._armed and event.acts and not self._yields:
            hand = self._hand(event.tracks)
            bindings = self._bindings(event)
            if event.again:
                # The hand is back: what goes with it goes on, what fired does not fire again.
                bindings = [b for b in bindings if isinstance(b.action, LastingAction)]
            running = Begun(event.gesture, event.tracks, t_s, bindings, hand)
            self._running[key] = running
        if running is None or event.event == "cancel":
            return []
        reports = self._repeat(running, t_s) if event.repeats else []
        reports += self._fire(running, t_s)
        if event.event == "end":
            self._stop(key)
            reports += self._tapped(running, t_s)
        return reports

    def tick(self, t_s: float) -> list[Report]:
        """Fire the holds that are due and go on with what lasts; once a frame, after its events."""
        self._performer.settle()
        # What was asked for before goes before what repeats.
        reports = self._performer.tick(t_s, self._aspect)
        for running in list(self._running.values()):
            # A hold of a hand out of sight waits for its hand.
            if running.waiting and self._sees(running.tracks):
                reports += self._fire(running, t_s)
        for running in list(self._running.values()):
            if running.lasting:
                self._go_on(running, t_s)
        return reports + self._performer.take_repeated()

    def set_mode(self, name: str, t_s: float) -> list[Report]:
        """Switch to a mode of the config or to `default`; nothing when it is on already.

        Raises:
            ValueError: When there is no such mode; the message lists those there are.
        """
        if name != DEFAULT_MODE and name not in self._config.modes:
            names = ", ".join([DEFAULT_MODE, *self._config.modes])
            raise ValueError(f"no mode {name!r}; there are: {names}")
        return self.enter_mode(name, t_s)

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps failing just now, in one line each."""
        return self._performer.problems

    def set_paused(self, paused: bool, t_s: float) -> list[Report]:
        """Let nothing act, or everything again; nothing when it is so already."""
        return self._pause(paused, t_s) if paused != self._paused else []

    def set_yielding(self, yields: bool) -> None:
        """Let nothing act while the person uses the keyboard or mouse; armed it stays."""
        if yields and not self._yields:
            self._cancel_all()
        self._yields = yields

    def reset(self) -> None:
        """Give up every gesture and release everything: on exit, loss of camera or screen.

        Disarms where the config has arming; the mode stays. Never raises.
        """
        self._cancel_all()
        self._pointing.reset()
        self._injector.release_all()
        self._armed = self._config.arming is None

    def enter_mode(self, name: str, t_s: float) -> list[Report]:
        """Switch to a mode that there is."""
        if name == self._mode:
            return []
        self._mode = name
        for running in self._running.values():
            running.waiting.clear()
        return [ModeEvent(t_s, name)]

    def toggle_pause(self, t_s: float) -> list[Report]:
        """Pause, or go on."""
        return self._pause(not self._paused, t_s)

    def _pause(self, paused: bool, t_s: float) -> list[Report]:
        self._paused = paused
        if not paused:
            acts = self._armed and not self._yields
            return [ArmingEvent(t_s, "armed" if acts else "disarmed", reason="resumed")]
        self._cancel_all()
        return [ArmingEvent(t_s, "disarmed", reason="paused")]

    def _bindings(self, event: GestureEvent) -> list[Binding]:
        found = self._choice.bindings(event, self._mode)
        if self._paused:
            # Nothing but going on, whatever stands beside it in a sequence.
            return [replace(b, action=PauseAction()) for b in found if pauses(b.action)]
        return found

    def _hand(self, tracks: tuple[int, ...]) -> HandObservation | None:
        for hand in self._frame.hands:
            if hand.track == tracks[0]:
                return hand
        return None

    def _sees(self, tracks: tuple[int, ...]) -> bool:
        """Whether all of these hands are in the picture, not just predicted."""
        return {hand.track for hand in self._frame.hands if not hand.coasting}.issuperset(tracks)

    def _repeat(self, running: Begun, t_s: float) -> list[Report]:
        """What has fired fires again; what still waits for its own hold does not."""
        if running.repeatable is None or running.waiting:
            return []
        return self._perform(running.repeatable, running, t_s)

    def _fire(self, running: Begun, t_s: float) -> list[Report]:
        reports: list[Report] = []
        for binding in [b for b in running.waiting if running.is_due(b, t_s)]:
            # What came before may have switched modes, which drops what waits.
            if binding not in running.waiting:
                break
            is_longest = binding is running.waiting[-1]
            if is_longest or isinstance(binding.action, LastingAction):
                running.waiting.remove(binding)
                reports += self._perform(binding.action, running, t_s)
            if is_longest:
                running.waiting.clear()
        return reports

    def _tapped(self, running: Begun, t_s: float) -> list[Report]:
        """The gesture ended before its longest hold: the longest of those reached fires."""
        reached = [
            b
            for b in running.waiting
            if running.is_due(b, t_s) and not isinstance(b.action, LastingAction)
        ]
        return self._perform(reached[-1].action, running, t_s) if reached else []

    def _perform(self, action: Action, running: Begun, t_s: float) -> list[Report]:
        reports = self._performer.perform(action, running, t_s, self._aspect)
        if reports and isinstance(action, _AGAIN):
            running.repeatable = action
        return reports

    def _go_on(self, running: Begun, t_s: float) -> None:
        for each in list(running.lasting):
            if t_s >= each.until_s:
                running.lasting.remove(each)
                self._end(each.what)
                _log.warning("gesture %s: held for its longest time, so it ends", running.name)
            elif t_s > each.since_s:
                tick = partial(each.what.tick, t_s, running.hand, self._aspect)
                self._performer.attempt(f"gesture {running.name}", tick)

    def _stop(self, key: tuple[tuple[int, ...], str], *, given_up: bool = False) -> None:
        running = self._running.pop(key, None)
        if running is None:
            return
        if given_up:
            running.waiting.clear()
        self._performer.drop_of(running, repeated_only=not given_up)
        running.is_over = True
        for each in reversed(running.lasting):
            self._end(each.what)
        running.lasting.clear()

    def _end(self, what: Lasting) -> None:
        self._performer.attempt("releasing", what.stop)

    def _cancel_all(self) -> None:
        self._performer.drop()
        for key in list(self._running):
            self._stop(key, given_up=True)
