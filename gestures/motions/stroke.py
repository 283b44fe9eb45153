"""Strokes: the quick straight part of a hand's path, where it began, and whether it is over."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, inf

from gestures.motion_spec import Swipe, SwipeDirection
from gestures.motions.moment import Moment

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
#: Times are as good as equal within this.
TINY_S = 1e-6


@dataclass(frozen=True, slots=True)
class Path:
    """Where a hand has been, seen in a swipe's direction; lengths are in palm lengths.

    Attributes:
        times_s: Of its frames.
        along: How far it has gone in the direction in each.
        aside: Its place across the direction.
    """

    times_s: Sequence[float]
    along: Sequence[float]
    aside: Sequence[float]

    @classmethod
    def of(cls, moments: Sequence[Moment], direction: SwipeDirection, palm: float) -> Path:
        """The path of a hand, by its palm's length in picture widths."""
        axis, sign = AXES[direction]
        return cls(
            [moment.t_s for moment in moments],
            [sign * moment.centre[axis] / palm for moment in moments],
            [moment.centre[1 - axis] / palm for moment in moments],
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """Part of a path: its first and last frame, its length, its mean speed."""

    start: int
    end: int
    length_palms: float
    speed_palms_s: float


def fastest_stroke(path: Path, swipe: Swipe) -> Stroke | None:
    """The longest straight move within the swipe's time that ended just now, if long enough."""
    times_s, along, aside = path.times_s, path.along, path.aside
    within_s = swipe.within_ms / 1000 + TINY_S
    found: Stroke | None = None
    most = -inf
    for end in range(bisect_left(times_s, times_s[-1] - FRESH_S), len(times_s)):
        first = bisect_left(times_s, times_s[end] - within_s)
        if first == end or along[end] - min(along[first:end]) < swipe.distance_palms:
            continue
        for start in range(first, end):
            length = along[end] - along[start]
            if length < swipe.distance_palms:
                continue
            took_s = times_s[end] - times_s[start]
            # Of equally long ones the briefest: standing still belongs to no stroke.
            value = length - 0.5 * took_s
            if value > most and abs(aside[end] - aside[start]) <= _MOST_STRAY * length:
                most = value
                found = Stroke(start, end, length, length / took_s)
    return found


def is_straight(path: Path, stroke: Stroke) -> bool:
    """Whether the hand has gone straight from the stroke's beginning until now: no circle."""
    start_along, start_aside = path.along[stroke.start], path.aside[stroke.start]
    x, y = path.along[-1] - start_along, path.aside[-1] - start_aside
    most = _MOST_BOW * stroke.length_palms * max(hypot(x, y), _TINY)
    for along, aside in zip(path.along[stroke.start :], path.aside[stroke.start :], strict=True):
        if abs((along - start_along) * y - (aside - start_aside) * x) > most:
            return False
    return True


def peak_speed(path: Path, stroke: Stroke) -> float:
    """Greatest speed over `_RECENT_S` within a stroke, palm lengths/s."""
    times_s, along = path.times_s, path.along
    before, most = stroke.start, -inf
    for now in range(stroke.start + 1, stroke.end + 1):
        while times_s[before + 1] <= times_s[now] - _RECENT_S:
            before += 1
        most = max(most, (along[now] - along[before]) / (times_s[now] - times_s[before]))
    return most


def origin_of(path: Path, stroke: Stroke) -> int:
    """Where the hand's movement began, which may be long before the swipe's own time."""
    times_s, along = path.times_s, path.along
    origin = stroke.start
    while origin > 0:
        before = min(bisect_left(times_s, times_s[origin] - _PAUSE_S), origin - 1)
        least = _PAUSE_SHARE * stroke.speed_palms_s * (times_s[origin] - times_s[before])
        if along[origin] - along[before] < least:
            break
        origin = before
    return origin


def is_at_rest(moments: Sequence[Moment], palm: float) -> bool:
    """Whether the hand has hardly moved in the last moments.

    Args:
        moments: Its path.
        palm: The palm's length, in picture widths.
    """
    now_s = moments[-1].t_s
    xs: list[float] = []
    ys: list[float] = []
    for moment in reversed(moments):
        x, y = moment.centre
        xs.append(x)
        ys.append(y)
        if moment.t_s <= now_s - _PAUSE_S:
            return max(max(xs) - min(xs), max(ys) - min(ys)) < _STILL_PALMS * palm
    return False


def speed_now(path: Path) -> float | None:
    """Speed of the last moments in the swipe's direction, palm lengths/s; None for one frame."""
    times_s, along = path.times_s, path.along
    before = max(bisect_right(times_s, times_s[-1] - _RECENT_S) - 1, 0)
    recent_s = times_s[-1] - times_s[before]
    return (along[-1] - along[before]) / recent_s if recent_s > 0 else None


def has_slowed(path: Path, stroke_speed_palms_s: float) -> bool:
    """Whether the hand has slowed down: one that leaves the picture never does."""
    speed_palms_s = speed_now(path)
    return speed_palms_s is not None and speed_palms_s <= _SLOWED_TO * stroke_speed_palms_s
