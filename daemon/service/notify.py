"""Telling the service manager how we are: systemd's notify protocol, sd_notify(3).

Nothing here raises or waits: a daemon works the same whether anybody listens or not.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress

#: Told once the first picture was worked on, which a manager, told that all is ready, ignores.
FIRST_FRAME = "X_GESTURED_FRAME=1"
#: The manager reads no more than 4096 bytes of a message.
_LONGEST_STATUS = 1000
#: Signs of life in each deadline: some may be late or lost.
_SIGNS = 4
#: The deadline while something is opened: libraries may come from a slow disk.
_OPENING_S = 60.0


class ServiceManager:
    """Who started us and wants to know; nobody, unless the environment says so.

    Args:
        environ: Says where to tell and how often. What it says is removed, so that programs we
            start do not speak for us.
        clock: Seconds of CLOCK_MONOTONIC.
    """

    def __init__(
        self,
        environ: MutableMapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._address = _address(environ.pop("NOTIFY_SOCKET", ""))
        deadline = environ.pop("WATCHDOG_USEC", "")
        pid = environ.pop("WATCHDOG_PID", "")
        meant = pid in ("", str(os.getpid()))
        self._watchdog_s = int(deadline) / 1e6 if deadline.isdecimal() and meant else 0.0
        self._next_sign_s = -float("inf")
        self._is_ready = False
        self._has_frame = False
        self._status = ""

    @property
    def listens(self) -> bool:
        """Whether anybody wants to know."""
        return bool(self._address)

    def ready(self) -> None:
        """The daemon works: its first turn is complete. Cheap when told."""
        if not self._is_ready:
            self._is_ready = self._tell("READY=1")

    def frame(self) -> None:
        """A picture was worked on. Cheap when told."""
        if not self._has_frame:
            self._has_frame = self._tell(FIRST_FRAME)

    def alive(self) -> None:
        """A turn of the loop is complete. Cheap: it is told four times in each deadline."""
        if not self._watchdog_s:
            return
        now_s = self._clock()
        if now_s >= self._next_sign_s and self._tell("WATCHDOG=1"):
            self._next_sign_s = now_s + self._watchdog_s / _SIGNS

    @contextmanager
    def opening(self) -> Iterator[None]:
        """While cameras, networks or devices are opened, which takes longer than turns do."""
        self._set_deadline(max(_OPENING_S, self._watchdog_s))
        try:
            yield
        finally:
            self._set_deadline(self._watchdog_s)

    def status(self, text: str) -> None:
        """What the daemon is doing, in plain words; told when it changes."""
        line = " ".join(text.split())[:_LONGEST_STATUS]
        if line != self._status and self._tell(f"STATUS={line}"):
            self._status = line

    def stopping(self) -> None:
        """The end has begun."""
        self._tell("STOPPING=1")

    def _set_deadline(self, deadline_s: float) -> None:
        """From now on; counts from now as well."""
        if self._watchdog_s:
            self._tell(f"WATCHDOG_USEC={round(deadline_s * 1e6)}")

    def _tell(self, message: str) -> bool:
        """Send; False when it can't be sent now. True where nobody listens."""
        if not self._address:
            return True
        # A manager that is restarted has a new socket at the same address, so each message looks
        # for it again.
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(message.encode("utf-8", "replace"), self._address)
            return True
        return False


def _address(named: str) -> str:
    """Of the manager's socket: a path, or a Linux abstract name, written with @ for its NUL."""
    if not hasattr(socket, "AF_UNIX") or "\0" in named:
        return ""
    if named.startswith("/"):
        return named
    return f"\0{named[1:]}" if named.startswith("@") and len(named) > 1 else ""
