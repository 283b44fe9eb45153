"""Talking to the session's daemon, from another process."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any

from daemon.control.errors import ControlError, NoDaemon, Refused
from daemon.control.folder import socket_path
from daemon.control.lock import how_to_kill, without_daemon
from daemon.control.message import Topic, encode
from daemon.control.peer import peer_uid

#: The loop answers between two frames, and only once camera and networks are open.
_ANSWER_S = 15.0
_END_S = 15.0
#: Longest line of an answer, bytes.
_LONGEST = 1 << 20


def ask(folder: Path, request: Mapping[str, Any], timeout_s: float = _ANSWER_S) -> dict[str, Any]:
    """Send a request and wait for its answer.

    Args:
        folder: The session's.
        request: As `daemon.control.message` reads it.
        timeout_s: How long to wait.

    Raises:
        NoDaemon: None runs, or it ended before it answered.
        Refused: The daemon does not do it, in its words.
        ControlError: It does not answer.
    """
    with _asked(folder, request, timeout_s) as (answer, _, _):
        return answer


def watch(
    folder: Path, extras: Iterable[Topic] = (), timeout_s: float = _ANSWER_S
) -> Generator[dict[str, Any], None, None]:
    """Events from now on, until the daemon hangs up, be it in the middle of one.

    Args:
        folder: The session's.
        extras: What else to be told of, every frame.
        timeout_s: How long to wait for the daemon's answer.

    Raises:
        NoDaemon, ControlError: As with `ask`, before the first event.
    """
    request: dict[str, Any] = {"command": "watch"}
    request |= dict.fromkeys(extras, True)
    with _asked(folder, request, timeout_s) as (_, lines, connection):
        connection.settimeout(None)
        with suppress(ConnectionError):
            for line in lines:
                if line.endswith(b"\n"):
                    yield json.loads(line)


@contextmanager
def stopped(folder: Path, timeout_s: float = _END_S) -> Iterator[bool]:
    """End the daemon, if one runs; within the context none does.

    Yields:
        Whether one ran.

    Raises:
        ControlError: It does not end.
    """
    ran = True
    try:
        ask(folder, {"command": "stop"}, timeout_s)
    except NoDaemon:
        ran = False
    with without_daemon(folder, timeout_s):
        yield ran


@contextmanager
def _asked(
    folder: Path, request: Mapping[str, Any], timeout_s: float
) -> Iterator[tuple[dict[str, Any], BufferedReader, socket.socket]]:
    """The answer, the lines that come after it, and where they come from."""
    if not hasattr(socket, "AF_UNIX"):
        raise ControlError("this system has no control socket; press Ctrl-C where gestured runs")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        try:
            _connect(connection, socket_path(folder))
            with suppress(BrokenPipeError):  # who refuses us says why before hanging up
                connection.sendall(encode(request))
            with connection.makefile("rb") as lines:
                yield _answer(lines), lines, connection
        except TimeoutError:
            raise ControlError(
                f"gestured runs but did not answer within {timeout_s:g} s; unless it is fetching"
                f" models, {how_to_kill(folder)}"
            ) from None


def _connect(connection: socket.socket, path: Path) -> None:
    try:
        connection.connect(str(path))
        is_ours = peer_uid(connection) == os.geteuid()
    except TimeoutError:
        raise
    except (FileNotFoundError, ConnectionError):
        raise NoDaemon(
            "no gestured runs in this session, or only a dry run; `gestured run` starts it"
        ) from None
    except OSError as error:
        raise ControlError(f"{path}: {error}; see what XDG_RUNTIME_DIR is set to") from error
    if not is_ours:
        raise ControlError(f"{path}: belongs to another user's process; nothing was sent")


def _answer(lines: BufferedReader) -> dict[str, Any]:
    try:
        line = lines.readline(_LONGEST)
    except ConnectionError:
        line = b""
    if not line.endswith(b"\n"):
        raise NoDaemon("gestured ended before it answered; `gestured run` starts it again")
    answer = json.loads(line)
    if not answer.pop("ok"):
        raise Refused(str(answer.pop("error")), answer)
    return dict(answer)
