"""Text through a real X server to a real X client: libX11's own xev, which says what it read."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from Xlib import X, display

from daemon.backends.backend import BackendError
from daemon.backends.pynput_backend import PynputBackend
from daemon.backends.recovery import release_left_down
from daemon.backends.x_borrowing import Borrowing
from daemon.injector import Injector
from tests.integration.conftest import x_server
from tests.integration.x_listener import XListener
from tests.patience import patient

ROOT = Path(__file__).parents[2]
_DEADLINE_S = patient(10)
#: Ends every text; xev has read all before it when it reports it.
_END = "\t"


class Xev:
    """xev with the keyboard's focus."""

    def __init__(self, name: str) -> None:
        program = shutil.which("xev")
        if program is None:
            pytest.skip("xev is not installed (on Debian: apt install x11-utils)")
        self._process = subprocess.Popen(
            [program, "-event", "keyboard"],
            env=os.environ | {"DISPLAY": name, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        self._lines = iter(self._process.stdout)
        self._display = display.Display(name)
        self._focus()

    def suspend(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def text(self) -> str:
        """What keys it has read as, up to `_END`."""
        read = ""
        pressed = False
        for line in self._lines:
            pressed = line.startswith(b"KeyPress") or (pressed and bool(line.strip()))
            found = re.search(rb'XmbLookupString gives \d+ bytes: \([0-9a-f ]+\) "(.*)', line, re.S)
            if found and pressed:
                # A newline of the text ends xev's line early.
                character = found[1].removesuffix(b'"\n').decode()
                if character == _END:
                    return read
                read += character.replace("\r", "\n")
        raise AssertionError("xev has ended")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._display.close()

    def _focus(self) -> None:
        root = self._display.screen().root
        deadline = time.monotonic() + _DEADLINE_S
        while time.monotonic() < deadline:
            for window in root.query_tree().children:
                if window.get_attributes().map_state == X.IsViewable:
                    window.set_input_focus(X.RevertToParent, X.CurrentTime)
                    self._display.sync()
                    return
        raise TimeoutError("xev has shown no window")


@pytest.fixture
def own_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with x_server() as (name, _):
        monkeypatch.setenv("DISPLAY", name)
        yield name


@pytest.fixture
def xev(own_display: str) -> Iterator[Xev]:
    xev = Xev(own_display)
    yield xev
    xev.close()


def keyboard_mapping(name: str) -> list[tuple[int, ...]]:
    connection = display.Display(name)
    info = connection.display.info
    mapping = connection.get_keyboard_mapping(
        info.min_keycode, info.max_keycode - info.min_keycode + 1
    )
    connection.close()
    return [tuple(keysym for keysym in keysyms if keysym) for keysyms in mapping]


def type_text(backend: PynputBackend, text: str) -> None:
    for character in text + _END:
        keys = backend.keys_for_character(character)
        for name in keys:
            backend.press_key(name)
        for name in reversed(keys):
            backend.release_key(name)


@pytest.mark.parametrize(
    "text", ["Plain, with (signs)!", "é€ß→", "Grüße: Привет, 世界 ✓ 😀", "two\nlines"]
)
def test_text_is_read_as_it_was_typed(own_display: str, xev: Xev, text: str) -> None:
    before = keyboard_mapping(own_display)
    backend = PynputBackend()
    type_text(backend, text)
    assert xev.text() == text
    backend.close()
    assert keyboard_mapping(own_display) == before


def test_a_client_that_lags_reads_the_right_characters(xev: Xev) -> None:
    text = "éèêëàâäîïôöû"
    backend = PynputBackend()
    xev.suspend()
    type_text(backend, text)
    xev.resume()
    assert xev.text() == text
    backend.close()


def test_more_characters_than_spare_keycodes(own_display: str, xev: Xev) -> None:
    before = keyboard_mapping(own_display)
    text = "".join(chr(code) for code in range(0x410, 0x450))
    backend = PynputBackend()
    type_text(backend, text)
    assert xev.text() == text
    backend.close()
    assert keyboard_mapping(own_display) == before


def test_the_second_layout_is_typed_on_when_it_is_switched_to(own_display: str, xev: Xev) -> None:
    program = shutil.which("setxkbmap")
    if program is None:
        pytest.skip("setxkbmap is not installed (on Debian: apt install x11-xkb-utils)")
    options = ["-layout", "us,de", "-option", "grp:sclk_toggle"]
    subprocess.run([program, *options], check=True, timeout=120)
    backend = PynputBackend()
    injector = Injector(backend)
    injector.tap(("Scroll_Lock",))
    type_text(backend, "zy?@ß")
    assert xev.text() == "zy?@ß"
    injector.tap(("Scroll_Lock",))
    type_text(backend, "zy?@ß")
    assert xev.text() == "zy?@ß"
    injector.close()


def test_keys_found_before_others_were_lent_are_pressed_where_they_are(
    own_display: str, xev: Xev
) -> None:
    backend = PynputBackend()
    found = [backend.keys_for_character(character) for character in "aé→bß" + _END]
    for keys in found:
        for name in keys:
            backend.press_key(name)
            backend.release_key(name)
    assert xev.text() == "aé→bß"
    backend.close()


def test_characters_survive_a_change_of_layout(own_display: str, xev: Xev) -> None:
    program = shutil.which("setxkbmap")
    if program is None:
        pytest.skip("setxkbmap is not installed (on Debian: apt install x11-xkb-utils)")
    backend = PynputBackend()
    type_text(backend, "é")
    subprocess.run([program, "-layout", "fr"], check=True, timeout=120)
    type_text(backend, "aé→")
    assert xev.text() + xev.text() == "éaé→"
    backend.close()


def test_a_keycode_is_lent_anew_only_when_its_press_has_settled(own_display: str) -> None:
    before = keyboard_mapping(own_display)
    now_s = 0.0
    waits: list[float] = []

    def wait(duration_s: float) -> None:
        nonlocal now_s
        waits.append(duration_s)
        now_s += duration_s

    connection = display.Display(own_display)
    borrowing = Borrowing(connection, lambda: now_s, wait)
    spare = sum(not keysyms for keysyms in before[1:])
    lent = [borrowing.borrow(0x1000400 + index, ()) for index in range(spare)]
    assert len(set(lent)) == spare
    now_s = 0.01
    assert borrowing.borrow(0x1000400, ()) == lent[0]
    assert waits == []
    now_s = 0.04
    assert borrowing.borrow(0x1001000, {lent[1]}) == lent[2]
    assert waits == [pytest.approx(0.06)]
    with pytest.raises(BackendError, match="no keycode is spare"):
        borrowing.borrow(0x1001001, lent)
    borrowing.give_back()
    assert keyboard_mapping(own_display) == before
    connection.close()


_HOLDER = """
import sys
from daemon.backends.pynput_backend import PynputBackend
backend = PynputBackend()
for key in ("ctrl", "é", "B", "media_play_pause"):
    for name in backend.keys_for((key,)):
        backend.press_key(name)
backend.press_button("left")
backend.keys_for_character("→")
print("holding", flush=True)
sys.stdin.readline()
"""


def test_what_a_killed_process_held_is_released_and_given_back(own_display: str) -> None:
    before = keyboard_mapping(own_display)
    listener = XListener(own_display)
    child = subprocess.Popen(
        [sys.executable, "-c", _HOLDER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "holding\n"
    child.kill()
    child.communicate()
    assert len(listener.down()) >= 5
    assert keyboard_mapping(own_display) != before
    held = [("key", name) for name in ("ctrl", "é", "shift", "B", "media_play_pause")]
    assert release_left_down("pynput", [*held, ("button", "left")], own_display) is None
    assert listener.down() == []
    assert keyboard_mapping(own_display) == before
    listener.close()


# python-xlib leaves the socket of a connection that fails to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("display_name", [":9876", "unix:9876.0", "no display"])
def test_what_was_held_on_a_display_that_has_ended_is_up(display_name: str) -> None:
    assert release_left_down("pynput", [("key", "b")], display_name) is None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_display_that_refuses_is_told_of() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        # Somebody is there, and hangs up.
        listener.bind("\0/tmp/.X11-unix/X9877")
        listener.listen()

        def refuse() -> None:
            for _ in range(2):
                listener.accept()[0].close()

        thread = threading.Thread(target=refuse)
        thread.start()
        told = release_left_down("pynput", [("key", "b")], ":9877")
        thread.join(10)
    assert told is not None
    assert "; press it once by hand" in told


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_display_elsewhere_is_told_of_while_it_can_not_be_reached() -> None:
    told = release_left_down("pynput", [("key", "b")], "localhost:9878")
    assert told is not None
    assert "can't be reached (DisplayConnectionError); press it once by hand" in told
    assert release_left_down("pynput", [], "localhost:9878") is None


def test_the_desktop_is_all_monitors(monkeypatch: pytest.MonkeyPatch) -> None:
    # Monitors share one root window; Xvfb has no more than one, so it is as wide as two.
    with x_server("3200x1080") as (name, _):
        monkeypatch.setenv("DISPLAY", name)
        backend = PynputBackend()
        assert backend.desktop_size() == (3200, 1080)
        backend.move_to(1.0, 0.0)
        connection = display.Display(name)
        place = connection.screen().root.query_pointer()
        assert (place.root_x, place.root_y) == (3199, 0)
        connection.close()
        backend.close()
