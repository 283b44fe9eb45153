"""How far tracked landmarks are from expected ones."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from daemon.bench.difference import compare
from daemon.evaluation.landmark_text import ENDINGS, read_landmark_text
from daemon.sources import SourceError
from gestures.landmarks import HandFrame, HandObservation, Points, palm_length

_LEAST_PALM_PX = 1.0
_MOST_PX = 1e6

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ExpectedLandmarks:
    """One hand's landmarks in each frame.

    Attributes:
        frames: For each frame an array of shape `(21, 3)`, or None for no hand.
        in_pixels: Whether they are in pixels; normalised otherwise.
    """

    frames: Sequence[Points | None]
    in_pixels: bool


@dataclass(frozen=True, slots=True)
class FrameError:
    """One frame in which a hand is expected.

    Attributes:
        frame: Its number, from 0.
        t_s: Its time.
        palms: Mean distance of the landmarks in the picture, palm lengths of the expected hand;
            None when no hand within a palm length was found.
        depth_palms: The same in depth, which a single picture hardly tells.
    """

    frame: int
    t_s: float
    palms: float | None
    depth_palms: float | None

    def to_json(self) -> dict[str, Any]:
        return {
            "frame": self.frame,
            "t": round(self.t_s, 3),
            "found": self.palms is not None,
            "error_palms": _rounded(self.palms),
            "error_depth_palms": _rounded(self.depth_palms),
        }


@dataclass(frozen=True, slots=True)
class LandmarkFigures:
    """The figures of all frames in which a hand is expected, and found; in palm lengths."""

    expected: int
    found: int
    mean_palms: float
    median_palms: float
    p95_palms: float
    worst_palms: float
    mean_depth_palms: float

    def to_json(self) -> dict[str, Any]:
        names = ("mean", "median", "p95", "worst", "mean_depth")
        figures = {f"{name}_palms": _rounded(getattr(self, f"{name}_palms")) for name in names}
        return {"expected": self.expected, "found": self.found, **figures}


def read_expected(path: Path) -> ExpectedLandmarks:
    """Read a file.

    It is JSON, a list with 21 points `[x, y]` or `[x, y, z]` in pixels for each frame, null or an
    empty list where there is no hand; or a protocol buffer as text, for one picture.

    Raises:
        SourceError: It is neither.
    """
    if path.suffix.lower() in ENDINGS:
        return ExpectedLandmarks([read_landmark_text(path).image], in_pixels=False)
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise SourceError(f"{path}: can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: is no JSON: {error}"[:200]) from error
    if not isinstance(value, list) or not value:
        raise SourceError(f"{path}: expected a list with 21 points in pixels for each frame")
    return ExpectedLandmarks(
        [_points_px(path, number, each) for number, each in enumerate(value)], in_pixels=True
    )


def _points_px(path: Path, number: int, value: object) -> Points | None:
    if value is None or value == []:
        return None
    try:
        points = np.array(value)
    except ValueError:
        points = np.empty(0)
    if points.shape not in ((21, 2), (21, 3)) or points.dtype.kind not in "iuf":
        raise SourceError(
            f"{path}: frame {number} must be 21 points [x, y] or [x, y, z] in pixels, or null"
        )
    points = np.pad(points.astype(np.float64), [(0, 0), (0, 3 - points.shape[1])])
    if not (np.abs(points) < _MOST_PX).all() or palm_length(points, 1.0) < _LEAST_PALM_PX:
        raise SourceError(f"{path}: frame {number} is no hand in pixels")
    return points


def frame_errors(frames: Iterable[HandFrame], expected: ExpectedLandmarks) -> Iterator[FrameError]:
    """Of each frame in which a hand is expected; warns when the frames are more or fewer."""
    seen = iter(frames)
    for number, points in enumerate(expected.frames):
        frame = next(seen, None)
        if frame is None:
            _log.warning("only %d frames, where %d are expected", number, len(expected.frames))
            return
        if points is not None:
            yield _error(number, points, frame, in_pixels=expected.in_pixels)
    if next(seen, None) is not None:
        _log.warning("there are frames after the %d that are expected", len(expected.frames))


def _error(number: int, points: Points, frame: HandFrame, *, in_pixels: bool) -> FrameError:
    if in_pixels:
        points = points / (frame.width, frame.height, frame.width)
    expected = HandObservation(1, "right", 1.0, points)
    error = compare([frame.hands], [(expected,)], [frame.aspect])
    if error is None:
        return FrameError(number, frame.t_s, None, None)
    return FrameError(number, frame.t_s, error.palms, error.depth_palms)


def landmark_figures(errors: Sequence[FrameError]) -> LandmarkFigures | None:
    """Of all frames; None when a hand was found in none."""
    palms = [error.palms for error in errors if error.palms is not None]
    depths = [error.depth_palms for error in errors if error.depth_palms is not None]
    if not palms:
        return None
    return LandmarkFigures(
        expected=len(errors),
        found=len(palms),
        mean_palms=float(np.mean(palms)),
        median_palms=float(np.median(palms)),
        p95_palms=float(np.percentile(palms, 95)),
        worst_palms=max(palms),
        mean_depth_palms=float(np.mean(depths)),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)
