"""One hand's shape, measured in the hand's own frame."""

from __future__ import annotations

from math import atan2, degrees, dist, exp, hypot, sqrt
from operator import itemgetter

import numpy as np

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
)
from gestures.lazy import lazy
from gestures.states import STATES, StateModel, default_model
from gestures.vectors import TINY, Vector, between, degrees_of, dot, flexions, unit
from gestures.vocabulary import FLEXION_JOINTS, FeatureRef

_FINGER = {finger: number for number, finger in enumerate(FINGERS)}
_FLEXION = {joint: number for number, joint in enumerate(FLEXION_JOINTS)}
#: The palm's rigid part: wrist and the MCPs.
PALM_POINTS = (WRIST, 5, 9, 13, 17)
_palm_of = itemgetter(*PALM_POINTS)
#: Multiplied by all landmarks: the mean of the palm's points.
_PALM_MEAN = np.zeros(21)
_PALM_MEAN[[*PALM_POINTS]] = 1 / len(PALM_POINTS)
#: A finger points from its MCP to its tip; the thumb's MCP is its second joint.
_POINTING = {
    finger: (joints[1 if finger == "thumb" else 0], joints[-1])
    for finger, joints in FINGER_JOINTS.items()
}
_TIPS = tuple(tip for _, tip in _POINTING.values())
#: Where each finger's landmarks are, from its root to its tip; all but the thumb fold.
_FINGERS = [slice(joints[0], joints[-1] + 1) for joints in FINGER_JOINTS.values()]
_LONG_FINGERS = _FINGERS[1:]
#: Directions of the picture, as axis and sign: x to the right, y down, z away from the camera.
_DIRECTIONS = {
    "up": (1, -1.0),
    "down": (1, 1.0),
    "left": (0, -1.0),
    "right": (0, 1.0),
    "camera": (2, -1.0),
    "away": (2, 1.0),
}
#: A finger bent by this much or more shows on which side the palm is.
_FOLDED_DEG = 120.0
#: Where each name of a landmark stands; a finger's name means its tip.
_POINT = LANDMARK_INDEX | {finger: joints[-1] for finger, joints in FINGER_JOINTS.items()}


