"""What must be true of a hand, as written under `when` and `release`: conditions, joined or not.

An item is a comparison, `{any: [items]}`, `{all: [items]}` or `{not: item}`; the items of the list
itself must all hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from daemon.config.problems import Problem, nearest
from daemon.config.yamltree import Entry, Node, Tree, YamlPath, describe, shorten
from gestures.conditions import Condition, ConditionError, parse_condition
from gestures.logic import AllOf, AnyOf, Not, Term, TooManyClauses, clauses_of

EXAMPLE = '["gap(thumb, index) < 0.25"]'
_JOINED = ("any", "all", "not")
#: The text that was found may be of any length, and have lines.
_LONGEST_MESSAGE = 300
#: Of a condition that a comma divided: a bracket is open, and nothing is compared yet.
_BEGINNING = re.compile(r"[^()<>=]*\([^()<>=]*")
_WORD = re.compile(r"\w+|[^\w\s]+")


class TermReader:
    """Reads the terms of a file and gathers what is wrong with them.

    Args:
        tree: The file.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.problems: list[Problem] = []

    def read(self, node: Node, path: YamlPath, *, both: bool) -> tuple[Term, ...]:
        """The terms under `when` or `release`, as far as they can be read.

        Args:
            node: The value.
            path: Where it is.
            both: Whether the gesture takes both hands, so that they can be compared.
        """
        before = len(self.problems)
        if isinstance(node.value, dict) and node.value:
            terms = tuple(self._joined(node, path, both))
        elif isinstance(node.value, list) and node.value:
            terms = self._items(node, path, both)
        else:
            self._no_list(node, path)
            return ()
        if len(self.problems) == before:
            try:
                clauses_of(terms)
            except TooManyClauses:
                self._fault(node, path, "more alternatives than can be told apart: divide it into"
                            " gestures of their own")  # fmt: skip
        return terms

    def _items(self, node: Node, path: YamlPath, both: bool) -> tuple[Term, ...]:
        if not isinstance(node.value, list) or not node.value:
            self._no_list(node, path)
            return ()
        terms: list[Term] = []
        in_brackets = self._tree.is_flow(node)
        rest_follows = False
        for index, item in enumerate(node.value):
            below = (*path, index)
            text = "" if item.quoted or not isinstance(item.value, str) else item.value
            if in_brackets and _BEGINNING.fullmatch(text):
                self._fault(item, below, "in square brackets a ',' begins a new item: put the whole"
                            " condition in quotes")  # fmt: skip
                rest_follows = True
            elif rest_follows and text.count(")") > text.count("("):
                # It has been reported with its beginning.
                rest_follows = False
            else:
                rest_follows = False
                terms += self._item(item, below, both)
        return tuple(terms)

    def _item(self, node: Node, path: YamlPath, both: bool) -> Iterator[Term]:
        if isinstance(node.value, str):
            yield from self._condition(node, path, both)
        elif isinstance(node.value, dict) and node.value:
            yield from self._joined(node, path, both)
        else:
            message = "expected a comparison such as 'gap(thumb, index) < 0.25', or any, all or not"
            self._fault(node, path, f"{message}, found {describe(node)}")

    def _joined(self, node: Node, path: YamlPath, both: bool) -> Iterator[Term]:
        assert isinstance(node.value, dict)  # noqa: S101 - asked by the callers
        for key, entry in node.value.items():
            below = (*path, key)
            if key == "any":
                yield AnyOf(self._items(entry.node, below, both))
            elif key == "all":
                yield AllOf(self._items(entry.node, below, both))
            elif key == "not":
                inner = entry.node
                is_list = isinstance(inner.value, list)
                items = self._items(inner, below, both) if is_list else tuple(
                    self._item(inner, below, both)
                )  # fmt: skip
                yield Not(AllOf(items))
            else:
                self._unknown(entry, key, below)

    def _unknown(self, entry: Entry, key: str, path: YamlPath) -> None:
        message = f"expected any, all or not, found '{shorten(key)}'"
        if "<" in key or ">" in key or "(" in key:
            message += "; put the whole condition in quotes"
        self.problems.append(
            self._tree.problem(entry.key, path, message, nearest(key, _JOINED))
        )  # fmt: skip

    def _condition(self, node: Node, path: YamlPath, both: bool) -> Iterator[Condition]:
        text = str(node.value)
        try:
            condition = parse_condition(text)
        except ConditionError as error:
            self._unreadable(node, path, text, error)
            return
        name = condition.feature.kind.name
        if condition.feature.kind.two_hands and not both:
            self._fault(node, path, f"{name} compares two hands: the gesture needs 'hand: both'")
        yield condition

    def _unreadable(self, node: Node, path: YamlPath, text: str, error: ConditionError) -> None:
        start = error.start + len(text[error.start :]) - len(text[error.start :].lstrip())
        word = _WORD.match(text, start)
        place = node.within(start, len(word[0]) if word else 1)
        message = shorten(error.problem, _LONGEST_MESSAGE)
        self.problems.append(self._tree.problem(place, path, message, error.suggestion))

    def _no_list(self, node: Node, path: YamlPath) -> None:
        message = f"expected a list such as {EXAMPLE}, found {describe(node)}"
        if isinstance(node.value, str) and node.value:
            message += "; put it in square brackets"
        self._fault(node, path, message)

    def _fault(self, node: Node, path: YamlPath, message: str) -> None:
        self.problems.append(self._tree.problem(node.place, path, message))
