"""What of a hand in one frame matters to the pointer.

The pointer goes with the palm, not with a fingertip: while fingers close on real footage (grabs,
releases, pinches, counting) the palm's points move by 0.13 palm lengths in the median and the index
finger's tip by 0.9. The mean of several points is also calmer than any of them.
"""

from __future__ import annotations

from math import hypot, isfinite
from typing import NamedTuple

from gestures.landmarks import (
    FINGER_JOINTS,
    INDEX_TIP,
    MIDDLE_MCP,
    THUMB_TIP,
    WRIST,
    HandObservation,
)

#: Wrist and MCPs, the palm's rigid part.
_PALM = (0, 5, 9, 13, 17)
_TIPS = tuple(joints[-1] for joints in FINGER_JOINTS.values())


class Reading(NamedTuple):
    """One frame of one hand.

    Attributes:
        x, y: Middle of the palm's points, picture heights.
        vx, vy: Its velocity, picture heights/s.
        palm: Length of the palm, picture heights.
        closing_palms_s: How fast the hand changes its shape: the fastest that a fingertip comes
            nearer to the palm's middle, the index finger's tip to the thumb's, or goes away from
            it. Turning the hand in the picture's plane is no change.
    """

    x: float
    y: float
    vx: float
    vy: float
    palm: float
    closing_palms_s: float


def read(hand: HandObservation, aspect: float) -> Reading | None:
    """Measure a hand; None when it has numbers that are none, or no extent.

    Args:
        hand: Smoothed; without velocity it counts as still.
        aspect: Width of the picture over its height.
    """
    places: list[list[float]] = hand.image.tolist()
    (wrist_x, wrist_y, wrist_z), (root_x, root_y, root_z) = places[WRIST], places[MIDDLE_MCP]
    palm = hypot((root_x - wrist_x) * aspect, root_y - wrist_y, (root_z - wrist_z) * aspect)
    x, y = _middle(places, aspect)
    vx = vy = closing = 0.0
    if hand.velocity is not None:
        speeds: list[list[float]] = hand.velocity.tolist()
        vx, vy = _middle(speeds, aspect)
        for tip in _TIPS:
            (tip_x, tip_y, _), (tip_vx, tip_vy, _) = places[tip], speeds[tip]
            approach = _approach(tip_x * aspect - x, tip_y - y, tip_vx * aspect - vx, tip_vy - vy)
            closing = max(closing, approach)
        closing = max(closing, _pinching(places, speeds, aspect))
    # A sum is finite only if all its parts are.
    if palm <= 0.0 or not isfinite(x + y + vx + vy + palm + closing):
        return None
    return Reading(x, y, vx, vy, palm, closing / palm)


def _middle(rows: list[list[float]], aspect: float) -> tuple[float, float]:
    """Mean of the palm's points, of places or velocities."""
    (a, b, _), (c, d, _), (e, f, _), (g, h, _), (i, j, _) = [rows[index] for index in _PALM]
    return (a + c + e + g + i) * aspect / 5, (b + d + f + h + j) / 5


def _pinching(places: list[list[float]], speeds: list[list[float]], aspect: float) -> float:
    (x, y, _), (vx, vy, _) = places[INDEX_TIP], speeds[INDEX_TIP]
    (thumb_x, thumb_y, _), (thumb_vx, thumb_vy, _) = places[THUMB_TIP], speeds[THUMB_TIP]
    return _approach((x - thumb_x) * aspect, y - thumb_y, (vx - thumb_vx) * aspect, vy - thumb_vy)


def _approach(dx: float, dy: float, dvx: float, dvy: float) -> float:
    """How fast two points come nearer or part; points that coincide do neither."""
    distance = hypot(dx, dy)
    return abs(dx * dvx + dy * dvy) / distance if distance > 0.0 else 0.0
