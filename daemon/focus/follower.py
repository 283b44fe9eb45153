"""Following a server that tells of every change of the focus, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from daemon.focus.app import App

#: How long a server has for an answer that it owes.
ANSWER_S = 2.0

_RETRY_S = 2.0


class FocusError(Exception):
    """Why a server doesn't tell: a few words that go into a sentence."""


class Teller(Protocol):
    """A connection to a server that tells of the focus."""

    def apps(self) -> Iterator[App | None]:
        """The application with the focus at once, and again whenever that may have changed.

        Raises:
            Exception: Any, when the connection ends or an answer can't be understood.
        """

    def interrupt(self) -> None:
        """Make `apps` raise, from another thread."""

    def close(self) -> None: ...


class Follower:
    """A Focus that gives what a server said last, so that asking costs nothing and never waits.

    A server that goes away is looked for again until `close`.

    Args:
        server: What the server is called in messages.
        mend: What to do when it doesn't tell.
        connect: Connects to it; may raise anything.
        retry_s: How long to wait before connecting again.
        first_answer_s: How long to wait for its first answer, so that the next line may ask.
    """

    def __init__(
        self,
        server: str,
        mend: str,
        connect: Callable[[], Teller],
        retry_s: float = _RETRY_S,
        first_answer_s: float = 0.5,
    ) -> None:
        self.problem: str | None = f"{server} has not answered yet; {mend}"
        self._server = server
        self._mend = mend
        self._connect = connect
        self._retry_s = retry_s
        self._app: App | None = None
        self._teller: Teller | None = None
        self._closing = threading.Event()
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"focus of {server}", daemon=True)
        self._thread.start()
        self._told.wait(first_answer_s)

    def focused(self) -> App | None:
        return self._app

    def close(self) -> None:
        self._closing.set()
        teller = self._teller
        if teller is not None:
            teller.interrupt()
        self._thread.join(ANSWER_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._follow()
            except Exception as error:  # noqa: BLE001 - else the last application stayed for ever
                reason = str(error) if isinstance(error, FocusError) else _reason(error)
                self._learn(None, f"{self._server} {reason}; {self._mend}")
            self._closing.wait(self._retry_s)

    def _follow(self) -> None:
        teller = self._connect()
        self._teller = teller
        try:
            # A close() from before there was a teller interrupted none.
            if not self._closing.is_set():
                for app in teller.apps():
                    self._learn(app, None)
        finally:
            self._teller = None
            teller.close()

    def _learn(self, app: App | None, problem: str | None) -> None:
        self._app, self.problem = app, problem
        self._told.set()


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "does not answer"
    if isinstance(error, OSError):
        return f"can't be reached ({error.strerror or type(error).__name__})"
    return f"answers what is not understood ({type(error).__name__})"
