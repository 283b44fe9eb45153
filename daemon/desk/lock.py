"""Whether the screen is locked, or belongs to somebody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

#: How often the system is asked where it does not tell.
ASK_AGAIN_S = 1.0


class ScreenLock(Protocol):
    """Owned and called by one thread."""

    @property
    def problem(self) -> str | None:
        """Why it can't be known, and the mend after `; `; None when it can, or not yet."""

    def locked(self) -> bool:
        """Whether the screen is locked. Never raises, never waits; not known counts as not."""

    def wait_known(self, timeout_s: float) -> bool:
        """Wait until `locked` and `problem` have been found out; False if it took too long."""

    def close(self) -> None: ...


def open_screen_lock(environ: Mapping[str, str], platform: str) -> ScreenLock:
    """The way that this desktop has. Never raises.

    Args:
        environ: Environment variables.
        platform: As `sys.platform`.
    """
    if platform == "darwin":
        return AskedLock(_macos_locked)
    if platform == "win32":
        return AskedLock(_windows_locked)
    if platform != "linux":
        return AskedLock(None)
    from daemon.desk.linux_lock import LinuxLock

    return LinuxLock(environ)


class AskedLock:
    """Asks the system once a second, when it is asked itself.

    Args:
        ask: Whether the screen is locked; may raise anything. None where there is no way.
        clock: Monotonic seconds.
    """

    def __init__(
        self, ask: Callable[[], bool] | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._ask_at_s = float("-inf")
        self._locked = False
        self.problem: str | None = None
        if ask is None:
            self.problem = _problem("this system has no way that is known")

    def locked(self) -> bool:
        if self._ask is not None and self._clock() >= self._ask_at_s:
            self._ask_at_s = self._clock() + ASK_AGAIN_S
            try:
                self._locked, self.problem = self._ask(), None
            except Exception as error:  # noqa: BLE001 - it must not end the daemon
                self._locked, self.problem = False, _problem(type(error).__name__)
        return self._locked

    def wait_known(self, timeout_s: float) -> bool:
        self.locked()
        return True

    def close(self) -> None:
        pass


def _problem(why: str) -> str:
    return (
        f"whether the screen is locked can't be known ({why});"
        " run 'gestured pause' before you lock it"
    )


def _macos_locked() -> bool:
    """Locked, or another user is at the console; also without any session of its own."""
    # Comes with pynput. The keys are not documented by Apple, but have held since 10.5.
    import Quartz

    session: Mapping[str, Any] | None = Quartz.CGSessionCopyCurrentDictionary()
    if session is None:
        return True
    on_console = bool(session.get("kCGSSessionOnConsoleKey", True))
    return bool(session.get("CGSSessionScreenIsLocked", False)) or not on_console


def _windows_locked() -> bool:
    """Windows lets no program of the user's open the desktop of the lock screen or of UAC."""
    import ctypes

    desktop_switchdesktop = 0x0100
    user32 = ctypes.WinDLL("user32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    user32.OpenInputDesktop.restype = ctypes.c_void_p
    user32.CloseDesktop.argtypes = [ctypes.c_void_p]
    desktop = user32.OpenInputDesktop(0, False, desktop_switchdesktop)
    if not desktop:
        return True
    user32.CloseDesktop(desktop)
    return False
