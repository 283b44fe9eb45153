"""What is allowed in a configuration but surely not meant: its warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from daemon.actions import DragAction, PointerAction
from daemon.config.model import Binding, Config
from daemon.config.problems import Problem
from daemon.config.yamltree import Tree, YamlPath


def warnings_of(config: Config, tree: Tree) -> tuple[Problem, ...]:
    """The warnings about a valid configuration, in the file's order."""
    found = [*_shadowed(tree, ("bindings",), config.bindings)]
    found += _instant(config, tree, ("bindings",), config.bindings)
    for name, mode in config.modes.items():
        found += _shadowed(tree, ("modes", name, "bindings"), mode.bindings)
        found += _instant(config, tree, ("modes", name, "bindings"), mode.bindings)
        if mode.apps:
            path = ("modes", name, "apps")
            message = "the focused application is not followed yet: switch with {type: mode}"
            found.append(tree.problem(tree.key(path), path, message, severity="warning"))
    found += _unused(config, tree)
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.column)))


def _shadowed(tree: Tree, path: YamlPath, bindings: Sequence[Binding]) -> Iterator[Problem]:
    first: dict[tuple[object, ...], int] = {}
    for index, binding in enumerate(bindings):
        trigger = (binding.gesture, binding.hand, binding.hold_ms)
        if trigger not in first:
            first[trigger] = index
            continue
        earlier = tree.node((*path, first[trigger])).place.line
        message = f"never fires: the binding in line {earlier} has the same gesture, hand and hold"
        place = tree.node((*path, index)).place
        yield tree.problem(place, (*path, index), message, severity="warning")


def _instant(
    config: Config, tree: Tree, path: YamlPath, bindings: Sequence[Binding]
) -> Iterator[Problem]:
    """Bindings that wait for a motion to last: it is over as soon as it is recognised."""
    motions = {spec.name for spec in config.gestures if spec.motion}
    for index, binding in enumerate(bindings):
        if binding.gesture not in motions:
            continue
        key = None
        if binding.hold_ms > 0:
            key, message = "hold_ms", "never fires: a motion can't be held; leave 'hold_ms' out"
        elif isinstance(binding.action, PointerAction | DragAction):
            key = "action"
            message = f"a motion ends at once, so '{binding.action.type}' has no time: bind a pose"
        if key is not None:
            where = (*path, index, key)
            yield tree.problem(tree.node(where).place, where, message, severity="warning")


def _unused(config: Config, tree: Tree) -> Iterator[Problem]:
    bindings = [*config.bindings, *(b for mode in config.modes.values() for b in mode.bindings)]
    used = {binding.gesture for binding in bindings}
    used |= {pose for spec in config.gestures for pose in spec.poses}
    if config.arming:
        used.add(config.arming.gesture)
    for name in tree.section("gestures"):
        if name not in used:
            path = ("gestures", name)
            message = (
                "nothing uses this gesture: no binding names it, nor arming, nor a 'while';"
                " yet built-in ones stand back for it"
            )
            yield tree.problem(tree.key(path), path, message, severity="warning")
