"""A run from its first round to its last: what is opened once, and what each round opens."""

from __future__ import annotations

import gc
import itertools
import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from daemon.camera.event import CameraEvent
from daemon.camera.live import LiveSource
from daemon.chain import ANOTHER, Chain, Line, Recognition, recognition
from daemon.commands import common
from daemon.config.discreet import discreet
from daemon.config.model import Config
from daemon.config.problems import ConfigError, Problem, render
from daemon.control.desk import ControlDesk
from daemon.control.seen import Seen
from daemon.control.server import Control, NoControl
from daemon.control.session import open_control
from daemon.live import open_dry, open_live
from daemon.loop import run_loop
from daemon.openable import NOT_OPENED, check_opens
from daemon.printing import LinePrinter
from daemon.reload.outcome import ConfigEvent, Failed
from daemon.reload.reloader import Reloader
from daemon.reload.start import Start
from daemon.round import Round
from daemon.running import Running
from daemon.service.notify import ServiceManager
from daemon.stopping import is_service, stop_on_signals
from gestures.landmarks import HandFrame

_log = logging.getLogger(__name__)

_IDLE_S = 0.1


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
        self._opened = start.config
        self._dry_run = dry_run
        self._manager = manager
        self._printer = LinePrinter(as_json=as_json)
        with ExitStack() as stack:
            stack.callback(self._printer.finish)
            # Entered first, so closed last: who waits for the end takes everything for released.
            control: Control = NoControl() if dry_run else stack.enter_context(open_control())
            self._control = control
            self._asked = stack.enter_context(
                stop_on_signals(hangup_reloads=manager.listens or is_service(os.environ))
            )
            self._reloader = None
            if start.watched is not None:
                self._reloader = Reloader(start, lambda config: self._made(overridden(config)))
                stack.callback(self._reloader.close)
            self._stack = stack.pop_all()
        self._running = Running(self._reloader, self._asked.ask)
        self._desk = ControlDesk(control, self._running)
        self._seen = Seen(control)
        self._has_begun = False
        self._untold: list[Line] = []
        # Whoever looks at stdout needs no log of the same.
        self._is_looked_at = sys.stdout is not None and sys.stdout.isatty()

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
            _log.error("%s", discreet(self._start.error))
            _log.error("nothing acts until this is mended; the file is watched")
        for warning in self._start.warnings:
            _log.warning("%s", render(warning))
        config: Config | None = self._start.config
        stands_in = self._start.error is not None
        while config is not None and not self._asked():
            self._has_begun = False
            try:
                self._round(config, mirror, stands_in=stands_in)
            except Exception as error:
                # What was in force, and could be opened, is better than no daemon.
                if self._has_begun or self._running.wanted is None:
                    raise
                if not isinstance(error, NOT_OPENED):
                    _log.exception("another configuration can't be put in force")
                self._untold = self._running.refuse(str(error) or type(error).__name__)
                config, stands_in = self._running.round.config, self._running.round.stands_in
            else:
                config, stands_in = self._running.wanted, False

    def _round(self, config: Config, mirror: bool | None, *, stands_in: bool) -> None:
        with ExitStack() as stack:
            is_first = not self._running.has_begun
            with self._manager.opening():
                new, items = self._open(stack, config, mirror, stands_in=stands_in)
            lines = self._running.begin(new)
            self._opened, self._has_begun = config, True
            if is_first and self._start.error is not None:
                # Its log has all of it already.
                path = config.path or Path()
                self._tell([Failed(path, self._start.error).event(self._running.now_s())])
            self._show([*self._untold, *lines])
            self._untold = []
            told = self._told(self._running.watched(items), new.chain)
            _keep_all_there_is(is_first)
            run_loop(told, new.chain, self._show, self._why_ended, self._running.now_s())

    def _open(
        self, stack: ExitStack, config: Config, mirror: bool | None, *, stands_in: bool
    ) -> tuple[Round, Iterator[HandFrame | CameraEvent]]:
        """What a round needs, closed by `stack`, and what is to be seen."""
        live = stack.enter_context(open_dry(config) if self._dry_run else open_live(config))
        _log.info("input: %s", live.reason)
        if live.injector.warning:
            _log.warning("%s", live.injector.warning)
        items: Iterator[HandFrame | CameraEvent] = self._nothing()
        camera = None
        if not stands_in:
            watched = stack.enter_context(
                common.opened(
                    config,
                    mirror=mirror,
                    paused=self._running.camera_is_off,
                    killable=not self._running.has_begun,
                )
            )
            items = watched(self._should_stop, self._may_rest)
            if isinstance(watched.source, LiveSource):
                camera = watched.source
            else:
                # Whether a file can be read is known by its first picture.
                items = itertools.chain(list(itertools.islice(items, 1)), items)
        # After the camera, which opens meanwhile: the first filter takes most of a second.
        chain = Chain(
            config,
            live.injector,
            dry_run=self._dry_run,
            outside=live.outside,
            focused=live.focused,
            guard=live.guard,
        )
        return Round(config, live, chain, camera, stands_in), items

    def _made(self, config: Config) -> Recognition:
        """Make ready, on the reloader's thread; so what can't be opened ends no round."""
        try:
            check_opens(self._opened, config)
        except NOT_OPENED as error:
            raise ConfigError([Problem(config.path or Path(), 0, 0, "", str(error))]) from error
        return recognition(config)

    def _nothing(self) -> Iterator[HandFrame | CameraEvent]:
        """No pictures, until told to stop."""
        self._manager.ready()
        while not self._should_stop():
            time.sleep(_IDLE_S)
        yield from ()

    def _told(
        self, items: Iterable[HandFrame | CameraEvent], chain: Chain
    ) -> Iterator[HandFrame | CameraEvent]:
        """The frames, of which those are told who want to know, once each is worked on."""
        for item in items:
            yield item
            self._manager.ready()
            if not isinstance(item, CameraEvent):
                self._manager.frame()
            # While the screen is locked, nothing is seen.
            if chain.seen.t_s == item.t_s:
                self._seen.tell(chain.seen, self._running.round.config.gestures)

    def _show(self, lines: Iterable[Line]) -> None:
        happened = list(lines)
        if not self._is_looked_at:
            for line in happened:
                _to_log(line)
        self._tell(happened)

    def _tell(self, happened: Sequence[Line]) -> None:
        self._printer.show(happened)
        self._running.tell(happened)
        self._control.publish(happened)
        feedback = self._running.round.live.feedback
        if feedback is not None:
            feedback.report(happened)

    def _should_stop(self) -> bool:
        """Asked by sources before each frame, and while they wait for one."""
        if not self._has_begun:
            return self._asked()
        if self._reloader is not None and self._asked.take_reload():
            self._reloader.request()
        self._show(self._running.take_up())
        self._show(self._running.stand_back())
        self._show(self._desk.attend())
        if self._manager.listens:
            self._manager.alive()
            self._manager.status(self._running.in_words())
        return self._ends()

    def _may_rest(self) -> bool:
        return not (self._has_begun and self._running.round.chain.dispatcher.is_busy)

    def _ends(self) -> bool:
        return self._asked() or self._running.wanted is not None

    def _why_ended(self) -> str:
        if self._asked():
            return "asked to stop"
        return ANOTHER if self._ends() else "the source has ended"


def _keep_all_there_is(is_first: bool) -> None:
    """Have it no more looked through for garbage, which would stop the loop for 80 ms."""
    if not is_first:
        gc.unfreeze()
        gc.collect()
    gc.freeze()
    gc.enable()


def _to_log(line: Line) -> None:
    """Log what is no gesture's doing."""
    if isinstance(line, (CameraEvent, ConfigEvent)):
        is_fine = line.state in ("reloaded", "back", "off", "fine")
        _log.log(logging.INFO if is_fine else logging.WARNING, "%s", line.reason)
