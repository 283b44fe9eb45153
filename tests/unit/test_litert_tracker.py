"""The tracker's scheduling on networks that see a scripted world."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
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
from models.search import stand_back
from models.tracker import Picture, TrackerOptions
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

    shown: list[TrueHand] = field(default_factory=list)
    clutter: int = 100

    def show(self, picture: Any) -> None:
        self.shown = [replace(hand) for hand in self.hands]

    def find(self, min_score: float, most: int) -> list[Palm]:
        self.palm_runs += 1
        return [self._palm(hand) for hand in self.shown][:most]

    def look(self, picture: Any, region: Region) -> Hand:
        self.hand_runs += 1

        def off(hand: TrueHand) -> float:
            x, y = hand.middle
            return float(np.hypot(region.x - x, region.y - y)) / region.size

        near = [hand for hand in self.hands if off(hand) < 0.5]
        if not near:
            return Hand(0.01, 0.5, hand_px(region.x, region.y, 10), np.zeros((21, 3)))
        hand = min(near, key=off)
        points = hand_px(hand.x, hand.y, hand.palm_px)
        return Hand(0.95, hand.right, points, points / 700)

    def picture(self) -> Picture:
        """A hand is a bright square."""
        picture = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
        picture[:80, -80:] = self.clutter
        for hand in self.hands:
            x, y = (int(value) for value in hand.middle)
            reach = int(hand.palm_px / 2)
            picture[max(y - reach, 0) : y + reach, max(x - reach, 0) : x + reach] = 200
        return picture

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
    monkeypatch.setattr(litert_tracker, "PalmDetector", lambda network, bgr: world)
    monkeypatch.setattr(litert_tracker, "HandNetwork", lambda network, bgr: world)
    return world


def make(max_hands: int = 2, executor: Executor | None = None) -> LitertTracker:
    options = TrackerOptions(max_hands=max_hands)
    return LitertTracker(options, Store(), lambda path, threads: None, executor)  # type: ignore[arg-type,return-value]


class Later(Executor):
    """Another core: does what it was given when told to, or when somebody waits for it."""

    def __init__(self) -> None:
        self.given: list[tuple[Future[Any], Callable[[], Any]]] = []
        self.is_shut = False

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = _Awaited(self)
        self.given.append((future, lambda: fn(*args, **kwargs)))
        return future

    def do(self) -> None:
        for future, call in self.given:
            future.set_result(call())
        self.given = []

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self.do()
        self.is_shut = True


class _Awaited(Future[Any]):
    def __init__(self, later: Later) -> None:
        super().__init__()
        self._later = later

    def result(self, timeout: float | None = None) -> Any:
        if not self.done():
            self._later.do()
        return super().result(timeout)


class Film:
    """Frames at 30 a second for one tracker."""

    def __init__(self, tracker: LitertTracker, world: World) -> None:
        self.tracker = tracker
        self.world = world
        self.number = 0

    def next(self, count: int = 1) -> tuple[HandObservation, ...]:
        for _ in range(count):
            hands = self.tracker.track(self.world.picture(), self.number / 30)
            self.number += 1
        return hands


def test_the_landmarks_are_normalised_by_the_pictures_size(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    (hand,) = Film(make(), world).next()
    truth = hand_px(320, 300, 60)
    np.testing.assert_allclose(hand.image * (WIDTH, HEIGHT, WIDTH), truth, atol=1e-9)
    assert hand.world is not None
    assert (hand.track, hand.hand, hand.score) == (1, "right", 0.95)
    assert not hand.coasting


def test_with_as_many_hands_as_allowed_the_detector_rests(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    film = Film(make(max_hands=1), world)
    film.next(60)
    assert world.palm_runs == 1
    assert world.hand_runs == 60


def test_with_fewer_hands_and_nothing_else_moving_the_detector_looks_now_and_then(
    world: World,
) -> None:
    world.hands = [TrueHand(320, 300)]
    film = Film(make(max_hands=2), world)
    film.next(45)  # until the hand has settled
    runs = world.palm_runs
    film.next(90)
    assert world.palm_runs == runs + 2
    assert world.hand_runs == 135  # and the followed hand's palm costs no second look


def test_what_moves_beside_a_hand_is_looked_at_three_times_a_second(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    film = Film(make(max_hands=2), world)
    film.next(45)
    runs = world.palm_runs
    for number in range(60):
        world.clutter = 100 + 10 * (number**2 % 7)
        film.next()
    assert 5 <= world.palm_runs - runs <= 7


def test_a_still_scene_without_hands_is_searched_now_and_then(world: World) -> None:
    film = Film(make(), world)
    film.next(30)  # the first picture, and what follows it, is news
    runs = world.palm_runs
    assert film.next(300) == ()
    assert 3 <= world.palm_runs - runs <= 4
    assert world.hand_runs == 0


def test_a_hand_that_appears_in_a_still_scene_is_found_in_that_frame(world: World) -> None:
    film = Film(make(), world)
    film.next(100)
    world.hands = [TrueHand(320, 300, palm_px=30)]
    assert len(film.next()) == 1


def test_while_anything_moves_every_frame_is_searched(world: World) -> None:
    film = Film(make(), world)
    for number in range(20):
        world.clutter = 100 + 10 * (number % 2)
        film.next()
    assert world.palm_runs == 20


def test_a_second_hand_is_found_within_a_third_of_a_second(world: World) -> None:
    world.hands = [TrueHand(150, 300)]
    film = Film(make(), world)
    film.next()
    world.hands.append(TrueHand(500, 300, right=0.02))
    hands = film.next(11)
    assert [(hand.track, hand.hand) for hand in hands] == [(1, "right"), (2, "left")]


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_hand_is_looked_for_at_once_and_keeps_its_number(world: World, lost: int) -> None:
    stays, goes = TrueHand(150, 300), TrueHand(450, 300)
    world.hands = [stays, goes]
    film = Film(make(), world)
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
    film = Film(make(), world)
    film.next()
    world.hands = []
    film.next(20)
    world.hands = [TrueHand(320, 300)]
    assert [hand.track for hand in film.next()] == [2]


def test_a_fast_hand_that_jumps_out_of_its_region_is_found_in_the_same_frame(
    world: World,
) -> None:
    world.hands = [TrueHand(200, 300)]
    film = Film(make(), world)
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
    film = Film(make(max_hands=1), world)
    film.next(3)
    world.hands = []
    assert film.next() == ()
    world.hands = [other]
    assert [hand.track for hand in film.next()] == [2]


def test_a_second_region_on_the_same_hand_is_dropped(world: World) -> None:
    # Two hands that touch: one goes away, and its region falls onto the other.
    goes, stays = TrueHand(300, 300), TrueHand(345, 300)
    world.hands = [goes, stays]
    film = Film(make(), world)
    assert [hand.track for hand in film.next(2)] == [1, 2]
    runs = world.palm_runs
    world.hands = [stays]
    hands = film.next()
    assert [hand.track for hand in hands] == [2], "the hand that stayed keeps its number"
    assert world.palm_runs == runs + 1, "a region that fell onto another hand is a loss"


def test_the_detector_finding_a_hand_twice_gives_one_hand(world: World) -> None:
    world.hands = [TrueHand(300, 300), TrueHand(303, 301)]
    film = Film(make(), world)
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
    film = Film(make(), world)
    (first,) = film.next()
    in_frame = []
    for _ in range(150):
        before = len(looks)
        (hand,) = film.next()
        in_frame.append(len(looks) - before)
    sideways = abs(hand.image[9, 0] - hand.image[0, 0])
    assert hand.track == first.track
    assert (sideways < 0.01) == is_righted
    # None of it keeps a frame for long, and what was looked into is left to the heartbeat.
    assert max(in_frame) == 2
    assert in_frame[45:].count(2) <= (0 if is_righted else 21)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_hands_than_allowed(world: World, most: int) -> None:
    world.hands = [TrueHand(100, 300), TrueHand(300, 300), TrueHand(500, 300)]
    film = Film(make(most), world)
    assert len(film.next()) == most
    assert len(film.next(40)) == most
    assert len(make(most).detect(PICTURE)) == most


def test_one_frame_that_takes_the_hand_for_the_other_changes_nothing(world: World) -> None:
    world.hands = [TrueHand(320, 300, right=0.97)]
    film = Film(make(), world)
    sides = []
    for right in [0.97] * 5 + [0.05, 0.2] + [0.97] * 5:
        world.hands[0].right = right
        sides += [hand.hand for hand in film.next()]
    assert sides == ["right"] * 12


def test_no_presence_no_hand(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # The palm detector saw a palm where the landmark network sees nothing.
    monkeypatch.setattr(world, "look", lambda rgb, region: World().look(rgb, region))
    world.hands = [TrueHand(320, 300)]
    assert Film(make(), world).next(3) == ()
    assert make().detect(PICTURE) == ()


def test_reset_begins_another_video(world: World) -> None:
    world.hands = [TrueHand(320, 300)]
    tracker = make()
    Film(tracker, world).next(10)
    tracker.reset()
    runs = world.palm_runs
    (hand,) = Film(tracker, world).next()  # from t = 0 again
    assert hand.track == 1
    assert world.palm_runs == runs + 1


def test_pictures_leave_the_tracks_alone(world: World) -> None:
    world.hands = [TrueHand(150, 300), TrueHand(450, 300)]
    tracker = make()
    film = Film(tracker, world)
    film.next(2)
    assert [hand.track for hand in tracker.detect(PICTURE)] == [1, 2]
    runs = world.palm_runs
    assert [hand.track for hand in film.next()] == [1, 2]
    assert world.palm_runs == runs


class TestBeside:
    """The detector on another core."""

    def test_no_tracked_frame_waits_for_it(self, world: World) -> None:
        later = Later()
        world.hands = [TrueHand(150, 300)]
        film = Film(make(executor=later), world)
        assert len(film.next()) == 1  # nobody was tracked: this one waited
        runs = world.palm_runs
        world.hands.append(TrueHand(450, 300, right=0.02))
        for _ in range(20):
            assert [hand.track for hand in film.next()] == [1]
        assert world.palm_runs == runs
        assert len(later.given) == 1  # one search at a time

    def test_what_it_finds_is_followed_from_the_next_frame_on(self, world: World) -> None:
        later = Later()
        world.hands = [TrueHand(150, 300)]
        film = Film(make(executor=later), world)
        film.next()
        world.hands.append(TrueHand(450, 300, right=0.02))
        film.next(15)
        later.do()
        assert [hand.track for hand in film.next()] == [1, 2]
        assert [hand.track for hand in film.next()] == [1, 2]

    def test_followed_hands_that_moved_meanwhile_are_not_taken_for_new_ones(
        self, world: World
    ) -> None:
        later = Later()
        world.hands = [TrueHand(150, 300)]
        film = Film(make(executor=later), world)
        film.next()
        world.clutter += 30
        film.next(12)
        assert len(later.given) == 1
        for _ in range(10):
            world.hands[0].x += 30
            film.next()
        later.do()
        looks = world.hand_runs
        assert [hand.track for hand in film.next()] == [1]
        assert world.hand_runs == looks + 1

    def test_a_lost_hand_is_looked_for_where_its_motion_has_led_it(self, world: World) -> None:
        later = Later()
        stays, goes = TrueHand(80, 400), TrueHand(200, 200)
        world.hands = [stays, goes]
        film = Film(make(executor=later), world)
        for _ in range(6):
            goes.x += 20
            film.next()
        world.hands = [stays]  # blurred: not seen for a frame
        goes.x += 20
        film.next()
        world.hands = [stays, goes]
        goes.x += 20
        film.next()
        later.do()  # of the frame before, in which it was not seen
        goes.x += 20
        film.next()
        later.do()
        goes.x += 20
        assert [hand.track for hand in film.next()] == [1, 2]

    def test_closing_waits_for_the_thread(self, world: World) -> None:
        later = Later()
        world.hands = [TrueHand(150, 300)]
        tracker = make(executor=later)
        Film(tracker, world).next(15)
        tracker.close()
        assert later.is_shut
        assert not later.given

    def test_reset_forgets_what_is_under_way(self, world: World) -> None:
        later = Later()
        world.hands = [TrueHand(150, 300)]
        tracker = make(executor=later)
        Film(tracker, world).next(15)
        assert later.given
        tracker.reset()
        assert not later.given
        world.hands = []
        assert Film(tracker, world).next(2) == ()


def test_a_live_tracker_ends_its_thread(world: World) -> None:
    options = TrackerOptions(live=True)
    before = threading.active_count()
    tracker = LitertTracker(options, Store(), lambda path, threads: None)  # type: ignore[arg-type,return-value]
    world.hands = [TrueHand(150, 300)]
    Film(tracker, world).next(40)
    tracker.close()
    assert threading.active_count() == before


def test_a_fast_hand_is_looked_for_where_it_goes(world: World) -> None:
    """As fast as two thirds of a palm length a frame: its square is aimed ahead."""
    world.hands = [TrueHand(60, 300)]
    film = Film(make(max_hands=1), world)
    film.next(3)
    aims = []
    look = world.look

    def watched(picture: Any, region: Region) -> Hand:
        aims.append(region.x - world.hands[0].x)
        return look(picture, region)

    world.look = watched  # type: ignore[method-assign]
    for _ in range(8):
        world.hands[0].x += 40
        assert [hand.track for hand in film.next()] == [1]
    assert world.palm_runs == 1
    assert abs(aims[0]) == pytest.approx(40, abs=10)
    assert max(abs(aim) for aim in aims[3:]) < 12


def test_what_the_first_look_sees_badly_is_looked_at_again(world: World) -> None:
    world.hands = [TrueHand(200, 300)]
    film = Film(make(max_hands=1), world)
    film.next(3)
    look = world.look

    def off_centre(picture: Any, region: Region) -> Hand:
        hand = look(picture, region)
        is_centred = abs(region.x - world.hands[0].x) < 15
        return hand if is_centred else replace(hand, presence=0.3)

    world.look = off_centre  # type: ignore[method-assign]
    world.hands[0].x += 35
    runs = world.palm_runs
    assert [hand.track for hand in film.next()] == [1]
    assert world.palm_runs == runs


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere threads have no niceness")
def test_the_search_stands_back_and_nothing_else_does() -> None:
    before = os.nice(0)
    with ThreadPoolExecutor(1, initializer=stand_back) as executor:
        niceness = executor.submit(lambda: os.getpriority(os.PRIO_PROCESS, 0)).result()
    assert niceness == max(before, 3)
    assert os.nice(0) == before


def test_a_search_that_fails_is_told_by_the_next_frame(world: World) -> None:
    later = Later()
    world.hands = [TrueHand(150, 300)]
    tracker = make(executor=later)
    film = Film(tracker, world)
    film.next()
    world.clutter += 30
    film.next(12)
    ((future, _),) = later.given
    future.set_exception(RuntimeError("the network fails"))
    with pytest.raises(RuntimeError, match="the network fails"):
        film.next()
    later.given = []
    tracker.reset()
    assert film.next() != ()
