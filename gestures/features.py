"""From 21 landmarks to the numbers that conditions compare, measured in the hand's own frame."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import acos, atan2, degrees, dist, hypot
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gestures.landmarks import (
    FINGER_JOINTS,
    FINGERS,
    INDEX_MCP,
    LANDMARK_INDEX,
    MIDDLE_MCP,
    PINKY_MCP,
    WRIST,
    HandFrame,
    HandObservation,
    Points,
    palm_length,
)
from gestures.vocabulary import FEATURE_KINDS, FLEXION_JOINTS, FeatureRef

Values = NDArray[np.float64]
#: One vector: plain floats, for numpy is slower on three numbers.
Vector = list[float]

_JOINT = np.array([LANDMARK_INDEX[name] for name in FLEXION_JOINTS])
#: The landmark before each one but the wrist, along its finger.
_PARENT = np.array([WRIST if i % 4 == 1 else i - 1 for i in range(1, 21)])
#: A finger points from its MCP to its tip; the thumb's MCP is its second joint.
_ROOT = np.array([FINGER_JOINTS[f][1 if f == "thumb" else 0] for f in FINGERS])
_TIP = np.array([FINGER_JOINTS[f][-1] for f in FINGERS])
#: The four fingers that fold, with their joints.
_FINGER_JOINTS = tuple((i, FINGER_JOINTS[finger]) for i, finger in enumerate(FINGERS) if i)
#: The palm's rigid part: wrist and the MCPs.
PALM_POINTS = np.array([WRIST, 5, 9, 13, 17])
#: Directions of the picture: x to the right, y down, z away from the camera.
_DIRECTIONS: dict[str, Vector] = {
    "up": [0.0, -1.0, 0.0],
    "down": [0.0, 1.0, 0.0],
    "left": [-1.0, 0.0, 0.0],
    "right": [1.0, 0.0, 0.0],
    "camera": [0.0, 0.0, -1.0],
    "away": [0.0, 0.0, 1.0],
}
#: A finger bent by this much or more shows on which side the palm is.
_FOLDED_DEG = 120.0
#: Where each name of a landmark stands; a finger's name means its tip.
_POINT = LANDMARK_INDEX | {finger: FINGER_JOINTS[finger][-1] for finger in FINGERS}
_TINY = 1e-9


class HandGeometry:
    """One hand's shape. What nothing asks for is not computed.

    Args:
        hand: The hand.
        frame: The frame it belongs to, for the picture's aspect and mirroring.
    """

    def __init__(self, hand: HandObservation, frame: HandFrame) -> None:
        self._hand = hand
        self._frame = frame

    @cached_property
    def points(self) -> Points:
        """Array of shape `(21, 3)` in palm lengths, with the wrist at the origin.

        From the world landmarks, or from the picture's with its aspect where there are none.
        """
        if self._hand.world is not None:
            points = self._hand.world
        else:
            points = self._hand.image * np.array([1.0, 1.0 / self._frame.aspect, 1.0])
        points = points - points[WRIST]
        length = float(np.linalg.norm(points[MIDDLE_MCP]))
        scaled: Points = points / max(length, _TINY)
        return scaled

    @cached_property
    def rows(self) -> list[Vector]:
        """`points` as plain floats."""
        rows: list[Vector] = self.points.tolist()
        return rows

    @cached_property
    def flexions(self) -> list[float]:
        """Bend of each joint of `FLEXION_JOINTS`, degrees."""
        points = self.points
        bones = points[1:] - points[_PARENT]
        bones /= np.maximum(np.sqrt((bones * bones).sum(axis=1, keepdims=True)), _TINY)
        cosines = (bones[_JOINT - 1] * bones[_JOINT]).sum(axis=1)
        return [_degrees(cosine) for cosine in cosines.tolist()]

    @cached_property
    def directions(self) -> list[Vector]:
        """Where each finger points, unit vectors."""
        vectors = self.points[_TIP] - self.points[_ROOT]
        return [_unit(vector) for vector in vectors.tolist()]

    @cached_property
    def forward(self) -> Vector:
        """From the wrist to the middle finger's MCP, unit vector."""
        return _unit(self.points[MIDDLE_MCP].tolist())

    @cached_property
    def sideways(self) -> Vector:
        """Across the palm from the little finger's side to the thumb's, unit vector."""
        across = (self.points[INDEX_MCP] - self.points[PINKY_MCP]).tolist()
        forward = self.forward
        along = _dot(across, forward)
        return _unit([a - along * f for a, f in zip(across, forward, strict=True)])

    @cached_property
    def normal(self) -> Vector:
        """Where the palm looks, unit vector.

        Fingers fold to the palm's side, whatever hand the runtime takes it for; of an open hand
        only its handedness tells.
        """
        (a, b, c), (d, e, f) = self.sideways, self.forward
        normal = [b * f - c * e, c * d - a * f, a * e - b * d]
        rows, bent_to = self.rows, 0.0
        for finger, joints in _FINGER_JOINTS:
            if self.curls[finger] > _FOLDED_DEG:
                root, middle, tip = rows[joints[0]], rows[joints[1]], rows[joints[3]]
                bent_to += _dot(middle, normal) + _dot(tip, normal) - 2 * _dot(root, normal)
        if bent_to == 0.0:
            right_handed = (self._hand.hand == "right") != self._frame.mirrored
            bent_to = 1.0 if right_handed else -1.0
        return normal if bent_to > 0 else [-each for each in normal]

    @cached_property
    def curls(self) -> list[float]:
        """Curl of each finger, degrees."""
        bends = self.flexions
        turned_in = _degrees(_dot(self.directions[0], self.sideways))
        return [turned_in, *(sum(bends[i : i + 3]) for i in range(3, 15, 3))]

    @cached_property
    def palm_size(self) -> float:
        """Length of the palm in the picture, in picture heights."""
        return palm_length(self._hand.image, self._frame.aspect) * self._frame.aspect

    @cached_property
    def palm_velocity(self) -> tuple[float, float]:
        """Velocity of the palm's centre to the right and down, palm lengths/s."""
        if self._hand.velocity is None:
            return 0.0, 0.0
        xs, ys, _ = zip(*self._hand.velocity[PALM_POINTS].tolist(), strict=True)
        many = len(PALM_POINTS) * max(self.palm_size, _TINY)
        return sum(xs) * self._frame.aspect / many, sum(ys) / many

    @cached_property
    def palm_speed(self) -> float:
        """Speed of the palm's centre, palm lengths/s."""
        return hypot(*self.palm_velocity)

    @cached_property
    def finger_speed(self) -> float:
        """Speed of the fastest fingertip against the palm, in the picture, palm lengths/s."""
        if self._hand.velocity is None:
            return 0.0
        right, down = self.palm_velocity
        size = max(self.palm_size, _TINY)
        tips = self._hand.velocity[_TIP, :2].tolist()
        return max(
            hypot(vx * self._frame.aspect / size - right, vy / size - down) for vx, vy in tips
        )

    def value(self, feature: FeatureRef) -> float:
        """The value of one feature, in its kind's unit."""
        return float(_COMPUTE[feature.kind.name](self, *feature.arguments))

    def flexion(self, joint: str) -> float:
        return self.flexions[FLEXION_JOINTS.index(joint)]

    def curl(self, finger: str) -> float:
        return self.curls[FINGERS.index(finger)]

    def spread(self, first: str, second: str) -> float:
        directions = self.directions
        one, other = directions[FINGERS.index(first)], directions[FINGERS.index(second)]
        return _degrees(_dot(one, other))

    def gap(self, first: str, second: str) -> float:
        return dist(self.rows[_POINT[first]], self.rows[_POINT[second]])

    def opposition(self) -> float:
        """Along the knuckles from the index finger's MCP to the little finger's."""
        root, end, thumb = self.rows[INDEX_MCP], self.rows[PINKY_MCP], self.rows[_POINT["thumb"]]
        across = [b - a for a, b in zip(root, end, strict=True)]
        gone = [b - a for a, b in zip(root, thumb, strict=True)]
        return _dot(gone, across) / max(_dot(across, across), _TINY)

    def pointing(self, part: str) -> Vector:
        """Where a finger, or the palm, points: unit vector."""
        return self.forward if part == "palm" else self.directions[FINGERS.index(part)]

    def angle(self, part: str, direction: str) -> float:
        return _degrees(_dot(self.pointing(part), _DIRECTIONS[direction]))

    def facing(self, direction: str) -> float:
        return _degrees(_dot(self.normal, _DIRECTIONS[direction]))

    def roll(self) -> float:
        across, up = self.forward[0], -self.forward[1]
        return degrees(atan2(across, up))

    def x(self) -> float:
        return float(self._hand.image[PALM_POINTS, 0].mean())

    def y(self) -> float:
        return float(self._hand.image[PALM_POINTS, 1].mean())

    def size(self) -> float:
        return self.palm_size

    def speed(self) -> float:
        return self.palm_speed

    def velocity(self, direction: str) -> float:
        (right, down), (x, y, _) = self.palm_velocity, _DIRECTIONS[direction]
        return right * x + down * y

    def place(self, name: str) -> tuple[float, float]:
        """A landmark in the picture, in picture heights from its left and its top."""
        x, y = self._hand.image[_POINT[name], :2].tolist()
        return x * self._frame.aspect, y


