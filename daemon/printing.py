"""Printing events as they happen, without making the loop wait for whoever reads them."""

from __future__ import annotations

import io
import json
import logging
import os
import select
import sys
from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from daemon.chain import Line

_log = logging.getLogger(__name__)

#: Lines kept for a slow reader; the oldest of more are left out.
_MOST_KEPT = 1000
#: Gestures that are named for a hand.
_NEAREST = 3
#: Characters that a pipe surely takes when it takes any: PIPE_BUF is at least 512 bytes.
_AT_ONCE = 128 if sys.platform != "linux" else 1000
#: How long a slow reader is waited for at the end.
_LAST_WAIT_S = 0.5


class LinePrinter:
    """Prints events as JSON, or in words for people without the updates between.

    A pipe nobody reads, or a terminal stopped with Ctrl-S, must not stop the loop: keys may be
    held down.

    Args:
        as_json: Print JSON.
        patient: Wait for the reader after all, since nothing is held down.
        stream: Where to; by default stdout.
    """

    def __init__(
        self, *, as_json: bool, patient: bool = False, stream: TextIO | None = None
    ) -> None:
        self._as_json = as_json
        self._wait_s = None if patient else 0.0
        self._stream: TextIO | None = stream or sys.stdout
        self._waiting: deque[str] = deque(maxlen=_MOST_KEPT)
        self._rest = ""
        self._warned = False

    def show(self, lines: Iterable[Line]) -> None:
        """Print lines, or keep them until the reader has taken those before."""
        for line in lines:
            value = line.to_json()
            if self._as_json:
                self._add(json.dumps(value))
            elif value["event"] != "update":
                self._add(printable(in_words(value), self._stream))
        self._print(self._wait_s)

    def finish(self) -> None:
        """Print what is kept, if the reader takes it soon."""
        self._print(_LAST_WAIT_S if self._wait_s is not None else None)

    def _add(self, text: str) -> None:
        if len(self._waiting) == _MOST_KEPT and not self._warned:
            self._warned = True
            _log.warning("nobody reads the events fast enough: the oldest are left out")
        self._waiting.append(text)

    def _print(self, wait_s: float | None) -> None:
        if self._stream is None:  # closed by who started us
            self._waiting.clear()
            self._rest = ""
            return
        while (self._rest or self._waiting) and takes_more(self._stream, wait_s):
            rest = self._rest or self._waiting.popleft() + "\n"
            self._stream.write(rest[:_AT_ONCE])
            self._stream.flush()
            self._rest = rest[_AT_ONCE:]


class PromptHandler(logging.StreamHandler[TextIO]):
    """Logs to a stream, and leaves a line out rather than wait for who reads it.

    A terminal stopped with Ctrl-S, or a full pipe, must not stop the loop: keys may be held down.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, if the stream takes it now."""
        if takes_more(self.stream, 0.0):
            super().emit(record)


def takes_more(stream: TextIO, wait_s: float | None) -> bool:
    """Whether a line can be written; waits so long for it, without end if None."""
    if os.name != "posix":  # elsewhere only sockets can be asked
        return True
    try:
        return bool(select.select([], [stream.fileno()], [], wait_s)[1])
    except (io.UnsupportedOperation, ValueError):  # no file behind it, as in tests
        return True


def in_words(value: Mapping[str, Any]) -> str:
    """An event's JSON in one line for people."""
    time, event = f"{value['t']:8.2f}", str(value["event"])
    if event == "action":
        what = _action_in_words(value["action"])
        note = " (dry run)" if value["dry_run"] else ""
        return f"{time}  {event:9} {value['gesture']} -> {what}{note}"
    if "gesture" in value:
        whose = "both hands" if value["hand"] == "both" else f"{value['hand']} hand"
        return f"{time}  {event:9} {value['gesture']} ({whose})"
    if "hands" in value:
        return f"{time}  {event:9} {'; '.join(_seen(hand) for hand in value['hands']) or 'no hand'}"
    if event == "camera":
        return f"{time}  {event:9} {value['state']}: {value['reason']}"
    detail = value.get("reason") or value.get("mode") or ""
    return f"{time}  {event:9} {detail}".rstrip()


def _action_in_words(action: Mapping[str, Any]) -> str:
    match action:
        case {"type": "sequence", "actions": actions}:
            return ", then ".join(map(_action_in_words, actions))
        case {"type": "repeat", "action": repeated, "per_second": per_s}:
            return f"{_action_in_words(repeated)}, {per_s:g} times a second"
        case {"type": "text", "characters": count}:
            return f"text of {count} characters"
        case {"type": "key", "keys": [*taps]}:
            return f"key {', '.join(taps)}"
        case {"type": "wait", "ms": ms}:
            return f"wait {ms:g} ms"
        case {"type": "click", "button": button, "count": count}:
            with_keys = f"{action['keys']}+" if "keys" in action else ""
            return f"click {with_keys}{button}" + (f" {count} times" if count > 1 else "")
    return " ".join(map(str, action.values()))


def _seen(hand: Mapping[str, Any]) -> str:
    """A hand of a frame, with the gestures it comes nearest to where they were asked for."""
    scores = sorted(hand.get("scores", {}).items(), key=lambda each: -each[1])
    named = ", ".join(f"{name} {score:.2f}" for name, score in scores[:_NEAREST])
    return f"{hand['hand']} hand" + (f": {named}" if named else "")


def printable(text: str, stream: TextIO | None = None) -> str:
    """`text` with what a stream, by default stdout, lacks spelled out: names of cameras, files."""
    encoding = getattr(stream or sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
