"""Zooming: two things go apart or together - thumb and index finger of one hand, or two hands."""

from __future__ import annotations

from collections import deque
from itertools import dropwhile, takewhile
from math import hypot
from typing import NamedTuple

from gestures.events import Value
from gestures.landmarks import INDEX_TIP, THUMB_TIP
from gestures.motion_spec import Zoom
from gestures.motions.moment import NOTHING, Moment, MotionReport, ReportKind, Reports
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


class _Sample(NamedTuple):
    t_s: float
    gap: float
    thumb: float
    others: list[float]
    centre: tuple[float, float]
    is_together: bool
    is_apart: bool


class FingerZoomDetector:
    """Watches one hand, its other fingers folded, for one direction of zooming."""

    def __init__(self, spec: GestureSpec, zoom: Zoom) -> None:
        self._spec = spec
        self._zoom = zoom
        self._grows = zoom.direction == "in"
        self._within_s = zoom.within_ms / 1000
        self._samples: deque[_Sample] = deque()
        self._stretch: Stretch | None = None

    @property
    def is_running(self) -> bool:
        """Whether the hand zooms."""
        return self._stretch is not None

    def update(self, now: Moment) -> Reports:
        folded = now.is_folded_but(1)
        if not folded and self._stretch is None:
            self._samples.clear()
            return NOTHING
        gap = max(now.geometry.gap("thumb", "index"), _TOUCHING_PALMS)
        if self._stretch is not None:
            report = self._stretch.follow(
                now.t_s, gap, now.between(THUMB_TIP, INDEX_TIP), goes_on=folded
            )
            if report.kind == "end":
                self.forget()
            return (report,)
        thumb, index, *others = now.geometry.curls
        seen = not now.is_blurred
        is_out = thumb < _THUMB_OUT and index < _INDEX_OUT
        together_palms = _IN_FIST_PALMS if index > _INDEX_IN else _TOGETHER_PALMS
        sample = _Sample(
            now.t_s,
            gap,
            thumb,
            others,
            now.centre,
            is_together=seen and gap < together_palms,
            is_apart=seen and is_out and gap > _APART_PALMS,
        )
        self._samples.append(sample)
        while now.t_s - self._samples[0].t_s > self._within_s + _SEEN_S:
            self._samples.popleft()
        start = self._start(sample, now.palm)
        if start is None:
            return NOTHING
        self._stretch = Stretch(self._spec, self._zoom, start.gap)
        return (self._stretch.follow(now.t_s, gap, now.between(THUMB_TIP, INDEX_TIP)),)

    def cancel(self) -> Reports:
        was_running = self._stretch is not None
        self.forget()
        return (MotionReport(self._spec, "cancel"),) if was_running else NOTHING

    def forget(self) -> None:
        self._samples.clear()
        self._stretch = None

    def _start(self, now: _Sample, palm: float) -> _Sample | None:
        """Where the fingers set out for where they have come to; None while that is not safe."""
        if not self._is_end(now):
            return None
        backwards = list(reversed(self._samples))
        arrived = list(takewhile(self._is_end, backwards))
        if now.t_s - arrived[-1].t_s < _SEEN_S:
            return None
        before = list(dropwhile(lambda each: not self._is_start(each), backwards[len(arrived) :]))
        rested = list(takewhile(self._is_start, before))
        if not rested or rested[0].t_s - rested[-1].t_s < _SEEN_S:
            return None
        if arrived[-1].t_s - rested[0].t_s > self._within_s:
            return None
        start = (min if self._grows else max)(rested, key=lambda each: each.gap)
        factor = now.gap / start.gap if self._grows else start.gap / now.gap
        if factor < self._zoom.factor or abs(now.thumb - start.thumb) < _THUMB_TURNS:
            return None
        for bend, bent in zip(now.others, rested[0].others, strict=True):
            if bent - bend > _OTHERS_UNBEND or min(bend, _CLENCHED) - bent > _OTHERS_BEND:
                return None
        (x, y), (start_x, start_y) = now.centre, rested[0].centre
        is_still = hypot(x - start_x, y - start_y) <= _MOST_STRAY_PALMS * palm
        return start if is_still else None

    def _is_start(self, sample: _Sample) -> bool:
        return sample.is_together if self._grows else sample.is_apart

    def _is_end(self, sample: _Sample) -> bool:
        return sample.is_apart if self._grows else sample.is_together
