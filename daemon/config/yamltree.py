"""A YAML file as values with places: every key and value knows the line and column it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from daemon.config.problems import Problem, Severity

YamlPath = tuple[str | int, ...]
Scalar = None | bool | int | float | str
#: Plain data, as from `yaml.safe_load`.
Data = Scalar | list["Data"] | dict[str, "Data"]

#: What ends a line in YAML 1.1, which PyYAML counts lines by.
BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
#: With its anchor and tag, if it has them.
_FLOW_LIST = re.compile(r"(?:[&!]\S*[ \t]+)*\[")
#: Characters in the file of the escapes in double quotes that are longer than two.
_LONG_ESCAPES = {"x": 4, "u": 6, "U": 10}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: line and column from 1, the offset in the text and its length."""

    line: int
    column: int
    offset: int = 0
    length: int = 1


@dataclass(frozen=True, slots=True)
class Node:
    """One value.

    Attributes:
        value: A scalar, a list of nodes, or a mapping of keys to entries.
        place: Where it begins; for an alias, where the alias stands.
        source: A scalar's characters in the file, with its quotes; empty for an alias and for
            all that is no scalar.
        size: Values in it, itself included.
    """

    value: Scalar | list[Node] | dict[str, Entry]
    place: Place
    source: str = ""
    size: int = 1

    @property
    def quoted(self) -> bool:
        return self.source.startswith(("'", '"'))

    def data(self) -> Data:
        """The plain data, without places."""
        if isinstance(self.value, dict):
            return {name: entry.node.data() for name, entry in self.value.items()}
        if isinstance(self.value, list):
            return [node.data() for node in self.value]
        return self.value

    def within(self, offset: int, length: int = 1) -> Place:
        """Where a part of a text stands: its characters from `offset` on.

        Escapes and quotes are counted; for text over several lines it is the text's own place.
        """
        if not isinstance(self.value, str) or not self.source or BREAK.search(self.source):
            return self.place
        at = _source_offset(self.source, min(offset, len(self.value)))
        return Place(self.place.line, self.place.column + at, self.place.offset + at, length)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's place, and its value."""

    key: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Tree:
    """A file's values.

    Attributes:
        path: The file.
        lines: Its lines.
        root: The mapping it consists of.
        problems: What is wrong with the YAML but leaves the rest readable.
    """

    path: Path
    lines: tuple[str, ...]
    root: Node
    problems: tuple[Problem, ...] = ()

    def section(self, name: str) -> dict[str, Entry]:
        """The entries of a key at the top, none when it is absent or no mapping."""
        top = self.root.value
        inner = top[name].node.value if isinstance(top, dict) and name in top else None
        return inner if isinstance(inner, dict) else {}

    def node(self, path: YamlPath) -> Node:
        """The value at a path, or the nearest one around it."""
        return self._walk(path)[0]

    def key(self, path: YamlPath) -> Place:
        """The place of the key that a path ends with; of the value when it has none."""
        node, key = self._walk(path)
        return key or node.place

    def is_flow(self, node: Node) -> bool:
        """Whether a list is written in square brackets; no for an alias of one."""
        line = self.lines[node.place.line - 1]
        return bool(_FLOW_LIST.match(line, node.place.column - 1))

    def _walk(self, path: YamlPath) -> tuple[Node, Place | None]:
        node, key = self.root, None
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                entry = node.value[str(step)]
                node, key = entry.node, entry.key
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node, key = node.value[step], None
            else:
                break
        return node, key

    def problem(
        self,
        place: Place,
        path: YamlPath,
        message: str,
        suggestion: str | None = None,
        severity: Severity = "error",
    ) -> Problem:
        """A problem with a value in this file."""
        return Problem(
            self.path, place.line, place.column, dotted(path), message, suggestion, severity,
            place.length,
        )  # fmt: skip


def dotted(path: YamlPath) -> str:
    """A path as people write it: `bindings[2].action.keys`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            shown = step if re.fullmatch(r"[\w-]+", step) else f'"{shorten(step)}"'
            text += f".{shown}" if text else shown
    return text


def shorten(text: str, limit: int = 40) -> str:
    """Text on one line, cut when long."""
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"


def describe(node: Node) -> str:
    """A value as an error names what it found."""
    value = node.value
    if isinstance(value, dict):
        return "keys with values" if value else "an empty mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, str):
        if not value:
            return "an empty text"
        return f"'{shorten(value)}' in quotes" if node.quoted else f"'{shorten(value)}'"
    return shorten(node.source) or str(value)


def source_lines(text: str) -> tuple[str, ...]:
    """The lines of a text, divided where YAML divides them."""
    return tuple(BREAK.split(text))


def _source_offset(source: str, offset: int) -> int:
    """Offset in a scalar's source of a character of its text."""
    quote = source[0]
    if quote not in "'\"":
        return offset
    at = 1
    for _ in range(offset):
        if quote == '"' and source[at] == "\\":
            at += _LONG_ESCAPES.get(source[at + 1], 2)
        else:
            at += 2 if quote == "'" and source.startswith("''", at) else 1
    return at
