"""Choosing how to learn which application has the focus in this session."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from daemon.focus.app import Focus, NoFocus

_WITHOUT = "switch modes with a gesture ({type: mode, ...}), or log in to an Xorg session"
_REINSTALL = "install gestured again: pynput brings it"


def open_focus(environ: Mapping[str, str], platform: str) -> Focus:
    """The way that fits the session; where there is none, a Focus whose `problem` says so.

    Args:
        environ: The daemon's environment.
        platform: `sys.platform`.
    """
    if platform == "darwin":
        return _on_macos()
    if platform == "win32":
        from daemon.focus.windows import WindowsFocus

        return WindowsFocus()
    is_wayland = environ.get("XDG_SESSION_TYPE") == "wayland" or environ.get("WAYLAND_DISPLAY")
    if environ.get("DISPLAY") and not is_wayland:
        from daemon.focus.x11 import X11Focus

        return X11Focus(environ["DISPLAY"])
    return _on_wayland(environ)


def _on_wayland(environ: Mapping[str, str]) -> Focus:
    desktop = environ.get("XDG_CURRENT_DESKTOP", "")
    folder = environ.get("XDG_RUNTIME_DIR", "")
    if path := environ.get("SWAYSOCK") or environ.get("I3SOCK"):
        return _sway(path)
    if signature := environ.get("HYPRLAND_INSTANCE_SIGNATURE"):
        return _hyprland(Path(folder) / "hypr" / signature)
    for name, variable in (("sway", "SWAYSOCK"), ("Hyprland", "HYPRLAND_INSTANCE_SIGNATURE")):
        if name.lower() in desktop.lower():
            return NoFocus(
                f"{variable} is not set, so {name} can't be asked for the focus; "
                f"run 'systemctl --user import-environment {variable}' and start gestured again"
            )
    if "KDE" in desktop.split(":"):
        return _kwin(environ.get("DBUS_SESSION_BUS_ADDRESS") or f"unix:path={folder}/bus", folder)
    if not desktop and not environ.get("WAYLAND_DISPLAY"):
        return NoFocus(
            "no desktop session: neither DISPLAY nor WAYLAND_DISPLAY is set; "
            "run gestured inside the desktop session"
        )
    return NoFocus(f"{desktop or 'this desktop'} tells nobody the focus on Wayland; {_WITHOUT}")


def _on_macos() -> Focus:
    from daemon.focus.macos import MacFocus

    try:
        return MacFocus(import_module("AppKit"), import_module("Quartz"))
    except ImportError as error:
        return NoFocus(f"no {error.name}, so macOS can't be asked for the focus; {_REINSTALL}")


def _sway(path: str) -> Focus:
    from daemon.focus.follower import Follower
    from daemon.focus.sway import Sway

    mend = "see that SWAYSOCK names the socket of the running sway"
    return Follower("sway", mend, lambda: Sway(path))


def _hyprland(folder: Path) -> Focus:
    from daemon.focus.follower import Follower
    from daemon.focus.hyprland import Hyprland

    mend = "see that HYPRLAND_INSTANCE_SIGNATURE is that of the running Hyprland"
    return Follower("Hyprland", mend, lambda: Hyprland(folder))


def _kwin(bus: str, folder: str) -> Focus:
    from daemon.focus.follower import Follower
    from daemon.focus.kwin import KWin

    mend = "see that DBUS_SESSION_BUS_ADDRESS is the desktop's own bus"
    return Follower("KWin", mend, lambda: KWin(bus, folder or None))
