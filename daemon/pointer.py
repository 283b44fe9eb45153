"""From the fingertip in the picture to the pointer on the desktop. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Region:
    """The part of the picture that stands for the whole desktop.

    It keeps clear of the picture's edges, where half of the hand is out of sight and its
    landmarks are guesses. All bounds are over the picture's width and height.

    Raises:
        ValueError: When the region is empty or reaches out of the picture.
    """

    left: float = 0.2
    top: float = 0.2
    right: float = 0.8
    bottom: float = 0.8

    def __post_init__(self) -> None:
        if not (0.0 <= self.left < self.right <= 1.0 and 0.0 <= self.top < self.bottom <= 1.0):
            raise ValueError("a region needs 0 <= left < right <= 1 and 0 <= top < bottom <= 1")


#: The default region: the centre 60 % of the picture each way.
CENTRE = Region()


def to_desktop(point: tuple[float, float], region: Region) -> tuple[float, float]:
    """Where on the desktop a point of the picture is.

    Args:
        point: x and y over the picture's width and height; outside of it is fine.
        region: What stands for the whole desktop.

    Returns:
        x and y over the desktop's width and height, each 0 to 1; beyond the region the
        pointer stays at the desktop's edge.
    """
    x = (point[0] - region.left) / (region.right - region.left)
    y = (point[1] - region.top) / (region.bottom - region.top)
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class To:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class By:
    dx_px: int
    dy_px: int


class PointerControl:
    """STUB until merge."""

    def __init__(self, settings: object, desktop_px: tuple[int, int] | None) -> None:
        pass

    def armed(self, hand: object, aspect: float) -> None:
        pass

    def watch(self, hand: object, t_s: float, aspect: float) -> None:
        pass

    def begin(self, hand: Any, t_s: float, aspect: float, *, pressing: bool) -> To | By | None:
        return self.follow(hand, t_s, aspect)

    def follow(self, hand: Any, t_s: float, aspect: float) -> To | By | None:
        from math import isfinite

        p = hand.pointer
        return To(*to_desktop(p, CENTRE)) if all(map(isfinite, p)) else None

    def end(self) -> None:
        pass

    def reset(self) -> None:
        pass
