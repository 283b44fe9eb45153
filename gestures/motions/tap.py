"""Taps: an outstretched finger bends quickly, as on a key, and comes back."""

from __future__ import annotations

from collections import deque
from math import hypot

from gestures.events import Value
from gestures.landmarks import FINGERS
from gestures.motion_spec import Tap
from gestures.motions.moment import NOTHING, Moment, Reports, once
from gestures.spec import GestureSpec

#: The finger is stretched out when bent less than this, degrees.
_OUT_DEG = 75.0
#: It bends by at least this; bent beyond the last, it has been put away.
_LEAST_BEND_DEG = 45.0
_MOST_CURL_DEG = 190.0
#: It is back when it has lost this share of the bend.
_BACK_SHARE = 0.65
#: It must have pointed for so long before.
_POINTED_S = 0.15
#: Meanwhile the palm stays within this many palm lengths.
_MOST_STRAY_PALMS = 0.4


class TapDetector:
    """Watches one hand for taps of one finger."""

    def __init__(self, spec: GestureSpec, tap: Tap) -> None:
        self._spec = spec
        self._within_s = tap.within_ms / 1000
        self._finger = FINGERS.index(tap.finger)
        #: Time, the finger's curl, and the palm's centre in picture widths, while it points.
        self._samples: deque[tuple[float, float, float, float]] = deque()

    def update(self, now: Moment) -> Reports:
        if not self._points(now):
            self._samples.clear()
            return NOTHING
        curl = now.geometry.curls[self._finger]
        self._samples.append((now.t_s, curl, *now.centre))
        while now.t_s - self._samples[0][0] > self._within_s + _POINTED_S:
            self._samples.popleft()
        bent_s, most, _, _ = max(self._samples, key=lambda each: each[1])
        if most - curl < _BACK_SHARE * _LEAST_BEND_DEG:
            return NOTHING
        before = [each for each in self._samples if each[0] < bent_s]
        if not before or most > _MOST_CURL_DEG:
            return NOTHING
        least = min(each[1] for each in before)
        bend = most - least
        if bend < _LEAST_BEND_DEG or most - curl < _BACK_SHARE * bend or least > _OUT_DEG:
            return NOTHING
        set_out_s = max(each[0] for each in before if each[1] <= least + 0.2 * bend)
        if now.t_s - set_out_s > self._within_s or set_out_s - before[0][0] < _POINTED_S / 2:
            return NOTHING
        x, y = now.centre
        if any(hypot(a - x, b - y) > _MOST_STRAY_PALMS * now.palm for _, _, a, b in self._samples):
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
        return now.is_folded_but(self._finger)
