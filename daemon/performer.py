"""Doing what bindings say: single actions at once or in their turn, lasting ones begun."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Protocol, cast

from daemon.actions import (
    Action,
    ClickAction,
    DragAction,
    HandScrollAction,
    HoldAction,
    KeyAction,
    ModeAction,
    NotifyAction,
    PauseAction,
    PointerAction,
    RepeatAction,
    RunAction,
    ScrollAction,
    Single,
    TextAction,
)
from daemon.actions import Lasting as LastingAction
from daemon.config.model import SafetySettings
from daemon.config.uses import pauses
from daemon.following import Pointing
from daemon.injector import Injector, InjectorError
from daemon.lasting import (
    DialScrolling,
    Following,
    HandScrolling,
    Holding,
    Repeating,
)
from daemon.outside import Outside, OutsideError
from daemon.rate import RateLimit
from daemon.reports import ActionEvent, Report
from daemon.steps import Gesture, Step, steps_of

_log = logging.getLogger(__name__)

_ROUNDING_S = 1e-6
#: More steps than these of a gesture don't wait for their turn.
MOST_STEPS = 200
#: A repeat counts by what it repeats; these press nothing.
_UNCOUNTED = (RepeatAction, ModeAction, PointerAction, HandScrollAction)
#: Too many actions are told of once, until there have been none too many for so long.
_QUIET_S = 10.0


class Switches(Protocol):
    """What actions change in the daemon itself."""

    def enter_mode(self, name: str, t_s: float) -> list[Report]: ...
    def toggle_pause(self, t_s: float) -> list[Report]: ...


class Performer:
    """Does actions; a failed one is logged, without its keys, and the next one is tried.

    Args:
        injector: Presses and moves.
        pointing: Moves the pointer with hands.
        outside: Starts programs, shows notifications.
        switches: Modes and pause.
        safety: How often and how long at most.
        dry_run: What to write into the events.
    """

    def __init__(
        self,
        injector: Injector,
        pointing: Pointing,
        outside: Outside,
        switches: Switches,
        safety: SafetySettings,
        *,
        dry_run: bool,
    ) -> None:
        self._injector = injector
        self._pointing = pointing
        self._outside = outside
        self._switches = switches
        self._longest_s = safety.longest_hold_ms / 1000
        self._limit = RateLimit(safety.most_per_s)
        self._dry_run = dry_run
        #: What waits for its turn, by the gesture's name.
        self._scripts: dict[str, deque[Step]] = {}
        self._problems: dict[str, str] = {}
        self._refused_s = -inf
        self._aspect = 1.0
        #: What repeats report until the frame's end.
        self._repeated: list[Report] = []

    def perform(
        self,
        action: Action,
        gesture: Gesture,
        t_s: float,
        aspect: float,
        *,
        repeated: bool = False,
    ) -> list[Report]:
        """Do or begin it; what is left of it is done by `tick`.

        Args:
            action: What.
            gesture: For which gesture.
            t_s: When, seconds.
            aspect: Width of the picture over its height.
            repeated: Whether what is left of it ends with the gesture.
        """
        self._aspect = aspect
        # Nothing may keep a person from pausing: neither the limit nor what waits.
        is_free = pauses(action)
        steps = [
            Step(due_s, each, gesture, repeated, is_free) for due_s, each in steps_of(action, t_s)
        ]
        if is_free:
            self._scripts.pop(gesture.name, None)
        script = self._scripts.get(gesture.name, deque())
        if len(steps) == 1 and steps[0].due_s <= t_s and not script:
            return self._do_or_wait(steps[0], action, t_s)
        is_held_up = bool(script) and script[0].due_s <= t_s
        if len(script) + len(steps) > MOST_STEPS or (len(steps) == 1 and is_held_up):
            return self._refuse(t_s)
        # One after another, also when the same comes again meanwhile.
        late_s = max(script[-1].due_s - t_s, 0.0) if script else 0.0
        self._scripts[gesture.name] = script
        script += [replace(step, due_s=step.due_s + late_s) for step in steps]
        return [self._told(action, gesture, t_s), *self._go_on(script, t_s)]

    def tick(self, t_s: float, aspect: float) -> list[Report]:
        """Do the steps that are due; once a frame."""
        self._aspect = aspect
        reports: list[Report] = []
        for name, script in list(self._scripts.items()):
            reports += self._go_on(script, t_s)
            if not script:
                self._scripts.pop(name, None)
        return reports

    def take_repeated(self) -> list[Report]:
        """What has been repeated since the last call."""
        reports, self._repeated = self._repeated, []
        return reports

    def _do_or_wait(self, step: Step, action: Action, t_s: float) -> list[Report]:
        """Do it now, or when the limit lets it; a repetition is not waited for."""
        if not self._may(step, t_s):
            if step.repeated:
                return self._refuse(t_s)
            self._scripts[step.gesture.name] = deque([step])
            return [self._told(action, step.gesture, t_s)]
        done, reports = self._do(step.action, step.gesture, t_s)
        return [self._told(action, step.gesture, t_s), *reports] if done else []

    def _go_on(self, script: deque[Step], t_s: float) -> list[Report]:
        reports: list[Report] = []
        while script and script[0].due_s <= t_s + _ROUNDING_S and self._may(script[0], t_s):
            step = script.popleft()
            reports += self._do(step.action, step.gesture, t_s)[1]
        return reports

    @property
    def problems(self) -> tuple[str, ...]:
        """What failed the last time it was tried."""
        return tuple(self._problems.values())

    @property
    def is_busy(self) -> bool:
        """Whether steps wait for their time."""
        return bool(self._scripts)

    def drop(self) -> None:
        """Leave out all steps that are not done yet."""
        for script in self._scripts.values():
            script.clear()
        self._scripts.clear()

    def drop_of(self, gesture: Gesture, *, repeated_only: bool) -> None:
        """Leave out those of a gesture, or of them what it repeats."""
        script = self._scripts.get(gesture.name)
        if script:
            left = [
                step
                for step in script
                if step.gesture is not gesture or (repeated_only and not step.repeated)
            ]
            script.clear()
            script += left

    def settle(self) -> None:
        """Try again to release what should be up, where there is anything of the kind."""
        if self._problems or self._injector.is_holding:
            self.attempt("releasing", self._injector.settle)

    def attempt(self, what: str, operation: Callable[[], None]) -> bool:
        """Do it, or log why not: once, for as long as it keeps failing in the same way."""
        try:
            operation()
        except (InjectorError, OutsideError) as error:
            self._problem(what, str(error))
            return False
        self._problems.pop(what, None)
        return True

    def _may(self, step: Step, t_s: float) -> bool:
        """Whether the limit lets it be done now; repetitions leave something to the others."""
        if step.is_free or isinstance(step.action, _UNCOUNTED):
            return True
        return self._limit.allows(t_s, leaving=1.0 if step.repeated else 0.0)

    def _refuse(self, t_s: float) -> list[Report]:
        if t_s - self._refused_s > _QUIET_S:
            _log.warning("gestures ask for too many actions: some are left out")
        self._refused_s = t_s
        return []

    def _problem(self, what: str, text: str) -> None:
        if self._problems.get(what) != text:
            self._problems[what] = text
            _log.warning("%s: %s", what, text)

    def _told(self, action: Action, gesture: Gesture, t_s: float) -> Report:
        return ActionEvent(t_s, gesture.name, action, self._dry_run)

    def _do(self, action: Action, gesture: Gesture, t_s: float) -> tuple[bool, list[Report]]:
        """Whether it was done, and what else happened because of it."""
        reports: list[Report] = []

        def operation() -> None:
            if isinstance(action, LastingAction):
                if not gesture.is_over:
                    self._begin(action, gesture, t_s)
            elif isinstance(action, ModeAction):
                reports.extend(self._switches.enter_mode(action.name, t_s))
            elif isinstance(action, PauseAction):
                reports.extend(self._switches.toggle_pause(t_s))
            else:
                self._once(cast("Single", action))

        return self.attempt(f"gesture {gesture.name}", operation), reports

    def _once(self, action: Single) -> None:
        match action:
            case KeyAction(keys):
                self._injector.tap(keys)
            case TextAction(text):
                self._injector.type_text(text)
            case ClickAction(button, count, keys):
                self._injector.click(button, count, keys)
            case ScrollAction("up" | "down" as direction, steps):
                self._injector.scroll(0, steps if direction == "down" else -steps)
            case ScrollAction(direction, steps):
                self._injector.scroll(steps if direction == "right" else -steps, 0)
            case RunAction(command):
                self._outside.run(command)
            case NotifyAction(text):
                self._outside.notify(text)

    def _begin(self, action: LastingAction, gesture: Gesture, t_s: float) -> None:
        match action:
            case HoldAction(keys, longest_ms):
                held = Holding(self._injector, self._injector.hold_keys(keys))
                gesture.lasts(held, t_s, self._until(t_s, longest_ms))
            case RepeatAction(single):
                self._again(single, gesture, t_s)
                again = Repeating(action, lambda each, at_s: self._again(each, gesture, at_s), t_s)
                gesture.lasts(again, t_s, self._until(t_s, None))
            case HandScrollAction(by="dial"):
                gesture.lasts(DialScrolling(action, self._injector), t_s, inf)
            case HandScrollAction():
                gesture.lasts(HandScrolling(action, self._injector), t_s, inf)
            case PointerAction():
                self._follow(gesture, None, t_s)
            case DragAction():
                self._follow(gesture, action, t_s)

    def _follow(self, gesture: Gesture, drag: DragAction | None, t_s: float) -> None:
        if gesture.hand is None:
            return
        follower = self._pointing.begin(gesture.hand, t_s, self._aspect, pressing=drag is not None)
        holding = None
        if drag is not None:
            try:
                holding = Holding(self._injector, self._injector.hold_button(drag.button))
            except InjectorError:
                self._pointing.end(follower)
                raise
        until_s = inf if drag is None else self._until(t_s, drag.longest_ms)
        gesture.lasts(Following(self._pointing, follower, holding), t_s, until_s)

    def _again(self, action: Single, gesture: Gesture, t_s: float) -> None:
        # What takes longer than the time between two is not begun before it is done.
        if not any(step.repeated for step in self._scripts.get(gesture.name, ())):
            told = self.perform(action, gesture, t_s, self._aspect, repeated=True)
            self._repeated += told

    def _until(self, t_s: float, longest_ms: float | None) -> float:
        own_s = self._longest_s if longest_ms is None else longest_ms / 1000
        return t_s + min(own_s, self._longest_s)
