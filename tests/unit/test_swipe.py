"""Swipes of a rigid synthetic hand: the same at any distance and frame rate, and nothing else is.

Every combination of a grid was tried while these were written; what runs here is a part of it,
chosen so that every speed, distance and frame rate comes up.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import pytest

from gestures.landmarks import HandFrame
from gestures.motion_spec import Swipe
from gestures.spec import GestureSpec
from models.smoothing import COAST_S
from tests.unit.hand_paths import HEIGHT, TOWARDS, WIDTH, moving_hand, strokes, swipes

# Seconds and palm lengths of swipes at 4 to 13 palm lengths a second, within the design's limits.
GRID = [
    (duration_s, palms)
    for duration_s in (0.25, 0.35, 0.5, 0.7, 1.0)
    for palms in (1.5, 2.0, 3.0, 4.0, 5.0)
    if 4 <= palms / duration_s <= 13
]
RATES = (10, 15, 25, 30, 60)


def part_of_grid(number: int) -> list[tuple[float, float]]:
    """A quarter of the grid, another one for each of four neighbouring numbers."""
    return GRID[number % 4 :: 4]


REST = (0.8, 0.0, 0.0)
PALM_PX = 40.0


def stroke_across(direction, palms, duration_s, palm_px=PALM_PX, size=(WIDTH, HEIGHT), back=()):
    """Through the picture's middle, from rest to rest; `back` are moves after it."""
    right, down = TOWARDS[direction]
    start_px = (
        size[0] / 2 - right * palms * palm_px / 2,
        size[1] / 2 + 0.6 * palm_px - down * palms * palm_px / 2,
    )
    move = (duration_s, right * palms, down * palms)
    return strokes(start_px, palm_px, REST, move, *back, (1.0, 0.0, 0.0))


def seen_open(path, fps: int, is_open: Callable[[float], bool]) -> Iterator[HandFrame]:
    """A hand whose fingers look open in some frames and closed in the others."""
    both = zip(moving_hand(path, fps=fps), moving_hand(path, fps=fps, pose="fist"), strict=True)
    for opened, closed in both:
        yield opened if is_open(opened.t_s) else closed


