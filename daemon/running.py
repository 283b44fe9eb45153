"""The running daemon as those see it who talk to it: what it does, and what it can be told.

A run has rounds: each is what one configuration opens, from the camera to the keyboard. Most
changes of the configuration are put in force within a round; some end it, and the next begins.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from daemon.camera.event import CameraEvent
from daemon.chain import Line, Recognition
from daemon.config.discreet import discreet
from daemon.config.model import Config
from daemon.control.status import Latency, State, Status
from daemon.pace import Pace
from daemon.reload.outcome import Answer, Reloaded, summary
from daemon.reload.reloader import Reloader
from daemon.round import Round
from gestures.landmarks import HandFrame

_LAST_EVENTS = 10
#: After so long without a frame, the clock tells what time it is.
_SILENT_S = 0.5


class Running:
    """A run that can be asked and told; all on the loop's thread.

    Args:
        reloader: Reads the configuration again; None where it is not watched.
        stop: Has the loop end before the next frame.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        reloader: Reloader[Recognition] | None,
        stop: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reloader = reloader
        self._stop = stop
        self._clock = clock
        self._round: Round | None = None
        self._start_s = self._read_s = clock()
        self._began_s = self._t_s = 0.0
        self._round_s = self._start_s
        self._pace = Pace(clock)
        self._events: deque[Line] = deque(maxlen=_LAST_EVENTS)
        self._wanted: Reloaded[Recognition] | None = None
        self._camera_is_off = False

    @property
    def round(self) -> Round:
        """The one that is on."""
        assert self._round is not None  # noqa: S101 - begun before anybody can ask
        return self._round

    @property
    def has_begun(self) -> bool:
        """Whether there was a round yet."""
        return self._round is not None

    @property
    def wanted(self) -> Config | None:
        """The configuration that the next round is to have, once this one has to end."""
        return None if self._wanted is None else self._wanted.value.config

    @property
    def camera_is_off(self) -> bool:
        """Whether cameras are given back, since somebody said to pause."""
        return self._camera_is_off and self.round.chain.dispatcher.paused

    def now_s(self) -> float:
        """Seconds since the start as frames have them, on from round to round."""
        clock_s = self._silent_until_s()
        if clock_s is not None:
            self._t_s = clock_s
        return self._t_s

    def begin(self, new: Round) -> list[Line]:
        """Go on with what was opened anew; mode and pause stay."""
        self._began_s = self.now_s()
        before, self._round = self._round, new
        self._round_s = self._clock() if new.camera is None else new.camera.start_s
        self._pace.forget()
        lines: list[Line] = []
        reloaded, self._wanted = self._wanted, None
        if reloaded is not None:
            self._read_s = self._clock()
            lines.append(reloaded.event(self._began_s))
        if before is not None:
            was = before.chain.dispatcher
            lines += new.chain.take_over(was.mode, paused=was.paused, t_s=self._began_s)
        if reloaded is not None:
            reloaded.reply()
        return lines

    def refuse(self, why: str) -> list[Line]:
        """Do without what was wanted, since it can't be opened: what was in force is again."""
        reloaded, self._wanted = self._wanted, None
        if self._reloader is None or reloaded is None:
            return []
        failed = self._reloader.refuse(reloaded, why)
        failed.reply()
        return [failed.event(self.now_s())]

    def watched(
        self, items: Iterable[HandFrame | CameraEvent]
    ) -> Iterator[HandFrame | CameraEvent]:
        """The frames as they come, and what happens to the camera."""
        for item in items:
            # Times go on from round to round, though each source begins at 0.
            self._t_s = max(self._t_s, self._began_s + item.t_s)
            told = item if self._t_s == item.t_s else replace(item, t_s=self._t_s)
            if isinstance(item, CameraEvent):
                if item.state in ("lost", "off", "back"):
                    self._pace.forget()
                yield told
            else:
                self._pace.came()
                yield told
                if self.round.camera is not None:
                    self._pace.done(self.round.camera.start_s + item.t_s)

    def tell(self, lines: Iterable[Line]) -> None:
        """Take in what happened."""
        for line in lines:
            if getattr(line, "event", "") != "update":
                self._events.append(line)

    def take_up(self) -> list[Line]:
        """Put a changed configuration in force, if there is one; never waits."""
        if self._reloader is None or self._wanted is not None:
            return []
        outcome = self._reloader.take()
        if outcome is None:
            return []
        now = self.round
        lines: list[Line] = [outcome.event(self.now_s())]
        if isinstance(outcome, Reloaded):
            new = outcome.value
            if not now.will_do_for(new.config):
                self._wanted = outcome
                return []
            lines += now.chain.use(new, self.now_s())
            self._round = replace(now, config=new.config)
            self._read_s = self._clock()
        outcome.reply()
        return lines

    def stand_back(self) -> list[Line]:
        """Follow the lock of the screen also while no frame comes, which would else do so."""
        if self._silent_until_s() is None:
            return []
        return self.round.chain.stand_back(self.now_s())

    def status(self) -> Status:
        """What is on."""
        now, state = self.round, self._state()
        live, dispatcher, camera = now.live, now.chain.dispatcher, now.camera
        app = None if live.focus is None else live.focus.focused()
        warnings = [
            *([live.injector.warning] if live.injector.warning else []),
            *(([camera.problem] if camera.problem else camera.warnings) if camera else []),
            *dispatcher.problems,
            *(live.feedback.problems if live.feedback else ()),
        ]
        failure = self._reloader.failure if self._reloader else None
        return Status(
            state=state,
            armed=dispatcher.armed,
            mode=dispatcher.mode,
            hand=now.chain.armed_hand,
            source=now.source,
            fps=self._pace.fps(),
            latency=self._latency(),
            backend=live.injector.backend,
            backend_reason=live.reason.removeprefix(f"{live.injector.backend}: "),
            application=app.names[0] if app and app.names else None,
            focus_problem=live.focus.problem if live.focus else None,
            input_problem=live.real_input.problem if live.real_input else None,
            lock_problem=live.lock.problem if live.lock else None,
            warnings=warnings,
            config=now.config.path and now.config.path.absolute(),
            config_age_s=None if now.stands_in else self._clock() - self._read_s,
            config_problem=summary(failure) if failure else None,
            uptime_s=self._clock() - self._start_s,
            last_events=tuple(self._events),
        )

    def in_words(self) -> str:
        """What is on, for the service manager."""
        now = self.round
        failure = self._reloader.failure if self._reloader else None
        words: list[str] = [] if now.stands_in else [self._state()]
        if now.camera is not None and now.camera.problem is not None:
            words.append(now.camera.problem)
        if failure is not None:
            before = "nothing" if now.stands_in else "what it said before"
            words.append(f"{before} is in force: {summary(discreet(failure))}")
        return "; ".join(words) or "opening what the configuration names"

    def pause(self) -> Iterable[Line]:
        """Let nothing act, release everything, give the camera back."""
        self._camera_is_off = True
        if self.round.camera is not None:
            self.round.camera.pause()
        return self.round.chain.dispatcher.set_paused(True, self.now_s())

    def resume(self) -> Iterable[Line]:
        """Act again."""
        self._camera_is_off = False
        if self.round.camera is not None:
            self.round.camera.resume()
        return self.round.chain.dispatcher.set_paused(False, self.now_s())

    def arm(self) -> Iterable[Line]:
        """Arm, as the arming gesture does."""
        if self.round.stands_in:
            raise ValueError("no configuration is in force: `gestured status` tells what to mend")
        if self.round.config.arming is None:
            raise ValueError("'arming' is off in the configuration: gestures always act")
        if self.round.chain.dispatcher.paused:
            raise ValueError("it is paused: `gestured resume` first")
        if self.round.live.guard.locked:
            raise ValueError("the screen is locked: unlock it first")
        return self.round.chain.arm(self.now_s())

    def disarm(self) -> Iterable[Line]:
        """Disarm."""
        if self.round.config.arming is None:
            raise ValueError("'arming' is off in the configuration; `gestured pause` stops them")
        return self.round.chain.disarm(self.now_s(), "by command")

    def set_mode(self, name: str) -> Iterable[Line]:
        """Switch to a mode.

        Raises:
            ValueError: There is none of that name; lists those there are.
        """
        return self.round.chain.dispatcher.set_mode(name, self.now_s())

    def reload(self, answer: Answer) -> None:
        """Have the configuration read again; answered once it is known what came of it."""
        if self._reloader is None:
            raise ValueError("this run does not watch its configuration")
        self._reloader.request(answer)

    def stop(self) -> None:
        """Have the loop end before the next frame."""
        self._stop()

    def _silent_until_s(self) -> float | None:
        """What time it is; None where frames tell, or a file's own time goes by them."""
        now = self._round
        if now is None or (now.camera is None and not now.stands_in):
            return None
        clock_s = self._began_s + self._clock() - self._round_s
        return clock_s if clock_s - self._t_s > _SILENT_S else None

    def _state(self) -> State:
        dispatcher, guard = self.round.chain.dispatcher, self.round.live.guard
        states: list[tuple[State, bool]] = [
            ("locked", guard.locked),
            ("paused", dispatcher.paused),
            ("yielding", guard.yields),
            ("armed", dispatcher.armed),
        ]
        return next((state for state, is_so in states if is_so), "disarmed")

    def _latency(self) -> Latency | None:
        ages = self._pace.ages_ms()
        return None if ages is None else Latency(*ages)
