"""Everything after the landmarks: smoothing, recognition, actions, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from daemon.choice import Focused
from daemon.config.model import Config
from daemon.config.uses import lasting_gestures
from daemon.dispatch import Dispatcher
from daemon.guard import Guard
from daemon.injector import Injector
from daemon.outside import Outside
from daemon.reports import ModeEvent
from gestures.events import ArmingEvent, Hands
from gestures.landmarks import HandFrame
from gestures.recognizer import Recognizer
from models.smoothing import LandmarkSmoother

LOCKED = "the screen is locked"
IN_USE = "keyboard or mouse in use"
AT_REST = "keyboard and mouse at rest"
ANOTHER = "another configuration"


class Line(Protocol):
    """Anything that becomes a line of JSON."""

    def to_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a configuration makes of landmarks; can be made on any thread."""

    config: Config
    smoother: LandmarkSmoother
    recognizer: Recognizer


def recognition(config: Config) -> Recognition:
    """What a chain works with, made of a configuration."""
    recognizer = Recognizer(config.gestures, config.arming, lasting_gestures(config))
    return Recognition(config, LandmarkSmoother(config.smoothing), recognizer)


class Chain:
    """Turns landmarks into what happens, frame by frame.

    Args:
        config: Gestures, bindings, arming, noise.
        injector: Carries the actions out; its thread is the caller's.
        dry_run: What the reported actions say of themselves.
        outside: Starts programs and shows notifications.
        focused: Whether one of some entries of `apps` means the application with the focus.
        guard: Tells when to stand back.
    """

    def __init__(
        self,
        config: Config,
        injector: Injector,
        *,
        dry_run: bool,
        outside: Outside | None = None,
        focused: Focused = lambda _: False,
        guard: Guard | None = None,
    ) -> None:
        self._dispatcher_of = partial(
            Dispatcher, injector=injector, dry_run=dry_run, outside=outside, focused=focused
        )
        self._put(recognition(config))
        self._guard = guard or Guard()
        self._locked = False
        self._yielding = False

    @property
    def dispatcher(self) -> Dispatcher:
        """What acts: its mode, and whether it is armed or paused."""
        return self._dispatcher

    @property
    def seen(self) -> HandFrame:
        """The last frame's smoothed hands."""
        return self._dispatcher.frame

    def use(self, new: Recognition, t_s: float) -> list[Line]:
        """Go on with another configuration, from nothing; pause and mode stay, if there is one."""
        lines = self.reset(t_s, ANOTHER)
        before = self._dispatcher
        self._put(new)
        self._dispatcher.set_yielding(self._yielding)
        return lines + self.take_over(before.mode, paused=before.paused, t_s=t_s)

    def take_over(self, mode: str, *, paused: bool, t_s: float) -> list[Line]:
        """Be in the mode, if there still is one of that name, and paused as before."""
        self._dispatcher.set_paused(paused, t_s)
        try:
            self._dispatcher.set_mode(mode, t_s)
        except ValueError:
            return [ModeEvent(t_s, self._dispatcher.mode)]
        return []

    def _put(self, new: Recognition) -> None:
        self._smoother, self._recognizer = new.smoother, new.recognizer
        self._dispatcher = self._dispatcher_of(new.config)

    @property
    def armed_hand(self) -> Hands | None:
        """The hand that acts; None when none is armed, or for the next that comes."""
        return self._recognizer.armed_hand

    def feed(self, frame: HandFrame) -> list[Line]:
        """Take in what the tracker saw; each event comes before the actions it leads to."""
        lines = self.stand_back(frame.t_s)
        if self._locked:
            return lines
        if self._dispatcher.paused:
            # Who paused by a gesture goes on by it, however much later.
            self._recognizer.keep_armed(frame.t_s)
        hands = self._smoother.update(frame.hands, frame.t_s, frame.aspect)
        smoothed = HandFrame(frame.t_s, frame.width, frame.height, hands, frame.mirrored)
        self._dispatcher.see(smoothed)
        for event in self._recognizer.update(smoothed):
            # Armed while paused, nothing acts yet: going on tells of it.
            if not (self._dispatcher.paused and getattr(event, "event", "") == "armed"):
                lines.append(event)
            lines += self._dispatcher.handle(event, frame.t_s)
        lines += self._dispatcher.tick(frame.t_s)
        return lines

    def arm(self, t_s: float) -> list[Line]:
        """Arm for a hand in the picture, or the next that comes, as its held palm would."""
        return self._handled(self._recognizer.arm(t_s), t_s)

    def disarm(self, t_s: float, reason: str) -> list[Line]:
        """Let nothing act until it is armed again."""
        return self._handled(self._recognizer.disarm(t_s, reason), t_s)

    def reset(self, t_s: float, reason: str) -> list[Line]:
        """Give up everything and release everything: the stream of frames is broken."""
        self._smoother.reset()
        self._dispatcher.reset()
        return list(self._recognizer.reset(t_s, reason))

    def _handled(self, events: list[ArmingEvent], t_s: float) -> list[Line]:
        lines: list[Line] = []
        for event in events:
            lines += [event, *self._dispatcher.handle(event, t_s)]
        return lines

    def stand_back(self, t_s: float) -> list[Line]:
        """Follow the guard; what is told looks like arming, since that is what it comes to."""
        guard = self._guard
        lines: list[Line] = []
        guard.look(t_s)
        if guard.locked and not self._locked:
            lines += self.reset(t_s, LOCKED)
        self._locked = guard.locked
        if guard.yields != self._yielding:
            self._yielding = guard.yields
            self._dispatcher.set_yielding(guard.yields)
            if self._dispatcher.armed and not self._dispatcher.paused:
                lines.append(
                    ArmingEvent(t_s, "disarmed", reason=IN_USE)
                    if guard.yields
                    else ArmingEvent(t_s, "armed", reason=AT_REST)
                )
        return lines
