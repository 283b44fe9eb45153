"""Swipes: quick straight strokes of one hand, told apart from its way in, out and back."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence

import numpy as np

from gestures.motion_spec import Swipe, SwipeDirection
from gestures.motions.moment import Moment
from gestures.motions.sample import Sample
from gestures.motions.stroke import (
    AXES,
    FRESH_S,
    Floats,
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


_Swipe = tuple[GestureSpec, Swipe]


class SwipeMemory:
    """The last swipe, of whichever hand: what came of it outlives the hand's track."""

    def __init__(self) -> None:
        self.last: tuple[float, SwipeDirection] | None = None
        self.coming_back_s = float("-inf")


class SwipeDetector:
    """Watches one hand for the swipes of a configuration.

    Args:
        specs: The gestures made by a swipe.
        memory: Shared by the detectors of all hands.
    """

    def __init__(self, specs: Sequence[GestureSpec], memory: SwipeMemory) -> None:
        self._specs: list[_Swipe] = [
            (spec, spec.motion) for spec in specs if isinstance(spec.motion, Swipe)
        ]
        slowest_palms_s = min((swipe.mean_palms_s for _, swipe in self._specs), default=0.0)
        self._fast_palms_s = _MAYBE * _PEAK_SHARE * slowest_palms_s
        self._fast_s = float("-inf")
        self._longest: dict[SwipeDirection, float] = {}
        for _, swipe in self._specs:
            longest = self._longest.get(swipe.direction, 0.0)
            self._longest[swipe.direction] = max(longest, swipe.distance_palms)
        self._samples: deque[Sample] = deque()
        self._first: Sample | None = None
        self._memory = memory
        self._running: tuple[Swipe, float] | None = None
        self._must_rest = False

    def update(self, now: Moment) -> GestureSpec | None:
        """The swipe that ends with this frame, if one does."""
        if not self._specs:
            return None
        sample = Sample.of(now)
        self._first = self._first or sample
        if self._samples and sample.speed_palms_s(self._samples[-1]) >= self._fast_palms_s:
            self._fast_s = now.t_s
        self._samples.append(sample)
        while now.t_s - self._samples[0].t_s > _MEMORY_S:
            self._samples.popleft()
        waits = self._must_rest or self._running is not None
        # Most frames end here: a hand that rests, or is slow.
        if not waits and now.t_s - self._fast_s > _MEMORY_S:
            return None
        times_s, centres, _, palms, *_ = zip(*self._samples, strict=True)
        # A palm turned edge-on looks short: the scale is that of the frames that show it best.
        palm = sorted(palms)[int(0.8 * (len(palms) - 1))]
        if self._must_rest:
            if is_at_rest(times_s, centres, palm):
                self._must_rest = False
                self._samples.clear()
            return None
        made = [] if waits else self._within_reach(times_s, centres, palm)
        if not made and not waits:
            return None
        path = np.array(centres) / palm
        times = np.array(times_s)
        if waits:
            self._wait_for_end(times, path)
            return None
        return self._find(made, list(self._samples), times, path, palm)

    def forget(self) -> None:
        """Leave out what the hand did so far, and what it does until it has come to rest."""
        self._samples.clear()
        self._running = None
        self._must_rest = True

    def _within_reach(
        self, times_s: Sequence[float], centres: Sequence[tuple[float, float]], palm: float
    ) -> list[_Swipe]:
        """The swipes for which the hand has gone far enough, whichever way it took."""
        newest = bisect_left(times_s, times_s[-1] - FRESH_S)
        xs, ys = [x for x, _ in centres], [y for _, y in centres]
        new_xs, new_ys = xs[newest:], ys[newest:]
        gone: dict[SwipeDirection, float] = {
            "left": max(xs) - min(new_xs),
            "right": max(new_xs) - min(xs),
            "up": max(ys) - min(new_ys),
            "down": max(new_ys) - min(ys),
        }
        return [
            (spec, swipe)
            for spec, swipe in self._specs
            if gone[swipe.direction] >= _ABOUT * swipe.distance_palms * palm
        ]

    def _find(
        self,
        swipes: Sequence[_Swipe],
        samples: Sequence[Sample],
        times: Floats,
        path: Floats,
        palm: float,
    ) -> GestureSpec | None:
        found: tuple[Stroke, GestureSpec, Swipe] | None = None
        for spec, swipe in swipes:
            stroke = fastest_stroke(times, path, swipe)
            if stroke is None or (found is not None and not _is_more(spec, swipe, stroke, found)):
                continue
            if not is_straight(path, stroke):
                continue
            if peak_speed(times, path, swipe, stroke) < _PEAK_SHARE * swipe.mean_palms_s:
                continue
            origin = origin_of(times, path, swipe, stroke)
            if (
                not self._comes_back(swipe.direction, times[origin : origin + 2].mean(), times[-1])
                and not samples[-1].centre_room(*AXES[swipe.direction]) < _CENTRE_AT_EDGE * palm
                and (
                    has_slowed(times, path, swipe, stroke.speed_palms_s)
                    or self._stays_inside(samples[-1], times, path, swipe, stroke, palm)
                )
                and _is_posed(samples, spec, stroke)
                and not self._enters(samples, origin, swipe, stroke, palm)
            ):
                found = stroke, spec, swipe
        if found is None:
            return None
        stroke, spec, swipe = found
        self._running = swipe, stroke.speed_palms_s
        self._wait_for_end(times, path)
        return spec

    def _wait_for_end(self, times: Floats, path: Floats) -> None:
        """After a swipe was recognised in mid-stroke: one stroke is one swipe."""
        assert self._running is not None  # noqa: S101 - asked only while a stroke goes on
        swipe, speed_palms_s = self._running
        self._memory.last = float(times[-2:].mean()), swipe.direction
        if has_slowed(times, path, swipe, speed_palms_s):
            self._running = None
            self._samples.clear()

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
        samples: Sequence[Sample],
        origin: int,
        swipe: Swipe,
        stroke: Stroke,
        palm: float,
    ) -> bool:
        """Whether the stroke is the hand's way into the picture."""
        axis, sign = AXES[swipe.direction]
        start = samples[origin]
        room = start.room(axis, -sign) / palm
        if start is not self._first:
            return room < _AT_EDGE
        # Where the stroke's fast part has gone unseen, only its first step shows how fast it was.
        step = sign * (samples[origin + 1].centre[axis] - start.centre[axis]) / palm
        return room < max(_AT_EDGE + stroke.speed_palms_s * _TRACE_BACK_S, step)

    def _stays_inside(
        self,
        now: Sample,
        times: Floats,
        path: Floats,
        swipe: Swipe,
        stroke: Stroke,
        palm: float,
    ) -> bool:
        """Whether a stroke is long for every swipe, and too far from the edge to be an exit."""
        if stroke.length_palms < _LONG * self._longest[swipe.direction]:
            return False
        axis, sign = AXES[swipe.direction]
        # A hand on its way out is still gaining speed: the stroke's mean says too little.
        speed_palms_s = max(speed_now(times, path, swipe) or 0.0, stroke.speed_palms_s)
        return now.room(axis, sign) / palm > speed_palms_s * _EXIT_S


def _is_more(
    spec: GestureSpec, swipe: Swipe, stroke: Stroke, other: tuple[Stroke, GestureSpec, Swipe]
) -> bool:
    """Whether a swipe goes before another: the user's own, then the one that asks for more."""
    other_stroke, other_spec, other_swipe = other
    asked = spec.own, bool(spec.poses), swipe.distance_palms, stroke.length_palms
    return asked > (
        other_spec.own,
        bool(other_spec.poses),
        other_swipe.distance_palms,
        other_stroke.length_palms,
    )


def _is_posed(samples: Sequence[Sample], spec: GestureSpec, stroke: Stroke) -> bool:
    during = samples[max(stroke.start - 2, 0) : stroke.end + 1]
    if not spec.poses:
        return sum(sample.open_hand for sample in during) >= _LEAST_POSED * len(during)
    wanted = frozenset(spec.poses)
    return any(sample.poses & wanted for sample in during)
