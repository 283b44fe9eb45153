"""What a gesture is, as read from YAML: plain data, checked by whoever builds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from gestures.landmarks import HandSide
from gestures.logic import Term
from gestures.motion_spec import Motion

FingerState = Literal["extended", "half", "folded"]


@dataclass(frozen=True, slots=True)
class GestureSpec:
    """One gesture: a pose when `motion` is None, else a motion made in one of the `poses`.

    Attributes:
        name: Its name in bindings and events.
        fingers: The states each finger may be in; a finger not named may be in any.
        when: All must hold for the gesture to begin.
        release: The gesture ends when all of these hold; by default when `when` no longer does.
        hands: The hand or hands it may be made with.
        both: It takes both hands: fingers and features of one hand are asked of each of them.
        motion: The movement that makes it, or None for a pose.
        poses: For a motion: names of poses of which the hand must have shown one during it;
            empty for an open hand of any kind.
        hold_ms: How long it must hold before it begins.
        cooldown_ms: How long after its end it can't begin again.
        repeat_ms: While it goes on, it fires again so often; 0 for once until it is released.
        own: The user's own: where it holds, the built-in ones that hold as well stand back.
    """

    name: str
    fingers: dict[str, tuple[FingerState, ...]] = field(default_factory=dict)
    when: tuple[Term, ...] = ()
    release: tuple[Term, ...] = ()
    hands: tuple[HandSide, ...] = ("left", "right")
    both: bool = False
    motion: Motion | None = None
    poses: tuple[str, ...] = ()
    hold_ms: float = 100.0
    cooldown_ms: float = 0.0
    repeat_ms: float = 0.0
    own: bool = False
