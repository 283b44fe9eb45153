from __future__ import annotations

import json
import logging
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.actions import (
    Action,
    ClickAction,
    DragAction,
    HandScrollAction,
    HoldAction,
    KeyAction,
    KeysAction,
    ModeAction,
    NotifyAction,
    PauseAction,
    PointerAction,
    RepeatAction,
    RunAction,
    ScrollAction,
    SequenceAction,
    TextAction,
    WaitAction,
)
from daemon.config.model import Binding, Mode
from daemon.reports import ActionEvent, ModeEvent
from gestures.arming import ArmingRule
from gestures.events import ArmingEvent, Event, GestureEvent
from tests.unit.dispatch_rig import Rig
from tests.unit.fake_keyboard import Outcome

RIGHT = KeyAction(("Right",))
A = KeyAction(("a",))
B = KeyAction(("b",))
SPACE = KeyAction(("space",))


def test_an_action_event_is_the_design_s_line() -> None:
    line = json.dumps(ActionEvent(1.2341, "swipe_left", RIGHT, True).to_json())
    assert line == (
        '{"t": 1.234, "event": "action", "gesture": "swipe_left", '
        '"action": {"type": "key", "keys": "Right"}, "dry_run": true}'
    )


def test_a_mode_event_is_the_design_s_line() -> None:
    line = json.dumps(ModeEvent(2.0, "video").to_json())
    assert line == '{"t": 2.0, "event": "mode", "mode": "video"}'


def test_without_hold_a_binding_fires_at_begin_and_once() -> None:
    rig = Rig(Binding("swipe_left", RIGHT))
    assert rig.on("begin", "swipe_left") == ["swipe_left: key Right"]
    assert rig.on("update", "swipe_left", 30) == []
    assert rig.on("end", "swipe_left", 60) == []
    assert rig.keyboard.log == ["press Right", "release Right"]


def test_a_hold_fires_when_it_is_due_and_once() -> None:
    rig = Rig(Binding("fist", B, hold_ms=700))
    assert rig.on("begin", "fist", 100) == []
    assert rig.on("update", "fist", 799) == []
    assert rig.tick(800) == ["fist: key b"]
    assert rig.tick(1600) == []
    assert rig.on("end", "fist", 1700) == []


@pytest.mark.parametrize(
    ("kind", "at_ms", "fired"),
    [("end", 699, []), ("end", 700, ["fist: key b"]), ("cancel", 900, [])],
)
def test_a_hold_needs_its_time_and_the_hand(
    kind: Literal["end", "cancel"], at_ms: float, fired: list[str]
) -> None:
    rig = Rig(Binding("fist", B, hold_ms=700))
    rig.on("begin", "fist", 0)
    assert rig.on(kind, "fist", at_ms) == fired
    assert rig.tick(5000) == []


def test_two_hands_hold_apart() -> None:
    rig = Rig(Binding("fist", B, hold_ms=500))
    rig.on("begin", "fist", 0, track=1)
    rig.on("begin", "fist", 400, track=2, hand="left")
    rig.on("cancel", "fist", 450, track=1)
    assert rig.tick(899) == []
    assert rig.tick(900) == ["fist: key b"]


@pytest.mark.parametrize("seen", [(), (2,)])
def test_a_hold_waits_for_its_hand(seen: tuple[int, ...]) -> None:
    rig = Rig(Binding("fist", B, hold_ms=700))
    rig.on("begin", "fist", 0)
    assert rig.tick(700, seen) == []
    assert rig.tick(900, seen) == []
    assert rig.tick(933, (1,)) == ["fist: key b"]
    assert rig.tick(1000, (1,)) == []


@pytest.mark.parametrize("kind", ["begin", "update", "end", "cancel"])
@pytest.mark.parametrize(("track", "gesture"), [(2, "fist"), (1, "palm")])
def test_an_event_fires_only_the_holds_of_its_own_gesture(
    kind: Literal["begin", "update", "end", "cancel"], track: int, gesture: str
) -> None:
    rig = Rig(Binding("fist", B, hold_ms=500))
    rig.on("begin", "fist", 0, track=1)
    if kind != "begin":
        rig.on("begin", gesture, 600, track=track)
    assert rig.on(kind, gesture, 800, track=track) == []
    assert rig.on("cancel", "fist", 810, track=1) == []


