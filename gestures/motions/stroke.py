"""Strokes: the quick straight part of a hand's path, where it began, and whether it is over.

`times` has shape `(frames,)`, seconds, and `path` shape `(frames, 2)`: the palm's centre
in palm lengths, x to the right and y down.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gestures.motion_spec import Swipe, SwipeDirection

Floats = NDArray[np.float64]

#: Axis of the picture and sign of each direction; y grows downwards.
AXES: dict[SwipeDirection, tuple[int, float]] = {
    "left": (0, -1.0),
    "right": (0, 1.0),
    "up": (1, -1.0),
    "down": (1, 1.0),
}
#: A stroke may stray sideways by this share of its length.
_MOST_STRAY = 0.6
#: Half a circle bows by half of its chord, a forearm's swing by a tenth.
_MOST_BOW = 0.2
#: The stroke is over when the hand is slower than this share of the stroke's mean speed.
_SLOWED_TO = 0.6
_RECENT_S = 0.09
#: How long after the stroke's last move it can still be recognised.
FRESH_S = 0.25
#: A movement began where, for so long, the hand was slower than this share of its speed.
_PAUSE_S = 0.1
_PAUSE_SHARE = 0.25
#: A hand that moves less than this in that time is at rest.
_STILL_PALMS = 0.15
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Stroke:
    """Part of a path: its first and last frame, its length, its mean speed."""

    start: int
    end: int
    length_palms: float
    speed_palms_s: float


def fastest_stroke(times: Floats, path: Floats, swipe: Swipe) -> Stroke | None:
    """The longest straight move within the swipe's time that ended just now, if long enough."""
    axis, sign = AXES[swipe.direction]
    along = sign * path[:, axis]
    ends = np.flatnonzero(times >= times[-1] - FRESH_S)
    took = times[ends][:, None] - times[None, :]
    length = along[ends][:, None] - along[None, :]
    stray = np.abs(path[ends, 1 - axis][:, None] - path[None, :, 1 - axis])
    fits = (
        (took > 0)
        & (took <= swipe.within_ms / 1000 + 1e-6)
        & (length >= swipe.distance_palms)
        & (stray <= _MOST_STRAY * length)
    )
    if not fits.any():
        return None
    # Of equally long ones the briefest: standing still belongs to no stroke.
    value = np.where(fits, length - 0.5 * took, -np.inf)
    row, start = np.unravel_index(int(value.argmax()), value.shape)
    moved = float(length[row, start])
    return Stroke(int(start), int(ends[row]), moved, moved / float(took[row, start]))


def is_straight(path: Floats, stroke: Stroke) -> bool:
    """Whether the hand has gone straight from the stroke's beginning until now: no circle."""
    way = path[stroke.start :] - path[stroke.start]
    along = way[-1] / max(float(np.hypot(*way[-1])), _TINY)
    aside = np.abs(way[:, 0] * along[1] - way[:, 1] * along[0])
    return float(aside.max()) <= _MOST_BOW * stroke.length_palms


def peak_speed(times: Floats, path: Floats, swipe: Swipe, stroke: Stroke) -> float:
    """Greatest speed over `_RECENT_S` within a stroke, palm lengths/s."""
    axis, sign = AXES[swipe.direction]
    during = slice(stroke.start, stroke.end + 1)
    along, when = sign * path[during, axis], times[during]
    before = np.maximum(np.searchsorted(when, when - _RECENT_S, side="right") - 1, 0)
    took = when - when[before]
    return float(((along - along[before])[took > 0] / took[took > 0]).max())


def origin_of(times: Floats, path: Floats, swipe: Swipe, stroke: Stroke) -> int:
    """Where the hand's movement began, which may be long before the swipe's own time."""
    axis, sign = AXES[swipe.direction]
    origin = stroke.start
    while origin > 0:
        before = min(int(np.searchsorted(times, times[origin] - _PAUSE_S)), origin - 1)
        moved = sign * (path[origin, axis] - path[before, axis])
        if moved < _PAUSE_SHARE * stroke.speed_palms_s * (times[origin] - times[before]):
            break
        origin = before
    return origin


def is_at_rest(
    times_s: Sequence[float], centres: Sequence[tuple[float, float]], palm: float
) -> bool:
    """Whether the hand has hardly moved in the last moments.

    Args:
        times_s: Of its frames.
        centres: The palm's centre in each.
        palm: The palm's length, in the unit of `centres`.
    """
    before = bisect_right(times_s, times_s[-1] - _PAUSE_S) - 1
    if before < 0:
        return False
    recent = centres[before:]
    xs, ys = [x for x, _ in recent], [y for _, y in recent]
    return max(max(xs) - min(xs), max(ys) - min(ys)) < _STILL_PALMS * palm


def speed_now(times: Floats, path: Floats, swipe: Swipe) -> float | None:
    """Speed of the last moments in the swipe's direction, palm lengths/s; None for one frame."""
    axis, sign = AXES[swipe.direction]
    before = max(int(np.searchsorted(times, times[-1] - _RECENT_S, side="right")) - 1, 0)
    recent_s = times[-1] - times[before]
    if recent_s <= 0:
        return None
    return float(sign * (path[-1, axis] - path[before, axis]) / recent_s)


def has_slowed(
    times: Floats,
    path: Floats,
    swipe: Swipe,
    stroke_speed_palms_s: float,
) -> bool:
    """Whether the hand has slowed down: one that leaves the picture never does."""
    speed_palms_s = speed_now(times, path, swipe)
    return speed_palms_s is not None and speed_palms_s <= _SLOWED_TO * stroke_speed_palms_s
