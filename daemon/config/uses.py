"""Which gestures a configuration uses, and where."""

from __future__ import annotations

from collections.abc import Iterator

from daemon.actions import Action, DragAction, Lasting, PauseAction, PointerAction, SequenceAction
from daemon.config.model import Binding, Config
from daemon.config.yamltree import Tree, YamlPath
from gestures.motion_spec import Zoom
from gestures.spec import GestureSpec


def placed_bindings(config: Config) -> Iterator[tuple[YamlPath, Binding]]:
    """Every binding and its path, mode by mode."""
    for path, bindings in [
        (("bindings",), config.bindings),
        *((("modes", mode, "bindings"), each.bindings) for mode, each in config.modes.items()),
    ]:
        for index, binding in enumerate(bindings):
            yield (*path, index), binding


def uses(config: Config, tree: Tree) -> dict[str, str]:
    """Of each gesture that acts or arms, what for, to go on after its name: the first use."""
    found: dict[str, str] = {}
    if config.arming:
        found[config.arming.gesture] = "which arms"
    for path, binding in placed_bindings(config):
        found.setdefault(binding.gesture, f"bound in line {tree.node(path).place.line}")
    return found


def takes_both_hands(spec: GestureSpec) -> bool:
    """Whether one hand alone can't make a gesture."""
    return spec.both or (isinstance(spec.motion, Zoom) and spec.motion.hands == "two")


def lasting_gestures(config: Config) -> frozenset[str]:
    """Gestures whose action goes on for as long as they do: every frame of them matters."""
    return frozenset(
        binding.gesture
        for _, binding in placed_bindings(config)
        if any(isinstance(each, Lasting) for each in parts_of(binding.action))
    )


def uses_pointer(config: Config) -> bool:
    """Whether the pointer goes with any gesture."""
    return any(
        isinstance(each, PointerAction | DragAction)
        for _, binding in placed_bindings(config)
        for each in parts_of(binding.action)
    )


def pauses(action: Action) -> bool:
    """Whether it lets nothing act, or everything again."""
    return any(isinstance(each, PauseAction) for each in parts_of(action))


def parts_of(action: Action) -> tuple[object, ...]:
    """The actions of a sequence, or the one."""
    return action.actions if isinstance(action, SequenceAction) else (action,)
