"""Unix sockets of compositors: connect, read exactly, and wake up who reads."""

from __future__ import annotations

import socket
from contextlib import suppress

from daemon.focus.follower import ANSWER_S


def connect(path: str) -> socket.socket:
    """A connection whose reads and writes raise TimeoutError after `ANSWER_S`.

    Raises:
        OSError: When there is no server.
    """
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(ANSWER_S)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def read_exactly(connection: socket.socket, size: int) -> bytes:
    """`size` bytes.

    Raises:
        OSError: When the server ends before, or takes too long.
    """
    data = bytearray()
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionResetError("the server ended the connection")
        data += part
    return bytes(data)


def interrupt(connection: socket.socket) -> None:
    """Make a read in another thread end."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
