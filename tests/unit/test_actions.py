"""What each kind of action does with keys, wheel and programs, and when it ends."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
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
from daemon.config.model import Binding, Mode, SafetySettings
from daemon.rate import RateLimit
from daemon.reports import ActionEvent
from gestures.arming import ArmingRule
from tests.unit.dispatch_rig import Rig

A, B = KeyAction(("a",)), KeyAction(("b",))


class TestHold:
    @pytest.mark.parametrize("kind", ["end", "cancel"])
    def test_keys_are_down_from_begin_to_end(self, kind: str) -> None:
        rig = Rig(Binding("fist", HoldAction(("ctrl", "space"))))
        assert rig.on("begin", "fist") == ["fist: hold ctrl+space"]
        rig.tick(500)
        assert rig.pressed == ["press ctrl", "press space"]
        rig.on(kind, "fist", 600)  # type: ignore[arg-type]
        assert rig.pressed[2:] == ["release space", "release ctrl"]

    def test_two_hands_that_hold_the_same_key_let_go_together(self) -> None:
        rig = Rig(Binding("fist", HoldAction(("a",))))
        rig.on("begin", "fist", 0, track=1)
        rig.on("begin", "fist", 0, track=2)
        rig.on("end", "fist", 100, track=1)
        assert rig.keyboard.down == {("key", "a")}
        rig.on("cancel", "fist", 200, track=2)
        assert rig.pressed == ["press a", "release a"]

    def test_the_longest_hold_ends_it(self, caplog: pytest.LogCaptureFixture) -> None:
        safety = SafetySettings(longest_hold_ms=5000)
        rig = Rig(
            Binding("fist", HoldAction(("a",))),
            Binding("one", DragAction(longest_ms=1000)),
            safety=safety,
        )
        rig.on("begin", "fist")
        rig.on("begin", "one")
        rig.tick(999)
        assert rig.keyboard.down == {("key", "a"), ("button", "left")}
        rig.tick(1000)
        assert rig.keyboard.down == {("key", "a")}
        rig.tick(4999)
        rig.tick(5000)
        assert rig.keyboard.down == set()
        assert "gesture fist: held for its longest time, so it ends" in caplog.text
        assert rig.on("end", "fist", 6000) == []

    @pytest.mark.parametrize("how", ["disarmed", "reset", "pause", "yield", "armed"])
    def test_whatever_stops_acting_releases(self, how: str) -> None:
        rig = Rig(Binding("fist", HoldAction(("a",))), arming=ArmingRule())
        rig.arm("armed")
        rig.on("begin", "fist")
        assert rig.keyboard.down
        match how:
            case "disarmed" | "armed":
                rig.arm(how, 100)  # type: ignore[arg-type]
            case "reset":
                rig.dispatcher.reset()
            case "pause":
                rig.dispatcher.set_paused(True, 0.1)
            case "yield":
                rig.dispatcher.set_yielding(True)
        assert rig.keyboard.down == set()


class TestRepeat:
    def test_at_once_then_after_the_delay_then_at_the_rate(self) -> None:
        rig = Rig(Binding("like", RepeatAction(A, per_s=5, delay_ms=400)))
        assert rig.on("begin", "like") == ["like: repeat {'type': 'key', 'keys': 'a'} 5"]
        fired = [at_ms for at_ms in range(0, 1400, 50) if "like: key a" in rig.tick(at_ms)]
        assert fired == [0, 400, 600, 800, 1000, 1200]
        rig.on("end", "like", 1400)
        assert rig.tick(2000) == []

    def test_it_waits_for_a_hand_out_of_sight_and_makes_up_for_little(self) -> None:
        rig = Rig(Binding("like", RepeatAction(A, per_s=10, delay_ms=0)))
        rig.on("begin", "like")
        rig.tick(50)
        assert rig.tick(5000, seen=()) == []
        assert len(rig.tick(5050)) == 4

    @pytest.mark.parametrize("step_ms", [16, 33, 100])
    def test_the_rate_is_that_of_the_clock_not_of_the_frames(self, step_ms: int) -> None:
        rig = Rig(Binding("like", RepeatAction(A, per_s=5, delay_ms=0)))
        rig.on("begin", "like")
        fired = sum(len(rig.tick(at_ms)) for at_ms in range(0, 10_000, step_ms))
        assert 49 <= fired <= 51

    def test_it_counts_by_what_it_repeats(self) -> None:
        rig = Rig(Binding("like", RepeatAction(A, 1)), safety=SafetySettings(most_per_s=1))
        rig.on("begin", "like")
        assert rig.tick(0) == ["like: key a"]


class TestSequences:
    def test_keys_one_after_another(self) -> None:
        rig = Rig(Binding("swipe", KeysAction((("ctrl", "k"), ("ctrl", "c")), delay_ms=100)))
        assert rig.on("begin", "swipe") == ["swipe: key ['ctrl+k', 'ctrl+c']"]
        rig.on("end", "swipe", 10)
        assert rig.pressed[-2:] == ["release k", "release ctrl"]
        rig.tick(99)
        assert len(rig.pressed) == 4
        rig.tick(100)
        assert rig.pressed[4:] == ["press ctrl", "press c", "release c", "release ctrl"]

    def test_actions_with_waits_go_on_after_the_gesture(self) -> None:
        action = SequenceAction(
            (A, WaitAction(200), TextAction("x"), ClickAction("right"), ModeAction("m"),
             RunAction(("echo", "1")), NotifyAction("done"))
        )  # fmt: skip
        rig = Rig(Binding("swipe", action), modes={"m": Mode()})
        assert len(rig.on("begin", "swipe")) == 1
        rig.on("end", "swipe", 10)
        assert rig.pressed == ["press a", "release a"]
        assert rig.tick(200) == ["mode m"]
        assert rig.pressed[2:] == [
            "press x", "release x", "press_button right", "release_button right",
        ]  # fmt: skip
        assert rig.outside.log == ["run echo 1", "notify done"]

    def test_what_lasts_begins_in_its_turn_and_ends_with_the_gesture(self) -> None:
        action = SequenceAction((HoldAction(("ctrl",)), WaitAction(100), DragAction()))
        rig = Rig(Binding("fist", action))
        rig.on("begin", "fist")
        assert rig.keyboard.down == {("key", "ctrl")}
        rig.tick(100)
        assert rig.keyboard.down == {("key", "ctrl"), ("button", "left")}
        rig.on("end", "fist", 200)
        assert rig.keyboard.down == set()

    def test_what_lasts_is_left_out_when_the_gesture_is_over(self) -> None:
        rig = Rig(Binding("fist", SequenceAction((WaitAction(100), HoldAction(("a",)), B))))
        rig.on("begin", "fist")
        rig.on("end", "fist", 50)
        rig.tick(100)
        assert rig.pressed == ["press b", "release b"]

    def test_two_of_them_do_not_mix(self) -> None:
        rig = Rig(Binding("swipe", KeysAction((("a",), ("b",)), delay_ms=100)))
        for at_ms in (0, 50):
            rig.on("begin", "swipe", at_ms)
            rig.on("end", "swipe", at_ms)
        for at_ms in range(60, 400, 20):
            rig.tick(at_ms)
        taps = [line[-1] for line in rig.pressed if line.startswith("press")]
        assert taps == ["a", "b", "a", "b"]

    def test_the_loss_of_the_hand_drops_the_rest(self) -> None:
        rig = Rig(Binding("fist", SequenceAction((A, WaitAction(1000), B))))
        rig.on("begin", "fist")
        rig.on("cancel", "fist", 100)
        rig.tick(1100)
        assert rig.pressed == ["press a", "release a"]

    def test_steps_wait_for_the_limit(self) -> None:
        taps = tuple((key,) for key in "abcdefghij")
        rig = Rig(Binding("ok", KeysAction(taps)), safety=SafetySettings(most_per_s=4))
        rig.on("begin", "ok")
        rig.on("end", "ok", 1)
        assert len(rig.pressed) == 2
        for at_ms in range(0, 3000, 50):
            rig.tick(at_ms)
        assert [line[-1] for line in rig.pressed[::2]] == list("abcdefghij")

    def test_what_repeats_faster_than_it_takes_is_not_piled_up(self) -> None:
        rig = Rig(Binding("like", RepeatAction(KeysAction((("a",), ("b",)), 500), 5, 0)))
        rig.on("begin", "like")
        for at_ms in range(0, 5000, 50):
            rig.tick(at_ms)
        before = len(rig.pressed)
        assert 9 * 2 <= before <= 11 * 4
        rig.on("end", "like", 5000)
        for at_ms in range(5000, 9000, 50):
            rig.tick(at_ms)
        assert len(rig.pressed) == before

    def test_sequences_of_different_gestures_do_not_wait_for_each_other(self) -> None:
        rig = Rig(
            Binding("one", SequenceAction((A, WaitAction(60_000), B))),
            Binding("fist", KeysAction((("c",), ("v",)), 100)),
        )
        rig.on("begin", "one", 0, track=1)
        rig.on("begin", "fist", 500, track=2)
        rig.tick(600)
        assert [line[-1] for line in rig.pressed[::2]] == ["a", "c", "v"]

    def test_a_step_that_is_due_takes_nothing_from_another_gesture(self) -> None:
        rig = Rig(
            Binding("one", KeysAction(tuple((key,) for key in "abcd"), 100)), Binding("fist", B)
        )
        rig.on("begin", "one", 0, track=1)
        assert rig.on("begin", "fist", 100, track=2) == ["fist: key b"]

    def test_what_the_limit_holds_up_is_done_later(self) -> None:
        rig = Rig(
            Binding("ok", TextAction("x" * 300)),
            Binding("one", PointerAction()),
            Binding("fist", B),
            safety=SafetySettings(most_per_s=4),
        )
        rig.on("begin", "ok", 0, track=1)
        rig.on("begin", "one", 10, track=2)
        assert rig.moves > 0, "pointing presses nothing, so it is not counted"
        rig.on("begin", "fist", 20, track=1)
        rig.on("end", "fist", 30, track=1)
        for at_ms in range(50, 6000, 50):
            rig.tick(at_ms)
        assert "press b" in rig.pressed

    def test_repeats_are_told_once(self) -> None:
        rig = Rig(
            Binding("like", RepeatAction(KeysAction((("a",), ("b",)), 50), 4, 0)),
            Binding("fist", RepeatAction(A, 4, 0)),
        )
        told = [*rig.on("begin", "like", 0, track=1), *rig.on("begin", "fist", 0, track=2)]
        for at_ms in range(0, 2000, 20):
            told += rig.tick(at_ms)
        taps = sum(line == "press a" for line in rig.pressed)
        assert sum("repeat" not in line for line in told) == taps

    def test_more_than_can_wait_is_refused(self, caplog: pytest.LogCaptureFixture) -> None:
        action = KeysAction(tuple(("a",) for _ in range(50)), 1000)
        rig = Rig(Binding("ok", action))
        for at_ms in range(0, 1000, 100):
            rig.on("begin", "ok", at_ms)
            rig.on("end", "ok", at_ms)
        assert "too many actions" in caplog.text

    def test_disarming_drops_the_rest(self) -> None:
        rig = Rig(Binding("swipe", KeysAction((("a",), ("b",)), 100)), arming=ArmingRule())
        rig.arm("armed")
        rig.on("begin", "swipe")
        rig.arm("disarmed", 50)
        rig.tick(200)
        assert rig.pressed == ["press a", "release a"]


class TestText:
    def test_a_long_text_is_typed_piece_by_piece_and_never_told(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        text = "The password is hunter2, and more of the kind. " * 3
        rig = Rig(Binding("ok", TextAction(text)))
        told = rig.on("begin", "ok")
        rig.on("end", "ok", 1)
        for at_ms in range(0, 1000, 33):
            rig.tick(at_ms)
        typed = [line.removeprefix("press").strip() for line in rig.pressed if line[0] == "p"]
        assert "".join(each for each in typed if each != "shift") == text.replace(" ", "")
        assert told == [f"ok: text {len(text)}"]
        assert "hunter2" not in caplog.text

    def test_nothing_that_is_typed_or_passed_on_is_in_the_events(self) -> None:
        for action in (TextAction("SECRET"), RunAction(("prog", "SECRET")), NotifyAction("SECRET")):
            assert "SECRET" not in json.dumps(ActionEvent(0.0, "ok", action, False).to_json())


class TestAgain:
    def test_what_lasts_goes_on_and_what_fired_does_not_fire_again(self) -> None:
        rig = Rig(
            Binding("fist", HoldAction(("ctrl",))),
            Binding("fist", B, hold_ms=500),
        )
        rig.on("begin", "fist")
        rig.tick(500)
        rig.on("cancel", "fist", 600)
        rig.on("begin", "fist", 1000, again=True)
        rig.tick(2000)
        assert rig.pressed.count("press b") == 1
        assert rig.keyboard.down == {("key", "ctrl")}


class TestScroll:
    @pytest.mark.parametrize(
        ("direction", "line"),
        [("down", "0,3"), ("up", "0,-3"), ("right", "3,0"), ("left", "-3,0")],
    )
    def test_notches_at_once(self, direction: str, line: str) -> None:
        rig = Rig(Binding("swipe", ScrollAction(direction, 3)))  # type: ignore[arg-type]
        rig.on("begin", "swipe")
        assert rig.pressed == [f"scroll {line}"]

    def test_the_page_goes_with_the_hand(self) -> None:
        rig = Rig(Binding("two_up", HandScrollAction(speed=10)))
        rig.on("begin", "two_up")
        for step in range(31):
            # Up by 1.5 palm lengths of 80 pixels in a picture of 480.
            rig.place(1, (0.5, 0.6 - 0.25 * step / 30))
            rig.tick(33 * (step + 1))
        notches = [int(line.split(",")[1]) for line in rig.pressed]
        assert sum(notches) in (14, 15)
        assert min(notches) > 0

    def test_sideways_only_where_asked_for(self) -> None:
        for axis, expected in (("vertical", False), ("horizontal", True), ("both", True)):
            rig = Rig(Binding("two_up", HandScrollAction(axis=axis)))  # type: ignore[arg-type]
            rig.on("begin", "two_up")
            rig.tick(30)
            rig.place(1, (0.6, 0.6))
            rig.tick(60)
            assert bool(rig.pressed) is expected

    def test_a_dial_turns_with_the_hand(self) -> None:
        rig = Rig(Binding("grip", HandScrollAction("dial", speed=36)))
        rig.on("begin", "grip")
        for degrees in range(0, 95, 5):
            rig.place(1, (0.5, 0.5), degrees)
            rig.tick(33 * (degrees // 5 + 1))
        assert sum(int(line.split(",")[1]) for line in rig.pressed) in (8, 9)

    def test_landmarks_that_are_no_numbers_turn_nothing(self) -> None:
        rig = Rig(Binding("grip", HandScrollAction("dial")), Binding("two_up", HandScrollAction()))
        rig.on("begin", "grip", track=1)
        rig.on("begin", "two_up", track=2)
        for step in range(1, 5):
            for track in (1, 2):
                rig.place(track, (0.5, 0.5), 10.0 * step)
                rig.hands[track].image[:] = float("nan")
            rig.tick(33 * step)
        assert rig.pressed == []

    def test_a_hand_that_points_at_the_camera_turns_no_dial(self) -> None:
        rig = Rig(Binding("grip", HandScrollAction("dial", speed=36)))
        rig.on("begin", "grip")
        for step in range(30):
            # From the front the wrist is behind the knuckles, and noise turns what is left.
            rig.place(1, (0.5, 0.5), 40.0 * (step % 2))
            image = rig.hands[1].image
            image[:, :2] = image[0, :2] + 0.1 * (image[:, :2] - image[0, :2])
            image[9, 2] = -0.12
            rig.tick(33 * (step + 1))
        assert rig.pressed == []

    def test_a_hand_that_leaves_the_picture_scrolls_nothing_back(self) -> None:
        rig = Rig(Binding("two_up", HandScrollAction()))
        rig.on("begin", "two_up")
        rig.place(1, (0.5, 0.95))
        rig.tick(30)
        for step in range(10):
            rig.place(1, (0.5, 1.01 + 0.02 * step))
            rig.tick(60 + 30 * step)
        assert rig.pressed == []

    def test_nothing_turns_while_the_hand_is_away(self) -> None:
        rig = Rig(Binding("two_up", HandScrollAction()))
        rig.on("begin", "two_up")
        rig.tick(30)
        rig.place(1, (0.5, 0.1))
        rig.tick(60, seen=())
        assert rig.pressed == []


class TestPrograms:
    def test_a_program_that_is_not_there_is_one_line(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        rig = Rig(Binding("ok", RunAction(("missing", "SECRET"))))
        assert rig.on("begin", "ok") == []
        assert "gesture ok: missing: can't be started" in caplog.text
        assert "SECRET" not in caplog.text


class TestPause:
    def test_only_the_pause_acts_until_it_comes_again(self) -> None:
        rig = Rig(Binding("call", PauseAction()), Binding("fist", A))
        assert rig.on("begin", "call") == ["call: pause", "disarmed paused"]
        rig.on("end", "call", 10)
        assert rig.dispatcher.paused
        assert rig.on("begin", "fist", 20) == []
        rig.on("end", "fist", 30)
        rig.on("begin", "call", 40)
        rig.on("end", "call", 50)
        assert rig.on("begin", "fist", 60) == ["fist: key a"]

    def test_it_releases_what_others_hold(self) -> None:
        rig = Rig(Binding("call", PauseAction()), Binding("fist", HoldAction(("a",))))
        rig.on("begin", "fist", track=1)
        rig.on("begin", "call", 10, track=2)
        assert rig.keyboard.down == set()

    @pytest.mark.parametrize(
        "other",
        [
            RepeatAction(A, 10, 0),
            HoldAction(("ctrl",)),
            SequenceAction((WaitAction(600), HoldAction(("ctrl",)), A)),
        ],
    )
    def test_the_pausing_gesture_s_own_actions_end_as_well(self, other: Action) -> None:
        rig = Rig(Binding("fist", other), Binding("fist", PauseAction(), hold_ms=500))
        rig.on("begin", "fist")
        for at_ms in range(0, 510, 10):
            rig.tick(at_ms)
        assert rig.dispatcher.paused
        before = list(rig.pressed)
        for at_ms in range(510, 3000, 10):
            rig.tick(at_ms)
        assert rig.pressed == before
        assert rig.keyboard.down == set()

    def test_one_within_a_sequence_can_be_undone(self) -> None:
        rig = Rig(Binding("call", SequenceAction((NotifyAction("x"), PauseAction()))))
        for at_ms in (0, 1000):
            rig.on("begin", "call", at_ms)
            rig.on("end", "call", at_ms + 100)
        assert not rig.dispatcher.paused
        assert rig.outside.log == ["notify x"]

    def test_no_sequence_of_others_keeps_it_waiting(self) -> None:
        rig = Rig(
            Binding("one", SequenceAction((A, WaitAction(8000), B))),
            Binding("rock", SequenceAction((NotifyAction("x"), PauseAction()))),
        )
        rig.on("begin", "one", 0, track=1)
        rig.on("begin", "rock", 500, track=2)
        assert rig.dispatcher.paused

    def test_nor_does_a_sequence_of_the_same_gesture(self) -> None:
        rig = Rig(
            Binding("fist", RepeatAction(KeysAction((("a",), ("b",)), 5000))),
            Binding("fist", PauseAction(), hold_ms=1000),
        )
        rig.on("begin", "fist")
        rig.tick(1000)
        assert rig.dispatcher.paused

    def test_no_flood_keeps_it_away(self) -> None:
        rig = Rig(
            Binding("like", RepeatAction(A, 30, 0)),
            Binding("call", PauseAction()),
            safety=SafetySettings(most_per_s=5),
        )
        rig.on("begin", "like", track=1)
        for at_ms in range(0, 1000, 10):
            rig.tick(at_ms)
        rig.on("begin", "call", 1001, track=2)
        assert rig.dispatcher.paused


class TestYielding:
    def test_nothing_acts_and_what_began_meanwhile_never_does(self) -> None:
        rig = Rig(Binding("fist", A, hold_ms=500), Binding("swipe", B))
        rig.dispatcher.set_yielding(True)
        assert rig.on("begin", "fist") == []
        assert rig.on("begin", "swipe") == []
        rig.dispatcher.set_yielding(False)
        assert rig.tick(1000) == []
        rig.on("end", "swipe", 1000)
        assert rig.on("begin", "swipe", 1100) == ["swipe: key b"]


class TestApplications:
    modes = {  # noqa: RUF012
        "film": Mode((Binding("fist", A),), apps=("mpv",)),
        "talk": Mode((Binding("fist", B), Binding("one", PointerAction()))),
    }

    def test_the_focused_one_s_bindings_come_first(self) -> None:
        rig = Rig(Binding("fist", KeyAction(("x",))), modes=self.modes, app="mpv")
        rig.dispatcher.set_mode("talk", 0.0)
        assert rig.on("begin", "fist") == ["fist: key a"]
        rig.app = "editor"
        assert rig.on("begin", "fist") == ["fist: key b"]
        rig.dispatcher.set_mode("default", 0.0)
        assert rig.on("begin", "fist") == ["fist: key x"]

    def test_it_is_asked_only_where_it_decides(self) -> None:
        rig = Rig(Binding("palm", A), modes=self.modes)
        rig.on("begin", "palm")
        rig.on("update", "palm", 30)
        assert rig.asked_for_app == 0


class TestRateLimit:
    def test_a_runaway_gesture_is_held_back(self, caplog: pytest.LogCaptureFixture) -> None:
        rig = Rig(Binding("tap", A), safety=SafetySettings(most_per_s=10))
        fired = 0
        for at_ms in range(0, 3000, 10):
            fired += len(rig.on("begin", "tap", at_ms))
            rig.on("end", "tap", at_ms)
            rig.tick(at_ms)
        assert 31 <= fired <= 33
        assert caplog.text.count("too many actions") == 1

    @given(
        st.floats(1, 100),
        st.lists(st.floats(0, 0.5), min_size=1, max_size=200),
    )
    def test_never_more_than_the_rate_and_a_quarter_of_a_second_s_worth(
        self, per_s: float, gaps_s: list[float]
    ) -> None:
        limit = RateLimit(per_s)
        t_s, allowed = 0.0, 0
        for gap_s in gaps_s:
            t_s += gap_s
            allowed += limit.allows(t_s)
        assert allowed <= per_s * t_s + max(per_s / 4, 1.0) + 1e-6
