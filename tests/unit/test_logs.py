"""The log as the journal, a terminal and a file want it."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daemon.logs import formatter_for, open_log


def record(level: int, text: str, exc_info: object = None) -> logging.LogRecord:
    return logging.LogRecord("x", level, "x.py", 1, text, (), exc_info)  # type: ignore[arg-type]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_journal_gets_its_own_levels(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as stream:
        status = os.fstat(stream.fileno())
        named = f"{status.st_dev}:{status.st_ino}"
        formatter = formatter_for(stream, {"JOURNAL_STREAM": named})
        assert [formatter.format(record(level, "armed")) for level in (10, 15, 20, 30, 40, 50)] == [
            "<7>armed",
            "<7>armed",
            "<6>armed",
            "<4>armed",
            "<3>armed",
            "<3>armed",
        ]
        assert formatter.format(record(30, "two\nlines")) == "<4>two\n<4>lines"
        assert formatter.format(record(20, "")) == "<6>"
        try:
            raise ValueError("odd")
        except ValueError:
            text = formatter.format(record(40, "fault", sys.exc_info()))
        assert all(line.startswith("<3>") for line in text.splitlines())
        assert text.endswith("<3>ValueError: odd")
        # Redirected since: the variable is inherited, but means another stream.
        plain = formatter_for(stream, {"JOURNAL_STREAM": f"{status.st_dev}:1{status.st_ino}"})
        assert plain.format(record(20, "armed")) == "INFO: armed"


@pytest.mark.parametrize("named", ["", "8:1", "nonsense"])
def test_a_stream_without_a_descriptor_is_no_journal(named: str) -> None:
    formatter = formatter_for(io.StringIO(), {"JOURNAL_STREAM": named})
    assert formatter.format(record(30, "slow")) == "WARNING: slow"


def test_a_terminal_gets_it_short() -> None:
    formatter = formatter_for(Terminal(), {})
    assert formatter.format(record(20, "armed")) == "armed"
    assert formatter.format(record(30, "slow")) == "warning: slow"


@contextmanager
def no_log() -> Iterator[None]:
    """As before anything was set up, by pytest neither."""
    root = logging.getLogger()
    before, level = root.handlers, root.level
    root.handlers = []
    try:
        yield
    finally:
        root.handlers = before
        root.setLevel(level)


def test_the_log_is_opened_once() -> None:
    stream, second = io.StringIO(), io.StringIO()
    with no_log():
        open_log(stream, {})
        open_log(second, {})
        logging.getLogger("a").info("armed")
        logging.getLogger("a").debug("no")
    assert (stream.getvalue(), second.getvalue()) == ("INFO: armed\n", "")


def test_without_stderr_nothing_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with no_log():
        open_log()
        logging.getLogger("a").error("nobody reads this")
