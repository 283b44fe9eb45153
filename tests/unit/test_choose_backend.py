"""Which backend is opened in which session, with backends that are made up."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from daemon.backends.backend import Backend, BackendError
from daemon.backends.choose import Opened, open_backend
from daemon.backends.dry_run import DryRunBackend

X11 = {"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}
XWAYLAND = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
WAYLAND = {"XDG_SESSION_TYPE": "wayland", "WAYLAND_DISPLAY": "wayland-0"}
NO_RIGHTS = "no permission to open /dev/uinput; put the rule there"


class Fake(DryRunBackend):
    def __init__(self, name: str, warning: str | None = None) -> None:
        self.name = name
        self.warning = warning


def opened(
    choice: str, environ: Mapping[str, str], *, uinput: bool = True, system: str = "linux"
) -> Opened:
    def open_pynput(warning: str | None) -> Backend:
        return Fake("pynput", warning)

    def open_uinput() -> Backend:
        if not uinput:
            raise BackendError(NO_RIGHTS)
        return Fake("uinput")

    return open_backend(
        choice,  # type: ignore[arg-type]
        environ,
        system=system,
        open_pynput=open_pynput,
        open_uinput=open_uinput,
    )


@pytest.mark.parametrize(
    ("environ", "system", "name", "reason"),
    [
        (X11, "linux", "pynput", "pynput: this is an X11 session"),
        (WAYLAND, "linux", "uinput", "uinput: this is a Wayland session"),
        (XWAYLAND, "linux", "uinput", "uinput: this is a Wayland session"),
        ({}, "linux", "uinput", "uinput: there is no display, only a console"),
        ({"XDG_SESSION_TYPE": "tty"}, "linux", "uinput", "uinput: there is no display"),
        ({}, "darwin", "pynput", "pynput: the way to macOS"),
        ({}, "win32", "pynput", "pynput: the way to Windows"),
    ],
)
def test_auto_picks_one_and_says_why(
    environ: dict[str, str], system: str, name: str, reason: str
) -> None:
    chosen = opened("auto", environ, system=system)
    assert chosen.backend.name == name
    assert chosen.reason.startswith(reason)
    assert chosen.backend.warning is None


def test_without_uinput_xwayland_is_reached_with_a_warning() -> None:
    chosen = opened("auto", XWAYLAND, uinput=False)
    assert chosen.backend.name == "pynput"
    assert "uinput can't be opened" in chosen.reason
    assert chosen.backend.warning == (
        "this is a Wayland session: keys and pointer reach XWayland programs only "
        "(no permission to open /dev/uinput); put the rule there"
    )


def test_without_uinput_and_xwayland_nothing_is_reached() -> None:
    with pytest.raises(BackendError, match=f"Wayland session.*{NO_RIGHTS}"):
        opened("auto", WAYLAND, uinput=False)


def test_without_a_display_and_uinput_nothing_is_reached() -> None:
    with pytest.raises(BackendError, match=f"DISPLAY is not set; .*{NO_RIGHTS}"):
        opened("auto", {}, uinput=False)


def test_what_is_chosen_is_opened() -> None:
    assert opened("uinput", X11).backend.name == "uinput"
    assert opened("pynput", X11).backend.name == "pynput"
    assert opened("pynput", X11).backend.warning is None


def test_pynput_on_wayland_is_warned_of() -> None:
    assert "XWayland programs only" in str(opened("pynput", WAYLAND).backend.warning)


def test_uinput_that_can_not_be_opened_is_an_error() -> None:
    with pytest.raises(BackendError, match=NO_RIGHTS):
        opened("uinput", X11, uinput=False)
