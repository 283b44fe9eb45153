"""What a good configuration becomes, and what it is warned about."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.actions import ClickAction, DragAction, KeyAction, ModeAction, PointerAction
from daemon.config.load import parse_library
from daemon.config.model import (
    Binding,
    CameraSettings,
    Config,
    Mode,
    TrackerSettings,
)
from daemon.config.problems import ConfigError, render
from gestures.arming import ArmingRule
from gestures.conditions import parse_condition
from gestures.motion_spec import Swipe
from gestures.spec import GestureSpec
from models.smoothing import Noise
from tests.unit.config_texts import EXAMPLE, LIBRARY, parse


def test_the_designs_example() -> None:
    config = parse(EXAMPLE).config
    straight = dict.fromkeys(("index", "middle", "ring", "pinky"), ("extended",))
    assert config == Config(
        camera=CameraSettings("auto", 640, 480, 30, True),
        tracker=TrackerSettings("litert", "full", 2, 0.5, 0.5),
        smoothing=Noise(60, 0.03),
        arming=ArmingRule("palm", 500, 10_000),
        gestures=(
            *LIBRARY,
            GestureSpec(
                "spock",
                fingers=straight,
                when=(
                    parse_condition("spread(middle, ring) > 15"),
                    parse_condition("spread(index, middle) < 8"),
                ),
                own=True,
            ),
            GestureSpec(
                "tight_pinch",
                when=(parse_condition("gap(thumb, index) < 0.25"),),
                release=(parse_condition("gap(thumb, index) > 0.4"),),
                own=True,
            ),
            GestureSpec(
                "brush_off", motion=Swipe("left", 1.5, 500), poses=("palm", "stop"), own=True
            ),
        ),
        bindings=(
            Binding("swipe_left", KeyAction(("Right",))),
            Binding("swipe_right", KeyAction(("Left",))),
            Binding("fist", KeyAction(("b",)), hold_ms=700),
            Binding("one", PointerAction(), hand="right"),
            Binding("tight_pinch", DragAction("left")),
        ),
        modes={
            "video": Mode((Binding("palm", KeyAction(("space",)), hold_ms=500),), ("mpv", "vlc"))
        },
        path=Path("config.yaml"),
    )


def test_the_designs_example_has_warnings() -> None:
    loaded = parse(EXAMPLE)
    assert "\n".join(render(item, loaded.source_lines) for item in loaded.warnings) == (
        "config.yaml:12:3: warning: gestures.spock:"
        " nothing uses this gesture: no binding names it, nor arming, nor a 'while' or 'change';"
        " yet built-in ones stand back for it\n"
        "   12 |   spock:\n"
        "      |   ^~~~~\n"
        "config.yaml:18:3: warning: gestures.brush_off:"
        " nothing uses this gesture: no binding names it, nor arming, nor a 'while' or 'change'\n"
        "   18 |   brush_off:\n"
        "      |   ^~~~~~~~~"
    )


def test_only_the_version_is_needed() -> None:
    assert parse("version: 1").config == Config(gestures=LIBRARY, path=Path("config.yaml"))


@pytest.mark.parametrize(
    "section",
    [
        "arming",
        "camera",
        "tracker",
        "smoothing",
        "input",
        "pointer",
        "safety",
        "feedback",
        "gestures",
        "bindings",
        "modes",
    ],
)
def test_an_empty_section_is_its_default(section: str) -> None:
    assert parse(f"version: 1\n{section}:\n").config == parse("version: 1").config


def test_without_arming_everything_acts() -> None:
    assert parse("version: 1\narming: false").config.arming is None


@pytest.mark.parametrize("nothing", ["", "null", "\n  # gesture: palm"])
def test_arming_with_all_its_lines_commented_out_stays_on(nothing: str) -> None:
    assert parse(f"version: 1\narming: {nothing}").config.arming == ArmingRule()


def test_a_motion_that_is_over_at_once_cannot_be_held() -> None:
    text = """\
version: 1
bindings:
  - {gesture: swipe_left, hold_ms: 500, action: {type: key, keys: a}}
  - {gesture: swipe_right, action: {type: drag}}
