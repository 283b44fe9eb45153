"""How long a gesture event takes to become a key: at the X server, and at a client of it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from daemon.actions import KeyAction
from daemon.backends.backend import BackendError
from daemon.bench.measure import Figures, figures
from daemon.config.model import Binding, Config, SafetySettings
from daemon.dispatch import Dispatcher
from daemon.injector import Injector
from daemon.ledger import open_ledger
from gestures.events import GestureEvent
from gestures.landmarks import HandFrame

WARM_UP_KEYS = 20
_PATIENCE_S = 20.0
#: Tapped alone it does nothing in any program.
_KEY = "ctrl"
#: Of the gesture's time; no limit on the rate is to be met.
_APART_S = 1.0


@dataclass(frozen=True, slots=True)
class InputRow:
    """Times from a gesture event to the press of its key."""

    until: str
    figures: Figures

    def to_json(self) -> dict[str, object]:
        """As printed."""
        figures = self.figures.to_json()
        return {"until": self.until, "keys": figures.pop("frames"), **figures}


def bench_input(keys: int) -> list[InputRow]:
    """Measure with so many keys, through dispatcher, injector, ledger and backend.

    `server` ends when the X server has answered a request that came after the press, so the way
    back is in it; `client` when another process, which has the focus, has read the press.

    Raises:
        BackendError: There is no X display.
    """
    if not os.environ.get("DISPLAY"):
        raise BackendError("no display: DISPLAY is not set; run inside an X11 session")
    from daemon.backends.pynput_backend import PynputBackend

    class Stamped(PynputBackend):
        """Notes when a press has returned: by then the server has it."""

        pressed_ns = 0

        def press_key(self, name: str) -> None:
            super().press_key(name)
            Stamped.pressed_ns = time.monotonic_ns()

    config = Config(
        arming=None,
        bindings=(Binding("swipe_left", KeyAction((_KEY,))),),
        safety=SafetySettings(most_per_s=1000),
    )
    server_s, client_s = [], []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        backend = Stamped()
        received = stack.enter_context(_receiver())
        injector = Injector(backend, open_ledger(folder, "pynput", os.environ["DISPLAY"]))
        stack.callback(injector.close)
        dispatcher = Dispatcher(config, injector, dry_run=False)
        for number in range(keys + WARM_UP_KEYS):
            t_s = number * _APART_S
            dispatcher.see(HandFrame(t_s, 640, 480))
            begin = GestureEvent(t_s, "begin", "swipe_left", "right", 1)
            start_ns = time.monotonic_ns()
            dispatcher.handle(begin, t_s)
            reached_ns = int(_line(received))
            dispatcher.handle(GestureEvent(t_s, "end", "swipe_left", "right", 1), t_s)
            if number >= WARM_UP_KEYS:
                server_s.append((Stamped.pressed_ns - start_ns) / 1e9)
                client_s.append((reached_ns - start_ns) / 1e9)
    return [InputRow("server", figures(server_s)), InputRow("client", figures(client_s))]


@contextmanager
def _receiver() -> Iterator[IO[str]]:
    """What the client tells, from when it has the focus."""
    process = subprocess.Popen(
        [sys.executable, "-m", "daemon.bench.receiver"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        while _line(process.stdout) != "ready":
            pass
        yield process.stdout
    finally:
        process.kill()
        process.communicate()


def _line(told: IO[str]) -> str:
    if not select.select([told], [], [], _PATIENCE_S)[0]:
        raise BackendError(
            f"no key reached the benchmark's window in {_PATIENCE_S:.0f} s; give it the focus"
        )
    line = told.readline().strip()
    if not line:
        raise BackendError("the benchmark's window could not be opened; look at the lines above")
    return line
