"""From the fingertip in the picture to the pointer on the desktop. Pure."""

from __future__ import annotations

from dataclasses import dataclass


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
