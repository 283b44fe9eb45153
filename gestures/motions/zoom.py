"""Zooming: two things go apart or together - thumb and index finger of one hand, or two hands."""

from __future__ import annotations

from collections import deque
from itertools import dropwhile, takewhile
from math import dist, inf
from typing import NamedTuple

from gestures.events import Value
from gestures.landmarks import INDEX_TIP, THUMB_TIP
from gestures.motion_spec import Zoom
from gestures.motions.moment import NOTHING, Moment, MotionReport, ReportKind, Reports
from gestures.motions.past import Past
from gestures.spec import GestureSpec

#: Tips nearer than this are together, and in a fist, with which many begin, nearer than the other.
_TOGETHER_PALMS, _IN_FIST_PALMS = 0.45, 0.65
#: Tips farther apart than this are apart; those nearer than the other are as good as touching.
_APART_PALMS, _TOUCHING_PALMS = 0.7, 0.3
#: Thumb and index finger are stretched out when bent less than this, degrees; in a fist, the
#: index finger is bent more.
_THUMB_OUT, _INDEX_OUT = 85.0, 115.0
_INDEX_IN = 130.0
#: The thumb takes part: it turns by at least this, degrees.
_THUMB_TURNS = 12.0
#: Meanwhile no other finger unbends or bends by more than this, degrees, the latter up to where it
#: is clenched; and the palm stays within this.
_OTHERS_UNBEND, _OTHERS_BEND = 60.0, 45.0
_CLENCHED = 180.0
_MOST_STRAY_PALMS = 0.7
#: Where it began and where it has come to must each be seen for so long.
_SEEN_S = 0.05
#: It is over when the distance, for so long, has changed by less than this share.
_OVER_S = 0.25
_OVER_SHARE = 0.08
#: It has turned round when it has lost this share of the farthest it came to.
_TURNED_BACK = 0.2


class _Gap(NamedTuple):
    """How far apart two things are at a time."""

    t_s: float
    palms: float


class Stretch:
    """A distance that has begun to grow or shrink, followed until it stops or turns round.

    Args:
        spec: The gesture.
        zoom: What makes it.
        start_palms: The distance it began with.
    """

    def __init__(self, spec: GestureSpec, zoom: Zoom, start_palms: float) -> None:
        self._spec = spec
        self._grows = zoom.direction == "in"
        self._start_palms = start_palms
        self._gaps: deque[_Gap] = deque()
        self._farthest = start_palms

    def follow(
        self, t_s: float, palms: float, position: tuple[float, float], *, goes_on: bool = True
    ) -> MotionReport:
        """The report of a frame; the first one begins the gesture.

        Args:
            t_s: Time, seconds.
            palms: The distance.
            position: Where it is.
            goes_on: Whether the hands are still held as zooming wants them.
        """
        is_first = not self._gaps
        self._gaps.append(_Gap(t_s, palms))
        while len(self._gaps) > 1 and t_s - self._gaps[1].t_s >= _OVER_S:
            self._gaps.popleft()
        extreme = max if self._grows else min
        self._farthest = extreme(self._farthest, palms)
        kind: ReportKind = "begin" if is_first else "update"
        if not is_first and not (goes_on and self._goes_on(palms)):
            kind = "end"
        value = Value(position, distance_palms=palms, factor=palms / self._start_palms)
        return MotionReport(self._spec, kind, value)

    def _goes_on(self, palms: float) -> bool:
        back = abs(self._farthest - palms) / max(self._farthest, _TOUCHING_PALMS)
        if back > _TURNED_BACK:
            return False
        if self._gaps[-1].t_s - self._gaps[0].t_s < _OVER_S:
            return True
        low = min(gap.palms for gap in self._gaps)
        high = max(gap.palms for gap in self._gaps)
        return high - low >= _OVER_SHARE * high


