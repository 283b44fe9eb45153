"""Whatever someone writes, the answer is a configuration or problems at places in the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.config.problems import ConfigError, render
from daemon.config.yamlread import read_tree
from gestures.rules import rule_of
from tests.unit.config_texts import EXAMPLE, parse

PIECES = [
    *sorted(set(re.findall(r"\w+|[^\w\s]|\n *", EXAMPLE))), "\t", "&a ", "*a", "!x ", "<<: ",
    "? ", "| ", "> ", "---\n", "''", '"', "\\", "%", "@", "é", "手",
    "\x00", "\u2028", "yes", "1:30", "~", ".nan", "9" * 5000, "default", "()", "gap(thumb)",
    "(", ")",
]  # fmt: skip

Edit = tuple[float, int, str]
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(PIECES) | st.text(max_size=3)),
    min_size=1,
    max_size=6,
)
QUICK = settings(
    deadline=2000, max_examples=250, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def edited(text: str, edits: list[Edit]) -> str:
    """The text with pieces cut out and others put in."""
    for place, cut, piece in edits:
        at = int(place * len(text))
        text = text[:at] + piece + text[at + cut :]
    return text


def check_answer(text: str) -> None:
    """Parse, and see that every problem is at a place in the text and can be shown."""
    try:
        loaded = parse(text)
    except ConfigError as error:
        problems, lines = error.problems, error.source_lines
        refused = True
    else:
        problems, lines = loaded.warnings, loaded.source_lines
        refused = False
        for spec in loaded.config.gestures:
            assert spec.motion or rule_of(spec)
    assert problems or not refused
    for problem in problems:
        assert 0 <= problem.line <= len(lines) + 1
        if 1 <= problem.line <= len(lines):
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert "\n" not in problem.message
        assert "pydantic" not in render(problem, lines).lower()
    keys = [(problem.line, problem.column) for problem in problems]
    assert keys == sorted(keys)


@QUICK
@given(EDITS)
def test_an_edited_example_is_answered(edits: list[Edit]) -> None:
    check_answer(edited(EXAMPLE, edits))


@QUICK
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_answered(text: str) -> None:
    check_answer(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(PIECES),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(PIECES), inner, max_size=3)
    ),
    max_leaves=6,
)


@QUICK
@given(st.data())
def test_any_value_anywhere_is_answered(data: st.DataObject) -> None:
    document = yaml.safe_load(EXAMPLE)
    inner = document
    while isinstance(inner, dict | list) and inner:
        places = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        place = data.draw(st.sampled_from(places))
        if data.draw(st.booleans()) or not isinstance(inner[place], dict | list):
            inner[place] = data.draw(VALUES)
            break
        inner = inner[place]
    if isinstance(inner, dict) and data.draw(st.booleans()):
        inner[data.draw(st.sampled_from(PIECES))] = data.draw(VALUES)
    check_answer(yaml.safe_dump(document, allow_unicode=True))


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML was built without libyaml")
@QUICK
@given(EDITS)
def test_both_parsers_read_the_same(edits: list[Edit]) -> None:
    text = edited(EXAMPLE, edits)
    answers = []
    for parser in (yaml.SafeLoader, yaml.CSafeLoader):
        try:
            tree = read_tree(text, Path("c.yaml"), parser)
        except ConfigError:
            return
        answers.append((tree.lines, repr(tree.root), tree.problems))
    assert answers[0] == answers[1]
