"""A thread for what would make the loop wait: newest first, the rest is dropped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

Job = TypeVar("Job")

#: How long the end waits for the last job.
LAST_JOB_S = 2.0


class JobError(Exception):
    """A job that could not be done: one line with the mend after `; `."""


class Worker(Generic[Job]):
    """Does one job at a time, and of those that came meanwhile only the newest.

    The thread starts with the first job. What fails is logged when it starts to fail or fails
    otherwise, and then is the `problem` until a job succeeds.

    Args:
        name: Of the thread.
        do: Does a job; raises JobError. Called on the thread.
        finish: Called on the thread at its end.
    """

    def __init__(
        self, name: str, do: Callable[[Job], None], finish: Callable[[], None] = lambda: None
    ) -> None:
        self._name = name
        self._do = do
        self._finish = finish
        self._state = threading.Condition()
        # At most one job; None would be a job too.
        self._next: list[Job] = []
        self._busy = False
        self._closing = False
        self._thread: threading.Thread | None = None
        self.problem: str | None = None

    def put(self, job: Job) -> None:
        """Have a job done instead of the one that still waits. Never waits, never raises."""
        with self._state:
            if self._closing:
                return
            self._next = [job]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._state.notify_all()

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until nothing is left to do; False if it took too long."""
        with self._state:
            return self._state.wait_for(lambda: not (self._next or self._busy), timeout_s)

    def close(self) -> None:
        """End after the last job, or without it if it takes too long."""
        with self._state:
            self._closing = True
            self._state.notify_all()
        if self._thread is not None:
            self._thread.join(LAST_JOB_S)

    def _run(self) -> None:
        while True:
            with self._state:
                self._busy = False
                self._state.notify_all()
                self._state.wait_for(lambda: self._next or self._closing)
                if not self._next:
                    break
                job = self._next.pop()
                self._busy = True
            self._note(self._problem_of(job))
        self._finish()

    def _problem_of(self, job: Job) -> str | None:
        try:
            self._do(job)
        except JobError as error:
            return str(error)
        except Exception as error:  # noqa: BLE001 - the next job may succeed
            return f"{self._name} failed: {type(error).__name__}"
        return None

    def _note(self, problem: str | None) -> None:
        if problem is not None and problem != self.problem:
            logger.warning("%s", problem)
        self.problem = problem
