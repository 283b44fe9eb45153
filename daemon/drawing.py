"""Drawing landmarks onto a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from daemon.sources import Picture, SourceError, import_cv2
from gestures.landmarks import FINGER_JOINTS, WRIST, HandObservation, palm_length

_COLOURS = {"left": (255, 140, 0), "right": (0, 150, 255)}
_PALM = (WRIST, 5, 9, 13, 17, WRIST)


def save_drawing(rgb: Picture, hands: Sequence[HandObservation], path: Path) -> None:
    """Save the picture with each hand's skeleton and side.

    Raises:
        SourceError: The file can't be written.
    """
    cv2 = import_cv2()
    canvas = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    height, width = rgb.shape[:2]
    for hand in hands:
        points = np.round(hand.image[:, :2] * (width, height)).astype(np.int32)
        thickness = max(1, round(palm_length(hand.image, width / height) * width / 25))
        colour = _COLOURS[hand.hand][::-1]
        for line in (_PALM, *((WRIST, *joints) for joints in FINGER_JOINTS.values())):
            cv2.polylines(canvas, [points[list(line)]], False, colour, thickness, cv2.LINE_AA)
        for x, y in points.tolist():
            cv2.circle(canvas, (x, y), thickness, (255, 255, 255), -1, cv2.LINE_AA)
        x, y = points.min(axis=0).tolist()
        y = max(y - 6, 20)
        scale = max(0.5, 0.3 * thickness)
        cv2.putText(
            canvas, hand.hand, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thickness,
            cv2.LINE_AA,
        )  # fmt: skip
    try:
        written = cv2.imwrite(str(path), canvas)
    except cv2.error:
        written = False
    if not written:
        raise SourceError(f"{path}: can't be written; use a .png or .jpg name in a folder of yours")
