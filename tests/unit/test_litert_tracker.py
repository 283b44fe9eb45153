"""The tracker's scheduling on networks that see a scripted world."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gestures.landmarks import HandObservation
from models import litert_tracker
from models.hand import Hand
from models.litert_tracker import LitertTracker
from models.palm import Palm
from models.region import Region
from models.tracker import TrackerOptions
from tests.unit.hand_points import hand_px

WIDTH, HEIGHT = 640, 480
PICTURE = np.zeros((HEIGHT, WIDTH, 3), np.uint8)


@dataclass
class TrueHand:
    x: float
    y: float
    palm_px: float = 60.0
    right: float = 0.98

    @property
    def middle(self) -> tuple[float, float]:
        return self.x, self.y - 0.8 * self.palm_px


@dataclass
class World:
    """The hands there are, and how often each network was run."""

    hands: list[TrueHand] = field(default_factory=list)
    palm_runs: int = 0
    hand_runs: int = 0

    def find(self, rgb: Any, min_score: float, most: int) -> list[Palm]:
        self.palm_runs += 1
        return [self._palm(hand) for hand in self.hands][:most]

    def look(self, rgb: Any, region: Region) -> Hand:
        self.hand_runs += 1

        def off(hand: TrueHand) -> float:
            x, y = hand.middle
            return float(np.hypot(region.x - x, region.y - y)) / region.size

        near = [hand for hand in self.hands if off(hand) < 0.5]
        if not near:
            return Hand(0.02, 0.5, hand_px(region.x, region.y, 10), np.zeros((21, 3)))
        hand = min(near, key=off)
        points = hand_px(hand.x, hand.y, hand.palm_px)
        return Hand(0.95, hand.right, points, points / 700)

    def _palm(self, hand: TrueHand) -> Palm:
        points = hand_px(hand.x, hand.y, hand.palm_px)[:, :2]
        keypoints = points[[0, 5, 9, 13, 17, 1, 2]]
        box = np.array([hand.x, hand.y - hand.palm_px / 2, hand.palm_px, hand.palm_px])
        return Palm(0.9, box, keypoints)


class Store:
    def path(self, name: str) -> Path:
        return Path(f"{name}.tflite")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(litert_tracker, "PalmDetector", lambda network: world)
    monkeypatch.setattr(litert_tracker, "HandNetwork", lambda network: world)
    return world


def make(max_hands: int = 2) -> LitertTracker:
    options = TrackerOptions(max_hands=max_hands)
    return LitertTracker(options, Store(), lambda path, threads: None)  # type: ignore[arg-type,return-value]


class Film:
    """Frames at 30 a second for one tracker."""

    def __init__(self, tracker: LitertTracker) -> None:
        self.tracker = tracker
        self.number = 0

    def next(self, count: int = 1) -> tuple[HandObservation, ...]:
        for _ in range(count):
            hands = self.tracker.track(PICTURE, self.number / 30)
            self.number += 1
        return hands


def test_the_landmarks_are_normalised_by_the_pictures_size(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    (hand,) = Film(make()).next()
    truth = hand_px(320, 300, 60)
    np.testing.assert_allclose(hand.image * (WIDTH, HEIGHT, WIDTH), truth, atol=1e-9)
    assert hand.world is not None
    assert (hand.track, hand.hand, hand.score) == (1, "right", 0.95)
    assert not hand.coasting


def test_with_as_many_hands_as_allowed_the_detector_rests(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    film = Film(make(max_hands=1))
    film.next(60)
    assert world.palm_runs == 1
    assert world.hand_runs == 60


def test_with_fewer_hands_the_detector_looks_now_and_then(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    Film(make(max_hands=2)).next(60)
    assert 5 <= world.palm_runs <= 7  # every third of a second in two seconds
    assert world.hand_runs == 60  # and the followed hand's palm costs no second look


def test_without_hands_the_detector_looks_at_every_frame(world: World) -> None:
    assert Film(make()).next(20) == ()
    assert world.palm_runs == 20


def test_a_second_hand_is_found_within_a_third_of_a_second(world: World) -> None:
    world.hands = [TrueHand(150, 300)]
    film = Film(make())
    film.next()
    world.hands.append(TrueHand(500, 300, right=0.02))
    hands = film.next(11)
    assert [(hand.track, hand.hand) for hand in hands] == [(1, "right"), (2, "left")]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_hand_is_looked_for_at_once_and_keeps_its_number(world: World, lost: int) -> None:
    stays, goes = TrueHand(150, 300), TrueHand(450, 300)
    world.hands = [stays, goes]
    film = Film(make())
    film.next(3)
    runs = world.palm_runs
    world.hands = [stays]
    assert [hand.track for hand in film.next(lost)] == [1]
    assert world.palm_runs == runs + lost
    goes.x += 60  # it went on meanwhile
    world.hands = [stays, goes]
    hands = film.next()
    assert [hand.track for hand in hands] == [1, 2]
    assert hands[1].image[0, 0] == pytest.approx(510 / WIDTH)


def test_a_hand_away_for_long_is_a_new_one(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    film = Film(make())
    film.next()
    world.hands = []
    film.next(20)
    world.hands = [TrueHand(320, 300)]
    assert [hand.track for hand in film.next()] == [2]


def test_a_fast_hand_that_jumps_out_of_its_region_is_found_in_the_same_frame(
    world: World,
) -> None:
    world.hands = [TrueHand(200, 300)]
    film = Film(make())
    film.next()
    world.hands[0].x += 110  # more than half a region, less than a hand may go in a frame
    (hand,) = film.next()
    assert hand.track == 1
    assert hand.image[0, 0] == pytest.approx(310 / WIDTH)


@pytest.mark.parametrize(
    "other",
    [TrueHand(200, 300, right=0.02), TrueHand(400, 300), TrueHand(200, 300, palm_px=110)],
    ids=["other side", "too far", "too large"],
)
def test_a_lost_hand_s_number_does_not_pass_to_another(world: World, other: TrueHand) -> None:
    world.hands = [TrueHand(200, 300)]
    film = Film(make(max_hands=1))
    film.next(3)
    world.hands = []
    assert film.next() == ()
    world.hands = [other]
    assert [hand.track for hand in film.next()] == [2]


def test_a_second_region_on_the_same_hand_is_dropped(world: World) -> None:
    # Two hands that touch: one goes away, and its region falls onto the other.
    goes, stays = TrueHand(300, 300), TrueHand(345, 300)
    world.hands = [goes, stays]
    film = Film(make())
    assert [hand.track for hand in film.next(2)] == [1, 2]
    runs = world.palm_runs
    world.hands = [stays]
    hands = film.next()
    assert [hand.track for hand in hands] == [2], "the hand that stayed keeps its number"
    assert world.palm_runs == runs + 1, "a region that fell onto another hand is a loss"


def test_the_detector_finding_a_hand_twice_gives_one_hand(world: World) -> None:
    world.hands = [TrueHand(300, 300), TrueHand(303, 301)]
    film = Film(make())
    assert len(film.next()) == 1
    assert len(make().detect(PICTURE)) == 1


@pytest.mark.parametrize(("upright", "is_righted"), [(0.97, True), (0.85, False)])
def test_a_hand_followed_crookedly_is_looked_at_again(
    world: World, monkeypatch: pytest.MonkeyPatch, upright: float, is_righted: bool
) -> None:
    """A network that was once wrong stays so as long as it looks where it was wrong."""
    world.hands = [TrueHand(300, 300)]
    looks = []

    def look(rgb: Any, region: Region) -> Hand:
        is_crooked = not looks or abs(region.rotation) > 0.3
        looks.append(region)
        points = hand_px(300, 300, 60, 0.5 if is_crooked else 0.0)
        return Hand(0.9 if is_crooked else upright, 0.98, points, points / 700)

    monkeypatch.setattr(world, "look", look)
    film = Film(make())
    (first,) = film.next()
    (hand,) = film.next(15)
    sideways = abs(hand.image[9, 0] - hand.image[0, 0])
    assert hand.track == first.track
    assert (sideways < 0.01) == is_righted


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_hands_than_allowed(world: World, most: int) -> None:
    world.hands = [TrueHand(100, 300), TrueHand(300, 300), TrueHand(500, 300)]
    film = Film(make(most))
    assert len(film.next()) == most
    assert len(film.next(40)) == most
    assert len(make(most).detect(PICTURE)) == most


def test_one_frame_that_takes_the_hand_for_the_other_changes_nothing(world: World) -> None:
    world.hands = [TrueHand(320, 300, right=0.97)]
    film = Film(make())
    sides = []
    for right in [0.97] * 5 + [0.05, 0.2] + [0.97] * 5:
        world.hands[0].right = right
        sides += [hand.hand for hand in film.next()]
    assert sides == ["right"] * 12


def test_no_presence_no_hand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # The palm detector saw a palm where the landmark network sees nothing.
    monkeypatch.setattr(world, "look", lambda rgb, region: World().look(rgb, region))
    world.hands = [TrueHand(320, 300)]
    assert Film(make()).next(3) == ()
    assert make().detect(PICTURE) == ()


def test_reset_begins_another_video(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    tracker = make()
    Film(tracker).next(10)
    tracker.reset()
    runs = world.palm_runs
    (hand,) = Film(tracker).next()  # from t = 0 again
    assert hand.track == 1
    assert world.palm_runs == runs + 1


def test_pictures_leave_the_tracks_alone(world: World) -> None:
    world.hands = [TrueHand(150, 300), TrueHand(450, 300)]
    tracker = make()
    film = Film(tracker)
    film.next(2)
    assert [hand.track for hand in tracker.detect(PICTURE)] == [1, 2]
    runs = world.palm_runs
    assert [hand.track for hand in film.next()] == [1, 2]
    assert world.palm_runs == runs
