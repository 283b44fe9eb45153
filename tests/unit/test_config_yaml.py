"""YAML into values with places, and what is said of YAML that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from daemon.config.problems import ConfigError
from daemon.config.yamlread import MAX_BYTES, MAX_NODES, read_tree, resolve
from daemon.config.yamltree import Place, Tree, dotted

PARSERS = [yaml.SafeLoader] + ([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__)
def parser(request: pytest.FixtureRequest) -> type[yaml.SafeLoader]:
    return request.param


def read(text: str, parser: type[yaml.SafeLoader] | None = None) -> Tree:
    return read_tree(text, Path("c.yaml"), parser)


def complaint(text: str, parser: type[yaml.SafeLoader] | None = None) -> str:
    """The first problem, as `line:column: message`."""
    try:
        problems = read(text, parser).problems
    except ConfigError as error:
        problems = error.problems
    first = problems[0]
    return f"{first.line}:{first.column}: {first.message}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), ("-7", -7), ("010", 10), ("0x1F", 31), ("0o17", 15), ("1.5", 1.5), (".5", 0.5),
        ("1e3", 1000.0), (".inf", float("inf")), ("true", True), ("False", False), ("null", None),
        ("~", None), ("", None), ("yes", "yes"), ("off", "off"), ("y", "y"), ("1:30", "1:30"),
        ("1_000", "1_000"), ("2024-01-01", "2024-01-01"), ("0b1", "0b1"), ("=", "="),
        ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is type(value)


def test_quoted_scalars_and_keys_are_text(parser: type[yaml.SafeLoader]) -> None:
    tree = read("on: 'true'\n1: \"5\"\nnull: |\n  7\n", parser)
    assert tree.root.data() == {"on": "true", "1": "5", "null": "7\n"}


def test_every_key_and_value_has_its_place(parser: type[yaml.SafeLoader]) -> None:
    tree = read("\ufeffa: 1\r\nüb: {c: [x, 'd e']} # note\r\n", parser)
    assert tree.root.data() == {"a": 1, "üb": {"c": ["x", "d e"]}}
    assert tree.key(("üb", "c")) == Place(2, 6, 11, 1)
    assert tree.node(("üb", "c", 1)).place == Place(2, 13, 18, 5)
    assert tree.node(("üb", "nothing", "here")).place == Place(2, 5, 10, 1)


@pytest.mark.parametrize(
    ("text", "offset", "column"),
    [
        ("a: b cd", 2, 6),
        ("a: 'b cd'", 2, 7),
        ("a: 'it''s cd'", 5, 11),
        (r'a: "\u00e9\n\x41 cd"', 4, 18),
        ('a: "b\n  cd"', 2, 4),
        ("x: &n 'b cd'\na: *n", 2, 4),
        ("a: &n b cd", 2, 9),
    ],
)
def test_a_part_of_a_text_has_its_column(
    text: str, offset: int, column: int, parser: type[yaml.SafeLoader]
) -> None:
    assert read(text, parser).node(("a",)).within(offset).column == column


def test_aliases_stand_for_their_anchors(parser: type[yaml.SafeLoader]) -> None:
    tree = read("a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]\n", parser)
    assert tree.root.data()["c"] == {"b": [1, 2]}  # type: ignore[index, call-overload]
    assert tree.node(("c",)).place == Place(2, 4, 21, 2)
    assert tree.node(("c", "b", 0)).place.line == 1


def test_both_places_of_a_duplicate_key_are_named(parser: type[yaml.SafeLoader]) -> None:
    tree = read("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n", parser)
    assert [(p.line, p.column, p.where, p.message) for p in tree.problems] == [
        (4, 3, "b.c", "the key 'c' is here a second time; the first is in line 3, column 3"),
        (5, 1, "a", "the key 'a' is here a second time; the first is in line 1, column 1"),
    ]
    assert tree.root.data() == {"a": 1, "b": {"c": 1}}


MISPLACED = "this line's indentation fits none of the lines above: line it up with its neighbours"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1, 2", "1:4: '[' is never closed: no ']' up to the end of the file"),
        ("a: {b: 1\nc: 2", "2:1: a ',' is missing before 'c', or a '}' for the '{' in line 1"),
        ("a:\n- {b: {c: d}\n- {b: e}", "2:3: '{' is not closed: expected ',' or '}' before line 3"),
        ("a: {b: 1 c: 2}", "1:10: a ',' is missing before 'c'"),
        ("a: [b] c", "1:8: text after the closing ']': put it on a line of its own, or in quotes"),
        ("a: {b: 1}}", "1:10: one '}' too many: nothing is open here that it could close"),
        ("a: 'x", "1:4: this quote is never closed"),
        ('a: "b\nc: d\n', "1:4: this quote is never closed"),
        (
            'a:\n- {b: "x}\n- {b: "y}\n',
            "2:7: this quote closes only on line 3: is its own closing quote missing?",
        ),
        (
            "a: 'it's'",
            "1:8: text after a closing quote: put all of it in quotes, and write '' for a '"
            " inside single quotes",
        ),
        (
            'a: "\\q"',
            "1:5: '\\q' is no escape that double quotes know: use single quotes, or write '\\\\'"
            " for a backslash",
        ),
        (
            "a: b: c",
            "1:5: a second ':' in one value: put the value in quotes, or begin a new line before",
        ),
        ("a:b\nc: 1", "1:2: a space is missing after this ':'"),
        ("a\nb: 1", "1:1: a ':' is missing after this key"),
        ("a: 1\nbcd\n# e\n", "2:1: a ':' is missing after this key"),
        (
            "a: 1\n  b: 2",
            "2:3: this line is indented further than the one above, which has a value already:"
            " line them up",
        ),
        ("a:\n  b: 1\n c: 2", f"3:2: {MISPLACED}"),
        ("- a\nb: 1", f"2:1: {MISPLACED}"),
        ("  a: 1\nb: 2", f"2:1: {MISPLACED}"),
        (
            "a:\n  - x\n - y",
            "3:2: this '-' lines up with no list above: indent it like the items it belongs to",
        ),
        ("- {a: 1}\n-b: 2", "2:1: a space is missing after this '-'"),
        (
            "a: - b",
            "1:4: a list item can't begin here: write '- ' on a line of its own, below the key",
        ),
        (": 1", "1:1: a name is missing before this ':'"),
        ("a: 1\n? [b]\n: 2", "2:3: expected a name before ':', found a list"),
        ("a:\n\tb: 1", "2:1: a tab: YAML indents with spaces only"),
        ("a: 1\n\tb: 2", "2:1: a tab: YAML indents with spaces only"),
        ("a: @x", "1:4: a value can't begin with '@': put it in quotes"),
        ("a: %x", "1:4: a value can't begin with '%': put it in quotes"),
        (
            "a: > 5",
            "1:4: '>' begins a text of several lines here: put the value in quotes if it is part"
            " of it",
        ),
        ("a: *", "1:4: '*' begins the name of an alias: put the value in quotes"),
        (
            "a: *b",
            "1:4: no anchor '&b' comes before this alias: put the value in quotes if it is no"
            " alias",
        ),
        ("a: &b [*b]", "1:8: the alias '*b' stands inside what it stands for"),
        ("a: !!python/object x", "1:4: tags ('!...') mean nothing here: leave it out"),
        ("a: !e!x y", "1:4: tags ('!...') mean nothing here: leave it out"),
        ("<<: {a: 1}", "1:1: gestured's YAML has no merge keys ('<<'): write the keys out"),
        (
            "a: 1\n---\nb: 2",
            "2:1: a second document begins here ('---'): a configuration is a single one",
        ),
        ("a: 1\x00", "1:5: a character that can't be in a YAML file (U+0000): delete it"),
        ("", "1:1: the file is empty: 'gestured config init' writes one to begin with"),
        ("# a\n", "1:1: the file is empty: 'gestured config init' writes one to begin with"),
        ("- a", "1:1: expected keys with values, such as 'version: 1', found a list"),
        ("text", "1:1: expected keys with values, such as 'version: 1', found 'text'"),
        ("x" * (MAX_BYTES + 1), "1:1: larger than 1 MiB: that is no configuration"),
    ],
)
def test_what_is_no_yaml_is_said_in_plain_words(
    text: str, said: str, parser: type[yaml.SafeLoader]
) -> None:
    assert complaint(text, parser) == said


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 40)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LAUGHS, f"more than {MAX_NODES} values"),
        ("- a\n" * 250_000, f"more than {MAX_NODES} values"),
        ("a: " + "[" * 100_000, "nested more than 32 levels deep"),
        ("{a: b, " * 100_000, "nested more than 32 levels deep"),
        ("? " * 500_000, "nested more than 32 levels deep"),
        (f"a: {{b: c {'x' * 500_000} d: e}}", "a ',' is missing before 'd'"),
    ],
    ids=["laughs", "items", "brackets", "braces", "keys", "long word"],
)
def test_excess_ends_soon(text: str, said: str) -> None:
    assert said in complaint(text)


def test_paths_are_written_as_people_do() -> None:
    assert dotted(("bindings", 2, "action", "keys")) == "bindings[2].action.keys"
    assert dotted(("modes", "my mode", "apps", 0)) == 'modes."my mode".apps[0]'
