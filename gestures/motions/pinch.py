"""Pinches: the tips of thumb and a finger meet, for as long as they like."""

from __future__ import annotations

from math import inf

from gestures.events import Value
from gestures.landmarks import FINGER_JOINTS, FINGERS, THUMB_TIP
from gestures.motion_spec import Pinch
from gestures.motions.moment import NOTHING, Moment, MotionReport, ReportKind, Reports
from gestures.motions.past import Past
from gestures.spec import GestureSpec

#: The finger's tip is farther from its own knuckle than this: in a fist the tips meet as well.
_OUT_PALMS = 0.5
#: A finger behind the index finger bends less than this to meet the thumb: while the hand points,
#: the thumb rests on folded fingers (114 to 146 degrees on footage).
_MOST_CURLED_DEG = 105.0
#: Tips must be together for so long, while no other finger bends by more than this: a hand that
#: closes to a fist brings them together on its way.
_SETTLED_S = 0.08
_WATCHED_S = 0.15
_MOST_BENT_DEG = 35.0


class PinchDetector:
    """Watches one hand for one pinch.

    Args:
        spec: The gesture.
        pinch: What makes it.
        past: The hand's last moments.
        leave_folded: Whether a hand whose other fingers are folded is left to zooming.
    """

    def __init__(self, spec: GestureSpec, pinch: Pinch, past: Past, *, leave_folded: bool) -> None:
        self._spec = spec
        self._poses = frozenset(spec.poses)
        self._past = past
        past.reach_back(_WATCHED_S)
        self._pinch = pinch
        self._leave_folded = leave_folded
        self._finger = FINGERS.index(pinch.finger)
        self._is_index = pinch.finger == "index"
        self._tip = FINGER_JOINTS[pinch.finger][-1]
        self._knuckle = f"{pinch.finger}_mcp"
        self._others = [i for i in range(1, 5) if i != self._finger]
        self._ended_s = -inf
        self._was_open = False
        self._closed_s: float | None = None
        self._running = False

    def update(self, now: Moment) -> Reports:
        finger = self._pinch.finger
        gap = now.tips_palms if self._is_index else now.geometry.gap("thumb", finger)
        if self._running:
            if gap <= self._pinch.above_palms:
                return (self._report("update", now, gap),)
            self.forget()
            self._was_open = True
            return (self._report("end", now, gap),)
        if gap > self._pinch.above_palms:
            self._was_open = True
        if not self._was_open or not self._closes(now, gap):
            self._closed_s = None
            return NOTHING
        if self._closed_s is None:
            self._closed_s = now.t_s
        if now.t_s - self._closed_s < _SETTLED_S or not self._is_steady():
            return NOTHING
        self._running = True
        return (self._report("begin", now, gap),)

    def cancel(self) -> Reports:
        if not self._running:
            return NOTHING
        self._running = False
        return (MotionReport(self._spec, "cancel"),)

    def forget(self) -> None:
        self._ended_s = self._past.now_s
        self._was_open = self._running = False
        self._closed_s = None

    def _closes(self, now: Moment, gap: float) -> bool:
        if gap >= self._pinch.below_palms or now.is_blurred:
            return False
        if not self._is_index and now.geometry.curls[self._finger] > _MOST_CURLED_DEG:
            return False
        if self._leave_folded and now.is_folded_but(self._finger):
            return False
        if self._poses and self._poses.isdisjoint(now.shown):
            return False
        return now.geometry.gap(self._pinch.finger, self._knuckle) > _OUT_PALMS

    def _is_steady(self) -> bool:
        watched = self._past.last(_WATCHED_S, self._ended_s)
        for finger in self._others:
            bend = [moment.geometry.curls[finger] for moment in watched]
            if max(bend) - min(bend) >= _MOST_BENT_DEG:
                return False
        return True

    def _report(self, kind: ReportKind, now: Moment, gap: float) -> MotionReport:
        position = now.between(THUMB_TIP, self._tip)
        return MotionReport(self._spec, kind, Value(position, distance_palms=gap))
