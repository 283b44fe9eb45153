"""The two-stage tracker on LiteRT: detect a palm once, then follow its landmarks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import pi

import numpy as np

from gestures.landmarks import HandObservation
from models.hand import Hand, HandNetwork
from models.identity import TrackNumbers
from models.litert_network import LitertNetwork
from models.network import OpenNetwork
from models.palm import PalmDetector
from models.region import Region, region_of_landmarks
from models.store import ModelStore
from models.tracker import Picture, TrackerOptions

#: How often to look for one more hand while fewer than the limit are followed.
_SEARCH_EVERY_S = 0.33
#: How long after losing a hand to look for it in every frame.
_SEARCH_AFTER_LOSS_S = 0.3
#: Two regions this near each other, in sides, hold the same hand.
_SAME_HAND = 0.2
#: A palm found this far from how its hand is followed, radians, calls for a second look: from a
#: crooked square the network can take a thumb for the index finger, and then follows that.
_CROOKED = 0.45
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
    ) -> None:
        """Load the networks with `open_network`.

        Raises:
            ModelError: A model file is missing or not what it should be.
            MissingLibrary: What runs the networks lacks a library.
        """
        self._options = options
        palms = store.path("palm_detection_full")
        hands = store.path(f"hand_landmark_{options.model}")
        self._palms = PalmDetector(open_network(palms, options.threads))
        self._hands = HandNetwork(open_network(hands, options.threads))
        self.reset()

    def reset(self) -> None:
        """Forget all tracks."""
        self._followed: list[_Followed] = []
        self._numbers = TrackNumbers()
        self._searched_s = float("-inf")
        self._lost_s = float("-inf")

    def close(self) -> None:
        """Nothing to give back: the networks go with the object."""

    def detect(self, rgb: Picture) -> tuple[HandObservation, ...]:
        """Hands of a picture on its own, the surest first."""
        found: list[_Followed] = []
        hands = sorted(self._search(rgb, (), _TASKS_TURN), key=lambda hand: -hand.presence)
        for hand in hands:
            region = region_of_landmarks(hand.points)
            if _is_new(region, found):
                found.append(_Followed(len(found) + 1, region, hand))
        return tuple(_observation(each, rgb, each.hand.right > 0.5) for each in found)

    def track(self, rgb: Picture, t_s: float) -> tuple[HandObservation, ...]:
        """Hands of the next frame of a video, in the order of their tracks."""
        self._follow(rgb, t_s)
        if self._should_search(t_s):
            self._searched_s = t_s
            self._welcome(self._search(rgb, self._followed), t_s)
        self._followed.sort(key=lambda each: each.number)
        return tuple(
            _observation(
                each, rgb, self._numbers.saw(each.number, t_s, each.region, each.hand.right)
            )
            for each in self._followed
        )

    def _follow(self, rgb: Picture, t_s: float) -> None:
        """Look for each hand where its last landmarks put it."""
        found: list[tuple[float, _Followed]] = []
        for each in self._followed:
            hand = self._hands.look(rgb, each.region)
            if hand.presence >= self._options.min_presence_confidence:
                region = region_of_landmarks(hand.points)
                moved = region.distance(each.region)
                found.append((moved, _Followed(each.number, region, hand)))
        # Of two that hold the same hand, the one that jumped there has lost its own.
        found.sort(key=lambda pair: pair[0])
        kept: list[_Followed] = []
        for _, candidate in found:
            if _is_new(candidate.region, kept):
                kept.append(candidate)
        if len(kept) < len(self._followed):
            self._lost_s = t_s
        self._followed = kept

    def _should_search(self, t_s: float) -> bool:
        if len(self._followed) >= self._options.max_hands:
            return False
        return (
            not self._followed
            or t_s - self._searched_s >= _SEARCH_EVERY_S
            or t_s - self._lost_s <= _SEARCH_AFTER_LOSS_S
        )

    def _search(
        self, rgb: Picture, followed: Iterable[_Followed], turn: float = 0.0
    ) -> Iterable[Hand]:
        """Hands that the palm detector finds beside those that are followed."""
        options = self._options
        followed = list(followed)
        for palm in self._palms.find(rgb, options.min_detection_confidence, options.max_hands):
            region = palm.region(turn)
            same = [each for each in followed if region.distance(each.region) < _SAME_HAND]
            if same:
                self._reconsider(rgb, same[0], region)
                continue
            hand = self._hands.look(rgb, region)
            if hand.presence >= options.min_presence_confidence:
                yield hand

    def _reconsider(self, rgb: Picture, each: _Followed, region: Region) -> None:
        """Look at a hand again where the palm detector sees it turned otherwise."""
        if abs(region.turn_from(each.region)) < _CROOKED:
            return
        hand = self._hands.look(rgb, region)
        if hand.presence > each.hand.presence:
            each.hand, each.region = hand, region_of_landmarks(hand.points)

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
        self._followed += fresh


def _is_new(region: Region, others: Iterable[_Followed]) -> bool:
    return all(region.distance(other.region) >= _SAME_HAND for other in others)


def _observation(each: _Followed, rgb: Picture, right: bool) -> HandObservation:
    height, width = rgb.shape[:2]
    return HandObservation(
        track=each.number,
        hand="right" if right else "left",
        score=each.hand.presence,
        image=each.hand.points / np.array([width, height, width], dtype=np.float64),
        world=each.hand.world,
    )
