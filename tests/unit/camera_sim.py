"""A camera, its connections and the time they live in: by script, without threads."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pytest

from daemon.camera import connections
from daemon.camera.event import CameraEvent
from daemon.camera.fault import Loss
from daemon.camera.live import LiveSource
from daemon.config.model import CameraSettings
from daemon.sources import Frame

#: stop: connections end, none can be made. stall: nothing comes, on a stream's connections that are
#: made meanwhile never. stick: a read that is under way never ends. still: one picture is repeated.
#: garbage: what comes is no picture, and to notice that takes a while. gone: unplugged. pulled:
#: unplugged, and the driver has not noticed.
Mode = Literal[
    "good", "stop", "stall", "stick", "still", "garbage",
    "dark", "half", "large", "gone", "pulled",
]  # fmt: skip
#: How long a reader looks at garbage before it says so.
GARBAGE_S = 0.5
WIDTH, HEIGHT, FPS = 64, 48, 30.0


@dataclass
class World:
    """A camera by script.

    Attributes:
        script: What it does from which second on, in order.
        settle_s, side_by_side, frozen_again_s, promised_fps: As of an opener.
        first_takes_s: From opening to the first picture.
    """

    script: list[tuple[float, Mode]] = field(default_factory=lambda: [(0.0, "good")])
    settle_s: float = 0.0
    side_by_side: bool = False
    frozen_again_s: float = 10.0
    promised_fps: float = 0.0
    first_takes_s: float = 0.0
    now_s: float = 1000.0
    slept_s: float = 0.0
    unstuck: bool = False
    readers: list[SimReader] = field(default_factory=list)

    @property
    def t_s(self) -> float:
        return self.now_s - 1000.0

    @property
    def mode(self) -> Mode:
        times_s = [each[0] for each in self.script]
        return self.script[bisect_right(times_s, self.t_s) - 1][1]

    def clock(self) -> float:
        return self.now_s

    def boot_clock(self) -> float:
        return self.now_s + self.slept_s

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def open(self, patience_s: float) -> Any:
        raise AssertionError("the reader is simulated")

    def explain(self, loss: Loss) -> str:
        return self.describe(loss)

    def describe(self, loss: Loss) -> str:
        return loss.name.casefold()

    def gone(self) -> str | None:
        return "unplugged" if self.mode in ("gone", "pulled") else None

    def alive(self) -> int:
        return sum(reader.alive for reader in self.readers)


class SimReader:
    """Stands in for `Reader`."""

    def __init__(self, world: World, patience_s: float, clock: Callable[[], float]) -> None:
        self._world = world
        self._patience_s = patience_s
        self.opened_s = world.now_s
        # Who connects to a stalled server waits on that connection for nothing; a device wakes.
        self._deaf = world.side_by_side and world.mode == "stall"
        self._sticks = False
        self._garbage_s: float | None = None
        self._closed = False
        self.count = self.dropped = 0
        self.rests = False
        self.last_s: float | None = None
        self.fault: str | None = "refused" if world.mode in ("stop", "gone", "pulled") else None
        world.readers.append(self)

    @property
    def alive(self) -> bool:
        if self._sticks and not self._world.unstuck:
            return True
        return not self._closed and self.fault is None

    def take(self, wait_s: float) -> tuple[Any, float] | None:
        world = self._world
        mode = world.mode
        self._sticks = self._sticks or mode == "stick"
        waiting = (
            self._deaf
            or mode in ("stall", "pulled", "garbage")
            or (self._sticks and not world.unstuck)
        )
        if self.fault is None and mode in ("stop", "gone"):
            self.fault = "closed"
        self._garbage_s = (self._garbage_s or world.now_s) if mode == "garbage" else None
        if self._garbage_s is not None and world.now_s - self._garbage_s >= GARBAGE_S:
            self.fault = self.fault or "garbage"
        age_s = world.now_s - self.opened_s
        warming = self.last_s is None and age_s < world.first_takes_s
        if self.last_s is None and age_s >= self._patience_s and (waiting or warming):
            self.fault = "no_first"
        if self.fault is not None:
            return None
        if waiting or warming:
            world.wait(wait_s)
            return None
        world.wait((2 if mode == "half" else 1) / FPS)
        self.count += 1
        self.last_s = world.now_s
        return self._picture(mode), world.now_s

    def close(self) -> None:
        self._closed = True

    def join(self, timeout_s: float) -> None:
        pass

    def _picture(self, mode: Mode) -> Any:
        scale = 2 if mode == "large" else 1
        shape = (HEIGHT * scale, WIDTH * scale, 3)
        if mode == "dark":
            return np.zeros(shape, np.uint8)
        tick = round(self._world.now_s * 1000)
        value = 0 if mode == "still" else 1 + tick % 50
        return np.full(shape, 100 + value, np.uint8)


def start(world: World, monkeypatch: pytest.MonkeyPatch, *, paused: bool = False) -> LiveSource:
    """The source under test, in that world."""
    monkeypatch.setattr(connections, "Reader", SimReader)
    settings = CameraSettings(width=WIDTH, height=HEIGHT, fps=FPS)
    return LiveSource(world, settings, world.clock, world.boot_clock, world.wait, paused=paused)


def run(
    source: LiveSource,
    world: World,
    until_s: float,
    act: Callable[[], object] = lambda: None,
) -> list[Frame | CameraEvent]:
    """What the source gives until then; `act` is called at each question whether to stop."""
    asked_s = [world.now_s]

    def should_stop() -> bool:
        assert world.now_s - asked_s[-1] <= 0.1, "asked too seldom"
        asked_s.append(world.now_s)
        assert len(asked_s) < 100_000, "time stands still"
        act()
        return world.t_s >= until_s

    return list(source.frames(should_stop))


def events(items: Iterable[Frame | CameraEvent]) -> list[tuple[str, str]]:
    """State and reason of each event."""
    return [(each.state, each.reason) for each in items if isinstance(each, CameraEvent)]


def first(items: Iterable[Frame | CameraEvent], state: str, after_s: float = 0.0) -> float:
    """When an event of this state came."""
    for each in items:
        if isinstance(each, CameraEvent) and each.state == state and each.t_s >= after_s:
            return each.t_s
    return sys.float_info.max
