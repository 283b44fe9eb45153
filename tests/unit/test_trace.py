"""Traces: what was written is read again, and what is broken is told in one line."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from daemon.trace import TraceError, TraceWriter, is_trace, read_trace
from gestures.landmarks import HandFrame, HandObservation, Points
from tests.unit.hand_points import OPEN_HAND

IMAGE: Points = OPEN_HAND * 0.1 + np.array([0.5, 0.6, 0.0])
HEADER: dict[str, Any] = {
    "format": "gestured-trace", "version": 1, "width": 640, "height": 480, "mirror": False,
}  # fmt: skip
HAND: dict[str, Any] = {
    "track": 1, "hand": "right", "score": 0.9, "image": IMAGE.round(3).tolist(), "world": None,
}  # fmt: skip
FRAME: dict[str, Any] = {"t": 0.5, "hands": [HAND]}


def trace_of(folder: Path, *lines: object) -> Path:
    path = folder / "a.trace"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return path


def error_of(path: Path) -> TraceError:
    with pytest.raises(TraceError) as caught:
        list(read_trace(path))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < len(str(path)) + 200
    return caught.value


coordinates = st.floats(-5, 5)
shapes = arrays.arrays(np.float64, (21, 3), elements=coordinates)


@st.composite
def hands(draw: st.DrawFn, track: int) -> HandObservation:
    image = draw(shapes)
    image[9] = image[0] + (0.01, 0.05, 0)  # a palm has a length
    world = draw(st.none() | shapes)
    return HandObservation(track, draw(st.sampled_from(["left", "right"])), draw(st.floats(0, 1)),
                           image, world)  # fmt: skip


@st.composite
def videos(draw: st.DrawFn) -> list[HandFrame]:
    width, height = draw(st.integers(1, 8000)), draw(st.integers(1, 8000))
    mirrored = draw(st.booleans())
    times_s = draw(st.lists(st.integers(0, 10**10), min_size=1, max_size=5, unique=True))
    return [
        HandFrame(
            time / 1e6, width, height,
            tuple(draw(hands(track)) for track in range(draw(st.integers(0, 2)))), mirrored,
        )
        for time in sorted(times_s)
    ]  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(videos())
def test_round_trip(frames: list[HandFrame]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.trace"
        with TraceWriter(path) as writer:
            for frame in frames:
                writer.write(frame)
        assert is_trace(path)
        read = list(read_trace(path))
    assert len(read) == len(frames)
    for before, after in zip(frames, read, strict=True):
        assert (after.width, after.height, after.mirrored) == (
            before.width, before.height, before.mirrored,
        )  # fmt: skip
        assert after.t_s == pytest.approx(before.t_s, abs=1e-6)
        assert [(h.track, h.hand) for h in after.hands] == [(h.track, h.hand) for h in before.hands]
        for left, right in zip(before.hands, after.hands, strict=True):
            np.testing.assert_allclose(right.image, left.image, atol=1e-6)
            assert right.score == pytest.approx(left.score, abs=1e-4)
            assert (left.world is None) == (right.world is None)
            if left.world is not None and right.world is not None:
                np.testing.assert_allclose(right.world, left.world, atol=1e-6)


def test_the_format_is_the_documented_one(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    hand = HandObservation(1, "right", 0.98, IMAGE.round(6))
    with TraceWriter(path) as writer:
        writer.write(HandFrame(0.033, 640, 480, (hand,)))
    header, frame = map(json.loads, path.read_text("utf-8").splitlines())
    assert header == HEADER
    assert frame == {
        "t": 0.033,
        "hands": [
            {"track": 1, "hand": "right", "score": 0.98, "image": IMAGE.round(6).tolist(),
             "world": None}
        ],
    }  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\n\n  \n"])
def test_blank_lines_byte_order_marks_and_windows_lines_are_fine(
    tmp_path: Path, newline: str
) -> None:
    path = tmp_path / "a.trace"
    text = newline.join([json.dumps(HEADER), json.dumps(FRAME)])
    path.write_bytes(text.encode("utf-8-sig"))
    assert [frame.t_s for frame in read_trace(path)] == [0.5]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": "other"}, "is no trace"),
        ({"version": 2}, "version 2 is not known; this one reads 1"),
        ({"version": "1\n2"}, r'version "1\n2" is not known'),
        ({"version": ["x" * 5000]}, "is not known"),
        ({"width": 0}, "width and height"),
        ({"width": True}, "width and height"),
        ({"height": 480.5}, "width and height"),
        ({"height": None}, "width and height"),
        ({"width": 10**30}, "width and height"),
        ({"mirror": "no"}, "mirror must be true or false"),
    ],
)
def test_broken_headers(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    path = trace_of(tmp_path, HEADER | change, FRAME)
    error = error_of(path)
    assert str(error).startswith(f"{path}:1: ")
    assert problem in error.problem


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "is not JSON"),
        ("nonsense", "is not JSON"),
        ("[" * 100_000, "too deep"),
        ('{"t": 1' + "0" * 400 + ', "hands": []}', "t must be a number"),
        ('{"t": 1' + "0" * 5000 + ', "hands": []}', "a number too long"),
        ("[]", "expected an object"),
        ("7", "expected an object"),
        ({"hands": []}, "t must be a number of seconds"),
        ('{"t": NaN, "hands": []}', "t must be a number of seconds"),
        ('{"t": Infinity, "hands": []}', "t must be a number of seconds"),
        ({"t": "1", "hands": []}, "t must be a number of seconds"),
        ({"t": True, "hands": []}, "t must be a number of seconds"),
        ({"t": 1}, "hands must be a list"),
        ({"t": 1, "hands": {}}, "hands must be a list"),
        ({"t": 1, "hands": [[]]}, "each hand must be an object"),
        ({"t": 0.5, "hands": []}, "t must grow from line to line, 0.5 follows 0.5"),
        ({"t": 0.4, "hands": []}, "t must grow from line to line, 0.4 follows 0.5"),
        ({"t": 1, "hands": [HAND, HAND]}, "two hands have the same track"),
    ],
)
def test_broken_frames(tmp_path: Path, line: object, problem: str) -> None:
    path = trace_of(tmp_path, HEADER, FRAME, line)
    error = error_of(path)
    assert str(error).startswith(f"{path}:3: ")
    assert error.line == 3
    assert problem in error.problem


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"track": "1"}, "track must be a whole number"),
        ({"track": True}, "track must be a whole number"),
        ({"hand": "Right"}, 'hand must be "left" or "right", found "Right"'),
        ({"hand": ["x" * 5000]}, 'hand must be "left" or "right"'),
        ({"score": "high"}, "score must be a number"),
        ({"score": None}, "score must be a number"),
        ({"image": None}, "image must be 21 landmarks"),
        ({"image": IMAGE[:20].tolist()}, "image must be 21 landmarks"),
        ({"image": IMAGE[:, :2].tolist()}, "image must be 21 landmarks"),
        ({"image": [["0.5"] * 3] * 21}, "image must be 21 landmarks"),
        ({"image": [[True] * 3] * 21}, "image must be 21 landmarks"),
        ({"image": [[10**400] * 3] * 21}, "image must be 21 landmarks"),
        ({"image": [[-(2**63)] * 3] * 21}, "image must be 21 landmarks"),
        ({"image": [[float("nan")] * 3] * 21}, "image must be 21 landmarks"),
        ({"image": [[1e300] * 3] * 21}, "image must be 21 landmarks"),
        ({"image": [[0.5] * 3] * 21}, "in one place"),
        ({"image": [[1.0]] + [[0.5] * 3] * 20}, "image must be 21 landmarks"),
        ({"world": "none"}, "world must be 21 landmarks"),
        ({"world": [[0, 0]] * 21}, "world must be 21 landmarks"),
    ],
)
def test_broken_hands(tmp_path: Path, change: dict[str, Any], problem: str) -> None:
    path = trace_of(tmp_path, HEADER, {"t": 1, "hands": [HAND | change]})
    error = error_of(path)
    assert str(error).startswith(f"{path}:2: ")
    assert problem in error.problem


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    path = trace_of(tmp_path, HEADER, FRAME)
    path.write_bytes(path.read_bytes() + b'{"t": 1, "h\xe9": 1, "hands": []}\n')
    assert str(error_of(path)) == f"{path}:3: is not UTF-8 text, so no trace"


def test_a_missing_an_empty_and_no_file_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    assert str(error_of(path)) == f"{path}: can't be read: No such file or directory"
    path.write_text("\n\n")
    assert str(error_of(path)) == f"{path}: is empty: make a trace with `gestured record`"
    assert (
        str(error_of(trace_of(tmp_path, HEADER))) == f"{path}: has no frames: record a longer one"
    )
    assert "can't be read" in str(error_of(tmp_path))


def test_what_says_that_it_is_a_trace(tmp_path: Path) -> None:
    for name, text, says in (("a.trace", b"", True), ("a", b"{", True), ("b", b"x", False),
                             ("c", b"\xef\xbb\xbf{", True), ("d", b"", False)):  # fmt: skip
        (tmp_path / name).write_bytes(text)
        assert is_trace(tmp_path / name) == says


def test_frames_before_the_broken_line_are_given(tmp_path: Path) -> None:
    frames = read_trace(trace_of(tmp_path, HEADER, FRAME, "oops"))
    assert next(frames).t_s == 0.5
    with pytest.raises(TraceError):
        next(frames)


LINES = [json.dumps(HEADER), json.dumps(FRAME), json.dumps(FRAME | {"t": 1.0})]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    lines = [line.encode() for line in LINES]
    for _ in range(draw(st.integers(1, 3))):
        number = draw(st.integers(0, len(lines) - 1))
        line = lines[number]
        at = draw(st.integers(0, min(len(line), 120)))
        cut = draw(st.integers(0, 8))
        new = draw(
            st.binary(max_size=6)
            | st.sampled_from([b"", b"null", b"-1", b"1e999", b"[]", b"{}", b'"', b"true", b"\n"])
        )
        lines[number] = line[:at] + new + line[at + cut :]
    return b"\n".join(lines)


@settings(max_examples=300, deadline=None)
@given(mutated() | st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode()))
def test_whatever_the_file_holds_it_is_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.trace"
        path.write_bytes(content)
        refused = ""
        try:
            for frame in read_trace(path):
                assert all(np.isfinite(hand.image).all() for hand in frame.hands)
        except TraceError as error:
            refused = str(error)
    assert "\n" not in refused
    assert not refused or refused.startswith(str(path))


def test_pictures_of_different_sizes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    with TraceWriter(path) as writer:
        writer.write(HandFrame(0.0, 640, 480))
        with pytest.raises(TraceError, match="pictures of one size: 320x240 came after 640x480"):
            writer.write(HandFrame(0.1, 320, 240))
    assert len(list(read_trace(path))) == 1


def test_a_recording_that_never_begins_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    with TraceWriter(path):
        pass
    assert not path.exists()
    with TraceWriter(path) as writer:
        writer.write(HandFrame(0.0, 640, 480))
    assert is_trace(path)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "talk.mp4"
    path.write_text("an hour of film")
    with pytest.raises(TraceError, match="is there already; name another file"):
        TraceWriter(path)
    assert path.read_text() == "an hour of film"


def test_each_frame_is_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.trace"
    with TraceWriter(path) as writer:
        for number in range(3):
            writer.write(HandFrame(number / 30, 640, 480))
            assert len(list(read_trace(path))) == number + 1


@pytest.mark.parametrize("place", ["missing/a.trace", ".", "/dev/full"])
def test_what_cant_be_written_is_told(tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    if place == "/dev/full" and not path.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(TraceError, match="can't be written") as caught, TraceWriter(path) as writer:
        writer.write(HandFrame(0.0, 640, 480))
    assert str(caught.value).startswith(str(path))
