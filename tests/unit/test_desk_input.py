"""Use of the real keyboard and mouse: what counts, what does not, and what is said when unknown."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.desk.listened_input import ListenedInput
from daemon.desk.nudge import FAR_COUNTS, Axes, Nudge
from daemon.desk.real_input import STUCK_S, NoRealInput, RealInputError, open_real_input

evdev = pytest.importorskip("evdev")

from daemon.desk.device_input import RESCAN_S, DeviceInput  # noqa: E402

E = evdev.ecodes
KEYBOARD = {E.EV_KEY: [E.KEY_A, E.KEY_ENTER]}
MOUSE = {E.EV_KEY: [E.BTN_LEFT], E.EV_REL: [E.REL_X, E.REL_Y, E.REL_WHEEL]}
_AXIS = evdev.AbsInfo(value=0, min=0, max=32767, fuzz=0, flat=0, resolution=0)
TABLET = {E.EV_KEY: [E.BTN_LEFT], E.EV_ABS: [(E.ABS_X, _AXIS), (E.ABS_Y, _AXIS)]}
POWER_BUTTON = {E.EV_KEY: [E.KEY_POWER]}
GAMEPAD = {E.EV_KEY: [E.BTN_SOUTH], E.EV_ABS: [(E.ABS_X, _AXIS), (E.ABS_Y, _AXIS)]}
MOVES = [(E.EV_REL, E.REL_X, 9), (E.EV_REL, E.REL_Y, 4)] * 3


class Clock:
    def __init__(self) -> None:
        self.t_s = 100.0

    def __call__(self) -> float:
        return self.t_s


class FakeDevice:
    """Stands for `evdev.InputDevice`: what is put into `events` is read once.

    What is down is known at once, as the kernel knows it, and whether or not its event is read.
    """

    def __init__(self, name: str, capabilities: dict[int, Any]) -> None:
        self.name = name
        self._capabilities = capabilities
        self.events: deque[Any] = deque()
        self.down: set[int] = set()
        self.is_gone = False
        self.is_closed = False

    def capabilities(self) -> dict[int, Any]:
        return self._capabilities

    def put(self, *events: tuple[int, int, int], t_s: float = 1.0) -> None:
        usec = round(t_s % 1 * 1e6)
        self.events += [evdev.InputEvent(int(t_s), usec, *event) for event in events]
        for kind, code, value in events:
            if kind == E.EV_KEY:
                (self.down.add if value else self.down.discard)(code)

    def press(self, code: int) -> None:
        self.put((E.EV_KEY, code, 1))

    def release(self, code: int) -> None:
        self.put((E.EV_KEY, code, 0))

    def active_keys(self) -> list[int]:
        if self.is_gone:
            raise OSError(19, "No such device")
        return sorted(self.down)

    def read(self) -> list[Any]:
        assert not self.is_closed
        if self.is_gone:
            raise OSError(19, "No such device")
        if not self.events:
            raise BlockingIOError
        return [self.events.popleft() for _ in range(min(2, len(self.events)))]

    def close(self) -> None:
        self.is_closed = True


class Folder:
    """Stands for /dev/input: what a path opens, or the error that opening it raises."""

    def __init__(self, **devices: FakeDevice | OSError) -> None:
        self.devices: dict[str, FakeDevice | OSError] = dict(devices)
        self.clock = Clock()

    def open(self, path: str) -> FakeDevice:
        device = self.devices[path]
        if isinstance(device, OSError):
            raise device
        device.is_closed = False
        return device

    def watch(self) -> DeviceInput:
        return DeviceInput(lambda: list(self.devices), self.open, self.clock)


@settings(deadline=None)
@given(
    steps=st.lists(st.integers(-3, 3), max_size=60),
    every_s=st.floats(0.001, 2.0),
)
def test_a_mouse_that_shivers_on_the_desk_is_no_hand(steps: list[int], every_s: float) -> None:
    nudge = Nudge()
    place = 0
    for index, step in enumerate(steps):
        # Wherever it shivers, it stays about where it is.
        step = step if abs(place + step) <= 5 else -step
        place += step
        assert not nudge.is_hand(step, -step, index * every_s)


@settings(deadline=None)
@given(rate_hz=st.integers(30, 1000), counts_s=st.integers(100, 5000), left=st.booleans())
def test_a_hand_on_the_mouse_is_noticed_within_half_a_second(
    rate_hz: int, counts_s: int, left: bool
) -> None:
    nudge = Nudge()
    step = counts_s / rate_hz * (-1 if left else 1)
    assert any(nudge.is_hand(step, 0.0, index / rate_hz) for index in range(rate_hz // 2))


def test_motion_long_ago_adds_nothing_and_a_clock_set_back_starts_anew() -> None:
    nudge = Nudge()
    assert not nudge.is_hand(FAR_COUNTS, 0.0, 1.0)
    assert not nudge.is_hand(FAR_COUNTS, 0.0, 2.0)
    assert not nudge.is_hand(FAR_COUNTS, 0.0, 1.5)
    assert not nudge.is_hand(FAR_COUNTS, 0.0, 1.5)
    assert nudge.is_hand(FAR_COUNTS, 0.0, 1.5)


def test_absolute_axes_move_by_the_difference() -> None:
    axes = Axes({0: (0.0, 1000.0)})
    assert [axes.step(0, value) for value in (500.0, 510.0, 505.0)] == [0.0, 20.0, -10.0]
    assert axes.step(1, 7.0) == 7.0


@pytest.mark.parametrize(
    "events",
    [
        [(E.EV_KEY, E.KEY_A, 1)],
        [(E.EV_KEY, E.KEY_A, 2)],
        [(E.EV_KEY, E.BTN_LEFT, 1)],
        [(E.EV_REL, E.REL_WHEEL, -1)],
        MOVES,
    ],
)
def test_keys_buttons_wheels_and_motion_are_use_and_are_told_once(
    events: list[tuple[int, int, int]],
) -> None:
    device = FakeDevice("Some Maker Keyboard and Mouse", {**KEYBOARD, **MOUSE})
    real = Folder(event0=device).watch()
    assert real.problem is None
    assert not real.used_since_last()
    device.put(*events)
    for code in list(device.down):
        device.release(code)
    assert real.used_since_last()
    assert not real.used_since_last()


@pytest.mark.parametrize("code", [E.BTN_LEFT, E.KEY_LEFTSHIFT])
def test_what_is_held_still_is_use_until_it_is_up(code: int) -> None:
    device = FakeDevice("Some Maker Keyboard and Mouse", {**KEYBOARD, **MOUSE})
    folder = Folder(event0=device)
    real = folder.watch()
    device.press(code)
    for _ in range(10):
        folder.clock.t_s += 2.0
        assert real.used_since_last()
    device.release(code)
    assert not real.used_since_last()


def test_one_of_two_keys_goes_up_and_the_other_is_held_still() -> None:
    first, second = FakeDevice("keyboard", KEYBOARD), FakeDevice("mouse", MOUSE)
    real = Folder(event0=first, event1=second).watch()
    first.press(E.KEY_A)
    first.press(E.KEY_ENTER)
    second.press(E.BTN_LEFT)
    assert real.used_since_last()
    first.release(E.KEY_A)
    second.release(E.BTN_LEFT)
    assert real.used_since_last()
    first.release(E.KEY_ENTER)
    assert not real.used_since_last()


def test_a_release_that_the_reader_missed_is_noticed() -> None:
    device = FakeDevice("mouse", MOUSE)
    real = Folder(event0=device).watch()
    device.press(E.BTN_LEFT)
    assert real.used_since_last()
    device.down.clear()
    assert not real.used_since_last()


def test_a_key_that_is_stuck_is_no_use_for_ever() -> None:
    device = FakeDevice("keyboard", KEYBOARD)
    folder = Folder(event0=device)
    device.down.add(E.KEY_UNKNOWN)
    real = folder.watch()
    assert real.used_since_last()
    folder.clock.t_s += STUCK_S
    assert not real.used_since_last()
    device.press(E.KEY_A)
    assert real.used_since_last()


def test_a_device_that_is_gone_takes_along_what_was_down() -> None:
    unplugged, removed = FakeDevice("mouse", MOUSE), FakeDevice("mouse", MOUSE)
    folder = Folder(event0=unplugged, event1=removed)
    real = folder.watch()
    for device in (unplugged, removed):
        device.press(E.BTN_LEFT)
    assert real.used_since_last()
    unplugged.is_gone = True
    assert real.used_since_last()
    del folder.devices["event0"], folder.devices["event1"]
    folder.clock.t_s += RESCAN_S
    assert not real.used_since_last()


def test_letting_go_jitter_and_syncs_are_no_use() -> None:
    device = FakeDevice("Some Maker Mouse", MOUSE)
    real = Folder(event0=device).watch()
    device.put((E.EV_KEY, E.BTN_LEFT, 0), (E.EV_SYN, 0, 0), *[(E.EV_REL, E.REL_X, 2)] * 4)
    device.put(*[(E.EV_REL, E.REL_X, -2)] * 4)
    assert not real.used_since_last()


def test_a_tablet_counts_by_its_range() -> None:
    device = FakeDevice("QEMU USB Tablet", TABLET)
    real = Folder(event0=device).watch()
    device.put(*[(E.EV_ABS, E.ABS_X, 16000 + 10 * step) for step in range(6)])
    assert not real.used_since_last()
    device.put(*[(E.EV_ABS, E.ABS_X, 17000 + 300 * step) for step in range(6)])
    assert real.used_since_last()


@pytest.mark.parametrize(
    ("name", "capabilities"),
    [
        ("gestured keyboard", KEYBOARD),
        ("gestured mouse", MOUSE),
        ("gestured pointer", TABLET),
        ("Power Button", POWER_BUTTON),
        ("A Gamepad", GAMEPAD),
    ],
)
def test_its_own_devices_and_what_is_no_keyboard_or_mouse_are_left_alone(
    name: str, capabilities: dict[int, Any]
) -> None:
    other = FakeDevice(name, capabilities)
    keyboard = FakeDevice("AT Translated Set 2 keyboard", KEYBOARD)
    real = Folder(event0=other, event1=keyboard).watch()
    other.put((E.EV_KEY, E.KEY_A, 1), *MOVES)
    assert not real.used_since_last()
    assert other.is_closed
    keyboard.put((E.EV_KEY, E.KEY_A, 1))
    assert real.used_since_last()


def test_devices_may_come_and_go() -> None:
    first, second = FakeDevice("first", KEYBOARD), FakeDevice("second", MOUSE)
    folder = Folder(event0=first)
    real = folder.watch()
    first.is_gone = True
    assert not real.used_since_last()
    assert first.is_closed
    del folder.devices["event0"]
    folder.devices["event1"] = second
    second.put((E.EV_KEY, E.BTN_LEFT, 1))
    assert not real.used_since_last()
    folder.clock.t_s += RESCAN_S
    assert real.used_since_last()
    del folder.devices["event1"]
    folder.clock.t_s += RESCAN_S
    assert not real.used_since_last()
    assert second.is_closed


def test_rights_that_come_later_are_noticed() -> None:
    keyboard = FakeDevice("keyboard", KEYBOARD)
    folder = Folder(event0=PermissionError(13, "Permission denied"))
    real = folder.watch()
    assert real.problem is not None
    assert "; sudo usermod -aG input $USER" in real.problem
    folder.devices["event0"] = keyboard
    folder.clock.t_s += RESCAN_S
    keyboard.put((E.EV_KEY, E.KEY_A, 1))
    assert real.used_since_last()
    assert real.problem is None


def test_without_devices_it_says_so_and_without_the_folder_too() -> None:
    assert "/dev/input has none" in str(Folder().watch().problem)

    def no_folder() -> list[str]:
        raise OSError(2, "No such file or directory")

    real = DeviceInput(no_folder, Folder().open, Clock())
    assert not real.used_since_last()
    assert "/dev/input has none" in str(real.problem)


def test_closing_closes_every_device_and_ends_the_looking() -> None:
    devices = {f"event{index}": FakeDevice("keyboard", KEYBOARD) for index in range(3)}
    folder = Folder(**devices)
    real = folder.watch()
    real.close()
    real.close()
    folder.clock.t_s += 10 * RESCAN_S
    assert not real.used_since_last()
    assert all(device.is_closed for device in devices.values())


class FakeListener:
    """Stands for a listener of pynput."""

    def __init__(self) -> None:
        self.alive = False
        self.IS_TRUSTED = True

    def start(self) -> None:
        self.alive = True

    def stop(self) -> None:
        self.alive = False

    def is_alive(self) -> bool:
        return self.alive


class Listened:
    """A `ListenedInput` with a fake listener, and what pynput would call."""

    def __init__(self) -> None:
        self.listener = FakeListener()
        self.clock = Clock()
        self.real = ListenedInput(self._make, self.clock)

    def _make(self, on_use: Any, on_move: Any, on_button: Any) -> list[FakeListener]:
        self.on_use, self.on_move, self.on_button = on_use, on_move, on_button
        return [self.listener]


def test_listening_tells_what_was_injected_from_what_was_not() -> None:
    listened = Listened()
    assert not listened.real.used_since_last()
    listened.on_use(True)
    for x in range(0, 100, 10):
        listened.on_move(x, 0, True)
    assert not listened.real.used_since_last()
    listened.on_use(False)
    assert listened.real.used_since_last()
    assert not listened.real.used_since_last()


def test_listening_takes_a_held_button_for_use_until_it_is_up_or_stuck() -> None:
    listened = Listened()
    listened.on_button("right", True, True)
    assert not listened.real.used_since_last()
    listened.on_button("left", True, False)
    for _ in range(3):
        listened.clock.t_s += 2.0
        assert listened.real.used_since_last()
    listened.on_button("left", False, False)
    assert listened.real.used_since_last()
    assert not listened.real.used_since_last()
    listened.on_button("left", True, False)
    assert listened.real.used_since_last()
    listened.clock.t_s += STUCK_S
    assert not listened.real.used_since_last()


def test_listening_ignores_jitter_and_notices_a_hand_after_the_pointer_was_sent_elsewhere() -> None:
    listened = Listened()
    listened.on_move(10, 10, False)
    listened.on_move(900, 500, True)
    for x in (901, 900, 901, 900):
        listened.on_move(x, 500, False)
    assert not listened.real.used_since_last()
    for x in range(900, 960, 10):
        listened.on_move(x, 500, False)
    assert listened.real.used_since_last()


def test_listening_says_when_macos_does_not_trust_it_and_when_it_has_ended() -> None:
    listened = Listened()
    assert listened.real.problem is None
    listened.listener.IS_TRUSTED = False
    assert "Input Monitoring" in str(listened.real.problem)
    listened.listener.IS_TRUSTED = True
    listened.listener.stop()
    assert "start gestured again" in str(listened.real.problem)


def test_listening_stops_what_had_started_when_the_rest_can_not_start() -> None:
    first = FakeListener()

    class Broken(FakeListener):
        def start(self) -> None:
            raise RuntimeError("no such thing")

    with pytest.raises(RealInputError, match="RuntimeError in pynput"):
        ListenedInput(lambda *_: [first, Broken()], Clock())
    assert not first.alive


def test_where_there_is_no_way_nothing_is_noticed_and_it_says_why() -> None:
    real = open_real_input({}, "sunos5")
    assert isinstance(real, NoRealInput)
    assert "; 'gestured pause'" in str(real.problem)
    assert not real.used_since_last()
    real.close()


def test_a_display_that_is_not_there_is_a_problem_and_no_error() -> None:
    real = open_real_input({"DISPLAY": "no display"}, "linux")
    assert "on this X display" in str(real.problem)
    assert not real.used_since_last()


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"},
        {"XDG_SESSION_TYPE": "wayland", "DISPLAY": ":0"},
    ],
)
def test_on_wayland_and_the_console_the_devices_are_asked(environ: dict[str, str]) -> None:
    real = open_real_input(environ, "linux")
    assert isinstance(real, DeviceInput)
    real.close()
