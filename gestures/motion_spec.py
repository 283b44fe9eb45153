"""What a motion is, as read from YAML: one class a kind, plain data, checked by whoever builds it.

Lengths are in palm lengths (wrist to middle MCP), times in milliseconds, angles in degrees.
Directions are those of the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SwipeDirection = Literal["left", "right", "up", "down"]
TurnDirection = Literal["clockwise", "counterclockwise"]
PushDirection = Literal["towards", "away"]
ZoomDirection = Literal["in", "out"]
ZoomHands = Literal["one", "two", "either"]
#: A finger that can bend towards the thumb or the table.
BendingFinger = Literal["index", "middle", "ring", "pinky"]


@dataclass(frozen=True, slots=True)
class Swipe:
    """A quick straight movement of the hand.

    Attributes:
        direction: Where the hand goes in the picture.
        distance_palms: Least travel along the direction.
        within_ms: Most time the travel may take.
    """

    direction: SwipeDirection
    distance_palms: float = 1.2
    within_ms: float = 500.0

    @property
    def mean_palms_s(self) -> float:
        """Mean speed of the slowest such swipe, palm lengths/s."""
        return self.distance_palms / self.within_ms * 1000


@dataclass(frozen=True, slots=True)
class Wave:
    """The hand goes to and fro sideways.

    Attributes:
        turns: How often it turns round.
        distance_palms: Least travel between two turns.
        within_ms: Most time from its first move to its last turn.
    """

    turns: int = 3
    distance_palms: float = 0.4
    within_ms: float = 2000.0


@dataclass(frozen=True, slots=True)
class Circle:
    """The hand goes round a circle in the picture.

    Attributes:
        direction: Which way round.
        turns: How many circles begin the gesture; it goes on while the hand does.
        radius_palms: Least radius.
        within_ms: Most time a circle may take.
    """

    direction: TurnDirection
    turns: float = 1.0
    radius_palms: float = 0.3
    within_ms: float = 2000.0


@dataclass(frozen=True, slots=True)
class Push:
    """The hand goes towards the camera or away from it.

    Attributes:
        direction: Which of the two.
        factor: How many times larger (or smaller) it must look in the end.
        within_ms: Most time that may take.
    """

    direction: PushDirection
    factor: float = 1.3
    within_ms: float = 800.0


@dataclass(frozen=True, slots=True)
class PoseChange:
    """The hand goes from one pose to another, as in closing to a fist.

    Attributes:
        before: Names of the poses it may begin with.
        after: Names of the poses it may end with.
        within_ms: Most time between the one and the other.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    within_ms: float = 500.0


@dataclass(frozen=True, slots=True)
class Pinch:
    """Thumb and a finger touch, for as long as they like.

    Attributes:
        finger: Which finger.
        below_palms: Their tips are nearer than this when it begins.
        above_palms: Their tips are farther apart than this when it ends.
    """

    finger: BendingFinger = "index"
    below_palms: float = 0.3
    above_palms: float = 0.5


@dataclass(frozen=True, slots=True)
class Zoom:
    """Two things go apart or together: thumb and index finger of one hand, or two hands.

    Attributes:
        direction: `in` is apart, as on a touch screen; `out` is together.
        hands: With which of them.
        factor: How many times larger (or smaller) the distance must become; it goes on then.
        within_ms: Most time that may take.
    """

    direction: ZoomDirection
    hands: ZoomHands = "either"
    factor: float = 1.5
    within_ms: float = 1000.0


@dataclass(frozen=True, slots=True)
class Rotate:
    """The hand turns in the picture, as if it held a knob.

    Attributes:
        direction: Which way round.
        angle_deg: Least angle; it goes on while the hand turns further.
        within_ms: Most time that angle may take.
    """

    direction: TurnDirection
    angle_deg: float = 35.0
    within_ms: float = 1000.0


@dataclass(frozen=True, slots=True)
class Tap:
    """An outstretched finger bends quickly and comes back.

    Attributes:
        finger: Which finger.
        within_ms: Most time for both.
    """

    finger: BendingFinger = "index"
    within_ms: float = 500.0


Motion = Swipe | Wave | Circle | Push | PoseChange | Pinch | Zoom | Rotate | Tap
#: Those that go on for a while: the others are over as soon as they are recognised.
LASTING = (Circle, Pinch, Zoom, Rotate)
