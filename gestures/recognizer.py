"""From smoothed hands to events: the one object that the daemon's loop feeds."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from gestures.arming import Arming, ArmingRule
from gestures.events import ArmingEvent, Event, GestureEvent, Hands
from gestures.landmarks import HandFrame, HandObservation, HandSide
from gestures.lifecycle import PoseLifecycle
from gestures.motion_spec import Circle, Push, Swipe, Wave
from gestures.motions.hand import HandMotions, MotionMemory
from gestures.motions.moment import Moment, MotionReport
from gestures.motions.pair import PairMotions
from gestures.motions.telling import told, told_at_end, told_of_two
from gestures.rules import NOTHING
from gestures.sight import PairSight, PoseReader, Sight
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
    #: The pose that it comes back with: its action goes on.
    comes_back: str | None = None


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
        self._arming = None if arming is None else Arming(arming)
        self._continuous = continuous
        self._tracks: dict[int, _Track] = {}
        self._pairs: dict[tuple[int, int], PoseLifecycle] = {}
        self._memory = MotionMemory()
        self._pair_motions = PairMotions(self._motions, self._memory.over_s)
        #: The pose with which a hand, or both, was lost, and when.
        self._lost: dict[Hands, tuple[str, float]] = {}
        #: When each pose of a hand, or of both, ended last.
        self._ended_s: dict[Hands, dict[int, float]] = {"left": {}, "right": {}, "both": {}}

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
        makers = self._pair_motions.makers
        moments: list[Moment] = []
        for sight in sights:
            gestures += self._follow(sight, frame, moments, taken, makers)
        together += self._moved_together(moments, frame.t_s)
        gestures = [self._marked(event) for event in gestures + together]
        if self._arming is None:
            return [*gestures]
        resting = [sight.hand.track for sight in sights if sight.geometry.palm_speed < _AT_REST]
        return [*gestures, *self._arm(self._arming, gestures, frame.t_s, resting)]

    def reset(self, t_s: float, reason: str) -> list[Event]:
        """Give up all gestures and disarm: the camera is lost, the daemon pauses or stops."""
        gestures = [
            event
            for number, track in self._tracks.items()
            for event in _given_up(track, number, t_s)
        ]
        gestures += [event for pair in self._pairs.values() for event in pair.cancel(t_s)]
        gestures += self._moved_together([], t_s, broken=True)
        self._tracks.clear()
        self._pairs.clear()
        self._lost.clear()
        arming = self._arming.reset(t_s, reason) if self._arming else []
        return [*gestures, *arming]

    def arm(self, t_s: float) -> list[ArmingEvent]:
        """Arm by command: for the hand in the picture, or else the next that comes."""
        if self._arming is None:
            return []
        hands = [(number, track.side) for number, track in self._tracks.items()]
        return self._arming.arm(t_s, hands)

    @property
    def armed_hand(self) -> Hands | None:
        """The hand that acts; None when none is armed, or for the next that comes."""
        return None if self._arming is None else self._arming.hand

    def keep_armed(self, t_s: float) -> None:
        """Let the time without a gesture begin anew."""
        if self._arming is not None:
            self._arming.keep(t_s)

    def disarm(self, t_s: float, reason: str) -> list[ArmingEvent]:
        """Disarm by command; what the hands show goes on being recognised."""
        return [] if self._arming is None else self._arming.reset(t_s, reason)

    def _acts(self, *tracks: int) -> bool:
        return self._arming is None or self._arming.allows(tracks)

    def _marked(self, event: GestureEvent) -> GestureEvent:
        return event if self._acts(*event.tracks) else event._replace(acts=False)

    def _arm(
        self, arming: Arming, gestures: list[GestureEvent], t_s: float, resting: Container[int]
    ) -> list[ArmingEvent]:
        events = arming.update(gestures, t_s, resting)
        for event in events:
            if event.event == "disarmed":
                self._lost.clear()
                continue
            # What the hand did while it armed is no part of a motion: others can't act anyway.
            if event.track in self._tracks:
                self._tracks[event.track].motions.forget()
        return events

    def _let_go(self, frame: HandFrame) -> list[GestureEvent]:
        """Give up the hands that are lost, or that are no longer the same."""
        events: list[GestureEvent] = []
        gone = self._tracks.keys() - {hand.track for hand in frame.hands}
        for hand in frame.hands:
            track = self._tracks.get(hand.track)
            if track is not None and (hand.fresh or hand.hand != track.side):
                gone.add(hand.track)
        if not gone:
            return events
        for number in sorted(gone):
            track = self._tracks.pop(number)
            pose = track.poses.active or track.poses.spent
            if pose is not None and self._acts(number):
                # A hand that is taken for the other one from here on is still the same.
                here = (hand.hand for hand in frame.hands if hand.track == number)
                self._lost[next(here, track.side)] = pose, frame.t_s
            events += _given_up(track, number, frame.t_s)
        for tracks in [tracks for tracks in self._pairs if gone & set(tracks)]:
            pair = self._pairs.pop(tracks)
            if (pose := pair.active or pair.spent) is not None and self._acts(*tracks):
                self._lost["both"] = pose, frame.t_s
            events += pair.cancel(frame.t_s)
        if not gone.isdisjoint(self._pair_motions.makers):
            events += [
                told_of_two(report, frame.t_s) for report in self._pair_motions.cancel(frame.t_s)
            ]
        return events

    def _follow_pairs(
        self, sights: Sequence[Sight], t_s: float
    ) -> tuple[list[GestureEvent], set[int]]:
        """Events of what two hands make together, and the tracks of the hands that do."""
        events: list[GestureEvent] = []
        taken: set[int] = set()
        if len(sights) < 2:
            return events, taken
        pairs = self._reader.read_pairs(sights)
        for pair in sorted(pairs, key=self._claim, reverse=True):
            life = self._pairs.get(pair.tracks)
            if life is None:
                rules, ended_s = self._reader.pair_rules, self._ended_s["both"]
                life = PoseLifecycle(rules, self._continuous, ended_s)
                pose = self._same_pose("both", t_s)
                if pose is not None and pose not in self._continuous:
                    life.spend(pose)
                self._pairs[pair.tracks] = life
            # A hand belongs to one pair at a time.
            verdict = NOTHING if taken & set(pair.tracks) else pair.verdict
            if verdict.best is None and life.is_idle:
                continue
            events += life.update(pair, pair.measured, verdict, t_s)
            if life.active is not None or verdict.best is not None:
                taken.update(pair.tracks)
        return events, taken

    def _claim(self, pair: PairSight) -> tuple[bool, float]:
        """What makes a pair go before others that have a hand in common with it."""
        life = self._pairs.get(pair.tracks)
        is_active = life is not None and life.active is not None
        best = pair.verdict.best
        return is_active, 0.0 if best is None else pair.verdict.score(best)

    def _welcome(self, hand: HandObservation, t_s: float) -> _Track:
        ended_s = self._ended_s[hand.hand]
        poses = PoseLifecycle(self._reader.rules, self._continuous, ended_s)
        pose = self._same_pose(hand.hand, t_s)
        motions = HandMotions(self._motions, hand.hand, self._memory)
        if pose is not None and pose not in self._continuous:
            poses.spend(pose)
            pose = None
        return _Track(hand.hand, poses, motions, pose)

    def _same_pose(self, whose: Hands, t_s: float) -> str | None:
        """The pose with which somebody was lost just now."""
        pose, lost_s = self._lost.pop(whose, (None, t_s))
        return pose if t_s - lost_s < _SAME_POSE_S else None

    def _follow(
        self,
        sight: Sight,
        frame: HandFrame,
        moments: list[Moment],
        taken: Container[int],
        makers: Container[int],
    ) -> list[GestureEvent]:
        hand, verdict = sight.hand, sight.verdict
        track = self._tracks.get(hand.track)
        if track is None:
            track = self._tracks[hand.track] = self._welcome(hand, frame.t_s)
        if hand.track in taken or hand.track in makers:
            # What two hands make together is more specific than what each of them shows.
            verdict = NOTHING
        events = track.poses.update(hand, sight.geometry, verdict, frame.t_s)
        for index, event in enumerate(events):
            if event.event == "begin":
                events[index] = event._replace(again=event.gesture == track.comes_back)
                track.comes_back = None
        if not self._motions:
            return events
        now = self._moment(sight, frame)
        moments.append(now)
        if hand.track in makers:
            return events
        for report in track.motions.update(now, alone=not self._moves_both(hand, frame.t_s)):
            if report.kind == "begin" and self._replaces_pose(report, track):
                if track.poses.active is not None and self._acts(hand.track):
                    track.poses.spend(track.poses.active)
                events += track.poses.cancel(frame.t_s)
            events.append(told(report, now))
        return events

    def _moment(self, sight: Sight, frame: HandFrame) -> Moment:
        names = self._reader.rules.names
        shown = frozenset([names[index] for index in sight.verdict.sure])
        return Moment(sight.hand, sight.geometry, shown, frame.t_s, frame.aspect)

    def _replaces_pose(self, report: MotionReport, track: _Track) -> bool:
        """Whether the pose that a motion began with was only part of it."""
        match report.spec.motion:
            case Swipe() | Wave() | Push():
                return True
            case Circle():
                # Who points at something may well point round it.
                return track.poses.active not in self._continuous
        return False

    def _moves_both(self, hand: HandObservation, t_s: float) -> bool:
        for number, track in self._tracks.items():
            if number != hand.track and t_s - track.motions.fast_s < _BOTH_HANDS_S:
                return True
        return False

    def _moved_together(
        self, moments: Sequence[Moment], t_s: float, *, broken: bool = False
    ) -> list[GestureEvent]:
        """Events of the motions that two hands make; `broken` gives them up."""
        motions = self._pair_motions
        reports = motions.cancel(t_s) if broken else motions.update(moments, t_s)
        events = []
        for report in reports:
            if report.kind == "begin":
                # Neither hand makes anything of its own meanwhile.
                for number in report.tracks or ():
                    events += _given_up(self._tracks[number], number, t_s)
            events.append(told_of_two(report, t_s))
        return events


def _given_up(track: _Track, number: int, t_s: float) -> list[GestureEvent]:
    """The ends of all that a hand was making."""
    return [
        *track.poses.cancel(t_s),
        *(told_at_end(report, track.side, number, t_s) for report in track.motions.cancel(t_s)),
    ]
