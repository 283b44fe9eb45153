"""What is said about configurations that can be used but are surely not meant, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.config.load import Loaded, load_config, parse_config
from daemon.config.places import shipped_config
from daemon.config.problems import ConfigError, render
from gestures.rules import PoseRules
from tests.unit.config_texts import EXAMPLE, parse
from tests.unit.many_hands import many_hands

KEY = "action: {type: key, keys: a}"
README = Path(__file__).parents[2] / "README.md"


def said(loaded: Loaded, *, unused: bool = False) -> list[str]:
    """Every warning as `line:column where: message`; those of unused gestures only if asked for."""
    return [
        f"{item.line}:{item.column} {item.where}: {item.message}"
        for item in loaded.warnings
        if unused or not item.message.startswith("nothing uses")
    ]


def marked(loaded: Loaded) -> list[tuple[str, str]]:
    """The same: what is marked in the file, and the rest without its place."""
    return [
        (loaded.source_lines[item.line - 1][item.column - 1 :][: item.length], item.message)
        for item in loaded.warnings
        if not item.message.startswith("nothing uses")
    ]


def with_gestures(*entries: str, more: str = "") -> Loaded:
    """Gestures, each on its line from the third on, that nothing uses unless `more` does."""
    lines = "".join(f"  {entry}\n" for entry in entries)
    return parse(f"version: 1\ngestures:\n{lines}{more}")


def shipped(text: str) -> Loaded:
    """A configuration on top of the shipped gestures."""
    return parse_config(text, Path("config.yaml"))


class TestNoFalseAlarm:
    def test_the_shipped_configuration(self):
        assert load_config(shipped_config()).warnings == ()

    def test_the_shipped_configurations_examples(self):
        text = shipped_config().read_text()
        gestures = text[text.index("# gestures:") :].replace("\n# ", "\n")[2:]
        assert "spock" in gestures
        assert said(shipped(text[: text.index("# gestures:")] + gestures)) == []

    def test_the_shipped_configurations_commented_lines(self):
        text = shipped_config().read_text().partition("# gestures:")[0]
        text = re.sub(r"^  # (- |  )", r"  \1", text, flags=re.M)
        sections = r"^# (safety|feedback|pointer|input|modes|allow_commands):.*\n(#   .*\n)*"
        text, count = re.subn(
            sections, lambda found: re.sub("^# ", "", found[0], flags=re.M), text, flags=re.M
        )
        assert count == 6
        loaded = shipped(text)
        (line,) = said(loaded)
        assert line.endswith("pointer.acceleration: does nothing here: it is for 'move: relative'")
        assert len(loaded.config.bindings) == 15
        assert len(loaded.config.modes) == 2

    @pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", README.read_text(), re.S))
    def test_the_readmes_examples(self, block: str):
        assert said(shipped("version: 1\n" + block)) == []

    def test_the_designs_example(self):
        assert said(parse(EXAMPLE)) == []

    def test_what_is_said_leaves_the_configuration_usable(self):
        loaded = with_gestures("a: {when: ['x < 0.1', 'x > 0.9']}")
        assert {item.severity for item in loaded.warnings} == {"warning"}
        assert "a" in {spec.name for spec in loaded.config.gestures}


class TestUnused:
    def test_poses_used_by_motions_are_used(self):
        loaded = with_gestures(
            "a: {when: ['x < 0.1']}",
            "b: {when: ['y < 0.1']}",
            "c: {when: ['x > 0.9']}",
            "grab: {motion: {change: {from: [a], to: [b]}}}",
            "flick: {motion: {swipe: up}, while: [c]}",
            more=f"bindings: [{{gesture: grab, {KEY}}}]\n",
        )
        assert said(loaded, unused=True) == [
            "7:3 gestures.flick: nothing uses this gesture: no binding names it, nor arming, nor"
            " a 'while' or 'change'"
        ]

    def test_a_pose_does_harm(self):
        assert said(with_gestures("a: {when: ['x < 0.5']}"), unused=True) == [
            "3:3 gestures.a: nothing uses this gesture: no binding names it, nor arming, nor a"
            " 'while' or 'change'; yet built-in ones stand back for it"
        ]

    def test_what_arms_and_what_a_mode_binds_is_used(self):
        loaded = with_gestures(
            "a: {when: ['x < 0.5']}",
            "b: {when: ['y < 0.5']}",
            more=f"arming: {{gesture: a}}\nmodes: {{m: {{bindings: [{{gesture: b, {KEY}}}]}}}}\n",
        )
        assert said(loaded, unused=True) == []


UP_RIGHT = "'angle(index, up) < 30' and 'angle(index, right) < 30' contradict each other, for up"


class TestRules:
    @pytest.mark.parametrize(
        ("entry", "message"),
        [
            ("{fingers: {index: folded}, when: ['folded(index) < 0.4']}", (
                "can never hold: 'index: folded' (folded(index) > 0.5) and"
                " 'folded(index) < 0.4' contradict each other; change one"
            )),
            ("{when: ['folded(thumb) > 0.45'], fingers: {thumb: [extended, half], index: half}}", (
                "hardly ever shows: 'folded(thumb) > 0.45' and"
                " 'thumb: [extended, half]' (folded(thumb) < 0.5) leave so little room that the"
                " best score is 0.53, and 0.6 is safe; loosen one"
            )),
            ("{when: ['angle(index, up) < 30', 'x < 0.5', 'angle(index, right) < 30']}", (
                f"can never hold: {UP_RIGHT} and right are at right"
                " angles; change one"
            )),
            ("{when: ['gap(thumb, index) < 0']}", (
                "can never hold: 'gap(thumb, index) < 0' asks for too"
                " much, for gap(thumb, index) is never below 0 palm lengths; change it"
            )),
            ("{when: ['facing(camera) < 3']}", (
                "hardly ever shows: 'facing(camera) < 3' leaves so little"
                " room that the best score is 0.57, and 0.6 is safe; loosen it"
            )),
            ("{when: [{not: 'x > 0.2'}, {any: ['x > 0.3', 'x > 0.4']}]}", (
                "can never hold: 'x <= 0.2' and 'x > 0.3'"
                " contradict each other; so do its alternatives; change one"
            )),
            ("{when: {all: ['spread(index, middle) < 8', 'spread(middle, ring) < 8',"
             " 'spread(index, ring) > 20']}}", (
                "can never hold: 'spread(index, middle) < 8',"
                " 'spread(middle, ring) < 8' and 'spread(index, ring) > 20' contradict each other,"
                " for no angle is above the sum of the others; change one"
            )),
            ("{hand: both, when: ['angle(index, up) < 20', 'hands_angle(index, index) > 60']}", (
                "can never hold: 'angle(index, up) < 20' and"
                " 'hands_angle(index, index) > 60' contradict each other, for no angle is above"
                " the sum of the others; change one"
            )),
        ],
    )  # fmt: skip
    def test_that_leave_no_room(self, entry: str, message: str):
        ((mark, found),) = marked(with_gestures(f"a: {entry}"))
        assert found == message
        # The last of the conditions in the file is where the others are contradicted.
        quoted = re.findall(r"'(.*?)'", message)[-1].removeprefix("thumb: ")
        assert mark.strip("'") in (quoted, quoted[:1])

    def test_are_shown_with_the_place(self):
        loaded = with_gestures("a:", "  when:", "    - x < 0.2", "    - x > 0.4")
        assert render(loaded.warnings[-1], loaded.source_lines) == (
            "config.yaml:6:9: warning: gestures.a.when[1]: can never hold: 'x < 0.2' and 'x > 0.4'"
            " contradict each other; change one\n"
            "    6 |       - x > 0.4\n"
            "      |         ^~~~~~~"
        )

    def test_that_arm(self):
        loaded = with_gestures("a: {when: ['x < 0.2', 'x > 0.4']}", more="arming: {gesture: a}\n")
        assert said(loaded) == [
            "3:25 gestures.a.when[1]: can never hold: 'x < 0.2' and 'x > 0.4' contradict each"
            " other; change one; this gesture arms, so nothing would ever act"
        ]

    def test_with_more_alternatives_than_can_be_tried_are_left_alone(self):
        either = ", ".join(f"{{any: ['y > 0.{i}', 'y > 0.{i}5']}}" for i in range(10))
        assert said(with_gestures(f"a: {{when: [x < 0.1, {either}, x > 0.2]}}")) != []
        far = "{any: [x > 0.2, x > 0.3]}"
        assert said(with_gestures(f"a: {{when: [x < 0.1, {either}, {far}]}}")) == []

    def test_may_be_as_long_as_can_be_read(self):
        many = ", ".join(f"x < 0.{number + 100}" for number in range(98))
        entry = (
            f"a: {{fingers: {{index: half, middle: half, ring: half}}, when: [{many}, y < 0.1]}}"
        )
        loaded = with_gestures(entry, more="arming: false\n")
        assert said(loaded) == []
        assert PoseRules(loaded.config.gestures).names[-1] == "a"


class TestRelease:
    def test_that_holds_whenever_the_rule_does(self):
        loaded = with_gestures(
            "a: {when: ['gap(thumb, index) < 0.2'], release: ['gap(thumb, index) < 0.4']}"
        )
        assert said(loaded) == [
            "3:51 gestures.a.release: never begins: its release holds wherever its rule does; let"
            " it hold only when the hand has let go"
        ]

    def test_that_can_never_hold(self):
        loaded = with_gestures("a: {when: [x < 0.2], release: [x > 0.4, x < 0.3]}")
        assert said(loaded) == [
            "3:43 gestures.a.release[1]: never ends while the hand is seen: its release can never"
            " hold: 'x > 0.4' and 'x < 0.3' contradict each other; change one"
        ]

    def test_of_a_rule_that_can_never_hold_is_not_looked_at(self):
        loaded = with_gestures("a: {when: [x < 0.2, x > 0.3], release: [x > 0.4]}")
        assert [message.split(": ")[1] for message in said(loaded)] == ["can never hold"]

    def test_that_is_fine(self):
        assert said(with_gestures("a: {when: [x < 0.2], release: [x > 0.1]}")) == []


def bound(*gestures: str) -> str:
    """Bindings of these, each on a line of its own."""
    entries = "".join(f"  - {{gesture: {gesture}, {KEY}}}\n" for gesture in gestures)
    return f"bindings:\n{entries}"


class TestRivals:
    def test_own_gestures_that_are_the_same(self):
        loaded = with_gestures(
            "a: {when: [x < 0.5], hold_ms: 500}", "b: {when: [x < 0.5, x < 0.6]}",
            "c: {when: [x < 0.5], hand: left}", "d: {when: [x < 0.5], hand: both}",
        )  # fmt: skip
        assert said(loaded) == [
            "4:3 gestures.b: neither this nor 'a' (line 3) is ever shown: both ask for the same;"
            " change one",
            "5:3 gestures.c: neither this nor 'a' (line 3) nor 'b' (line 4) is ever shown with the"
            " left hand: all ask for the same; change them",
        ]

    def test_many_that_are_the_same_are_told_in_a_line_each(self):
        loaded = with_gestures(*(f"g{number}: {{when: [x < 0.5]}}" for number in range(9)))
        assert len(said(loaded)) == 8
        named = " nor ".join(f"'g{number}' (line {number + 3})" for number in range(5))
        assert said(loaded)[-1] == (
            f"11:3 gestures.g8: neither this nor {named} nor 3 more is ever shown: all ask for the"
            " same; change them"
        )

    def test_own_gestures_of_different_hands_are_no_rivals(self):
        left, right = ("a: {when: [x < 0.5], hand: left}", "b: {when: [x < 0.5], hand: right}")
        assert said(with_gestures(left, right)) == []

    def test_an_own_gesture_that_another_always_beats(self):
        loaded = with_gestures("a: {when: [x < 0.5]}", "b: {when: [x < 0.5, 'curl(index) >= 0']}")
        assert said(loaded) == [
            "3:3 gestures.a: never shown: 'b' (line 4) asks for more, yet holds wherever this"
            " does, and so goes first"
        ]

    def test_an_own_gesture_that_another_one_refines_is_fine(self):
        assert said(with_gestures("a: {when: [x < 0.5]}", "b: {when: [x < 0.3]}")) == []

    def test_built_in_gestures_that_are_in_use(self):
        own = "a: {fingers: {index: extended, middle: extended}}"
        assert said(with_gestures(own, more=bound("fist", "stop"))) == [
            "3:3 gestures.a: keeps 'palm' (which arms) and 'stop' (bound in line 6) from ever being"
            " shown: it holds wherever they do, and your own gestures go first; make it stricter,"
            " or nothing would ever act"
        ]
        assert said(with_gestures(own, more="arming: false\n" + bound("fist"))) == []

    def test_a_built_in_gesture_that_is_the_same_in_other_words(self):
        own = "a: {when: ['angle(thumb, up) < 30', 'x >= -1']}"
        assert said(with_gestures(own, more="arming: false\n" + bound("like"))) == [
            "3:3 gestures.a: keeps 'like' (bound in line 6) from ever being shown: it holds"
            " wherever that does, and your own gestures go first; make it stricter"
        ]

    def test_with_one_hand_the_other_is_left(self):
        own, never = "a: {fingers: {index: extended}, hand: left}", "arming: false\n"
        assert said(with_gestures(own, more=never + bound("one"))) == []
        assert said(with_gestures(own, more=never + bound("one, hand: right"))) == []
        assert said(with_gestures(own, more=never + bound("one, hand: left"))) == [
            "3:3 gestures.a: keeps 'one' (bound in line 6) from ever being shown: it holds"
            " wherever that does, and your own gestures go first; make it stricter"
        ]

    def test_a_pose_of_a_motion_need_not_be_the_first(self):
        entries = ("a: {fingers: {index: extended}}", "m: {motion: {swipe: up}, while: [one]}")
        assert said(with_gestures(*entries, more="arming: false\n" + bound("m"))) == []

    def test_where_another_may_outdo_it_nothing_is_certain(self):
        """Where `like` scores so well that `a` doesn't go first, yet is beaten by `b`: a palm."""
        own = "a: {fingers: {index: extended}}"
        more = "b: {when: ['angle(thumb, up) < 30', x < 0.5]}"
        (alone,) = said(with_gestures(own))
        assert "keeps 'palm' (which arms) from ever being shown" in alone
        (among,) = said(with_gestures(own, more))
        assert "takes over 'palm' (which arms): a typical hand" in among

    def test_typical_hands_of_built_in_gestures(self):
        own = "  a: {fingers: {index: extended, middle: extended}, when: ['size > 0.05']}\n"
        text = f"version: 1\ngestures:\n{own}{bound('peace', 'fist')}"
        assert said(shipped(text)) == [
            "3:3 gestures.a: takes over 'palm' (which arms) and 'peace' (bound in line 5): a"
            " typical hand of each is shown as this, for your own gestures go first; make it"
            " stricter"
        ]

    def test_a_part_of_a_built_in_gesture_may_be_taken_but_for_arming(self):
        def refined(name: str, fingers: str) -> list[str]:
            own = f"  a: {{fingers: {{{fingers}}}, when: [{name}]}}\n"
            return said(shipped(f"version: 1\ngestures:\n{own}{bound('peace')}"))

        half = "thumb: [half, folded], index: extended, middle: extended, ring: [half, folded]"
        two = "'relaxed < 0.5', 'gap(index, middle) > 0.35', 'angle(index, up) < 40'"
        assert refined(two, f"{half}, pinky: [half, folded]") == []
        opened = ", ".join(f"{each}: extended" for each in
                           ("thumb", "index", "middle", "ring", "pinky"))  # fmt: skip
        flat = "'angle(palm, down) > 90', 'relaxed < 0.5'"
        assert refined(flat, opened) == [
            "3:3 gestures.a: takes over 'palm' (which arms): a typical hand is shown as this, for"
            " your own gestures go first; make it stricter"
        ]


