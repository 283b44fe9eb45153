"""Every kind of motion as written in YAML: what it becomes, and what is said of a wrong one."""

from __future__ import annotations

import pytest

from daemon.config.problems import ConfigError
from gestures.motion_spec import (
    Circle,
    Motion,
    Pinch,
    PoseChange,
    Push,
    Rotate,
    Swipe,
    Tap,
    Wave,
    Zoom,
)
from tests.unit.config_texts import parse


def _motion(text: str) -> Motion | None:
    config = parse(f"version: 1\ngestures:\n  mine: {{motion: {text}}}\n").config
    return next(spec.motion for spec in config.gestures if spec.name == "mine")


def _complaints(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        _motion(text)
    return [
        f"{item.column} {item.where.removeprefix('gestures.mine.')}: {item.message}"
        + (f" -> {item.suggestion}" if item.suggestion else "")
        for item in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("text", "motion"),
    [
        ("{swipe: left, distance: 2, within_ms: 300}", Swipe("left", 2, 300)),
        ("{wave: 4, distance: 0.5, within_ms: 3000}", Wave(4, 0.5, 3000)),
        ("{circle: clockwise, turns: 2, radius: 0.5}", Circle("clockwise", 2, 0.5)),
        ("{push: towards, factor: 1.5, within_ms: 900}", Push("towards", 1.5, 900)),
        (
            "{change: {from: [palm, stop], to: [Closed_Fist]}, within_ms: 400}",
            PoseChange(("palm", "stop"), ("fist",), 400),
        ),
        ("{pinch: middle, below: 0.2, above: 0.6}", Pinch("middle", 0.2, 0.6)),
        ("{zoom: in, hands: two, factor: 2, within_ms: 600}", Zoom("in", "two", 2, 600)),
        ("{rotate: counterclockwise, angle: 20}", Rotate("counterclockwise", 20)),
        ("{tap: index, within_ms: 400}", Tap("index", 400)),
    ],
)
def test_each_kind(text: str, motion: Motion) -> None:
    assert _motion(text) == motion


@pytest.mark.parametrize(
    ("text", "motion"),
    [
        ("{swipe: up}", Swipe("up")),
        ("{wave: 3}", Wave()),
        ("{circle: counterclockwise}", Circle("counterclockwise")),
        ("{push: away}", Push("away")),
        ("{change: {from: [palm], to: [fist]}}", PoseChange(("palm",), ("fist",))),
        ("{pinch: index}", Pinch()),
        ("{zoom: out}", Zoom("out")),
        ("{rotate: clockwise}", Rotate("clockwise")),
        ("{tap: index}", Tap()),
    ],
)
def test_what_is_left_out_is_as_in_the_spec(text: str, motion: Motion) -> None:
    assert _motion(text) == motion


KINDS = "swipe, wave, circle, push, change, pinch, zoom, rotate or tap"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{swip: left}", f"19 motion.swip: expected {KINDS}, found 'swip' -> swipe"),
        ("{}", f"18 motion: nothing says which kind it is: expected {KINDS}"),
        ("{distance: 2}", f"18 motion: nothing says which kind it is: expected {KINDS}"),
        (
            "swipe",
            "18 motion: expected keys with values such as {swipe: left, distance: 1.5},"
            " found 'swipe'",
        ),
        (
            "{swipe: left, wave: 3}",
            "32 motion.wave: 'wave' can't stand beside 'swipe': it is one or the other",
        ),
        (
            "{wave: 3, factor: 2}",
            "28 motion.factor: unknown key 'factor'; the keys here are wave, distance, within_ms",
        ),
        ("{wave: 1}", "25 motion.wave: expected a whole number between 2 and 20, found 1"),
        (
            "{circle: cw}",
            "27 motion.circle: expected clockwise or counterclockwise, found 'cw' -> clockwise",
        ),
        (
            "{push: forward}",
            "25 motion.push: expected towards or away, found 'forward' -> towards",
        ),
        (
            "{change: {from: [palm], to: [fst]}}",
            "47 motion.change.to[0]: expected the name of a gesture, found 'fst' -> fist",
        ),
        (
            "{change: {from: [palm], to: [swipe_left]}}",
            "47 motion.change.to[0]: expected a pose to hold during the motion,"
            " found the motion 'swipe_left'",
        ),
        (
            "{change: {from: [palm]}}",
            "27 motion.change: 'to' is missing: write to: [fist]",
        ),
        (
            "{change: {from: [palm], to: [palm]}}",
            "46 motion.change.to: expected other poses than those under 'from', found 'palm'",
        ),
        (
            "{pinch: index, below: 0.6}",
            "18 motion.above: 'above' (0.5) must not be less than 'below' (0.6)",
        ),
        (
            "{rotate: clockwise, angle: 1000}",
            "45 motion.angle: expected a number between 5 and 180, found 1000",
        ),
    ],
)
def test_what_is_said_of_a_wrong_one(text: str, said: str) -> None:
    assert _complaints(text) == [said]
