"""Zooming with two hands: both hold the same pose, and go apart or together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import hypot

from gestures.motion_spec import Zoom
from gestures.motions.cooldown import Cooldown
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
_NOBODY = frozenset[int]()


#: The distance between hands that may yet be the beginning: time, and palm lengths.
_Distance = tuple[float, float]


@dataclass(slots=True)
class _Pair:
    """One gesture of two hands, and when they last were held as it wants them."""

    spec: GestureSpec
    zoom: Zoom
    stretch: Stretch | None = None
    held_s: float = float("-inf")


class PairMotions:
    """Watches two hands for the motions that they make together.

    Args:
        specs: The gestures of a configuration; those made by one hand are passed over.
        over_s: When each gesture was last over, seconds.

    Attributes:
        makers: Tracks of the hands that make something together; none while they don't.
    """

    def __init__(self, specs: Iterable[GestureSpec], over_s: dict[str, float]) -> None:
        pairs = [
            _Pair(spec, spec.motion)
            for spec in specs
            if isinstance(spec.motion, Zoom) and spec.motion.hands != "one"
        ]
        # Only one goes on at a time: the user's own before the built-in ones.
        self._pairs = sorted(pairs, key=lambda pair: not pair.spec.own)
        self._memory_s = max((pair.zoom.within_ms for pair in self._pairs), default=0.0) / 1000
        self._cooldown = Cooldown(over_s)
        self._tracks: tuple[int, int] | None = None
        self._seen_s = float("-inf")
        #: When the hands were last held as any of the gestures wants them.
        self._held_s = float("-inf")
        self._distances: deque[_Distance] = deque()
        self.makers = _NOBODY

    def update(self, moments: Sequence[Moment], t_s: float) -> list[MotionReport]:
        """Take in a frame.

        Args:
            moments: The hands that were seen; of more than two none are a pair.
            t_s: Time of the frame, seconds.
        """
        if not self._pairs:
            return []
        if len(moments) != 2:
            if self._tracks is None or t_s - self._seen_s <= _UNSEEN_S:
                return []
            reports = self.cancel(t_s)
            self._tracks = None
            return reports
        first, second = moments
        if first.hand.track > second.hand.track:
            first, second = second, first
        tracks = first.hand.track, second.hand.track
        given_up = [] if tracks == self._tracks else self.cancel(t_s)
        self._tracks, self._seen_s = tracks, t_s
        self._hold(first, second, t_s)
        if t_s - self._held_s > _FLICKER_S and not self.makers:
            # Most frames end here: hands that have nothing in common.
            self._distances.clear()
            return given_up
        palms = _distance_palms(first, second)
        self._distances.append((t_s, palms))
        while t_s - self._distances[0][0] > self._memory_s:
            self._distances.popleft()
        (x1, y1), (x2, y2) = first.position, second.position
        middle = (x1 + x2) / 2, (y1 + y2) / 2
        reports = []
        for pair in self._pairs:
            if pair.stretch is None and pair.held_s == t_s and not self.makers:
                self._begin(pair, t_s, palms, tracks)
            if pair.stretch is not None:
                goes_on = t_s - pair.held_s <= _FLICKER_S
                report = pair.stretch.follow(t_s, palms, middle, goes_on=goes_on)
                reports.append(replace(report, tracks=tracks))
                if report.kind == "end":
                    pair.stretch = None
                    self.makers = _NOBODY
                    self._distances.clear()
        return [*given_up, *self._cooldown.heard(reports, t_s)]

    def cancel(self, t_s: float) -> list[MotionReport]:
        """Give up: a hand is lost, or another one."""
        running = [pair for pair in self._pairs if pair.stretch is not None]
        for pair in running:
            pair.stretch = None
        self.makers = _NOBODY
        self._distances.clear()
        reports = [MotionReport(pair.spec, "cancel", tracks=self._tracks) for pair in running]
        return self._cooldown.heard(reports, t_s)

    def _hold(self, first: Moment, second: Moment, t_s: float) -> None:
        """Keep in mind which gestures want hands that are held like this.

        Where a gesture names no poses both must show the same, and open hands count for nothing:
        people talk with them.
        """
        same = first.shown & second.shown
        is_open = first.is_open or second.is_open
        is_alike = not is_open and (bool(same) or (_pinches(first) and _pinches(second)))
        for pair in self._pairs:
            poses = pair.spec.poses
            if not same.isdisjoint(poses) if poses else is_alike:
                pair.held_s = self._held_s = t_s

    def _begin(self, pair: _Pair, t_s: float, palms: float, tracks: tuple[int, int]) -> None:
        """Begin a gesture if the hands have gone far enough apart, or together."""
        within = [d for at_s, d in self._distances if t_s - at_s <= pair.zoom.within_ms / 1000]
        start = (min if pair.zoom.direction == "in" else max)(within, default=palms)
        small, large = sorted((start, palms))
        if large - small < _LEAST_PALMS or large < pair.zoom.factor * small:
            return
        if (palms > start) == (pair.zoom.direction == "in"):
            pair.stretch = Stretch(pair.spec, pair.zoom, start)
            self.makers = frozenset(tracks)


def _pinches(now: Moment) -> bool:
    return now.tips_palms < _PINCH_PALMS


def _distance_palms(first: Moment, second: Moment) -> float:
    """Never 0, for it is what zooming compares with."""
    (x1, y1), (x2, y2) = first.centre, second.centre
    return max(hypot(x1 - x2, y1 - y2) / max((first.palm + second.palm) / 2, _TINY), _TINY)
