"""Warnings about rules that no hand can meet, or hardly any."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from daemon.config.model import Config
from daemon.config.problems import Problem
from daemon.config.yamltree import Node, Place, Tree, YamlPath
from gestures.conditions import Condition, ConditionError, parse_condition
from gestures.feasibility import SAFE_SCORE, Clash, clash_in, holds_wherever
from gestures.logic import Not, clauses_of
from gestures.rules import release_of, rule_of
from gestures.spec import GestureSpec


@dataclass(frozen=True, slots=True)
class _Written:
    """A condition as the file has it: where, and how to quote it."""

    path: YamlPath
    place: Place
    text: str


def clashes_of(config: Config) -> dict[str, Clash]:
    """What leaves the rules of the user's own poses no room, or hardly any, by their names."""
    found = {
        spec.name: clash_in(rule_of(spec))
        for spec in config.gestures
        if spec.own and spec.motion is None
    }
    return {name: clash for name, clash in found.items() if clash is not None}


def rule_warnings(config: Config, tree: Tree, clashes: Mapping[str, Clash]) -> Iterator[Problem]:
    """Warnings about the user's own poses.

    Args:
        config: The configuration.
        tree: Its file.
        clashes: From `clashes_of`.
    """
    for spec in config.gestures:
        if not spec.own or spec.motion is not None:
            continue
        clash = clashes.get(spec.name)
        if clash is not None:
            yield _of_rule(config, tree, spec, clash)
        if spec.release:
            yield from _of_release(tree, spec, clash)


def _of_rule(config: Config, tree: Tree, spec: GestureSpec, clash: Clash) -> Problem:
    written = _in_order(clash, {**_of_items(tree, spec, "when"), **_of_fingers(tree, spec)})
    names = _listed(written)
    if clash.is_certain:
        message = f"can never hold: {_contradiction(clash, names)}"
        if config.arming and config.arming.gesture == spec.name:
            message += "; this gesture arms, so nothing would ever act"
    else:
        leave, mend = ("leaves", "loosen it") if len(written) == 1 else ("leave", "loosen one")
        message = (
            f"hardly ever shows: {names} {leave} so little room that the best score is"
            f" {clash.best_score:.2f}, and {SAFE_SCORE:g} is safe; {mend}"
        )
    return tree.problem(written[-1].place, written[-1].path, message, severity="warning")


def _of_release(tree: Tree, spec: GestureSpec, clash: Clash | None) -> Iterator[Problem]:
    release, path = release_of(spec), ("gestures", spec.name, "release")
    items = _of_items(tree, spec, "release")
    impossible = clash_in(release)
    if impossible is not None and impossible.is_certain:
        written = _in_order(impossible, items)
        message = (
            "never ends while the hand is seen: its release can never hold:"
            f" {_contradiction(impossible, _listed(written))}"
        )
        yield tree.problem(written[-1].place, written[-1].path, message, severity="warning")
    elif not (clash and clash.is_certain) and holds_wherever(release, rule_of(spec)):
        message = (
            "never begins: its release holds wherever its rule does; let it hold only when the"
            " hand has let go"
        )
        yield tree.problem(tree.node(path).place, path, message, severity="warning")


def _contradiction(clash: Clash, names: str) -> str:
    reason = f", for {clash.reason}" if clash.reason else ""
    if len(clash.conditions) == 1 and clash.reason:
        return f"{names} asks for too much{reason}; change it"
    others = "; so do its alternatives" if clash.is_one_of_many else ""
    return f"{names} contradict each other{reason}{others}; change one"


def _in_order(clash: Clash, written: Mapping[Condition, _Written]) -> list[_Written]:
    """The clash's conditions as the file has them, in its order, those of both hands once."""
    found = {written[_of_first_hand(condition)] for condition in clash.conditions}
    return sorted(found, key=lambda each: (each.place.line, each.place.column))


def _listed(written: Sequence[_Written]) -> str:
    *others, last = (each.text for each in written)
    return f"{', '.join(others)} and {last}" if others else last


def _of_fingers(tree: Tree, spec: GestureSpec) -> dict[Condition, _Written]:
    """What the fingers' states ask for, by the conditions they stand for."""
    found: dict[Condition, _Written] = {}
    for clause in rule_of(replace(spec, when=(), both=False)):
        for condition in clause.conditions:
            (finger,) = condition.feature.arguments
            path: YamlPath = ("gestures", spec.name, "fingers", finger)
            states = spec.fingers[finger]
            shown = states[0] if len(states) == 1 else f"[{', '.join(states)}]"
            text = f"'{finger}: {shown}' ({condition})"
            found[condition] = _Written(path, tree.node(path).place, text)
    return found


def _of_items(tree: Tree, spec: GestureSpec, key: str) -> dict[Condition, _Written]:
    """What stands under `when` or `release`, by its conditions, as they are and turned round."""
    top: YamlPath = ("gestures", spec.name, key)
    found: dict[Condition, _Written] = {}
    for path, node in _leaves(tree.node(top), top):
        try:
            condition = parse_condition(str(node.value))
        except ConditionError:
            continue
        for clause in (*clauses_of([condition]), *clauses_of([Not(condition)])):
            (meant,) = clause.conditions
            found.setdefault(meant, _Written(path, node.place, f"'{meant}'"))
    return found


def _leaves(node: Node, path: YamlPath) -> Iterator[tuple[YamlPath, Node]]:
    if isinstance(node.value, dict):
        for name, entry in node.value.items():
            yield from _leaves(entry.node, (*path, name))
    elif isinstance(node.value, list):
        for index, item in enumerate(node.value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, node


def _of_first_hand(condition: Condition) -> Condition:
    return replace(condition, feature=replace(condition.feature, other=False))
