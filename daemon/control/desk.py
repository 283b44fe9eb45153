"""Carrying out what clients ask, on the loop's thread, between two frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from daemon.chain import Line
    from daemon.control.message import Command
    from daemon.control.server import Request
    from daemon.control.status import Status


class Controlled(Protocol):
    """What can be done with the daemon from outside.

    Each returns at once, most with the lines that tell what happened; asking for what is already
    so does nothing. Each may raise ValueError with why it refuses, in one line with the mend.
    """

    def status(self) -> Status: ...

    def pause(self) -> Iterable[Line]:
        """Act no more, release everything."""

    def resume(self) -> Iterable[Line]: ...
    def arm(self) -> Iterable[Line]: ...
    def disarm(self) -> Iterable[Line]: ...

    def set_mode(self, name: str) -> Iterable[Line]:
        """Switch to a mode.

        Raises:
            ValueError: There is none of that name; lists those there are.
        """

    def reload(self, answer: Callable[[Mapping[str, Any]], None]) -> None:
        """Have the configuration read again; `answer` is called when it is known what came of it.

        Later, on the same thread, and once.
        """

    def stop(self) -> None:
        """Have the loop end before the next frame."""


class Requests(Protocol):
    """Where requests come from."""

    def take(self) -> list[Request]: ...


class ControlDesk:
    """Answers the requests that have come.

    Args:
        requests: Gives them, and never waits.
        controlled: Is asked on the thread that calls `attend`, and no other.
    """

    def __init__(self, requests: Requests, controlled: Controlled) -> None:
        self._requests = requests
        self._controlled = controlled

    def attend(self) -> list[Line]:
        """Answer who can be answered now; returns what happened because of it. Never waits."""
        happened: list[Line] = []
        for request in self._requests.take():
            try:
                if request.command.name == "reload":
                    self._controlled.reload(request.answer)
                    continue
                answer, lines = self._carry_out(request.command)
            except ValueError as refused:
                answer, lines = {"ok": False, "error": str(refused)}, ()
            happened += lines
            request.answer(answer)
        return happened

    def _carry_out(self, command: Command) -> tuple[Mapping[str, Any], Iterable[Line]]:
        lines: Iterable[Line] = ()
        more: Mapping[str, Any] = {}
        match command.name:
            case "status":
                more = self._controlled.status().to_json()
            case "pause":
                lines = self._controlled.pause()
            case "resume":
                lines = self._controlled.resume()
            case "arm":
                lines = self._controlled.arm()
            case "disarm":
                lines = self._controlled.disarm()
            case "mode":
                lines = self._controlled.set_mode(command.mode or "")
            case "stop":
                self._controlled.stop()
        return {"ok": True, **more}, lines
