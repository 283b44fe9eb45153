"""The uinput backend on devices that are made up, and on real ones where there are any."""

from __future__ import annotations

import errno
import os
import string
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("evdev", reason="evdev is for Linux")

import evdev
from evdev import ecodes

from daemon.backends import uinput_backend
from daemon.backends.backend import BackendError
from daemon.backends.evdev_keys import place_of
from daemon.backends.uinput_backend import ABS_MOST, DEVICE_PATH, UinputBackend
from daemon.keys import KEY_NAMES

ASCII = string.ascii_letters + string.digits + string.punctuation


class FakeDevice:
    """Takes what a kernel's device would, and refuses what it was not made for."""

    def __init__(
        self, name: str, capabilities: Mapping[int, Sequence[Any]], log: list[str]
    ) -> None:
        self.name = name.removeprefix("gestured ")
        self.capabilities = {
            kind: {code[0] if isinstance(code, tuple) else code for code in codes}
            for kind, codes in capabilities.items()
        }
        self.log = log
        self.frame: list[str] = []
        self.down: set[int] = set()
        self.closed = False

    def write(self, etype: int, code: int, value: int) -> None:
        assert not self.closed
        assert code in self.capabilities[etype], "the device can't send this"
        if etype == ecodes.EV_KEY:
            assert value in (0, 1)
            (self.down.add if value else self.down.discard)(code)
        names = ecodes.bytype[etype][code]
        name = names if isinstance(names, str) else names[0]
        self.frame.append(f"{name} {value}")

    def syn(self) -> None:
        assert self.frame, "an empty report"
        self.log.append(f"{self.name}: {', '.join(self.frame)}")
        self.frame.clear()

    def close(self) -> None:
        self.closed = True


class Kernel:
    def __init__(self, refuses_after: int = 99) -> None:
        self.devices: list[FakeDevice] = []
        self.log: list[str] = []
        self._refuses_after = refuses_after

    def open(self, name: str, capabilities: Mapping[int, Sequence[Any]]) -> FakeDevice:
        if len(self.devices) == self._refuses_after:
            raise BackendError("no more")
        self.devices.append(FakeDevice(name, capabilities, self.log))
        return self.devices[-1]


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.fixture
def backend(kernel: Kernel) -> UinputBackend:
    return UinputBackend(kernel.open)


def tap(backend: UinputBackend, names: tuple[str, ...]) -> None:
    for name in names:
        backend.press_key(name)
    for name in reversed(names):
        backend.release_key(name)


def test_a_combination(backend: UinputBackend, kernel: Kernel) -> None:
    tap(backend, backend.keys_for(("ctrl", "super", "Right")))
    assert kernel.log == [
        "keyboard: KEY_LEFTCTRL 1", "keyboard: KEY_LEFTMETA 1", "keyboard: KEY_RIGHT 1",
        "keyboard: KEY_RIGHT 0", "keyboard: KEY_LEFTMETA 0", "keyboard: KEY_LEFTCTRL 0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("character", "keys"),
    [
        ("a", ["KEY_A"]),
        ("A", ["KEY_LEFTSHIFT", "KEY_A"]),
        ("?", ["KEY_LEFTSHIFT", "KEY_SLASH"]),
        ("+", ["KEY_LEFTSHIFT", "KEY_EQUAL"]),
        ('"', ["KEY_LEFTSHIFT", "KEY_APOSTROPHE"]),
        ("0", ["KEY_0"]),
        (" ", ["KEY_SPACE"]),
        ("\n", ["KEY_ENTER"]),
        ("\t", ["KEY_TAB"]),
    ],
)
def test_a_character_is_a_place_on_a_us_keyboard(
    backend: UinputBackend, kernel: Kernel, character: str, keys: list[str]
) -> None:
    tap(backend, backend.keys_for_character(character))
    assert kernel.log == [f"keyboard: {key} 1" for key in keys] + [
        f"keyboard: {key} 0" for key in reversed(keys)
    ]


@pytest.mark.parametrize("character", ["é", "€", "ж", "\x07", "\r"])
def test_other_characters_are_refused_without_being_named(
    backend: UinputBackend, kernel: Kernel, character: str
) -> None:
    with pytest.raises(BackendError) as caught:
        backend.keys_for_character(character)
    assert character not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert kernel.log == []


def test_every_name_and_character_has_a_key_of_its_own(
    backend: UinputBackend, kernel: Kernel
) -> None:
    for name in (*KEY_NAMES, *ASCII):
        tap(backend, backend.keys_for((name,)))
    assert kernel.devices[0].down == set()
    places = [place_of(character) for character in ASCII]
    assert len(set(places)) == len(ASCII)
    codes = [place_of(name)[0] for name in KEY_NAMES if name not in ("plus", "mic_mute")]
    assert len(set(codes)) == len(codes)


def test_udev_takes_the_keyboard_for_one(kernel: Kernel, backend: UinputBackend) -> None:
    # udev-builtin-input_id.c: Escape, digits, and Q to D, all of codes 1 to 31.
    assert (
        set(range(1, 32)) - {ecodes.KEY_LEFTBRACE} <= kernel.devices[0].capabilities[ecodes.EV_KEY]
    )


def test_udev_takes_the_pointer_for_an_absolute_mouse(
    kernel: Kernel, backend: UinputBackend
) -> None:
    pointer = kernel.devices[2].capabilities
    assert {ecodes.ABS_X, ecodes.ABS_Y} == pointer[ecodes.EV_ABS]
    assert ecodes.BTN_LEFT in pointer[ecodes.EV_KEY]
    assert not {ecodes.BTN_TOUCH, ecodes.BTN_TOOL_PEN} & pointer[ecodes.EV_KEY]
    assert not {ecodes.REL_X, ecodes.REL_Y} & pointer[ecodes.EV_REL]


