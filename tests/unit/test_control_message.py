"""Lines of the control socket: what is a request, and what is said of what is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.control.errors import BadMessage
from daemon.control.message import COMMANDS, LONGEST, Command, LineBuffer, encode, read_command

FORM = 'send an object such as {"command": "status"}'


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "mode"])
def test_a_command_is_its_name(name: str) -> None:
    assert read_command(encode({"command": name})) == Command(name)


def test_mode_has_a_name() -> None:
    assert read_command(b'{"command": "mode", "name": "video"}') == Command("mode", "video")


def test_watchers_say_what_else_they_want() -> None:
    line = b'{"command": "watch", "landmarks": true, "scores": false}'
    assert read_command(line) == Command("watch", extras=frozenset({"landmarks"}))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"", f"the line is no JSON: Expecting value; {FORM}"),
        (b"status", f"the line is no JSON: Expecting value; {FORM}"),
        (b'{"command": "sta', f"the line is no JSON: Unterminated string starting at; {FORM}"),
        (b"\xff\xfe{", f"the line is no UTF-8 text; {FORM}"),
        (b"[" * LONGEST, f"the line is nested too deeply; {FORM}"),
        (b'"status"', f"the line is no request; {FORM}"),
        (b"{}", f"the line is no request; {FORM}"),
        (b'{"command": "Pause"}', "no command 'Pause'; did you mean 'pause'?"),
        (b'{"command": null}', f"no command None; there are: {', '.join(COMMANDS)}"),
        (b'{"command": ["stop"]}', f"no command ['stop']; there are: {', '.join(COMMANDS)}"),
        (b'{"command": "stop", "now": 1}', "stop knows no 'now'; leave it out"),
        (b'{"command": "stop", "name": "x"}', "stop knows no 'name'; leave it out"),
        (b'{"command": "status", "scores": true}', "status knows no 'scores'; leave it out"),
        (b'{"command": "watch", "scores": 1}', "scores is true or false, not 1"),
        (b'{"command": "mode", "name": 1}',
         'mode needs the mode\'s name: {"command": "mode", "name": "default"}'),
        (b'{"command": "mode"}',
         'mode needs the mode\'s name: {"command": "mode", "name": "default"}'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(line: bytes, problem: str) -> None:
    with pytest.raises(BadMessage) as raised:
        read_command(line)
    assert str(raised.value) == problem


def test_long_texts_are_not_repeated() -> None:
    with pytest.raises(BadMessage) as raised:
        read_command(encode({"command": "x" * 1000}))
    assert len(str(raised.value)) < 200


@given(st.lists(st.binary(max_size=20)), st.data())
def test_lines_come_as_they_were_however_they_are_cut(lines: list[bytes], data) -> None:
    lines = [line.replace(b"\n", b" ") for line in lines]
    stream = b"".join(line + b"\n" for line in lines)
    buffer, got = LineBuffer(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        buffer.add(stream[:size])
        stream = stream[size:]
        while (line := buffer.take()) is not None:
            got.append(line)
    assert got == lines


@given(st.integers(LONGEST + 1, 3 * LONGEST), st.integers(1, 2 * LONGEST))
def test_a_long_line_is_told_once_and_the_next_is_read(length: int, step: int) -> None:
    stream = b"x" * length + b"\nnext\n"
    buffer, got, complaints = LineBuffer(), [], 0
    for start in range(0, len(stream), step):
        buffer.add(stream[start : start + step])
        while True:
            try:
                line = buffer.take()
            except BadMessage:
                complaints += 1
                continue
            if line is None:
                break
            got.append(line)
    assert (complaints, got) == (1, [b"next"])


def test_a_line_of_the_longest_length_is_read() -> None:
    buffer = LineBuffer()
    buffer.add(b"x" * LONGEST + b"\n")
    assert buffer.take() == b"x" * LONGEST


def test_what_is_sent_is_one_line_whatever_is_in_it() -> None:
    line = encode({"a": "\n\udc80é", "b": {1}})
    assert line.count(b"\n") == 1
    assert json.loads(line)["a"] == "\n\udc80é"
