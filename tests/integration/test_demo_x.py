"""The whole daemon before a real X server: the demo's hand presses the keys that it should.

The demo plays in real time, about 52 s. It is started once, with the module's first test, and goes
on in the background on an X server of its own while the tests that cut it short run on another.
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from daemon.config.places import shipped_config
from daemon.pointer.region import region_around, to_desktop
from daemon.synthetic.demo import AWAY_S, EXPECTED_KEYS, presenter
from daemon.synthetic.hand import HandState, image_joints
from daemon.synthetic.poses import ONE
from models.store import ModelStore
from tests.integration.conftest import x_server
from tests.integration.gestured import COMMAND, ROOT, complaints, environment
from tests.integration.x_listener import XListener
from tests.patience import patient

pytestmark = [pytest.mark.slow, pytest.mark.alone]

# With the two demos of this module at once, a machine of two cores is a little too slow for them.
_WHOLE_S = 200.0
_FIRST_S = patient(20)
_STOP_S = patient(5)
_POLL_S = 0.01

# Three palm lengths are the screen's width. Where the hand armed and where it points may each be
# read 0.05 of them off; how far it went suffers from the difference of two readings alone.
_POINTER_PX = 64
_REACH_PX = 48

_DRAG_WITH_PALM = """\
version: 1
arming: false
bindings:
  - {gesture: palm, action: {type: drag, button: left}}
"""


class Daemon:
    """`gestured run --source demo`, pressing real keys, before a client that has the focus."""

    def __init__(self, display: str, folder: Path, config: Path) -> None:
        self._out, self._err = folder / "out.jsonl", folder / "err.txt"
        self._lines: list[str] = []
        self.listener = XListener(display)
        command = [*COMMAND, "run", "--json", "--source", "demo", "--config", str(config)]
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                # One daemon a session: each has its own.
                env=environment(DISPLAY=display, XDG_RUNTIME_DIR=str(folder)),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def lines(self) -> list[str]:
        """Everything that the client has got so far."""
        self._lines += self.listener.new_lines()
        return self._lines

    def wait_for_line(self, line: str) -> None:
        """Wait until the client has got that."""
        deadline_s = time.monotonic() + _FIRST_S
        while line not in self.lines():
            assert self.process.poll() is None, self._err.read_text()
            assert time.monotonic() < deadline_s, f"no {line!r} in {_FIRST_S:.0f} s"
            time.sleep(_POLL_S)

    def ended(self, timeout_s: float) -> Ended:
        """What is left when it has ended."""
        exit_code = self.process.wait(timeout_s)
        events = [json.loads(line) for line in self._out.read_text().splitlines()]
        errors = complaints(self._err.read_text())
        return Ended(exit_code, events, errors, self.lines(), self.listener.down())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.listener.close()


@dataclass(frozen=True, slots=True)
class Ended:
    """What was left of a daemon.

    Attributes:
        events: What it printed.
        errors: What it wrote to stderr.
        lines: What the client got.
        down: Keys and buttons that were down on the server afterwards.
    """

    exit_code: int
    events: list[dict[str, Any]]
    errors: list[str]
    lines: list[str]
    down: list[str]

    def presses(self) -> list[str]:
        """What the client got besides the pointer's way."""
        return [line for line in self.lines if not line.startswith("move ")]

    def actions(self) -> list[tuple[str, dict[str, Any], bool]]:
        """Gesture, action and whether it was a dry run."""
        return [
            (event["gesture"], event["action"], event["dry_run"])
            for event in self.events
            if event["event"] == "action"
        ]

    def assert_clean(self) -> None:
        """It ended as it should, and left nothing behind."""
        assert self.errors == []
        assert self.exit_code == 0
        assert self.down == []


