"""Use of the real input on real X servers: XTEST is none, a server's own devices are."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("Xlib")

from Xlib import X, display
from Xlib.ext import xinput, xtest
from Xlib.protocol import rq

from daemon.desk import x_input
from daemon.desk.health import problems
from daemon.desk.real_input import STUCK_S, open_real_input
from daemon.desk.x_input import XInput
from tests.patience import patient

_LONG_S = patient(10)
_START_S = patient(10)
_A = 38


class Sender:
    """Sends by XTEST, as pynput and xdotool do."""

    def __init__(self, name: str) -> None:
        self._display = display.Display(name)

    def key(self) -> None:
        self._send(X.KeyPress, _A)
        self._send(X.KeyRelease, _A)

    def press(self, kind: int, detail: int) -> None:
        self._send(kind, detail)

    def click(self) -> None:
        self._send(X.ButtonPress, 1)
        self._send(X.ButtonRelease, 1)

    def move(self, x: int, y: int) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        self._display.sync()

    def sweep(self) -> None:
        for step in range(10):
            self.move(100 + 20 * step, 100)

    def pointer(self) -> tuple[int, int]:
        place = self._display.screen().root.query_pointer()
        return place.root_x, place.root_y

    def grab_keyboard(self) -> None:
        root = self._display.screen().root
        grabbed = root.grab_keyboard(True, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        assert grabbed == X.GrabSuccess

    def add_pointer(self) -> None:
        wire: Any = self._display.display
        opcode = wire.get_extension_major(xinput.extname)
        _AddPointer(
            display=wire, opcode=opcode, count=1, type=xinput.AddMaster, words=3,
            name_length=2, send_core=True, enable=True, name=b"ab\0\0",
        )  # fmt: skip
        self._display.sync()

    def close(self) -> None:
        self._display.close()

    def _send(self, kind: int, detail: int) -> None:
        xtest.fake_input(self._display, kind, detail)
        self._display.sync()


@contextmanager
def sending(name: str) -> Iterator[Sender]:
    sender = Sender(name)
    try:
        yield sender
    finally:
        sender.close()


@pytest.fixture
def real(x_display: str) -> Iterator[XInput]:
    real = open_real_input({"DISPLAY": x_display}, "linux")
    assert isinstance(real, XInput)
    yield real
    real.close()


def all_used(real: XInput) -> bool:
    """Whether there was use in all that the server has done so far."""
    connection: Any = real._display
    connection.sync()
    return real.used_since_last()


def test_what_is_sent_by_xtest_is_no_use(real: XInput, x_display: str) -> None:
    assert real.problem is None
    with sending(x_display) as sender:
        sender.key()
        sender.click()
        sender.sweep()
    assert not all_used(real)
    assert real.problem is None


@pytest.mark.parametrize("what", ["key", "click", "sweep"])
def test_the_same_would_be_use_if_the_device_were_real(
    what: str, real: XInput, x_display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real, "_look_at", lambda _: x_input._Device({}))
    with sending(x_display) as sender:
        getattr(sender, what)()
    assert all_used(real)
    assert not all_used(real)


@pytest.mark.parametrize(
    ("down", "up", "detail"),
    [(X.ButtonPress, X.ButtonRelease, 1), (X.KeyPress, X.KeyRelease, _A)],
)
def test_what_is_held_still_is_use_until_it_is_up(
    x_display: str, monkeypatch: pytest.MonkeyPatch, down: int, up: int, detail: int
) -> None:
    now_s = 0.0
    real = XInput(x_display, lambda: now_s)
    monkeypatch.setattr(real, "_look_at", lambda _: x_input._Device({}))
    try:
        with sending(x_display) as sender:
            sender.press(down, detail)
            for _ in range(3):
                now_s += 2.0
                assert all_used(real)
            sender.press(up, detail)
            assert not all_used(real)
            # One that never goes up is no use for ever.
            sender.press(down, detail)
            assert all_used(real)
            now_s += STUCK_S
            assert not all_used(real)
            sender.press(up, detail)
            assert not all_used(real)
    finally:
        real.close()
    assert real.problem is None


def test_what_xtest_holds_is_no_use(real: XInput, x_display: str) -> None:
    with sending(x_display) as sender:
        sender.press(X.ButtonPress, 1)
        assert not all_used(real)
        sender.press(X.ButtonRelease, 1)
    assert real.problem is None


def test_a_device_that_is_gone_holds_nothing(real: XInput) -> None:
    held = x_input._Device({})
    held.may_hold, held.last_s = True, time.monotonic()
    real._devices[99] = held
    assert not all_used(real)
    assert real.problem is None


def test_a_program_that_grabs_the_keyboard_hides_nothing(
    real: XInput, x_display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real, "_look_at", lambda _: x_input._Device({}))
    with sending(x_display) as grabber:
        grabber.grab_keyboard()
        grabber.key()
        assert all_used(real)


class _AddPointer(rq.Request):
    """XIChangeHierarchy with one change: a pointer and keyboard more, called `ab`."""

    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(43), rq.RequestLength(),
        rq.Card8("count"), rq.Pad(3),
        rq.Card16("type"), rq.Card16("words"),
        rq.Card16("name_length"), rq.Bool("send_core"), rq.Bool("enable"),
        rq.FixedBinary("name", 4),
    )  # fmt: skip


def test_devices_are_looked_at_anew_when_some_came_or_went(
    mortal_x_server: tuple[str, subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = mortal_x_server
    real = XInput(name)
    looked_at: list[int] = []
    monkeypatch.setattr(real, "_look_at", lambda number: looked_at.append(number))
    try:
        with sending(name) as sender:
            for _ in range(2):
                sender.key()
                assert not all_used(real)
            assert len(looked_at) == 1
            sender.add_pointer()
            sender.key()
            assert not all_used(real)
            assert looked_at == 2 * looked_at[:1]
    finally:
        real.close()
    assert real.problem is None


@contextmanager
def nested_server(host: str) -> Iterator[str]:
    """An X server in a window of another, whose devices are real to it: its name."""
    program = shutil.which("Xephyr")
    if program is None:
        pytest.skip("Xephyr is not installed (on Debian: apt install xserver-xephyr)")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "800x600", "-nolisten", "tcp"],
        pass_fds=[writing],
        env={**os.environ, "DISPLAY": host},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as pipe:
            if not select.select([pipe], [], [], _START_S)[0]:
                pytest.fail(f"Xephyr named no display within {_START_S:.0f} s")
            number = pipe.readline().strip()
        assert number, f"Xephyr ended with {server.wait()} before it named a display"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


def comes_to_be_used(real: XInput) -> bool:
    """Whether use is noticed before long."""
    connection: Any = real._display
    deadline_s = time.monotonic() + _LONG_S
    while (left_s := deadline_s - time.monotonic()) > 0:
        if real.used_since_last():
            return True
        select.select([connection.fileno()], [], [], left_s)
    return False


def test_keyboard_and_mouse_of_a_real_server_are_use(
    mortal_x_server: tuple[str, subprocess.Popen[bytes]],
) -> None:
    host, _ = mortal_x_server
    with nested_server(host) as nested:
        real = XInput(nested)
        try:
            with sending(nested) as own, sending(host) as person:
                # There is no window manager, so the keys go where the pointer is.
                person.move(100, 100)
                for use in (person.key, person.click, person.sweep):
                    use()
                    assert comes_to_be_used(real)
                    # The rest of the sweep may come yet; the release of a key is no use.
                    deadline_s = time.monotonic() + _LONG_S
                    while own.pointer() != person.pointer() and time.monotonic() < deadline_s:
                        pass
                    all_used(real)
                    own.key()
                    own.click()
                    own.sweep()
                    assert not all_used(real)
        finally:
            real.close()


def test_a_server_that_ends_is_a_problem_and_no_error(
    mortal_x_server: tuple[str, subprocess.Popen[bytes]],
) -> None:
    name, server = mortal_x_server
    real = XInput(name)
    server.kill()
    server.wait()
    assert not real.used_since_last()
    assert "ConnectionClosedError" in str(real.problem)
    assert not real.used_since_last()
    real.close()


def test_closing_leaves_no_descriptor(x_display: str) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        XInput(x_display).close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


_LISTEN = """
import json, sys, threading
from Xlib import X, display
from Xlib.ext import xinput, xtest
from Xlib.protocol import rq
from daemon.desk import listened_input
heard = threading.Semaphore(0)
def listeners(on_use, on_move, on_button):
    def use(injected):
        on_use(injected); heard.release()
    def move(x, y, injected):
        on_move(x, y, injected); heard.release()
    def button(name, pressed, injected):
        on_button(name, pressed, injected); heard.release()
    return listened_input._listeners(use, move, button)