def test_arming_events_fire_no_hold() -> None:
    rig = Rig(Binding("fist", B, hold_ms=500), arming=ArmingRule())
    rig.arm("armed")
    rig.on("begin", "fist", 0)
    assert rig.arm("armed", 600) == []
    assert rig.on("cancel", "fist", 600) == []


class TestTapAndLongPress:
    bindings = (
        Binding("fist", SPACE, hold_ms=1200),
        Binding("fist", A),
        Binding("fist", B, hold_ms=500),
    )

    @pytest.mark.parametrize(
        ("end_ms", "fired"),
        [(100, ["fist: key a"]), (500, ["fist: key b"]), (1199, ["fist: key b"])],
    )
    def test_the_longest_reached_fires_at_the_end(self, end_ms: float, fired: list[str]) -> None:
        rig = Rig(*self.bindings)
        assert rig.on("begin", "fist") == []
        assert rig.tick(end_ms) == []
        assert rig.on("end", "fist", end_ms) == fired

    def test_the_longest_of_all_fires_at_its_time_alone(self) -> None:
        rig = Rig(*self.bindings)
        rig.on("begin", "fist")
        assert rig.tick(1200) == ["fist: key space"]
        assert rig.on("end", "fist", 1300) == []

    def test_a_cancelled_one_fires_nothing(self) -> None:
        rig = Rig(*self.bindings)
        rig.on("begin", "fist")
        assert rig.on("cancel", "fist", 600) == []

    def test_a_pointer_does_not_wait_for_a_longer_hold(self) -> None:
        rig = Rig(Binding("one", PointerAction()), Binding("one", ClickAction(), hold_ms=800))
        assert rig.on("begin", "one", pointer=(0.5, 0.5)) == ["one: pointer"]
        assert rig.tick(800) == ["one: click left 1"]
        rig.on("update", "one", 900, pointer=(0.8, 0.8))
        assert rig.keyboard.log[-1] == "move"

    def test_a_short_pinch_clicks_and_a_long_one_drags(self) -> None:
        rig = Rig(Binding("pinch", ClickAction()), Binding("pinch", DragAction(), hold_ms=300))
        rig.on("begin", "pinch", 0)
        assert rig.on("end", "pinch", 200) == ["pinch: click left 1"]
        rig.on("begin", "pinch", 1000)
        assert rig.tick(1300) == ["pinch: drag left"]
        assert rig.on("end", "pinch", 2000) == []
        assert rig.pressed == ["press_button left", "release_button left"] * 2


class TestMatching:
    def test_a_binding_for_the_hand_comes_before_one_for_any(self) -> None:
        rig = Rig(Binding("fist", A), Binding("fist", B, hand="left"))
        assert rig.on("begin", "fist", hand="left") == ["fist: key b"]
        assert rig.on("begin", "fist", hand="right", track=2) == ["fist: key a"]

    def test_a_binding_for_the_other_hand_does_nothing(self) -> None:
        rig = Rig(Binding("fist", B, hand="left"))
        assert rig.on("begin", "fist", hand="right") == []

    def test_the_mode_comes_before_the_global_ones(self) -> None:
        rig = Rig(
            Binding("palm", A, hand="right"),
            Binding("fist", B),
            modes={"video": Mode((Binding("palm", SPACE),))},
        )
        rig.dispatcher.set_mode("video", 0.0)
        assert rig.on("begin", "palm") == ["palm: key space"]
        assert rig.on("begin", "fist") == ["fist: key b"]

    def test_the_first_of_two_alike_counts(self) -> None:
        rig = Rig(Binding("fist", A), Binding("fist", B))
        assert rig.on("begin", "fist") == ["fist: key a"]


class TestArming:
    def test_nothing_happens_before_arming_and_after_disarming(self) -> None:
        rig = Rig(Binding("swipe_left", RIGHT), arming=ArmingRule())
        assert rig.on("begin", "swipe_left") == []
        rig.on("end", "swipe_left")
        rig.arm("armed", 100)
        assert rig.on("begin", "swipe_left", 200) == ["swipe_left: key Right"]
        rig.on("end", "swipe_left", 210)
        rig.arm("disarmed", 300)
        assert rig.on("begin", "swipe_left", 400) == []

    def test_a_gesture_that_began_before_arming_does_not_act(self) -> None:
        rig = Rig(Binding("palm", SPACE, hold_ms=500), arming=ArmingRule())
        rig.on("begin", "palm", 0)
        assert rig.arm("armed", 500) == []
        assert rig.on("update", "palm", 1500) == []
        assert rig.on("end", "palm", 2000) == []

    def test_disarming_drops_holds_and_releases_drags(self) -> None:
        rig = Rig(
            Binding("fist", B, hold_ms=700), Binding("pinch", DragAction()), arming=ArmingRule()
        )
        rig.arm("armed")
        rig.on("begin", "fist", 0)
        rig.on("begin", "pinch", 0, track=2)
        assert rig.keyboard.down == {("button", "left")}
        assert rig.arm("disarmed", 700) == []
        assert rig.keyboard.down == set()
        rig.arm("armed", 800)
        assert rig.on("update", "fist", 900) == []