class TestRecognised:
    @pytest.mark.parametrize("fps", RATES)
    @pytest.mark.parametrize("direction", TOWARDS)
    def test_once_at_any_speed_and_frame_rate(self, direction: str, fps: int):
        for number, (duration_s, palms) in enumerate(part_of_grid(fps // 5 + len(direction))):
            path = stroke_across(direction, palms, duration_s)
            found = swipes(moving_hand(path, fps=fps, phase=0.5 * (number % 2)))
            assert found == [f"swipe_{direction}"], (duration_s, palms)

    @pytest.mark.parametrize("palm_px", [15, 25, 60, 80])
    @pytest.mark.parametrize("direction", TOWARDS)
    def test_at_any_distance_from_the_camera(self, direction: str, palm_px: float):
        for duration_s, palms in [(0.25, 2.0), (0.5, 2.0), (0.5, 3.0)]:
            if palms * palm_px > 170:
                continue
            path = stroke_across(direction, palms, duration_s, palm_px)
            found = swipes(moving_hand(path, palm_px=palm_px))
            assert found == [f"swipe_{direction}"], (duration_s, palms)

    @pytest.mark.parametrize("size", [(1920, 1080), (480, 640), (320, 240)])
    @pytest.mark.parametrize("direction", TOWARDS)
    def test_in_a_picture_of_any_size_and_shape(self, direction: str, size: tuple[int, int]):
        palm_px = 0.09 * size[1]
        path = stroke_across(direction, 2.5, 0.4, palm_px, size)
        assert swipes(moving_hand(path, palm_px=palm_px, size=size)) == [f"swipe_{direction}"]

    @pytest.mark.parametrize("hand", ["left", "right"])
    def test_with_either_hand(self, hand):
        assert swipes(moving_hand(stroke_across("left", 2.5, 0.4), hand=hand)) == ["swipe_left"]

    @pytest.mark.parametrize("fps", [15, 30, 60])
    def test_though_the_hand_shows_its_edge_on_the_way(self, fps: int):
        for duration_s, palms in GRID[::3]:
            path = stroke_across("left", palms, duration_s)
            middle_s = REST[0] + duration_s / 2
            # For two thirds of the time, where it is quickest, the fingers do not look open.
            frames = seen_open(path, fps, lambda t_s: abs(t_s - middle_s) > duration_s / 3)  # noqa: B023
            assert swipes(frames) == ["swipe_left"], (duration_s, palms)

    @pytest.mark.parametrize("fps", [15, 30, 60])
    @pytest.mark.parametrize("missed", [1, 2, 3])
    def test_though_the_tracker_misses_the_middle(self, missed: int, fps: int):
        if (missed + 1) / fps > COAST_S:
            pytest.skip("a hand unseen for longer than the filter bridges is a new one")
        for duration_s, palms in part_of_grid(fps // 15 + missed):
            middle = int((0.8 + duration_s / 2) * fps) - (missed - 1) // 2
            dropped = range(middle, middle + missed)
            path = stroke_across("left", palms, duration_s)
            found = swipes(moving_hand(path, fps=fps, dropped=dropped))
            assert found == ["swipe_left"], (duration_s, palms)

    @pytest.mark.parametrize("fps", [10, 15, 30])
    def test_though_frames_come_unevenly(self, fps: int):
        for seed, (duration_s, palms) in enumerate(GRID[::2]):
            path = stroke_across("right", palms, duration_s)
            found = swipes(moving_hand(path, fps=fps, jitter=0.3, seed=seed))
            assert found == ["swipe_right"], (duration_s, palms)

    @pytest.mark.parametrize("fps", [10, 30])
    def test_though_the_palm_looks_a_quarter_as_long(self, fps: int):
        for duration_s, palms in GRID[::2]:

            def squash(t_s: float, duration_s: float = duration_s) -> float:
                off = (t_s - 0.8 - duration_s / 2) / (duration_s / 4)
                return 1 - 0.75 * math.exp(-off * off)

            path = stroke_across("left", palms, duration_s)
            found = swipes(moving_hand(path, fps=fps, squash=squash))
            assert found == ["swipe_left"], (duration_s, palms)

    @pytest.mark.parametrize("slant_deg", [-25, 25])
    def test_though_it_slants(self, slant_deg: float):
        right, down = -math.cos(math.radians(slant_deg)), math.sin(math.radians(slant_deg))
        for duration_s, palms in GRID[::2]:
            start_px = (320 - right * palms * 20, 260 - down * palms * 20)
            move = (duration_s, right * palms, down * palms)
            path = strokes(start_px, PALM_PX, REST, move, (1.0, 0.0, 0.0))
            assert swipes(moving_hand(path)) == ["swipe_left"], (duration_s, palms)


class TestOneAfterTheOther:
    @pytest.mark.parametrize("fps", [10, 15, 30, 60])
    @pytest.mark.parametrize("pause_s", [0.0, 0.1, 0.3, 0.6])
    def test_the_way_back_is_no_swipe(self, pause_s: float, fps: int):
        for duration_s, palms in part_of_grid(fps // 5):
            for back_s in (duration_s, 1.2):
                back = [(pause_s, 0.0, 0.0)] * (pause_s > 0) + [(back_s, palms, 0.0)]
                path = stroke_across("left", palms, duration_s, back=back)
                found = swipes(moving_hand(path, fps=fps))
                assert found == ["swipe_left"], (duration_s, palms, back_s)

    @pytest.mark.parametrize("fps", [10, 15, 30])
    @pytest.mark.parametrize(
        ("first", "then"), [("left", "right"), ("up", "down"), ("right", "up")]
    )
    def test_after_a_second_another_one_is(self, first: str, then: str, fps: int):
        right, down = TOWARDS[then]
        for duration_s, palms in [(0.25, 1.5), (0.35, 3.0), (0.5, 2.5), (0.7, 3.0)]:
            again = [(1.0, 0.0, 0.0), (duration_s, right * palms, down * palms)]
            path = stroke_across(first, palms, duration_s, back=again)
            found = swipes(moving_hand(path, fps=fps))
            assert found == [f"swipe_{first}", f"swipe_{then}"], (duration_s, palms)

    @pytest.mark.parametrize("fps", [10, 15, 30])
    def test_the_same_again_after_a_slow_way_back(self, fps: int):
        for duration_s, palms in [(0.25, 2.0), (0.5, 2.5), (0.7, 3.0)]:
            again = [(1.0, palms, 0.0), (0.4, 0.0, 0.0), (duration_s, -palms, 0.0)]
            path = stroke_across("left", palms, duration_s, back=again)
            assert swipes(moving_hand(path, fps=fps)) == ["swipe_left"] * 2, (duration_s, palms)


class TestNoSwipe:
    @pytest.mark.parametrize("fps", RATES)
    @pytest.mark.parametrize("direction", TOWARDS)
    def test_a_slow_drag(self, direction: str, fps: int):
        for palms in (1.5, 3.0):
            path = stroke_across(direction, palms, palms / 1.2)
            assert swipes(moving_hand(path, fps=fps)) == [], palms

    @pytest.mark.parametrize("fps", RATES)
    @pytest.mark.parametrize("direction", TOWARDS)
    def test_an_entry(self, direction: str, fps: int):
        right, down = TOWARDS[direction]
        for speed, depth in itertools.product((4, 8, 10, 21), (1.2, 3.0)):
            palms = depth + 1.8
            end_px = (
                WIDTH / 2 - right * (WIDTH / 2 - depth * PALM_PX),
                HEIGHT / 2 - down * (HEIGHT / 2 - depth * PALM_PX),
            )
            start_px = (end_px[0] - right * palms * PALM_PX, end_px[1] - down * palms * PALM_PX)
            move = (palms / speed, right * palms, down * palms)
            path = strokes(start_px, PALM_PX, (0.5, 0.0, 0.0), move, (1.0, 0.0, 0.0))
            phase = 0.5 * (speed > 9)
            assert swipes(moving_hand(path, fps=fps, phase=phase)) == [], (speed, depth)

    @pytest.mark.parametrize("fps", RATES)
    @pytest.mark.parametrize("direction", TOWARDS)
    def test_an_exit(self, direction: str, fps: int):
        right, down = TOWARDS[direction]
        for speed, depth in itertools.product((4, 10, 21), (1.2, 3.0)):
            palms = depth + 1.8
            start_px = (
                WIDTH / 2 + right * (WIDTH / 2 - depth * PALM_PX),
                HEIGHT / 2 + down * (HEIGHT / 2 - depth * PALM_PX),
            )
            move = (palms / speed, right * palms, down * palms)
            path = strokes(start_px, PALM_PX, REST, move, (0.5, 0.0, 0.0))
            assert swipes(moving_hand(path, fps=fps)) == [], (speed, depth)

    @pytest.mark.parametrize("fps", [10, 30, 60])
    @pytest.mark.parametrize("direction", TOWARDS)
    def test_an_air_tap_or_a_tilt_of_the_wrist(self, direction: str, fps: int):
        right, down = TOWARDS[direction]
        for palms, duration_s in itertools.product((0.4, 0.65), (0.1, 0.2, 0.4)):
            there = (duration_s, right * palms, down * palms)
            back = (duration_s, -right * palms, -down * palms)
            for moves in ((there,), (there, back)):
                path = strokes((320, 260), 60.0, REST, *moves, (1.0, 0.0, 0.0))
                assert swipes(moving_hand(path, fps=fps, palm_px=60)) == [], (palms, duration_s)

    @pytest.mark.parametrize("pose", ["fist", "one", "peace", "like"])
    def test_a_hand_that_is_not_open(self, pose: str):
        for duration_s, palms in GRID[::3]:
            path = stroke_across("left", palms, duration_s)
            assert swipes(moving_hand(path, pose=pose)) == [], (duration_s, palms)

    @pytest.mark.parametrize("fps", [15, 30, 60])
    def test_a_closed_hand_that_looks_open_in_a_blurred_frame(self, fps: int):
        for duration_s, palms in GRID[::3]:
            path = stroke_across("left", palms, duration_s)
            middle_s = REST[0] + duration_s / 2
            frames = seen_open(path, fps, lambda t_s: abs(t_s - middle_s) < 0.5 / fps)  # noqa: B023
            assert swipes(frames) == [], (duration_s, palms)

    @pytest.mark.parametrize(("right", "down"), [(1, 1), (1, -1), (-1, 1), (-1, -1)])
    def test_a_diagonal(self, right: int, down: int):
        for duration_s, palms in part_of_grid(0):
            way = palms / math.sqrt(2)
            start_px = (320 - right * way * PALM_PX / 2, 260 - down * way * PALM_PX / 2)
            move = (duration_s, right * way, down * way)
            path = strokes(start_px, PALM_PX, REST, move, (1.0, 0.0, 0.0))
            assert swipes(moving_hand(path)) == [], (duration_s, palms)


class TestSeveralSpecs:
    SHORT = GestureSpec("short", motion=Swipe("left", 1.2))
    LONG = GestureSpec("long", motion=Swipe("left", 2.5))

    @pytest.mark.parametrize("specs", [(SHORT, LONG), (LONG, SHORT)])
    def test_the_longer_one_wins_where_there_is_enough(self, specs):
        assert swipes(moving_hand(stroke_across("left", 1.8, 0.4)), specs) == ["short"]
        assert swipes(moving_hand(stroke_across("left", 3.4, 0.4)), specs) == ["long"]

    def test_each_hand_can_have_its_own(self):
        specs = [
            GestureSpec("with_left", motion=Swipe("left"), hands=("left",)),
            GestureSpec("with_right", motion=Swipe("left"), hands=("right",)),
        ]
        path = stroke_across("left", 2.5, 0.4)
        assert swipes(moving_hand(path, hand="left"), specs) == ["with_left"]
        assert swipes(moving_hand(path, hand="right"), specs) == ["with_right"]
        assert swipes(moving_hand(path, hand="left"), specs[1:]) == []

    def test_cooldown(self):
        again = [(1.0, 2.0, 0.0), (0.4, 0.0, 0.0), (0.4, -2.0, 0.0)]
        path = stroke_across("left", 2.0, 0.4, back=again)
        quick = GestureSpec("mine", motion=Swipe("left"), cooldown_ms=1000)
        slow = GestureSpec("mine", motion=Swipe("left"), cooldown_ms=3000)
        assert swipes(moving_hand(path), [quick]) == ["mine", "mine"]
        assert swipes(moving_hand(path), [slow]) == ["mine"]
