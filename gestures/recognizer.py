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
from gestures.rules import FINGER_CURL, SURE, PoseRules, Verdict
from gestures.spec import GestureSpec
from gestures.swipe import SwipeDetector, SwipeMemory

_OPEN_FINGERS = slice(1, 4)
_OPEN_CURL = FINGER_CURL["extended"][1]
#: A hand slower than this rests, as it must to arm; palm lengths/s.
_AT_REST = 1.5
#: While another hand is faster than this, a swipe is part of something done with both.
_BOTH_HANDS = 2.5
#: A pose lost with its hand, and shown again within this, is still the same one.
_SAME_POSE_S = 1.0


@dataclass(slots=True)
class _Track:
    side: HandSide
    poses: PoseLifecycle
    swipes: SwipeDetector


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
        self._posed = any(spec.poses for spec in self._motions)
        self._arming = None if arming is None else Arming(arming)
        self._continuous = continuous
        self._tracks: dict[int, _Track] = {}
        self._swipe_memory = SwipeMemory()
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
        for hand in frame.hands:
            if hand.fresh and hand.track in self._tracks:
                gestures += self._drop(hand.track, frame.t_s)
            if hand.coasting:
                continue
            geometry = HandGeometry(hand, frame)
            gestures += self._follow(hand, geometry, frame)
            if geometry.palm_speed < _AT_REST:
                resting.add(hand.track)
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
                track.swipes.forget()
        return events

    def _drop(self, number: int, t_s: float) -> list[GestureEvent]:
        """Give up a hand that is lost, or that is no longer the same."""
        track = self._tracks.pop(number)
        pose = track.poses.active or track.poses.spent
        if self._acts and pose is not None:
            self._lost[track.side] = pose, t_s
        return list(track.poses.cancel(t_s))

    def _welcome(self, hand: HandObservation, t_s: float) -> _Track:
        poses = PoseLifecycle(self.rules, self._continuous)
        pose, lost_s = self._lost.pop(hand.hand, (None, t_s))
        if pose is not None and t_s - lost_s < _SAME_POSE_S:
            poses.spend(pose)
        return _Track(hand.hand, poses, SwipeDetector(self._motions, self._swipe_memory))

    def _follow(
        self, hand: HandObservation, geometry: HandGeometry, frame: HandFrame
    ) -> list[GestureEvent]:
        track = self._tracks.get(hand.track)
        if track is None:
            track = self._tracks[hand.track] = self._welcome(hand, frame.t_s)
        verdict = self.rules.judge(geometry, hand.hand)
        events = track.poses.update(hand, geometry, verdict, frame.t_s)
        swipe = track.swipes.update(
            hand, frame.t_s, frame.aspect, self._is_open(geometry), self._shown(verdict)
        )
        if swipe is None or self._moves_both(hand, frame):
            return events
        if self._acts and track.poses.active is not None:
            track.poses.spend(track.poses.active)
        events += track.poses.cancel(frame.t_s)
        events += [
            GestureEvent(
                frame.t_s, "begin", swipe.name, hand.hand, hand.track, 1.0, pointer_of(hand)
            ),
            GestureEvent(frame.t_s, "end", swipe.name, hand.hand, hand.track),
        ]
        return events

    def _moves_both(self, hand: HandObservation, frame: HandFrame) -> bool:
        others = [other for other in frame.hands if other is not hand and not other.coasting]
        return any(HandGeometry(other, frame).palm_speed > _BOTH_HANDS for other in others)

    def _is_open(self, geometry: HandGeometry) -> bool:
        return bool(self._motions) and max(geometry.curls[_OPEN_FINGERS]) < _OPEN_CURL

    def _shown(self, verdict: Verdict) -> frozenset[str]:
        if not self._posed:
            return frozenset()
        return frozenset(self.rules.names[i] for i in np.flatnonzero(verdict.scores > SURE))
