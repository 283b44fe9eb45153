"""A desktop of its own for real programs: an X server, openbox, an empty home, its screen's pixels.

No display manager, no session bus, nobody's settings: what a program shows is what the test made it
show.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from Xlib import XK, X, display
from Xlib.ext import xtest

from tests.integration.conftest import x_server
from tests.integration.gestured import environment
from tests.patience import patient

# Array of shape `(height, width)`: the pixels as 0xRRGGBB.
Picture = NDArray[np.uint32]

SIZE = (800, 600)

_POLL_S = 0.2
_END_S = patient(10)
# Of a busy machine that starts an office program for the first time.
_READY_S = patient(30)

_WINDOWS_FILL_THE_SCREEN = """\
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications>
    <application type="normal"><decor>no</decor><maximized>yes</maximized></application>
  </applications>
</openbox_config>
"""


def needs(program: str, package: str) -> str:
    """The program's path; the test is skipped when it is missing."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed (on Debian: apt install {package})")
    return path


class Desktop:
    """What a test does with its desktop.

    Attributes:
        display: Its name, as in `$DISPLAY`.
        home: The folder that programs take for their user's.
    """

    def __init__(self, name: str, home: Path, stack: ExitStack) -> None:
        self.display = name
        self.home = home
        self._stack = stack
        self._x = display.Display(name)
        stack.callback(self._x.close)
        self._root = self._x.screen().root

    def start(self, *command: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a program, which is ended with the desktop, and all that it started with it."""
        with (self.home / f"{Path(command[0]).name}.log").open("wb") as log:
            program = subprocess.Popen(
                command,
                env=self._environment() | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._stack.callback(_end, program)
        return program

    def picture(self) -> Picture:
        """What the screen shows, without the pointer."""
        width, height = SIZE
        image = self._root.get_image(0, 0, width, height, X.ZPixmap, 0xFFFFFFFF)
        return np.frombuffer(image.data, "<u4").reshape(height, width) & 0xFFFFFF

    def is_managed(self) -> bool:
        """Whether a window manager is there (Extended Window Manager Hints)."""
        check = self._x.intern_atom("_NET_SUPPORTING_WM_CHECK")
        return self._root.get_full_property(check, X.AnyPropertyType) is not None

    def focused(self) -> str | None:
        """The class of the window that has the keyboard's focus, as its program named it."""
        active = self._root.get_full_property(
            self._x.intern_atom("_NET_ACTIVE_WINDOW"), X.AnyPropertyType
        )
        if active is None or not active.value[0]:
            return None
        names = self._x.create_resource_object("window", active.value[0]).get_wm_class()
        return names[1] if names else None

    def press(self, key: str) -> None:
        """Tap a key, as the keyboard would."""
        code = self._x.keysym_to_keycode(XK.string_to_keysym(key))
        for kind in (X.KeyPress, X.KeyRelease):
            xtest.fake_input(self._x, kind, code)
        self._x.sync()

    def wait_until(self, holds: Callable[[], bool], program: subprocess.Popen[bytes]) -> None:
        """Wait for a program to bring something about; fails when it ends or takes too long."""
        deadline_s = time.monotonic() + _READY_S
        while not holds():
            name = Path(str(program.args[0])).name
            log = (self.home / f"{name}.log").read_text(errors="replace")
            assert program.poll() is None, f"{name} ended by itself:\n{log}"
            assert time.monotonic() < deadline_s, f"{name} takes more than {_READY_S:.0f} s:\n{log}"
            time.sleep(_POLL_S)

    def pictures_while(self, process: subprocess.Popen[bytes]) -> Iterator[Picture]:
        """What the screen shows every now and then until the process has ended, and afterwards."""
        while process.poll() is None:
            yield self.picture()
            time.sleep(_POLL_S)
        yield self.picture()

    def _environment(self) -> dict[str, str]:
        mine = environment(
            DISPLAY=self.display,
            HOME=str(self.home),
            DBUS_SESSION_BUS_ADDRESS=f"unix:path={self.home / 'no-bus'}",
            NO_AT_BRIDGE="1",
        )
        return {name: value for name, value in mine.items() if not name.startswith("XDG_")}


def save_picture(picture: Picture, path: Path) -> None:
    """Write a picture as PNG."""
    blue, green, red, _ = np.moveaxis(picture.astype("<u4")[..., None].view(np.uint8), -1, 0)
    assert cv2.imwrite(str(path), np.stack((blue, green, red), axis=-1))


@contextmanager
def desktop(home: Path) -> Iterator[Desktop]:
    """A desktop whose programs have `home`; skips the test where its parts are missing."""
    openbox = needs("openbox", "openbox")
    rules = home / "openbox.xml"
    rules.write_text(_WINDOWS_FILL_THE_SCREEN)
    with ExitStack() as stack:
        name, _ = stack.enter_context(x_server("x".join(map(str, SIZE))))
        mine = Desktop(name, home, stack)
        manager = mine.start(openbox, "--config-file", str(rules))
        # A window that came before it would keep a size of its own.
        mine.wait_until(mine.is_managed, manager)
        yield mine


def _end(program: subprocess.Popen[bytes]) -> None:
    # The group: soffice and chromium are scripts that start others.
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(program.pid, number)
        with suppress(subprocess.TimeoutExpired):
            program.wait(_END_S)