class TestPointerAndDrag:
    def test_a_pointer_moves_until_the_end_and_is_reported_once(self) -> None:
        rig = Rig(Binding("one", PointerAction()))
        assert rig.on("begin", "one", 0, pointer=(0.2, 0.8)) == ["one: pointer"]
        assert rig.on("update", "one", 30, pointer=(0.5, 0.5)) == []
        assert rig.on("update", "one", 40) == []
        assert rig.on("end", "one", 60, pointer=(0.8, 0.8)) == []
        rig.on("update", "one", 90, pointer=(0.8, 0.8))
        assert set(rig.keyboard.log) == {"move"}
        assert 2 <= len(rig.keyboard.log) <= 3

    @pytest.mark.parametrize("kind", ["end", "cancel"])
    def test_a_drag_presses_at_its_place_and_releases(self, kind: Literal["end", "cancel"]) -> None:
        rig = Rig(Binding("pinch", DragAction("right")))
        assert rig.on("begin", "pinch", 0, pointer=(0.5, 0.5)) == ["pinch: drag right"]
        rig.on("update", "pinch", 30, pointer=(0.8, 0.5))
        rig.on(kind, "pinch", 60, pointer=(0.2, 0.5))
        assert rig.keyboard.log == ["move", "press_button right", "move", "release_button right"]

    def test_the_pointer_goes_with_the_hand_that_came_last(self) -> None:
        rig = Rig(Binding("one", PointerAction()), places=True)
        rig.on("begin", "one", 0, track=1)
        rig.on("begin", "one", 10, track=2)
        rig.tick(20)
        before = rig.moves
        rig.place(1, (0.3, 0.3))
        rig.tick(30)
        places = rig.keyboard.log[before:]
        rig.place(2, (0.7, 0.7))
        rig.tick(60)
        assert rig.keyboard.log[-1] not in places
        rig.on("end", "one", 90, track=2)
        before = rig.moves
        rig.place(2, (0.3, 0.7))
        rig.tick(120)
        rig.place(1, (0.5, 0.5))
        rig.tick(150)
        assert rig.moves > before

    def test_a_button_that_two_hands_drag_with_stays_until_both_let_go(self) -> None:
        rig = Rig(Binding("pinch", DragAction()))
        rig.on("begin", "pinch", 0, track=1)
        rig.on("begin", "pinch", 0, track=2)
        rig.on("end", "pinch", 30, track=1)
        assert rig.keyboard.down == {("button", "left")}
        rig.on("end", "pinch", 60, track=2)
        assert rig.pressed == ["press_button left", "release_button left"]

    def test_a_place_that_is_no_number_moves_nothing(self) -> None:
        rig = Rig(Binding("one", PointerAction()))
        rig.on("begin", "one", 0, pointer=(float("nan"), 0.5))
        assert rig.keyboard.log == []

    def test_a_drag_begun_anew_without_an_end_is_released_first(self) -> None:
        rig = Rig(Binding("pinch", DragAction()))
        rig.on("begin", "pinch", 0)
        rig.on("begin", "pinch", 30)
        rig.on("end", "pinch", 60)
        assert rig.pressed == ["press_button left", "release_button left"] * 2


VIDEO = {"video": Mode((Binding("palm", SPACE), Binding("two_up", ModeAction("default"))))}


