"""A hand's shape as numbers that neither its size nor its side changes.

Distances are in palm lengths, wrist to middle MCP; directions are cosines. A left hand's mirror
image, a right one, measures the same.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gestures.landmarks import (
    FINGER_JOINTS,
    FINGERS,
    INDEX_MCP,
    LANDMARK_NAMES,
    MIDDLE_MCP,
    PINKY_MCP,
    THUMB_TIP,
    WRIST,
)

#: Fingers whose tips may meet.
CONTACTS: Final = (
    *(("thumb", finger) for finger in FINGERS[1:]),
    *pairwise(FINGERS[1:]),
)

_TIP: Final = {finger: joints[-1] for finger, joints in FINGER_JOINTS.items()}


def _gaps() -> dict[str, tuple[int, int]]:
    """Pairs of landmarks whose distance tells something, by the measure's name."""
    pairs: list[tuple[int, int]] = []
    for finger, (root, first, second, tip) in FINGER_JOINTS.items():
        pairs += [(WRIST, tip), (root, tip), (WRIST, second), (root, second)]
        if finger != "thumb":
            # Where the thumb's tip is: at each finger's tip, its joints and its root.
            pairs += [(THUMB_TIP, each) for each in (root, first, second, tip)]
    pairs += [(_TIP[first], _TIP[second]) for first, second in pairwise(FINGERS[1:])]
    joints = [FINGER_JOINTS[finger] for finger in FINGERS[1:]]
    pairs += [(one[2], other[2]) for one, other in pairwise(joints)]
    pairs += [(one[1], other[1]) for one, other in pairwise(joints)]
    pairs += [(INDEX_MCP, PINKY_MCP)]
    return {f"gap({LANDMARK_NAMES[a]}, {LANDMARK_NAMES[b]})": (a, b) for a, b in pairs}


def _bends() -> dict[str, tuple[int, int, int]]:
    """Each joint between the landmarks before and after it, by the measure's name."""
    found = {}
    for joints in FINGER_JOINTS.values():
        for before, joint, after in zip((WRIST, *joints), joints, joints[1:], strict=False):
            found[f"straight({LANDMARK_NAMES[joint]})"] = before, joint, after
    return found


_GAPS: Final = _gaps()
_BENDS: Final = _bends()
#: From where to where each finger points, and where the thumb is gone from the index finger.
_POINTING: Final = {
    finger: (joints[1 if finger == "thumb" else 0], joints[-1])
    for finger, joints in FINGER_JOINTS.items()
} | {"thumb from index_mcp": (INDEX_MCP, THUMB_TIP)}

#: Names of what `measure` gives, in its order.
MEASURES: Final = (
    *_GAPS,
    *_BENDS,
    *(f"forward({finger})" for finger in _POINTING),
    *(f"across({finger})" for finger in _POINTING),
    "across(palm)",
    "down(palm)",
    "away(palm)",
)

#: Segments, from one landmark to another: those of the gaps, then the palm's length and breadth,
#: then what has a direction only.
_LENGTH: Final = WRIST, MIDDLE_MCP
_BREADTH: Final = PINKY_MCP, INDEX_MCP
_POINTERS: Final = tuple(_POINTING.values())
_BONES: Final = [
    segment
    for before, joint, after in _BENDS.values()
    for segment in ((before, joint), (joint, after))
]
_LINES: Final = list(dict.fromkeys((_LENGTH, _BREADTH, *_POINTERS, *_BONES)))
_SEGMENTS: Final = np.array([*_GAPS.values(), *_LINES])
_FROM, _TO = _SEGMENTS.T.copy()
#: Of which two lines the cosine is wanted: at each joint; of what points, with the palm's length,
#: then with its breadth; of those two.
_COSINES: Final = [
    *(((before, joint), (joint, after)) for before, joint, after in _BENDS.values()),
    *((pointer, _LENGTH) for pointer in _POINTERS),
    *((pointer, _BREADTH) for pointer in _POINTERS),
    (_BREADTH, _LENGTH),
]
_FIRST, _SECOND = np.array([[_LINES.index(line) for line in pair] for pair in _COSINES]).T.copy()
_GAP_COUNT: Final = len(_GAPS)
_TINY: Final = 1e-9


def measure(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure hands.

    Args:
        points: Shape `(N, 21, 3)`: landmarks in any one unit, y downwards, z away from the camera.

    Returns:
        Shape `(N, len(MEASURES))`, palm lengths and cosines.
    """
    return measure_by_landmark(points.transpose(1, 2, 0)).T


def measure_by_landmark(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same of points of shape `(21, 3, N)`, as shape `(len(MEASURES), N)`: so it is faster."""
    lines = points.take(_TO, axis=0) - points.take(_FROM, axis=0)
    lengths = np.sqrt(_dot(lines, lines))
    lengths += _TINY
    units = lines[_GAP_COUNT:] / lengths[_GAP_COUNT:, None]
    found = np.empty((len(MEASURES), points.shape[2]))
    found[:_GAP_COUNT] = lengths[:_GAP_COUNT] / lengths[_GAP_COUNT]
    found[_GAP_COUNT:-2] = _dot(units.take(_FIRST, axis=0), units.take(_SECOND, axis=0))
    found[-2:] = units[0, 1:]
    return found


def _dot(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inner products of vectors of shape `(S, 3, N)`, as shape `(S, N)`."""
    products = first * second
    sums: NDArray[np.float64] = products[:, 0] + products[:, 1] + products[:, 2]
    return sums
