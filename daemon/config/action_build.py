"""From `action` as it is in the YAML to the action that it means."""

from __future__ import annotations

from typing import Any, cast

from daemon import actions
from daemon.actions import ScrollBy
from daemon.config import action_schema as written
from daemon.keys import parse_keys


def action_of(entry: written.Action) -> actions.Action:
    """The action that an entry of the YAML means."""
    if isinstance(entry, written.Sequence):
        return actions.SequenceAction(tuple(_part_of(each) for each in entry.actions))
    return cast("actions.Action", _part_of(entry))


def _part_of(entry: Any) -> actions.Single | actions.Lasting | actions.WaitAction:
    match entry:
        case written.Key(keys=[keys]):
            return actions.KeyAction(parse_keys(keys))
        case written.Key(keys=taps, delay_ms=delay_ms):
            return actions.KeysAction(tuple(parse_keys(keys) for keys in taps), delay_ms)
        case written.Text(text=text):
            return actions.TextAction(text)
        case written.Click(button=button, count=count, keys=keys):
            return actions.ClickAction(button, count, parse_keys(keys) if keys else ())
        case written.Hold(keys=keys, longest_ms=longest_ms):
            return actions.HoldAction(parse_keys(keys), longest_ms)
        case written.Pointer():
            return actions.PointerAction()
        case written.Drag(button=button, longest_ms=longest_ms):
            return actions.DragAction(button, longest_ms)
        case written.Once(direction=direction, steps=steps):
            return actions.ScrollAction(direction, steps)
        case written.Scroll(direction=str(direction), steps=steps):
            return actions.ScrollAction(direction, steps)
        case written.Scroll(by=by, axis=axis, speed=speed):
            return actions.HandScrollAction(by, axis, speed or _speed_of(by))
        case written.Repeat(action=action, per_second=per_s, delay_ms=delay_ms):
            repeated = cast("actions.Repeatable", _part_of(action))
            return actions.RepeatAction(repeated, per_s, delay_ms)
        case written.Run(command=command):
            return actions.RunAction(tuple(command))
        case written.ModeSwitch(name=name):
            return actions.ModeAction(name)
        case written.Pause():
            return actions.PauseAction()
        case written.Notify(text=text):
            return actions.NotifyAction(text)
        case written.Wait(ms=ms):
            return actions.WaitAction(ms)
        case _:
            raise TypeError(f"no action: {type(entry).__name__}")


def _speed_of(by: ScrollBy) -> float:
    """Notches a palm length, or a turn: a third of a turn is as far as a wrist goes easily."""
    return actions.HandScrollAction().speed if by == "displacement" else 30.0
