"""Telling a hand on the mouse from a mouse that lies on a desk and is jogged."""

from __future__ import annotations

from collections import deque
from math import hypot

#: How far an optical mouse must go, in its own counts (20 are 0.6 mm at 800 a inch), in how many
#: reports and within what time, to be held in a hand. One that is jogged goes a count or two.
FAR_COUNTS = 20.0
AT_LEAST_REPORTS = 3
WITHIN_S = 0.3

#: An absolute axis counts as so many counts from one end to the other.
COUNTS_PER_AXIS = 2000.0


class Nudge:
    """Adds up the motion of one device. Time is the device's own and comes with each report."""

    def __init__(self) -> None:
        self._reports: deque[tuple[float, float, float]] = deque()
        self._right = 0.0
        self._down = 0.0

    def is_hand(self, dx: float, dy: float, t_s: float) -> bool:
        """Take in a report; whether a hand moves the device.

        Args:
            dx: How far it went to the right, in counts.
            dy: How far it went down, in counts.
            t_s: When, seconds; a clock that jumped back starts anew.
        """
        self._reports.append((dx, dy, t_s))
        self._right += dx
        self._down += dy
        while not 0.0 <= t_s - self._reports[0][2] <= WITHIN_S:
            old_dx, old_dy, _ = self._reports.popleft()
            self._right -= old_dx
            self._down -= old_dy
        is_enough = len(self._reports) >= AT_LEAST_REPORTS
        return is_enough and hypot(self._right, self._down) >= FAR_COUNTS


class Axes:
    """Turns what a device reports of its axes into motion.

    Args:
        ranges: Lowest and highest value of each absolute axis, by its number; axes that are not
            in it are relative.
    """

    def __init__(self, ranges: dict[int, tuple[float, float]]) -> None:
        self._scales = {
            axis: COUNTS_PER_AXIS / (high - low) for axis, (low, high) in ranges.items()
            if high > low
        }  # fmt: skip
        self._last: dict[int, float] = {}

    def step(self, axis: int, value: float) -> float:
        """How far the axis went, in counts; the first value of an absolute one is no motion."""
        scale = self._scales.get(axis)
        if scale is None:
            return value
        before = self._last.get(axis, value)
        self._last[axis] = value
        return (value - before) * scale
