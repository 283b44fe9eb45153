"""The session's one daemon, and the socket it listens at."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from daemon.control.folder import session_folder, socket_path
from daemon.control.lock import as_only_daemon
from daemon.control.server import Control, ControlServer, NoControl

_log = logging.getLogger(__name__)


@contextmanager
def open_control() -> Iterator[Control]:
    """Be the session's daemon, and let the user's other programs talk to it.

    Close it last: who waits for the daemon's end takes everything for released then.

    Raises:
        ControlError: Another daemon runs, or there is no place for the lock or the socket.
    """
    folder = session_folder()
    with as_only_daemon(folder):
        if not hasattr(socket, "AF_UNIX"):
            _log.warning("this system has no control socket: only Ctrl-C reaches this daemon")
            yield NoControl()
            return
        with closing(ControlServer(socket_path(folder))) as server:
            yield server
