"""A run from its first round to its last: what is opened once, and what each round opens."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType

from daemon.backends.backend import BackendError
from daemon.camera.event import CameraEvent
from daemon.camera.live import LiveSource
from daemon.cameras import CameraNotFound
from daemon.chain import Chain, Line, recognition
from daemon.commands import common
from daemon.config.discreet import discreet
from daemon.config.model import Config
from daemon.config.problems import render
from daemon.control.desk import ControlDesk
from daemon.control.seen import Seen
from daemon.control.server import Control, NoControl
from daemon.control.session import open_control
from daemon.live import open_dry, open_live
from daemon.loop import run_loop
from daemon.printing import LinePrinter
from daemon.reload.reloader import Reloader
from daemon.reload.start import Start
from daemon.running import Round, Running
from daemon.service.notify import ServiceManager
from daemon.sources import SourceError
from daemon.stopping import is_service, stop_on_signals
from gestures.landmarks import HandFrame
from models.store import ModelError
from models.syslibs import MissingLibrary

_log = logging.getLogger(__name__)

_IDLE_S = 0.1
#: What a changed configuration may be wrong about and `check` can't know.
_NOT_OPENED = (BackendError, CameraNotFound, MissingLibrary, ModelError, SourceError)


class Rounds:
    """What outlives a round: control, signals, the printer and who watches the configuration.

    Args:
        start: The configuration to begin with.
        overridden: A configuration as the command line wants it.
        manager: Who started us and wants to know how we are.
        dry_run: Report actions only.
        as_json: Print JSON lines.

    Raises:
        ControlError: Another daemon runs in this session.
    """

    def __init__(
        self,
        start: Start,
        overridden: Callable[[Config], Config],
        manager: ServiceManager,
        *,
        dry_run: bool,
        as_json: bool,
    ) -> None:
        self._start = start
        self._dry_run = dry_run
        self._manager = manager
        self._printer = LinePrinter(as_json=as_json)
        with ExitStack() as stack:
            stack.callback(self._printer.finish)
            # Entered first, so closed last: who waits for the end takes everything for released.
            control: Control = NoControl() if dry_run else stack.enter_context(open_control())
            self._control = control
            self._asked = stack.enter_context(
                stop_on_signals(hangup_reloads=is_service(os.environ))
            )
            self._reloader = None
            if not dry_run and start.config.path is not None:
                self._reloader = Reloader(
                    start.config.path, start, lambda config: recognition(overridden(config))
                )
                stack.callback(self._reloader.close)
            self._stack = stack.pop_all()
        self._running = Running(self._reloader, self._asked.ask)
        self._desk = ControlDesk(control, self._running)
        self._seen = Seen(control, start.config.gestures)

    def __enter__(self) -> Rounds:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def run(self, mirror: bool | None) -> None:
        """Run until the source ends, or somebody asks to stop.

        Args:
            mirror: Whether left and right are a mirror's; None for what suits the source.
        """
        if self._start.error is not None:
            common.print_error(f"{discreet(self._start.error)}")
            common.print_error("nothing acts until this is mended; the file is watched")
        for warning in self._start.warnings:
            _log.warning("%s", render(warning))
        config: Config | None = self._start.config
        before: Config | None = None
        opens = self._start.error is None
        while config is not None:
            self._running.wanted = None
            try:
                self._round(config, mirror, opens=opens)
            except _NOT_OPENED as error:
                if before is None or self._running.is_on(config):
                    raise
                _log.error("%s; going on with the configuration before", error)
                config, before = before, None
                continue
            config, before, opens = self._running.wanted, config, True

    def _round(self, config: Config, mirror: bool | None, *, opens: bool) -> None:
        with ExitStack() as stack:
            live = stack.enter_context(open_dry(config) if self._dry_run else open_live(config))
            _log.info("input: %s", live.reason)
            if live.injector.warning:
                common.print_error(live.injector.warning)
            chain = Chain(
                config,
                live.injector,
                dry_run=self._dry_run,
                outside=live.outside,
                focused=live.focused,
                guard=live.guard,
            )
            frames: Callable[[Callable[[], bool]], Iterator[HandFrame | CameraEvent]] = _nothing
            camera = None
            if opens:
                watched = stack.enter_context(common.opened(config, mirror=mirror))
                frames = watched
                camera = watched.source if isinstance(watched.source, LiveSource) else None
            else:
                self._manager.ready()
            self._running.begin(Round(config, live, chain, camera))
            self._seen.use(config.gestures)
            items = self._running.watched(frames(self._should_stop))
            run_loop(self._told(items, chain), chain, self._show, self._why_ended)

    def _told(
        self, items: Iterable[HandFrame | CameraEvent], chain: Chain
    ) -> Iterator[HandFrame | CameraEvent]:
        """The frames, of which those are told who want to know, once each is worked on."""
        for item in items:
            yield item
            self._manager.ready()
            if not isinstance(item, CameraEvent):
                self._seen.tell(chain.seen)

    def _show(self, lines: Iterable[Line]) -> None:
        happened = list(lines)
        self._printer.show(happened)
        self._running.tell(happened)
        self._control.publish(happened)
        feedback = self._running.round.live.feedback
        if feedback is not None:
            feedback.report(happened)

    def _should_stop(self) -> bool:
        """Asked by sources before each frame, and while they wait for one."""
        if self._reloader is not None and self._asked.take_reload():
            self._reloader.request()
        self._show(self._running.take_up())
        self._show(self._desk.attend())
        if self._manager.listens:
            self._manager.alive()
            self._manager.status(self._running.in_words())
        return self._ends()

    def _ends(self) -> bool:
        return self._asked() or self._running.wanted is not None

    def _why_ended(self) -> str:
        if self._asked():
            return "asked to stop"
        return "another configuration" if self._ends() else "the source has ended"


def _nothing(should_stop: Callable[[], bool]) -> Iterator[HandFrame | CameraEvent]:
    """No pictures, until told to stop."""
    while not should_stop():
        time.sleep(_IDLE_S)
    yield from ()
