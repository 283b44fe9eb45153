"""What a binding does when its gesture comes: plain data, read from YAML, run by the dispatcher.

Some actions are done at once, others last for as long as their gesture does. What `to_json` tells
goes into events and logs, so it never holds what is typed, nor the arguments of a command.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Button = Literal["left", "middle", "right"]
ScrollDirection = Literal["up", "down", "left", "right"]
ScrollBy = Literal["displacement", "dial"]
ScrollAxis = Literal["vertical", "horizontal", "both"]
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyAction:
    """Tap a key or a combination: all down in order, all up in reverse order.

    Attributes:
        keys: Canonical names, modifiers first, as in `("ctrl", "shift", "Right")`.
    """

    keys: Keys
    type: ClassVar[str] = "key"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "keys": "+".join(self.keys)}


@dataclass(frozen=True, slots=True)
class KeysAction:
    """Tap several combinations one after another, `delay_ms` between two of them."""

    taps: tuple[Keys, ...]
    delay_ms: float = 0.0
    type: ClassVar[str] = "key"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "keys": ["+".join(keys) for keys in self.taps]}


@dataclass(frozen=True, slots=True)
class TextAction:
    """Type a text."""

    text: str
    type: ClassVar[str] = "text"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "characters": len(self.text)}


@dataclass(frozen=True, slots=True)
class ClickAction:
    """Click a mouse button, `count` times, with modifiers held down meanwhile."""

    button: Button = "left"
    count: int = 1
    keys: Keys = ()
    type: ClassVar[str] = "click"

    def to_json(self) -> dict[str, Any]:
        line = {"type": self.type, "button": self.button, "count": self.count}
        return line | ({"keys": "+".join(self.keys)} if self.keys else {})


@dataclass(frozen=True, slots=True)
class ScrollAction:
    """Turn the wheel by so many notches, once."""

    direction: ScrollDirection
    steps: int = 3
    type: ClassVar[str] = "scroll"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "direction": self.direction, "steps": self.steps}


@dataclass(frozen=True, slots=True)
class RunAction:
    """Start a program, without a shell; the first of `command` is the program."""

    command: tuple[str, ...]
    type: ClassVar[str] = "run"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "program": self.command[0]}


@dataclass(frozen=True, slots=True)
class ModeAction:
    """Switch to another mode; `default` is the mode without a name of its own."""

    name: str
    type: ClassVar[str] = "mode"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "name": self.name}


@dataclass(frozen=True, slots=True)
class PauseAction:
    """Let nothing act but this, until it comes again."""

    type: ClassVar[str] = "pause"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type}


@dataclass(frozen=True, slots=True)
class NotifyAction:
    """Show a notification of the desktop."""

    text: str
    type: ClassVar[str] = "notify"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type}


@dataclass(frozen=True, slots=True)
class WaitAction:
    """Nothing, for a while: only within a sequence."""

    ms: float
    type: ClassVar[str] = "wait"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "ms": self.ms}


@dataclass(frozen=True, slots=True)
class HoldAction:
    """Hold keys down for as long as the gesture lasts.

    Attributes:
        keys: Canonical names, modifiers first.
        longest_ms: Released after this in any case; None for what `safety` says.
    """

    keys: Keys
    longest_ms: float | None = None
    type: ClassVar[str] = "hold"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "keys": "+".join(self.keys)}


@dataclass(frozen=True, slots=True)
class PointerAction:
    """Move the mouse pointer with the hand for as long as the gesture lasts."""

    type: ClassVar[str] = "pointer"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type}


@dataclass(frozen=True, slots=True)
class DragAction:
    """Hold a mouse button down and move the pointer for as long as the gesture lasts.

    Attributes:
        button: Which one.
        longest_ms: Released after this in any case; None for what `safety` says.
    """

    button: Button = "left"
    longest_ms: float | None = None
    type: ClassVar[str] = "drag"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "button": self.button}


@dataclass(frozen=True, slots=True)
class HandScrollAction:
    """Turn the wheel with the hand for as long as the gesture lasts.

    Attributes:
        by: With the hand's place, or with its turning as on a dial.
        axis: Which wheel; a dial turns one only.
        speed: Notches a palm length, or a full turn of the dial.
    """

    by: ScrollBy = "displacement"
    axis: ScrollAxis = "vertical"
    speed: float = 10.0
    type: ClassVar[str] = "scroll"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "by": self.by, "axis": self.axis}


#: Done again and again, these mean something.
Repeatable = KeyAction | KeysAction | TextAction | ClickAction | ScrollAction


@dataclass(frozen=True, slots=True)
class RepeatAction:
    """Do something at once, and again and again for as long as the gesture lasts.

    Attributes:
        action: What.
        per_s: How often.
        delay_ms: Between the first time and the second.
    """

    action: Repeatable
    per_s: float = 5.0
    delay_ms: float = 400.0
    type: ClassVar[str] = "repeat"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "action": self.action.to_json(), "per_second": self.per_s}


#: Begun once, these go on until their gesture ends.
Lasting = HoldAction | PointerAction | DragAction | HandScrollAction | RepeatAction
Single = Repeatable | RunAction | ModeAction | PauseAction | NotifyAction


@dataclass(frozen=True, slots=True)
class SequenceAction:
    """One action after another, with waits between them.

    Single ones go on to the end, even when the gesture has ended; what lasts begins in its turn if
    the gesture is still there.
    """

    actions: tuple[Single | Lasting | WaitAction, ...]
    type: ClassVar[str] = "sequence"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "actions": [action.to_json() for action in self.actions]}


Action = Single | Lasting | SequenceAction
