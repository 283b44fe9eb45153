"""The lines of the control socket: a JSON object each, requests in, answers and events out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from daemon.config.problems import nearest
from daemon.control.errors import BadMessage

CommandName = Literal[
    "status", "pause", "resume", "arm", "disarm", "mode", "reload", "stop", "watch"
]
COMMANDS: tuple[CommandName, ...] = get_args(CommandName)

#: What watchers are told; events they always get.
Topic = Literal["events", "landmarks", "scores"]
#: What they get if they ask for it: something every frame.
EXTRAS: tuple[Topic, ...] = ("landmarks", "scores")

#: Longest line of a request, bytes.
LONGEST = 4096
#: Most characters of a client's own text that an answer repeats.
_QUOTED = 40
_FORM = 'send an object such as {"command": "status"}'


@dataclass(frozen=True, slots=True)
class Command:
    """What a client wants.

    Attributes:
        name: What is to be done.
        mode: With `mode`: which.
        extras: With `watch`: what else than events is wanted.
    """

    name: CommandName
    mode: str | None = None
    extras: frozenset[Topic] = frozenset()


class LineBuffer:
    """Cuts what a client sends into lines, and keeps no more than `LONGEST` of one."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._is_skipping = False

    def add(self, data: bytes) -> None:
        """Take in what came."""
        self._bytes += data

    def take(self) -> bytes | None:
        """The next whole line without its end; None when there is none yet.

        Raises:
            BadMessage: Once for each line that is too long; it is left out.
        """
        end = self._bytes.find(b"\n")
        if self._is_skipping:
            del self._bytes[: end + 1 if end >= 0 else None]
            if end < 0:
                return None
            self._is_skipping = False
            end = self._bytes.find(b"\n")
        if end > LONGEST or (end < 0 and len(self._bytes) > LONGEST):
            self._is_skipping = True
            raise BadMessage(f"the line is longer than {LONGEST} bytes")
        if end < 0:
            return None
        line = bytes(self._bytes[:end])
        del self._bytes[: end + 1]
        return line


def read_command(line: bytes) -> Command:
    """What a line asks for.

    Raises:
        BadMessage: It is no request; says what is wrong.
    """
    try:
        value = json.loads(line.decode())
    except json.JSONDecodeError as error:
        raise BadMessage(f"the line is no JSON: {error.msg}; {_FORM}") from None
    except UnicodeDecodeError:
        raise BadMessage(f"the line is no UTF-8 text; {_FORM}") from None
    except RecursionError:
        raise BadMessage(f"the line is nested too deeply; {_FORM}") from None
    if not isinstance(value, dict) or "command" not in value:
        raise BadMessage(f"the line is no request; {_FORM}")
    name = value.pop("command")
    if name not in COMMANDS:
        raise BadMessage(f"no command {_quoted(name)}{_advice(name)}")
    mode = value.pop("name", None) if name == "mode" else None
    if name == "mode" and not isinstance(mode, str):
        raise BadMessage('mode needs the mode\'s name: {"command": "mode", "name": "default"}')
    wanted = {extra: value.pop(extra, False) for extra in EXTRAS} if name == "watch" else {}
    for extra, is_wanted in wanted.items():
        if not isinstance(is_wanted, bool):
            raise BadMessage(f"{extra} is true or false, not {_quoted(is_wanted)}")
    if value:
        raise BadMessage(f"{name} knows no {_quoted(next(iter(value)))}; leave it out")
    extras = frozenset(extra for extra, is_wanted in wanted.items() if is_wanted)
    return Command(cast("CommandName", name), mode, extras)


def encode(value: Mapping[str, Any]) -> bytes:
    """An answer or event as a line."""
    return json.dumps(value, default=str).encode("ascii") + b"\n"


def refusal(error: str) -> dict[str, Any]:
    """The answer to a request that is not carried out."""
    return {"ok": False, "error": error}


def _quoted(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."


def _advice(name: object) -> str:
    near = nearest(name, COMMANDS) if isinstance(name, str) else None
    return f"; did you mean {near!r}?" if near else f"; there are: {', '.join(COMMANDS)}"
