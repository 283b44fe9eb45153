"""What a YAML parser complains of, in words for people who don't know YAML's grammar."""

from __future__ import annotations

import re

import yaml

from daemon.config.yamltree import shorten, source_lines

_CLOSING = {"[": "]", "{": "}"}
_SPACE_MISSING = re.compile(r"^\s*(?:- )?[\w\"']+(?P<colon>:)[^\s:/]")
_BETWEEN_KEYS = re.compile(r"[\s,{}\[\]]")
_HAS_VALUE = re.compile(r"^\s*(?:- )?[^#]*?:\s+[^\s#]")


def explain(
    error: yaml.MarkedYAMLError, text: str, long_quote: tuple[int, int] | None = None
) -> tuple[int, str]:
    """Where a syntax error is and what it is.

    Args:
        error: As raised by either of PyYAML's parsers.
        text: What was parsed.
        long_quote: Offsets of the last quoted text before the error if it runs over several
            lines: most likely its closing quote is missing.

    Returns:
        An offset in `text`, and a sentence.
    """
    problem = error.problem or ""
    context = error.context or ""
    at = _offset(error.problem_mark, text)
    opened = _offset(error.context_mark, text) if error.context_mark else at
    found = text[at : at + 1]
    if "quoted scalar" in context and "escape" in problem:
        return _escape(text, at)
    if "quoted scalar" in context:
        return opened, "this quote is never closed"
    if long_quote and text.startswith(("'", '"'), long_quote[0]):
        start, end = long_quote
        return start, (
            f"this quote closes only on line {_line(text, end)}: is its own closing quote missing?"
        )
    if "flow sequence" in context or "flow mapping" in context:
        return _bracket(text, opened, at)
    if "simple key" in context:
        return opened, "a ':' is missing after this key"
    if "mapping values" in problem:
        return _colon(text, at)
    if "cannot start any token" in problem:
        return at, _bad_start(found)
    if "tab character" in problem:
        return at, _bad_start("\t")
    if "directive" in context or "mapping keys are not allowed" in problem:
        return opened, _bad_start(text[opened : opened + 1])
    if "sequence entries are not allowed" in problem:
        return at, "a list item can't begin here: write '- ' on a line of its own, below the key"
    if "undefined tag" in problem:
        return at, "tags ('!...') mean nothing here: leave it out"
    if "block scalar" in context:
        return opened, (
            f"'{text[opened]}' begins a text of several lines here:"
            " put the value in quotes if it is part of it"
        )
    if "an alias" in context or "an anchor" in context:
        kind = "alias" if "an alias" in context else "anchor"
        return opened, f"'{text[opened]}' begins the name of an {kind}: put the value in quotes"
    if "block" in context or "document start" in problem:
        return at, _misplaced(text, at)
    if "node content" in problem:
        if text[at - 1 : at] == "#" or "#" in text[text.rfind("\n", 0, at) + 1 : at]:
            return at, "expected a value here; a # begins a comment: put it in quotes"
        shown = f", found '{found}'" if found.strip() else ""
        return at, f"expected a value here{shown}"
    return at, f"this is not YAML: {problem}" if problem else "this is not YAML"


def _offset(mark: yaml.Mark | None, text: str) -> int:
    if mark is None:
        return 0
    return min(mark.index, len(text.rstrip()))


def _line(text: str, at: int) -> int:
    return len(source_lines(text[:at]))


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _escape(text: str, at: int) -> tuple[int, str]:
    # One parser points at the backslash, the other at the character after it.
    if not text.startswith("\\", at):
        at -= 1
    return at, (
        f"'{text[at : at + 2]}' is no escape that double quotes know:"
        " use single quotes, or write '\\\\' for a backslash"
    )


def _bracket(text: str, opened: int, at: int) -> tuple[int, str]:
    bracket = text[opened]
    closing = _CLOSING.get(bracket, "]")
    if at >= len(text.rstrip()):
        return opened, f"'{bracket}' is never closed: no '{closing}' up to the end of the file"
    before = text[opened:at].rstrip(" \t")
    key = _BETWEEN_KEYS.split(before)[-1]
    if text.startswith(":", at) and key:
        message = f"a ',' is missing before '{shorten(key)}'"
        if _line(text, opened) != _line(text, at):
            message += f", or a '{closing}' for the '{bracket}' in line {_line(text, opened)}"
        return opened + len(before) - len(key), message
    if _line(text, opened) != _line(text, at):
        return opened, (
            f"'{bracket}' is not closed: expected ',' or '{closing}' before line {_line(text, at)}"
        )
    return at, f"expected ',' or '{closing}' here, found '{text[at]}'"


def _colon(text: str, at: int) -> tuple[int, str]:
    start = _line_start(text, at)
    before = text[start:at]
    if ": " in before or before.count("{") > before.count("}"):
        return at, "a second ':' in one value: put the value in quotes, or begin a new line before"
    for line in reversed(text[:start].splitlines(keepends=True)):
        start -= len(line)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indent = len(line) - len(line.lstrip())
        glued = _SPACE_MISSING.match(line)
        if glued:
            return start + glued.start("colon"), "a space is missing after this ':'"
        if _HAS_VALUE.match(line):
            return at - len(before.lstrip()), (
                "this line is indented further than the one above, which has a value already:"
                " line them up"
            )
        return start + indent, "a ':' is missing after this key"
    return at, "':' can't stand here: put the value in quotes"


def _bad_start(found: str) -> str:
    if found == "\t":
        return "a tab: YAML indents with spaces only"
    return f"a value can't begin with '{found}': put it in quotes"


def _misplaced(text: str, at: int) -> str:
    before = text[_line_start(text, at) : at].rstrip()
    if before.endswith(("'", '"')):
        return (
            "text after a closing quote: put all of it in quotes,"
            " and write '' for a ' inside single quotes"
        )
    if text.startswith(("]", "}"), at):
        return f"one '{text[at]}' too many: nothing is open here that it could close"
    if before.endswith(("]", "}")):
        return f"text after the closing '{before[-1]}': put it on a line of its own, or in quotes"
    if before:
        return f"'{text[at]}' can't stand here: put the value in quotes"
    line = text[at:].split("\n", 1)[0]
    if re.match(r"-\w", line):
        return "a space is missing after this '-'"
    if line.startswith(":"):
        return "a name is missing before this ':'"
    if re.match(r"-(\s|$)", line):
        return "this '-' lines up with no list above: indent it like the items it belongs to"
    return "this line's indentation fits none of the lines above: line it up with its neighbours"
