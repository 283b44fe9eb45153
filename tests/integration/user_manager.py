"""A real systemd user manager of the test's own, where this process may make namespaces.

It runs in its own process, mount and control group namespaces, in a control group of its own: it
sees and touches nothing but what is started in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.gestured import ROOT, environment
from tests.patience import patient

_SYSTEMD = Path("/usr/lib/systemd/systemd")
_START_S = patient(10)
#: Where a unified hierarchy is, in the pure layout and in the hybrid one.
_HIERARCHIES = (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified"))
_INSIDE = """\
mount -t tmpfs none /run && mkdir -p /run/systemd/system &&
umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup &&
{ "$0" --user & wait; }
"""


class UserManager:
    """What runs in the manager's namespaces."""

    def __init__(self, pid: int, home: Path, runtime: Path) -> None:
        self._pid = pid
        self.home = home
        self.environ = environment(
            HOME=str(home),
            XDG_RUNTIME_DIR=str(runtime),
            XDG_CONFIG_HOME=str(home / ".config"),
            PYTHONPATH=str(ROOT),
        )
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
            self.environ.pop(name, None)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the manager."""
        inside = ["nsenter", f"--target={self._pid}", "--mount", "--pid", "--cgroup", "--"]
        return subprocess.run(
            [*inside, *command],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def show(self, unit: str, name: str) -> str:
        """A property of a unit."""
        ran = self.run("systemctl", "--user", "show", unit, f"--property={name}", "--value")
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def wait_until(self, unit: str, wanted: dict[str, str]) -> None:
        """Wait for a unit's properties to be so."""
        self.wait_for(lambda: {name: self.show(unit, name) for name in wanted} == wanted)

    def wait_for(self, done: Callable[[], object]) -> None:
        """Wait until something is so."""
        deadline_s = time.monotonic() + _START_S
        while not done():
            assert time.monotonic() < deadline_s
            time.sleep(0.05)


@contextmanager
def user_manager() -> Iterator[UserManager]:
    """A manager without units but those of the system; skips the test where there can be none."""
    if sys.platform != "linux" or not _SYSTEMD.exists() or shutil.which("nsenter") is None:
        pytest.skip("systemd is not installed (on Debian: apt install systemd)")
    if os.geteuid() != 0:
        pytest.skip("only root may start a systemd of its own")
    with tempfile.TemporaryDirectory(prefix="gs-") as name, _own_group() as group:
        home, runtime = Path(name) / "home", Path(name) / "run"
        home.mkdir()
        runtime.mkdir(mode=0o700)
        process = subprocess.Popen(
            ["/bin/sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(group),
             "unshare", "--cgroup", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
             "--propagation", "private", "/bin/sh", "-c", _INSIDE, str(_SYSTEMD)],
            env={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            deadline_s = time.monotonic() + _START_S
            while not (runtime / "systemd" / "private").exists():
                if process.poll() is not None or time.monotonic() > deadline_s:
                    pytest.skip("no systemd of the test's own can be started here")
                time.sleep(0.02)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii")
            yield UserManager(int(children.split()[0]), home, runtime)
        finally:
            process.kill()  # and with it the first process of the namespace, so all of them
            process.communicate()


@contextmanager
def _own_group() -> Iterator[Path]:
    top = next((path for path in _HIERARCHIES if (path / "cgroup.procs").exists()), None)
    if top is None:
        pytest.skip("there is no unified control group hierarchy")
    group = top / f"gestured-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made: {error.strerror}")
    try:
        yield group
    finally:
        deadline_s = time.monotonic() + _START_S
        # Processes that are killed leave their group a moment later.
        while "populated 1" in (group / "cgroup.events").read_text("ascii"):
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        for folder in sorted(group.rglob("*/"), reverse=True):
            folder.rmdir()
        group.rmdir()
