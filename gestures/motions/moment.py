"""What the detectors of motions are given of a hand in a frame, and what they report."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from operator import itemgetter
from typing import Literal, Protocol

from gestures.events import Value
from gestures.geometry import PALM_POINTS, HandGeometry
from gestures.landmarks import HandObservation
from gestures.lazy import lazy
from gestures.spec import GestureSpec

ReportKind = Literal["begin", "update", "end", "cancel"]

_FOLDING = range(1, 5)
#: Log-odds of what is hardly to be doubted.
_SURELY = 3.0
#: A hand that points down, to within this, points at something below it, degrees.
_DOWN_DEG = 60.0
#: A hand holds a knob when index and middle finger are bent by more than this and less than that,
#: degrees: neither stretched out nor pressed into the palm. The thumb is not out sideways.
_LEAST_BENT, _MOST_BENT = 60.0, 215.0
_THUMB_IN = 60.0
#: Poses of a hand faster than this are blur, palm lengths/s.
_FASTEST = 3.0
_of_palm = itemgetter(*PALM_POINTS)
_UNSEEN = frozenset[str]()
_TINY = 1e-6


class Moment:
    """One hand in one frame. What nothing asks for is not computed.

    Args:
        hand: The hand.
        geometry: Its shape.
        shown: Names of the poses it shows.
        t_s: Time of the frame, seconds.
        aspect: Width of the picture over its height.

    Attributes:
        centre: The palm's centre, in picture widths.
        palm: The palm's length, in picture widths.
        is_blurred: Whether the hand moves too fast for its fingers to be seen for sure.
        seen: Names of the poses it shows for sure: none while it is blurred.
    """

    def __init__(
        self,
        hand: HandObservation,
        geometry: HandGeometry,
        shown: frozenset[str],
        t_s: float,
        aspect: float,
    ) -> None:
        self.hand = hand
        self.geometry = geometry
        self.shown = shown
        self.t_s = t_s
        self.aspect = aspect
        self.centre = geometry.palm_centre
        self.palm = geometry.palm
        self.is_blurred = geometry.palm_speed > _FASTEST
        self.seen = _UNSEEN if self.is_blurred else shown

    def room(self, axis: int, sign: float) -> float:
        """Between the hand and the picture's edge in a direction, in picture widths."""
        unit = 1.0 if axis == 0 else self.aspect
        coordinates = [row[axis] for row in self.geometry.image]
        return (1.0 - max(coordinates) if sign > 0 else min(coordinates)) / unit

    def centre_room(self, axis: int, sign: float) -> float:
        """Between the palm's centre and the picture's edge in a direction, in picture widths."""
        extent = 1.0 if axis == 0 else 1.0 / self.aspect
        return extent - self.centre[axis] if sign > 0 else self.centre[axis]

    @lazy
    def is_open(self) -> bool:
        """Whether the hand is open: all fingers but thumb and little finger extended."""
        _, index, middle, ring, *_ = self.geometry.log_odds
        return index > 0.0 and middle > 0.0 and ring > 0.0

    @lazy
    def may_draw(self) -> bool:
        """Whether the hand may draw: with the index finger or the open hand, not on a table."""
        geometry = self.geometry
        return geometry.log_odds[1] > 0.0 and geometry.angle("palm", "down") > _DOWN_DEG

    @lazy
    def holds_knob(self) -> bool:
        """Whether the hand is held as if round a knob."""
        _, index, middle, *_ = self.geometry.log_odds
        if max(index, middle) > _SURELY:
            return False
        thumb, index, middle, _, _ = self.geometry.curls
        return (
            thumb > _THUMB_IN
            and _LEAST_BENT < index < _MOST_BENT
            and _LEAST_BENT < middle < _MOST_BENT
        )

    @lazy
    def tips_palms(self) -> float:
        """Between the tips of thumb and index finger, palm lengths."""
        return self.geometry.gap("thumb", "index")

    @lazy
    def size(self) -> tuple[float, float]:
        """How large the palm looks: the logarithms of its length and breadth in the picture."""
        return log(max(self.palm, _TINY)), log(max(self.geometry.breadth, _TINY))

    @lazy
    def palm_points(self) -> list[complex]:
        """The palm's points from its centre, in picture widths: x, and y as the imaginary part."""
        aspect, centre = self.aspect, complex(*self.centre)
        return [complex(x, y / aspect) - centre for x, y, _ in _of_palm(self.geometry.image)]

    @lazy
    def _points_at_most(self) -> bool:
        """Whether of all fingers but the thumb only the index finger may be extended."""
        _, _, middle, ring, pinky, *_ = self.geometry.log_odds
        return middle < 0.0 and ring < 0.0 and pinky < 0.0

    def is_folded_but(self, finger: int) -> bool:
        """Whether no finger but the thumb and one other is extended.

        Args:
            finger: Number of that finger, 1 for the index finger.
        """
        if finger == 1:
            return self._points_at_most
        odds = self.geometry.log_odds
        return all(odds[other] < 0.0 for other in _FOLDING if other != finger)

    def between(self, first: int, second: int) -> tuple[float, float]:
        """The middle between two landmarks, over the picture's width and height."""
        (x1, y1, _), (x2, y2, _) = self.geometry.image[first], self.geometry.image[second]
        return (x1 + x2) / 2, (y1 + y2) / 2

    @property
    def position(self) -> tuple[float, float]:
        """The palm's centre, over the picture's width and height."""
        x, y = self.centre
        return x, y * self.aspect


_NO_VALUE = Value()


@dataclass(frozen=True, slots=True)
class MotionReport:
    """A motion begins, goes on, ends as it should, or is given up.

    Attributes:
        spec: The gesture.
        kind: What happened. Every `begin` is followed by exactly one `end` or `cancel`.
        value: How it goes.
        tracks: The two hands' tracks, the lower one first, of what two hands make.
    """

    spec: GestureSpec
    kind: ReportKind
    value: Value = _NO_VALUE
    tracks: tuple[int, int] | None = None


Reports = tuple[MotionReport, ...]
NOTHING: Reports = ()


def once(spec: GestureSpec, value: Value) -> Reports:
    """A motion that is over as soon as it is recognised."""
    return MotionReport(spec, "begin", value), MotionReport(spec, "end", value)


class Detector(Protocol):
    """Watches one hand for one gesture."""

    def update(self, now: Moment) -> Reports:
        """Take in a frame in which the hand was seen; times must grow."""
        ...

    def cancel(self) -> Reports:
        """Give up what goes on."""
        ...

    def forget(self) -> None:
        """Leave out where the hand went so far; what goes on goes on."""
        ...
