"""From smoothed hands to events: the one object that the daemon's loop feeds."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

import numpy as np

from gestures.arming import Arming, ArmingRule
from gestures.events import ArmingEvent, Event, GestureEvent
from gestures.features import HandGeometry
from gestures.landmarks import HandFrame, HandObservation, HandSide
from gestures.lifecycle import PoseLifecycle, pointer_of
from gestures.motion_spec import Swipe
from gestures.motions.hand import HandMotions, MotionMemory
from gestures.motions.moment import Moment, MotionReport
from gestures.motions.pair import PairMotions
from gestures.rules import SURE, PoseRules, Verdict
from gestures.spec import GestureSpec

#: A hand slower than this rests, as it must to arm; palm lengths/s.
_AT_REST = 1.5
#: When another hand was fast within this, a swipe is part of something done with both.
_BOTH_HANDS_S = 0.4
#: A pose lost with its hand, and shown again within this, is still the same one.
_SAME_POSE_S = 1.0


@dataclass(slots=True)
class _Track:
    side: HandSide
    poses: PoseLifecycle
    motions: HandMotions


class Recognizer:
    """Recognises the gestures of a configuration in a stream of frames.

    Args:
        specs: The gestures.
        arming: What lets them act, or None when they always may.
        continuous: Names of the gestures whose every frame is reported as an update.
    """

    def __init__(
        self,
        specs: Iterable[GestureSpec],
        arming: ArmingRule | None = None,
        continuous: Container[str] = (),
    ) -> None:
        specs = tuple(specs)
        self.rules = PoseRules(specs)
        self._motions = [spec for spec in specs if spec.motion is not None]
        self._pair = PairMotions(specs)
        self._arming = None if arming is None else Arming(arming)
        self._continuous = continuous
        self._tracks: dict[int, _Track] = {}
        self._memory = MotionMemory()
        self._lost: dict[HandSide, tuple[str, float]] = {}

    @property
    def _acts(self) -> bool:
        return self._arming is None or self._arming.armed

    def update(self, frame: HandFrame) -> list[Event]:
        """Events of a frame, in order: gestures hand by hand, then arming.

        Args:
            frame: Smoothed hands; its time must grow from call to call.
        """
        gestures: list[GestureEvent] = []
        seen = {hand.track for hand in frame.hands}
        for number in [number for number in self._tracks if number not in seen]:
            gestures += self._drop(number, frame.t_s)
        resting = set()
        self._moments: list[Moment] = []
        for hand in frame.hands:
            if hand.fresh and hand.track in self._tracks:
                gestures += self._drop(hand.track, frame.t_s)
            if hand.coasting:
                continue
            geometry = HandGeometry(hand, frame)
            gestures += self._follow(hand, geometry, frame)
            if geometry.palm_speed < _AT_REST:
                resting.add(hand.track)
        for report in self._pair.update(self._moments, frame.t_s):
            gestures.append(self._told(report, frame.hands[0], frame.t_s))
        return [*gestures, *self._arm(gestures, frame.t_s, resting)]

    def reset(self, t_s: float, reason: str) -> list[Event]:
        """Give up all gestures and disarm: the camera is lost, the daemon pauses or stops."""
        gestures = [event for track in self._tracks.values() for event in track.poses.cancel(t_s)]
        self._tracks.clear()
        self._lost.clear()
        arming = self._arming.reset(t_s, reason) if self._arming else []
        return [*gestures, *arming]

    def _arm(
        self, gestures: list[GestureEvent], t_s: float, resting: Container[int]
    ) -> list[ArmingEvent]:
        if self._arming is None:
            return []
        events = self._arming.update(gestures, t_s, resting)
        for event in events:
            if event.event == "disarmed":
                self._lost.clear()
                continue
            for track in self._tracks.values():
                track.motions.forget()
        return events

    def _drop(self, number: int, t_s: float) -> list[GestureEvent]:
        """Give up a hand that is lost, or that is no longer the same."""
        track = self._tracks.pop(number)
        pose = track.poses.active or track.poses.spent
        if self._acts and pose is not None:
            self._lost[track.side] = pose, t_s
        return [
            *track.poses.cancel(t_s),
            *(
                GestureEvent(t_s, "cancel", report.spec.name, track.side, number)
                for report in track.motions.cancel()
            ),
        ]

    def _welcome(self, hand: HandObservation, t_s: float) -> _Track:
        poses = PoseLifecycle(self.rules, self._continuous)
        pose, lost_s = self._lost.pop(hand.hand, (None, t_s))
        if pose is not None and t_s - lost_s < _SAME_POSE_S:
            poses.spend(pose)
        return _Track(hand.hand, poses, HandMotions(self._motions, hand.hand, self._memory))

    def _follow(
        self, hand: HandObservation, geometry: HandGeometry, frame: HandFrame
    ) -> list[GestureEvent]:
        track = self._tracks.get(hand.track)
        if track is None:
            track = self._tracks[hand.track] = self._welcome(hand, frame.t_s)
        verdict = self.rules.judge(geometry, hand.hand)
        events = track.poses.update(hand, geometry, verdict, frame.t_s)
        now = Moment(hand, geometry, self._shown(verdict), frame.t_s, frame.aspect)
        self._moments.append(now)
        for report in track.motions.update(now):
            is_swipe = isinstance(report.spec.motion, Swipe)
            if is_swipe and self._moves_both(hand, frame):
                continue
            if is_swipe and report.kind == "begin":
                if self._acts and track.poses.active is not None:
                    track.poses.spend(track.poses.active)
                events += track.poses.cancel(frame.t_s)
            events.append(self._told(report, hand, frame.t_s))
        return events

    def _told(self, report: MotionReport, hand: HandObservation, t_s: float) -> GestureEvent:
        name = report.spec.name
        if report.kind in ("begin", "update"):
            return GestureEvent(
                t_s, report.kind, name, hand.hand, hand.track, 1.0, pointer_of(hand)
            )
        return GestureEvent(t_s, report.kind, name, hand.hand, hand.track)

    def _moves_both(self, hand: HandObservation, frame: HandFrame) -> bool:
        others = [track for number, track in self._tracks.items() if number != hand.track]
        return any(frame.t_s - track.motions.fast_s < _BOTH_HANDS_S for track in others)

    def _shown(self, verdict: Verdict) -> frozenset[str]:
        if not self._motions:
            return frozenset()
        return frozenset(self.rules.names[i] for i in np.flatnonzero(verdict.scores > SURE))
