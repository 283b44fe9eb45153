"""What an action comes to: single things to be done, one after another, each in its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, cast

from daemon.actions import (
    Action,
    KeyAction,
    KeysAction,
    SequenceAction,
    Single,
    TextAction,
    WaitAction,
)
from daemon.actions import Lasting as LastingAction
from daemon.lasting import Lasting
from gestures.landmarks import HandObservation

#: Long texts are typed in pieces, a frame apart: programs can't take them all at once.
_PIECE = 20
_PIECE_S = 0.03


class Gesture(Protocol):
    """A gesture that goes on, for which something is done.

    Attributes:
        name: Its name.
        hand: The hand that makes it; None when it isn't seen.
        is_over: Whether it has ended.
    """

    @property
    def name(self) -> str: ...
    @property
    def hand(self) -> HandObservation | None: ...
    @property
    def is_over(self) -> bool: ...

    def lasts(self, what: Lasting, since_s: float, until_s: float) -> None:
        """Take over what was begun: it ends with the gesture, or at `until_s`."""


@dataclass(frozen=True, slots=True)
class Step:
    """A thing to be done for a gesture.

    Attributes:
        due_s: When, seconds.
        action: What.
        gesture: For whom.
        repeated: Whether it is left out once the gesture is over.
        is_free: Whether the limit is not asked.
    """

    due_s: float
    action: Single | LastingAction
    gesture: Gesture
    repeated: bool = False
    is_free: bool = False


def steps_of(action: Action, t_s: float = 0.0) -> list[tuple[float, Single | LastingAction]]:
    """What is to be done one after another from `t_s` seconds on, and when."""
    steps: list[tuple[float, Single | LastingAction]] = []

    def then(each: Single | LastingAction) -> None:
        steps.append((t_s, each))

    for each in action.actions if isinstance(action, SequenceAction) else (action,):
        match each:
            case WaitAction(ms):
                t_s += ms / 1000
            case KeysAction(taps, delay_ms):
                for index, keys in enumerate(taps):
                    t_s += delay_ms / 1000 if index else 0.0
                    then(KeyAction(keys))
            case TextAction(text) if len(text) > _PIECE:
                for start in range(0, len(text), _PIECE):
                    t_s += _PIECE_S if start else 0.0
                    then(TextAction(text[start : start + _PIECE]))
            case _:
                then(cast("Single", each))
    return steps
