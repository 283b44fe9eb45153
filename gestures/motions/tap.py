"""Taps: an outstretched finger bends quickly, as on a key, and comes back."""

from __future__ import annotations

from math import dist, inf

from gestures.events import Value
from gestures.landmarks import FINGER_JOINTS, FINGERS
from gestures.motion_spec import Tap
from gestures.motions.moment import NOTHING, Moment, Reports, once
from gestures.motions.past import Past
from gestures.spec import GestureSpec
from gestures.vectors import Vector

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
#: The thumb lies at the hand when it is turned in by more than this, degrees.
_THUMB_IN_DEG = 66.0
#: It must have pointed for so long before.
_POINTED_S = 0.08
#: Meanwhile the palm stays within this many palm lengths.
_MOST_STRAY_PALMS = 0.4


class TapDetector:
    """Watches one hand for taps of one finger.

    Args:
        spec: The gesture.
        tap: What makes it.
        past: The hand's last moments.
    """

    def __init__(self, spec: GestureSpec, tap: Tap, past: Past) -> None:
        self._spec = spec
        self._poses = frozenset(spec.poses)
        self._past = past
        self._within_s = tap.within_ms / 1000
        self._memory_s = self._within_s + _POINTED_S
        past.reach_back(self._memory_s)
        self._finger = FINGERS.index(tap.finger)
        joints = FINGER_JOINTS[tap.finger]
        self._knuckle, self._tip = joints[0], joints[-1]
        #: Up to this time the hand did not point, or had tapped already.
        self._over_s = -inf
        #: The finger has not been bent by more since.
        self._most_deg = -inf

    def update(self, now: Moment) -> Reports:
        if not self._points(now):
            self._over_s, self._most_deg = now.t_s, -inf
            return NOTHING
        curl_deg = now.geometry.curls[self._finger]
        self._most_deg = max(self._most_deg, curl_deg)
        if self._most_deg - curl_deg < _BACK * _LEAST_BEND_DEG or not self._is_tap(now):
            return NOTHING
        self.forget()
        return once(self._spec, Value(now.position))

    def cancel(self) -> Reports:
        return NOTHING

    def forget(self) -> None:
        self._over_s = self._past.now_s
        self._most_deg = -inf

    def _points(self, now: Moment) -> bool:
        if self._poses and not self._poses.isdisjoint(now.shown):
            return True
        return now.is_folded_but(self._finger) and now.geometry.curls[0] > _THUMB_IN_DEG

    def _is_tap(self, now: Moment) -> bool:
        moments = self._past.last(self._memory_s, self._over_s)
        curls_deg = [each.geometry.curls[self._finger] for each in moments]
        bent_deg = self._most_deg = max(curls_deg)
        bent = curls_deg.index(bent_deg)
        if bent == 0 or not _LEAST_CURL_DEG < bent_deg < _MOST_CURL_DEG:
            return False
        straight_deg = min(curls_deg[:bent])
        bend_deg = bent_deg - straight_deg
        if straight_deg > _OUT_DEG or bend_deg < _LEAST_BEND_DEG:
            return False
        straight = curls_deg.index(straight_deg)
        if dist(self._reach(moments[straight]), self._reach(moments[bent])) < _LEAST_WAY_PALMS:
            return False
        set_out_deg = straight_deg + _SET_OUT * bend_deg
        set_out_s = max(
            each.t_s
            for each, curl_deg in zip(moments[:bent], curls_deg, strict=False)
            if curl_deg <= set_out_deg
        )
        return (
            bent_deg - curls_deg[-1] >= _BACK * bend_deg
            and now.t_s - set_out_s <= self._within_s
            and set_out_s - moments[0].t_s >= _POINTED_S
            and max(dist(each.centre, now.centre) for each in moments)
            <= _MOST_STRAY_PALMS * now.palm
        )

    def _reach(self, moment: Moment) -> Vector:
        """The finger's tip from its knuckle."""
        return moment.geometry.reach(self._knuckle, self._tip)
