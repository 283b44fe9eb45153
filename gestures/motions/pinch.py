"""Pinches: the tips of thumb and a finger meet, for as long as they like."""

from __future__ import annotations

from collections import deque

from gestures.events import Value
from gestures.landmarks import FINGER_JOINTS, FINGERS, THUMB_TIP
from gestures.motion_spec import Pinch
from gestures.motions.moment import NOTHING, Moment, MotionReport, ReportKind, Reports
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
        leave_folded: Whether a hand whose other fingers are folded is left to zooming.
    """

    def __init__(self, spec: GestureSpec, pinch: Pinch, leave_folded: bool) -> None:
        self._spec = spec
        self._pinch = pinch
        self._leave_folded = leave_folded
        self._finger = FINGERS.index(pinch.finger)
        self._is_index = pinch.finger == "index"
        self._tip = FINGER_JOINTS[pinch.finger][-1]
        self._knuckle = f"{pinch.finger}_mcp"
        self._others = [i for i in range(1, 5) if i != self._finger]
        self._curls: deque[tuple[float, list[float]]] = deque()
        self._was_open = False
        self._closed_s: float | None = None
        self._running = False

    def update(self, now: Moment) -> Reports:
        gap = now.geometry.gap("thumb", self._pinch.finger)
        if self._running:
            if gap <= self._pinch.above_palms:
                return (self._report("update", now, gap),)
            self.forget()
            self._was_open = True
            return (self._report("end", now, gap),)
        if gap > self._pinch.above_palms:
            self._was_open = True
        curls = now.geometry.curls
        self._curls.append((now.t_s, [curls[i] for i in self._others]))
        while now.t_s - self._curls[0][0] > _WATCHED_S:
            self._curls.popleft()
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
        was_running, self._running = self._running, False
        return (MotionReport(self._spec, "cancel"),) if was_running else NOTHING

    def forget(self) -> None:
        self._curls.clear()
        self._was_open = self._running = False
        self._closed_s = None

    def _closes(self, now: Moment, gap: float) -> bool:
        if gap >= self._pinch.below_palms or now.is_blurred:
            return False
        if not self._is_index and now.geometry.curls[self._finger] > _MOST_CURLED_DEG:
            return False
        if self._leave_folded and now.is_folded_but(self._finger):
            return False
        poses = self._spec.poses
        if poses and not now.shown & frozenset(poses):
            return False
        return now.geometry.gap(self._pinch.finger, self._knuckle) > _OUT_PALMS

    def _is_steady(self) -> bool:
        bends = zip(*(curls for _, curls in self._curls), strict=True)
        return all(max(bend) - min(bend) < _MOST_BENT_DEG for bend in bends)

    def _report(self, kind: ReportKind, now: Moment, gap: float) -> MotionReport:
        position = now.between(THUMB_TIP, self._tip)
        return MotionReport(self._spec, kind, Value(position, distance_palms=gap))
