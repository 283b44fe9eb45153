"""Taps: an outstretched finger bends quickly, as on a key, and comes back."""

from __future__ import annotations

from collections import deque
from math import dist, hypot
from typing import NamedTuple

from gestures.events import Value
from gestures.geometry import Vector
from gestures.landmarks import FINGER_JOINTS, FINGERS
from gestures.motion_spec import Tap
from gestures.motions.moment import NOTHING, Moment, Reports, once
from gestures.rules import THUMB_CURL
from gestures.spec import GestureSpec

#: The finger is stretched out when bent less than this, degrees.
_OUT_DEG = 75.0
#: It bends by at least this, and its tip goes this far. A straight one may look bent by less than
#: the first, and one bent beyond the last was put away.
_LEAST_BEND_DEG = 45.0
_LEAST_WAY_PALMS = 0.3
_LEAST_CURL_DEG = 80.0
_MOST_CURL_DEG = 190.0
#: It has set out when it has made this share of the bend, and is back when it has lost that.
_SET_OUT, _BACK = 0.2, 0.65
#: It must have pointed for so long before.
_POINTED_S = 0.08
#: Meanwhile the palm stays within this many palm lengths.
_MOST_STRAY_PALMS = 0.4


class _Sample(NamedTuple):
    """How a finger is bent, its tip from its knuckle, and the palm's centre in picture widths."""

    t_s: float
    curl_deg: float
    tip: Vector
    centre: tuple[float, float]


class TapDetector:
    """Watches one hand for taps of one finger."""

    def __init__(self, spec: GestureSpec, tap: Tap) -> None:
        self._spec = spec
        self._within_s = tap.within_ms / 1000
        self._finger = FINGERS.index(tap.finger)
        joints = FINGER_JOINTS[tap.finger]
        self._knuckle, self._tip = joints[0], joints[-1]
        #: Of a hand that points.
        self._samples: deque[_Sample] = deque()

    def update(self, now: Moment) -> Reports:
        if not self._points(now):
            self._samples.clear()
            return NOTHING
        sample = self._sample(now)
        self._samples.append(sample)
        while now.t_s - self._samples[0].t_s > self._within_s + _POINTED_S:
            self._samples.popleft()
        if not self._is_tap(sample, now.palm):
            return NOTHING
        self._samples.clear()
        return once(self._spec, Value(now.position))

    def cancel(self) -> Reports:
        return NOTHING

    def forget(self) -> None:
        self._samples.clear()

    def _points(self, now: Moment) -> bool:
        if self._spec.poses and now.shown & frozenset(self._spec.poses):
            return True
        thumb_in = now.geometry.curls[0] > THUMB_CURL["half"][0]
        return thumb_in and now.is_folded_but(self._finger)

    def _sample(self, now: Moment) -> _Sample:
        tip = now.geometry.reach(self._knuckle, self._tip)
        return _Sample(now.t_s, now.geometry.curls[self._finger], tip, now.centre)

    def _is_tap(self, now: _Sample, palm: float) -> bool:
        bent = max(self._samples, key=lambda each: each.curl_deg)
        if bent.curl_deg - now.curl_deg < _BACK * _LEAST_BEND_DEG:
            return False
        before = [each for each in self._samples if each.t_s < bent.t_s]
        if not before or not _LEAST_CURL_DEG < bent.curl_deg < _MOST_CURL_DEG:
            return False
        straight = min(before, key=lambda each: each.curl_deg)
        bend_deg = bent.curl_deg - straight.curl_deg
        if straight.curl_deg > _OUT_DEG or bend_deg < _LEAST_BEND_DEG:
            return False
        if dist(straight.tip, bent.tip) < _LEAST_WAY_PALMS:
            return False
        set_out_deg = straight.curl_deg + _SET_OUT * bend_deg
        set_out_s = max(each.t_s for each in before if each.curl_deg <= set_out_deg)
        x, y = now.centre
        strays = (hypot(each.centre[0] - x, each.centre[1] - y) for each in self._samples)
        return (
            bent.curl_deg - now.curl_deg >= _BACK * bend_deg
            and now.t_s - set_out_s <= self._within_s
            and set_out_s - before[0].t_s >= _POINTED_S
            and max(strays) <= _MOST_STRAY_PALMS * palm
        )
