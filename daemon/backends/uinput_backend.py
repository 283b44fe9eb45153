"""Keys and mouse through Linux's uinput: Wayland, X11 and the console alike.

Three devices are made: a keyboard, a mouse, and a pointer that says where it is, such as virtual
machines have. Whoever listens, a compositor or the kernel's console, takes them for real ones.

All three are made at the start, though the pointer may never be used: a compositor takes some
tenths of a second to find a new device, what is sent before that is lost, and so is what repeats
it, for the kernel passes on no axis that has not changed. By the time that models are loaded and
a hand has armed, everybody listens.

When its owner is gone, however it ended, the kernel removes the devices (`uinput_release` of
drivers/input/misc/uinput.c) and first releases every key and button that is down on them
(`input_disconnect_device` of drivers/input/input.c), so nothing survives SIGKILL.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from evdev import UInput, UInputError, ecodes

from daemon.actions import Button
from daemon.backends.backend import BackendError, key_of
from daemon.backends.evdev_keys import place_of
from daemon.keys import KEY_NAMES

DEVICE_PATH = "/dev/uinput"

#: Lets whoever sits at the machine open uinput. logind sees tags set before 73-seat-late.rules;
#: static_node makes the rule count before the module is loaded.
UDEV_RULE = 'KERNEL=="uinput", SUBSYSTEM=="misc", TAG+="uaccess", OPTIONS+="static_node=uinput"'
UDEV_RULE_PATH = "/etc/udev/rules.d/72-gestured.rules"

_NO_RIGHTS = (
    f"no permission to open {DEVICE_PATH}; as root put the line {UDEV_RULE} into {UDEV_RULE_PATH}, "
    "then restart, or run 'udevadm control --reload', 'udevadm trigger --name-match=uinput' "
    "and log in again"
)
_NO_MODULE = (
    f"there is no {DEVICE_PATH}: the kernel's module is not loaded; run 'sudo modprobe uinput', "
    "and put the word uinput into /etc/modules-load.d/uinput.conf to have it at every start"
)

_BUTTONS: dict[Button, int] = {
    "left": ecodes.BTN_LEFT, "middle": ecodes.BTN_MIDDLE, "right": ecodes.BTN_RIGHT,
}  # fmt: skip
_WHEELS = (
    ecodes.REL_WHEEL, ecodes.REL_HWHEEL, ecodes.REL_WHEEL_HI_RES, ecodes.REL_HWHEEL_HI_RES,
)  # fmt: skip
# Units of the wheels' finer counterparts in a notch (Documentation/input/event-codes.rst).
_HI_RES_NOTCH = 120
_CHARACTERS = [chr(code) for code in range(ord("!"), ord("~") + 1)]

#: As far as an axis of the absolute pointer goes, from 0.
ABS_MOST = 65535

Capabilities = Mapping[int, Sequence[Any]]

KEYBOARD: Capabilities = {
    ecodes.EV_KEY: sorted({place_of(name)[0] for name in (*KEY_NAMES, *_CHARACTERS)}),
    # The console repeats held keys only for a device that says so; compositors do anyway.
    ecodes.EV_REP: [],
}
MOUSE: Capabilities = {
    ecodes.EV_KEY: list(_BUTTONS.values()),
    ecodes.EV_REL: [ecodes.REL_X, ecodes.REL_Y, *_WHEELS],
}
#: With both axes, mouse buttons, no touch, no pen, and no property DIRECT udev and libinput take
#: it for an absolute mouse, as they do the tablets of QEMU and VMware (udev-builtin-input_id.c).
POINTER: Capabilities = {
    ecodes.EV_KEY: list(_BUTTONS.values()),
    ecodes.EV_ABS: [(axis, (0, 0, ABS_MOST, 0, 0, 0)) for axis in (ecodes.ABS_X, ecodes.ABS_Y)],
    ecodes.EV_REL: list(_WHEELS),
}


class Device(Protocol):
    """An input device of our own: what evdev's `UInput` has of it."""

    def write(self, etype: int, code: int, value: int) -> None: ...
    def syn(self) -> None: ...
    def close(self) -> None: ...


class _WriteOnly(UInput):
    """evdev's device without its other end.

    evdev also opens what it made for reading, which uinput's rights do not extend to, and tries
    for two seconds.
    """

    def _find_device(self, *_: object) -> None:  # type: ignore[override]
        return None


