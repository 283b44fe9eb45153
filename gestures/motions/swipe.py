"""Swipes: quick straight strokes of one hand, told apart from its way in, out and back."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import dist, inf
from operator import attrgetter

from gestures.motion_spec import Swipe, SwipeDirection
from gestures.motions.moment import Moment
from gestures.motions.past import Held, Past
from gestures.motions.stroke import (
    AXES,
    FRESH_S,
    TINY_S,
    Path,
    Stroke,
    fastest_stroke,
    has_slowed,
    is_at_rest,
    is_straight,
    origin_of,
    peak_speed,
    speed_now,
)
from gestures.spec import GestureSpec

_MEMORY_S = 1.2
_OPPOSITE: dict[SwipeDirection, SwipeDirection] = {
    "left": "right",
    "right": "left",
    "up": "down",
    "down": "up",
}
#: A stroke from rest to rest, made with least jerk, peaks at 1.875 times its mean speed (Flash
#: and Hogan, 1985): so does the slowest swipe that its distance and time allow.
_PEAK_SHARE = 1.875
#: Part of the stroke's frames in which the hand must show the pose: blur, and a hand that turns its
#: edge to the camera on its way, spoil the others.
_LEAST_POSED = 0.25
#: A hand this near the picture's edge, in palm lengths, is partly outside.
_AT_EDGE = 0.25
#: A palm's centre this near the edge, in palm lengths, is on its way out.
_CENTRE_AT_EDGE = 0.5
#: A hand that moves when it is first seen is traced back for so long.
_TRACE_BACK_S = 0.12
#: A stroke this many times the swipe's distance needs no end, if the hand can't leave the
#: picture within the time below.
_LONG = 1.5
_EXIT_S = 0.25
#: After a swipe, the way back is none for this long; another one is for less. The time
#: counts from where the hand slows down, which is a little before it rests.
_RETURN_S = 0.9
_AGAIN_S = 0.25
#: Where the hand has not been this share as fast as the slowest swipe's peak, it can't have swiped:
#: half, since the palm, which is the measure, may have looked longer just then.
_MAYBE = 0.5
#: A way this much shorter than a swipe's may be as long but for rounding.
_ABOUT = 0.999
_TIME = attrgetter("t_s")


@dataclass(frozen=True, slots=True)
class _Swipe:
    spec: GestureSpec
    swipe: Swipe
    held: Held


class SwipeMemory:
    """The last swipe, of whichever hand: what came of it outlives the hand's track."""

    def __init__(self) -> None:
        self.last: tuple[float, SwipeDirection] | None = None
        self.coming_back_s = -inf


