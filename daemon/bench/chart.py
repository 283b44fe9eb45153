"""Figures as pictures: bars side by side, and curves of percentiles."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from pathlib import Path
from typing import Final

import numpy as np

from daemon.sources import Picture, SourceError, import_cv2

#: Twice as large as it is meant to be shown, so that it is sharp on fine screens, too.
WIDTH_PX: Final = 1600
_MARGIN_PX: Final = 60
_TITLE_PX: Final = 44
_TEXT_PX: Final = 30
_SMALL_PX: Final = 24
_LINE: Final = 1.55
_LETTERS: Final = 108
_BAR_PX: Final = 40
_PLOT_PX: Final = 620
#: The part of times that are longer, and what the rest is called.
_PERCENTILES: Final = {1.0: "0 %", 0.5: "50 %", 0.1: "90 %", 0.01: "99 %", 0.001: "99.9 %"}
#: Of a letter of OpenCV's font at scale 1, pixels.
_LETTER_PX: Final = 22.0

_INK: Final = (40, 40, 40)
_FAINT: Final = (130, 130, 130)
_GRID: Final = (225, 225, 225)
_WHITE: Final = 255
#: BGR; told apart with any kind of sight for colours.
_COLOURS: Final = ((178, 114, 0), (0, 94, 213), (115, 158, 0), (167, 121, 204), (66, 159, 230))

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Bar:
    """One value, 0 or more, and what it is of."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Values that can be compared, in one unit, at least one."""

    heading: str
    unit: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Curve:
    """Times of one run, milliseconds, at least one, and what is allowed, if that is known."""

    label: str
    times_ms: Sequence[float]
    limit_ms: float | None = None


def draw_bars(title: str, groups: Sequence[Bars], conditions: Sequence[str]) -> Picture:
    """Groups of bars, one below the other; each group has a scale of its own, from 0.

    Bars with the same label have the same colour.

    Returns:
        Array of shape `(height, width, 3)`, BGR.
    """
    rows = sum(len(group.bars) for group in groups)
    height_px = round(rows * _BAR_PX * 1.3 + len(groups) * _TEXT_PX * 2.6)
    sheet = _Sheet(title, height_px, conditions)
    labels = list(dict.fromkeys(bar.label for group in groups for bar in group.bars))
    left_px = _MARGIN_PX + 20 + max(sheet.width_of(label, _TEXT_PX) for label in labels)
    y_px = sheet.top_px
    for group in groups:
        y_px += round(_TEXT_PX * 1.6)
        sheet.write(f"{group.heading}, {group.unit}", _MARGIN_PX, y_px, _TEXT_PX, _FAINT)
        y_px += round(_TEXT_PX * 0.6)
        longest = max(bar.value for bar in group.bars) or 1.0
        for bar in group.bars:
            colour = _COLOURS[labels.index(bar.label) % len(_COLOURS)]
            sheet.write(bar.label, _MARGIN_PX, y_px + _BAR_PX - 9, _TEXT_PX)
            room_px = WIDTH_PX - left_px - _MARGIN_PX - 160
            end_px = left_px + max(round(bar.value / longest * room_px), 2)
            sheet.fill(left_px, y_px, end_px, y_px + _BAR_PX, colour)
            sheet.write(_rounded(bar.value), end_px + 14, y_px + _BAR_PX - 9, _TEXT_PX)
            y_px += round(_BAR_PX * 1.3)
        y_px += round(_TEXT_PX * 0.4)
    return sheet.picture


