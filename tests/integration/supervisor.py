"""A service manager in little: systemd's notify protocol, watchdog, restarts and stop hook.

It does for one process what a systemd user manager does for the unit of `daemon.service.unit`,
without threads: everything happens inside `run_until`.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.integration.gestured import ROOT

#: Ends that `Restart=on-failure` takes for clean.
_CLEAN = (0, -signal.SIGHUP, -signal.SIGINT, -signal.SIGTERM, -signal.SIGPIPE)
_PREVENT = (2, 75, 78)
_POLL_S = 0.02
#: As the unit's RestartSec.
_RESTART_S = 0.1


class Supervisor:
    """Starts a process, and again when it fails.

    Attributes:
        starts: How often it was started.
        readies: How often it said that it works.
        missed: How often the watchdog was missed.
        hooks: How often the stop hook ran.
        hook_cpu_s: CPU time of its last run, seconds.
        ends: Exit codes so far, negative for signals.
        status: What it last said of itself.
        lines: What the process that runs, or ran last, wrote to stdout.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environ: Mapping[str, str],
        *,
        watchdog_s: float = 10.0,
        stop_hook: Sequence[str] = (),
        abstract: bool = False,
    ) -> None:
        self._command, self._environ = list(command), dict(environ)
        self._watchdog_s, self._stop_hook = watchdog_s, list(stop_hook)
        name = f"@gestured-test-{os.getpid()}-{id(self)}" if abstract else str(folder / "notify")
        self._environ |= {
            "NOTIFY_SOCKET": name,
            "WATCHDOG_USEC": str(round(watchdog_s * 1e6)),
        }
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(name.replace("@", "\0", 1))
        self._process: subprocess.Popen[bytes] | None = None
        self._alive_s: float | None = None
        self._rest = b""
        self._former: set[int] = set()
        self.starts = self.readies = self.missed = self.hooks = 0
        self.hook_cpu_s = 0.0
        self.ends: list[int] = []
        self.status = ""
        self.messages: list[str] = []
        self.lines: list[str] = []

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the process."""
        self._watchdog_s = int(self._environ["WATCHDOG_USEC"]) / 1e6
        # The environment says whose deadline it is; only the child knows its process id.
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", 'WATCHDOG_PID=$$ exec "$@"', "sh", *self._command],
            cwd=ROOT,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        self._alive_s, self._rest, self.lines = None, b"", []
        self.starts += 1

    def run_until(self, done: Callable[[], object], timeout_s: float) -> float:
        """Look after the process until something is so; returns how long that took, seconds."""
        start_s = time.monotonic()
        while not done():
            took_s = time.monotonic() - start_s
            assert took_s < timeout_s, (
                f"not within {timeout_s} s: starts {self.starts}, ends {self.ends},"
                f" messages {self.messages[-5:]}, lines {self.lines[-5:]}"
            )
            self._turn()
        return time.monotonic() - start_s

    def stop(self, timeout_s: float = 20.0) -> int:
        """End the process for good, as `systemctl stop` does; returns its exit code."""
        if self._process is not None:
            process = self._process
            process.terminate()
            try:
                process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()
            self._ended(process)
        return self.ends[-1]

    def close(self) -> None:
        """End whatever still runs."""
        if self._process is not None:
            self._process.kill()
            self._ended(self._process)
        self._socket.close()

    @property
    def runs(self) -> bool:
        """Whether the process is meant to run; False once it has ended for good."""
        return self._process is not None

    def _turn(self) -> None:
        process = self._process
        if process is None:
            time.sleep(_POLL_S)
            return
        assert process.stdout is not None
        found, _, _ = select.select([self._socket, process.stdout], [], [], _POLL_S)
        if process.stdout in found:
            *lines, self._rest = (self._rest + os.read(process.stdout.fileno(), 65536)).split(b"\n")
            self.lines += [line.decode() for line in lines]
        if self._socket in found:
            self._hear(process.pid)
        if self._alive_s is not None and time.monotonic() - self._alive_s > self._watchdog_s:
            self.missed += 1
            self._alive_s = None
            process.send_signal(signal.SIGABRT)
            process.send_signal(signal.SIGCONT)
        code = process.poll()
        if code is not None:
            self._ended(process)
            if code not in _CLEAN and code not in _PREVENT:
                time.sleep(_RESTART_S)
                self.start()

    def _hear(self, pid: int) -> None:
        data, ancillary, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(12))
        (_, _, credentials) = ancillary[0]
        sender = struct.unpack("3i", credentials)[0]
        if sender in self._former:
            return
        assert sender == pid, "only the main process may speak: NotifyAccess=main"
        for line in data.decode().splitlines():
            self.messages.append(line)
            if line == "READY=1":
                self.readies += 1
            if line in ("READY=1", "WATCHDOG=1"):
                self._alive_s = time.monotonic()
            if line.startswith("WATCHDOG_USEC="):
                self._watchdog_s = int(line.removeprefix("WATCHDOG_USEC=")) / 1e6
                self._alive_s = time.monotonic()
            if line.startswith("STATUS="):
                self.status = line.removeprefix("STATUS=")

    def _ended(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        process.wait()
        process.stdout.close()
        self._process = self._alive_s = None
        self._former.add(process.pid)
        self.ends.append(process.returncode)
        if self._stop_hook:
            before = os.times()
            subprocess.run(self._stop_hook, cwd=ROOT, env=self._environ, check=True, timeout=120)
            after = os.times()
            self.hook_cpu_s = sum(after[2:4]) - sum(before[2:4])
            self.hooks += 1
