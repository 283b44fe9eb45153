"""How long it takes to start: until `gestured run` has processed a frame, and parts of that.

Each part is a process of its own, so what one has imported helps no other.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from daemon.bench.clip import built_in_clip
from daemon.bench.measure import DIGITS, Figures, figures
from daemon.service.notify import FIRST_FRAME
from daemon.sources import SourceError, import_cv2

#: The first start brings files into memory.
WARM_UP_RUNS = 1
#: Enough that a run lasts until it is ended.
_PICTURES = 300
_PATIENCE_S = 60.0
#: From when everything is open: a camera that is there has a picture by then.
_CAMERA_S = 10.0
_LONGEST_MESSAGE = 4096


@dataclass(frozen=True, slots=True)
class StartupRow:
    """What a part of the start takes, each time from the start of a process.

    Attributes:
        part: `python`: the interpreter alone. `filter`: filterpy with what it imports. `run`:
            until the first frame is processed. `release`: the service's stop hook after that run
            was killed, which comes between a kill and the next start.
        figures: Times.
        cpu_ms: Mean CPU time of all threads: that of others on the machine does not change it.
        resident_mb: Median memory after the first frame, in units of 2^20 bytes; None of the
            other parts, and where the system does not tell.
    """

    part: str
    figures: Figures
    cpu_ms: float
    resident_mb: float | None

    def to_json(self) -> dict[str, object]:
        """As printed."""
        times = self.figures.to_json()
        return {
            "part": self.part,
            "runs": times.pop("frames"),
            **times,
            "cpu_ms": round(self.cpu_ms, DIGITS),
            "resident_mb": None if self.resident_mb is None else round(self.resident_mb, 1),
        }


@dataclass(frozen=True, slots=True)
class _Start:
    """One start: wall time and CPU time in seconds, memory in units of 2^20 bytes."""

    wall_s: float
    cpu_s: float
    resident_mb: float | None = None


def bench_startup(run: Sequence[str], runs: int) -> list[StartupRow]:
    """Start each part so many times, in turn.

    Args:
        run: Arguments of `gestured run`, which is to go on until it is killed.
        runs: How often.

    Raises:
        SourceError: A part failed; a run ended before its first frame, or gave none in time.
    """
    if not hasattr(socket, "AF_UNIX") or os.name != "posix":
        raise SourceError("starts can't be measured here: this system lacks Unix datagram sockets")
    gestured = (sys.executable, "-m", "daemon")
    starts: dict[str, list[_Start]] = {"python": [], "filter": [], "run": [], "release": []}
    with tempfile.TemporaryDirectory(prefix="gestured-") as name:
        # A session of its own: nobody's keys are released.
        environ = os.environ | {"XDG_RUNTIME_DIR": name}
        for _ in range(WARM_UP_RUNS + runs):
            starts["python"].append(_ended((sys.executable, "-c", ""), environ))
            imports = (sys.executable, "-c", "import filterpy.kalman")
            starts["filter"].append(_ended(imports, environ))
            starts["run"].append(_processed((*gestured, "run", *run), environ, Path(name)))
            starts["release"].append(_ended((*gestured, "service", "release"), environ))
    return [_row(part, each[WARM_UP_RUNS:]) for part, each in starts.items()]


def is_for_real() -> bool:
    """Whether a run can open what keys go to: where there is an X display."""
    return bool(os.environ.get("DISPLAY"))


@contextmanager
def hand_pictures() -> Iterator[Path]:
    """A folder of many names of one picture, with a hand: both networks and the filter work."""
    cv2 = import_cv2()
    with tempfile.TemporaryDirectory(prefix="gestured-") as name:
        rgb, _, _ = next(iter(built_in_clip()))
        picture = Path(name, "0.jpg")
        picture.write_bytes(cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1].tobytes())
        for number in range(1, _PICTURES):
            Path(name, f"{number}.jpg").symlink_to(picture)
        yield Path(name)


def _ended(command: Sequence[str], environ: Mapping[str, str]) -> _Start:
    """Until a process has ended."""
    cpu_s, start_s = _children_s(), time.perf_counter()
    done = subprocess.run(
        command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        raise SourceError(_last_line(done.stderr) or f"it ended with {done.returncode}")
    return _Start(time.perf_counter() - start_s, _children_s() - cpu_s)


def _processed(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> _Start:
    """Until a run tells its service manager of the first frame; then it is killed."""
    address = folder / "notify"
    with (
        tempfile.TemporaryFile() as said,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
    ):
        manager.bind(str(address))
        manager.settimeout(0.05)
        cpu_s, start_s = _children_s(), time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**environ, "NOTIFY_SOCKET": str(address)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        try:
            end_s, status = start_s + _PATIENCE_S, ""
            while FIRST_FRAME not in (lines := _message(manager)):
                if "READY=1" in lines:
                    end_s = min(end_s, time.perf_counter() + _CAMERA_S)
                for line in lines:
                    status = line.removeprefix("STATUS=") if line.startswith("STATUS=") else status
                if process.poll() is not None:
                    said.seek(0)
                    raise SourceError(_last_line(said.read()) or "it ended before its first frame")
                if time.perf_counter() > end_s:
                    raise SourceError(f"no frame was processed: {status or 'it never got ready'}")
            wall_s = time.perf_counter() - start_s
            resident_mb = _resident_mb(process.pid)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            address.unlink()
    return _Start(wall_s, _children_s() - cpu_s, resident_mb)


def _message(manager: socket.socket) -> list[str]:
    """Lines of what was told meanwhile; none after a short wait."""
    try:
        return manager.recv(_LONGEST_MESSAGE).decode("utf-8", "replace").splitlines()
    except TimeoutError:
        return []


def _children_s() -> float:
    """CPU time of the processes that were started and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _resident_mb(pid: int) -> float | None:
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    sizes = [int(line.split()[1]) for line in lines if line.startswith("VmRSS:")]
    return sizes[0] / 1024 if sizes else None


def _last_line(text: bytes) -> str:
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].removeprefix("gestured: ") if lines else ""


def _row(part: str, starts: Sequence[_Start]) -> StartupRow:
    sizes = sorted(each.resident_mb for each in starts if each.resident_mb is not None)
    return StartupRow(
        part,
        figures([each.wall_s for each in starts]),
        sum(each.cpu_s for each in starts) / len(starts) * 1000,
        sizes[len(sizes) // 2] if sizes else None,
    )
