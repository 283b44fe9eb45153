"""The control socket: a thread that reads and writes, and hands what is asked to the loop.

The loop never waits for a client: it takes requests that are whole, and leaves answers and events
for the thread to send. The thread carries nothing out itself.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from daemon.control.clients import Client, Clients
from daemon.control.errors import ControlError
from daemon.control.message import Command, Topic, encode, refusal
from daemon.control.peer import peer_uid

if TYPE_CHECKING:
    from daemon.chain import Line

_log = logging.getLogger(__name__)

MOST_CLIENTS = 32
#: Rest after a connection that could not be taken, as without descriptors: it stays on offer.
_RETRY_S = 0.1
_END_S = 2.0

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks of the loop; `answer` is to be called once, and never waits."""

    command: Command
    answer: Callable[[Mapping[str, Any]], None]


class Control(Protocol):
    """What the loop sees of those who talk to it."""

    def take(self) -> list[Request]:
        """The requests that have come since the last call; never waits."""

    def wants(self, topic: Topic) -> bool:
        """Whether anybody who watches wants that."""

    def publish(self, lines: Iterable[Line], topic: Topic = "events") -> None:
        """Send lines to those who watch; never waits."""


class NoControl:
    """Nobody talks to the loop, as in a dry run."""

    def take(self) -> list[Request]:
        return []

    def wants(self, topic: Topic) -> bool:
        return False

    def publish(self, lines: Iterable[Line], topic: Topic = "events") -> None:
        pass


class ControlServer:
    """Serves the socket until closed.

    Args:
        path: Where the socket is to be, in a folder that is the user's alone. What is there is
            taken for left over: whoever makes a server holds the session's lock.
        peer_uid: Tells the user on the other side.

    Raises:
        ControlError: The socket can't be made.
    """

    def __init__(self, path: Path, peer_uid: Callable[[socket.socket], int] = peer_uid) -> None:
        self._path = path
        self._peer_uid = peer_uid
        self._listener = _listen(path)
        self._requests: SimpleQueue[Request] = SimpleQueue()
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._bell, self._bell_pull = socket.socketpair()
        self._bell.setblocking(False)
        self._bell_pull.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._bell, selectors.EVENT_READ, self._do_jobs)
        self._clients = Clients(self._selector, self._hand_on)
        self._is_closing = False
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)
        self._thread.start()

    def take(self) -> list[Request]:
        """The requests that have come since the last call; never waits."""
        return list(_emptied(self._requests))

    def wants(self, topic: Topic) -> bool:
        """Whether anybody who watches wants that."""
        return self._clients.wants(topic)

    def publish(self, lines: Iterable[Line], topic: Topic = "events") -> None:
        """Send lines to those who watch, as JSON made on the thread; never waits."""
        lines = list(lines)
        if lines and self._clients.wants(topic):
            self._do_soon(partial(self._clients.spread, lines, topic))

    def close(self) -> None:
        """Send what can be sent at once, hang up, remove the socket; again does nothing."""
        if self._is_closing:
            return
        self._is_closing = True
        self._path.unlink(missing_ok=True)
        self._ring()
        self._thread.join(_END_S)
        self._bell_pull.close()

    def _do_soon(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)
        self._ring()

    def _ring(self) -> None:
        with suppress(OSError):  # full: it rings already; closed: nobody is there any more
            self._bell_pull.send(b"\0")

    # The thread's side.

    def _serve(self) -> None:
        try:
            while not self._is_closing:
                for key, events in self._selector.select():
                    if isinstance(key.data, Client):
                        self._clients.attend(key.data, events)
                    else:
                        key.data()
            self._do_jobs()
        finally:
            self._clients.close("gestured is ending; `gestured run` starts it again")
            self._selector.close()
            self._listener.close()
            self._bell.close()

    def _do_jobs(self) -> None:
        with suppress(BlockingIOError):
            self._bell.recv(4096)
        for job in _emptied(self._jobs):
            job()

    def _hand_on(self, client: Client, command: Command) -> None:
        def answer(value: Mapping[str, Any]) -> None:
            self._do_soon(partial(self._clients.answer, client, value))

        self._requests.put(Request(command, answer))

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:
            _log.warning("control: a client can't be let in: %s", error.strerror)
            time.sleep(_RETRY_S)
            return
        connection.setblocking(False)
        problem = self._problem_with(connection)
        if problem is None:
            self._clients.add(connection)
            return
        with connection, suppress(OSError):
            connection.send(encode(refusal(problem)))

    def _problem_with(self, connection: socket.socket) -> str | None:
        try:
            is_the_user = self._peer_uid(connection) == os.geteuid()
        except OSError:
            is_the_user = False
        if not is_the_user:
            return "only the user whom gestured runs for may talk to it"
        if len(self._clients) >= MOST_CLIENTS:
            return f"{MOST_CLIENTS} clients are connected and no more may be: end one of them"
        return None


def _emptied(queue: SimpleQueue[_T]) -> Iterator[_T]:
    with suppress(Empty):
        while True:
            yield queue.get_nowait()


def _listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(MOST_CLIENTS)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        mend = "set XDG_RUNTIME_DIR to a folder of yours with a short name"
        raise ControlError(f"{path}: can't be the control socket: {error}; {mend}") from error
    return listener
