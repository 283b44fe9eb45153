"""Recorded landmarks in, event lines out, word for word; `make.py` makes both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden.make import FOLDER, SCENES, events, frames

TRACES = sorted(FOLDER.glob("*.trace"))


def expected(trace: Path) -> list[str]:
    return trace.with_suffix(".events").read_text("utf-8").splitlines()


def keys(lines: list[str]) -> list[str]:
    """The keys pressed, in order."""
    actions = [json.loads(line).get("action") for line in lines]
    return [action["keys"] for action in actions if action and "keys" in action]


def test_there_is_a_trace_for_every_scene():
    assert [trace.stem for trace in TRACES] == sorted(SCENES)
    assert all(trace.stat().st_size < 150_000 for trace in TRACES)


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.stem)
def test_replay(trace: Path):
    assert events(trace) == expected(trace)


@pytest.mark.parametrize(
    ("name", "pressed"),
    [
        ("arm-next-next-back", ["Right", "Right", "Left"]),
        ("entry-exit-nothing", []),
        ("fist-black", ["b"]),
        ("fist-lost", []),
        ("pointer", []),
        ("return-stroke", ["Right", "Right", "Right"]),
    ],
)
def test_the_lines_say_what_the_scene_is_for(name: str, pressed: list[str]):
    lines = expected(FOLDER / f"{name}.trace")
    assert keys(lines) == pressed
    assert '"armed"' in "".join(lines), "what does nothing must be allowed to do something"
    assert ("swipe" in "".join(lines)) == (name in ("arm-next-next-back", "return-stroke"))
    types = [json.loads(line).get("action", {}).get("type") for line in lines]
    assert ("pointer" in types) == (name == "pointer")


def test_scenes_are_made_the_same_every_time():
    one, other = (list(frames(SCENES["fist-black"](), 2)) for _ in range(2))
    assert all(
        (a.image == b.image).all()
        for first, second in zip(one, other, strict=True)
        for a, b in zip(first.hands, second.hands, strict=True)
    )
