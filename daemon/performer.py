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
#: More steps than these don't wait for their turn.
_MOST_WAITING = 200
#: A repeat counts by what it repeats, and nothing may keep a person from pausing.
_UNCOUNTED = (RepeatAction, PauseAction, ModeAction)
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
        self._steps: deque[Step] = deque()
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
        steps = steps_of(action, gesture, t_s, repeated=repeated)
        if len(steps) == 1 and steps[0].due_s <= t_s:
            if not self._may(action, t_s):
                return self._refuse(t_s)
            done, reports = self._do(steps[0].action, gesture, t_s)
            return [self._told(action, gesture, t_s), *reports] if done else []
        if len(self._steps) + len(steps) > _MOST_WAITING:
            return self._refuse(t_s)
        # One after another, also when the same comes again meanwhile.
        late_s = max(self._steps[-1].due_s - t_s, 0.0) if self._steps else 0.0
        self._steps += [replace(step, due_s=step.due_s + late_s) for step in steps]
        return [self._told(action, gesture, t_s), *self.tick(t_s, aspect)]

    def tick(self, t_s: float, aspect: float) -> list[Report]:
        """Do the steps that are due, and report what has been repeated; once a frame."""
        self._aspect = aspect
        reports, self._repeated = self._repeated, []
        while self._steps and self._steps[0].due_s <= t_s + _ROUNDING_S:
            step = self._steps[0]
            if step.repeated and step.gesture.is_over:
                self._steps.popleft()
                continue
            if not (isinstance(step.action, _UNCOUNTED) or self._limit.allows(t_s)):
                break
            self._steps.popleft()
            reports += self._do(step.action, step.gesture, t_s)[1]
        return reports

    @property
    def problems(self) -> tuple[str, ...]:
        """What failed the last time it was tried."""
        return tuple(self._problems.values())

    def drop(self, gesture: Gesture | None = None) -> None:
        """Leave out the steps that are not done yet, all or those of a gesture."""
        left = [step for step in self._steps if gesture is not None and step.gesture is not gesture]
        self._steps = deque(left)

    def attempt(self, what: str, operation: Callable[[], None]) -> bool:
        """Do it, or log why not: once, for as long as it keeps failing in the same way."""
        try:
            operation()
        except (InjectorError, OutsideError) as error:
            self._problem(what, str(error))
            return False
        self._problems.pop(what, None)
        return True

    def _may(self, action: Action, t_s: float) -> bool:
        """Whether the limit lets it be done now; what waits already goes first."""
        if isinstance(action, _UNCOUNTED):
            return True
        waits = bool(self._steps) and self._steps[0].due_s <= t_s
        return not waits and self._limit.allows(t_s)

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
        if not any(step.repeated and step.gesture is gesture for step in self._steps):
            self._repeated += self.perform(action, gesture, t_s, self._aspect, repeated=True)

    def _until(self, t_s: float, longest_ms: float | None) -> float:
        return t_s + (self._longest_s if longest_ms is None else longest_ms / 1000)
