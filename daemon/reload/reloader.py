"""Reading, checking and building off the loop; the loop finds the result between two frames.

Nothing is given up before the new is whole: whatever fails, the configuration in force stays.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from daemon.config.model import Config
from daemon.config.problems import ConfigError, Problem
from daemon.control.message import refusal
from daemon.reload.outcome import Answer, Asked, Failed, Outcome, Reloaded, Unchanged
from daemon.reload.reading import RETRIES_S, Reading
from daemon.reload.start import Start
from daemon.reload.watcher import Pace, Watcher

T = TypeVar("T")

#: Longest that somebody waits for an answer: the file's drive may be out of reach.
PATIENCE_S = 10.0
_END_S = 2.0


class Reloader(Generic[T]):
    """Keeps the loop supplied with the configuration as it is on disk.

    All methods belong to the loop's thread, and answers are given on it.

    Args:
        start: What is in force, and which file is watched and how it is read.
        build: Makes of a configuration what the loop needs, on a thread of the reloader's; may
            raise ConfigError.
        pace: How often the file is looked at.
        retries_s: How long to wait before a file that can't be used is read again.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        start: Start,
        build: Callable[[Config], T],
        *,
        pace: Pace | None = None,
        retries_s: Sequence[float] = RETRIES_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        assert start.watched is not None  # noqa: S101 - else there is nothing to read
        self._path = start.watched.absolute()
        self._clock = clock
        self._failure = start.error
        self._refused: str | None = None
        self._waiting: list[Asked] = []
        self._done: SimpleQueue[Outcome[T]] = SimpleQueue()
        self._closing = threading.Event()
        self._state = threading.Condition()
        self._has_changed = False
        self._asked: list[Asked] = []
        self._reading = Reading(self._path, start, build, self._closing.wait, retries_s=retries_s)
        self._worker = threading.Thread(target=self._work, name="config reload", daemon=True)
        self._worker.start()
        self._watcher = Watcher(self._path, self._note_change, pace)

    @property
    def failure(self) -> ConfigError | None:
        """Why the file as it is now can't be used; None when it is what is in force."""
        return self._failure

    def take(self) -> Outcome[T] | None:
        """What came of a change or a request, if it is news; never waits.

        Put what is `Reloaded` in force before its `reply()`: who asked is told that it is.
        """
        self._lose_patience()
        while True:
            try:
                outcome = self._done.get_nowait()
            except Empty:
                return None
            known, refused = self._failure, self._refused
            if isinstance(outcome, Unchanged) and outcome.text == refused and known is not None:
                # Read again before it was refused.
                outcome = Failed(outcome.path, known, outcome.asked)
            else:
                self._refused = None
            self._failure = None
            if isinstance(outcome, Reloaded):
                return outcome
            if isinstance(outcome, Failed):
                self._failure = outcome.error
                if str(outcome.error) != str(known):
                    return outcome
            elif known is not None:
                return outcome
            # A file that was touched, or is as bad as before, is news only for who asked.
            outcome.reply()

    def refuse(self, reloaded: Reloaded[T], why: str) -> Failed:
        """Take back what could not be put in force, which the configuration before stays."""
        self._refused = reloaded.text
        self._reading.forget(reloaded.text)
        self._failure = ConfigError([Problem(reloaded.path, 0, 0, "", why)])
        return Failed(reloaded.path, self._failure, reloaded.asked)

    def request(self, answer: Answer = lambda _: None) -> None:
        """Have the file read now, changed or not; never waits."""
        asked = Asked(answer, self._clock() + PATIENCE_S)
        self._waiting.append(asked)
        with self._state:
            self._asked.append(asked)
            self._state.notify()

    def close(self) -> None:
        """End the threads; who still waits gets no answer. Again does nothing."""
        self._closing.set()
        with self._state:
            self._state.notify()
        self._watcher.close()
        self._worker.join(_END_S)

    def _lose_patience(self) -> None:
        """Answer who has waited too long."""
        now_s = self._clock()
        for each in self._waiting:
            if now_s >= each.until_s:
                each.reply(
                    refusal(
                        f"{self._path} could not be read within {PATIENCE_S:g} s: see that its"
                        " drive can be reached; nothing was changed"
                    )
                )
        self._waiting = [each for each in self._waiting if not each.is_answered]

    # The threads' side.

    def _note_change(self) -> None:
        with self._state:
            self._has_changed = True
            self._state.notify()

    def _work(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(
                    lambda: self._has_changed or self._asked or self._closing.is_set()
                )
                if self._closing.is_set():
                    return
                self._has_changed = False
                asked = self._take_asked()
            outcome = self._reading.outcome()
            asked += self._joining()
            self._done.put(replace(outcome, asked=asked))

    def _joining(self) -> list[Asked]:
        """Who asked meanwhile, if the file has not changed since."""
        with self._state:
            late = self._take_asked()
        if late and not self._reading.is_as_found():
            with self._state:
                self._asked = late + self._asked
            return []
        return late

    def _take_asked(self) -> list[Asked]:
        asked, self._asked = self._asked, []
        return asked