def draw_curves(title: str, curves: Sequence[Curve], conditions: Sequence[str]) -> Picture:
    """How many of the times are how short: percentiles to the right, milliseconds up.

    The rarer, the more room: each step to the right has a tenth of the rest beyond it. What is
    allowed is a dashed line of the curve's colour.

    Returns:
        Array of shape `(height, width, 3)`, BGR.
    """
    sheet = _Sheet(title, _PLOT_PX + round(_TEXT_PX * (2.4 + _LINE * len(curves))), conditions)
    left_px, right_px = _MARGIN_PX + 90, WIDTH_PX - _MARGIN_PX
    top_px = sheet.top_px + round(_TEXT_PX * (0.6 + _LINE * len(curves)))
    bottom_px = top_px + _PLOT_PX
    rarest = max(len(curve.times_ms) for curve in curves)
    decades = max(log10(rarest), 1.0)
    highest_ms = 1.05 * max(max(*curve.times_ms, curve.limit_ms or 0.0) for curve in curves)

    def x_px(beyond: float) -> int:
        return left_px + round(-log10(beyond) / decades * (right_px - left_px))

    def y_px(time_ms: float) -> int:
        return bottom_px - round(time_ms / highest_ms * _PLOT_PX)

    for mark_ms in _marks(highest_ms):
        sheet.line([(left_px, y_px(mark_ms)), (right_px, y_px(mark_ms))], _GRID)
        text = f"{mark_ms:g} ms"
        at_px = left_px - 14 - sheet.width_of(text, _SMALL_PX)
        sheet.write(text, at_px, y_px(mark_ms) + 8, _SMALL_PX, _FAINT)
    for beyond, text in _PERCENTILES.items():
        if beyond * rarest >= 1:
            sheet.line([(x_px(beyond), top_px), (x_px(beyond), bottom_px)], _GRID)
            half_px = sheet.width_of(text, _SMALL_PX) // 2
            sheet.write(text, x_px(beyond) - half_px, bottom_px + 34, _SMALL_PX, _FAINT)
    for place, curve in enumerate(curves):
        colour = _COLOURS[place % len(_COLOURS)]
        count = len(curve.times_ms)
        points = [
            (x_px(1 - number / count), y_px(time_ms))
            for number, time_ms in enumerate(sorted(curve.times_ms))
        ]
        sheet.line(points, colour, 4)
        if curve.limit_ms is not None:
            sheet.dashes(left_px, right_px, y_px(curve.limit_ms), colour)
        key_px = sheet.top_px + round(_TEXT_PX * _LINE * (place + 0.7))
        sheet.line([(_MARGIN_PX, key_px - 9), (_MARGIN_PX + 60, key_px - 9)], colour, 6)
        sheet.write(curve.label, _MARGIN_PX + 80, key_px, _TEXT_PX)
    return sheet.picture


def save_chart(picture: Picture, path: Path) -> None:
    """Write it as PNG.

    Raises:
        SourceError: The file can't be written.
    """
    cv2 = import_cv2()
    # Few colours, little noise: as small as it gets.
    _, png = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    try:
        path.write_bytes(png.tobytes())
    except OSError as error:
        problem = f"{path}: can't be written: {error.strerror}"
        raise SourceError(f"{problem}; name another place with --png") from error


class _Sheet:
    """White paper with a title at the top and the conditions at the bottom."""

    def __init__(self, title: str, height_px: int, conditions: Sequence[str]) -> None:
        self._cv2 = import_cv2()
        small = [line for text in conditions for line in textwrap.wrap(text, _LETTERS)]
        self.top_px = _MARGIN_PX + round(_TITLE_PX * 1.3)
        below_px = self.top_px + height_px + round(_SMALL_PX * 2)
        whole_px = below_px + round(_SMALL_PX * _LINE * len(small)) + _MARGIN_PX // 2
        self.picture: Picture = np.full((whole_px, WIDTH_PX, 3), _WHITE, np.uint8)
        self.write(title, _MARGIN_PX, _MARGIN_PX + _TITLE_PX // 2, _TITLE_PX, thickness=3)
        for number, text in enumerate(small):
            y_px = below_px + round(_SMALL_PX * _LINE * number)
            self.write(text, _MARGIN_PX, y_px, _SMALL_PX, _FAINT)

    def write(
        self,
        text: str,
        x_px: int,
        y_px: int,
        size_px: int,
        colour: Colour = _INK,
        thickness: int = 2,
    ) -> None:
        cv2 = self._cv2
        cv2.putText(
            self.picture, text, (x_px, y_px), cv2.FONT_HERSHEY_SIMPLEX, size_px / _LETTER_PX / 1.4,
            colour, thickness, cv2.LINE_AA,
        )  # fmt: skip

    def width_of(self, text: str, size_px: int) -> int:
        font = self._cv2.FONT_HERSHEY_SIMPLEX
        (width_px, _), _ = self._cv2.getTextSize(text, font, size_px / _LETTER_PX / 1.4, 2)
        return int(width_px)

    def fill(self, left_px: int, top_px: int, right_px: int, bottom_px: int, c: Colour) -> None:
        self._cv2.rectangle(self.picture, (left_px, top_px), (right_px, bottom_px), c, -1)

    def line(self, points: Sequence[tuple[int, int]], colour: Colour, thickness: int = 2) -> None:
        drawn = [np.array(points, np.int32)]
        self._cv2.polylines(self.picture, drawn, False, colour, thickness, self._cv2.LINE_AA)

    def dashes(self, left_px: int, right_px: int, y_px: int, colour: Colour) -> None:
        for x_px in range(left_px, right_px, 28):
            self.line([(x_px, y_px), (min(x_px + 14, right_px), y_px)], colour)


def _marks(highest: float) -> list[float]:
    """Round values from 0, four to nine of them."""
    step = 10.0 ** floor(log10(highest))
    for part in (1.0, 0.5, 0.2, 0.1):
        if highest / (step * part) >= 4:
            break
    return [float(value) for value in np.arange(0, highest, step * part)]


def _rounded(value: float) -> str:
    """Three figures that count, where there are so many."""
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}"
