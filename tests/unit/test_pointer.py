"""The pointer: its region, absolute and relative moves, and everything that must not move it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from math import dist, inf, isfinite, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.config.model import PointerSettings
from daemon.pointer import By, Motion, PointerControl, To, trail
from daemon.pointer.gain import px_per_palm
from daemon.pointer.region import Region, region_around, to_desktop
from daemon.synthetic.hand import HandState, image_joints
from daemon.synthetic.poses import ONE, PALM, PINCH, PINCH_OPEN, POSES
from daemon.synthetic.scene import Act
from gestures.landmarks import HandObservation
from models.smoothing import LandmarkSmoother
from tests.unit.hand_paths import acting_hands

ASPECT = 640 / 480
DESKTOP_PX = (1920, 1080)
PALM_PX = 74.4
CENTRE = Region(0.2, 0.2, 0.8, 0.8)
CENTRE_PX = (320.0, 250.0)
ABSOLUTE = PointerSettings("absolute")
RELATIVE = PointerSettings("relative")

Seen = list[tuple[float, HandObservation]]
anywhere = st.floats(-2.0, 3.0)


def seen(act: Act, fps: float = 30.0, noise_palms: float = 0.0) -> Seen:
    """Smoothed hands of an act."""
    smoother = LandmarkSmoother()
    frames = acting_hands(act, fps=fps, noise_palms=noise_palms)
    return [(f.t_s, smoother.update(f.hands, f.t_s, f.aspect)[0]) for f in frames]


def standing(pose: str = "one", at_px: tuple[float, float] = CENTRE_PX) -> Act:
    return Act(HandState(POSES[pose], at_px, PALM_PX)).hold(0.5)


def still(x_px: float = 320.0, y_px: float = 250.0, track: int = 1) -> HandObservation:
    joints = image_joints(HandState(ONE, (x_px, y_px), PALM_PX))
    return HandObservation(
        track, "right", 1.0, joints / (640, 480, 640), velocity=np.zeros((21, 3))
    )


def control_of(config: PointerSettings = ABSOLUTE) -> PointerControl:
    control = PointerControl(config, DESKTOP_PX)
    control.armed(still(), ASPECT)
    return control


def led(
    control: PointerControl, hands: Iterable[tuple[float, HandObservation]], *, begun: bool = False
) -> Iterator[Motion | None]:
    """What the hands do to the pointer that a gesture of theirs leads from the first one on."""
    for t_s, hand in hands:
        if begun:
            yield control.follow(hand, t_s, ASPECT)
        else:
            yield control.begin(hand, t_s, ASPECT, pressing=False)
        begun = True


def places(motions: Iterable[Motion | None]) -> list[tuple[float, float]]:
    """Where an absolute pointer is after each motion, pixels."""
    found: list[tuple[float, float]] = []
    for motion in motions:
        if isinstance(motion, To):
            found.append((motion.x * DESKTOP_PX[0], motion.y * DESKTOP_PX[1]))
        else:
            assert motion is None
            found.append(found[-1])
    return found


def moved(motions: Iterable[Motion | None]) -> tuple[int, int]:
    """How far a relative pointer goes in all, pixels."""
    total = [0, 0]
    for motion in motions:
        assert not isinstance(motion, To)
        if motion is not None:
            total[0] += motion.dx_px
            total[1] += motion.dy_px
    return total[0], total[1]


def longest_step(way: list[tuple[float, float]]) -> float:
    return max(dist(before, after) for before, after in pairwise(way))


class TestRegion:
    @pytest.mark.parametrize(
        ("point", "desktop"),
        [
            ((0.5, 0.5), (0.5, 0.5)),
            ((0.2, 0.2), (0.0, 0.0)),
            ((0.8, 0.8), (1.0, 1.0)),
            ((0.35, 0.65), (0.25, 0.75)),
            ((-0.1, 1.3), (0.0, 1.0)),
        ],
    )
    def test_it_is_the_desktop(self, point: tuple[float, float], desktop: tuple[float, float]):
        assert to_desktop(point, CENTRE) == pytest.approx(desktop)

    @settings(deadline=None)
    @given(anywhere, anywhere)
    def test_nothing_is_off_the_desktop(self, x: float, y: float):
        assert all(0.0 <= value <= 1.0 for value in to_desktop((x, y), CENTRE))

    @settings(deadline=None)
    @given(anywhere, anywhere)
    def test_order_is_kept(self, a: float, b: float):
        low, high = sorted((a, b))
        assert to_desktop((low, low), CENTRE) <= to_desktop((high, high), CENTRE)

    @pytest.mark.parametrize("bounds", [(0.5, 0.2, 0.5, 0.8), (-0.1, 0, 1, 1), (0, 0, 1, 1.1)])
    def test_impossible_bounds_are_refused(self, bounds: tuple[float, float, float, float]):
        with pytest.raises(ValueError, match="0 <= left < right <= 1"):
            Region(*bounds)

    def test_it_has_the_hand_in_its_middle_and_the_desktop_s_shape(self):
        region = region_around((0.6, 0.5), 0.1, ASPECT, 16 / 9, 1.0)
        assert (region.left + region.right) / 2 * ASPECT == pytest.approx(0.6)
        assert (region.top + region.bottom) / 2 == pytest.approx(0.5)
        width = (region.right - region.left) * ASPECT
        assert width / (region.bottom - region.top) == pytest.approx(16 / 9)
        assert width == pytest.approx(0.3)

    @settings(deadline=None)
    @given(
        anywhere, anywhere, st.floats(0.01, 2.0), st.floats(0.5, 3.0), st.floats(0.3, 6.0),
        st.floats(0.2, 5.0),
    )  # fmt: skip
    def test_it_keeps_away_from_the_picture_s_edges(
        self, x: float, y: float, palm: float, aspect: float, desktop_aspect: float, speed: float
    ):
        region = region_around((x, y), palm, aspect, desktop_aspect, speed)
        margin_x, margin_y = min(0.7 * palm / aspect, 0.2), min(0.7 * palm, 0.2)
        assert margin_x - 1e-9 <= region.left < region.right <= 1 - margin_x + 1e-9
        assert margin_y - 1e-9 <= region.top < region.bottom <= 1 - margin_y + 1e-9

    def test_zoomed_it_is_smaller_about_its_middle_and_stays_in_the_picture(self):
        zoomed = CENTRE.zoomed(2.0)
        assert (zoomed.left, zoomed.bottom) == pytest.approx((0.35, 0.65))
        assert CENTRE.zoomed(0.1) == Region(0.0, 0.0, 1.0, 1.0)


class TestAbsolute:
    def test_where_the_hand_armed_is_the_middle_of_the_desktop(self):
        motion = control_of().begin(still(), 1.0, ASPECT, pressing=False)
        assert isinstance(motion, To)
        assert (motion.x, motion.y) == pytest.approx((0.5, 0.5))

    @pytest.mark.parametrize("palm_px", [30.0, 75.0])
    def test_distance_to_the_camera_does_not_matter(self, palm_px: float):
        act = Act(HandState(ONE, CENTRE_PX, palm_px)).hold(0.5)
        act = act.move_to(CENTRE_PX[0] + palm_px, CENTRE_PX[1], 0.6).hold(0.6)
        hands = seen(act)
        control = PointerControl(ABSOLUTE, DESKTOP_PX)
        control.armed(hands[0][1], ASPECT)
        assert places(led(control, hands))[-1] == pytest.approx((960 + 640, 540), abs=20)

    def test_a_fixed_region_stays_wherever_the_hand_arms(self):
        control = control_of(PointerSettings(region=(0.1, 0.1, 0.5, 0.5)))
        motion = control.begin(still(640 * 0.1, 480 * 0.9), 1.0, ASPECT, pressing=False)
        assert isinstance(motion, To)
        assert motion.x == pytest.approx(0.0, abs=0.02)
        assert motion.y == 1.0

    def test_without_arming_the_region_is_around_where_the_first_gesture_begins(self):
        control = PointerControl(ABSOLUTE, None)
        assert control.begin(still(300, 240), 0.0, ASPECT, pressing=False) == To(
            pytest.approx(0.5), pytest.approx(0.5)
        )

    def test_a_region_that_no_hand_armed_goes_with_who_made_it(self):
        control = PointerControl(ABSOLUTE, None)
        control.see([still(120, 150)], 0.0, ASPECT)
        control.begin(still(120, 150), 0.0, ASPECT, pressing=False)
        control.end()
        middle = To(pytest.approx(0.5), pytest.approx(0.5))
        for t_s, hands, expected in (
            (4.0, [], To(1.0, 1.0)),
            (8.0, [still(420, 280, track=2)], To(1.0, 1.0)),
            (12.0, [], To(1.0, 1.0)),
            (14.0, [], middle),
        ):
            control.see(hands, t_s, ASPECT)
            other = still(420, 280, track=3)
            assert control.begin(other, t_s, ASPECT, pressing=False) == expected
            control.end()

    def test_a_region_that_a_hand_armed_stays_until_it_is_forgotten(self):
        control = control_of()
        control.see([still()], 0.0, ASPECT)
        control.see([], 60.0, ASPECT)
        right = To(pytest.approx(0.95, abs=0.02), pytest.approx(0.5))
        assert control.begin(still(420, 250), 60.1, ASPECT, pressing=False) == right
        control.end()
        control.forget_region()
        middle = To(pytest.approx(0.5), pytest.approx(0.5))
        assert control.begin(still(420, 290), 60.2, ASPECT, pressing=False) == middle

    def test_a_fixed_region_is_not_forgotten(self):
        control = control_of(PointerSettings(region=(0.1, 0.1, 0.5, 0.5)))
        control.forget_region()
        assert control.begin(still(600, 470), 0.0, ASPECT, pressing=False) == To(1.0, 1.0)

    def test_speed_takes_the_pointer_farther(self):
        hands = seen(standing().move_to(340, 250, 0.5).hold(0.5))
        far = [places(led(control_of(PointerSettings(speed=s)), hands))[-1] for s in (1.0, 2.0)]
        assert far[1][0] - 960 == pytest.approx(2 * (far[0][0] - 960), rel=0.05)

    def test_a_mirrored_picture_mirrors_the_way(self):
        hands = seen(standing().move_to(380, 220, 0.5).circle().hold(0.3))
        mirrored = [(t_s, hand.mirrored()) for t_s, hand in hands]
        control = PointerControl(ABSOLUTE, DESKTOP_PX)
        control.armed(still().mirrored(), ASPECT)
        way = places(led(control_of(), hands))
        other = places(led(control, mirrored))
        assert [(1920 - x, y) for x, y in other] == pytest.approx(np.array(way), abs=1e-6)

    def test_what_another_hand_does_is_nothing(self):
        control = control_of()
        control.begin(still(), 0.0, ASPECT, pressing=False)
        assert control.follow(still(400, track=2), 0.1, ASPECT) is None

    def test_a_new_arming_moves_the_region_there(self):
        control = control_of()
        control.begin(still(), 0.0, ASPECT, pressing=False)
        control.end()
        control.armed(still(400, 200), ASPECT)
        motion = control.begin(still(400, 200), 0.9, ASPECT, pressing=False)
        assert motion == To(pytest.approx(0.5), pytest.approx(0.5))


class TestRelative:
    def test_it_goes_on_from_where_it_is_however_far_the_hand_came_back(self):
        hands = seen(standing().move_to(380, 250, 0.5).move_to(320, 300, 0.6).hold(0.4))
        control = control_of(RELATIVE)
        to_right = hands[: round(1.05 * 30)]
        first = moved(led(control, to_right))
        control.end()
        assert first[0] > 300
        for t_s, hand in hands[len(to_right) : -5]:
            control.see([hand], t_s, ASPECT)
        assert moved(led(control, hands[-5:])) == pytest.approx((0, 0), abs=2)

    def test_to_and_fro_is_nothing(self):
        act = standing().move_to(380, 220, 0.5).hold(0.4).move_to(320, 250, 0.5).hold(0.6)
        assert moved(led(control_of(RELATIVE), seen(act))) == pytest.approx((0, 0), abs=6)

    def test_a_quick_hand_takes_it_farther_than_a_slow_one(self):
        far = [
            moved(led(control_of(RELATIVE), seen(standing().move_to(370, 250, s).hold(0.6))))[0]
            for s in (0.3, 1.0, 4.0)
        ]
        assert far[0] > 1.5 * far[1] > 1.5 * far[2] > 0

    def test_a_hand_found_anew_elsewhere_does_not_move_it(self):
        control = control_of(RELATIVE)
        control.begin(still(), 0.0, ASPECT, pressing=False)
        assert control.follow(replace(still(400), fresh=True), 0.03, ASPECT) is None
        assert control.follow(still(400), 0.06, ASPECT) is None

    def test_fractions_of_pixels_add_up(self):
        slow = seen(standing().move_to(330, 250, 10.0).hold(0.5), fps=60)
        flat = PointerSettings("relative", acceleration=0.0)
        expected = px_per_palm(0.0, 0.0, DESKTOP_PX[1]) * 10 / PALM_PX
        assert moved(led(control_of(flat), slow))[0] == pytest.approx(expected, rel=0.1)

    @settings(deadline=None)
    @given(st.floats(0.0, 50.0), st.floats(0.0, 50.0), st.floats(0.0, 4.0))
    def test_the_gain_rises_with_speed_by_as_much_as_the_acceleration_says(
        self, a: float, b: float, acceleration: float
    ):
        slow, quick = (px_per_palm(speed, acceleration, 1080) for speed in sorted((a, b)))
        assert 0 < slow <= quick
        assert px_per_palm(a, 0.0, 1080) == pytest.approx(px_per_palm(b, 0.0, 1080))


class TestClicks:
    """A palm that gives way by 0.13 palm lengths while thumb and index finger close."""

    def closing(self) -> Act:
        act = Act(HandState(PINCH_OPEN, CENTRE_PX, PALM_PX)).hold(0.8)
        x_px, y_px = CENTRE_PX
        end = replace(act.end, pose=PINCH, centre_px=(x_px, y_px + 0.13 * PALM_PX))
        return act._glide(end, 0.3).hold(0.4)

    def test_a_press_is_where_the_pointer_was_before_the_fingers_closed(self):
        hands = seen(self.closing(), noise_palms=0.005)
        control = control_of()
        before = places(led(control_of(), hands[:20]))[-1]
        for t_s, hand in hands[:38]:
            control.see([hand], t_s, ASPECT)
        t_s, hand = hands[38]
        (pressed,) = places([control.begin(hand, t_s, ASPECT, pressing=True)])
        assert dist(pressed, before) < 6
        assert {control.follow(hand, t_s, ASPECT) for t_s, hand in hands[39:]} == {None}

    def test_a_pointer_is_where_the_hand_is(self):
        hands = seen(self.closing())
        control = control_of()
        for t_s, hand in hands[:38]:
            control.see([hand], t_s, ASPECT)
        t_s, hand = hands[38]
        (place,) = places([control.begin(hand, t_s, ASPECT, pressing=False)])
        assert place[1] > 540 + 60

    def test_a_hand_that_closed_long_ago_presses_where_it_is(self):
        hands = seen(self.closing().hold(1.0).move_to(340, 250, 0.5).hold(0.4))
        control = control_of()
        for t_s, hand in hands[:-1]:
            control.see([hand], t_s, ASPECT)
        t_s, hand = hands[-1]
        pressed = places([control.begin(hand, t_s, ASPECT, pressing=True)])
        here = places([control_of().begin(hand, t_s, ASPECT, pressing=False)])
        assert dist(*pressed, *here) < 3

    @pytest.mark.parametrize("config", [ABSOLUTE, RELATIVE])
    def test_a_wobble_is_no_drag_and_a_drag_begins_without_a_jump(self, config: PointerSettings):
        act = standing("pinch").move_to(322, 250, 0.2).move_to(320, 250, 0.2)
        hands = seen(act.move_to(380, 250, 1.0).hold(0.5))
        control = control_of(config)
        control.begin(hands[5][1], hands[5][0], ASPECT, pressing=True)
        motions = [control.follow(hand, t_s, ASPECT) for t_s, hand in hands[6:]]
        assert set(motions[: round(0.7 * 30)]) == {None}
        if config is ABSOLUTE:
            way = places([To(0.5, 0.5), *motions])
            assert longest_step(way[:30]) < 25
            assert way[-1][0] == pytest.approx(960 + (60 / PALM_PX - 0.04) * 630, abs=15)
        else:
            assert moved(motions)[0] > 200

    def test_a_press_before_the_fingers_are_closed_stays_put_too(self):
        hands = seen(self.closing())
        control = control_of()
        for t_s, hand in hands[:28]:
            control.see([hand], t_s, ASPECT)
        t_s, hand = hands[28]
        (pressed,) = places([control.begin(hand, t_s, ASPECT, pressing=True)])
        assert dist(pressed, (960, 540)) < 6
        assert {control.follow(hand, t_s, ASPECT) for t_s, hand in hands[29:]} == {None}

    def test_fingers_that_open_do_not_move_the_pointer(self):
        x_px, y_px = CENTRE_PX
        act = standing("one")
        opened = replace(act.end, pose=PALM, centre_px=(x_px, y_px + 0.13 * PALM_PX))
        hands = seen(act._glide(opened, 0.25).hold(0.1))
        way = places(led(control_of(), hands))
        assert dist(way[14], way[-1]) < 8

    def test_fingers_that_never_rest_do_not_stop_the_pointer_for_ever(self):
        act = standing("pinch_open")
        for number in range(6):
            x_px, y_px = act.end.centre_px
            pose = (PINCH, PINCH_OPEN)[number % 2]
            act = act._glide(replace(act.end, pose=pose, centre_px=(x_px + 15, y_px)), 0.25)
        way = places(led(control_of(), seen(act)))
        assert way[-1][0] > 960 + 200


class TestHandOver:
    def settled(self, gap_s: float, away_px: float) -> list[tuple[float, float]]:
        """Point and come to rest, change to pressing while the hand goes on a little, and back.

        Returns:
            The pointer's way from the moment when the hand was at rest.
        """
        act = standing("one").move_to(360, 240, 0.4).hold(0.3)
        pinched = replace(act.end, pose=PINCH, centre_px=(360 + away_px, 240))
        hands = seen(act._glide(pinched, gap_s).hold(0.3).become(ONE, gap_s).hold(0.6))
        ended, pressed, again = (round(t_s * 30) for t_s in (1.2, 1.3 + gap_s, 1.6 + 2 * gap_s))
        control = control_of()
        motions = list(led(control, hands[:ended]))
        control.end()
        for t_s, hand in hands[ended:pressed]:
            control.see([hand], t_s, ASPECT)
        for begin, end, pressing in ((pressed, again, True), (again, len(hands), False)):
            t_s, hand = hands[begin]
            motions.append(control.begin(hand, t_s, ASPECT, pressing=pressing))
            motions += led(control, hands[begin + 1 : end], begun=True)
            control.end()
        return places(motions)[round(1.15 * 30) :]

    def test_from_pointing_to_pressing_and_back_the_pointer_does_not_jump(self):
        way = self.settled(gap_s=0.3, away_px=15.0)
        assert max(dist(way[0], place) for place in way) < 4

    @settings(deadline=None, max_examples=30)
    @given(
        st.lists(
            st.tuples(st.floats(-25, 25), st.floats(-25, 25), st.floats(0.2, 0.5), st.booleans()),
            min_size=1,
            max_size=12,
        )
    )
    def test_gestures_that_follow_closely_never_make_it_jump(
        self, steps: list[tuple[float, float, float, bool]]
    ):
        act, borders_s = standing(), [0.0]
        for right_px, down_px, move_s, _ in steps:
            x_px, y_px = act.end.centre_px
            act = act.move_to(x_px + right_px, y_px + down_px, move_s).hold(0.1)
            borders_s.append(act.duration_s)
            act = act.hold(0.2)
        hands, control = seen(act.hold(0.1)), control_of()
        pressings = [False, *(pressing for *_, pressing in steps)]
        last = control.begin(still(), -1.0, ASPECT, pressing=False)
        for (since_s, until_s), pressing in zip(pairwise(borders_s), pressings, strict=False):
            here = [each for each in hands if since_s <= each[0] < until_s]
            if since_s:
                for t_s, hand in here[:5]:
                    control.see([hand], t_s, ASPECT)
                t_s, hand = here[5]
                assert control.begin(hand, t_s, ASPECT, pressing=pressing) == last
            for t_s, hand in here[6:]:
                last = control.follow(hand, t_s, ASPECT) or last
            control.end()

    def clicked(self, act: Act, times_s: Iterable[float]) -> list[tuple[float, float]]:
        """Where presses of 0.2 s at some times of an act are."""
        control, hands, spots = control_of(), seen(act, noise_palms=0.005), []
        last: Motion | None = None
        for time_s in times_s:
            pressed = [each for each in hands if time_s <= each[0] < time_s + 0.2]
            for t_s, hand in hands:
                if t_s < time_s:
                    control.see([hand], t_s, ASPECT)
            (t_s, hand), *rest = pressed
            last = control.begin(hand, t_s, ASPECT, pressing=True) or last
            spots += places([last])
            list(led(control, rest, begun=True))
            control.end()
        return spots

    def pinches(self, number: int, away_px: float) -> tuple[Act, list[float]]:
        """An act of so many pinches, the hand going on between them, and the times of presses."""
        act = standing("pinch_open").hold(0.3)
        times_s = []
        for _ in range(number):
            act = act.become(PINCH, 0.15)
            times_s.append(act.duration_s + 0.04)
            act = act.hold(0.25).become(PINCH_OPEN, 0.15)
            x_px, y_px = act.end.centre_px
            act = act.move_to(x_px + away_px, y_px, 0.25).hold(0.1)
        return act, times_s

    def test_two_quick_presses_are_in_one_place(self):
        first, second = self.clicked(*self.pinches(2, away_px=6.0))
        assert first == second

    @pytest.mark.parametrize("away_px", [6.0, 12.0, 30.0])
    def test_presses_go_along_with_the_hand(self, away_px: float):
        spots = self.clicked(*self.pinches(8, away_px))
        hand_went_px = 7 * away_px / PALM_PX * 640
        assert spots[-1][0] - spots[0][0] == pytest.approx(min(hand_went_px, 960), abs=150)

    def test_pointing_does_not_take_over_a_pointer_far_from_the_hand(self):
        control = control_of()
        control.begin(still(), 0.0, ASPECT, pressing=False)
        across = []
        for number in (1, 2, 3):
            control.end()
            hand = replace(still(320.0 + 25 * number), fresh=True)
            motion = control.begin(hand, 0.3 * number, ASPECT, pressing=False)
            assert isinstance(motion, To)
            across.append(motion.x)
        assert across == pytest.approx([0.5, 0.5, 0.5 + 75 / (3 * PALM_PX)], abs=0.01)

    def test_drags_one_after_another_begin_where_the_last_ended(self):
        control = control_of()
        last = control.begin(still(), 0.0, ASPECT, pressing=True)
        for number in range(1, 9):
            hand = replace(still(320.0 + 8 * number), fresh=True)
            moved_to = control.follow(hand, 0.2 * number, ASPECT)
            assert moved_to not in (None, last)
            control.end()
            last = control.begin(hand, 0.2 * number + 0.1, ASPECT, pressing=True)
            assert last == moved_to

    def test_a_hand_that_went_away_takes_the_pointer_along(self):
        way = self.settled(gap_s=0.6, away_px=70.0)
        assert max(dist(way[0], place) for place in way) > 300

    def test_what_is_between_hand_and_pointer_goes_away_while_it_points(self):
        hands = seen(standing().move_to(340, 250, 0.4).circle(0.5).circle(0.5).hold(0.5))
        control, plain = control_of(), control_of()
        control.begin(still(), 0.0, ASPECT, pressing=False)
        control.end()
        late = [(t_s, hand) for t_s, hand in hands if t_s >= 0.92]
        way, expected = places(led(control, late)), places(led(plain, late))
        assert way[0] == pytest.approx((960, 540), abs=1)
        assert dist(way[0], expected[0]) > 100
        assert dist(way[-1], expected[-1]) < 25
        assert longest_step(way) < 1.5 * longest_step(expected)


class TestBadInput:
    def test_numbers_that_are_none_change_nothing(self):
        hands = seen(standing().move_to(380, 220, 0.5).hold(0.3))
        broken = replace(still(), image=np.full((21, 3), nan))
        control, way = control_of(), []
        for number, (t_s, hand) in enumerate(hands):
            if number % 4 == 3:
                control.armed(broken, ASPECT)
                control.see([broken], t_s - 0.01, ASPECT)
                assert control.follow(broken, t_s - 0.005, ASPECT) is None
            way += led(control, [(t_s, hand)], begun=number > 0)
        assert places(way) == places(led(control_of(), hands))

    def test_a_gesture_that_begins_unseen_starts_with_the_first_good_frame(self):
        control = control_of()
        broken = replace(still(), image=np.full((21, 3), inf))
        assert control.begin(broken, 0.0, ASPECT, pressing=True) is None
        assert isinstance(control.follow(still(), 0.1, ASPECT), To)

    def test_a_hand_long_unseen_leaves_the_pointer(self):
        smoother = LandmarkSmoother()
        control = control_of()
        way = []
        frames = acting_hands(standing().move_to(420, 250, 0.5), gap=(0.75, 1.2), noise_palms=0)
        for frame in frames:
            for hand in smoother.update(frame.hands, frame.t_s, ASPECT):
                control.see([hand], frame.t_s, ASPECT)
                way.append(control.follow(hand, frame.t_s, ASPECT))
                if not frame.t_s:
                    way[-1] = control.begin(hand, 0.0, ASPECT, pressing=False)
        assert way[-3:] == [None] * 3
        assert way[-6] is not None

    @settings(deadline=None, max_examples=60)
    @given(
        st.sampled_from([ABSOLUTE, RELATIVE, PointerSettings("relative", speed=3, acceleration=3)]),
        st.lists(
            st.tuples(
                st.sampled_from(["armed", "see", "begin", "press", "follow", "end", "reset"]),
                st.floats(-500, 1500) | st.sampled_from([nan, inf]),
                st.floats(-500, 1500),
                st.floats(-1e3, 1e3),
                st.floats(0.0, 0.5),
                st.integers(1, 2),
                st.booleans(),
            ),
            max_size=30,
        ),
    )
    def test_whatever_comes_the_pointer_stays_on_the_desktop(
        self,
        config: PointerSettings,
        calls: list[tuple[str, float, float, float, float, int, bool]],
    ):
        control = PointerControl(config, DESKTOP_PX)
        t_s = 0.0
        for call, x_px, y_px, speed, dt_s, track, fresh in calls:
            t_s += dt_s
            hand = still(x_px, y_px, track)
            hand = replace(hand, velocity=np.full((21, 3), speed), fresh=fresh, coasting=not fresh)
            motion: Motion | None = None
            match call:
                case "armed":
                    control.armed(hand, ASPECT)
                case "see":
                    control.see([hand], t_s, ASPECT)
                case "begin" | "press":
                    motion = control.begin(hand, t_s, ASPECT, pressing=call == "press")
                    assert config.move == "absolute" or motion is None
                case "follow":
                    motion = control.follow(hand, t_s, ASPECT)
                case "end":
                    control.end()
                case _:
                    control.reset()
            if isinstance(motion, To):
                assert isfinite(motion.x)
                assert 0.0 <= motion.x <= 1.0
                assert 0.0 <= motion.y <= 1.0
            elif motion is not None:
                assert (motion.dx_px, motion.dy_px) != (0, 0)


@pytest.mark.parametrize("config", [ABSOLUTE, RELATIVE])
def test_the_frame_rate_hardly_matters(config: PointerSettings):
    act = standing().move_to(370, 235, 0.5).hold(0.6)
    ends = []
    for fps in (20.0, 30.0, 60.0):
        motions = list(led(control_of(config), seen(act, fps=fps)))
        ends.append(moved(motions) if config is RELATIVE else places(motions)[-1])
    for end in ends:
        assert end == pytest.approx(ends[1], rel=0.08)


def test_by_is_whole_pixels():
    hands = seen(standing().move_to(380, 250, 0.5))
    steps = [m for m in led(control_of(RELATIVE), hands) if isinstance(m, By)]
    assert steps
    assert all(isinstance(step.dx_px, int) and isinstance(step.dy_px, int) for step in steps)


class TestTrail:
    ACT = standing("palm").become(PINCH_OPEN, 1.2).move_to(380, 220, 1.2).become(PINCH, 0.2)

    def begun(self, hands: Seen) -> Motion | None:
        """Where the pointer is put for a press after these frames."""
        control = control_of()
        for t_s, hand in hands:
            control.see([hand], t_s, ASPECT)
        return control.begin(hands[-1][1], hands[-1][0], ASPECT, pressing=True)

    def test_nothing_is_read_of_a_hand_that_leads_no_pointer(self, monkeypatch: pytest.MonkeyPatch):
        read = []
        monkeypatch.setattr(trail, "read", lambda hand, _: read.append(hand))
        control, hands = control_of(), seen(self.ACT)
        for t_s, hand in hands:
            control.see([hand], t_s, ASPECT)
        assert not read
        control.begin(hands[-1][1], hands[-1][0], ASPECT, pressing=True)
        since_s = hands[-1][0] - trail.KEPT_S
        assert read[:-1] == [hand for t_s, hand in hands if t_s >= since_s]

    def test_a_gesture_begins_with_what_the_hand_did_lately(self):
        hands = seen(self.ACT, noise_palms=0.02)
        lately = [(t_s, hand) for t_s, hand in hands if t_s >= hands[-1][0] - trail.KEPT_S]
        assert len(lately) < len(hands)
        assert self.begun(lately) == self.begun(hands)
        assert self.begun(hands[-1:]) != self.begun(hands)

    def test_what_it_did_since_a_gesture_shortly_before_is_read_on(self):
        hands = seen(self.ACT, noise_palms=0.02)
        led_s = hands[-1][0] - trail.KEPT_S + 0.1
        controls = control_of(), control_of()
        for t_s, hand in hands:
            for control, is_read in zip(controls, (True, t_s <= led_s), strict=True):
                control.see([hand], t_s, ASPECT)
                if is_read:
                    control.follow(hand, t_s, ASPECT)
        always, until_then = (
            control.begin(hand, t_s, ASPECT, pressing=True) for control in controls
        )
        assert until_then == always
        assert self.begun(hands) != always
