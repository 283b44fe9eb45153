"""The loop as `gestured run` builds it, without the desktop around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from daemon.camera.event import CameraEvent
from daemon.chain import Chain, Line
from daemon.config.model import Config
from daemon.control.desk import ControlDesk
from daemon.control.server import Control
from daemon.injector import Injector
from daemon.live import Live
from daemon.loop import run_loop
from daemon.printing import LinePrinter
from daemon.round import Camera, Round
from daemon.running import Running
from gestures.landmarks import HandFrame


class WholeLoop:
    """From landmarks to actions, printed lines and answers to whoever asks at the control socket.

    Args:
        config: What runs.
        injector: Carries the actions out.
        server: Where others ask.
        output: Takes the lines.
        dry_run: What the lines say of the actions.
    """

    def __init__(
        self,
        config: Config,
        injector: Injector,
        server: Control,
        output: TextIO,
        *,
        dry_run: bool = True,
    ) -> None:
        self._config = config
        self._live = Live(injector)
        self._chain = Chain(config, injector, dry_run=dry_run)
        self._server = server
        self._printer = LinePrinter(as_json=True, stream=output)
        self._running = Running(None, lambda: None)
        self._desk = ControlDesk(server, self._running)
        #: Lines that came of it.
        self.events = 0

    def run(self, frames: Iterable[HandFrame | CameraEvent], camera: Camera | None = None) -> None:
        """Run until the frames end; who gives them calls `attend` before each."""
        self._running.begin(Round(self._config, self._live, self._chain, camera))
        run_loop(self._running.watched(frames), self._chain, self._show)

    def attend(self) -> None:
        """Answer those who ask."""
        self._show(self._desk.attend())

    def _show(self, lines: Iterable[Line]) -> None:
        happened = list(lines)
        self.events += len(happened)
        self._printer.show(happened)
        self._running.tell(happened)
        self._server.publish(happened)
