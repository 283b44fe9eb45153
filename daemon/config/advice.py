"""What is allowed in a configuration but surely not meant: its warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from daemon.actions import Lasting
from daemon.config.advice_actions import action_warnings
from daemon.config.advice_motions import motion_warnings
from daemon.config.advice_rivals import rival_warnings
from daemon.config.advice_rules import clashes_of, rule_warnings
from daemon.config.model import Binding, Config
from daemon.config.problems import Problem
from daemon.config.uses import parts_of, takes_both_hands, uses
from daemon.config.yamltree import Tree, YamlPath
from gestures.motion_spec import LASTING, PoseChange
from gestures.spec import GestureSpec


def warnings_of(config: Config, tree: Tree) -> tuple[Problem, ...]:
    """The warnings about a valid configuration, in the file's order."""
    found = [*_of_bindings(config, tree, ("bindings",), config.bindings)]
    for name, mode in config.modes.items():
        found += _of_bindings(config, tree, ("modes", name, "bindings"), mode.bindings)
    found += _unused(config, tree)
    found += action_warnings(config, tree)
    found += _too_few_hands(config, tree)
    clashes = clashes_of(config)
    found += rule_warnings(config, tree, clashes)
    found += rival_warnings(config, tree, clashes)
    found += motion_warnings(config, tree, clashes)
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.column)))


def _of_bindings(
    config: Config, tree: Tree, path: YamlPath, bindings: Sequence[Binding]
) -> Iterator[Problem]:
    specs = {spec.name: spec for spec in config.gestures}
    yield from _shadowed(tree, path, bindings)
    for index, binding in enumerate(bindings):
        spec = specs[binding.gesture]
        for key, message in (
            _instant(binding, spec),
            _of_other_hand(binding, spec),
            _too_long(binding, config),
        ):
            if message:
                where = (*path, index, key)
                yield tree.problem(tree.node(where).place, where, message, severity="warning")


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


def _too_long(binding: Binding, config: Config) -> tuple[str, str]:
    """The key and message for a hold that disarming comes before."""
    arming = config.arming
    lasts = any(isinstance(each, Lasting) for each in parts_of(binding.action))
    if arming is None or lasts or binding.hold_ms < arming.disarm_after_ms:
        return "", ""
    return "hold_ms", f"never fires: it disarms after {arming.disarm_after_ms:g} ms"


def _instant(binding: Binding, spec: GestureSpec) -> tuple[str, str]:
    """The key and message for what takes time, of a motion that is over once recognised."""
    if spec.motion is None or isinstance(spec.motion, LASTING):
        return "", ""
    if binding.hold_ms > 0:
        return "hold_ms", f"never fires: '{spec.name}' ends at once; leave 'hold_ms' out"
    for action in parts_of(binding.action):
        if isinstance(action, Lasting):
            message = f"'{spec.name}' ends at once, so '{action.type}' has no time: bind a pose"
            return "action", message
    return "", ""


def _of_other_hand(binding: Binding, spec: GestureSpec) -> tuple[str, str]:
    """The key and message for a hand that the gesture is not made with."""
    if takes_both_hands(spec) and binding.hand:
        return "hand", f"never fires: '{spec.name}' takes both hands; leave 'hand' out"
    if binding.hand and binding.hand not in spec.hands:
        return "hand", f"never fires: '{spec.name}' is made with the {spec.hands[0]} hand only"
    return "", ""


def _too_few_hands(config: Config, tree: Tree) -> Iterator[Problem]:
    specs = {spec.name: spec for spec in config.gestures}
    lost = [
        f"'{name}' ({purpose})"
        for name, purpose in uses(config, tree).items()
        if takes_both_hands(specs[name])
    ]
    if lost and config.tracker.max_hands < 2:
        path = ("tracker", "max_hands")
        message = f"too few for {', '.join(lost)}: a gesture of both hands takes 2"
        yield tree.problem(tree.node(path).place, path, message, severity="warning")


def _unused(config: Config, tree: Tree) -> Iterator[Problem]:
    used = set(uses(config, tree))
    used |= {pose for spec in config.gestures for pose in spec.poses}
    used |= {
        pose
        for spec in config.gestures
        if isinstance(spec.motion, PoseChange)
        for pose in (*spec.motion.before, *spec.motion.after)
    }
    motions = {spec.name for spec in config.gestures if spec.motion}
    for name in tree.section("gestures"):
        if name not in used:
            path = ("gestures", name)
            message = (
                "nothing uses this gesture: no binding names it, nor arming, nor a 'while' or"
                " 'change'"
            )
            if name not in motions:
                message += "; yet built-in ones stand back for it"
            yield tree.problem(tree.key(path), path, message, severity="warning")
