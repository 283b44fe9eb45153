"""The part of the picture that stands for the whole desktop."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

#: Geometric mean of the region's sides, in palm lengths: a 16:9 desktop is 3 palm lengths wide,
#: which a forearm on its elbow crosses without the shoulder.
_SIDE_PALMS = 2.25
#: A hand nearer to the picture's edge than this is half out of sight and its landmarks are
#: guesses; of a hand so near that it fills the picture, a smaller share of that.
_MARGIN_PALMS = 0.7
_MOST_MARGIN = 0.2


@dataclass(frozen=True, slots=True)
class Region:
    """Bounds over the picture's width and height.

    Raises:
        ValueError: When the region is empty or reaches out of the picture.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.left < self.right <= 1.0 and 0.0 <= self.top < self.bottom <= 1.0):
            raise ValueError("a region needs 0 <= left < right <= 1 and 0 <= top < bottom <= 1")

    def zoomed(self, factor: float) -> Region:
        """Smaller by a factor about its middle, or larger as far as the picture goes."""
        x, y = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        half_x = (self.right - self.left) / 2 / factor
        half_y = (self.bottom - self.top) / 2 / factor
        return Region(
            max(x - half_x, 0.0), max(y - half_y, 0.0), min(x + half_x, 1.0), min(y + half_y, 1.0)
        )


def region_around(
    place: tuple[float, float], palm: float, aspect: float, desktop_aspect: float, speed: float
) -> Region:
    """A comfortable region with a hand in its middle, or as near as the picture's edges allow.

    Args:
        place: Where the hand is, picture heights.
        palm: Length of its palm, picture heights.
        aspect: Width of the picture over its height.
        desktop_aspect: The same of the desktop: the region has its shape.
        speed: How many times smaller than usual the region is.
    """
    side = _SIDE_PALMS * palm / speed
    width, height = side * sqrt(desktop_aspect), side / sqrt(desktop_aspect)
    margin_x = min(_MARGIN_PALMS * palm, _MOST_MARGIN * aspect)
    margin_y = min(_MARGIN_PALMS * palm, _MOST_MARGIN)
    fit = min(1.0, (aspect - 2 * margin_x) / width, (1.0 - 2 * margin_y) / height)
    half_x, half_y = width * fit / 2, height * fit / 2
    x = min(max(place[0], margin_x + half_x), aspect - margin_x - half_x)
    y = min(max(place[1], margin_y + half_y), 1.0 - margin_y - half_y)
    return Region((x - half_x) / aspect, y - half_y, (x + half_x) / aspect, y + half_y)


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
