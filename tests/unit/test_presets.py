"""Each preset before the built-in hand: every gesture that it binds does what its comment says."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from daemon.actions import RepeatAction
from daemon.chain import Chain
from daemon.commands import presets as command
from daemon.config.editor_line import naming_no_schema
from daemon.config.load import load_config
from daemon.config.model import Config
from daemon.config.places import PRESETS, preset_path
from daemon.injector import Injector
from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import PALM, PINCH, PINCH_OPEN, POSES
from daemon.synthetic.scene import Act
from tests.unit.fake_keyboard import FakeKeyboard
from tests.unit.hand_paths import acting_hands

_PALM_PX = 55.0
_REST_S = 0.8


def _armed() -> Act:
    return Act(HandState(PALM, (320.0, 250.0), _PALM_PX)).hold(1.5)


def _pose(name: str, held_s: float) -> Act:
    return _armed().become(POSES[name], 0.3).hold(held_s)


def _swipe(direction: str) -> Act:
    return _armed().swipe(direction, 2.4).hold(1.0)  # type: ignore[arg-type]


def _played(config: Config, act: Act, app: str = "") -> list[str]:
    """What keyboard and mouse got; moves of the pointer in a row are one."""
    keyboard = FakeKeyboard(places=False)
    chain = Chain(config, Injector(keyboard), dry_run=False, focused=lambda apps: app in apps)
    for frame in acting_hands(act):
        chain.feed(frame)
    chain.reset(act.duration_s + 1, "end")
    lines = keyboard.log
    return lines[:1] + [new for old, new in pairwise(lines) if not new == old == "move"]


def _tap(*keys: str) -> list[str]:
    return [f"press {key}" for key in keys] + [f"release {key}" for key in reversed(keys)]


@pytest.mark.parametrize(
    ("preset", "act", "expected"),
    [
        ("slides", _swipe("left"), _tap("Right")),
        ("slides", _swipe("right"), _tap("Left")),
        ("slides", _pose("fist", 1.2), _tap("b")),
        ("slides", _pose("one", 1.0), ["move"]),
        ("media", _swipe("left"), _tap("media_next")),
        ("media", _swipe("right"), _tap("media_previous")),
        ("media", _pose("fist", 1.2), _tap("media_play_pause")),
        ("media", _pose("two_up", 1.2), _tap("media_volume_mute")),
        ("pointer", _pose("one", 1.0), ["move"]),
        (
            "pointer",
            _pose("one", _REST_S).become(PINCH_OPEN, 0.3).become(PINCH, 0.3).hold(0.5)
            .become(PINCH_OPEN, 0.3).hold(0.5),
            ["move", "press_button left", "release_button left"],
        ),
        ("browser", _swipe("up"), _tap("Page_Down")),
        ("browser", _swipe("down"), _tap("Page_Up")),
        ("browser", _swipe("right"), _tap("alt", "Left")),
        ("browser", _swipe("left"), _tap("alt", "Right")),
        ("browser", _pose("peace", 1.0), _tap("ctrl", "Tab")),
        ("browser", _pose("three", 1.0), _tap("ctrl", "shift", "Tab")),
        ("browser", _pose("one", 1.0), ["move"]),
    ],
)  # fmt: skip
def test_a_gesture_does_what_its_comment_says(preset: str, act: Act, expected: list[str]) -> None:
    assert _played(load_config(preset_path(preset)).config, act) == expected


@pytest.mark.parametrize(
    ("preset", "pose", "keys"),
    [
        ("media", "like", ("media_volume_up",)),
        ("media", "dislike", ("media_volume_down",)),
        ("browser", "like", ("ctrl", "plus")),
        ("browser", "dislike", ("ctrl", "-")),
    ],
)
def test_thumbs_go_on_for_as_long_as_they_are_held(
    preset: str, pose: str, keys: tuple[str, ...]
) -> None:
    config = load_config(preset_path(preset)).config
    (action,) = [b.action for b in config.bindings if b.gesture == pose]
    assert isinstance(action, RepeatAction)
    played = _played(config, _pose(pose, 2.5))
    times = len(played) / len(_tap(*keys))
    assert played == _tap(*keys) * round(times)
    assert times >= 0.6 * 2 * action.per_s


@pytest.mark.parametrize("preset", ["pointer", "browser"])
def test_two_fingers_scroll(preset: str) -> None:
    act = _pose("two_up", 0.5).move_to(320.0, 250.0 - 2 * _PALM_PX, 2.0).hold(0.5)
    played = _played(load_config(preset_path(preset)).config, act)
    notches = [line.removeprefix("scroll ").split(",") for line in played]
    assert sum(int(down) for _, down in notches) in range(14, 23)


def test_the_right_button_is_thumb_and_middle_finger() -> None:
    bent = replace(
        PINCH,
        index=(10, 12, 8),
        middle=(52, 58, 38),
        thumb=((20, 46), (-2, 48), (-40, 40)),
        abduction_deg=(4, 0, -7, -16),
    )
    act = _armed().become(PINCH_OPEN, 0.3).hold(0.5).become(bent, 0.3).hold(0.6)
    act = act.become(PINCH_OPEN, 0.3).hold(0.5)
    played = _played(load_config(preset_path("pointer")).config, act)
    assert [line for line in played if line != "move"] == [
        "press_button right", "release_button right",
    ]  # fmt: skip


def test_in_a_film_a_swipe_goes_forward_in_it() -> None:
    config = load_config(preset_path("media")).config
    assert _played(config, _swipe("left"), app="mpv") == _tap("Right")
    assert _played(config, _pose("fist", 1.2), app="vlc") == _tap("space")


def test_the_command_lists_and_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    def run(*names: str) -> tuple[int, str, str]:
        import argparse

        parser = argparse.ArgumentParser()
        command.add_parser(parser.add_subparsers())
        args = parser.parse_args(["presets", *names])
        return (args.func(args), *capsys.readouterr())

    status, out, _ = run()
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)
    for name in PRESETS:
        text = preset_path(name).read_text("utf-8")
        assert run(name) == (0, naming_no_schema(text), "")
    assert run("medai") == (2, "", "gestured presets: no preset 'medai'; did you mean 'media'?\n")
