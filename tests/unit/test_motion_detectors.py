"""What detectors report of a motion: its course, its values, and when nobody is to hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from daemon.synthetic.poses import FIST, ONE, PALM, PINCH, PINCH_OPEN, THUMB_INDEX
from daemon.synthetic.scene import Act
from gestures.geometry import HandGeometry
from gestures.landmarks import HandFrame
from gestures.motion_spec import Circle, Pinch, PoseChange, Push, Rotate, Swipe, Tap, Wave, Zoom
from gestures.motions.hand import HandMotions, MotionMemory
from gestures.motions.moment import Moment, MotionReport
from gestures.rules import SURE
from gestures.spec import GestureSpec
from models.smoothing import LandmarkSmoother
from tests.unit.hand_paths import acting_hands, shipped_rules
from tests.unit.motion_acts import GRIP, Start, act_of

Told = list[tuple[float, MotionReport]]


def moments(frames: Iterable[HandFrame]) -> Iterable[Moment]:
    """Smoothed frames of one hand, with the poses of the library that it shows."""
    smoother = LandmarkSmoother()
    rules = shipped_rules()
    for frame in frames:
        for hand in smoother.update(frame.hands, frame.t_s, frame.aspect):
            geometry = HandGeometry(hand, frame)
            verdict = rules.judge(geometry, hand.hand)
            shown = [
                name
                for name, score in zip(rules.names, verdict.scores, strict=True)
                if score > SURE
            ]
            yield Moment(hand, geometry, frozenset(shown), frame.t_s, frame.aspect)


def told(act: Act, *specs: GestureSpec, memory: MotionMemory | None = None) -> Told:
    motions = HandMotions(specs, act.start.hand, memory or MotionMemory())
    frames = acting_hands(act, noise_palms=0.0)
    return [(now.t_s, report) for now in moments(frames) for report in motions.update(now)]


def course(reports: Told) -> list[str]:
    """The kinds of reports, repeated updates once."""
    kinds: list[str] = []
    for _, report in reports:
        if not (report.kind == "update" and kinds[-1:] == ["update"]):
            kinds.append(report.kind)
    return kinds


PINCHED = GestureSpec("pinched", motion=Pinch())


class TestCourse:
    @pytest.mark.parametrize(
        ("name", "motion"),
        [
            ("wave", Wave()),
            ("push", Push("towards")),
            ("pull", Push("away")),
            ("tap", Tap()),
            ("grab", PoseChange(("palm",), ("fist",))),
        ],
    )
    def test_of_what_is_over_at_once(self, name, motion):
        reports = told(act_of(name), GestureSpec("mine", motion=motion))
        (first_s, begin), (last_s, end) = reports
        assert (begin.kind, end.kind) == ("begin", "end")
        assert first_s == last_s

    @pytest.mark.parametrize(
        ("name", "motion"),
        [
            ("circle_clockwise", Circle("clockwise")),
            ("pinch", Pinch()),
            ("zoom_in", Zoom("in")),
            ("zoom_out", Zoom("out")),
            ("rotate_clockwise", Rotate("clockwise")),
        ],
    )
    def test_of_what_goes_on(self, name, motion):
        reports = told(act_of(name), GestureSpec("mine", motion=motion))
        assert course(reports) == ["begin", "update", "end"]

    def test_a_pinch_lasts_as_long_as_it_is_closed(self):
        act = Start().act(PALM).become(PINCH_OPEN, 0.3).become(PINCH, 0.3).hold(1.5)
        act = act.move_to(380, 220, 1.0).become(PINCH_OPEN, 0.3).hold(0.5)
        reports = told(act, PINCHED)
        assert course(reports) == ["begin", "update", "end"]
        (began_s, begin), *_, (ended_s, end) = reports
        assert 1.2 < began_s < 1.6
        assert 3.9 < ended_s < 4.3
        x, y = begin.value.position
        dragged_x, dragged_y = end.value.position
        assert dragged_x - x == pytest.approx(60 / 640, abs=0.03)
        assert dragged_y - y == pytest.approx(-40 / 480, abs=0.03)

    def test_a_second_circle_is_part_of_the_first(self):
        reports = told(
            Start().act(PALM).circle(0.8, 3, 3.6).hold(1),
            GestureSpec("c", motion=Circle("clockwise")),
        )
        assert course(reports) == ["begin", "update", "end"]
        assert reports[-1][1].value.angle_deg == pytest.approx(1080, abs=60)

    def test_a_circle_that_turns_round_has_ended(self):
        act = Start().act(PALM).circle(0.8, 1, 1.2).circle(0.8, -1, 1.2).hold(1)
        clockwise = GestureSpec("c", motion=Circle("clockwise"))
        counter = GestureSpec("cc", motion=Circle("counterclockwise"))
        begun = [report.spec.name for _, report in told(act, clockwise, counter)
                 if report.kind == "begin"]  # fmt: skip
        assert begun == ["c", "cc"]


class TestValues:
    def test_angle_of_a_turn(self):
        reports = told(act_of("rotate_clockwise"), GestureSpec("r", motion=Rotate("clockwise")))
        assert reports[0][1].value.angle_deg == pytest.approx(38, abs=6)
        assert reports[-1][1].value.angle_deg == pytest.approx(60, abs=6)
        back = GestureSpec("r", motion=Rotate("counterclockwise"))
        reports = told(act_of("rotate_counterclockwise"), back)
        assert reports[-1][1].value.angle_deg == pytest.approx(-60, abs=6)

    def test_factor_of_a_zoom(self):
        reports = told(act_of("zoom_in"), GestureSpec("z", motion=Zoom("in")))
        factors = [report.value.factor for _, report in reports]
        assert factors[0] >= 1.5
        assert factors[-1] > 3
        assert (
            told(act_of("zoom_out"), GestureSpec("z", motion=Zoom("out")))[-1][1].value.factor
            < 1 / 1.5
        )

    def test_factor_of_a_push(self):
        towards = told(act_of("push"), GestureSpec("p", motion=Push("towards", 1.4)))
        assert towards[0][1].value.factor >= 1.39
        away = told(act_of("pull"), GestureSpec("p", motion=Push("away", 1.4)))
        assert away[0][1].value.factor <= 0.72

    def test_radius_of_a_circle(self):
        reports = told(act_of("circle_clockwise"), GestureSpec("c", motion=Circle("clockwise")))
        assert reports[0][1].value.distance_palms == pytest.approx(0.8, abs=0.1)


class TestBounds:
    def test_of_a_circle(self):
        act = Start().act(PALM).circle(0.8, 1, 1.2).hold(1)
        assert told(act, GestureSpec("c", motion=Circle("clockwise", radius_palms=1.0))) == []
        assert told(act, GestureSpec("c", motion=Circle("clockwise", turns=2.0))) == []
        assert told(act, GestureSpec("c", motion=Circle("clockwise", within_ms=500))) == []

    def test_of_a_wave(self):
        assert told(act_of("wave"), GestureSpec("w", motion=Wave(turns=5))) == []
        assert told(act_of("wave"), GestureSpec("w", motion=Wave(distance_palms=1.5))) == []
        assert told(act_of("wave"), GestureSpec("w", motion=Wave(within_ms=700))) == []
        assert told(act_of("wave"), GestureSpec("w", motion=Wave(turns=2))) != []

    def test_of_a_push(self):
        assert told(act_of("push"), GestureSpec("p", motion=Push("towards", 1.9))) == []
        assert told(act_of("push"), GestureSpec("p", motion=Push("towards", 1.5, 200))) == []

    def test_of_a_change(self):
        act = Start().act(PALM).become(FIST, 2.5).hold(0.5)
        quick = PoseChange(("palm",), ("fist",), 300)
        slow = PoseChange(("palm",), ("fist",), 1500)
        assert told(act, GestureSpec("g", motion=quick)) == []
        assert len(told(act, GestureSpec("g", motion=slow))) == 2

    def test_of_a_turn(self):
        wide = Rotate("clockwise", angle_deg=80)
        assert told(act_of("rotate_clockwise"), GestureSpec("r", motion=wide)) == []

    def test_of_a_tap(self):
        assert told(act_of("tap"), GestureSpec("t", motion=Tap(within_ms=120))) == []
        assert told(act_of("tap"), GestureSpec("t", motion=Tap("middle"))) == []

    def test_of_a_zoom(self):
        assert told(act_of("zoom_in"), GestureSpec("z", motion=Zoom("in", factor=9))) == []


class TestWho:
    def test_only_the_hands_that_may(self):
        right = GestureSpec("p", motion=Push("towards"), hands=("right",))
        left = GestureSpec("p", motion=Push("towards"), hands=("left",))
        assert told(act_of("push"), left) == []
        assert len(told(act_of("push"), right)) == 2

    def test_while(self):
        pushed = GestureSpec("p", motion=Push("towards"), poses=("fist",))
        assert told(act_of("push"), pushed) == []
        act = Start().act(FIST).approach(80, 0.5).hold(0.5)
        assert len(told(act, pushed)) == 2
        assert told(act, GestureSpec("p", motion=Push("towards"))) == []

    def test_a_folded_hand_pinches_where_nothing_zooms(self):
        act = act_of("zoom_out")
        folded = (
            Start()
            .act(THUMB_INDEX)
            .become(replace(PINCH, middle=FIST.middle, ring=FIST.ring, pinky=FIST.pinky), 0.3)
        )
        pinch, zoom = PINCHED, GestureSpec("z", motion=Zoom("out"))
        assert {report.spec.name for _, report in told(folded.hold(0.5), pinch)} == {"pinched"}
        assert {report.spec.name for _, report in told(folded.hold(0.5), pinch, zoom)} == {"z"}
        assert {report.spec.name for _, report in told(act, pinch, zoom)} == {"z"}

    def test_a_knob_is_held(self):
        turned = GestureSpec("r", motion=Rotate("clockwise"))
        assert course(told(Start().act(GRIP).turn(-60, 0.6).hold(0.6), turned))[0] == "begin"
        for pose in (PALM, ONE):
            assert told(Start().act(pose).turn(-60, 0.6).hold(0.6), turned) == []


class TestCooldown:
    def _grabs(self, cooldown_ms: float) -> Sequence[str]:
        spec = GestureSpec("g", motion=PoseChange(("palm",), ("fist",)), cooldown_ms=cooldown_ms)
        act = Start().act(PALM)
        for _ in range(2):
            act = act.become(FIST, 0.25).hold(0.5).become(PALM, 0.25).hold(0.5)
        return [report.kind for _, report in told(act, spec)]

    def test_of_what_is_over_at_once(self):
        assert self._grabs(1000) == ["begin", "end"] * 2
        assert self._grabs(2500) == ["begin", "end"]

    def test_of_what_goes_on(self):
        act = Start().act(PALM).become(PINCH_OPEN, 0.2)
        for _ in range(2):
            act = act.become(PINCH, 0.3).hold(0.6).become(PINCH_OPEN, 0.3).hold(0.4)
        quick = GestureSpec("p", motion=Pinch(), cooldown_ms=300)
        slow = GestureSpec("p", motion=Pinch(), cooldown_ms=3000)
        assert course(told(act, quick)) == ["begin", "update", "end"] * 2
        assert course(told(act, slow)) == ["begin", "update", "end"]


class TestLoss:
    def test_what_goes_on_is_given_up_once(self):
        motions = HandMotions([PINCHED], "right", MotionMemory())
        act = Start().act(PINCH_OPEN).become(PINCH, 0.3).hold(0.5)
        kinds = [
            report.kind for now in moments(acting_hands(act)) for report in motions.update(now)
        ]
        assert kinds[0] == "begin"
        assert [report.kind for report in motions.cancel(1.0)] == ["cancel"]
        assert motions.cancel(1.0) == []

    def test_nothing_that_is_muted_is_given_up(self):
        memory = MotionMemory()
        spec = GestureSpec("p", motion=Pinch(), cooldown_ms=60_000)
        act = Start().act(PINCH_OPEN).become(PINCH, 0.3).hold(0.3).become(PINCH_OPEN, 0.3)
        motions = HandMotions([spec], "right", memory)
        for now in moments(acting_hands(act.become(PINCH, 0.3).hold(0.5))):
            motions.update(now)
        assert motions.cancel(1.0) == []

    def test_a_coasting_hand_adds_nothing(self):
        motions = HandMotions([PINCHED], "right", MotionMemory())
        act = Start().act(PINCH_OPEN).become(PINCH, 0.3).hold(0.5)
        for now in moments(acting_hands(act)):
            coasting = Moment(
                replace(now.hand, coasting=True),
                now.geometry, now.shown, now.t_s, now.aspect,
            )  # fmt: skip
            assert motions.update(coasting) == []

    def test_a_way_made_before_is_forgotten(self):
        specs = [GestureSpec("s", motion=Swipe("left")), GestureSpec("w", motion=Wave())]
        motions = HandMotions(specs, "right", MotionMemory())
        found = []
        for now in moments(acting_hands(act_of("wave"))):
            found += motions.update(now)
            if 1.4 < now.t_s < 1.45:
                motions.forget()
        assert found == []
