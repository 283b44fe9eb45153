"""The two-stage tracker on LiteRT: detect a palm once, then follow its landmarks."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import pi

import cv2
import numpy as np

from gestures.landmarks import HandObservation
from models.hand import Hand, HandNetwork
from models.identity import TrackNumbers
from models.litert_network import LitertNetwork
from models.motion import MotionLook
from models.network import OpenNetwork
from models.palm import PalmDetector
from models.prediction import RegionPath
from models.region import Region, region_of_landmarks
from models.schedule import Schedule
from models.search import Found, InLine, PalmSearch, stand_back
from models.second_look import SecondLooks
from models.store import ModelStore
from models.tracker import Picture, TrackerOptions, cores

#: Two regions this near each other, in sides, hold the same hand.
_SAME_HAND = 0.2
#: A palm this near to where a lost hand should be, in sides, is that hand's.
_LOST_HAND = 1.0
#: A palm found this far from how its hand is followed, radians, calls for a second look: from a
#: crooked square the network can take a thumb for the index finger, and then follows that.
_CROOKED = 0.45
#: Below this presence there is nothing that a second look could find.
_NOTHING = 0.02
#: MediaPipe's tasks set the palm's target angle to 90 radians where 90 degrees is meant, so in a
#: single picture their landmark network sees the hand turned by this much. For pictures the same
#: is done here, so that both runtimes give the same landmarks; a video starts upright.
_TASKS_TURN = 90.0 % (2 * pi) - pi / 2


@dataclass(slots=True)
class _Followed:
    number: int
    region: Region
    hand: Hand


class LitertTracker:
    """Finds and follows hands with MediaPipe's networks."""

    def __init__(
        self,
        options: TrackerOptions,
        store: ModelStore,
        open_network: OpenNetwork = LitertNetwork,
        executor: Executor | None = None,
    ) -> None:
        """Load the networks.

        Args:
            options: How hands are found.
            store: Has the model files.
            open_network: What runs the networks.
            executor: Runs the palm detector; by default what suits the options.

        Raises:
            ModelError: A model file is missing or not what it should be.
            MissingLibrary: What runs the networks lacks a library.
        """
        self._options = options
        # A crop is too small to share: OpenCV's worker would spin on after each for longer than
        # the crop takes, on the core that the landmark network needs then.
        cv2.setNumThreads(1)
        beside = options.live and cores() > 1
        if executor is None:
            executor = (
                ThreadPoolExecutor(1, "palms", initializer=stand_back) if beside else InLine()
            )
        palms = open_network(store.path("palm_detection_full"), 1 if beside else options.threads)
        hands = open_network(store.path(f"hand_landmark_{options.model}"), options.threads)
        self._search = PalmSearch(
            PalmDetector(palms, bgr=options.bgr),
            executor,
            options.min_detection_confidence,
            options.max_hands,
        )
        self._hands = HandNetwork(hands, bgr=options.bgr)
        self._second_looks = SecondLooks(self._hands)
        self._schedule = Schedule(options.max_hands)
        self._motion = MotionLook()
        self.reset()

    def reset(self) -> None:
        """Forget all tracks."""
        self._search.forget()
        self._second_looks.forget()
        self._schedule.reset()
        self._motion.reset()
        self._t_s = 0.0
        self._followed: list[_Followed] = []
        self._paths: dict[int, RegionPath] = {}
        self._numbers = TrackNumbers()

    @property
    def rests(self) -> bool:
        """Whether no hand is followed and nothing has moved for a while."""
        return not self._followed and self._schedule.rests(self._t_s)

    def close(self) -> None:
        """End the search's thread; the networks go with the object."""
        self._search.close()

    def detect(self, picture: Picture) -> tuple[HandObservation, ...]:
        """Hands of a picture on its own, the surest first."""
        self._search.begin(picture, 0.0, {})
        found = self._search.take(wait=True)
        hands = [
            self._hands.look(picture, palm.region(_TASKS_TURN))
            for palm in (found.palms if found else ())
        ]
        kept: list[_Followed] = []
        for hand in sorted(filter(self._is_present, hands), key=lambda hand: -hand.presence):
            region = region_of_landmarks(hand.points)
            if _is_new(region, kept):
                kept.append(_Followed(len(kept) + 1, region, hand))
        return tuple(_observation(each, picture, each.hand.right > 0.5) for each in kept)

    def track(self, picture: Picture, t_s: float) -> tuple[HandObservation, ...]:
        """Hands of the next frame of a video, in the order of their tracks."""
        self._t_s = t_s
        self._follow(picture, t_s)
        # Who follows no hand has nothing better to do than to wait.
        self._take_up(self._search.take(wait=not self._followed), picture, t_s)
        if self._should_search(picture, t_s):
            self._schedule.searched(t_s)
            self._motion.searched()
            followed = {each.number: each.region for each in self._followed}
            self._search.begin(picture, t_s, followed)
            self._take_up(self._search.take(wait=not self._followed), picture, t_s)
        self._look_again(picture, t_s)
        self._followed.sort(key=lambda each: each.number)
        return tuple(
            _observation(
                each, picture, self._numbers.saw(each.number, t_s, each.region, each.hand.right)
            )
            for each in self._followed
        )

    def _follow(self, picture: Picture, t_s: float) -> None:
        """Look for each hand where its way so far has led it."""
        found: list[tuple[float, _Followed]] = []
        for each in self._followed:
            expected = self._paths[each.number].at(t_s)
            hand = self._look_twice(picture, expected)
            if self._is_present(hand):
                region = region_of_landmarks(hand.points)
                moved = region.distance(expected)
                found.append((moved, _Followed(each.number, region, hand)))
        # Of two that hold the same hand, the one that jumped there has lost its own.
        found.sort(key=lambda pair: pair[0])
        kept: list[_Followed] = []
        for _, candidate in found:
            if _is_new(candidate.region, kept):
                kept.append(candidate)
        if len(kept) < len(self._followed):
            self._schedule.lost(t_s)
        self._followed = kept
        for each in kept:
            self._paths[each.number].correct(each.region, t_s)
        self._paths = {n: path for n, path in self._paths.items() if not path.is_old(t_s)}

    def _should_search(self, picture: Picture, t_s: float) -> bool:
        count = len(self._followed)
        if self._search.is_running or count >= self._options.max_hands:
            return False
        regions = [each.region for each in self._followed]
        looks = self._schedule.should_look(t_s, count)
        moves = looks and self._motion.look(picture, regions)
        if not self._schedule.is_due(t_s, count, moves=moves):
            return False
        if not looks:
            self._motion.look(picture, regions)
        return True

    def _take_up(self, found: Found | None, picture: Picture, t_s: float) -> None:
        """Follow what a search has found, perhaps some frames ago, beside what is followed."""
        if found is None:
            return
        hands = []
        for palm in found.palms:
            region = palm.region()
            numbers = [
                number
                for number, then in found.followed.items()
                if region.distance(then) < _SAME_HAND
            ]
            same = [each for each in self._followed if each.number in numbers]
            if same:
                then = found.followed[same[0].number]
                if abs(region.turn_from(then)) >= _CROOKED:
                    self._second_looks.begin(same[0].number, region, then)
                continue
            hand = self._look_for_palm(picture, region, found.t_s, t_s)
            if self._is_present(hand):
                hands.append(hand)
        self._welcome(hands, t_s)

    def _look_for_palm(self, picture: Picture, region: Region, found_s: float, t_s: float) -> Hand:
        """Look where the hand of a palm must be by now."""
        lost = [
            path
            for number, path in self._paths.items()
            if all(number != each.number for each in self._followed)
            and region.distance(path.at(found_s)) < _LOST_HAND
        ]
        if not lost:
            return self._hands.look(picture, region)
        path = min(lost, key=lambda each: region.distance(each.at(found_s)))
        expected = path.shifted(region, found_s, t_s)
        hand = self._look_twice(picture, expected)
        if self._is_present(hand):
            return hand
        # Of a blurred hand the detector knows the place better than the size and the turn.
        again = self._look_twice(picture, replace(path.region, x=expected.x, y=expected.y))
        return max(hand, again, key=lambda each: each.presence)

    def _look_twice(self, picture: Picture, region: Region) -> Hand:
        """Look, and where nothing is sure, once more where the first look would look next."""
        hand = self._hands.look(picture, region)
        if self._is_present(hand) or hand.presence < _NOTHING:
            return hand
        again = self._hands.look(picture, region_of_landmarks(hand.points))
        return max(hand, again, key=lambda each: each.presence)

    def _is_present(self, hand: Hand) -> bool:
        return hand.presence >= self._options.min_presence_confidence

    def _look_again(self, picture: Picture, t_s: float) -> None:
        """Follow a hand from where a second look has led, if the network is surer there."""
        followed = {each.number: each for each in self._followed}
        seen = {number: (each.region, each.hand.presence) for number, each in followed.items()}
        for number, hand in self._second_looks.step(picture, seen).items():
            each = followed[number]
            each.hand, each.region = hand, region_of_landmarks(hand.points)
            self._paths[number].place(each.region)
            self._schedule.doubted(t_s)

    def _welcome(self, hands: Iterable[Hand], t_s: float) -> None:
        """Start following hands, each under the number it had when it was lost, if it had one."""
        fresh: list[_Followed] = []
        for hand in hands:
            region = region_of_landmarks(hand.points)
            room = len(self._followed) + len(fresh) < self._options.max_hands
            if room and _is_new(region, self._followed + fresh):
                fresh.append(_Followed(0, region, hand))
        taken = [each.number for each in self._followed]
        regions = [each.region for each in fresh]
        right = [each.hand.right for each in fresh]
        numbers = self._numbers.assign(t_s, regions, right, taken)
        for each, number in zip(fresh, numbers, strict=True):
            each.number = number
            self._schedule.doubted(t_s)
            if number in self._paths:
                self._paths[number].correct(each.region, t_s)
            else:
                self._paths[number] = RegionPath(each.region, t_s)
        self._followed += fresh


def _is_new(region: Region, others: Iterable[_Followed]) -> bool:
    return all(region.distance(other.region) >= _SAME_HAND for other in others)


def _observation(each: _Followed, picture: Picture, right: bool) -> HandObservation:
    height, width = picture.shape[:2]
    return HandObservation(
        track=each.number,
        hand="right" if right else "left",
        score=each.hand.presence,
        image=each.hand.points / np.array([width, height, width], dtype=np.float64),
        world=each.hand.world,
    )
