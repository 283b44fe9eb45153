from __future__ import annotations

import gc
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from Xlib import protocol

from daemon.backends.backend import BackendError
from daemon.backends.pynput_backend import PynputBackend
from daemon.injector import Injector, InjectorError
from daemon.keys import KEY_NAMES
from tests.integration.x_listener import XListener

ROOT = Path(__file__).parents[2]


@pytest.fixture
def display(x_display: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPLAY", x_display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    return x_display


@pytest.fixture
def listener(display: str) -> Iterator[XListener]:
    listener = XListener(display)
    yield listener
    assert listener.down() == []
    assert listener.new_lines() == [], "events nobody asked for"
    listener.close()


@pytest.fixture
def injector(listener: XListener) -> Iterator[Injector]:
    injector = Injector(PynputBackend())
    yield injector
    injector.close()


@pytest.fixture
def german_layout(display: str) -> Iterator[None]:
    program = shutil.which("setxkbmap")
    if program is None:
        pytest.skip("setxkbmap is not installed (on Debian: apt install x11-xkb-utils)")
    subprocess.run([program, "-layout", "de"], check=True, timeout=120)
    yield
    subprocess.run([program, "-layout", "us"], check=True, timeout=120)


@pytest.mark.parametrize(
    ("name", "keysym"),
    [
        ("Right", "Right"),
        ("b", "b"),
        ("space", "space"),
        ("F5", "F5"),
        ("Escape", "Escape"),
        ("Return", "Return"),
        ("Page_Down", "Page_Down"),
        ("ctrl", "Control_L"),
        ("super", "Super_L"),
        ("media_play_pause", "XF86_AudioPlay"),
        ("media_volume_up", "XF86_AudioRaiseVolume"),
    ],
)
def test_a_key_is_one_press_and_one_release(
    injector: Injector, listener: XListener, name: str, keysym: str
) -> None:
    injector.tap((name,))
    assert listener.new_lines() == [f"down {keysym}", f"up {keysym}"]
    assert listener.down() == []


def test_a_combination(injector: Injector, listener: XListener) -> None:
    injector.tap(("ctrl", "shift", "Right"))
    assert listener.new_lines() == [
        "down Control_L", "down Shift_L", "down Right",
        "up Right", "up Shift_L", "up Control_L",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "keysym"), [("B", "B"), ("?", "question"), ("plus", "plus")])
def test_a_character_on_shift(
    injector: Injector, listener: XListener, name: str, keysym: str
) -> None:
    injector.tap((name,))
    assert listener.new_lines() == [
        "down Shift_L", f"down {keysym}", f"up {keysym}", "up Shift_L",
    ]  # fmt: skip


def test_shift_is_not_pressed_twice(injector: Injector, listener: XListener) -> None:
    injector.tap(("shift", "plus"))
    assert listener.new_lines() == ["down Shift_L", "down plus", "up plus", "up Shift_L"]


def test_every_key_of_the_vocabulary_is_received(injector: Injector, listener: XListener) -> None:
    for name in KEY_NAMES:
        if name.endswith("_Lock"):
            continue  # a tap of these stays on
        injector.tap((name,))
        lines = listener.new_lines()
        assert lines[-1].startswith("up "), name
        assert not any("0x0" in line for line in lines), name


def test_a_key_that_the_layout_lacks_is_put_on_it(injector: Injector, listener: XListener) -> None:
    injector.tap(("ctrl", "ж"))
    assert listener.new_lines() == [
        "down Control_L", "down 0x1000436", "up 0x1000436", "up Control_L",
    ]  # fmt: skip


def test_a_change_of_layout_is_followed(
    injector: Injector, listener: XListener, display: str, request: pytest.FixtureRequest
) -> None:
    injector.tap(("z",))
    assert listener.new_lines() == ["down z", "up z"]
    request.getfixturevalue("german_layout")
    injector.tap(("z",))
    injector.tap(("@",))
    assert listener.new_lines() == [
        "down z", "up z",
        "down ISO_Level3_Shift", "down at", "up at", "up ISO_Level3_Shift",
    ]  # fmt: skip


def test_clicks(injector: Injector, listener: XListener) -> None:
    injector.click("right")
    injector.click("left", 2)
    assert listener.new_lines() == ["press 3", "release 3", *["press 1", "release 1"] * 2]


@pytest.mark.parametrize(
    ("place", "pixel"),
    [
        ((0.0, 0.0), (0, 0)),
        ((1.0, 1.0), (1919, 1079)),
        ((0.5, 0.25), (960, 270)),
        ((0.75, 0.75), (1439, 809)),
    ],
)
def test_the_pointer_goes_to_the_pixel(
    injector: Injector, listener: XListener, place: tuple[float, float], pixel: tuple[int, int]
) -> None:
    injector.move_to(0.3, 0.3)
    listener.new_lines()
    injector.move_to(*place)
    assert listener.pointer() == pixel
    assert listener.new_lines() == [f"move {pixel[0]},{pixel[1]}"]


def test_the_pointer_goes_by_so_many_pixels(injector: Injector, listener: XListener) -> None:
    backend = PynputBackend()
    backend.move_to(0.5, 0.5)
    listener.new_lines()
    backend.move_by(-7, 12)
    backend.move_by(300, 0)
    backend.close()
    assert listener.new_lines() == ["move 953,552", "move 1253,552"]