class SwipeDetector:
    """Watches one hand for the swipes of a configuration.

    Args:
        specs: The gestures made by a swipe.
        memory: Shared by the detectors of all hands.
        past: The hand's last moments.
    """

    def __init__(self, specs: Sequence[GestureSpec], memory: SwipeMemory, past: Past) -> None:
        self._swipes = [
            _Swipe(spec, spec.motion, Held(spec, attrgetter("is_open")))
            for spec in specs
            if isinstance(spec.motion, Swipe)
        ]
        #: One of those that want the hand held alike.
        self._ways_to_hold = list({each.spec.poses: each.held for each in self._swipes}.values())
        slowest_palms_s = min((each.swipe.mean_palms_s for each in self._swipes), default=0.0)
        self._within_s = max((each.swipe.within_ms for each in self._swipes), default=0.0) / 1000
        self._within_s += TINY_S
        self._fast_palms_s = _MAYBE * _PEAK_SHARE * slowest_palms_s
        self._longest: dict[SwipeDirection, float] = {}
        for each in self._swipes:
            longest = self._longest.get(each.swipe.direction, 0.0)
            self._longest[each.swipe.direction] = max(longest, each.swipe.distance_palms)
        self._past = past
        if self._swipes:
            past.reach_back(_MEMORY_S)
        #: Moments up to this one count for nothing.
        self._forgotten_s = -inf
        self._before: Moment | None = None
        self._first_s: float | None = None
        #: When the hand was last so fast, and held so, that it might swipe.
        self._fast_s = self._held_s = -inf
        self._memory = memory
        self._running: tuple[Swipe, float] | None = None
        self._must_rest = False

    def update(self, now: Moment) -> GestureSpec | None:
        """The swipe that ends with this frame, if one does."""
        if not self._swipes:
            return None
        t_s, before = now.t_s, self._before
        self._before = now
        if self._first_s is None:
            self._first_s = t_s
        if before is not None:
            speed_palms_s = dist(before.centre, now.centre) / now.palm / (t_s - before.t_s)
            if speed_palms_s >= self._fast_palms_s:
                self._fast_s = t_s
        for held in self._ways_to_hold:
            if held.at(now):
                self._held_s = t_s
                break
        waits = self._must_rest or self._running is not None
        # Most frames end here: a hand that rests, or is slow, or is held otherwise.
        if not waits and (t_s - self._fast_s > _MEMORY_S or not self._may_be_held(t_s)):
            return None
        moments = self._past.last(_MEMORY_S, self._forgotten_s)
        if self._must_rest:
            if is_at_rest(moments, _palm(moments)):
                self._must_rest = False
                self._clear()
            return None
        palm = _palm(moments)
        if self._running is not None:
            swipe, speed_palms_s = self._running
            self._wait_for_end(Path.of(moments, swipe.direction, palm), swipe, speed_palms_s)
            return None
        found: _Found | None = None
        for each in self._within_reach(moments, palm):
            path = Path.of(moments, each.swipe.direction, palm)
            stroke = self._stroke(each, moments, path, palm, found)
            if stroke is not None:
                found = _Found(each, path, stroke)
        if found is None:
            return None
        self._wait_for_end(found.path, found.made.swipe, found.stroke.speed_palms_s)
        return found.made.spec

    def forget(self) -> None:
        """Leave out what the hand did so far, and what it does until it has come to rest."""
        self._clear()
        self._running = None
        self._must_rest = True

    def _clear(self) -> None:
        self._forgotten_s = self._past.now_s
        self._before = None

    def _may_be_held(self, now_s: float) -> bool:
        """Whether the hand was held as for a swipe, or a stroke of any hand may yet count."""
        if self._held_s > self._forgotten_s and now_s - self._held_s <= _MEMORY_S:
            return True
        if self._memory.last is None:
            return False
        # A way back, however the hand is held, is followed to its end.
        back_s = max(self._memory.last[0] + _RETURN_S, self._memory.coming_back_s)
        return now_s - _MEMORY_S <= back_s

    def _within_reach(self, moments: Sequence[Moment], palm: float) -> list[_Swipe]:
        """The swipes for which the hand has gone far enough lately, whichever way it took."""
        now_s = moments[-1].t_s
        first = bisect_left(moments, now_s - self._within_s - FRESH_S, key=_TIME)
        newest = bisect_left(moments, now_s - FRESH_S, key=_TIME) - first
        xs, ys = zip(*[moment.centre for moment in moments[first:]], strict=True)
        new_xs, new_ys = xs[newest:], ys[newest:]
        gone: dict[SwipeDirection, float] = {
            "left": max(xs) - min(new_xs),
            "right": max(new_xs) - min(xs),
            "up": max(ys) - min(new_ys),
            "down": max(new_ys) - min(ys),
        }
        return [
            each
            for each in self._swipes
            if gone[each.swipe.direction] >= _ABOUT * each.swipe.distance_palms * palm
        ]

    def _stroke(
        self,
        made: _Swipe,
        moments: Sequence[Moment],
        path: Path,
        palm: float,
        other: _Found | None,
    ) -> Stroke | None:
        """The stroke that makes a swipe, if one does and it goes before the other swipe found."""
        swipe = made.swipe
        stroke = fastest_stroke(path, swipe)
        if stroke is None or (other is not None and not _is_more(made, stroke, other)):
            return None
        if not is_straight(path, stroke):
            return None
        if peak_speed(path, stroke) < _PEAK_SHARE * swipe.mean_palms_s:
            return None
        origin = origin_of(path, stroke)
        start_s = _middle(path.times_s[origin : origin + 2])
        is_made = (
            not self._comes_back(swipe.direction, start_s, path.times_s[-1])
            and not moments[-1].centre_room(*AXES[swipe.direction]) < _CENTRE_AT_EDGE * palm
            and (
                has_slowed(path, stroke.speed_palms_s)
                or self._stays_inside(moments[-1], path, swipe, stroke, palm)
            )
            and made.held.during(moments[max(stroke.start - 2, 0) : stroke.end + 1], _LEAST_POSED)
            and not self._enters(moments, origin, swipe, stroke, palm)
        )
        return stroke if is_made else None

    def _wait_for_end(self, path: Path, swipe: Swipe, speed_palms_s: float) -> None:
        """After a swipe was recognised in mid-stroke: one stroke is one swipe."""
        self._memory.last = _middle(path.times_s[-2:]), swipe.direction
        self._running = swipe, speed_palms_s
        if has_slowed(path, speed_palms_s):
            self._running = None
            self._clear()

    def _comes_back(self, direction: SwipeDirection, start_s: float, now_s: float) -> bool:
        """Whether the stroke is the way back from the last swipe, or its tail."""
        if self._memory.last is None:
            return False
        last_s, last_direction = self._memory.last
        if direction != _OPPOSITE[last_direction]:
            return start_s - last_s < _AGAIN_S
        # What began as the way back remains it, even where its end alone looks like a stroke.
        if start_s - last_s < _RETURN_S or start_s <= self._memory.coming_back_s:
            self._memory.coming_back_s = now_s
            return True
        return False

    def _enters(
        self,
        moments: Sequence[Moment],
        origin: int,
        swipe: Swipe,
        stroke: Stroke,
        palm: float,
    ) -> bool:
        """Whether the stroke is the hand's way into the picture."""
        axis, sign = AXES[swipe.direction]
        start = moments[origin]
        room = start.room(axis, -sign) / palm
        if start.t_s != self._first_s:
            return room < _AT_EDGE
        # Where the stroke's fast part has gone unseen, only its first step shows how fast it was.
        step = sign * (moments[origin + 1].centre[axis] - start.centre[axis]) / palm
        return room < max(_AT_EDGE + stroke.speed_palms_s * _TRACE_BACK_S, step)

    def _stays_inside(
        self, now: Moment, path: Path, swipe: Swipe, stroke: Stroke, palm: float
    ) -> bool:
        """Whether a stroke is long for every swipe, and too far from the edge to be an exit."""
        if stroke.length_palms < _LONG * self._longest[swipe.direction]:
            return False
        axis, sign = AXES[swipe.direction]
        # A hand on its way out is still gaining speed: the stroke's mean says too little.
        speed_palms_s = max(speed_now(path) or 0.0, stroke.speed_palms_s)
        return now.room(axis, sign) / palm > speed_palms_s * _EXIT_S


@dataclass(frozen=True, slots=True)
class _Found:
    made: _Swipe
    path: Path
    stroke: Stroke


def _is_more(made: _Swipe, stroke: Stroke, other: _Found) -> bool:
    """Whether a swipe goes before another: the user's own, then the one that asks for more."""
    return _asked(made, stroke) > _asked(other.made, other.stroke)


def _asked(made: _Swipe, stroke: Stroke) -> tuple[bool, bool, float, float]:
    spec = made.spec
    return spec.own, bool(spec.poses), made.swipe.distance_palms, stroke.length_palms


def _middle(times_s: Sequence[float]) -> float:
    return (times_s[0] + times_s[-1]) / 2


def _palm(moments: Sequence[Moment]) -> float:
    """Length of the palm in picture widths.

    A palm turned edge-on looks short: the scale is that of the frames that show it best.
    """
    palms = sorted([moment.palm for moment in moments])
    return palms[int(0.8 * (len(palms) - 1))]
