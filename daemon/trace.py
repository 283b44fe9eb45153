"""Traces: recorded landmarks, one JSON object a line, never pixels."""

from __future__ import annotations

import json
import math
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import numpy as np

from gestures.landmarks import HandFrame, HandObservation, Points, palm_length

_FORMAT = "gestured-trace"
_VERSION = 1
_DIGITS = 6
#: Shorter palms, in picture widths, are no hands: every length is measured in them.
_LEAST_PALM = 1e-5
_MOST = 1e12
_EXISTS = "is there already; name another file, or delete it first"


class TraceError(Exception):
    """A trace that can't be read or written.

    Attributes:
        path: The file.
        line: Line number from 1, or None for the whole file.
        problem: What is wrong, and how to mend it.
    """

    def __init__(self, path: Path, line: int | None, problem: str) -> None:
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


def is_trace(path: Path) -> bool:
    """Whether a file says that it is a trace, by its name or its first character.

    Raises:
        OSError: The file can't be opened.
    """
    with path.open("rb") as file:
        begins = file.read(len(BOM_UTF8) + 1).removeprefix(BOM_UTF8)
    return begins.startswith(b"{") or path.suffix.lower() == ".trace"


@dataclass(frozen=True, slots=True)
class TraceHeader:
    """Size of the pictures in pixels, and whether their landmarks were mirrored."""

    width: int
    height: int
    mirrored: bool


class TraceWriter:
    """Writes frames to a file as they come; a cut-off recording is a shorter trace.

    The file is opened for the first frame; one that is there already is never written over.

    Raises:
        TraceError: There is a file of that name.
    """

    def __init__(self, path: Path) -> None:
        if path.is_file():
            raise TraceError(path, None, _EXISTS)
        self._path = path
        self._header: TraceHeader | None = None
        self._file: TextIO | None = None

    def __enter__(self) -> TraceWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            with self._explained():
                self._file.close()

    def write(self, frame: HandFrame) -> None:
        """Append a frame.

        Raises:
            TraceError: The file can't be written, or the frame's size is not the first one's.
        """
        header = TraceHeader(frame.width, frame.height, frame.mirrored)
        if self._header is None:
            self._header = header
            self._line(
                {
                    "format": _FORMAT,
                    "version": _VERSION,
                    "width": header.width,
                    "height": header.height,
                    "mirror": header.mirrored,
                }
            )
        elif header != self._header:
            raise TraceError(
                self._path,
                None,
                f"a trace has pictures of one size: {header.width}x{header.height} came after"
                f" {self._header.width}x{self._header.height}; record them apart",
            )
        self._line({"t": round(frame.t_s, _DIGITS), "hands": [hand_json(h) for h in frame.hands]})

    def _line(self, value: dict[str, Any]) -> None:
        with self._explained():
            if self._file is None:
                # Line by line, so that a recording that is killed ends with a whole line.
                if self._path.exists():  # a pipe or device
                    self._file = self._path.open("w", encoding="utf-8", buffering=1)
                else:
                    self._file = self._path.open("x", encoding="utf-8", buffering=1)
            self._file.write(json.dumps(value) + "\n")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileExistsError as error:
            raise TraceError(self._path, None, _EXISTS) from error
        except OSError as error:
            raise TraceError(self._path, None, f"can't be written: {error.strerror}") from error


def read_trace(path: Path) -> Iterator[HandFrame]:
    """The frames of a trace, one by one.

    Raises:
        TraceError: The file can't be read, or a line is not what it should be.
    """
    try:
        with path.open("rb") as file:
            header = None
            last_s = -math.inf
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                value = _parse(path, number, line)
                if header is None:
                    header = _read_header(path, number, value)
                    continue
                frame = _read_frame(path, number, value, header)
                if frame.t_s <= last_s:
                    raise TraceError(
                        path, number, f"t must grow from line to line, {frame.t_s} follows {last_s}"
                    )
                last_s = frame.t_s
                yield frame
    except OSError as error:
        raise TraceError(path, None, f"can't be read: {error.strerror}") from error
    if header is None:
        raise TraceError(path, None, "is empty: make a trace with `gestured record`")
    if last_s == -math.inf:
        raise TraceError(path, None, "has no frames: record a longer one")


