"""A daemon without camera: a loop that does nothing but attend to those who talk to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daemon.control.desk import ControlDesk, Requests
from daemon.control.status import Status
from tests.patience import patient

#: For what is to happen at once; none of these waits is ever long.
SOON_S = patient(10)
_TURN_S = 0.001


@dataclass(frozen=True)
class Told:
    """An event."""

    value: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return self.value


@dataclass
class FakeControlled:
    """Keeps what it was asked; answers a reload at once with `reloaded`, if that is something."""

    asked: list[str] = field(default_factory=list)
    reloaded: dict[str, Any] | None = field(default_factory=lambda: {"ok": True})
    reloads: list[Callable[[Mapping[str, Any]], None]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    now: Status = field(
        default_factory=lambda: Status("armed", hand="right", config=Path("a.yaml"), pid=7)
    )

    def status(self) -> Status:
        return self.now

    def pause(self) -> Iterable[Told]:
        return self._done("pause")

    def resume(self) -> Iterable[Told]:
        return self._done("resume")

    def arm(self) -> Iterable[Told]:
        return self._done("arm")

    def disarm(self) -> Iterable[Told]:
        return self._done("disarm")

    def set_mode(self, name: str) -> Iterable[Told]:
        if name not in ("default", "video"):
            raise ValueError(f"no mode {name!r}; there are: default, video")
        return self._done(f"mode {name}")

    def reload(self, answer: Callable[[Mapping[str, Any]], None]) -> None:
        self.asked.append("reload")
        self.reloads.append(answer)
        if self.reloaded is not None:
            answer(self.reloaded)

    def stop(self) -> None:
        self.asked.append("stop")
        self.stopped.set()

    def _done(self, what: str) -> list[Told]:
        self.asked.append(what)
        return [Told({"t": 1.0, "event": "mode", "mode": what})]


@contextmanager
def attending(requests: Requests) -> Iterator[FakeControlled]:
    """A loop that answers until left; `stop` does not end it."""
    controlled, over = FakeControlled(), threading.Event()
    desk = ControlDesk(requests, controlled)

    def turn() -> None:
        while not over.wait(_TURN_S):
            desk.attend()

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield controlled
    finally:
        over.set()
        thread.join(SOON_S)
