"""Use of the real input on X11, from the raw events of the X Input Extension 2.

XTEST, by which pynput and xdotool send, has devices of its own, which the server marks with the
property "XTEST Device"; a raw event names the device it comes from in `sourceid`. What is held
down is asked of each real device, as the state of the whole display has what XTEST sent in it.
Protocols: XI2proto.txt and XIproto.txt of xorgproto.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from Xlib import X, display
from Xlib.error import XError
from Xlib.ext import xinput
from Xlib.protocol import rq

from daemon.desk.nudge import Axes, Nudge
from daemon.desk.own_devices import is_own
from daemon.desk.real_input import STUCK_S, RealInputError

# From 2.1 on raw events come although another program has grabbed the keyboard; touches from 2.2.
_VERSION = (2, 2)
_RAW_TOUCH_BEGIN = 22

_USE = frozenset({xinput.RawKeyPress, xinput.RawButtonPress, _RAW_TOUCH_BEGIN})
_RAW_MASK = sum(1 << event for event in (*_USE, xinput.RawMotion))

# deviceid, time, (detail, the key: not read), sourceid, words of the mask, (flags, padding);
# then the mask of axes and a 32.32 fixed-point number for each.
_RAW_HEAD = struct.Struct("=HI4xHH8x")
_FP3232 = struct.Struct("=iI")

_POINTER_AXES = (0, 1)

# In the reply of QueryDeviceState, each class has its number, its length and what it tells:
# of keys and buttons how many there are, then a bit for each.
_KEYS_OR_BUTTONS = (0, 1)
_BITS_START = 4


class _Device:
    """A real device: how its axes move, and since when something may be held down on it."""

    def __init__(self, ranges: dict[int, tuple[float, float]]) -> None:
        self.axes = Axes(ranges)
        self.nudge = Nudge()
        self.may_hold = False
        self.last_s = 0.0


class _QueryDeviceState(rq.ReplyRequest):  # type: ignore[misc]  # python-xlib is untyped
    """XIproto's request, which python-xlib lacks."""

    _request = rq.Struct(
        rq.Card8("opcode"), rq.Opcode(30), rq.RequestLength(), rq.Card8("device"), rq.Pad(3)
    )
    _reply = rq.Struct(
        rq.ReplyCode(), rq.Pad(1), rq.Card16("sequence_number"), rq.ReplyLength(),
        rq.Card8("count"), rq.Pad(23), rq.Binary("classes"),
    )  # fmt: skip


