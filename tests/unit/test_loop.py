"""The loop and the chain in it: what acts when the hand or the program fails in mid-gesture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from daemon.actions import Action, DragAction, KeyAction
from daemon.chain import Chain, Line
from daemon.config.load import builtin_library
from daemon.config.model import Binding, Config
from daemon.injector import Injector
from daemon.loop import run_loop
from daemon.reports import ActionEvent
from daemon.synthetic.hand import Side
from gestures.arming import ArmingRule
from gestures.landmarks import HandFrame, HandObservation
from tests.unit.fake_keyboard import FakeKeyboard
from tests.unit.hand_paths import HEIGHT, WIDTH, Place, frame_of, strokes

FPS = 30
PALM_PX = 40.0
B = KeyAction(("b",))
RIGHT = KeyAction(("Right",))
LEFT_BUTTON = {("button", "left")}


class Stage:
    """Frames for a chain, made act by act; remembers the lines that come out."""

    def __init__(self, *bindings: Binding, arming: ArmingRule | None = None) -> None:
        self.keyboard = FakeKeyboard()
        config = Config(arming=arming, gestures=builtin_library(), bindings=bindings)
        self.chain = Chain(config, Injector(self.keyboard), dry_run=True)
        self.t_s = 0.0
        self.place = (380.0, 260.0)
        self.lines: list[Line] = []

    def feed(self, *hands: HandObservation) -> Stage:
        self.lines += self.chain.feed(HandFrame(self.t_s, WIDTH, HEIGHT, hands))
        self.t_s += 1 / FPS
        return self

    def show(self, pose: str, seconds: float, track: int = 1) -> Stage:
        for _ in range(round(seconds * FPS)):
            self.feed(one(pose, track, centre_px=self.place))
        return self

    def nothing(self, seconds: float) -> Stage:
        for _ in range(round(seconds * FPS)):
            self.feed()
        return self

    def swipe_left(self, pose: str) -> Stage:
        path, duration_s = strokes(self.place, PALM_PX, (0.35, -2.4, 0.0))
        for number in range(round(duration_s * FPS)):
            self.feed(one(pose, centre_px=path(number / FPS)))
        self.place = path(duration_s)
        return self

    @property
    def actions(self) -> list[Action]:
        return [line.action for line in self.lines if isinstance(line, ActionEvent)]

    @property
    def words(self) -> list[str]:
        found = [line.to_json() for line in self.lines]
        return [f"{line['event']} {line.get('gesture', '')}".strip() for line in found]


def one(
    pose: str,
    track: int = 1,
    hand: Side = "right",
    centre_px: tuple[float, float] = (380.0, 260.0),
) -> HandObservation:
    (seen,) = frame_of(pose, hand, palm_px=PALM_PX, centre_px=centre_px).hands
    return HandObservation(track, hand, 1.0, seen.image)


HOLD = Binding("fist", B, hold_ms=700)


class TestHolds:
    @pytest.mark.parametrize("seen_s", [0.5, 0.6, 0.7, 0.75])
    def test_none_fires_while_the_hand_coasts(self, seen_s: float) -> None:
        stage = Stage(HOLD).show("fist", seen_s).nothing(2.0)
        assert stage.words == ["begin fist", "cancel fist"]

    def test_one_that_is_seen_fires(self) -> None:
        assert Stage(HOLD).show("fist", 1.0).actions == [B]

    def test_one_fires_when_the_hand_is_soon_back(self) -> None:
        stage = Stage(HOLD).show("fist", 0.6).nothing(0.2)
        assert stage.actions == []
        assert stage.show("fist", 0.2).actions == [B]

    @pytest.mark.parametrize("gap_s", [0.3, 0.8, 5.0])
    def test_none_fires_across_a_gap_without_frames(self, gap_s: float) -> None:
        stage = Stage(HOLD).show("fist", 0.6)
        stage.t_s += gap_s
        assert stage.feed(one("fist")).show("fist", 0.1).actions == []

    @pytest.mark.parametrize("without_frames", [True, False])
    def test_single_frames_apart_are_no_hold(self, without_frames: bool) -> None:
        stage = Stage(HOLD, Binding("fist", RIGHT))
        for _ in range(3):
            stage.feed(one("fist"))
            if without_frames:
                stage.t_s += 0.8 - 1 / FPS
            else:
                stage.nothing(0.8 - 1 / FPS)
        assert stage.lines == []


class TestArming:
    ARMING = ArmingRule("palm", hold_ms=500)

    def test_not_while_the_hand_coasts(self) -> None:
        for seen_s in (0.4, 0.5, 0.6):
            stage = Stage(arming=self.ARMING).show("palm", seen_s).nothing(2.0)
            assert stage.words == ["begin palm", "cancel palm"]
        assert "armed" in Stage(arming=self.ARMING).show("palm", 1.0).words

    @pytest.mark.parametrize("gap_s", [0.3, 0.8, 5.0])
    def test_not_across_a_gap_without_frames(self, gap_s: float) -> None:
        stage = Stage(arming=self.ARMING).show("palm", 0.5)
        stage.t_s += gap_s
        assert "armed" not in stage.show("palm", 0.4).words

    def test_not_by_single_frames_apart(self) -> None:
        stage = Stage(arming=self.ARMING)
        for _ in range(3):
            stage.feed(one("palm"))
            stage.t_s += 0.8 - 1 / FPS
        assert stage.lines == []

    def test_a_stroke_of_the_hand_beside_it_is_seen_and_does_not_act(self) -> None:
        stage = Stage(Binding("swipe_left", RIGHT), arming=self.ARMING)
        path, duration_s = strokes((260.0, 260.0), PALM_PX, (1.0, 0, 0), (0.35, -2.4, 0))
        self._beside_a_palm(stage, path, duration_s + 0.6)
        assert "begin swipe_left" in stage.words
        assert stage.actions == []

    def test_a_palm_that_rests_on_does_not_arm_again(self) -> None:
        stage = Stage(arming=ArmingRule("palm", hold_ms=500, disarm_after_ms=2000))
        assert stage.show("palm", 6.0).words == ["begin palm", "armed", "disarmed"]

    def test_a_palm_that_comes_back_after_disarming_arms(self) -> None:
        stage = Stage(arming=ArmingRule("palm", hold_ms=300, disarm_after_ms=1500))
        stage.show("palm", 1.5).nothing(0.9)
        assert stage.words[-1] == "disarmed"
        assert stage.show("palm", 1.0).words[-2:] == ["begin palm", "armed"]

    @staticmethod
    def _beside_a_palm(stage: Stage, path: Place, seconds: float) -> None:
        for _ in range(round(seconds * FPS)):
            stage.feed(
                one("palm", centre_px=(520.0, 260.0)), one("four", 2, "left", path(stage.t_s))
            )


@pytest.mark.parametrize("arming", [None, ArmingRule("fist", hold_ms=300)])
class TestOnePoseActsOnce:
    def ready(self, arming: ArmingRule | None) -> Stage:
        """Armed where there is arming, and the palm held until its hold has fired."""
        stage = Stage(Binding("palm", B, hold_ms=300), Binding("swipe_left", RIGHT), arming=arming)
        stage.show("fist", 0.8).show("palm", 1.0)
        assert stage.actions == [B]
        return stage

    def test_though_a_swipe_comes_between(self, arming: ArmingRule | None) -> None:
        stage = self.ready(arming).swipe_left("palm").show("palm", 2.0)
        assert stage.actions == [B, RIGHT]
        stage.show("peace", 0.5).show("palm", 1.0)
        assert stage.actions == [B, RIGHT, B]

    def test_though_two_swipes_come_between(self, arming: ArmingRule | None) -> None:
        stage = self.ready(arming).swipe_left("palm").show("palm", 0.6).swipe_left("palm")
        assert stage.show("palm", 2.0).actions == [B, RIGHT, RIGHT]

    @pytest.mark.parametrize("track", [1, 2])
    def test_though_the_hand_is_lost_for_a_moment(
        self, arming: ArmingRule | None, track: int
    ) -> None:
        stage = self.ready(arming).nothing(0.3).show("palm", 2.0, track)
        assert stage.actions == [B]
        stage.show("peace", 0.5, track).show("palm", 1.0, track)
        assert stage.actions == [B, B]

    def test_though_the_hand_is_lost_twice(self, arming: ArmingRule | None) -> None:
        stage = self.ready(arming).nothing(0.3).show("palm", 0.3).nothing(0.3).show("palm", 2.0)
        assert stage.actions == [B]

    def test_though_the_hand_is_lost_after_a_swipe(self, arming: ArmingRule | None) -> None:
        stage = self.ready(arming).swipe_left("palm").show("palm", 0.3).nothing(0.3)
        assert stage.show("palm", 2.0).actions == [B, RIGHT]


class Fault(Exception):
    """What goes wrong in a test."""


DRAG = Binding("fist", DragAction())


def dragging(stage: Stage, after: Callable[[], None] = lambda: None) -> Iterator[HandFrame]:
    """Frames of a fist; `after` is called in mid-drag, before the next frame."""
    for number in range(2 * FPS):
        if number == FPS:
            assert stage.keyboard.down == LEFT_BUTTON
            after()
        yield HandFrame(number / FPS, WIDTH, HEIGHT, (one("fist"),))


def fail(*_: Any) -> None:
    raise Fault


class TestFaults:
    @pytest.mark.parametrize("error", [Fault, KeyboardInterrupt, SystemExit])
    def test_of_the_source(self, error: type[BaseException]) -> None:
        def raise_it() -> None:
            raise error

        stage = Stage(DRAG)
        with pytest.raises(error):
            run_loop(dragging(stage, raise_it), stage.chain, stage.lines.extend)
        assert stage.keyboard.down == set()
        assert stage.words == ["begin fist", "action fist", *["update fist"] * 26, "cancel fist"]

    @pytest.mark.parametrize("calls", [1, 1000], ids=["once", "for good"])
    def test_of_the_output(self, calls: int) -> None:
        stage = Stage(DRAG)
        failing: list[bool] = []

        def show(lines: Iterable[Line]) -> None:
            if (stage.keyboard.down or failing) and len(failing) < calls:
                failing.append(True)
                raise Fault
            stage.lines += lines

        with pytest.raises(Fault):
            run_loop(dragging(stage), stage.chain, show)
        assert len(failing) == min(calls, 2)  # in mid-drag, and of what the reset says
        assert "press_button left" in stage.keyboard.log
        assert stage.keyboard.down == set()

    def test_of_the_chain(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stage = Stage(DRAG)

        def break_it() -> None:
            monkeypatch.setattr("gestures.recognizer.Recognizer.update", fail)

        with pytest.raises(Fault):
            run_loop(dragging(stage, break_it), stage.chain, stage.lines.extend)
        assert stage.keyboard.down == set()
        assert stage.words[-1] == "cancel fist"

    def test_of_the_chain_that_goes_on_at_its_reset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stage = Stage(DRAG)

        def break_it() -> None:
            monkeypatch.setattr("gestures.recognizer.Recognizer.update", fail)
            monkeypatch.setattr("gestures.recognizer.Recognizer.reset", fail)

        with pytest.raises(Fault):
            run_loop(dragging(stage, break_it), stage.chain, stage.lines.extend)
        assert stage.keyboard.down == set()

    def test_a_button_that_did_not_come_up_is_tried_again(self) -> None:
        stage = Stage(DRAG)

        def break_it() -> None:
            stage.keyboard.fail_next("fails")
            raise Fault

        with pytest.raises(Fault):
            run_loop(dragging(stage, break_it), stage.chain, stage.lines.extend)
        assert stage.chain.reset(2.0, "again") == []
        assert stage.keyboard.down == set()


class TestReason:
    ARMING = ArmingRule("palm", hold_ms=300)

    def run(self, frames: int, why: str, *, breaks: bool = False) -> str:
        stage = Stage(arming=self.ARMING)

        def seen() -> Iterator[HandFrame]:
            for number in range(frames):
                yield HandFrame(number / FPS, WIDTH, HEIGHT, (one("palm"),))
            if breaks:
                raise Fault

        try:
            run_loop(seen(), stage.chain, stage.lines.extend, lambda: why)
        except Fault:
            assert breaks
        last = stage.lines[-1].to_json()
        assert last["event"] == "disarmed"
        assert last["t"] == pytest.approx((frames - 1) / FPS, abs=1e-3)
        return str(last["reason"])

    def test_why_it_ended_is_told(self) -> None:
        assert self.run(FPS, "asked to stop") == "asked to stop"

    def test_a_fault(self) -> None:
        assert self.run(FPS, "asked to stop", breaks=True) == "stopped by a fault"

    def test_without_a_frame_nothing_happens(self) -> None:
        stage = Stage(DRAG, arming=self.ARMING)
        run_loop([], stage.chain, stage.lines.extend)
        assert stage.lines == []
        assert stage.keyboard.log == []
