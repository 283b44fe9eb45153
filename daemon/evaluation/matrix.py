"""The confusion matrix as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from daemon.evaluation.figures import Figures
from daemon.evaluation.labels import NONE
from daemon.sources import Picture, SourceError, import_cv2

_CELL_PX = 46
_GAP_PX = 12
_INK = (40, 40, 40)
_PALE_INK = (130, 130, 130)
#: Colour of a cell that holds its whole row, RGB: right, and wrong.
_RIGHT, _WRONG = (33, 113, 181), (203, 67, 53)


def save_matrix(figures: Figures, path: Path) -> None:
    """Save it: a row is a label, a column what examples were taken for.

    Raises:
        SourceError: The file can't be written.
        MissingLibrary: The system lacks a library that OpenCV needs.
    """
    cv2 = import_cv2()
    try:
        written = cv2.imwrite(str(path), cv2.cvtColor(draw_matrix(figures), cv2.COLOR_RGB2BGR))
    except cv2.error:
        written = False
    if not written:
        raise SourceError(f"{path}: can't be written; use a .png or .jpg name in a folder of yours")


def draw_matrix(figures: Figures) -> Picture:
    """The picture, array of shape `(height, width, 3)`, RGB. A row's cells share its colour."""
    cv2 = import_cv2()
    names = figures.classes
    words = [_written(cv2, name, _INK) for name in names]
    longest = max(word.shape[1] for word in words)
    titles = [_written(cv2, text, _PALE_INK) for text in ("label", "taken for")]
    first = 2 * _GAP_PX + titles[0].shape[0] + longest + _GAP_PX
    size = first + len(names) * _CELL_PX + 2 * _GAP_PX
    picture: Picture = np.full((size, size, 3), 255, np.uint8)
    for index, word in enumerate(words):
        middle = first + index * _CELL_PX + _CELL_PX // 2
        _paste(picture, word, middle - word.shape[0] // 2, first - _GAP_PX - word.shape[1])
        upright = np.rot90(word)
        _paste(picture, upright, first - _GAP_PX - upright.shape[0], middle - upright.shape[1] // 2)
    middle = first + len(names) * _CELL_PX // 2
    upright = np.rot90(titles[0])
    _paste(picture, upright, middle - upright.shape[0] // 2, _GAP_PX)
    _paste(picture, titles[1], _GAP_PX, middle - titles[1].shape[1] // 2)
    for row, label in enumerate(names):
        total = sum(figures.confusion[label, taken] for taken in names)
        for column, taken in enumerate(names):
            corner = first + row * _CELL_PX, first + column * _CELL_PX
            count = figures.confusion[label, taken]
            _draw_cell(cv2, picture, corner, count, count / max(total, 1), right=label == taken)
    if NONE in names and len(names) > 1:
        at, last = first + (len(names) - 1) * _CELL_PX, first + len(names) * _CELL_PX
        cv2.line(picture, (at, first), (at, last), _INK, 2)
        cv2.line(picture, (first, at), (last, at), _INK, 2)
    return picture


def _draw_cell(
    cv2: Any, picture: Picture, corner: tuple[int, int], count: int, share: float, *, right: bool
) -> None:
    top, left = corner
    full = np.array(_RIGHT if right else _WRONG)
    # A single mistake among many is still to be seen.
    depth = 0.15 + 0.85 * share if count else 0.0
    colour = tuple(int(c) for c in 255 + (full - 255) * depth)
    opposite = left + _CELL_PX, top + _CELL_PX
    cv2.rectangle(picture, (left, top), opposite, colour, -1)
    cv2.rectangle(picture, (left, top), opposite, (215, 215, 215), 1)
    if count:
        word = _written(cv2, str(count), (255, 255, 255) if depth > 0.6 else _INK, colour)
        height, width = word.shape[:2]
        _paste(picture, word, top + (_CELL_PX - height) // 2, left + (_CELL_PX - width) // 2)


def _written(
    cv2: Any,
    text: str,
    colour: tuple[int, ...],
    background: tuple[int, ...] = (255, 255, 255),
) -> Picture:
    """A picture of a word, as small as it can be, 20 pixels high."""
    style = cv2.FONT_HERSHEY_SIMPLEX, 0.5
    (width, _), _ = cv2.getTextSize(text, *style, 1)
    word: Picture = np.full((20, width + 2, 3), background, np.uint8)
    cv2.putText(word, text, (1, 14), *style, colour, 1, cv2.LINE_AA)
    return word


def _paste(picture: Picture, part: Picture, top: int, left: int) -> None:
    height, width = part.shape[:2]
    picture[top : top + height, left : left + width] = part
