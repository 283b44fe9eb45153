"""The daemon's loop on a played camera, in real time: what became of each picture, and its cost.

All is as in `gestured run`: the thread that reads and keeps the newest picture only, the tracker as
on a camera, the loop with everything after it, the control socket, and lines that are printed. Only
the desktop around it is missing.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

from daemon.backends.backend import Backend
from daemon.backends.dry_run import DryRunBackend
from daemon.bench.played_camera import PlayedCamera, Reel
from daemon.bench.soak import read
from daemon.bench.whole_loop import WholeLoop
from daemon.camera.event import CameraEvent
from daemon.camera.live import LiveSource
from daemon.config.model import CameraSettings, Config
from daemon.control.folder import socket_path
from daemon.control.server import Control, ControlServer, NoControl
from daemon.injector import Injector
from daemon.ledger import open_ledger
from daemon.loop import hand_frames
from gestures.landmarks import HandFrame
from models.tracker import Tracker

#: Until the networks are in their stride, and until a still scene is known to be one.
WARM_UP_S: Final = 4.0


@dataclass(frozen=True, slots=True)
class LiveRun:
    """What came of a run after the warm-up; ages count from when a picture was taken.

    Attributes:
        ages_s: Of each picture that was looked at, when everything was done that came of it.
        key_ages_s: Of the picture that a gesture acts on, when its key had been pressed.
        dropped: Pictures that nobody looked at, since another had come; rests not counted.
        wall_s: How long it took.
        cpu_s: CPU time of all threads meanwhile.
        resident_mb: Memory at the end without the pictures that are played, in units of 2^20
            bytes; None where the system does not tell.
    """

    ages_s: tuple[float, ...]
    key_ages_s: tuple[float, ...]
    dropped: int
    wall_s: float
    cpu_s: float
    resident_mb: float | None


class NotingBackend:
    """A backend that notes when each press of a key had returned, on the monotonic clock.

    Args:
        backend: Does it.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.pressed_s: list[float] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._backend, name)

    def press_key(self, name: str) -> None:
        """Press it, then note the time."""
        self._backend.press_key(name)
        self.pressed_s.append(time.monotonic())


class Stopwatch:
    """Notes how old each picture is when all that came of it is done.

    Args:
        camera: Knows when it was taken.
        source: Gives it.
        pressed_s: When keys were pressed, added to elsewhere.
    """

    def __init__(self, camera: PlayedCamera, source: LiveSource, pressed_s: list[float]) -> None:
        self._camera = camera
        self._source = source
        self._pressed_s = pressed_s
        #: When the first picture was done with.
        self.first_s: float | None = None
        self.begin()

    def begin(self) -> None:
        """Forget what was until now."""
        self.ages_s: list[float] = []
        self.key_ages_s: list[float] = []
        self._dropped = self._source.dropped + self._camera.lost
        self._start_s, self._cpu_start_s = time.monotonic(), time.process_time()

    def watched(
        self, items: Iterable[HandFrame | CameraEvent]
    ) -> Iterator[HandFrame | CameraEvent]:
        """The frames as they are; what is done with each is timed."""
        for item in items:
            self._pressed_s.clear()
            yield item
            if isinstance(item, CameraEvent):
                continue
            done_s = time.monotonic()
            taken_s = self._camera.taken_s(self._source.start_s + item.t_s)
            self.ages_s.append(done_s - taken_s)
            self.key_ages_s += [pressed_s - taken_s for pressed_s in self._pressed_s]
            self.first_s = self.first_s or done_s

    def result(self, played_mb: float) -> LiveRun:
        """Of what was since the beginning."""
        wall_s, cpu_s = time.monotonic() - self._start_s, time.process_time() - self._cpu_start_s
        resident_mb = read().rss_mb
        return LiveRun(
            tuple(self.ages_s),
            tuple(self.key_ages_s),
            self._source.dropped + self._camera.lost - self._dropped,
            wall_s,
            cpu_s,
            None if resident_mb is None else resident_mb - played_mb,
        )


def run_live(
    config: Config,
    tracker: Tracker,
    reel: Reel,
    fps: float,
    seconds: float,
    warm_up_s: float = WARM_UP_S,
) -> LiveRun:
    """Run for so long after the warm-up.

    Keys are pressed for real where there is an X display.

    Args:
        config: What runs.
        tracker: For live pictures that are BGR; reset before.
        reel: What the camera sees.
        fps: Pictures it takes a second.
        seconds: How long to measure.
        warm_up_s: How long not to, from the first picture on.

    Raises:
        BackendError: The X display takes no keys.
    """
    camera = PlayedCamera(reel, fps)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        control = stack.enter_context(_control(folder))
        output = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        backend = _open_backend()
        noting = NotingBackend(backend)
        ledger = open_ledger(folder, backend.name, os.environ.get("DISPLAY"))
        # All that a backend has is there, by way of the one behind it.
        injector = Injector(cast(Backend, noting), ledger)
        stack.callback(injector.close)
        loop = WholeLoop(config, injector, control, output, dry_run=False)
        source = stack.enter_context(closing(LiveSource(camera, CameraSettings(fps=fps))))
        stack.enter_context(_collected_before())
        watch = Stopwatch(camera, source, noting.pressed_s)
        begun_s: float | None = None

        def should_stop() -> bool:
            nonlocal begun_s
            loop.attend()
            now_s = time.monotonic()
            if begun_s is None:
                if watch.first_s is not None and now_s - watch.first_s >= warm_up_s:
                    begun_s = now_s
                    watch.begin()
                return False
            return now_s - begun_s >= seconds

        loop.run(watch.watched(hand_frames(source, tracker, True, should_stop)), source)
        return watch.result(reel.held_mb)


def keys_go_to() -> str:
    """Where keys are pressed, in words."""
    return "keys at the X server" if os.environ.get("DISPLAY") else "no display: keys go nowhere"


def _open_backend() -> Backend:
    if not os.environ.get("DISPLAY"):
        return DryRunBackend()
    from daemon.backends.pynput_backend import PynputBackend

    return PynputBackend()


@contextmanager
def _control(folder: Path) -> Iterator[Control]:
    if not hasattr(os, "fork"):  # no Unix sockets either
        yield NoControl()
        return
    with closing(ControlServer(socket_path(folder))) as server:
        yield server


@contextmanager
def _collected_before() -> Iterator[None]:
    """Have what is there no more looked through for garbage, as `gestured run` does."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
