"""Mutated messages at the control socket: exactly one answer a line, and the loop goes on.

python -m tests.fuzz.messages [COUNT] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.backends.dry_run import DryRunBackend
from daemon.bench.clip import true_landmarks
from daemon.chain import Chain
from daemon.config.load import parse_config
from daemon.control.desk import ControlDesk
from daemon.control.message import COMMANDS, LONGEST
from daemon.control.server import ControlServer
from daemon.injector import Injector
from daemon.live import Live
from daemon.round import Round
from daemon.running import Running
from tests.unit.config_texts import EVERYTHING

_SOON_S = 20.0
_TURN_S = 0.0005
#: Messages a connection sends before it is left, now and then in the middle of a line.
_MOST_A_CONNECTION = 40
_LONGEST_ANSWER = 20_000

_ODD = [
    b"", b" ", b"\r", b"\t", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80",
    b"\\ud800", b"\xe2\x80\xa8",
    b'"', b"'", b"{", b"}", b"[", b"]", b",", b":", b"null", b"true", b"NaN",
    b"Infinity", b"-", b"1e999", b"9" * 5000, b"[" * 2000, b'{"a":' * 600, b"x" * LONGEST,
    b"x" * (LONGEST + 1), b"y" * 70_000, b"\n", b"\n\n", b"\\", b"\\n", b"\\u0000",
]  # fmt: skip
_VALUES: list[object] = [
    None, True, 0, -1, 1e300, 10**40, "", "default", "film", "Film", "\ud800", "x" * 3000, [], {},
    ["status"], {"command": "status"}, *COMMANDS,
]  # fmt: skip


@dataclass
class Report:
    """What came of the messages.

    Attributes:
        outcomes: Lines that were carried out, and those that were refused.
        faults: What went wrong.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def mutated(chance: random.Random) -> bytes:
    """A message, most often with mistakes in it; it may be several lines or none."""
    request: dict[str, object] = {"command": chance.choice(COMMANDS)}
    if request["command"] == "mode" or chance.random() < 0.1:
        request["name"] = chance.choice(_VALUES)
    if chance.random() < 0.2:
        request[chance.choice(("command", "name", "Command", "", "x"))] = chance.choice(_VALUES)
    data = json.dumps(request).encode()
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data = data[:at] + chance.choice(_ODD) + data[at:]
            case 1:
                data = data[:at] + data[at + chance.choice((1, 2, 9)) :]
            case 2:
                data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 3:
                data = data[:at] + data[at : at + 9] * chance.choice((2, 3, 900)) + data[at:]
            case _:
                data = data[:at]
    return data + b"\n"


def fuzz(count: int, seed: int = 0) -> Report:
    """Send so many messages; the same seed sends the same ones."""
    report, chance = Report(), random.Random(seed)
    with TemporaryDirectory() as folder, _daemon(Path(folder) / "s", report) as path:
        sent = 0
        while sent < count and not report.faults:
            messages = [
                mutated(chance)
                for _ in range(min(chance.randrange(1, _MOST_A_CONNECTION), count - sent))
            ]
            sent += len(messages)
            try:
                _talk(path, messages, chance, report)
            except (OSError, ValueError, AssertionError) as error:
                report.faults.append(f"{error!r} after {sent} messages: {messages[-3:]!r:.400}")
    return report


def _talk(path: Path, messages: list[bytes], chance: random.Random, report: Report) -> None:
    """Send messages through a connection of its own, and read what is answered."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_SOON_S)
        client.connect(str(path))
        lines = client.makefile("rb")
        for message in messages:
            at = chance.randrange(len(message) + 1)
            for piece in (message[:at], message[at:]):
                client.sendall(piece)
            for _ in range(message.count(b"\n")):
                answer = _answer(lines)
                report.outcomes["carried out" if answer["ok"] else "refused"] += 1
        # Nothing was answered twice: the next answer is to this.
        client.sendall(b'{"command": "status"}\n')
        assert "state" in _answer(lines), "one answer too many"
        if chance.random() < 0.3:
            client.sendall(chance.choice(messages).rstrip(b"\n"))


def _answer(lines: socket.SocketIO) -> dict[str, object]:
    """The next line that is no event."""
    while True:
        line = lines.readline()
        assert line.endswith(b"\n"), f"hung up: {line!r:.200}"
        assert len(line) < _LONGEST_ANSWER, f"an answer of {len(line)} bytes"
        value = json.loads(line)
        if "ok" in value:
            assert value["ok"] or value["error"].isprintable(), value
            return value


@contextmanager
def _daemon(path: Path, report: Report) -> Iterator[Path]:
    """A loop on real landmarks that attends to the socket; `stop` does not end it."""
    over = threading.Event()
    config = parse_config(EVERYTHING, Path("config.yaml")).config
    live = Live(Injector(DryRunBackend()))
    chain = Chain(config, live.injector, dry_run=True)
    running = Running(None, lambda: None)
    running.begin(Round(config, live, chain, None))
    server = ControlServer(path)
    desk = ControlDesk(server, running)
    frames = true_landmarks()

    def turn() -> None:
        try:
            while not over.wait(_TURN_S):
                for line in running.watched(frames[:1]):
                    happened = [*desk.attend(), *chain.feed(line)]
                    running.tell(happened)
                    server.publish(happened)
                frames.append(frames.pop(0))
        except Exception as error:  # noqa: BLE001 - none may be raised, of whatever kind
            report.faults.append(f"the loop ended: {error!r}")

    def raised(thrown: threading.ExceptHookArgs) -> None:
        report.faults.append(f"a thread ended: {thrown.exc_value!r}")

    before, threading.excepthook = threading.excepthook, raised
    loop = threading.Thread(target=turn)
    loop.start()
    try:
        yield path
    finally:
        over.set()
        loop.join(_SOON_S)
        server.close()
        threading.excepthook = before


def main() -> int:
    """Fuzz, print what came of it; 1 when something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    report = fuzz(arguments.count, arguments.seed)
    for fault in report.faults:
        print(fault)
    print(f"lines: {dict(report.outcomes)}; {len(report.faults)} faults")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