class XInput:
    """Watches a display on a connection of its own.

    Args:
        name: As in `DISPLAY`.
        clock: Monotonic seconds.

    Raises:
        RealInputError: No such display, or its server is too old.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.problem: str | None = None
        self._display: Any = None
        # By their number; None for a device that is none of the person's.
        self._devices: dict[int, _Device | None] = {}
        try:
            self._display = display.Display(name)
            self._select()
        except Exception as error:  # noqa: BLE001 - python-xlib raises as it likes
            self.close()
            raise RealInputError(_problem(error)) from None

    def used_since_last(self) -> bool:
        if self._display is None:
            return False
        used = False
        try:
            while self._display.pending_events():
                used = self._is_use(self._display.next_event()) or used
            used = self._holds() or used
        except Exception as error:  # noqa: BLE001 - it must not end the daemon
            self.problem = _problem(error)
            self.close()
        return used

    def close(self) -> None:
        if self._display is None:
            return
        connection, self._display = self._display, None
        # The server may have gone first.
        with suppress(Exception):
            connection.close()

    def _select(self) -> None:
        self._display.set_error_handler(lambda *_: None)
        if not self._display.has_extension(xinput.extname):
            raise RealInputError("the X server lacks the X Input Extension")
        major, minor = _VERSION
        version = xinput.XIQueryVersion(
            display=self._display.display,
            opcode=self._display.display.get_extension_major(xinput.extname),
            major_version=major,
            minor_version=minor,
        )
        if (version.major_version, version.minor_version) < _VERSION:
            raise RealInputError("the X server's X Input Extension is older than 2.2")
        self._display.screen().root.xinput_select_events(
            [
                # Each raw event comes once from the master, with the slave in `sourceid`.
                (xinput.AllMasterDevices, _RAW_MASK),
                (xinput.AllDevices, xinput.HierarchyChangedMask),
            ]
        )
        self._display.sync()

    def _is_use(self, event: Any) -> bool:
        kind = getattr(event, "evtype", None)
        if kind == xinput.HierarchyChanged:
            # Numbers are given anew; what is held is asked of the device, or lost with it.
            self._devices = {
                number: device
                for number, device in self._devices.items()
                if device is not None and device.may_hold
            }
        if kind not in _USE and kind != xinput.RawMotion:
            return False
        _, time_ms, source, mask_words = _RAW_HEAD.unpack_from(event.data)
        if source not in self._devices:
            try:
                self._devices[source] = self._look_at(source)
            except XError:
                # It was used, and is gone already.
                return kind in _USE
        device = self._devices[source]
        if device is None:
            return False
        device.last_s = self._clock()
        if kind in _USE:
            device.may_hold = True
            return True
        moved = dict.fromkeys(_POINTER_AXES, 0.0)
        for axis, value in _axis_values(event.data, mask_words):
            if axis in moved:
                moved[axis] = device.axes.step(axis, value)
        return any(moved.values()) and device.nudge.is_hand(moved[0], moved[1], time_ms / 1000.0)

    def _holds(self) -> bool:
        """Whether a key or button that was seen to go down still is."""
        holds = False
        for number, device in self._devices.items():
            if device is not None and device.may_hold:
                is_stuck = self._clock() - device.last_s >= STUCK_S
                device.may_hold = not is_stuck and self._is_down(number)
                holds = holds or device.may_hold
        return holds

    def _is_down(self, number: int) -> bool:
        """Whether anything is down on a device; not if it is gone."""
        wire = self._display.display
        try:
            state = _QueryDeviceState(
                display=wire, opcode=wire.get_extension_major(xinput.extname), device=number
            )
        except XError:
            return False
        return _any_down(state.classes, state.count)

    def _look_at(self, number: int) -> _Device | None:
        device = self._display.xinput_query_device(number).devices[0]
        mark = self._display.intern_atom("XTEST Device", only_if_exists=True)
        is_xtest = (
            mark != X.NONE
            and self._display.xinput_get_device_property(
                number, mark, X.AnyPropertyType, 0, 1
            ).value
            is not None
        )
        if is_xtest or is_own(device.name):
            return None
        return _Device(
            {
                axis.number: (axis.min, axis.max)
                for axis in device.classes
                if axis.type == xinput.ValuatorClass and axis.mode == xinput.ModeAbsolute
            }
        )


def _axis_values(data: bytes, mask_words: int) -> list[tuple[int, float]]:
    """The axes of a raw motion event, with their values."""
    start = _RAW_HEAD.size
    end = start + 4 * mask_words
    mask = int.from_bytes(data[start:end], "little")
    axes = [axis for axis in range(mask.bit_length()) if mask >> axis & 1]
    values = []
    for index, axis in enumerate(axes):
        whole, fraction = _FP3232.unpack_from(data, end + index * _FP3232.size)
        values.append((axis, whole + fraction / 2**32))
    return values


def _any_down(classes: bytes, count: int) -> bool:
    """Whether a bit of a key or button is set; which one is not told."""
    start = 0
    for _ in range(count):
        kind, length = classes[start], classes[start + 1]
        if kind in _KEYS_OR_BUTTONS and any(classes[start + _BITS_START : start + length]):
            return True
        start += length
    return False


def _problem(error: Exception) -> str:
    why = str(error) if isinstance(error, RealInputError) else type(error).__name__
    return (
        f"use of the real keyboard and mouse can't be noticed on this X display ({why});"
        " gestures go on while you type, so disarm them first"
    )
