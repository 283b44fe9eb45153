"""The desktop around a run: what input goes to, and what tells and is told of it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from daemon.config.model import Config
from daemon.guard import Guard
from daemon.injector import Injector
from daemon.outside import Nowhere, Outside, Programs
from daemon.release import release_left

if TYPE_CHECKING:
    from daemon.desk.feedback import Feedback
    from daemon.desk.lock import ScreenLock
    from daemon.desk.real_input import RealInput
    from daemon.focus.app import Focus

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Live:
    """What a run works with; `Live(Injector(DryRunBackend()))` touches nothing.

    Attributes:
        injector: Sends input.
        reason: Why it sends it that way.
        outside: Starts programs, shows notifications.
        guard: Tells when to stand back.
        focus: Knows the application with the focus; None where no binding asks for it.
        real_input: Notices the real keyboard and mouse.
        lock: Notices the lock of the screen.
        feedback: Tells the person what happens.
    """

    injector: Injector
    reason: str = "nothing is sent: this is a dry run"
    outside: Outside = field(default_factory=Nowhere)
    guard: Guard = field(default_factory=Guard)
    focus: Focus | None = None
    real_input: RealInput | None = None
    lock: ScreenLock | None = None
    feedback: Feedback | None = None

    def focused(self, apps: tuple[str, ...]) -> bool:
        """Whether one of some entries of `apps` means the application that has the focus."""
        app = None if self.focus is None else self.focus.focused()
        if app is None:
            return False
        from daemon.focus.patterns import matches

        return any(matches(pattern, app) for pattern in apps)


class _Told:
    """Programs, and notifications shown by the feedback."""

    def __init__(self, environ: Mapping[str, str], feedback: Feedback) -> None:
        from daemon.service.transient import ServicePrograms, is_user_service

        programs = ServicePrograms(environ) if is_user_service(environ) else Programs()
        self._start = programs.run
        self._feedback = feedback

    def run(self, command: Sequence[str]) -> None:
        self._start(command)

    def notify(self, text: str) -> None:
        self._feedback.notify(text)


@contextmanager
def open_dry(config: Config) -> Iterator[Live]:
    """A dry run's: sends nothing, and knows the focus."""
    from daemon.backends.dry_run import DryRunBackend

    focus = _open_focus(config)
    try:
        yield Live(Injector(DryRunBackend()), focus=focus)
    finally:
        if focus is not None:
            focus.close()


@contextmanager
def open_live(config: Config) -> Iterator[Live]:
    """The real one. What an earlier run left down is released first; at the end, everything is.

    Raises:
        BackendError: There is no way to send input.
        ControlError: There is no folder for what is held.
    """
    from daemon.backends.choose import open_backend
    from daemon.control.folder import session_folder
    from daemon.desk.feedback import open_feedback
    from daemon.desk.lock import open_screen_lock
    from daemon.desk.real_input import open_real_input
    from daemon.ledger import open_ledger

    left = release_left()
    for line in (*left.done, *left.problems):
        _log.warning("%s", line)
    environ: Mapping[str, str] = os.environ
    opened = open_backend(config.backend, environ)
    try:
        ledger = open_ledger(session_folder(), opened.backend.name, environ.get("DISPLAY"))
    except BaseException:
        opened.backend.close()
        raise
    injector = Injector(opened.backend, ledger)
    closing: list[Injector | Focus | RealInput | ScreenLock | Feedback] = [injector]
    try:
        feedback = open_feedback(config.feedback, environ, sys.platform)
        closing.append(feedback)
        lock = open_screen_lock(environ, sys.platform)
        closing.append(lock)
        live = Live(injector, opened.reason, _Told(environ, feedback), lock=lock, feedback=feedback)
        if config.safety.yield_ms:
            live.real_input = open_real_input(environ, sys.platform)
            closing.append(live.real_input)
            if live.real_input.problem is not None:
                _log.warning("real input: %s", live.real_input.problem)
        live.focus = _open_focus(config)
        if live.focus is not None:
            closing.append(live.focus)
        used = live.real_input.used_since_last if live.real_input else lambda: False
        live.guard = Guard(used, lock.locked, config.safety.yield_ms)
        yield live
    finally:
        # Keys first: the rest may take a moment.
        for each in closing:
            each.close()


def _open_focus(config: Config) -> Focus | None:
    """The focus, where a mode asks for it."""
    if not any(mode.apps for mode in config.modes.values()):
        return None
    from daemon.focus.choose import open_focus

    focus = open_focus(os.environ, sys.platform)
    if focus.problem is not None:
        _log.warning("the bindings of 'apps' don't act: %s", focus.problem)
    return focus
