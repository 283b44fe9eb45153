"""Printing must not make the loop wait for whoever reads."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import pytest

from daemon.printing import LinePrinter
from gestures.events import GestureEvent


@dataclass
class Told:
    number: int
    event: str = "mode"

    def to_json(self) -> dict[str, Any]:
        return {"t": float(self.number), "event": self.event, "mode": "m" * 500}


def numbers(text: str) -> list[int]:
    return [int(json.loads(line)["t"]) for line in text.splitlines()]


@pytest.fixture
def pipe():
    read, write = os.pipe()
    with os.fdopen(read, "r") as reader, os.fdopen(write, "w") as writer:
        yield reader, writer


def test_a_reader_that_stops_does_not_stop_the_loop(pipe) -> None:
    reader, writer = pipe
    printer = LinePrinter(as_json=True, stream=writer)
    for number in range(400):  # three pipes full
        printer.show([Told(number)])
    got = ""
    os.set_blocking(reader.fileno(), False)
    while numbers(got)[-1:] != [399]:
        got += os.read(reader.fileno(), 1 << 20).decode()
        printer.finish()
    assert numbers(got) == list(range(400))


def test_the_oldest_lines_are_left_out_and_that_is_told_once(pipe, caplog) -> None:
    reader, writer = pipe
    printer = LinePrinter(as_json=True, stream=writer)
    printer.show(Told(number) for number in range(3000))
    os.set_blocking(reader.fileno(), False)
    got = os.read(reader.fileno(), 1 << 20).decode()
    assert numbers(got)[0] >= 2000
    assert [record.message for record in caplog.records] == [
        "nobody reads the events fast enough: the oldest are left out"
    ]


def test_words_for_people_leave_the_updates_out(capsys) -> None:
    printer = LinePrinter(as_json=False)
    printer.show([Told(1), Told(2, "update")])
    printer.finish()
    assert capsys.readouterr().out.count("\n") == 1


def test_both_hands_are_said_to_be_two(capsys) -> None:
    printer = LinePrinter(as_json=False)
    printer.show([GestureEvent(1.0, "begin", "tips", "both", 1)])
    printer.show([GestureEvent(2.0, "end", "one", "left", 1)])
    assert capsys.readouterr().out.splitlines() == [
        "    1.00  begin     tips (both hands)",
        "    2.00  end       one (left hand)",
    ]
