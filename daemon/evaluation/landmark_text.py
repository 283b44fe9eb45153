"""One hand's landmarks in a protocol buffer written as text, as MediaPipe's own tests have them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from daemon.sources import SourceError
from gestures.landmarks import HandFrame, HandObservation, HandSide, Points, palm_length

ENDINGS = (".pbtxt", ".prototxt")
_LEAST_PALM = 1e-5
#: Side of the square that stands for the picture, pixels: the file doesn't tell its size.
_SIDE_PX = 1000

_FIELD = re.compile(r'\s*(?:(?P<end>})|(?P<name>\w+)\s*(?:{|:\s*(?P<value>"[^"\n]*"|[^\s{}"]+)))')
#: A message: for each of its fields all values, which are texts or messages.
_Message = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class LandmarkText:
    """What such a file holds.

    Attributes:
        image: Array of shape `(21, 3)`, normalised.
        world: Array of shape `(21, 3)` in metres, or None.
        hand: The person's own hand; the right one where the file doesn't tell.
    """

    image: Points
    world: Points | None
    hand: HandSide


def read_landmark_text(path: Path) -> LandmarkText:
    """Read a file.

    Raises:
        SourceError: It can't be read, or has no hand.
    """
    message = _read_message(path)
    image = _points(path, message, "landmarks")
    if image is None:
        raise SourceError(f"{path}: has no 'landmarks {{ landmark {{ x: y: z: }} ...'")
    if palm_length(image, 1.0) < _LEAST_PALM:
        raise SourceError(f"{path}: has the wrist and the middle finger's MCP in one place")
    return LandmarkText(image, _points(path, message, "world_landmarks"), _side(message))


def text_frame(path: Path) -> HandFrame:
    """The hand as the only one of a picture.

    Raises:
        SourceError: As `read_landmark_text`, or the hand's shape can't be told.
    """
    text = read_landmark_text(path)
    if text.world is None:
        raise SourceError(f"{path}: has no world_landmarks, and doesn't tell its picture's aspect")
    hand = HandObservation(1, text.hand, 1.0, text.image, text.world)
    return HandFrame(0.0, _SIDE_PX, _SIDE_PX, (hand,))


def _side(message: _Message) -> HandSide:
    for group in _messages(message, "classifications"):
        for entry in _messages(group, "classification"):
            if entry.get("label") == ['"Left"']:
                return "left"
    return "right"


def _points(path: Path, message: _Message, name: str) -> Points | None:
    lists = _messages(message, name)
    if not lists:
        return None
    try:
        points = np.array(
            [[float(each[axis][0]) for axis in "xyz"] for each in _messages(lists[0], "landmark")]
        )
    except (KeyError, TypeError, ValueError):
        points = np.empty(0)
    if points.shape != (21, 3) or not (np.abs(points) < 1e6).all():
        raise SourceError(f"{path}: {name} must be 21 landmarks, each with x, y and z")
    return points


def _messages(message: _Message, name: str) -> list[_Message]:
    return [value for value in message.get(name, []) if isinstance(value, dict)]


def _read_message(path: Path) -> _Message:
    """The whole file; of the format's syntax what such files use."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: is not UTF-8 text") from error
    text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE).rstrip()
    root: _Message = {}
    unfinished = [root]
    at = 0
    while at < len(text):
        field = _FIELD.match(text, at)
        if field is None or (field["end"] and len(unfinished) == 1):
            line = text.count("\n", 0, at) + 1
            raise SourceError(f"{path}:{line}: is no protocol buffer written as text")
        at = field.end()
        if field["end"]:
            unfinished.pop()
        elif field["value"] is not None:
            unfinished[-1].setdefault(field["name"], []).append(field["value"])
        else:
            inner: _Message = {}
            unfinished[-1].setdefault(field["name"], []).append(inner)
            unfinished.append(inner)
    if len(unfinished) > 1:
        raise SourceError(f"{path}: ends in the middle of a message")
    return root