@pytest.mark.parametrize(
    ("right", "down", "buttons"),
    [(0, -3, [4] * 3), (0, 12, [5] * 12), (-2, 0, [6] * 2), (1, 1, [7, 5]), (0, 0, [])],
)
def test_the_wheels(listener: XListener, right: int, down: int, buttons: list[int]) -> None:
    backend = PynputBackend()
    backend.scroll(right, down)
    backend.close()
    assert listener.new_lines() == [
        line for button in buttons for line in (f"press {button}", f"release {button}")
    ]


def test_a_drag(injector: Injector, listener: XListener) -> None:
    injector.move_to(0.0, 0.0)
    listener.new_lines()
    hold = injector.hold_button("left")
    injector.move_to(1.0, 0.0)
    assert listener.down() == ["mask 0x100"]
    injector.let_go(hold)
    assert listener.new_lines() == ["press 1", "move 1919,0", "release 1"]


def test_release_all_lifts_a_held_button(injector: Injector, listener: XListener) -> None:
    injector.hold_button("left")
    assert injector.release_all()
    assert listener.new_lines() == ["press 1", "release 1"]


def test_releasing_what_is_up_is_silent(listener: XListener) -> None:
    backend = PynputBackend()
    backend.release_key("a")
    backend.release_button("left")
    backend.close()
    assert listener.new_lines() == []


def test_nothing_is_down_after_sigterm_in_a_drag(listener: XListener) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.drag_child"],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "dragging\n"
        assert listener.down() != []
        child.terminate()
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.communicate()
    assert listener.down() == []
    lines = listener.new_lines()
    assert lines[0] == "press 1"
    assert lines[-1] == "release 1"
    assert lines.count("down F5") == lines.count("up F5") > 0


def test_no_display_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(BackendError) as caught:
        PynputBackend()
    assert str(caught.value) == (
        "no display: DISPLAY is not set; run inside the desktop session or use --dry-run"
    )


def test_a_display_that_comes_later_is_found(x_display: str) -> None:
    script = (
        "import os\n"
        "from daemon.backends.pynput_backend import PynputBackend\n"
        "from daemon.injector import BackendError\n"
        "display = os.environ.pop('REAL_DISPLAY')\n"
        "try:\n"
        "    PynputBackend()\n"
        "except BackendError as error:\n"
        "    print(error)\n"
        "os.environ['DISPLAY'] = display\n"
        "PynputBackend().close()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"DISPLAY": ":9876", "REAL_DISPLAY": x_display},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.stderr == ""
    assert result.stdout == (
        "the display ':9876' can't be reached (DisplayConnectionError); "
        "run inside the desktop session or use --dry-run\n"
    )


def test_a_display_that_goes_away_is_an_error_and_no_noise(
    mortal_x_server: tuple[str, subprocess.Popen[bytes]],
) -> None:
    display, server = mortal_x_server
    script = (
        "import sys\n"
        "from daemon.backends.pynput_backend import PynputBackend\n"
        "from daemon.injector import Injector, InjectorError\n"
        "injector = Injector(PynputBackend())\n"
        "unused = Injector(PynputBackend())\n"
        "injector.hold_button('left')\n"
        "print('holding', flush=True)\n"
        "sys.stdin.readline()\n"
        "for _ in range(3):\n"
        "    try:\n"
        "        injector.move_to(0.5, 0.5)\n"
        "    except InjectorError as error:\n"
        "        print(error)\n"
        "injector.close()\n"
        "unused.close()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"DISPLAY": display},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "holding\n"
    server.kill()
    server.wait()
    output, errors = child.communicate("go\n", timeout=60)
    assert child.returncode == 0
    assert (
        output.splitlines()
        == [
            f"can't move the pointer: the display '{display}' can't be reached "
            "(DisplayConnectionError); run inside the desktop session or use --dry-run"
        ]
        * 3
    )
    assert errors.splitlines() == [
        "1 of the keys or buttons may be down still, press them once by hand: "
        f"the display '{display}' can't be reached "
        "(DisplayConnectionError); run inside the desktop session or use --dry-run",
    ]


def _connections() -> list[protocol.display.Display]:
    return [thing for thing in gc.get_objects() if isinstance(thing, protocol.display.Display)]


def test_a_lost_connection_is_made_anew_and_releases(listener: XListener) -> None:
    before = {id(connection) for connection in _connections()}
    injector = Injector(PynputBackend())
    hold = injector.hold_button("left")
    broken = [connection for connection in _connections() if id(connection) not in before]
    assert len(broken) == 1
    for connection in broken:
        connection.socket.shutdown(socket.SHUT_RDWR)
    assert listener.down() != []
    injector.let_go(hold)
    injector.tap(("Right",))
    assert listener.new_lines() == ["press 1", "release 1", "down Right", "up Right"]
    injector.close()
    for connection in broken:
        connection.socket.close()


def test_what_is_held_goes_up_though_the_layout_has_changed(
    injector: Injector, listener: XListener, request: pytest.FixtureRequest
) -> None:
    hold = injector.hold_keys(("z",))
    request.getfixturevalue("german_layout")
    with pytest.raises(InjectorError, match="a gesture holds this key down already"):
        injector.tap(("y",))
    assert len(listener.down()) == 1
    injector.let_go(hold)
    assert listener.down() == []
    listener.new_lines()


def test_two_names_of_one_key_are_one_key(injector: Injector, listener: XListener) -> None:
    hold = injector.hold_keys(("a",))
    with pytest.raises(InjectorError, match="a gesture holds this key down already"):
        injector.tap(("A",))
    assert injector.held == {("key", "a")}
    assert len(listener.down()) == 1
    injector.let_go(hold)
    assert listener.new_lines()[-1] == "up a"
