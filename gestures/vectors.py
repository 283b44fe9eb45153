"""Vectors as lists of three numbers: on so few, numpy is slower."""

from __future__ import annotations

from collections.abc import Iterable
from math import acos, degrees, pi, sqrt

#: One vector.
Vector = list[float]

#: Nothing is divided by less.
TINY = 1e-9
_DEGREES = 180.0 / pi


def between(first: Vector, second: Vector) -> Vector:
    """From one point to another."""
    return [second[0] - first[0], second[1] - first[1], second[2] - first[2]]


def dot(first: Vector, second: Vector) -> float:
    """The inner product: of unit vectors the cosine between them."""
    return first[0] * second[0] + first[1] * second[1] + first[2] * second[2]


def unit(vector: Vector) -> Vector:
    """The same direction, of length 1."""
    x, y, z = vector
    length = sqrt(x * x + y * y + z * z) or TINY
    return [x / length, y / length, z / length]


def degrees_of(cosine: float) -> float:
    """The angle of a cosine, which rounding may have taken beyond 1."""
    try:
        return degrees(acos(cosine))
    except ValueError:
        return 0.0 if cosine > 0.0 else 180.0


def flexions(points: list[Vector], wrist: int, fingers: Iterable[slice]) -> list[float]:
    """Bend of each joint of some fingers from root to tip, degrees.

    Args:
        points: The hand's landmarks.
        wrist: Where the wrist is among them.
        fingers: Where each finger's landmarks are, from its root to its tip.
    """
    cosines = []
    wrist_x, wrist_y, wrist_z = points[wrist]
    for finger in fingers:
        (x, y, z), *joints = points[finger]
        ax, ay, az = x - wrist_x, y - wrist_y, z - wrist_z
        squared = ax * ax + ay * ay + az * az
        for to_x, to_y, to_z in joints:
            bx, by, bz = to_x - x, to_y - y, to_z - z
            to_squared = bx * bx + by * by + bz * bz
            product = ax * bx + ay * by + az * bz
            cosines.append(product / (sqrt(squared * to_squared) or TINY))
            x, y, z, squared = to_x, to_y, to_z, to_squared
            ax, ay, az = bx, by, bz
    try:
        return [acos(cosine) * _DEGREES for cosine in cosines]
    except ValueError:
        return list(map(degrees_of, cosines))
