"""Printing must not make the loop wait for whoever reads."""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from daemon.actions import (
    ClickAction,
    KeyAction,
    KeysAction,
    PauseAction,
    RepeatAction,
    ScrollAction,
    SequenceAction,
    TextAction,
    WaitAction,
)
from daemon.printing import LinePrinter, PromptHandler, in_words
from daemon.reports import ActionEvent
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


def test_a_log_that_nobody_reads_stops_nothing(pipe) -> None:
    reader, writer = pipe
    handler = PromptHandler(writer)
    for number in range(400):  # three pipes full
        handler.emit(logging.makeLogRecord({"msg": f"{number} {'x' * 500}"}))
    os.set_blocking(reader.fileno(), False)
    assert os.read(reader.fileno(), 100).startswith(b"0 xxx")


def test_without_a_stdout_nothing_is_printed(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    printer = LinePrinter(as_json=True)
    printer.show([Told(1)])
    printer.finish()


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (RepeatAction(KeyAction(("media_volume_up",)), 6), "key media_volume_up, 6 times a second"),
        (KeysAction((("ctrl", "k"), ("ctrl", "c"))), "key ctrl+k, ctrl+c"),
        (
            SequenceAction((KeyAction(("a",)), WaitAction(300), TextAction("hi"))),
            "key a, then wait 300 ms, then text of 2 characters",
        ),
        (ClickAction("right", 2, ("ctrl",)), "click ctrl+right 2 times"),
        (ClickAction(), "click left"),
        (ScrollAction("down", 3), "scroll down 3"),
        (PauseAction(), "pause"),
    ],
)
def test_actions_are_told_in_words(action, words: str) -> None:
    event = ActionEvent(1.0, "ok", action, True).to_json()
    assert in_words(event) == f"    1.00  action    ok -> {words} (dry run)"
