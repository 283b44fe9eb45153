"""Errors of a configuration as a log may have them: without typed texts and addresses.

A source line may hold a typed text whatever the problem in it is, and some messages quote what
was found; `gestured check`, which a person asks for, shows all of it. Messages of warnings quote
no text. A camera's address may hold a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from daemon.config.problems import ConfigError, Problem
from daemon.config.yamlread import read_tree
from daemon.config.yamltree import Node, YamlPath, dotted

_NOT_SHOWN = "something is wrong in this text to type; `gestured check` shows what"
#: What a message about YAML that can't be parsed quotes with; no apostrophe within a word.
_QUOTE = re.compile(r"(?<!\w)'|'(?!\w)")
#: What such messages quote of gestured's own; a character or two of the file tell nothing.
_OURS = ("gestured config init", "version: 1", " inside single quotes")
_TELLING = 3
#: An address in a message or a path, to the last quotation mark: it may hold such a mark itself.
_ADDRESS = re.compile(r"""(['"]).*://.*\1""", re.DOTALL)


def discreet(error: ConfigError) -> ConfigError:
    """An error that says the same, but nothing of what is typed, and has no source lines."""
    problems = error.problems
    if not problems or not error.source_lines:
        return error
    try:
        tree = read_tree("\n".join(error.source_lines), problems[0].path)
    except ConfigError:
        source = _spaced_once(" ".join(error.source_lines))
        return ConfigError(
            replace(each, message=_blanked(each.message, source), suggestion=None)
            for each in problems
        )
    typing = tuple(dotted(path) for path in _typing(tree.root, ()))
    return ConfigError(_without_text(each, typing) for each in problems)


def _blanked(message: str, source: str) -> str:
    """A message without what it quotes of the file, even if that has quotation marks itself."""
    parts = _QUOTE.split(message)
    return "'".join(
        part
        if len(part) < _TELLING
        or (part in _OURS if number % 2 else _spaced_once(part).removesuffix("…") not in source)
        else "…"
        for number, part in enumerate(parts)
    )


def _spaced_once(text: str) -> str:
    return " ".join(text.split())


def _without_text(problem: Problem, typing: tuple[str, ...]) -> Problem:
    for where in typing:
        # Below an action even the path may quote: `text: Hello, you` in braces has a key `you`.
        if problem.where.startswith(f"{where}."):
            return replace(problem, where=where, message=_NOT_SHOWN, suggestion=None)
    where, message = (_ADDRESS.sub(r"\1…\1", each) for each in (problem.where, problem.message))
    return replace(problem, where=where, message=message)


def _typing(node: Node, path: YamlPath) -> Iterator[YamlPath]:
    """Paths of the actions that type a text."""
    if isinstance(node.value, dict):
        kind = node.value.get("type")
        if kind is not None and kind.node.value == "text":
            yield path
        for name, entry in node.value.items():
            yield from _typing(entry.node, (*path, name))
    elif isinstance(node.value, list):
        for index, each in enumerate(node.value):
            yield from _typing(each, (*path, index))
