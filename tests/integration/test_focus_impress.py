"""A real slide show of LibreOffice Impress is told from its editor."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from Xlib import XK, X, display
from Xlib.ext import xtest

from daemon.focus.app import App
from daemon.focus.patterns import matches
from daemon.focus.x11 import X11Focus
from tests.integration.conftest import x_server
from tests.patience import patient
from tests.unit.waiting import until

_START_S = patient(20)

_DECK = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" office:version="1.3"
  office:mimetype="application/vnd.oasis.opendocument.presentation">
  <office:body><office:presentation>
    <draw:page draw:name="one"/><draw:page draw:name="two"/>
  </office:presentation></office:body>
</office:document>
"""


@pytest.fixture
def show(tmp_path: Path) -> Iterator[str]:
    """Name of a display on which a slide show starts."""
    programs = [shutil.which(name) for name in ("soffice", "openbox")]
    if None in programs:
        pytest.skip("needs LibreOffice Impress and openbox (on Debian: apt install"
                    " libreoffice-impress libreoffice-gtk3 openbox)")  # fmt: skip
    soffice, openbox = map(str, programs)
    deck = tmp_path / "deck.fodp"
    deck.write_text(_DECK)
    with x_server() as (name, _):
        # With its plain X11 interface the show hangs under Xvfb. A bus would be started for
        # accessibility, and outlive the test.
        environ = os.environ | {
            "DISPLAY": name, "HOME": str(tmp_path), "SAL_USE_VCLPLUGIN": "gtk3",
            "NO_AT_BRIDGE": "1", "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path / 'no-bus'}",
        }  # fmt: skip
        commands = (
            [openbox],
            [soffice, f"-env:UserInstallation={tmp_path.as_uri()}/profile", "--norestore",
             "--nologo", "--impress", "--show", str(deck)],
        )  # fmt: skip
        started = [
            subprocess.Popen(
                command, env=environ, start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for command in commands
        ]  # fmt: skip
        yield name
        for process in reversed(started):
            # soffice is a script that starts the program.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def test_a_slide_show_is_told_from_its_editor(show: str) -> None:
    focus = X11Focus(show)
    seen: set[App] = set()

    def is_shown() -> bool:
        app = focus.focused()
        if app is not None:
            seen.add(app)
        return app is not None and matches("slideshow", app)

    assert until(is_shown, _START_S), f"no slide show among {seen}"
    running = focus.focused()
    assert running is not None
    assert running.fullscreen
    assert matches("soffice", running)
    assert all(app.fullscreen for app in seen if matches("slideshow", app))

    keyboard = display.Display(show)
    escape = keyboard.keysym_to_keycode(XK.XK_Escape)
    for event in (X.KeyPress, X.KeyRelease):
        xtest.fake_input(keyboard, event, escape)
    keyboard.sync()
    assert until(lambda: not is_shown()), "the show does not end"
    keyboard.close()
    focus.close()