class TestModes:
    def test_an_action_switches_and_switches_back(self) -> None:
        rig = Rig(Binding("two_up", ModeAction("video")), modes=VIDEO)
        assert rig.on("begin", "two_up") == ["two_up: mode video", "mode video"]
        rig.on("end", "two_up")
        assert rig.dispatcher.mode == "video"
        assert rig.on("begin", "two_up") == ["two_up: mode default", "mode default"]

    def test_a_switch_drops_what_is_waiting(self) -> None:
        rig = Rig(Binding("fist", B, hold_ms=500), modes=VIDEO)
        rig.on("begin", "fist", 0)
        assert rig.dispatcher.set_mode("video", 0.1) == [ModeEvent(0.1, "video")]
        assert rig.tick(600) == []

    def test_the_same_mode_is_no_news(self) -> None:
        rig = Rig(modes=VIDEO)
        assert rig.dispatcher.set_mode("default", 0.0) == []

    def test_an_unknown_mode_is_refused(self) -> None:
        rig = Rig(modes=VIDEO)
        with pytest.raises(ValueError, match=r"^no mode 'vdeo'; there are: default, video$"):
            rig.dispatcher.set_mode("vdeo", 0.0)


class TestReset:
    def test_everything_is_released_and_forgotten(self) -> None:
        rig = Rig(Binding("pinch", DragAction()), Binding("fist", B, hold_ms=500))
        rig.on("begin", "pinch", 0, track=1)
        rig.on("begin", "fist", 0, track=2)
        rig.dispatcher.reset()
        assert rig.keyboard.down == set()
        assert rig.tick(1000) == []
        assert rig.on("update", "pinch", 1000, pointer=(0.5, 0.5)) == []
        assert rig.pressed == ["press_button left", "release_button left"]

    def test_it_disarms_where_there_is_arming(self) -> None:
        rig = Rig(Binding("fist", B), arming=ArmingRule())
        rig.arm("armed")
        rig.dispatcher.reset()
        assert not rig.dispatcher.armed
        rig = Rig(Binding("fist", B))
        rig.dispatcher.reset()
        assert rig.dispatcher.armed


