"""Watching a yes-or-no state on a bus, from a thread of its own, for as long as there is a bus."""

from __future__ import annotations

import logging
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress

from jeepney import MatchRule, Message, message_bus
from jeepney.io.blocking import DBusConnection

from daemon.desk.bus import CALL_S, BusError, NoBusError, connect

logger = logging.getLogger(__name__)

#: Not every service tells of every change, so the question is put again after so long.
POLL_S = 2.0
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
_CLOSE_S = 3.0


class BusWatch:
    """Asks when it has connected, after every signal that one of `rules` lets in, and now and then.

    Losing the bus keeps the last answer, and the bus is looked for again.

    Args:
        name: Of the bus, for messages.
        address: Of the bus.
        rules: Signals that may mean a change.
        ask: The question; None when nobody there has an answer. Raises BusError or OSError.
        state: Notified after every answer.
        first_wait_s: How long to wait before connecting again; doubles up to LONGEST_WAIT_S.
    """

    def __init__(
        self,
        name: str,
        address: str,
        rules: Sequence[MatchRule],
        ask: Callable[[DBusConnection], bool | None],
        state: threading.Condition,
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        self._name = name
        self._address = address
        self._rules = rules
        self._ask = ask
        self._first_wait_s = first_wait_s
        self._state = state
        self._closing = threading.Event()
        self._connection: DBusConnection | None = None
        self._answer: bool | None = None
        self._why: str | None = None
        self._asked = False
        self._thread = threading.Thread(target=self._run, name=f"desk {name}", daemon=True)
        self._thread.start()

    @property
    def answer(self) -> bool | None:
        """The last answer."""
        return self._answer

    @property
    def why_unknown(self) -> str | None:
        """Why there is no answer, in a few words; None when there is one, or none as yet."""
        return self._why

    @property
    def asked(self) -> bool:
        """Whether it has connected, or failed to, once."""
        return self._asked

    def close(self) -> None:
        """End the thread. Never raises; again does nothing."""
        with self._state:
            self._closing.set()
            if self._connection is not None:
                # What the thread waits for ends with an error.
                _shut(self._connection.sock)
        self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        wait_s = self._first_wait_s
        while not self._closing.is_set():
            try:
                with connect(self._address) as connection:
                    with self._state:
                        self._connection = connection
                        if self._closing.is_set():
                            return
                    try:
                        self._watch(connection)
                    finally:
                        with self._state:
                            self._connection = None
            except NoBusError as error:
                self._set_why(f"no {self._name} bus: {error}")
            except (BusError, OSError):
                wait_s = self._first_wait_s
                self._set_why(f"the {self._name} bus went away")
            except Exception as error:  # noqa: BLE001 - bytes that are no D-Bus raise anything
                self._set_why(f"the {self._name} bus failed: {type(error).__name__}")
            self._closing.wait(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def _watch(self, connection: DBusConnection) -> None:
        signals: deque[Message] = deque(maxlen=1)
        with ExitStack() as filters:
            for rule in self._rules:
                filters.enter_context(connection.filter(rule, queue=signals))
                connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=CALL_S)
            while not self._closing.is_set():
                self._set(self._ask(connection))
                try:
                    connection.recv_until_filtered(signals, timeout=POLL_S)
                except TimeoutError:
                    continue

    def _set(self, answer: bool | None) -> None:
        why = None if answer is not None else f"nobody on the {self._name} bus tells"
        self._update(answer, why)

    def _set_why(self, why: str) -> None:
        if not self._closing.is_set():
            self._update(self._answer, why)

    def _update(self, answer: bool | None, why: str | None) -> None:
        with self._state:
            if why is not None and why != self._why:
                logger.debug("%s", why)
            self._answer, self._why, self._asked = answer, why, True
            self._state.notify_all()


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