class HandGeometry:
    """One hand's shape. What nothing asks for is not computed.

    Args:
        hand: The hand.
        frame: The frame it belongs to, for the picture's aspect and mirroring.
        states: Tells the states of its fingers; the one that was fitted if None.
    """

    def __init__(
        self, hand: HandObservation, frame: HandFrame, states: StateModel | None = None
    ) -> None:
        self._states = states
        self._hand = hand
        self._frame = frame
        self._aspect = frame.aspect

    @lazy
    def image(self) -> list[Vector]:
        """The landmarks' x and y over the picture's width and height, and z."""
        rows: list[Vector] = self._hand.image.tolist()
        return rows

    @lazy
    def places(self) -> list[Vector]:
        """The landmarks in the picture: x, y and z in picture widths."""
        aspect = self._aspect
        return [[x, y / aspect, z] for x, y, z in self.image]

    @lazy
    def palm_centre(self) -> tuple[float, float]:
        """The palm's centre, in picture widths."""
        x, y = _middle(self.image)
        return x, y / self._aspect

    @lazy
    def palm(self) -> float:
        """Length of the palm in the picture, in picture widths; never 0."""
        return max(self._in_picture(WRIST, MIDDLE_MCP), TINY)

    @lazy
    def breadth(self) -> float:
        """Breadth of the palm over the knuckles in the picture, in picture widths."""
        return self._in_picture(INDEX_MCP, PINKY_MCP)

    def _in_picture(self, first: int, second: int) -> float:
        """How far two landmarks are apart in the picture, in picture widths."""
        rows = self.image
        (x1, y1, z1), (x2, y2, z2) = rows[first], rows[second]
        dx, dy, dz = x2 - x1, (y2 - y1) / self._aspect, z2 - z1
        return sqrt(dx * dx + dy * dy + dz * dz)

    @lazy
    def _points(self) -> list[Vector]:
        """The landmarks in metres, or in picture widths where there are no world landmarks."""
        world = self._hand.world
        points: list[Vector] = self.places if world is None else world.tolist()
        return points

    @lazy
    def _scale(self) -> float:
        """A palm length in the unit of `_points`."""
        return max(dist(self._points[WRIST], self._points[MIDDLE_MCP]), TINY)

    @lazy
    def forward(self) -> Vector:
        """From the wrist to the middle finger's MCP, unit vector."""
        return unit(between(self._points[WRIST], self._points[MIDDLE_MCP]))

    @lazy
    def sideways(self) -> Vector:
        """Across the palm from the little finger's side to the thumb's, unit vector."""
        x, y, z = across = between(self._points[PINKY_MCP], self._points[INDEX_MCP])
        forward_x, forward_y, forward_z = forward = self.forward
        along = dot(across, forward)
        return unit([x - along * forward_x, y - along * forward_y, z - along * forward_z])

    @lazy
    def normal(self) -> Vector:
        """Where the palm looks, unit vector.

        Fingers fold to the palm's side, whatever hand the runtime takes it for; of an open hand
        only its handedness tells.
        """
        (a, b, c), (d, e, f) = self.sideways, self.forward
        normal = [b * f - c * e, c * d - a * f, a * e - b * d]
        points, bent_to = self._points, 0.0
        for curl_deg, finger in zip(self.curls[1:], _LONG_FINGERS, strict=True):
            if curl_deg > _FOLDED_DEG:
                root, middle, _, tip = points[finger]
                bent_to += dot(middle, normal) + dot(tip, normal) - 2 * dot(root, normal)
        if bent_to == 0.0:
            right_handed = (self._hand.hand == "right") != self._frame.mirrored
            bent_to = 1.0 if right_handed else -1.0
        return normal if bent_to > 0 else [-each for each in normal]

    @lazy
    def curls(self) -> list[float]:
        """Curl of each finger, degrees."""
        turned_in = degrees_of(dot(self.pointing("thumb"), self.sideways))
        a, b, c, d, e, f, g, h, i, j, k, m = flexions(self._points, WRIST, _LONG_FINGERS)
        return [turned_in, a + b + c, d + e + f, g + h + i, j + k + m]

    @lazy
    def log_odds(self) -> list[float]:
        """Log-odds of every state in `STATES`."""
        model = self._states or default_model()
        return model.log_odds(self._hand.image, self._aspect, self._hand.world)

    @lazy
    def palm_velocity(self) -> tuple[float, float]:
        """Velocity of the palm's centre to the right and down, palm lengths/s."""
        velocity, palm = self._hand.velocity, self.palm
        if velocity is None:
            return 0.0, 0.0
        right, down, _ = _PALM_MEAN.dot(velocity).tolist()
        return right / palm, down / palm / self._aspect

    @lazy
    def palm_speed(self) -> float:
        """Speed of the palm's centre, palm lengths/s."""
        return hypot(*self.palm_velocity)

    @lazy
    def finger_speed(self) -> float:
        """Speed of the fastest fingertip against the palm, in the picture, palm lengths/s."""
        if self._hand.velocity is None:
            return 0.0
        right, down = self.palm_velocity
        across, along = self.palm, self.palm * self._aspect
        velocities = self._hand.velocity.tolist()
        return max(
            hypot(velocities[tip][0] / across - right, velocities[tip][1] / along - down)
            for tip in _TIPS
        )

    def value(self, feature: FeatureRef) -> float:
        """The value of one feature, in its kind's unit."""
        value: float = getattr(self, feature.kind.name)(*feature.arguments)
        return value

    def extended(self, finger: str) -> float:
        return self._likely(f"extended({finger})")

    def folded(self, finger: str) -> float:
        return self._likely(f"folded({finger})")

    def touch(self, first: str, second: str) -> float:
        return self._likely(f"touch({first}, {second})")

    def relaxed(self) -> float:
        return self._likely("relaxed")

    def _likely(self, state: str) -> float:
        return 1.0 / (1.0 + exp(-self.log_odds[STATES.index(state)]))

    def flexion(self, joint: str) -> float:
        finger, number = divmod(_FLEXION[joint], 3)
        return flexions(self._points, WRIST, [_FINGERS[finger]])[number]

    def curl(self, finger: str) -> float:
        return self.curls[_FINGER[finger]]

    def spread(self, first: str, second: str) -> float:
        return degrees_of(dot(self.pointing(first), self.pointing(second)))

    def gap(self, first: str, second: str) -> float:
        """The smaller of the gap in metres and that in the picture.

        Fingertips that touch may stand well apart in metres, and a hand that is turned to its side
        looks short in the picture, so that its gaps look wide.
        """
        a, b = _POINT[first], _POINT[second]
        points = self._points
        measured = dist(points[a], points[b]) / self._scale
        if points is self.places or a not in _TIPS or b not in _TIPS:
            return measured
        return min(measured, self._in_picture(a, b) / self.palm)

    def opposition(self) -> float:
        """Along the knuckles from the index finger's MCP to the little finger's."""
        points = self._points
        across = between(points[INDEX_MCP], points[PINKY_MCP])
        gone = between(points[INDEX_MCP], points[_POINT["thumb"]])
        return dot(gone, across) / max(dot(across, across), TINY)

    def reach(self, first: int, second: int) -> Vector:
        """From one landmark to another, palm lengths."""
        scale = self._scale
        return [each / scale for each in between(self._points[first], self._points[second])]

    def pointing(self, part: str) -> Vector:
        """Where a finger, or the palm, points: unit vector."""
        if part == "palm":
            return self.forward
        root, tip = _POINTING[part]
        return unit(between(self._points[root], self._points[tip]))

    def angle(self, part: str, direction: str) -> float:
        axis, sign = _DIRECTIONS[direction]
        return degrees_of(sign * self.pointing(part)[axis])

    def facing(self, direction: str) -> float:
        axis, sign = _DIRECTIONS[direction]
        return degrees_of(sign * self.normal[axis])

    def roll(self) -> float:
        across, up = self.forward[0], -self.forward[1]
        return degrees(atan2(across, up))

    def x(self) -> float:
        return self.palm_centre[0]

    def y(self) -> float:
        return self.palm_centre[1] * self._aspect

    def size(self) -> float:
        """Length of the palm in the picture, in picture heights."""
        return self.palm * self._aspect

    def speed(self) -> float:
        return self.palm_speed

    def velocity(self, direction: str) -> float:
        axis, sign = _DIRECTIONS[direction]
        return sign * self.palm_velocity[axis]

    def place(self, name: str) -> tuple[float, float]:
        """A landmark in the picture, in picture heights from its left and its top."""
        x, y, _ = self.image[_POINT[name]]
        return x * self._aspect, y


def _middle(rows: list[Vector]) -> tuple[float, float]:
    """Mean x and y of the palm's points."""
    (a, b, _), (c, d, _), (e, f, _), (g, h, _), (i, j, _) = _palm_of(rows)
    return (a + c + e + g + i) / 5, (b + d + f + h + j) / 5