class TestFailures:
    def test_a_failed_action_is_not_reported_and_the_next_one_works(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        rig = Rig(Binding("fist", KeyAction(("SECRET",))))
        caplog.set_level(logging.DEBUG)
        rig.keyboard.fail_next("ok", "fails")
        assert rig.on("begin", "fist") == []
        rig.on("end", "fist")
        assert rig.on("begin", "fist") == ["fist: key SECRET"]
        assert len(caplog.records) == 1
        assert caplog.text.count("gesture fist: can't press a key: KeyboardOfSecrets") == 1
        assert "SECRET" not in caplog.text

    def test_a_lasting_problem_is_logged_once(self, caplog: pytest.LogCaptureFixture) -> None:
        rig = Rig(Binding("one", PointerAction()))
        rig.on("begin", "one", 0, pointer=(0.3, 0.5))
        rig.keyboard.fail_next("fails", "fails", "fails", "ok", "fails")
        for step in range(1, 6):
            rig.on("update", "one", 100 * step, pointer=(0.3 + 0.05 * step, 0.5))
        assert rig.keyboard.failures == 4
        assert len(caplog.records) == 2

    def test_a_button_that_would_not_come_up_is_tried_again_at_the_next_tick(self) -> None:
        rig = Rig(Binding("pinch", DragAction()))
        rig.on("begin", "pinch", 0)
        rig.keyboard.fail_next("fails")
        rig.on("end", "pinch", 30)
        assert rig.keyboard.down == {("button", "left")}
        rig.tick(60)
        assert rig.keyboard.down == set()

    def test_a_drag_that_can_t_press_does_not_move(self) -> None:
        rig = Rig(Binding("pinch", DragAction()))
        rig.keyboard.fail_next("ok", "fails")
        assert rig.on("begin", "pinch", 0) == []
        rig.on("update", "pinch", 30, pointer=(0.5, 0.5))
        assert rig.keyboard.log == ["move", "release_button left"]


gestures_ = st.sampled_from(["fist", "pinch", "one", "two_up"])
actions_: st.SearchStrategy[Action] = st.sampled_from(
    [RIGHT, KeyAction(("ctrl", "c")), KeyAction(("?",)), ClickAction("left", 2),
     ClickAction("right", keys=("ctrl",)), PointerAction(), DragAction(), DragAction("right"),
     HoldAction(("ctrl",)), HoldAction(("shift", "a"), longest_ms=100), TextAction("Hello " * 9),
     HandScrollAction(), HandScrollAction("dial"), ScrollAction("up"),
     RepeatAction(KeyAction(("a",)), 20, 0), KeysAction((("a",), ("ctrl", "b")), 100),
     RunAction(("true",)), NotifyAction("x"), PauseAction(),
     SequenceAction((HoldAction(("alt",)), WaitAction(100), RIGHT, DragAction())),
     ModeAction("video"), ModeAction("default")]
)  # fmt: skip
bindings_ = st.lists(
    st.builds(
        Binding,
        gestures_,
        actions_,
        st.sampled_from(["left", "right", None]),
        st.sampled_from([0.0, 100.0, 300.0]),
    ),
    max_size=8,
).map(tuple)
events_: st.SearchStrategy[list[Event | str]] = st.lists(
    st.one_of(
        st.builds(
            GestureEvent,
            st.just(0.0),
            st.sampled_from(["begin", "begin", "update", "end", "cancel"]),
            gestures_,
            st.sampled_from(["left", "right"]),
            st.integers(1, 2),
            st.none(),
            st.none() | st.tuples(st.floats(0, 1), st.floats(0, 1)),
        ),
        st.builds(ArmingEvent, st.just(0.0), st.sampled_from(["armed", "armed", "disarmed"])),
        st.sampled_from(["tick", "tick", "reset", "video", "default", "yield", "act"]),
    ),
    max_size=25,
)


@settings(max_examples=300, deadline=None)
@given(
    bindings_,
    bindings_,
    st.sampled_from([None, ArmingRule()]),
    events_,
    st.lists(st.sampled_from(["ok", "ok", "ok", "fails", "fails_after"]), max_size=60),
)
def test_nothing_stays_down_whatever_comes_and_fails(
    bindings: tuple[Binding, ...],
    video: tuple[Binding, ...],
    arming: ArmingRule | None,
    events: list[Event | str],
    outcomes: list[Outcome],
) -> None:
    rig = Rig(*bindings, modes={"video": Mode(video)}, arming=arming)
    rig.keyboard.fail_next(*outcomes)
    t_s = 0.0
    for event in events:
        t_s += 0.07
        before = len(rig.keyboard.log)
        if event == "tick":
            rig.tick(t_s * 1000)
        elif event == "yield":
            rig.dispatcher.set_yielding(True)
        elif event == "act":
            rig.dispatcher.set_yielding(False)
        elif event == "reset":
            rig.dispatcher.reset()
        elif isinstance(event, str):
            rig.dispatcher.set_mode(event, t_s)
        else:
            rig.dispatcher.handle(event, t_s)
        assert rig.keyboard.down <= rig.injector.held
        if not rig.keyboard.failures:
            assert rig.keyboard.down == rig.injector.held
        if not rig.dispatcher.armed:
            assert not any(line.startswith(("press", "move")) for line in rig.keyboard.log[before:])
    rig.keyboard.work_from_now_on()
    for track in (1, 2):
        for gesture in ("fist", "pinch", "one", "two_up"):
            rig.on("cancel", gesture, t_s * 1000, track=track)
    for late_ms in range(0, 3000, 100):
        rig.tick(t_s * 1000 + late_ms)
    assert rig.keyboard.down == rig.injector.held == set()
    rig.dispatcher.reset()
    assert rig.injector.held == set()


class TestRepeat:
    def test_what_has_fired_fires_again(self) -> None:
        rig = Rig(Binding("like", RIGHT))
        assert rig.on("begin", "like") == ["like: key Right"]
        assert rig.on("update", "like", 200, repeats=1) == ["like: key Right"]
        assert rig.on("update", "like", 250) == []
        assert rig.on("update", "like", 400, repeats=2) == ["like: key Right"]
        assert rig.on("end", "like", 500) == []

    def test_not_before_its_hold(self) -> None:
        rig = Rig(Binding("like", RIGHT, hold_ms=500))
        rig.on("begin", "like")
        assert rig.on("update", "like", 200, repeats=1) == []
        assert rig.tick(500) == ["like: key Right"]
        assert rig.on("update", "like", 600, repeats=3) == ["like: key Right"]

    def test_what_goes_on_by_itself_does_not(self) -> None:
        rig = Rig(Binding("one", PointerAction()))
        rig.on("begin", "one", pointer=(0.5, 0.5))
        assert rig.on("update", "one", 200, repeats=1, pointer=(0.5, 0.5)) == []


def test_a_hand_that_did_not_arm_does_nothing() -> None:
    rig = Rig(Binding("fist", RIGHT))
    assert rig.on("begin", "fist", acts=False) == []
    assert rig.tick(1000) == []
    assert rig.on("end", "fist", 1100, acts=False) == []
