"""What the integration tests share: a real X server, and what the tracker sees in the footage."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

import pytest

from daemon.commands.common import open_configured_tracker
from daemon.config.load import load_config
from daemon.config.model import Config
from daemon.config.places import shipped_config
from daemon.picture_files import VideoFile
from gestures.landmarks import HandFrame
from models.store import ModelStore
from tests.integration.footage import RATES
from tests.patience import patient

_START_S = patient(10)


@contextmanager
def x_server(size: str = "1920x1080") -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """An X server of so many pixels on a free display: its name and its process."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed (on Debian: apt install xvfb)")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-noreset",
         "-nolisten", "tcp"],
        pass_fds=[writing],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as pipe:
            if not select.select([pipe], [], [], _START_S)[0]:
                pytest.fail(f"Xvfb named no display within {_START_S:.0f} s")
            number = pipe.readline().strip()
        assert number, f"Xvfb ended with {server.wait()} before it named a display"
        yield f":{number}", server
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def x_display() -> Iterator[str]:
    """Name of an X display that lives as long as the tests."""
    with x_server() as (display, _):
        yield display


@pytest.fixture
def mortal_x_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """An X server of the test's own, to be ended by it: name of the display, and process."""
    with x_server() as server:
        yield server


@pytest.fixture(scope="session")
def config() -> Config:
    """The shipped configuration."""
    return load_config(shipped_config()).config


@pytest.fixture(scope="session")
def watch(
    data: Path, config: Config, store: ModelStore
) -> Iterator[Callable[[str, str], tuple[HandFrame, ...]]]:
    """What the tracker sees in a clip at one of `RATES`; each is decoded and tracked once."""
    with ExitStack() as stack:
        trackers = {rate: open_configured_tracker(config) for rate in RATES}
        for tracker in trackers.values():
            stack.callback(tracker.close)

        @cache
        def tracked(clip: str) -> dict[str, tuple[HandFrame, ...]]:
            for tracker in trackers.values():
                tracker.reset()
            frames: dict[str, list[HandFrame]] = {rate: [] for rate in RATES}
            with closing(VideoFile(data / "clips" / clip)) as video:
                for index, frame in enumerate(video.frames(lambda: False)):
                    height, width = frame.picture.shape[:2]
                    for rate in (rate for rate, is_seen in RATES.items() if is_seen(index)):
                        hands = trackers[rate].track(frame.picture, frame.t_s)
                        frames[rate].append(HandFrame(frame.t_s, width, height, hands))
            return {rate: tuple(those) for rate, those in frames.items()}

        yield lambda clip, rate: tracked(clip)[rate]
