"""Recorded landmarks in, event lines out, word for word; `make.py` makes both.

Numbers may be off by a little: last digits differ between processors.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden.make import FOLDER, SCENES, events, frames

_ABOUT = 0.021
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
    found, wanted = (
        [json.loads(line) for line in lines] for lines in (events(trace), expected(trace))
    )
    assert [parts(line) for line in found] == [
        {name: near(value) for name, value in parts(line).items()} for line in wanted
    ]


def parts(value: Any, name: str = "") -> dict[str, Any]:
    """Every plain value in a line, by where it stands."""
    if isinstance(value, dict):
        items = [(f"{name}.{key}", each) for key, each in value.items()]
    elif isinstance(value, list):
        items = [(f"{name}[{number}]", each) for number, each in enumerate(value)]
    else:
        return {name: value}
    return {where: found for key, each in items for where, found in parts(each, key).items()}


def near(value: Any) -> Any:
    return pytest.approx(value, abs=_ABOUT) if isinstance(value, float) else value


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