@pytest.fixture(scope="module", autouse=True)
def playing(store: ModelStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """The whole demo with the shipped configuration, in the background."""
    with ExitStack() as stack:
        display, _ = stack.enter_context(x_server())
        daemon = Daemon(display, tmp_path_factory.mktemp("demo"), shipped_config())
        stack.callback(daemon.close)
        yield daemon


@pytest.fixture(scope="module")
def played(playing: Daemon) -> Ended:
    return playing.ended(_WHOLE_S)


@pytest.fixture
def start(x_display: str, tmp_path: Path) -> Iterator[Callable[[Path], Daemon]]:
    """Start a demo with a configuration."""
    with ExitStack() as stack:

        def begin(config: Path) -> Daemon:
            daemon = Daemon(x_display, tmp_path, config)
            stack.callback(daemon.close)
            return daemon

        yield begin


def test_sigterm_after_the_first_key(start: Callable[[Path], Daemon]) -> None:
    daemon = start(shipped_config())
    daemon.wait_for_line("down Right")
    daemon.process.terminate()
    ended = daemon.ended(_STOP_S)
    ended.assert_clean()
    assert ended.lines == ["down Right", "up Right"]
    assert [gesture for gesture, _, _ in ended.actions()] == ["swipe_left"]
    assert ended.events[-1]["event"] == "disarmed"
    assert ended.events[-1]["reason"] == "asked to stop"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_in_a_drag(
    start: Callable[[Path], Daemon], tmp_path: Path, number: signal.Signals
) -> None:
    config = tmp_path / "drag.yaml"
    config.write_text(_DRAG_WITH_PALM)
    daemon = start(config)
    daemon.wait_for_line("press 1")
    assert daemon.listener.down() == ["mask 0x100"]
    daemon.process.send_signal(number)
    ended = daemon.ended(_STOP_S)
    ended.assert_clean()
    assert ended.presses() == ["press 1", "release 1"]


def test_the_demo_presses_what_it_calls_for(played: Ended) -> None:
    played.assert_clean()
    assert played.presses() == [
        line for key in EXPECTED_KEYS for line in (f"down {key}", f"up {key}")
    ]


def test_the_demo_reports_what_it_does(played: Ended) -> None:
    gestures = ("swipe_left", "swipe_left", "swipe_right", "fist", "fist")
    assert played.actions() == [
        *(
            (gesture, {"type": "key", "keys": key}, False)
            for gesture, key in zip(gestures, EXPECTED_KEYS, strict=True)
        ),
        ("one", {"type": "pointer"}, False),
    ]


def test_the_demo_is_armed_once_and_until_long_after_the_hand_has_left(played: Ended) -> None:
    arming = [event for event in played.events if event["event"] in ("armed", "disarmed")]
    assert [event["event"] for event in arming] == ["armed", "disarmed"]
    gone_s = presenter().duration_s - AWAY_S
    assert 8 < arming[1]["t"] - gone_s < 11


def test_the_pointer_follows_the_palm(played: Ended) -> None:
    moves = [line.removeprefix("move ") for line in played.lines if line.startswith("move ")]
    last_key = max(index for index, line in enumerate(played.lines) if line == "up b")
    assert last_key < played.lines.index(f"move {moves[0]}")
    way_px = np.array([move.split(",") for move in moves], dtype=int)
    true_px = _palm_on_screen()
    np.testing.assert_allclose(way_px.min(axis=0), true_px.min(axis=0), atol=_POINTER_PX)
    np.testing.assert_allclose(way_px.max(axis=0), true_px.max(axis=0), atol=_POINTER_PX)
    np.testing.assert_allclose(np.ptp(way_px, axis=0), np.ptp(true_px, axis=0), atol=_REACH_PX)


def _palm_on_screen() -> np.ndarray:
    """Array of shape `(N, 2)`: where the demo's pointing palm is, on a screen of 1920x1080.

    The region that stands for the screen is around where the hand first came to rest, and armed.
    """
    scene = presenter(640, 480)
    hands = [scene.at(t_s)[0] for t_s in np.arange(0, scene.duration_s, 1 / 30)]
    armed = next(hand for hand in hands if hand.centre_px[1] < 0.53 * 480)
    place = _palm_px(armed) / 480
    region = region_around(
        (place[0], place[1]), armed.palm_px / 480, 640 / 480, 1920 / 1080, speed=1.0
    )
    pointing = [_palm_px(hand) / (640, 480) for hand in hands if hand.pose == ONE]
    return np.array([to_desktop((x, y), region) for x, y in pointing]) * (1919, 1079)


def _palm_px(hand: HandState) -> np.ndarray:
    """The middle of wrist and MCPs."""
    return image_joints(hand)[[0, 5, 9, 13, 17], :2].mean(axis=0)
