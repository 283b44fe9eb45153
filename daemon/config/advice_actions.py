"""Warnings about actions: keys that this system lacks, programs that are not there."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

from daemon.actions import (
    Action,
    ClickAction,
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
from daemon.keys import missing_on


def action_warnings(config: Config, tree: Tree, system: str = sys.platform) -> Iterator[Problem]:
    """What won't work on this machine, though it may on another.

    Args:
        config: The configuration.
        tree: Its file.
        system: `sys.platform`.
    """
    keyboard = "uinput" if config.backend == "uinput" else system
    for path, binding in placed_bindings(config):
        for where, action in _parts(binding.action, (*path, "action")):
            yield from _missing_keys(action, where, tree, keyboard)
            if isinstance(action, RunAction) and shutil.which(action.command[0]) is None:
                here = (*where, "command", 0)
                message = f"no program '{action.command[0]}' is on this machine's PATH"
                if action.command[0].startswith("~"):
                    message = "there is no shell to expand '~': write the whole path"
                yield tree.problem(tree.node(here).place, here, message, severity="warning")


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
