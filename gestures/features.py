"""What conditions compare: features of a hand, or of two, each measured by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import dist
from operator import methodcaller
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gestures.geometry import HandGeometry
from gestures.landmarks import FINGERS
from gestures.states import STATES
from gestures.vectors import degrees_of, dot
from gestures.vocabulary import FeatureRef

Values = NDArray[np.float64]
_TINY = 1e-9


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
        size = (self.first.size() + self.second.size()) / 2
        return dist(self.first.place(one), self.second.place(other)) / max(size, _TINY)

    def hands_angle(self, one: str, other: str) -> float:
        return degrees_of(dot(self.first.pointing(one), self.second.pointing(other)))


#: Takes a `HandGeometry`, or `TwoHands`.
Measure = Callable[[Any], float]


def measure_of(feature: FeatureRef, *, both: bool) -> Measure:
    """What measures a feature for rules, looked up once for many frames.

    As `value` does, but of a probability the log-odds.

    Args:
        feature: The feature.
        both: Whether it is measured on two hands.
    """
    measure: Measure = methodcaller(feature.kind.name, *feature.arguments)
    if feature.kind.name == "curl":
        # Nearly every rule asks for all of these.
        finger = FINGERS.index(feature.arguments[0])
        measure = lambda hand: hand.curls[finger]  # noqa: E731
    elif feature.kind.is_probability:
        state = STATES.index(feature.state)
        measure = lambda hand: hand.log_odds[state]  # noqa: E731
    if not both or feature.kind.two_hands:
        return measure
    return lambda hands: measure(hands.second if feature.other else hands.first)


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