def _parse(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        # Windows' editors begin a file with a byte order mark.
        value = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        raise TraceError(path, number, "is not UTF-8 text, so no trace") from error
    except json.JSONDecodeError as error:
        raise TraceError(path, number, f"is not JSON: {error.msg}; delete the line") from error
    except (ValueError, RecursionError) as error:
        problem = "has a number too long or lists too deep; delete the line"
        raise TraceError(path, number, problem) from error
    if not isinstance(value, dict):
        raise TraceError(path, number, 'expected an object such as {"t": 0.0, "hands": []}')
    return value


def _read_header(path: Path, number: int, value: dict[str, Any]) -> TraceHeader:
    if value.get("format") != _FORMAT:
        raise TraceError(path, number, f'is no trace: its first line lacks "format": "{_FORMAT}"')
    if value.get("version") != _VERSION:
        raise TraceError(
            path,
            number,
            f"version {_shown(value.get('version'))} is not known; this one reads {_VERSION}",
        )
    sizes = [value.get("width"), value.get("height")]
    if not all(type(each) is int and 0 < each <= 100_000 for each in sizes):
        raise TraceError(path, number, "width and height must be whole numbers of pixels")
    mirror = value.get("mirror", False)
    if not isinstance(mirror, bool):
        raise TraceError(path, number, "mirror must be true or false")
    return TraceHeader(int(value["width"]), int(value["height"]), mirror)


def _read_frame(path: Path, number: int, value: dict[str, Any], header: TraceHeader) -> HandFrame:
    t_s = value.get("t")
    if not _is_number(t_s):
        raise TraceError(path, number, "t must be a number of seconds")
    hands = value.get("hands")
    if not isinstance(hands, list):
        raise TraceError(path, number, "hands must be a list")
    try:
        read = tuple(_read_hand(hand, header.width / header.height) for hand in hands)
    except ValueError as error:
        raise TraceError(path, number, str(error)) from error
    if len({hand.track for hand in read}) != len(read):
        raise TraceError(path, number, "two hands have the same track")
    return HandFrame(float(value["t"]), header.width, header.height, read, header.mirrored)


def _read_hand(value: object, aspect: float) -> HandObservation:
    if not isinstance(value, dict):
        raise ValueError("each hand must be an object")
    track, side, score = value.get("track"), value.get("hand"), value.get("score", 1.0)
    if not isinstance(track, int) or isinstance(track, bool):
        raise ValueError("track must be a whole number")
    if side not in ("left", "right"):
        raise ValueError(f'hand must be "left" or "right", found {_shown(side)}')
    if not _is_number(score):
        raise ValueError("score must be a number")
    image = _points(value.get("image"), "image")
    if palm_length(image, aspect) < _LEAST_PALM:
        raise ValueError("image has the wrist and the middle finger's MCP in one place")
    world = None if value.get("world") is None else _points(value["world"], "world")
    return HandObservation(track, side, float(score), image, world)


def _points(value: object, name: str) -> Points:
    try:
        points = np.array(value)
    except ValueError:
        points = np.empty(0)
    # The kind tells numbers from text and truth values, which would become numbers otherwise.
    if points.shape == (21, 3) and points.dtype.kind in "iuf":
        points = points.astype(np.float64)
        if (np.abs(points) < 1e6).all():
            return points
    raise ValueError(f"{name} must be 21 landmarks of 3 numbers each")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MOST


def _shown(value: object) -> str:
    """A value of the file for a message of one line."""
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def hand_json(hand: HandObservation) -> dict[str, Any]:
    """A hand as it stands in a trace."""
    world = hand.world
    return {
        "track": hand.track,
        "hand": hand.hand,
        "score": round(hand.score, 4),
        "image": np.round(hand.image, _DIGITS).tolist(),
        "world": None if world is None else np.round(world, _DIGITS).tolist(),
    }
