"""Actions in the YAML: what each becomes, and what is said of a wrong one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
from daemon.config.advice_actions import action_warnings
from daemon.config.build import build_config
from daemon.config.load import builtin_library, load_config, parse_config
from daemon.config.model import Config, PointerSettings, SafetySettings
from daemon.config.places import PRESETS, preset_path
from daemon.config.problems import ConfigError
from daemon.config.yamlread import read_tree

A = KeyAction(("a",))
REGION = "{left: 0.1, top: 0.2, right: 0.9, bottom: 0.8}"


def read(text: str) -> Config:
    return parse_config(f"version: 1\n{text}\n", Path("config.yaml")).config


def action(text: str, more: str = "") -> Action:
    return read(f"{more}\nbindings: [{{gesture: fist, action: {text}}}]").bindings[0].action


def said(text: str, more: str = "") -> str:
    with pytest.raises(ConfigError) as caught:
        action(text, more)
    assert len(caught.value.problems) == 1, str(caught.value)
    problem = caught.value.problems[0]
    mend = f" -> {problem.suggestion}" if problem.suggestion else ""
    return f"{problem.where.removeprefix('bindings[0].')}: {problem.message}{mend}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{type: key, keys: ctrl+Home}", KeyAction(("ctrl", "Home"))),
        ("{type: key, keys: 5}", KeyAction(("5",))),
        ("{type: key, keys: [a]}", A),
        ("{type: key, keys: [ctrl+k, 5], delay_ms: 50}", KeysAction((("ctrl", "k"), ("5",)), 50)),
        ("{type: hold, keys: shift+space}", HoldAction(("shift", "space"))),
        ("{type: hold, keys: a, longest_ms: 500}", HoldAction(("a",), 500)),
        ("{type: repeat, action: {type: key, keys: a}}", RepeatAction(A, 5, 400)),
        (
            "{type: repeat, per_second: 8, delay_ms: 0, action: {type: scroll, direction: up}}",
            RepeatAction(ScrollAction("up", 3), 8, 0),
        ),
        ("{type: text, text: 'Grüße, 5 €'}", TextAction("Grüße, 5 €")),
        ("{type: click}", ClickAction()),
        ("{type: click, button: right, count: 2, keys: ctrl}", ClickAction("right", 2, ("ctrl",))),
        ("{type: drag}", DragAction()),
        ("{type: drag, button: middle, longest_ms: 900}", DragAction("middle", 900)),
        ("{type: pointer}", PointerAction()),
        ("{type: scroll, direction: down, steps: 5}", ScrollAction("down", 5)),
        ("{type: scroll}", HandScrollAction("displacement", "vertical", 10)),
        ("{type: scroll, axis: both, speed: -4}", HandScrollAction("displacement", "both", -4)),
        ("{type: scroll, by: dial}", HandScrollAction("dial", "vertical", 30)),
        ("{type: mode, name: default}", ModeAction("default")),
        ("{type: pause}", PauseAction()),
        ("{type: notify, text: Hello}", NotifyAction("Hello")),
        (
            "{type: sequence, actions: [{type: key, keys: a}, {type: wait, ms: 20}, {type: hold,"
            " keys: b}]}",
            SequenceAction((A, WaitAction(20), HoldAction(("b",)))),
        ),
    ],
)
def test_actions(text: str, expected: Action) -> None:
    assert action(text) == expected


def test_programs_only_where_they_are_allowed() -> None:
    run = "{type: run, command: [playerctl, play-pause]}"
    assert action(run, "allow_commands: true") == RunAction(("playerctl", "play-pause"))
    refused = (
        "programs are refused: write 'allow_commands: true' at the top of the file"
        " if gestures may start them"
    )
    for more in ("", "allow_commands: false"):
        assert said(run, more) == f"action.type: {refused}"
    sequence = f"{{type: sequence, actions: [{run}]}}"
    assert said(sequence) == f"action.actions[0].type: {refused}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{type: key, keys: [ctrl+k, Rigth]}", "action.keys[1]: expected the name of a"
         " key, found 'Rigth' -> Right"),
        ("{type: key, keys: true}", "action.keys: expected text such as ctrl+Right, found true;"
         " put it in quotes if it is meant as text"),
        ("{type: hold, keys: spce}", "action.keys: expected the name of a key, found"
         " 'spce' -> space"),
        ("{type: repeat, action: {type: hold, keys: a}}", "action.action.type: expected click, key,"
         " scroll or text, found 'hold'"),
        ("{type: repeat, action: {type: key, keys: a}, per_second: 99}",
         "action.per_second: expected a number between 0.1 and 30, found 99"),
        ("{type: click, keys: ctrl+a}", "action.keys: only modifiers (ctrl, shift, alt, alt_gr,"
         " super) go with a click, not 'a'"),
        ('{type: text, text: "a\\x07"}', "action.text: the character '\\x07' can't be typed"),
        ("{type: scroll, direction: down, speed: 3}", "action: 'speed' can't stand beside"
         " 'direction': with it the wheel turns by 'steps' at once, without it with the hand"),
        ("{type: scroll, steps: 3}", "action: 'steps' needs 'direction' beside it: up, down, left"
         " or right"),
        ("{type: scroll, by: dial, axis: both}", "action: a dial turns one wheel: make the axis"
         " vertical or horizontal"),
        ("{type: run, command: 'xdg-open x'}", "action.command: expected a list such as"
         " [playerctl, play-pause], found 'xdg-open x' in quotes; put it in square brackets"),
        ("{type: sequence, actions: []}", "action.actions: expected a list such as [{type: key,"
         " keys: F5}, {type: wait, ms: 500}, {type: key, keys: b}], found an empty list"),
        ("{type: sequence, actions: [{type: sequence, actions: []}]}", "action.actions[0].type:"
         " expected click, drag, hold, key, mode, notify, pause, pointer, repeat, run, scroll, text"
         " or wait, found 'sequence'"),
        ("{type: wait, ms: 5}", "action.type: expected click, drag, hold, key, mode, notify, pause,"
         " pointer, repeat, run, scroll, sequence or text, found 'wait';"
         " waits stand between the actions of a sequence"),
        ("[{type: key, keys: a}]", "action: expected keys with values such as {type: key, keys:"
         " Right}, found a list; for several write {type: sequence, actions: [...]}"),
        ("{type: sequence, actions: [a]}", "action.actions[0]: expected keys with values such as"
         " {type: key, keys: Right}, found 'a'"),
        ("{type: text, keys: Hello}", "action.keys: unknown key 'keys'; the keys here are type,"
         " text -> text"),
        ("{type: sequence, doing: []}", "action.doing: unknown key 'doing'; the keys here are type,"
         " actions -> actions"),
        ("{type: exec, command: [a]}", "action.type: expected click, drag, hold, key, mode, notify,"
         " pause, pointer, repeat, run, scroll, sequence or text, found 'exec' -> run"),
        ("{type: doubleclick}", "action.type: expected click, drag, hold, key, mode, notify,"
         " pause, pointer, repeat, run, scroll, sequence or text, found 'doubleclick' -> click"),
        ("{type: click, button: 1}", "action.button: expected left, middle or right, found 1"),
        ('{type: run, command: [id, "a\\0"]}', "action.command[1]: no program takes an argument"
         " with a NUL character"),
        (f"{{type: key, keys: [{', '.join('a' * 51)}]}}", "action.keys: expected a list such as"
         " [ctrl+k, ctrl+c], found a list of 51: 50 are the most"),
        ("{type: key, keys: []}", "action.keys: expected a list such as [ctrl+k, ctrl+c], found an"
         " empty list"),
    ],
)  # fmt: skip
def test_wrong_actions(text: str, expected: str) -> None:
    assert said(text, "allow_commands: true") == expected


def test_settings() -> None:
    config = read(
        "input: {backend: uinput}\n"
        "pointer: {move: relative, speed: 2, acceleration: 0,"
        " region: {left: 0.1, top: 0.2, right: 0.9, bottom: 0.8}}\n"
        "safety: {yield_ms: 0, longest_hold_ms: 5000, most_per_s: 5}\n"
        "feedback: {sound: [armed, disarmed], notify: [fired]}"
    )
    assert config.backend == "uinput"
    assert config.pointer == PointerSettings("relative", (0.1, 0.2, 0.9, 0.8), 2, 0)
    assert config.safety == SafetySettings(0, 5000, 5)
    assert config.feedback.sound == {"armed", "disarmed"}
    assert config.feedback.notify == {"fired"}


def test_an_empty_region_is_refused() -> None:
    with pytest.raises(ConfigError, match="'right' must be greater than 'left'"):
        read("pointer: {region: {left: 0.5, top: 0.2, right: 0.5, bottom: 0.8}}")


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_right_and_nothing_in_them_is_doubtful(name: str) -> None:
    loaded = load_config(preset_path(name))
    assert loaded.warnings == ()
    assert loaded.config.bindings
    assert loaded.config.arming is not None


def warned(text: str, system: str = "linux") -> list[str]:
    path = Path("config.yaml")
    tree = read_tree(f"version: 1\n{text}\n", path)
    config = build_config(tree, builtin_library())
    return [
        f"{item.where}: {item.message}" + (f" -> {item.suggestion}" if item.suggestion else "")
        for item in action_warnings(config, tree, system)
    ]


def test_keys_that_a_system_lacks_are_warned_of() -> None:
    text = "bindings: [{gesture: fist, action: {type: hold, keys: Scroll_Lock}}]"
    assert warned(text) == []
    (said,) = warned(text, "darwin")
    assert said.startswith("bindings[0].action.keys: the key 'Scroll_Lock' does not exist on macOS")


def test_on_uinput_characters_are_a_us_keyboard_s() -> None:
    text = (
        "input: {backend: uinput}\n"
        "bindings: [{gesture: fist, action: {type: sequence, actions:"
        " [{type: key, keys: ctrl+ä}, {type: text, text: Grüße}]}}]"
    )
    assert warned(text) == [
        "bindings[0].action.actions[0].keys: the key 'ä' does not exist on uinput",
        "bindings[0].action.actions[1].text: uinput types the characters of a US keyboard only;"
        " others are left out",
    ]


def test_a_program_that_is_not_there_is_warned_of() -> None:
    text = (
        "allow_commands: true\n"
        "bindings: [{{gesture: fist, action: {{type: run, command: [{}, x]}}}}]"
    )
    assert warned(text.format("sh" if os.name == "posix" else "cmd")) == []
    assert warned(text.format("no-such-program")) == [
        "bindings[0].action.command[0]: no program 'no-such-program' is on this machine's PATH"
    ]
    assert warned(text.format("~/bin/x")) == [
        "bindings[0].action.command[0]: there is no shell to expand '~': write the whole path"
    ]


@pytest.mark.parametrize(
    ("apps", "said"),
    [
        ("[titel:x]", "unknown prefix 'titel:'; a window's title is 'title:'"),
        ("[slideshows]", "no application is called 'slideshows'; did you mean 'slideshow'?"),
        ("['']", "an empty name matches no application; name one, such as mpv"),
    ],
)
def test_names_of_applications_are_checked(apps: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"modes: {{m: {{apps: {apps}, bindings: []}}}}")
    assert [problem.message for problem in caught.value.problems] == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{type: key, keys: [ctrl, c]}", "action.keys: these are tapped one after another; did you"
         " mean 'ctrl+c'?"),
        ("{type: repeat, per_second: 25, action: {type: key, keys: a}}", "action.per_second: more"
         " than 'safety' allows, 20 a second: the rest is left out"),
        ("{type: drag, longest_ms: 70000}", "action.longest_ms: longer than 'safety' allows: it"
         " ends after 60000 ms"),
        ("{type: sequence, actions: [{type: wait, ms: 5}]}", "action.actions: only waits: nothing"
         " is done"),
    ],
)  # fmt: skip
def test_doubtful_actions_are_warned_of(text: str, said: str) -> None:
    assert warned(f"bindings: [{{gesture: fist, action: {text}}}]") == [f"bindings[0].{said}"]


def test_what_lasts_has_no_time_in_a_sequence_of_a_swipe() -> None:
    sequence = "{type: sequence, actions: [{type: hold, keys: ctrl}, {type: key, keys: Tab}]}"
    text = f"version: 1\nbindings: [{{gesture: swipe_left, action: {sequence}}}]\n"
    (warning,) = parse_config(text, Path("config.yaml")).warnings
    assert warning.message == "'swipe_left' ends at once, so 'hold' has no time: bind a pose"


@pytest.mark.parametrize(
    ("move", "key"), [("absolute", "acceleration: 2"), ("relative", f"region: {REGION}")]
)
def test_settings_of_the_other_pointer_are_warned_of(move: str, key: str) -> None:
    (said,) = warned(f"pointer: {{move: {move}, {key}}}")
    other = "relative" if move == "absolute" else "absolute"
    assert said.endswith(f"does nothing here: it is for 'move: {other}'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("modes: {film: [{gesture: fist, action: {type: pause}}]}", "; put the list under"
         " 'bindings:'"),
        ("modes: {film: {apps: [title: YouTube], bindings: []}}", "; put it in quotes if it is text"
         " with a ':' in it"),
        ("pointer: {region: [0.2, 0.2, 0.8, 0.8]}", "bottom: 0.8}, found a list"),
    ],
)  # fmt: skip
def test_slips_get_their_mend(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert caught.value.problems[0].message.endswith(said)


def test_a_comment_in_place_of_a_key_is_one_clear_line() -> None:
    with pytest.raises(ConfigError) as caught:
        read("bindings: [{gesture: fist, action: {type: key, keys: #}}]")
    assert "\n" not in caught.value.problems[0].message
