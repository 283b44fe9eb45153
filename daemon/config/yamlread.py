"""From YAML text to a tree of values with their places.

The scalars follow YAML 1.2's core schema: `true` and `false` are the only booleans, and `on`, `no`,
`1:30` and dates are text. The tree is built from the parser's events, not from its nodes: only they
tell where an alias stands and let a nesting or an expansion that is too large end at once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from daemon.config.problems import ConfigError, Problem
from daemon.config.syntax import explain
from daemon.config.yamltree import (
    BREAK,
    Entry,
    Node,
    Place,
    Scalar,
    Tree,
    YamlPath,
    describe,
    dotted,
    shorten,
    source_lines,
)

MAX_BYTES = 1 << 20
#: Values in a file, those behind an alias counted at each use.
MAX_NODES = 20_000
MAX_DEPTH = 32
#: Digits of the longest number; Python refuses to read very long ones.
_MAX_NUMBER = 64
_LONGEST_MESSAGE = 300

_Parser = type[yaml.SafeLoader] | type[yaml.CSafeLoader]

_UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)+")
_INT = re.compile(r"[-+]?[0-9]+")
_PREFIXED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CONSTANTS: Mapping[str, Scalar] = {
    word: value
    for name, value in (
        ("null", None), ("true", True), ("false", False), (".inf", float("inf")),
        ("+.inf", float("inf")), ("-.inf", float("-inf")), (".nan", float("nan")),
    )
    for word in (name, name.capitalize(), name.upper())
} | {"": None, "~": None}  # fmt: skip


def read_tree(text: str, path: Path, parser: _Parser | None = None) -> Tree:
    """Read YAML.

    Args:
        text: The file's text, with or without a byte order mark.
        path: The file it came from, for messages.
        parser: One of PyYAML's loaders; by default the faster one there is.

    Raises:
        ConfigError: It is not YAML, too large, empty, or no mapping.
    """
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    return _Builder(text, path).tree(parser or _fastest_parser())


def _fastest_parser() -> _Parser:
    return yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class _Builder:
    def __init__(self, text: str, path: Path) -> None:
        self._text = text
        self._path = path
        self._line_starts = [0, *(found.end() for found in BREAK.finditer(text))]
        self._problems: list[Problem] = []
        self._anchors: dict[str, Node | None] = {}
        self._count = 0
        self._long_quote: tuple[int, int] | None = None
        self._events: Iterator[yaml.Event] = iter(())

    def tree(self, parser: _Parser) -> Tree:
        if len(self._text.encode("utf-8", "replace")) > MAX_BYTES:
            raise self._fatal(Place(1, 1), "larger than 1 MiB: that is no configuration")
        if unprintable := _UNPRINTABLE.search(self._text):
            name = f"U+{ord(unprintable[0]):04X}"
            message = f"a character that can't be in a YAML file ({name}): delete it"
            raise self._fatal(self._place_at(unprintable.start()), message)
        self._events = yaml.parse(self._text, Loader=parser)
        try:
            root = self._document()
        except yaml.MarkedYAMLError as error:
            offset, message = explain(error, self._text, self._long_quote)
            # Of brackets alone the parser looks far ahead, and some have a limit of their own.
            before = self._text[:offset]
            opened = offset - len(before.rstrip("[{"))
            if opened > MAX_DEPTH:
                raise self._too_deep(self._place_at(offset - opened + MAX_DEPTH)) from None
            raise self._fatal(self._place_at(offset), shorten(message, _LONGEST_MESSAGE)) from None
        except yaml.YAMLError as error:
            raise self._fatal(Place(1, 1), f"this is not YAML: {error}") from None
        if not isinstance(root.value, dict):
            message = f"expected keys with values, such as 'version: 1', found {describe(root)}"
            raise self._fatal(root.place, message)
        return Tree(self._path, source_lines(self._text), root, tuple(self._problems))

    def _document(self) -> Node:
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise self._fatal(
                Place(1, 1), "the file is empty: 'gestured config init' writes one to begin with"
            )
        root = self._node(next(self._events), ())
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            message = "a second document begins here ('---'): a configuration is a single one"
            raise self._fatal(self._place(after), message)
        return root

    def _node(self, event: yaml.Event, path: YamlPath) -> Node:
        self._count += 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, path)
        if len(path) > MAX_DEPTH:
            raise self._too_deep(self._place(event), path)
        if self._count > MAX_NODES:
            raise self._too_many(event, path)
        if not isinstance(event, yaml.NodeEvent):  # pragma: no cover
            raise TypeError(event)
        if getattr(event, "tag", None) is not None:
            self._report(self._place(event), path, "tags ('!...') mean nothing here: leave it out")
        if event.anchor:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event, path)
        else:
            node = self._mapping(event, path)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, event: yaml.AliasEvent, path: YamlPath) -> Node:
        place = self._place(event, len(self._source(event)))
        name = event.anchor or ""
        if name not in self._anchors:
            message = (
                f"no anchor '&{shorten(name)}' comes before this alias:"
                " put the value in quotes if it is no alias"
            )
            raise self._fatal(place, message, path)
        target = self._anchors[name]
        if target is None:
            message = f"the alias '*{shorten(name)}' stands inside what it stands for"
            raise self._fatal(place, message, path)
        self._count += target.size
        if self._count > MAX_NODES:
            raise self._too_many(event, path)
        return replace(target, place=place, source="")

    def _scalar(self, event: yaml.ScalarEvent) -> Node:
        start, end = _span(event)
        source = self._text[start:end]
        if event.anchor or event.tag:
            properties = _PROPERTIES.match(source)
            skipped = properties.end() if properties else 0
            start, source = start + skipped, source[skipped:]
        if source.startswith(("'", '"')) and len(source_lines(source)) > 1:
            self._long_quote = (start, end)
        plain = event.implicit[0] and not source.startswith(("'", '"', "|", ">"))
        value = resolve(event.value) if plain else event.value
        place = self._place(event, _first_line_length(source))
        skipped = start - place.offset
        return Node(
            value,
            Place(place.line, place.column + skipped, start, place.length),
            source,
        )

    def _sequence(self, event: yaml.Event, path: YamlPath) -> Node:
        items: list[Node] = []
        while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(item, (*path, len(items))))
        return Node(items, self._place(event), size=1 + sum(item.size for item in items))

    def _mapping(self, event: yaml.Event, path: YamlPath) -> Node:
        entries: dict[str, Entry] = {}
        size = 1
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            name = self._key(key, path)
            where = (*path, "?" if name is None else name)
            node = self._node(next(self._events), where)
            size += 1 + node.size
            if name is None:
                continue
            place = self._place(key, _first_line_length(self._source(key)))
            if name in entries:
                first = entries[name].key
                message = (
                    f"the key '{shorten(name)}' is here a second time;"
                    f" the first is in line {first.line}, column {first.column}"
                )
                self._report(place, where, message)
            else:
                entries[name] = Entry(place, node)
        return Node(entries, self._place(event), size=size)

    def _key(self, event: yaml.Event, path: YamlPath) -> str | None:
        """A key's text, or None after reporting why it is none."""
        if not isinstance(event, yaml.ScalarEvent):
            node = self._node(event, (*path, "?"))
            self._report(node.place, path, f"expected a name before ':', found {describe(node)}")
            return None
        self._count += 1
        if event.value == "<<":
            message = "gestured's YAML has no merge keys ('<<'): write the keys out"
        elif not event.value:
            message = "a name is missing before this ':'"
        else:
            return event.value
        self._report(self._place(event), path, message)
        return None

    def _source(self, event: yaml.Event) -> str:
        start, end = _span(event)
        return self._text[start:end]

    def _place(self, event: yaml.Event, length: int = 1) -> Place:
        return replace(self._place_at(_span(event)[0]), length=max(length, 1))

    def _place_at(self, offset: int) -> Place:
        line = bisect_right(self._line_starts, offset)
        return Place(line, offset - self._line_starts[line - 1] + 1, offset)

    def _problem(self, place: Place, path: YamlPath, message: str) -> Problem:
        return Problem(
            self._path, place.line, place.column, dotted(path), message, length=place.length
        )

    def _report(self, place: Place, path: YamlPath, message: str) -> None:
        self._problems.append(self._problem(place, path, message))

    def _fatal(self, place: Place, message: str, path: YamlPath = ()) -> ConfigError:
        return ConfigError([self._problem(place, path, message)], source_lines(self._text))

    def _too_deep(self, place: Place, path: YamlPath = ()) -> ConfigError:
        return self._fatal(place, f"nested more than {MAX_DEPTH} levels deep", path)

    def _too_many(self, event: yaml.Event, path: YamlPath) -> ConfigError:
        message = f"more than {MAX_NODES} values, those of an alias counted at each use"
        return self._fatal(self._place(event), message, path)


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar by YAML 1.2's core schema."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) > _MAX_NUMBER:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _PREFIXED.fullmatch(text):
        return int(text, 0)
    return float(text) if _FLOAT.fullmatch(text) else text


def _first_line_length(source: str) -> int:
    return len(source_lines(source)[0])


def _span(event: yaml.Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        raise TypeError(event)
    return start.index, end.index
