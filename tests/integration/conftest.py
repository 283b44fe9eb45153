"""A real X server for the tests that need one."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_START_S = 20.0


@contextmanager
def x_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """An X server of 1920x1080 pixels on a free display: its name and its process."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed (on Debian: apt install xvfb)")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", "1920x1080x24", "-noreset",
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
