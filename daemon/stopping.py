"""Stopping: signals only ask, the loop stops between two frames and releases everything."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Whether somebody asked to stop."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        return self._asked

    def ask(self) -> None:
        """Ask."""
        self._asked = True


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
def stop_on_signals() -> Iterator[StopRequest]:
    """A request that SIGINT, SIGTERM and SIGHUP make.

    The handlers must not raise: an exception in the middle of a key press leaves the X library's
    locks taken, and then nothing can be released any more.
    """
    request = StopRequest()

    def ask(_number: int, _frame: FrameType | None) -> None:
        request.ask()

    # A closed terminal sends SIGHUP, which Windows does not know.
    names = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if os.name == "posix" else [])]
    # Who started us with a signal ignored, as nohup does, wants it ignored.
    asking = [name for name in names if signal.getsignal(name) is not signal.SIG_IGN]
    before = [(name, signal.signal(name, ask)) for name in asking]
    try:
        yield request
    finally:
        for name, handler in before:
            signal.signal(name, handler)
