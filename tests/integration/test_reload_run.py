"""The daemon while its configuration is edited: on a real X server, with the built-in hand."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("Xlib", reason="python-xlib is for Linux")

from tests.integration.gestured import COMMAND, ROOT, environment
from tests.integration.x_listener import XListener
from tests.patience import patient

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("store")]

_SOON_S = patient(15)
_POLL_S = 0.05
_HOLD = """\
version: 1
camera: {source: demo}
arming: false
bindings:
  - {gesture: palm, action: {type: hold, keys: space}}
"""


class Edited:
    """A daemon and the file that it runs on."""

    def __init__(self, folder: Path, display: str, text: str, options: Iterable[str] = ()) -> None:
        self.config = folder / "config.yaml"
        self.write(text)
        self._out = folder / "out.jsonl"
        self._environ = environment(DISPLAY=display, XDG_RUNTIME_DIR=str(folder))
        folder.chmod(0o700)
        self._err = folder / "err.txt"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*COMMAND, "run", "--json", "--config", str(self.config), *options],
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    def write(self, text: str) -> None:
        self.config.write_text(text)
        self.config.chmod(0o600)

    def lines(self) -> list[dict[str, Any]]:
        """What it has told, whole lines only."""
        return [json.loads(line) for line in self._out.read_text().splitlines(True) if "\n" in line]

    def log(self) -> str:
        return self._err.read_text()

    def wait_for(self, what: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + _SOON_S
        while not what():
            assert self.process.poll() is None, "the daemon has ended"
            assert time.monotonic() < deadline_s, self.lines()[-5:]
            time.sleep(_POLL_S)

    def tells(self, event: str, **more: str) -> Callable[[], bool]:
        return lambda: any(
            line["event"] == event and all(line.get(key) == more[key] for key in more)
            for line in self.lines()
        )

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words],
            cwd=ROOT,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def start(tmp_path: Path, x_display: str) -> Iterator[Callable[..., Edited]]:
    started: list[Edited] = []

    def made(text: str, *options: str) -> Edited:
        started.append(Edited(tmp_path, x_display, text, options))
        return started[-1]

    yield made
    # Not killed: the display is that of other tests too, and what is held has to come up.
    for each in started:
        each.process.terminate()
        each.process.wait(_SOON_S)


def test_a_change_is_in_force_and_what_was_held_is_up(
    start: Callable[..., Edited], x_display: str
) -> None:
    daemon = start(_HOLD)
    listener = XListener(x_display)
    daemon.wait_for(lambda: bool(listener.down()))
    daemon.write(_HOLD.replace("space", "Tab"))
    daemon.wait_for(daemon.tells("config", state="reloaded"))
    daemon.wait_for(lambda: "up space" in listener.new_lines() or not listener.down())
    assert daemon.ask("stop").returncode == 0
    assert daemon.process.wait(_SOON_S) == 0
    assert listener.down() == []
    listener.close()


def test_a_wrong_file_changes_nothing_and_is_told(start: Callable[..., Edited]) -> None:
    daemon = start(_HOLD)
    daemon.wait_for(daemon.tells("begin", gesture="palm"))
    daemon.write(_HOLD + "bindngs: []\n")
    asked = daemon.ask("reload")
    assert asked.returncode == 78
    assert "unknown key 'bindngs'" in asked.stderr + asked.stdout
    assert "but not used" in daemon.ask("status").stdout
    daemon.write(_HOLD)
    assert daemon.ask("reload").returncode == 0
    assert "but not used" not in daemon.ask("status").stdout


def test_another_source_is_another_round_and_times_go_on(
    start: Callable[..., Edited],
) -> None:
    daemon = start(_HOLD)
    daemon.wait_for(daemon.tells("begin", gesture="palm"))
    daemon.write(_HOLD.replace("source: demo", "source: 'demo:slides'"))
    daemon.wait_for(
        lambda: (
            sum(line["event"] == "begin" for line in daemon.lines()) > 1
            and daemon.tells("config", state="reloaded")()
        )
    )
    times = [line["t"] for line in daemon.lines()]
    assert times == sorted(times)


@pytest.mark.parametrize("is_there", [False, True], ids=["missing", "unreadable"])
def test_a_source_that_can_not_be_opened_leaves_the_one_before(
    start: Callable[..., Edited], tmp_path: Path, is_there: bool
) -> None:
    daemon = start(_HOLD)
    daemon.wait_for(daemon.tells("begin", gesture="palm"))
    before = len(daemon.lines())
    pictures = tmp_path / "pictures"
    if is_there:
        pictures.mkdir()
        (pictures / "1.jpg").write_bytes(b"no picture")
    daemon.write(_HOLD.replace("source: demo", f"source: {pictures}/"))
    asked = daemon.ask("reload")
    assert asked.returncode == 78
    assert str(pictures) in asked.stderr + asked.stdout
    daemon.wait_for(daemon.tells("config", state="failed"))
    assert not daemon.tells("config", state="reloaded")()
    daemon.wait_for(lambda: any(line["event"] == "begin" for line in daemon.lines()[before:]))
    assert "but not used" in daemon.ask("status").stdout
    daemon.write(_HOLD)
    assert daemon.ask("reload").returncode == 0
    assert "but not used" not in daemon.ask("status").stdout


def test_wrong_at_the_start_it_waits_and_mends_itself(start: Callable[..., Edited]) -> None:
    daemon = start("version: 1\ncamra: {}\n")
    daemon.wait_for(lambda: daemon.ask("status").returncode == 0)
    assert "can't be used" in daemon.ask("status").stdout
    assert "no configuration is in force" in daemon.ask("arm").stderr
    daemon.write(_HOLD)
    daemon.wait_for(daemon.tells("begin", gesture="palm"))


def test_a_camera_by_default_is_opened_once_a_bad_start_is_mended(
    start: Callable[..., Edited],
) -> None:
    daemon = start("version: 1\ncamra: {}\n")
    daemon.wait_for(lambda: daemon.ask("status").returncode == 0)
    assert "\ncamera " not in daemon.ask("status").stdout
    daemon.write("version: 1\n")
    daemon.wait_for(daemon.tells("config", state="reloaded"))
    assert "\ncamera       auto" in daemon.ask("status").stdout


def test_what_happens_to_the_configuration_is_in_the_log(start: Callable[..., Edited]) -> None:
    daemon = start(_HOLD)
    daemon.wait_for(daemon.tells("begin", gesture="palm"))
    daemon.write(_HOLD + "bindngs: []\n")
    assert daemon.ask("reload").returncode == 78
    daemon.wait_for(lambda: "WARNING" in daemon.log() and "unknown key 'bindngs'" in daemon.log())


def test_what_the_command_line_names_is_no_news(start: Callable[..., Edited]) -> None:
    daemon = start(_HOLD, "--source", "demo:slides")
    daemon.wait_for(daemon.tells("begin"))
    assert daemon.ask("reload").returncode == 0
    assert not daemon.tells("config")()
