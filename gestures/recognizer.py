"""From smoothed hands to events: the one object that the daemon's loop feeds."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gestures.arming import Arming, ArmingRule
from gestures.events import ArmingEvent, Event, GestureEvent
from gestures.features import HandGeometry
from gestures.landmarks import HandFrame, HandObservation, HandSide
from gestures.lifecycle import PoseLifecycle
from gestures.rules import FINGER_CURL, SURE, Verdict
from gestures.sight import PoseReader, Sight
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
        self._reader = PoseReader(specs)
        self._motions = [spec for spec in specs if spec.motion is not None]
        self._posed = any(spec.poses for spec in self._motions)
        self._arming = None if arming is None else Arming(arming)
        self._continuous = continuous
        self._tracks: dict[int, _Track] = {}
        self._pairs: dict[tuple[int, int], PoseLifecycle] = {}
        self._swipe_memory = SwipeMemory()
        self._lost: dict[HandSide, tuple[str, float]] = {}

    def update(self, frame: HandFrame) -> list[Event]:
        """Events of a frame, in order: gestures hand by hand, those of two hands, then arming.

        Args:
            frame: Smoothed hands; its time must grow from call to call.
        """
        gestures = self._let_go(frame)
        if self._arming is not None:
            self._arming.follow(frame.hands)
        sights = self._reader.read(frame)
        together, taken = self._follow_pairs(sights, frame.t_s)
        for sight in sights:
            gestures += self._follow(sight, sights, frame, sight.hand.track in taken)
        gestures = [self._marked(event) for event in (*gestures, *together)]
        resting = {
            sight.hand.track for sight in sights if sight.geometry.palm_speed < _AT_REST
        }  # fmt: skip
        return [*gestures, *self._arm(gestures, frame.t_s, resting)]

    def reset(self, t_s: float, reason: str) -> list[Event]:
        """Give up all gestures and disarm: the camera is lost, the daemon pauses or stops."""
        lives = [*(track.poses for track in self._tracks.values()), *self._pairs.values()]
        gestures = [event for life in lives for event in life.cancel(t_s)]
        self._tracks.clear()
        self._pairs.clear()
        self._lost.clear()
        arming = self._arming.reset(t_s, reason) if self._arming else []
        return [*gestures, *arming]

    def _acts(self, side: HandSide, track: int) -> bool:
        return self._arming is None or self._arming.allows(side, track)

    def _marked(self, event: GestureEvent) -> GestureEvent:
        if self._arming is None or self._arming.allows(event.hand, event.track):
            return event
        return replace(event, acts=False)

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

    def _let_go(self, frame: HandFrame) -> list[GestureEvent]:
        """Give up the hands that are lost, or that are no longer the same."""
        gone = self._tracks.keys() - {hand.track for hand in frame.hands}
        gone |= {hand.track for hand in frame.hands if hand.fresh and hand.track in self._tracks}
        events: list[GestureEvent] = []
        for number in sorted(gone):
            track = self._tracks.pop(number)
            pose = track.poses.active or track.poses.spent
            if pose is not None and self._acts(track.side, number):
                self._lost[track.side] = pose, frame.t_s
            events += track.poses.cancel(frame.t_s)
        for tracks in [tracks for tracks in self._pairs if gone & set(tracks)]:
            events += self._pairs.pop(tracks).cancel(frame.t_s)
        return events

    def _follow_pairs(
        self, sights: Sequence[Sight], t_s: float
    ) -> tuple[list[GestureEvent], set[int]]:
        """Events of what two hands make together, and the tracks of the hands that do."""
        events: list[GestureEvent] = []
        taken: set[int] = set()
        for pair in self._reader.read_pairs(sights):
            life = self._pairs.get(pair.tracks)
            if life is None:
                life = PoseLifecycle(self._reader.pair_rules, self._continuous)
                self._pairs[pair.tracks] = life
            events += life.update(pair, pair.measured, pair.verdict, t_s)
            if life.active is not None or pair.verdict.best is not None:
                taken.update(pair.tracks)
        return events, taken

    def _welcome(self, hand: HandObservation, t_s: float) -> _Track:
        poses = PoseLifecycle(self._reader.rules, self._continuous)
        pose, lost_s = self._lost.pop(hand.hand, (None, t_s))
        if pose is not None and t_s - lost_s < _SAME_POSE_S:
            poses.spend(pose)
        return _Track(hand.hand, poses, SwipeDetector(self._motions, self._swipe_memory))

    def _follow(
        self, sight: Sight, sights: Sequence[Sight], frame: HandFrame, is_taken: bool
    ) -> list[GestureEvent]:
        hand, geometry, verdict = sight.hand, sight.geometry, sight.verdict
        track = self._tracks.get(hand.track)
        if track is None:
            track = self._tracks[hand.track] = self._welcome(hand, frame.t_s)
        if is_taken:
            # What two hands make together is more specific than what each of them shows.
            verdict = Verdict(np.zeros_like(verdict.scores), None)
        events = track.poses.update(hand, geometry, verdict, frame.t_s)
        swipe = track.swipes.update(
            hand, frame.t_s, frame.aspect, self._is_open(geometry), self._shown(verdict)
        )
        if swipe is None or self._moves_both(sight, sights):
            return events
        if track.poses.active is not None and self._acts(hand.hand, hand.track):
            track.poses.spend(track.poses.active)
        events += track.poses.cancel(frame.t_s)
        events += [
            GestureEvent(frame.t_s, "begin", swipe.name, hand.hand, hand.track, 1.0, hand.pointer),
            GestureEvent(frame.t_s, "end", swipe.name, hand.hand, hand.track),
        ]
        return events

    def _moves_both(self, sight: Sight, sights: Sequence[Sight]) -> bool:
        return any(
            other is not sight and other.geometry.palm_speed > _BOTH_HANDS for other in sights
        )

    def _is_open(self, geometry: HandGeometry) -> bool:
        return bool(self._motions) and max(geometry.curls[_OPEN_FINGERS]) < _OPEN_CURL

    def _shown(self, verdict: Verdict) -> frozenset[str]:
        if not self._posed:
            return frozenset()
        names = self._reader.rules.names
        return frozenset(names[i] for i in np.flatnonzero(verdict.scores > SURE))
