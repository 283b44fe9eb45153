"""Those who are connected: what they send, cut into requests, and what they are sent.

Nobody is waited for. A client has one request under way at most, and until it has taken the answer
no more is read from it; so neither a flood nor a client that never reads takes more than a little
memory.
"""

from __future__ import annotations

import logging
import selectors
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from daemon.control.errors import BadMessage
from daemon.control.message import Command, LineBuffer, Topic, encode, read_command, refusal

if TYPE_CHECKING:
    from daemon.chain import Line

_log = logging.getLogger(__name__)

#: Who watches and leaves more than this unread is dropped, bytes.
MOST_UNREAD = 256 * 1024
_MOST_READ = 64 * 1024


@dataclass(eq=False, slots=True)
class Client:
    """Somebody at the socket.

    Attributes:
        unread: What it has not taken yet.
        is_waiting: Its request is being carried out.
        topics: What it wants to be told of.
        interest: What the selector waits for; 0 while it knows nothing of this client.
    """

    socket: socket.socket
    lines: LineBuffer = field(default_factory=LineBuffer)
    unread: bytearray = field(default_factory=bytearray)
    is_waiting: bool = False
    topics: frozenset[Topic] = frozenset()
    interest: int = 0


class Clients:
    """All clients, on the thread that waits for them.

    Args:
        selector: Gets a key for each client, with the client as its data.
        hand_on: Has a request carried out; `answer` is called for it later.
    """

    def __init__(
        self, selector: selectors.BaseSelector, hand_on: Callable[[Client, Command], None]
    ) -> None:
        self._selector = selector
        self._hand_on = hand_on
        self._clients: set[Client] = set()
        self._wanted: Counter[Topic] = Counter()

    def __len__(self) -> int:
        return len(self._clients)

    def wants(self, topic: Topic) -> bool:
        """Whether anybody wants to be told of it; any thread may ask."""
        return self._wanted[topic] > 0

    def add(self, connection: socket.socket) -> None:
        """Let somebody in, through a socket that does not block."""
        client = Client(connection)
        self._clients.add(client)
        self._settle(client)

    def attend(self, client: Client, events: int) -> None:
        """Do what the selector found possible."""
        if events & selectors.EVENT_WRITE:
            self._write(client)
        if events & selectors.EVENT_READ:
            self._read(client)
        self._go_on(client)

    def answer(self, client: Client, answer: Mapping[str, Any]) -> None:
        """Tell what became of a request; the client may be gone."""
        client.is_waiting = False
        self._say(client, answer)
        self._go_on(client)

    def spread(self, lines: Iterable[Line], topic: Topic) -> None:
        """Send lines to all who want them; who leaves too many unread is dropped."""
        told = b"".join(encode(line.to_json()) for line in lines)
        for client in [each for each in self._clients if topic in each.topics]:
            client.unread += told
            self._write(client)
            if len(client.unread) > MOST_UNREAD:
                _log.warning("control: a client that watches reads too slowly and is dropped")
                self._drop(client)
            self._settle(client)

    def close(self, farewell: str) -> None:
        """Refuse what is under way with these words, and hang up."""
        for client in list(self._clients):
            if client.is_waiting:
                self._say(client, refusal(farewell))
            self._drop(client)

    def _read(self, client: Client) -> None:
        try:
            data = client.socket.recv(_MOST_READ)
        except BlockingIOError:
            return
        except OSError:
            self._drop(client)
            return
        if data:
            client.lines.add(data)
        else:  # it has every answer: nothing is read before
            self._drop(client)

    def _go_on(self, client: Client) -> None:
        """Take up the lines that have come."""
        while client in self._clients and not client.is_waiting and not client.unread:
            try:
                line = client.lines.take()
                if line is None:
                    break
                command = read_command(line)
            except BadMessage as error:
                self._say(client, refusal(str(error)))
                continue
            if command.name == "watch":
                self._listen(client, command.extras | {"events"})
                self._say(client, {"ok": True})
            else:
                client.is_waiting = True
                self._hand_on(client, command)
        self._settle(client)

    def _listen(self, client: Client, topics: frozenset[Topic]) -> None:
        self._wanted.subtract(client.topics)
        self._wanted.update(topics)
        client.topics = topics

    def _say(self, client: Client, message: Mapping[str, Any]) -> None:
        client.unread += encode(message)
        self._write(client)

    def _write(self, client: Client) -> None:
        if client not in self._clients:
            return
        try:
            del client.unread[: client.socket.send(client.unread)]
        except BlockingIOError:
            pass
        except OSError:
            self._drop(client)

    def _settle(self, client: Client) -> None:
        """Wait for what this client can do next."""
        if client not in self._clients:
            return
        if client.unread:
            interest = selectors.EVENT_WRITE
        else:
            interest = 0 if client.is_waiting else selectors.EVENT_READ
        if interest != client.interest:
            if client.interest:
                self._selector.unregister(client.socket)
            if interest:
                self._selector.register(client.socket, interest, client)
            client.interest = interest

    def _drop(self, client: Client) -> None:
        if client not in self._clients:
            return
        self._clients.remove(client)
        self._listen(client, frozenset())
        if client.interest:
            self._selector.unregister(client.socket)
        client.socket.close()
