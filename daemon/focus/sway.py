"""The focus in sway, over its IPC (sway-ipc(7), the protocol of i3)."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from daemon.focus.app import App, distinct, process_name
from daemon.focus.follower import ANSWER_S, FocusError
from daemon.focus.unix_sockets import connect, interrupt, read_exactly

# What JSON holds.
Node = Mapping[str, Any]

_MAGIC = b"i3-ipc"
#: Length and type of what follows, in the machine's byte order.
_HEADER = struct.Struct("=6sII")
_SUBSCRIBE = 2
_GET_TREE = 4


class Sway:
    """A connection to sway.

    Args:
        path: `$SWAYSOCK`.

    Raises:
        OSError: When sway is not there.
    """

    def __init__(self, path: str) -> None:
        self._socket = connect(path)

    def apps(self) -> Iterator[App | None]:
        if not self._ask(_SUBSCRIBE, b'["window", "workspace"]').get("success"):
            raise FocusError("refuses to tell of its windows")
        while True:
            # Events that came before the tree are in it.
            yield _focused(self._ask(_GET_TREE))
            self._socket.settimeout(None)
            while not _concerns_focus(self._receive()[1]):
                pass
            self._socket.settimeout(ANSWER_S)

    def interrupt(self) -> None:
        interrupt(self._socket)

    def close(self) -> None:
        self._socket.close()

    def _ask(self, kind: int, payload: bytes = b"") -> Node:
        self._socket.sendall(_HEADER.pack(_MAGIC, len(payload), kind) + payload)
        while True:
            received, content = self._receive()
            # Types of events have their highest bit set, so they are never taken for the answer.
            if received == kind:
                return content

    def _receive(self) -> tuple[int, Node]:
        magic, size, kind = _HEADER.unpack(read_exactly(self._socket, _HEADER.size))
        if magic != _MAGIC:
            raise FocusError("speaks another protocol than i3-ipc")
        content = json.loads(read_exactly(self._socket, size))
        if not isinstance(content, dict):
            raise FocusError("sent something other than an object")
        return kind, content


def _concerns_focus(event: Node) -> bool:
    # Titles of other windows may change many times a second.
    return event.get("change") != "title" or bool(event["container"]["focused"])


def _focused(tree: Node) -> App | None:
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if node.get("focused"):
            return _app(node)
        nodes += node.get("nodes", ())
        nodes += node.get("floating_nodes", ())
    return None


def _app(node: Node) -> App | None:
    properties = node.get("window_properties") or {}
    pid = node.get("pid")
    if pid is None and not properties:
        # An empty workspace, or a container with several windows.
        return None
    return App(
        distinct(
            node.get("app_id"),
            properties.get("instance"),
            properties.get("class"),
            process_name(pid),
        ),
        node.get("name") or "",
        # 1 is the whole workspace, 2 all of the outputs.
        node.get("fullscreen_mode", 0) > 0,
        pid,
    )