def test_relative_moves_and_clicks(backend: UinputBackend, kernel: Kernel) -> None:
    backend.move_by(3, -4)
    backend.move_by(0, 5)
    backend.move_by(0, 0)
    backend.press_button("right")
    backend.release_button("right")
    assert kernel.log == [
        "mouse: REL_X 3, REL_Y -4", "mouse: REL_Y 5", "mouse: BTN_RIGHT 1", "mouse: BTN_RIGHT 0",
    ]  # fmt: skip


def test_the_wheels(backend: UinputBackend, kernel: Kernel) -> None:
    backend.scroll(0, 3)
    backend.scroll(0, -1)
    backend.scroll(2, 0)
    backend.scroll(-1, 1)
    backend.scroll(0, 0)
    assert kernel.log == [
        "mouse: REL_WHEEL_HI_RES -360, REL_WHEEL -3",
        "mouse: REL_WHEEL_HI_RES 120, REL_WHEEL 1",
        "mouse: REL_HWHEEL_HI_RES 240, REL_HWHEEL 2",
        "mouse: REL_HWHEEL_HI_RES -120, REL_HWHEEL -1, REL_WHEEL_HI_RES -120, REL_WHEEL -1",
    ]


def test_absolute_moves_and_a_drag_go_out_by_one_device(
    backend: UinputBackend, kernel: Kernel
) -> None:
    backend.move_to(0.0, 1.0)
    backend.press_button("left")
    backend.move_to(0.5, 0.5)
    backend.scroll(0, 1)
    backend.release_button("left")
    assert kernel.log == [
        "pointer: ABS_X 0, ABS_Y 65535",
        "pointer: BTN_LEFT 1",
        "pointer: ABS_X 32768, ABS_Y 32768",
        "pointer: REL_WHEEL_HI_RES -120, REL_WHEEL -1",
        "pointer: BTN_LEFT 0",
    ]


def test_a_button_is_released_where_it_was_pressed(backend: UinputBackend, kernel: Kernel) -> None:
    backend.move_to(0.0, 0.0)
    backend.press_button("left")
    backend.move_by(1, 1)
    backend.release_button("left")
    backend.press_button("left")
    assert kernel.log[-2:] == ["pointer: BTN_LEFT 0", "mouse: BTN_LEFT 1"]


@pytest.mark.parametrize(("x", "away"), [(0.0, 1), (1.0, ABS_MOST - 1)])
def test_a_place_said_again_is_not_dropped_by_the_kernel(
    backend: UinputBackend, kernel: Kernel, x: float, away: int
) -> None:
    backend.move_to(x, 0.0)
    backend.move_to(x, 0.0)
    end = round(x * ABS_MOST)
    assert kernel.log[-1] == f"pointer: ABS_X {away}, ABS_X {end}, ABS_Y 0"


@given(pixel=st.integers(0, 7679), width=st.integers(1, 7680))
def test_the_pointer_is_within_a_pixel(pixel: int, width: int) -> None:
    pixel %= width
    kernel = Kernel()
    UinputBackend(kernel.open).move_to(pixel / max(1, width - 1), 0.0)
    value = int(kernel.log[0].split()[2].rstrip(","))
    # What libinput makes of it (evdev_device_transform_x).
    place_px = value * width / (ABS_MOST + 1)
    assert abs(place_px - pixel) <= 1.0
    assert 0.0 <= place_px < width


def test_closing_removes_every_device(backend: UinputBackend, kernel: Kernel) -> None:
    backend.close()
    assert [device.closed for device in kernel.devices] == [True] * 3
    backend.close()


def test_no_device_is_left_when_one_is_refused() -> None:
    kernel = Kernel(refuses_after=2)
    with pytest.raises(BackendError, match="no more"):
        UinputBackend(kernel.open)
    assert [device.closed for device in kernel.devices] == [True] * 2


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        (
            errno.EACCES,
            [
                "no permission",
                'KERNEL=="uinput"',
                'TAG+="uaccess"',
                "/etc/udev/rules.d/72-",
                "log in",
            ],
        ),
        (errno.ENOENT, ["modprobe uinput"]),
        (errno.ENODEV, ["modprobe uinput"]),
        (errno.EBUSY, [f"{DEVICE_PATH} can't be opened", os.strerror(errno.EBUSY)]),
    ],
)
def test_what_is_wrong_is_one_line_with_the_mend(
    monkeypatch: pytest.MonkeyPatch, code: int, parts: list[str]
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(uinput_backend.os, "open", refuse)
    with pytest.raises(BackendError) as caught:
        UinputBackend()
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_evdev_still_asks_the_method_that_is_replaced() -> None:
    assert "_find_device" in vars(evdev.UInput)


@pytest.mark.skipif(
    not os.access(DEVICE_PATH, os.R_OK | os.W_OK), reason=f"{DEVICE_PATH} can't be written here"
)
def test_the_kernel_takes_the_devices_and_their_events() -> None:
    backend = UinputBackend()
    try:
        # A key that no layout acts on, and moves that cancel out.
        tap(backend, backend.keys_for(("F19",)))
        backend.move_by(1, 0)
        backend.move_by(-1, 0)
        backend.scroll(0, 0)
    finally:
        backend.close()
