"""Zooming with two hands: both hold the same pose, and go apart or together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

from gestures.motion_spec import Zoom
from gestures.motions.moment import Moment, MotionReport
from gestures.motions.zoom import Stretch
from gestures.spec import GestureSpec

#: Tips of thumb and index finger nearer than this are a pinch, whatever the pose is called.
_PINCH_PALMS = 0.35
#: Besides its share, the distance must change by this much.
_LEAST_PALMS = 0.8
#: Hands may differ for so long: blur.
_FLICKER_S = 0.2
#: A hand unseen for longer is lost.
_UNSEEN_S = 0.25
_TINY = 1e-6


#: The distance between hands that may yet be the beginning: time, and palm lengths.
_Distance = tuple[float, float]


@dataclass(slots=True)
class _Pair:
    """One gesture of two hands."""

    spec: GestureSpec
    zoom: Zoom
    stretch: Stretch | None = None


class PairMotions:
    """Watches two hands for the motions that they make together.

    Args:
        specs: The gestures of a configuration; those made by one hand are passed over.
    """

    def __init__(self, specs: Iterable[GestureSpec]) -> None:
        self._pairs = [
            _Pair(spec, spec.motion)
            for spec in specs
            if isinstance(spec.motion, Zoom) and spec.motion.hands != "one"
        ]
        self._memory_s = max((pair.zoom.within_ms for pair in self._pairs), default=0.0) / 1000
        self._tracks: frozenset[int] = frozenset()
        self._seen_s = self._same_s = float("-inf")
        self._distances: deque[_Distance] = deque()

    @property
    def is_running(self) -> bool:
        """Whether two hands make something together."""
        return any(pair.stretch is not None for pair in self._pairs)

    def update(self, moments: Sequence[Moment], t_s: float) -> list[MotionReport]:
        """Take in a frame.

        Args:
            moments: The hands that were seen.
            t_s: Time of the frame, seconds.
        """
        if not self._pairs:
            return []
        if len(moments) != 2:
            return self.cancel() if t_s - self._seen_s > _UNSEEN_S else []
        first, second = moments
        tracks = frozenset((first.hand.track, second.hand.track))
        given_up = [] if tracks == self._tracks else self.cancel()
        self._tracks = tracks
        self._seen_s = t_s
        same = _same_poses(first, second)
        if same is not None:
            self._same_s = t_s
        palms = _distance_palms(first, second)
        holds = t_s - self._same_s <= _FLICKER_S
        if holds:
            self._distances.append((t_s, palms))
        else:
            self._distances.clear()
        while self._distances and t_s - self._distances[0][0] > self._memory_s:
            self._distances.popleft()
        (x1, y1), (x2, y2) = first.position, second.position
        middle = (x1 + x2) / 2, (y1 + y2) / 2
        reports = []
        for pair in self._pairs:
            if pair.stretch is None and same is not None and not self.is_running:
                self._begin(pair, t_s, palms, same)
            if pair.stretch is not None:
                report = pair.stretch.follow(t_s, palms, middle, goes_on=holds)
                reports.append(report)
                if report.kind == "end":
                    pair.stretch = None
                    self._distances.clear()
        return [*given_up, *reports]

    def cancel(self) -> list[MotionReport]:
        """Give up: a hand is lost, or another one."""
        running = [pair for pair in self._pairs if pair.stretch is not None]
        for pair in running:
            pair.stretch = None
        self._distances.clear()
        return [MotionReport(pair.spec, "cancel") for pair in running]

    def _begin(self, pair: _Pair, t_s: float, palms: float, same: frozenset[str]) -> None:
        """Begin a gesture if the hands have gone far enough apart, or together."""
        if pair.spec.poses and not same & frozenset(pair.spec.poses):
            return
        within = [d for at_s, d in self._distances if t_s - at_s <= pair.zoom.within_ms / 1000]
        start = (min if pair.zoom.direction == "in" else max)(within, default=palms)
        small, large = sorted((start, palms))
        if large - small < _LEAST_PALMS or large < pair.zoom.factor * small:
            return
        if (palms > start) == (pair.zoom.direction == "in"):
            pair.stretch = Stretch(pair.spec, pair.zoom, start)


def _same_poses(first: Moment, second: Moment) -> frozenset[str] | None:
    """The poses that both hands show, none of them for a pinch; None where they differ.

    Open hands are none: people talk with them.
    """
    if first.is_open or second.is_open:
        return None
    same = first.shown & second.shown
    if same or (_pinches(first) and _pinches(second)):
        return same
    return None


def _pinches(now: Moment) -> bool:
    return now.geometry.gap("thumb", "index") < _PINCH_PALMS


def _distance_palms(first: Moment, second: Moment) -> float:
    (x1, y1), (x2, y2) = first.centre, second.centre
    return hypot(x1 - x2, y1 - y2) / max((first.palm + second.palm) / 2, _TINY)
