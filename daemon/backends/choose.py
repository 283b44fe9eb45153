"""Which way input goes to this system, and why."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.backends.backend import Backend, BackendError

if TYPE_CHECKING:
    from daemon.config.model import BackendChoice

_XWAYLAND_ONLY = "this is a Wayland session: keys and pointer reach XWayland programs only"


@dataclass(frozen=True, slots=True)
class Opened:
    """A backend that is open, and in one line why it is this one."""

    backend: Backend
    reason: str


def _open_pynput(warning: str | None) -> Backend:
    from daemon.backends.pynput_backend import PynputBackend

    return PynputBackend(warning)


def _open_uinput() -> Backend:
    if sys.platform != "linux":
        raise BackendError("uinput is Linux's; take 'auto' or 'pynput'")
    try:
        from daemon.backends.uinput_backend import UinputBackend
    except ImportError as error:
        raise BackendError(f"evdev can't be loaded ({error}); install gestured again") from error
    return UinputBackend()


def open_backend(
    choice: BackendChoice,
    environ: Mapping[str, str],
    *,
    system: str = sys.platform,
    open_pynput: Callable[[str | None], Backend] = _open_pynput,
    open_uinput: Callable[[], Backend] = _open_uinput,
) -> Opened:
    """Open the backend that was chosen, or with `auto` the one that reaches most here.

    Args:
        choice: The configuration's.
        environ: What tells the session.
        system: `sys.platform`.
        open_pynput: Opens pynput's; takes its warning.
        open_uinput: Opens uinput.

    Raises:
        BackendError: It can't be opened; with `auto`, none can. In one line with the mend.
    """
    is_wayland = system == "linux" and _is_wayland(environ)
    if choice == "uinput":
        return Opened(open_uinput(), "uinput, as configured")
    if choice == "pynput":
        warning = f"{_XWAYLAND_ONLY}; 'backend: uinput' reaches all" if is_wayland else None
        return Opened(open_pynput(warning), "pynput, as configured")
    if system in ("darwin", "win32"):
        name = "macOS" if system == "darwin" else "Windows"
        return Opened(open_pynput(None), f"pynput: the way to {name}")
    if is_wayland:
        return _for_wayland(environ, open_pynput, open_uinput)
    if environ.get("DISPLAY"):
        return Opened(open_pynput(None), "pynput: this is an X11 session")
    try:
        backend = open_uinput()
    except BackendError as error:
        raise BackendError(
            "no display: DISPLAY is not set; run inside the desktop session or use --dry-run "
            f"(for a console: {error})"
        ) from error
    return Opened(backend, "uinput: there is no display, only a console")


def _for_wayland(
    environ: Mapping[str, str],
    open_pynput: Callable[[str | None], Backend],
    open_uinput: Callable[[], Backend],
) -> Opened:
    try:
        backend = open_uinput()
    except BackendError as error:
        problem, _, mend = str(error).partition("; ")
        if not environ.get("DISPLAY"):
            raise BackendError(
                f"this is a Wayland session, which takes input from uinput only, and {error}"
            ) from error
        warning = f"{_XWAYLAND_ONLY} ({problem}); {mend}"
        reason = "pynput: this is a Wayland session, but uinput can't be opened"
        return Opened(open_pynput(warning), reason)
    return Opened(
        backend, "uinput: this is a Wayland session (characters are those of a US keyboard)"
    )


def _is_wayland(environ: Mapping[str, str]) -> bool:
    return environ.get("XDG_SESSION_TYPE") == "wayland" or bool(environ.get("WAYLAND_DISPLAY"))
