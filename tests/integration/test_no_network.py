"""The running daemon has no network socket, open or waiting: seen from outside, in /proc."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from daemon.config.places import shipped_config
from daemon.control.client import ask
from daemon.control.errors import NoDaemon
from models.store import ModelStore
from tests.integration.gestured import COMMAND, ROOT, environment
from tests.patience import patient

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs /proc"),
]

_START_S = patient(20)
_POLL_S = 0.05
#: Tables of /proc/PID/net of sockets that other machines can reach, or that reach them.
_NETWORK = ("tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6", "icmp", "icmp6")
_INODE_COLUMN = 9


@pytest.fixture
def daemon(
    store: ModelStore, x_display: str, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """`gestured run` on the built-in hand, and the folder of its session."""
    command = [*COMMAND, "run", "--source", "demo", "--config", str(shipped_config())]
    with (tmp_path / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(DISPLAY=x_display, XDG_RUNTIME_DIR=str(tmp_path)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process, tmp_path
    finally:
        process.kill()
        process.wait()


def sockets(process: Path) -> set[int]:
    """Inodes of the sockets that a process has."""
    found = set()
    for descriptor in (process / "fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            if inode := re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink())):
                found.add(int(inode[1]))
    return found


def reaching_out(process: Path) -> set[int]:
    """Inodes of the network sockets that are open where the process runs, anybody's."""
    found = set()
    for name in _NETWORK:
        with suppress(FileNotFoundError):
            lines = (process / "net" / name).read_text("ascii").splitlines()[1:]
            found |= {int(line.split()[_INODE_COLUMN]) for line in lines}
    return found


def local(process: Path) -> set[int]:
    """Inodes of the sockets between programs of this machine and its kernel."""
    unix = (process / "net" / "unix").read_text().splitlines()[1:]
    netlink = (process / "net" / "netlink").read_text("ascii").splitlines()[1:]
    return {int(line.split()[6]) for line in unix} | {int(line.split()[-1]) for line in netlink}


def test_a_network_socket_would_be_seen():
    me = Path("/proc/self")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        inode = int(
            re.findall(r"\d+", str(Path(f"/proc/self/fd/{listener.fileno()}").readlink()))[0]
        )
        assert inode in sockets(me) & reaching_out(me)


def test_the_running_daemon_has_none(daemon):
    process, session = daemon
    proc = Path(f"/proc/{process.pid}")
    deadline_s = time.monotonic() + _START_S
    status, most = {}, 0
    # From its start until gestures act, it is looked at again and again.
    while status.get("state") != "armed":
        assert process.poll() is None, (session / "log.txt").read_text()
        assert time.monotonic() < deadline_s, f"not armed in {_START_S:.0f} s: {status}"
        mine = sockets(proc)
        assert mine & reaching_out(proc) == set()
        most = max(most, len(mine))
        with suppress(NoDaemon):
            status = ask(session / "gestured", {"command": "status"})
        time.sleep(_POLL_S)
    assert most >= 2, "not even the control socket and the display were seen"
    known = local(proc)
    assert sockets(proc) - known == set()