def open_device(name: str, capabilities: Capabilities) -> Device:
    """Make an input device.

    Raises:
        BackendError: The kernel refuses, with the mend.
    """
    try:
        # evdev's own check does not tell why.
        os.close(os.open(DEVICE_PATH, os.O_RDWR | os.O_NONBLOCK))
        return _WriteOnly(dict(capabilities), name=name, bustype=ecodes.BUS_VIRTUAL)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM):
            raise BackendError(_NO_RIGHTS) from error
        if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO):
            raise BackendError(_NO_MODULE) from error
        raise BackendError(f"{DEVICE_PATH} can't be opened: {error.strerror}") from error
    except UInputError as error:
        raise BackendError(f"{DEVICE_PATH} can't be used: {error}") from error


class UinputBackend:
    """Sends input as devices of its own.

    Args:
        open_device: Makes a device from its name and what it can send.

    Raises:
        BackendError: The kernel lets no device be made, with the mend.
    """

    name = "uinput"
    warning: str | None = None

    def __init__(self, open_device: Callable[[str, Capabilities], Device] = open_device) -> None:
        self._devices: list[Device] = []
        try:
            for name, capabilities in (
                ("gestured keyboard", KEYBOARD),
                ("gestured mouse", MOUSE),
                ("gestured pointer", POINTER),
            ):
                self._devices.append(open_device(name, capabilities))
        except BaseException:
            self.close()
            raise
        self._keyboard, self._mouse, self._pointer = self._devices
        # Buttons and wheels go out by the device that moved last: compositors may take those of
        # another for another pointer's.
        self._moving = self._mouse
        self._pressed: dict[Button, Device] = {}
        self._place: tuple[int, int] | None = None

    def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        *modifiers, last = keys
        for name in modifiers:
            place_of(name)
        _, is_shifted = place_of(last)
        needed = ["shift"] if is_shifted and "shift" not in modifiers else []
        return (*modifiers, *needed, last)

    def keys_for_character(self, character: str) -> tuple[str, ...]:
        return self.keys_for((key_of(character),))

    def place_of(self, name: str) -> int:
        return place_of(name)[0]

    def press_key(self, name: str) -> None:
        _send(self._keyboard, (ecodes.EV_KEY, place_of(name)[0], 1))

    def release_key(self, name: str) -> None:
        _send(self._keyboard, (ecodes.EV_KEY, place_of(name)[0], 0))

    def press_button(self, button: Button) -> None:
        device = self._pressed.setdefault(button, self._moving)
        _send(device, (ecodes.EV_KEY, _BUTTONS[button], 1))

    def release_button(self, button: Button) -> None:
        device = self._pressed.get(button, self._moving)
        _send(device, (ecodes.EV_KEY, _BUTTONS[button], 0))
        self._pressed.pop(button, None)

    def move_to(self, x: float, y: float) -> None:
        place = (round(x * ABS_MOST), round(y * ABS_MOST))
        if place == self._place:
            # The real mouse may have moved the pointer since, and the kernel would drop what it
            # takes for no change.
            away = place[0] + (1 if place[0] < ABS_MOST else -1)
            self._pointer.write(ecodes.EV_ABS, ecodes.ABS_X, away)
        self._moving = self._pointer
        self._place = place
        _send(
            self._pointer,
            (ecodes.EV_ABS, ecodes.ABS_X, place[0]),
            (ecodes.EV_ABS, ecodes.ABS_Y, place[1]),
        )

    def move_by(self, dx_px: int, dy_px: int) -> None:
        """Move by so many counts of a mouse; compositors make pixels of them by their settings."""
        self._moving = self._mouse
        _send_moves(self._mouse, (ecodes.REL_X, dx_px), (ecodes.REL_Y, dy_px))

    def scroll(self, right: int, down: int) -> None:
        _send_moves(
            self._moving,
            (ecodes.REL_HWHEEL_HI_RES, right * _HI_RES_NOTCH),
            (ecodes.REL_HWHEEL, right),
            # The kernel counts upwards.
            (ecodes.REL_WHEEL_HI_RES, -down * _HI_RES_NOTCH),
            (ecodes.REL_WHEEL, -down),
        )

    def desktop_size(self) -> tuple[int, int] | None:
        return None

    def close(self) -> None:
        """Remove the devices; the kernel releases what is down on them."""
        while self._devices:
            self._devices.pop().close()


def _send_moves(device: Device, *moves: tuple[int, int]) -> None:
    events = [(ecodes.EV_REL, axis, value) for axis, value in moves if value]
    if events:
        _send(device, *events)


def _send(device: Device, *events: tuple[int, int, int]) -> None:
    for event in events:
        device.write(*event)
    device.syn()
