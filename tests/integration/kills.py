"""Runs of the daemon that are killed while they hold keys down; prints what was left down after.

Each run is a process forked from this one, on the X display of the environment: the daemon's own
`run` with everything but the camera and the networks, whose landmarks are made up and come as fast
as they can. It tells through a pipe after which frames something was held; after a number of them
drawn by lot it is killed, wherever it happens to be.

    python -m tests.integration.kills 200 7      kills, seed
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

# What a run imports when it needs it is imported once, by the parent.
import daemon.backends.choose
import daemon.backends.pynput_backend
import daemon.backends.recovery
import daemon.chain
import daemon.control.desk
import daemon.control.session
import daemon.desk.feedback
import daemon.desk.linux_lock
import daemon.desk.x_input
import daemon.loop
import daemon.rounds
import daemon.running  # noqa: F401
from daemon import live
from daemon.commands import common, control
from daemon.commands.run import run_config
from daemon.config.load import parse_config
from daemon.config.model import Config
from daemon.injector import Injector
from daemon.ledger import Held, _read
from daemon.release import release_left
from daemon.reload.start import Start
from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import FIST, ONE, PALM, PEACE, PINCH, PINCH_OPEN
from daemon.synthetic.scene import Act
from gestures.landmarks import HandFrame
from models.smoothing import LandmarkSmoother
from tests.integration.x_listener import XListener
from tests.unit.hand_paths import acting_hands

CONFIG = """\
version: 1
arming: false
bindings:
  - {gesture: palm, action: {type: hold, keys: ctrl+shift}}
  - {gesture: fist, action: {type: drag, button: left}}
  - gesture: peace
    action:
      type: sequence
      actions: [{type: hold, keys: alt}, {type: key, keys: [a, b], delay_ms: 30}, {type: drag}]
  - {gesture: pinch, action: {type: drag, button: right}}
  - {gesture: one, action: {type: repeat, per_second: 30, action: {type: text, text: 'Aé?'}}}
"""
_MOST_FRAMES = 60


def _frames() -> list[HandFrame]:
    act = Act(HandState(PALM, (320.0, 260.0), 75.0)).hold(0.6)
    for pose in (FIST, ONE, PEACE, PINCH_OPEN, PINCH, PALM):
        act = act.become(pose, 0.3).hold(0.6)
    return list(acting_hands(act))


class _Watched(Injector):
    """Tells what is held; the last one made is the run's."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        _Watched.newest = self

    newest: Injector


def _run(config: Config, frames: list[HandFrame], told: int) -> None:
    """A run that goes on until it is ended; it tells `h` after a frame with something held."""
    duration_s = frames[-1].t_s + 1 / 30

    def endless(should_stop: Callable[[], bool]) -> Iterator[HandFrame]:
        for turn in count():
            for frame in frames:
                if should_stop():
                    return
                yield HandFrame(
                    frame.t_s + turn * duration_s, frame.width, frame.height, frame.hands
                )
                os.write(told, b"h" if _Watched.newest.held else b".")

    class Watched:
        source = None

        def __call__(
            self, should_stop: Callable[[], bool], _may_rest: Callable[[], bool]
        ) -> Iterator[HandFrame]:
            return endless(should_stop)

    @contextmanager
    def opened(*_: object, **__: object) -> Iterator[Watched]:
        yield Watched()

    common.opened = opened  # type: ignore[assignment]
    live.Injector = _Watched  # type: ignore[misc]
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    run_config(Start(config), lambda same: same, mirror=False, dry_run=False, as_json=True)


def _start(config: Config, frames: list[HandFrame]) -> tuple[int, int]:
    """A forked run: its process id, and the pipe through which it tells."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reading)
            _run(config, frames, writing)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    return pid, reading


def _kill_while_held(pid: int, told: int, frames: int, number: signal.Signals) -> int:
    """Kill it after so many frames with something held; returns its wait status."""
    while frames:
        tale = os.read(told, 1)
        assert tale, "the run ended by itself"
        frames -= tale == b"h"
    os.kill(pid, number)
    status = os.waitpid(pid, 0)[1]
    os.close(told)
    return status


def _recorded(folder: Path) -> list[Held]:
    return [held for path in folder.glob("*.held") for held in _read(path.read_bytes()).held]


def main(kills: int, seed: int) -> None:
    """Kill so many, and print a line of JSON with what was found."""
    logging.disable(logging.WARNING)
    chance = random.Random(seed)
    LandmarkSmoother()  # imports scipy before the first fork
    frames = _frames()
    config = parse_config(CONFIG, Path("kills.yaml")).config
    listener = XListener(os.environ["DISPLAY"])
    folder = Path(os.environ["XDG_RUNTIME_DIR"]) / "gestured"
    found = {"sigterm": 0, "sigkill": 0, "left_by_sigkill": 0, "unrecorded": 0, "down": 0}
    for _ in range(kills):
        number = chance.choice([signal.SIGTERM, signal.SIGKILL])
        pid, told = _start(config, frames)
        status = _kill_while_held(pid, told, chance.randint(1, _MOST_FRAMES), number)
        down = listener.down()
        if number is signal.SIGKILL:
            assert os.WTERMSIG(status) == signal.SIGKILL
            found["sigkill"] += 1
            found["left_by_sigkill"] += bool(down)
            found["unrecorded"] += bool(down) and not _recorded(folder)
            if chance.random() < 0.5:
                release_left()  # as the next start does
            else:
                control.stop(None)  # type: ignore[arg-type]  # the service's stop hook
            down = listener.down()
        else:
            assert status == 0, f"SIGTERM: wait status {status}"
            found["sigterm"] += 1
        found["down"] += bool(down)
        listener.new_lines()
    listener.close()
    found["files"] = len(list(folder.glob("*.held")))
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
