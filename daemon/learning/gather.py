"""Gathering examples: the hands of pictures and traces, and what was odd about the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.hand_files import HandFiles
from daemon.sources import SourceError
from daemon.trace import TraceError
from gestures.geometry import HandGeometry
from gestures.landmarks import MIDDLE_MCP, HandFrame, HandObservation, HandSide
from gestures.learning.examples import Examples, examples_of


@dataclass(frozen=True, slots=True)
class Example:
    """One hand of a file.

    Attributes:
        source: The file, or what made the hand.
        t_s: Time in a recording.
        side: Which hand of the person it is.
        geometry: Its shape.
    """

    source: str
    t_s: float
    side: HandSide
    geometry: HandGeometry


#: Hands file by file.
Files = Sequence[Sequence[Example]]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Examples of one kind, file by file.

    Attributes:
        files: For each file with hands, its hands in order of time.
        empty: Files in which no hand was found.
        broken: Of each file that can't be used, what is wrong with it in one line.
        crowded: For files with several hands in a picture, in how many pictures of it.
    """

    files: list[list[Example]]
    empty: list[str]
    broken: list[str]
    crowded: dict[str, int]


def gather(
    files: HandFiles,
    paths: Iterable[Path],
    *,
    side: HandSide | None,
    mirrored: bool,
    every_hand: bool,
) -> Gathered:
    """Read files; one that can't be read is left out.

    Args:
        files: Reads them.
        paths: Pictures and traces.
        side: The only hand to look at, or None for either.
        mirrored: Whether left and right shall be a mirror's.
        every_hand: Take all hands of a picture, not only one.
    """
    found = Gathered([], [], [], {})
    for path in dict.fromkeys(paths):
        hands: list[Example] = []
        crowded = 0
        try:
            for frame in files.frames(path):
                seen = frame if frame.mirrored == mirrored else frame.mirror()
                fitting = [hand for hand in seen.hands if side in (None, hand.hand)]
                crowded += len(fitting) > 1
                if not every_hand:
                    fitting = _upper(fitting)
                hands += [_example(path, seen, hand) for hand in fitting]
        except (SourceError, TraceError) as error:
            found.broken.append(str(error))
            continue
        if hands:
            found.files.append(hands)
        else:
            found.empty.append(str(path))
        if crowded and not every_hand:
            found.crowded[str(path)] = crowded
    return found


def of_frames(source: str, frames: Iterable[HandFrame], side: HandSide | None) -> list[Example]:
    """The hands of frames from elsewhere."""
    return [
        _example(source, frame, hand)
        for frame in frames
        for hand in frame.hands
        if side in (None, hand.hand)
    ]


def measured(files: Files) -> Examples:
    """Hands, measured."""
    return examples_of([[hand.geometry for hand in file] for file in files])


def _upper(hands: Sequence[HandObservation]) -> list[HandObservation]:
    """The hand that is held up: the other one often hangs down, and is seen as surely."""
    return sorted(hands, key=lambda hand: float(hand.image[MIDDLE_MCP, 1]))[:1]


def _example(source: object, frame: HandFrame, hand: HandObservation) -> Example:
    return Example(str(source), frame.t_s, hand.hand, HandGeometry(hand, frame))
