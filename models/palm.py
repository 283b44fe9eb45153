"""The palm detector: a single-shot network over the whole picture.

Anchors, decoding and suppression follow MediaPipe's palm detection graph: strides 8 (2 anchors a
cell) and 16 (6 a cell), fixed anchor size, sigmoid scores, weighted non-maximum suppression.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import inf, log

import cv2
import numpy as np
from numpy.typing import NDArray

from models.network import Network
from models.region import Array, Region, region_of_palm, warp

_STRIDES = ((8, 2), (16, 6))
_IOU_THRESHOLD = 0.3
_WRIST, _MIDDLE_MCP = 0, 2


@dataclass(frozen=True, slots=True)
class Palm:
    """A palm found in the picture.

    Attributes:
        score: 0 to 1.
        box: `(x, y, width, height)`, centre first, pixels.
        keypoints: Array of shape `(7, 2)`, pixels.
    """

    score: float
    box: Array
    keypoints: Array

    def region(self, turn: float = 0.0) -> Region:
        """Where to look for the hand's landmarks, turned further by `turn` radians."""
        return region_of_palm(self.box, self.keypoints[_WRIST], self.keypoints[_MIDDLE_MCP], turn)


class PalmDetector:
    """Finds palms anywhere in a picture.

    Args:
        network: The palm detection network.
        bgr: Whether pictures are BGR, as cameras give them, and not RGB.
    """

    def __init__(self, network: Network, *, bgr: bool = False) -> None:
        self._network = network
        self._bgr = bgr
        self._scale, self._left, self._top = 1.0, 0.0, 0.0

    def show(self, picture: NDArray[np.uint8]) -> None:
        """Take in a picture `(height, width, 3)`; nothing of it is needed afterwards."""
        side = self._network.side
        height, width = picture.shape[:2]
        scale = max(width, height) / side
        left, top = (side - width / scale) / 2, (side - height / scale) / 2
        matrix = np.array([[scale, 0.0, -left * scale], [0.0, scale, -top * scale]])
        warp(picture, matrix, self._network.crop, cv2.BORDER_CONSTANT, bgr=self._bgr)
        self._scale, self._left, self._top = scale, left, top

    def find(self, min_score: float, most: int) -> list[Palm]:
        """Palms in the picture that was shown last, the surest first, in its pixels.

        Another thread may run this, but none may show another picture meanwhile.
        """
        boxes, logits = self._network.run()
        palms = _decode(boxes[0], logits[0, :, 0], min_score, self._network.side)
        offset = np.array([self._left, self._top])
        return [
            Palm(
                palm.score,
                np.concatenate([(palm.box[:2] - offset) * self._scale, palm.box[2:] * self._scale]),
                (palm.keypoints - offset) * self._scale,
            )
            for palm in _suppress(palms, most)
        ]


@cache
def anchors(side: int) -> Array:
    """Anchor centres, array of shape `(anchors, 2)` in pixels of the network's input."""
    centres = []
    for stride, per_cell in _STRIDES:
        cells = side // stride
        axis = (np.arange(cells) + 0.5) * stride
        grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        centres.append(np.repeat(grid, per_cell, axis=0))
    return np.concatenate(centres)


def _decode(
    raw: NDArray[np.float32], logits: NDArray[np.float32], min_score: float, side: int
) -> list[Palm]:
    """Candidates above the threshold, in pixels of the network's input."""
    if min_score >= 1:
        return []
    # The inverse of the sigmoid, so that only the few survivors pay for the exponential.
    threshold = log(min_score / (1 - min_score)) if min_score > 0 else -inf
    # The network is free to answer with a box turned inside out; MediaPipe drops those too.
    keep = np.flatnonzero((logits > threshold) & (raw[:, 2:4] > 0).all(axis=1))
    scores = 1 / (1 + np.exp(-np.clip(logits[keep].astype(np.float64), -100, 100)))
    centres = anchors(side)[keep]
    values = raw[keep].astype(np.float64)
    return [
        Palm(
            float(score),
            np.concatenate([value[:2] + centre, value[2:4]]),
            value[4:].reshape(7, 2) + centre,
        )
        for score, value, centre in zip(scores, values, centres, strict=True)
    ]


def _suppress(palms: list[Palm], most: int) -> list[Palm]:
    """Weighted non-maximum suppression: overlapping candidates average into one."""
    rest = sorted(palms, key=lambda palm: -palm.score)
    kept: list[Palm] = []
    while rest and len(kept) < most:
        best = rest[0]
        same = _overlaps(best.box, np.stack([palm.box for palm in rest])) > _IOU_THRESHOLD
        group = [palm for palm, joins in zip(rest, same, strict=True) if joins]
        rest = [palm for palm, joins in zip(rest, same, strict=True) if not joins]
        weights = np.array([palm.score for palm in group])
        weights /= weights.sum()
        kept.append(
            Palm(
                best.score,
                np.tensordot(weights, np.stack([palm.box for palm in group]), 1),
                np.tensordot(weights, np.stack([palm.keypoints for palm in group]), 1),
            )
        )
    return kept


def _overlaps(box: Array, boxes: Array) -> Array:
    """Intersection over union of a box `(4,)` with others `(n, 4)`, centre first."""
    low = np.maximum(box[:2] - box[2:] / 2, boxes[:, :2] - boxes[:, 2:] / 2)
    high = np.minimum(box[:2] + box[2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2)
    both = np.maximum(high - low, 0.0).prod(axis=1)
    return np.asarray(both / (box[2:].prod() + boxes[:, 2:].prod(axis=1) - both))