CONDITIONS = st.sampled_from([
    "curl(index) < 105", "curl(index) < 95", "curl(middle) < 105", "curl(ring) > 105",
    "curl(pinky) < 300", "extended(index) > 0.5", "folded(pinky) > 0.5", "relaxed < 0.5",
    "touch(index, middle) > 0.5", "angle(palm, down) > 50", "angle(palm, up) < 130",
    "gap(thumb, index) < 0.45", "gap(thumb, index) > 0.5", "gap(thumb, index) >= 0",
    "spread(index, middle) > 11", "angle(thumb, up) < 60", "x < 0.6", "curl(index) > 70",
])  # fmt: skip
RULES = st.lists(st.lists(CONDITIONS, min_size=1, max_size=3, unique=True), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(RULES)
def test_what_is_said_never_to_be_shown_never_is(rules: list[list[str]]):
    """On hundreds of hands, by the rules that decide."""
    names = ["palm", "fist", "one", "peace", "three", "four", "like", "ok", "rock", "call"]
    entries = "".join(f"  g{i}: {{when: {when}}}\n" for i, when in enumerate(rules))
    loaded = shipped(f"version: 1\ngestures:\n{entries}{bound(*names)}")
    gone: set[str] = set()
    for item in loaded.warnings:
        own = item.where.removeprefix("gestures.").split(".")[0]
        if item.message.startswith("can never hold") or item.message.startswith("never shown"):
            gone.add(own)
        elif item.message.startswith("neither this nor "):
            gone |= {own, *re.findall(r"'(\w+)' \(line", item.message)}
        elif item.message.startswith("keeps "):
            gone |= set(re.findall(r"'(\w+)' \(", item.message))
    poses = PoseRules(loaded.config.gestures)
    best = [poses.judge(hand, side).best for side, hand in many_hands()]
    assert not gone & {poses.names[index] for index in best if index is not None}


class TestBindings:
    def test_with_a_hand_that_does_not_make_the_gesture(self):
        loaded = with_gestures(
            "a: {when: [x < 0.5], hand: left}",
            "b: {when: [x < 0.5], hand: both}",
            "z: {motion: {zoom: in, hands: two}}",
            more=bound("a, hand: right", "a, hand: left", "b, hand: left", "b", "z, hand: left"),
        )
        assert said(loaded) == [
            "7:24 bindings[0].hand: never fires: 'a' is made with the left hand only",
            "9:24 bindings[2].hand: never fires: 'b' takes both hands; leave 'hand' out",
            "11:24 bindings[4].hand: never fires: 'z' takes both hands; leave 'hand' out",
        ]

    def test_of_both_hands_where_one_is_followed(self):
        def followed(hands: int) -> list[str]:
            entries = ("b: {when: [x < 0.5], hand: both}", "z: {motion: {zoom: in, hands: two}}")
            more = f"arming: {{gesture: b}}\ntracker: {{max_hands: {hands}}}\n{bound('z')}"
            return said(with_gestures(*entries, more=more))

        assert followed(2) == []
        assert followed(1) == [
            "6:22 tracker.max_hands: too few for 'b' (which arms), 'z' (bound in line 8):"
            " a gesture of both hands takes 2"
        ]

    def test_unknown_gestures_are_errors(self):
        with pytest.raises(ConfigError) as caught:
            shipped(f"version: 1\n{bound('clapping_loudly', 'Victry', 'Thumbs_Up', 'fits')}")
        known = r"expected the name of a gesture \([\w, ]*\), found 'clapping_loudly'"
        first, *others = caught.value.problems
        assert re.fullmatch(known, first.message)
        assert [(item.message, item.suggestion) for item in others] == [
            ("expected the name of a gesture, found 'Victry'", "peace"),
            ("expected the name of a gesture, found 'Thumbs_Up'", "like"),
            ("expected the name of a gesture, found 'fits'", "fist"),
        ]

    def test_mediapipes_names_are_known(self):
        loaded = shipped(
            "version: 1\ngestures: {iloveyou: {when: [x < 0.1]}}\n" + bound("ILoveYou", "Victory")
        )
        assert [binding.gesture for binding in loaded.config.bindings] == ["iloveyou", "peace"]
        assert loaded.warnings == ()


class TestMotions:
    @pytest.mark.parametrize(
        ("motion", "message"),
        [
            ("{swipe: left, within_ms: 50}", (
                "too quick for the camera: at 30 frames/s 50 ms"
                " are 1.5 frames, and a swipe takes 4; allow 'within_ms: 140' or more"
            )),
            ("{tap: index, within_ms: 100}", (
                "too quick for the camera: at 30 frames/s 100 ms"
                " are 3 frames, and it takes 4; allow 'within_ms: 140' or more"
            )),
            ("{wave: 5, within_ms: 500}", (
                "too quick for the camera: at 30 frames/s 100 ms"
                " are 3 frames, and a wave's stroke takes 4; allow 'within_ms: 670' or more"
            )),
            ("{circle: clockwise, turns: 3, within_ms: 200}", (
                "too quick for the camera: at 30 frames/s 200 ms"
                " are 6 frames, and a circle takes 8; allow 'within_ms: 270' or more"
            )),
            ("{swipe: up, distance: 12}", (
                "faster than a hand: 12 palm lengths in 500 ms are 24 a"
                " second, and quick ones have 4 to 13; allow 'within_ms: 580' or more"
            )),
            ("{circle: clockwise, radius: 3, within_ms: 500}", (
                "faster than a hand: 18.8 palm lengths in 500 ms"
                " are 37.7 a second, and quick ones have 4 to 13; allow 'within_ms: 900' or more"
            )),
            ("{wave: 4, distance: 8, within_ms: 1000}", (
                "faster than a hand: 8 palm lengths in 250 ms"
                " are 32 a second, and quick ones have 4 to 13; allow 'within_ms: 1530' or more"
            )),
        ],
    )  # fmt: skip
    def test_too_quick(self, motion: str, message: str):
        mark = "within_ms" if "within_ms" in motion else "motion"
        assert marked(with_gestures(f"m: {{motion: {motion}}}")) == [(mark, message)]
        allowed = re.search(r"within_ms: \d+", message)
        assert allowed
        others = re.sub(r", within_ms: \d+", "", motion).removesuffix("}")
        mended = f"m: {{motion: {others}, {allowed[0]}}}}}"
        assert said(with_gestures(mended)) == []

    @pytest.mark.parametrize(
        "motion",
        ["{swipe: left}", "{wave: 3}", "{circle: clockwise, turns: 3}", "{push: away}",
         "{change: {from: [palm], to: [fist]}, within_ms: 50}", "{pinch: index}", "{zoom: in}",
         "{rotate: clockwise}", "{tap: index}"],
    )  # fmt: skip
    def test_defaults_are_fine(self, motion: str):
        for fps in (15, 30, 60):
            more = f"camera: {{fps: {fps}}}\n"
            # At 15 frames/s a change within 50 ms is none.
            expected = fps == 15 and "change" in motion
            assert bool(said(with_gestures(f"m: {{motion: {motion}}}", more=more))) == expected

    def test_a_quick_camera_sees_more(self):
        entry = "m: {motion: {swipe: left, within_ms: 70}}"
        assert said(with_gestures(entry)) != []
        assert said(with_gestures(entry, more="camera: {fps: 60}\n")) == []

    def test_a_camera_too_slow_for_built_in_motions(self):
        loaded = parse(f"version: 1\ncamera: {{fps: 5}}\n{bound('swipe_left', 'swipe_right')}")
        assert said(loaded) == [
            "2:15 camera.fps: too few frames for 'swipe_left', 'swipe_right'; it takes 8 a second"
        ]
        assert said(parse(f"version: 1\ncamera: {{fps: 5}}\n{bound('fist')}")) == []
        assert said(parse(f"version: 1\ncamera: {{fps: 8}}\n{bound('swipe_left')}")) == []

    def test_of_which_nothing_can_show(self):
        loaded = with_gestures(
            "a: {when: [x < 0.1, x > 0.2]}",
            "left: {when: [y < 0.2], hand: left}",
            "m: {motion: {swipe: up}, while: [a, left], hand: right}",
            "n: {motion: {change: {from: [a], to: [palm]}}}",
            "o: {motion: {swipe: up}, while: [a, left]}",
        )
        assert said(loaded)[1:] == [
            "5:35 gestures.m.while: can never be made: 'a' can never hold and 'left' is made with"
            " the left hand only; name another pose",
            "6:31 gestures.n.motion.change.from: can never be made: 'a' can never hold; name"
            " another pose",
        ]

    @pytest.mark.parametrize(
        ("fist", "reason"),
        [("{motion: {swipe: left}}", "is a motion"),
         ("{when: [x < 0.1], hand: both}", "takes both hands"),
         ("{when: [x < 0.1, x > 0.2]}", "can never hold")],
    )  # fmt: skip
    def test_built_in_ones_whose_pose_is_replaced(self, fist: str, reason: str):
        text = f"version: 1\ngestures:\n  fist: {fist}\n"
        assert [item for item in said(shipped(text)) if "grab" in item] == []
        assert [item for item in said(shipped(text + bound("grab"))) if "grab" in item] == [
            f"3:3 gestures.fist: 'grab' (bound in line 5) can never be made: 'fist' {reason};"
            " give this gesture another name"
        ]

    def test_of_one_hand_with_a_pose_of_both(self):
        loaded = with_gestures(
            "b: {when: [x < 0.5], hand: both}", "m: {motion: {swipe: up}, while: [b]}"
        )
        assert said(loaded) == [
            "4:35 gestures.m.while: can never be made: 'b' takes both hands; name another pose"
        ]
