"""The running daemon as those see it who talk to it: what it does, and what it can be told."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from daemon.chain import Chain, Line
from daemon.config.model import Config
from daemon.control.status import State, Status
from daemon.live import Live
from gestures.landmarks import HandFrame

_LAST_EVENTS = 10
_FRAMES_S = 2.0


class Running:
    """A run that can be asked and told; all on the loop's thread.

    Args:
        chain: What acts.
        config: What it runs on.
        live: The desktop around it.
        stop: Has the loop end before the next frame.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        chain: Chain,
        config: Config,
        live: Live,
        stop: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chain = chain
        self._config = config
        self._live = live
        self._stop = stop
        self._clock = clock
        self._start_s = clock()
        self._t_s = 0.0
        self._frames_s: deque[float] = deque()
        self._events: deque[Line] = deque(maxlen=_LAST_EVENTS)

    def watched(self, frames: Iterable[HandFrame]) -> Iterator[HandFrame]:
        """The frames as they come."""
        for frame in frames:
            self._t_s = frame.t_s
            now_s = self._clock()
            self._frames_s.append(now_s)
            while self._frames_s[0] < now_s - _FRAMES_S:
                self._frames_s.popleft()
            yield frame

    def tell(self, lines: Iterable[Line]) -> None:
        """Take in what happened."""
        for line in lines:
            if getattr(line, "event", "") != "update":
                self._events.append(line)

    def status(self) -> Status:
        """What is on."""
        live, dispatcher = self._live, self._chain.dispatcher
        state = self._state()
        app = None if live.focus is None else live.focus.focused()
        warnings = [*dispatcher.problems, *(live.feedback.problems if live.feedback else ())]
        if live.injector.warning:
            warnings.insert(0, live.injector.warning)
        return Status(
            state=state,
            armed=dispatcher.armed,
            mode=dispatcher.mode,
            hand=self._chain.armed_hand,
            source=self._config.camera.source,
            fps=self._fps(),
            backend=live.injector.backend,
            backend_reason=live.reason.removeprefix(f"{live.injector.backend}: "),
            application=app.names[0] if app and app.names else None,
            focus_problem=live.focus.problem if live.focus else None,
            input_problem=live.real_input.problem if live.real_input else None,
            lock_problem=live.lock.problem if live.lock else None,
            warnings=warnings,
            config=self._config.path and self._config.path.absolute(),
            config_age_s=self._clock() - self._start_s,
            uptime_s=self._clock() - self._start_s,
            last_events=tuple(self._events),
        )

    def pause(self) -> Iterable[Line]:
        """Let nothing act, release everything."""
        return self._chain.dispatcher.set_paused(True, self._t_s)

    def resume(self) -> Iterable[Line]:
        """Act again."""
        return self._chain.dispatcher.set_paused(False, self._t_s)

    def arm(self) -> Iterable[Line]:
        """Arm, as the arming gesture does."""
        if self._config.arming is None:
            raise ValueError("'arming' is off in the configuration: gestures always act")
        if self._chain.dispatcher.paused:
            raise ValueError("it is paused: `gestured resume` first")
        if self._live.guard.locked:
            raise ValueError("the screen is locked: unlock it first")
        return self._chain.arm(self._t_s)

    def disarm(self) -> Iterable[Line]:
        """Disarm."""
        if self._config.arming is None:
            raise ValueError("'arming' is off in the configuration; `gestured pause` stops them")
        return self._chain.disarm(self._t_s, "by command")

    def set_mode(self, name: str) -> Iterable[Line]:
        """Switch to a mode.

        Raises:
            ValueError: There is none of that name; lists those there are.
        """
        return self._chain.dispatcher.set_mode(name, self._t_s)

    def stop(self) -> None:
        """Have the loop end before the next frame."""
        self._stop()

    def _state(self) -> State:
        dispatcher = self._chain.dispatcher
        states: list[tuple[State, bool]] = [
            ("locked", self._live.guard.locked),
            ("paused", dispatcher.paused),
            ("yielding", self._live.guard.yields),
            ("armed", dispatcher.armed),
        ]
        return next((state for state, is_so in states if is_so), "disarmed")

    def _fps(self) -> float | None:
        if len(self._frames_s) < 2:
            return None
        return (len(self._frames_s) - 1) / (self._frames_s[-1] - self._frames_s[0] or 1.0)
