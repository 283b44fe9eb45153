"""Use of the real input on X11, from the raw events of the X Input Extension 2.

XTEST, by which pynput and xdotool send, has devices of its own, which the server marks with the
property "XTEST Device"; a raw event names the device it comes from in `sourceid`. Protocol:
XI2proto.txt of xorgproto.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import Any

from Xlib import X, display
from Xlib.ext import xinput

from daemon.desk.nudge import Axes, Nudge
from daemon.desk.own_devices import is_own
from daemon.desk.real_input import RealInputError

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


class _Device:
    """A real device: how its axes move."""

    def __init__(self, ranges: dict[int, tuple[float, float]]) -> None:
        self.axes = Axes(ranges)
        self.nudge = Nudge()


class XInput:
    """Watches a display on a connection of its own.

    Args:
        name: As in `DISPLAY`.

    Raises:
        RealInputError: No such display, or its server is too old.
    """

    def __init__(self, name: str) -> None:
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
            self._devices.clear()
        if kind not in _USE and kind != xinput.RawMotion:
            return False
        _, time_ms, source, mask_words = _RAW_HEAD.unpack_from(event.data)
        if source not in self._devices:
            self._devices[source] = self._look_at(source)
        device = self._devices[source]
        if device is None or kind in _USE:
            return device is not None
        moved = dict.fromkeys(_POINTER_AXES, 0.0)
        for axis, value in _axis_values(event.data, mask_words):
            if axis in moved:
                moved[axis] = device.axes.step(axis, value)
        return any(moved.values()) and device.nudge.is_hand(moved[0], moved[1], time_ms / 1000.0)

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


def _problem(error: Exception) -> str:
    why = str(error) if isinstance(error, RealInputError) else type(error).__name__
    return (
        f"use of the real keyboard and mouse can't be noticed on this X display ({why});"
        " gestures go on while you type, so disarm them first"
    )