class FingerZoomDetector:
    """Watches one hand, its other fingers folded, for one direction of zooming.

    Args:
        spec: The gesture.
        zoom: What makes it.
        past: The hand's last moments.
    """

    def __init__(self, spec: GestureSpec, zoom: Zoom, past: Past) -> None:
        self._spec = spec
        self._zoom = zoom
        self._past = past
        self._grows = zoom.direction == "in"
        self._is_start = _is_together if self._grows else _is_apart
        self._is_end = _is_apart if self._grows else _is_together
        self._within_s = zoom.within_ms / 1000
        self._memory_s = self._within_s + _SEEN_S
        past.reach_back(self._memory_s)
        #: Up to this time the other fingers were not folded, or the hand zoomed.
        self._over_s = -inf
        #: When the fingers were last where zooming begins.
        self._rested_s = -inf
        self._stretch: Stretch | None = None

    @property
    def is_running(self) -> bool:
        """Whether the hand zooms."""
        return self._stretch is not None

    def update(self, now: Moment) -> Reports:
        folded = now.is_folded_but(1)
        if self._stretch is not None:
            report = self._follow(self._stretch, now, goes_on=folded)
            if report.kind == "end":
                self.forget()
            return (report,)
        if not folded:
            self._over_s, self._rested_s = now.t_s, -inf
            return NOTHING
        if self._is_start(now):
            self._rested_s = now.t_s
            return NOTHING
        if now.t_s - self._rested_s > self._memory_s or not self._is_end(now):
            return NOTHING
        start = self._start(now)
        if start is None:
            return NOTHING
        self._stretch = Stretch(self._spec, self._zoom, _gap_palms(start))
        return (self._follow(self._stretch, now),)

    def cancel(self) -> Reports:
        was_running = self._stretch is not None
        self.forget()
        return (MotionReport(self._spec, "cancel"),) if was_running else NOTHING

    def forget(self) -> None:
        self._over_s = self._past.now_s
        self._rested_s = -inf
        self._stretch = None

    def _follow(self, stretch: Stretch, now: Moment, *, goes_on: bool = True) -> MotionReport:
        position = now.between(THUMB_TIP, INDEX_TIP)
        return stretch.follow(now.t_s, _gap_palms(now), position, goes_on=goes_on)

    def _start(self, now: Moment) -> Moment | None:
        """Where the fingers set out for where they have come to; None while that is not safe."""
        backwards = self._past.last(self._memory_s, self._over_s)[::-1]
        arrived = list(takewhile(self._is_end, backwards))
        if now.t_s - arrived[-1].t_s < _SEEN_S:
            return None
        before = dropwhile(lambda each: not self._is_start(each), backwards[len(arrived) :])
        rested = list(takewhile(self._is_start, before))
        if not rested or rested[0].t_s - rested[-1].t_s < _SEEN_S:
            return None
        if arrived[-1].t_s - rested[0].t_s > self._within_s:
            return None
        start = (min if self._grows else max)(rested, key=_gap_palms)
        gap, start_gap = _gap_palms(now), _gap_palms(start)
        factor = gap / start_gap if self._grows else start_gap / gap
        curls, rested_curls = now.geometry.curls, rested[0].geometry.curls
        if factor < self._zoom.factor or abs(curls[0] - start.geometry.curls[0]) < _THUMB_TURNS:
            return None
        for bend, bent in zip(curls[2:], rested_curls[2:], strict=True):
            if bent - bend > _OTHERS_UNBEND or min(bend, _CLENCHED) - bent > _OTHERS_BEND:
                return None
        is_still = dist(now.centre, rested[0].centre) <= _MOST_STRAY_PALMS * now.palm
        return start if is_still else None


def _gap_palms(now: Moment) -> float:
    return max(now.tips_palms, _TOUCHING_PALMS)


def _is_together(now: Moment) -> bool:
    together_palms = _IN_FIST_PALMS if now.geometry.curls[1] > _INDEX_IN else _TOGETHER_PALMS
    return now.tips_palms < together_palms and not now.is_blurred


def _is_apart(now: Moment) -> bool:
    thumb, index, *_ = now.geometry.curls
    is_out = thumb < _THUMB_OUT and index < _INDEX_OUT
    return is_out and now.tips_palms > _APART_PALMS and not now.is_blurred
