"""Warnings about actions: keys that this system lacks, programs that are not there."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from itertools import pairwise

from daemon.actions import (
    Action,
    ClickAction,
    DragAction,
    HoldAction,
    KeyAction,
    Keys,
    KeysAction,
    RepeatAction,
    RunAction,
    SequenceAction,
    TextAction,
    WaitAction,
)
from daemon.config.model import Config
from daemon.config.problems import Problem
from daemon.config.uses import placed_bindings
from daemon.config.yamltree import Tree, YamlPath
from daemon.keys import MODIFIERS, missing_on
from daemon.performer import MOST_STEPS
from daemon.steps import steps_of


def action_warnings(config: Config, tree: Tree, system: str = sys.platform) -> Iterator[Problem]:
    """What won't work on this machine, though it may on another.

    Args:
        config: The configuration.
        tree: Its file.
        system: `sys.platform`.
    """
    yield from _settings(config, tree)
    keyboard = "uinput" if config.backend == "uinput" else system
    for path, binding in placed_bindings(config):
        for where, action in _parts(binding.action, (*path, "action")):
            yield from _missing_keys(action, where, tree, keyboard)
            for key, message in _doubtful(action, config):
                here = (*where, key)
                yield tree.problem(tree.node(here).place, here, message, severity="warning")
            if isinstance(action, RunAction) and shutil.which(action.command[0]) is None:
                here = (*where, "command", 0)
                message = f"no program '{action.command[0]}' is on this machine's PATH"
                if action.command[0].startswith("~"):
                    message = "there is no shell to expand '~': write the whole path"
                yield tree.problem(tree.node(here).place, here, message, severity="warning")


def _doubtful(action: object, config: Config) -> Iterator[tuple[str, str]]:
    """A key of an action, and what is odd about it."""
    match action:
        case KeysAction(taps):
            for keys, after in pairwise(taps):
                if set(keys) <= set(MODIFIERS):
                    both = "+".join((*keys, *after))
                    yield "keys", f"these are tapped one after another; did you mean '{both}'?"
                    return
        case RepeatAction(per_s=per_s) if per_s > config.safety.most_per_s:
            most = config.safety.most_per_s
            yield (
                "per_second",
                f"more than 'safety' allows, {most:g} a second: the rest is left out",
            )
        case HoldAction(longest_ms=own_ms) | DragAction(longest_ms=own_ms) if (
            own_ms is not None and own_ms > config.safety.longest_hold_ms
        ):
            most = config.safety.longest_hold_ms
            yield "longest_ms", f"longer than 'safety' allows: it ends after {most:g} ms"
        case SequenceAction() | TextAction() | KeysAction() if len(steps_of(action)) > MOST_STEPS:
            key = {"sequence": "actions", "text": "text", "key": "keys"}[action.type]
            yield key, f"never acts: it comes to more than {MOST_STEPS} steps; make it shorter"
        case SequenceAction(actions) if all(isinstance(each, WaitAction) for each in actions):
            yield "actions", "only waits: nothing is done"


def _settings(config: Config, tree: Tree) -> Iterator[Problem]:
    """Settings that the others make meaningless."""
    pointer = tree.section("pointer")
    unused = "acceleration" if config.pointer.move == "absolute" else "region"
    if unused in pointer:
        path = ("pointer", unused)
        other = "relative" if unused == "acceleration" else "absolute"
        message = f"does nothing here: it is for 'move: {other}'"
        yield tree.problem(tree.key(path), path, message, severity="warning")


def _parts(action: Action | WaitAction, path: YamlPath) -> Iterator[tuple[YamlPath, object]]:
    """An action and those within it, with their paths."""
    yield path, action
    if isinstance(action, SequenceAction):
        for index, each in enumerate(action.actions):
            yield from _parts(each, (*path, "actions", index))
    elif isinstance(action, RepeatAction):
        yield from _parts(action.action, (*path, "action"))


def _missing_keys(action: object, path: YamlPath, tree: Tree, keyboard: str) -> Iterator[Problem]:
    if isinstance(action, TextAction) and keyboard == "uinput" and not action.text.isascii():
        here = (*path, "text")
        message = "uinput types the characters of a US keyboard only; others are left out"
        yield tree.problem(tree.node(here).place, here, message, severity="warning")
    for keys in _keys_of(action):
        for key in missing_on(keyboard, keys):
            here = (*path, "keys")
            message = f"the key '{key.name}' does not exist on {_NAMES.get(keyboard, keyboard)}"
            place = tree.node(here).place
            yield tree.problem(place, here, message, key.suggestion, severity="warning")


def _keys_of(action: object) -> tuple[Keys, ...]:
    match action:
        case KeyAction(keys) | HoldAction(keys) | ClickAction(keys=keys):
            return (keys,)
        case KeysAction(taps):
            return taps
    return ()


_NAMES = {"darwin": "macOS", "win32": "Windows"}
