"""Whether the person uses the real keyboard or mouse; what the daemon itself sends is no use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

#: What seems down on a device that has told nothing for so long is taken for stuck, not for held.
STUCK_S = 60.0


class RealInput(Protocol):
    """Notices use of the real keyboard, mouse or touchpad, never which key it was.

    Owned and called by one thread, once a frame.
    """

    @property
    def problem(self) -> str | None:
        """Why use can't be noticed now, and the mend after `; `; None when it can."""

    def used_since_last(self) -> bool:
        """Whether there was any use since the last call, or a key or button is held down now.

        Never raises, never waits.
        """

    def close(self) -> None: ...


class RealInputError(Exception):
    """Use of the real input can't be noticed: one line with the mend."""


@dataclass(frozen=True, slots=True)
class NoRealInput:
    """Notices nothing, and says why."""

    problem: str | None = None

    def used_since_last(self) -> bool:
        return False

    def close(self) -> None:
        pass


def open_real_input(environ: Mapping[str, str], platform: str) -> RealInput:
    """The way that this desktop has; one with a `problem` where it has none. Never raises.

    Args:
        environ: Environment variables.
        platform: As `sys.platform`.
    """
    try:
        return _open(environ, platform)
    except RealInputError as error:
        return NoRealInput(str(error))


def _open(environ: Mapping[str, str], platform: str) -> RealInput:
    if platform in ("darwin", "win32"):
        from daemon.desk.listened_input import ListenedInput

        return ListenedInput()
    if platform == "linux":
        # XWayland sees only what goes to its own windows, so on Wayland the devices are asked.
        on_wayland = environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland"
        if environ.get("DISPLAY") and not on_wayland:
            from daemon.desk.x_input import XInput

            return XInput(environ["DISPLAY"])
        from daemon.desk.device_input import DeviceInput

        return DeviceInput()
    raise RealInputError(
        "use of the real keyboard and mouse can't be noticed on this system;"
        " 'gestured pause' stops the gestures meanwhile"
    )