"""
    assert [f"{item.line}:{item.column} {item.message}" for item in parse(text).warnings] == [
        "3:36 never fires: 'swipe_left' ends at once; leave 'hold_ms' out",
        "4:36 'swipe_right' ends at once, so 'drag' has no time: bind a pose",
    ]


@pytest.mark.parametrize(
    "motion", ["circle: clockwise", "pinch: index", "zoom: in", "rotate: clockwise"]
)
def test_a_motion_that_lasts_has_time(motion: str) -> None:
    text = f"""\
version: 1
gestures: {{a: {{motion: {{{motion}}}}}}}
bindings:
  - {{gesture: a, hold_ms: 500, action: {{type: key, keys: a}}}}
  - {{gesture: a, action: {{type: drag}}}}
"""
    assert parse(text).warnings == ()


def test_a_gesture_of_the_same_name_takes_the_place_of_the_built_in_one() -> None:
    config = parse("version: 1\ngestures: {one: {when: ['x < 1'], hand: left, hold_ms: 0}}").config
    names = [spec.name for spec in config.gestures]
    assert names == [spec.name for spec in LIBRARY]
    replaced = config.gestures[names.index("one")]
    assert replaced == GestureSpec(
        "one", when=(parse_condition("x < 1"),), hands=("left",), hold_ms=0, own=True
    )


def test_mediapipes_names_are_aliases() -> None:
    config = parse(
        "version: 1\n"
        "arming: {gesture: Open_Palm}\n"
        "gestures: {s: {motion: {swipe: up}, while: [Pointing_Up]}}\n"
        "bindings: [{gesture: Closed_Fist, action: {type: pointer}}]\n"
    ).config
    assert config.arming == ArmingRule("palm")
    assert config.gestures[-1].poses == ("one",)
    assert config.bindings[0].gesture == "fist"


def test_all_actions() -> None:
    config = parse(
        """
version: 1
bindings:
- {gesture: fist, action: {type: key, keys: Ctrl+Shift+right}}
- {gesture: palm, action: {type: key, keys: 5}}
- {gesture: one, action: {type: click, button: right, count: 2}}
- {gesture: stop, action: {type: drag, button: middle}}
- {gesture: swipe_left, action: {type: mode, name: video}}
modes:
  video: {bindings: [{gesture: swipe_left, action: {type: mode, name: default}}]}
"""
    ).config
    assert [binding.action for binding in config.bindings] == [
        KeyAction(("ctrl", "shift", "Right")),
        KeyAction(("5",)),
        ClickAction("right", 2),
        DragAction("middle"),
        ModeAction("video"),
    ]
    assert config.modes["video"].bindings[0].action == ModeAction("default")


def test_a_cameras_index_is_a_source() -> None:
    assert parse("version: 1\ncamera: {source: 0}").config.camera.source == "0"


def test_a_shadowed_binding_is_warned_about() -> None:
    text = """\
version: 1
bindings:
  - {gesture: fist, action: {type: key, keys: a}}
  - {gesture: fist, hand: left, action: {type: key, keys: b}}
  - {gesture: fist, hold_ms: 100, action: {type: key, keys: c}}
  - {gesture: Closed_Fist, action: {type: key, keys: d}}
"""
    (warning,) = parse(text).warnings
    assert render(warning, text.splitlines()) == (
        "config.yaml:6:5: warning: bindings[3]:"
        " never fires: the binding in line 3 has the same gesture, hand and hold\n"
        "    6 |   - {gesture: Closed_Fist, action: {type: key, keys: d}}\n"
        "      |     ^"
    )


def test_the_library_is_checked_like_the_users_own() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_library("fist: {fingers: {index: closed}}\nwave: {motion: {swipe: left}, "
                      "while: [plam]}\npalm: {when: ['x < 1']}", Path("library.yaml"))  # fmt: skip
    assert str(caught.value) == (
        "library.yaml:1:25: error: gestures.fist.fingers.index:"
        " expected extended, half or folded, found 'closed'\n"
        "    1 | fist: {fingers: {index: closed}}\n"
        "      |                         ^~~~~~ did you mean 'folded'?\n"
        "library.yaml:2:39: error: gestures.wave.while[0]:"
        " expected the name of a gesture, found 'plam'\n"
        "    2 | wave: {motion: {swipe: left}, while: [plam]}\n"
        "      |                                       ^~~~ did you mean 'palm'?"
    )