real = listened_input.ListenedInput(listeners)
for listener in real._listeners:
    listener.wait()
sender = display.Display()
seen = []
for events in (
    [(X.KeyPress, 38, 0), (X.KeyRelease, 38, 0)],
    [(X.ButtonPress, 1, 0), (X.ButtonRelease, 1, 0)],
    [(X.ButtonPress, 4, 0), (X.ButtonRelease, 4, 0)],
    [(X.MotionNotify, 0, x) for x in range(100, 300, 20)],
):
    for kind, detail, x in events:
        xtest.fake_input(sender, kind, detail, x=x, y=100)
    sender.sync()
    used = False
    while not used and heard.acquire(timeout=120):
        used = real.used_since_last()
    seen.append(used)
print(json.dumps([seen, real.problem]))
real.close()
"""


def test_pynputs_listeners_call_what_is_given_to_them(x_display: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LISTEN],
        env={**os.environ, "DISPLAY": x_display, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # On X pynput takes XTEST for a device, which is what this needs.
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [[True] * 4, None]


def test_doctor_is_told_what_works_here(x_display: str) -> None:
    environ = {
        "DISPLAY": x_display,
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
        "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nowhere",
    }
    found = problems(environ, "linux")
    assert list(found) == ["real input", "screen lock", "notifications", "sounds"]
    assert found["real input"] is None
    assert "no system bus" in str(found["screen lock"])
    assert "a notification service" in str(found["notifications"])
