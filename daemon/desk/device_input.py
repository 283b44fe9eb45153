"""Use of the real input on Wayland and the console, from the kernel's devices in /dev/input."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from evdev import ecodes

from daemon.desk.nudge import Axes, Nudge
from daemon.desk.own_devices import is_own
from daemon.desk.real_input import STUCK_S

#: How often devices that came are looked for.
RESCAN_S = 2.0

# Keys of which a keyboard, or a presenter's remote, has at least one; a power button has none.
_TYPED = {ecodes.KEY_A, ecodes.KEY_ENTER, ecodes.KEY_PAGEDOWN, ecodes.KEY_RIGHT}
_TOUCHED = {ecodes.BTN_LEFT, ecodes.BTN_TOUCH}
_RIGHT = {ecodes.EV_REL: ecodes.REL_X, ecodes.EV_ABS: ecodes.ABS_X}
_DOWN = {ecodes.EV_REL: ecodes.REL_Y, ecodes.EV_ABS: ecodes.ABS_Y}
_WHEELS = {ecodes.REL_WHEEL, ecodes.REL_HWHEEL}


class Device(Protocol):
    """The part of `evdev.InputDevice` that is used; reading never waits."""

    name: str

    def capabilities(self) -> Any: ...
    def read(self) -> Iterable[Any]: ...
    def active_keys(self) -> Collection[int]: ...
    def close(self) -> None: ...


def _device_files() -> list[str]:
    return [str(path) for path in Path("/dev/input").glob("event*")]


def _open(path: str) -> Device:
    from evdev import InputDevice

    return InputDevice(path)


class DeviceInput:
    """Reads every keyboard, mouse and touchpad that may be read; they may come and go.

    Args:
        list_files: Paths of the input devices there are.
        open_device: Opens one of them; raises OSError.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        list_files: Callable[[], list[str]] = _device_files,
        open_device: Callable[[str], Device] = _open,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._list_files = list_files
        self._open_device = open_device
        self._clock = clock
        # By path; None for one that was looked at and is of no interest.
        self._devices: dict[str, _Watched | None] = {}
        self._refused = 0
        self._scan_at_s = clock()
        self._rescan()

    @property
    def problem(self) -> str | None:
        if any(self._devices.values()):
            return None
        start = "use of the real keyboard and mouse can't be noticed:"
        if self._refused:
            return (
                f"{start} /dev/input may not be read; sudo usermod -aG input $USER, then log in"
                " again (programs of yours can then read the keyboard)"
            )
        return f"{start} /dev/input has none; in a container, pass /dev/input in"

    def used_since_last(self) -> bool:
        if self._clock() >= self._scan_at_s:
            self._rescan()
        used = False
        for path, device in list(self._devices.items()):
            if device is None:
                continue
            try:
                used = device.is_used(self._clock()) or used
            except OSError:
                # Unplugged.
                device.close()
                del self._devices[path]
        return used

    def close(self) -> None:
        for device in self._devices.values():
            if device is not None:
                device.close()
        self._devices.clear()
        self._scan_at_s = float("inf")

    def _rescan(self) -> None:
        self._scan_at_s = self._clock() + RESCAN_S
        try:
            paths = self._list_files()
        except OSError:
            paths = []
        for path in self._devices.keys() - set(paths):
            device = self._devices.pop(path)
            if device is not None:
                device.close()
        self._refused = 0
        for path in paths:
            if path not in self._devices:
                self._look_at(path)

    def _look_at(self, path: str) -> None:
        device = None
        try:
            device = self._open_device(path)
            capabilities = device.capabilities()
            is_wanted = not is_own(device.name) and _is_keyboard_or_mouse(capabilities)
        except OSError:
            # Not allowed, not yet allowed, or gone again: looked at anew with the next scan.
            self._refused += 1
            if device is not None:
                device.close()
            return
        if is_wanted:
            self._devices[path] = _Watched(device, capabilities, self._clock())
        else:
            device.close()
            self._devices[path] = None


class _Watched:
    """A keyboard, mouse or touchpad. Which key it is is never looked at."""

    def __init__(self, device: Device, capabilities: dict[int, Any], now_s: float) -> None:
        ranges = {code: (info.min, info.max) for code, info in capabilities.get(ecodes.EV_ABS, ())}
        self._device = device
        self._absolute = Axes(ranges)
        self._nudge = Nudge()
        self._last_s = now_s

    def is_used(self, now_s: float) -> bool:
        """Whether there was use since the last call, or something is held down now.

        Args:
            now_s: On the daemon's clock.

        Raises:
            OSError: The device is gone.
        """
        used = False
        with suppress(BlockingIOError):
            while True:
                for event in self._device.read():
                    used = self._is_use(event) or used
                    self._last_s = now_s
        # The kernel is asked, for it misses no release, as a reader of events may.
        return used or (now_s - self._last_s < STUCK_S and bool(self._device.active_keys()))

    def close(self) -> None:
        with suppress(OSError):
            self._device.close()

    def _is_use(self, event: Any) -> bool:
        if event.type == ecodes.EV_KEY:
            # 1 goes down, 2 repeats, 0 goes up.
            return bool(event.value)
        if event.type == ecodes.EV_REL and event.code in _WHEELS:
            return True
        if event.type not in _RIGHT:
            return False
        is_right = event.code == _RIGHT[event.type]
        if not is_right and event.code != _DOWN[event.type]:
            return False
        step = float(event.value)
        if event.type == ecodes.EV_ABS:
            step = self._absolute.step(event.code, step)
        if not step:
            return False
        t_s = event.sec + event.usec / 1e6
        return self._nudge.is_hand(step if is_right else 0.0, 0.0 if is_right else step, t_s)


def _is_keyboard_or_mouse(capabilities: dict[int, Any]) -> bool:
    keys = set(capabilities.get(ecodes.EV_KEY, ()))
    if keys & _TYPED:
        return True
    axes = set(capabilities.get(ecodes.EV_REL, ()))
    axes |= {code for code, _ in capabilities.get(ecodes.EV_ABS, ())}
    return bool(keys & _TOUCHED) and bool(axes)
