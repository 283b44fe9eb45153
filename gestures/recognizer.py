"""From smoothed hands to events: the one object that the daemon's loop feeds."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

import numpy as np

from gestures.arming import Arming, ArmingRule
from gestures.events import ArmingEvent, Event, GestureEvent
from gestures.features import HandGeometry
from gestures.landmarks import HandFrame, HandObservation
from gestures.lifecycle import PoseLifecycle, pointer_of
from gestures.rules import FINGER_CURL, SURE, PoseRules, Verdict
from gestures.spec import GestureSpec
from gestures.swipe import SwipeDetector

_OPEN_FINGERS = slice(1, 4)
_OPEN_CURL = FINGER_CURL["extended"][1]


@dataclass(slots=True)
class _Track:
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

    def update(self, frame: HandFrame) -> list[Event]:
        """Events of a frame, in order: gestures hand by hand, then arming.

        Args:
            frame: Smoothed hands; its time must grow from call to call.
        """
        gestures: list[GestureEvent] = []
        seen = {hand.track for hand in frame.hands}
        for number in [number for number in self._tracks if number not in seen]:
            gestures += self._tracks.pop(number).poses.cancel(frame.t_s)
        for hand in frame.hands:
            gestures += self._follow(hand, frame)
        return [*gestures, *self._arm(gestures, frame.t_s)]

    def reset(self, t_s: float, reason: str) -> list[Event]:
        """Give up all gestures and disarm: the camera is lost, the daemon pauses or stops."""
        gestures = [event for track in self._tracks.values() for event in track.poses.cancel(t_s)]
        self._tracks.clear()
        arming = self._arming.reset(t_s, reason) if self._arming else []
        return [*gestures, *arming]

    def _arm(self, gestures: list[GestureEvent], t_s: float) -> list[ArmingEvent]:
        return self._arming.update(gestures, t_s) if self._arming else []

    def _follow(self, hand: HandObservation, frame: HandFrame) -> list[GestureEvent]:
        track = self._tracks.get(hand.track)
        if track is None:
            track = self._tracks[hand.track] = _Track(
                PoseLifecycle(self.rules, self._continuous), SwipeDetector(self._motions)
            )
        if hand.coasting:
            return []
        geometry = HandGeometry(hand, frame)
        verdict = self.rules.judge(geometry, hand.hand)
        events = track.poses.update(hand, geometry, verdict, frame.t_s)
        swipe = track.swipes.update(
            hand, frame.t_s, frame.aspect, self._is_open(geometry), self._shown(verdict)
        )
        if swipe is not None:
            events += track.poses.cancel(frame.t_s)
            events += [
                GestureEvent(frame.t_s, "begin", swipe.name, hand.hand, hand.track, 1.0,
                             pointer_of(hand)),
                GestureEvent(frame.t_s, "end", swipe.name, hand.hand, hand.track),
            ]  # fmt: skip
        return events

    def _is_open(self, geometry: HandGeometry) -> bool:
        return bool(self._motions) and max(geometry.curls[_OPEN_FINGERS]) < _OPEN_CURL

    def _shown(self, verdict: Verdict) -> frozenset[str]:
        if not self._posed:
            return frozenset()
        return frozenset(self.rules.names[i] for i in np.flatnonzero(verdict.scores > SURE))
