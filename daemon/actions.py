"""What a binding does when its gesture comes: plain data, read from YAML, run by the injector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Button = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True)
class KeyAction:
    """Tap a key or a combination: all down in order, all up in reverse order.

    Attributes:
        keys: Canonical names, modifiers first, as in `("ctrl", "shift", "Right")`.
    """

    keys: tuple[str, ...]
    type: ClassVar[str] = "key"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "keys": "+".join(self.keys)}


@dataclass(frozen=True, slots=True)
class ClickAction:
    """Click a mouse button, `count` times."""

    button: Button = "left"
    count: int = 1
    type: ClassVar[str] = "click"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "button": self.button, "count": self.count}


@dataclass(frozen=True, slots=True)
class PointerAction:
    """Move the mouse pointer with the hand for as long as the gesture lasts."""

    type: ClassVar[str] = "pointer"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type}


@dataclass(frozen=True, slots=True)
class DragAction:
    """Hold a mouse button down and move the pointer for as long as the gesture lasts."""

    button: Button = "left"
    type: ClassVar[str] = "drag"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "button": self.button}


@dataclass(frozen=True, slots=True)
class ModeAction:
    """Switch to another mode; `default` is the mode without a name of its own."""

    name: str
    type: ClassVar[str] = "mode"

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "name": self.name}


Action = KeyAction | ClickAction | PointerAction | DragAction | ModeAction