_COMPUTE = {
    name: getattr(HandGeometry, name) for name, kind in FEATURE_KINDS.items() if not kind.two_hands
}


class TwoHands:
    """How two hands are to each other.

    Args:
        first: The hand that a rule's plain features are measured on.
        second: The one that those marked `other` are measured on.
    """

    def __init__(self, first: HandGeometry, second: HandGeometry) -> None:
        self.first = first
        self.second = second

    @property
    def swapped(self) -> TwoHands:
        """The same with the other hand as the first."""
        return TwoHands(self.second, self.first)

    @property
    def palm_speed(self) -> float:
        """Speed of the faster hand's palm, palm lengths/s."""
        return max(self.first.palm_speed, self.second.palm_speed)

    @property
    def finger_speed(self) -> float:
        """Speed of the fastest fingertip against its palm, palm lengths/s."""
        return max(self.first.finger_speed, self.second.finger_speed)

    def value(self, feature: FeatureRef) -> float:
        """The value of one feature, in its kind's unit."""
        match feature.kind.name:
            case "hands_gap":
                return self.hands_gap(*feature.arguments)
            case "hands_angle":
                return self.hands_angle(*feature.arguments)
        return (self.second if feature.other else self.first).value(feature)

    def hands_gap(self, one: str, other: str) -> float:
        size = (self.first.palm_size + self.second.palm_size) / 2
        return dist(self.first.place(one), self.second.place(other)) / max(size, _TINY)

    def hands_angle(self, one: str, other: str) -> float:
        return _degrees(_dot(self.first.pointing(one), self.second.pointing(other)))


class Measured(Protocol):
    """Whatever features can be measured on: a hand, or two."""

    @property
    def palm_speed(self) -> float: ...

    @property
    def finger_speed(self) -> float: ...

    def value(self, feature: FeatureRef) -> float: ...


def feature_values(measured: Measured, features: Sequence[FeatureRef]) -> Values:
    """The values of several features, in their order."""
    return np.array([measured.value(feature) for feature in features])


def _dot(first: Vector, second: Vector) -> float:
    return first[0] * second[0] + first[1] * second[1] + first[2] * second[2]


def _unit(vector: Vector) -> Vector:
    length = max(hypot(*vector), _TINY)
    return [each / length for each in vector]


def _degrees(cosine: float) -> float:
    return degrees(acos(min(max(cosine, -1.0), 1.0)))
