"""Stopping: signals only ask, the loop stops between two frames and releases everything."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Whether somebody asked to stop, or to read the configuration again."""

    def __init__(self) -> None:
        self._asked = False
        self._reload_asked = False

    def __call__(self) -> bool:
        return self._asked

    def ask(self) -> None:
        """Ask to stop."""
        self._asked = True

    def ask_reload(self) -> None:
        """Ask to read the configuration again."""
        self._reload_asked = True

    def take_reload(self) -> bool:
        """Whether that was asked since the last call."""
        asked, self._reload_asked = self._reload_asked, False
        return asked


@contextmanager
def interrupted_at_once() -> Iterator[None]:
    """Let Ctrl-C end the process even where a library waits, as for a camera's network.

    Python's own handler would wait for the library to return. Only for when nothing is held down.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def stop_on_signals(*, hangup_reloads: bool = False) -> Iterator[StopRequest]:
    """A request that SIGINT, SIGTERM and SIGHUP make.

    The handlers must not raise: an exception in the middle of a key press leaves the X library's
    locks taken, and then nothing can be released any more.

    Args:
        hangup_reloads: SIGHUP asks to read the configuration again, as services have it.
    """
    request = StopRequest()

    def ask(_number: int, _frame: FrameType | None) -> None:
        request.ask()

    def ask_reload(_number: int, _frame: FrameType | None) -> None:
        request.ask_reload()

    handlers = {signal.SIGINT: ask, signal.SIGTERM: ask}
    if os.name == "posix":
        handlers[signal.SIGHUP] = ask_reload if hangup_reloads else ask
    # Who started us with a signal ignored, as nohup does, wants it ignored.
    before = {
        number: signal.signal(number, handler)
        for number, handler in handlers.items()
        if handler is ask_reload or signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def is_service(environ: Mapping[str, str]) -> bool:
    """Whether SIGHUP is somebody's wish and not the end of a terminal.

    So it is without a terminal, and for the process that a service manager started itself: its
    INVOCATION_ID alone tells nothing, since terminals started by it pass that on.
    """
    if environ.get("SYSTEMD_EXEC_PID") == str(os.getpid()) or environ.get("NOTIFY_SOCKET"):
        return True
    return not _has_terminal()


def _has_terminal() -> bool:
    """Whether the process has a controlling terminal, wherever its output goes."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
