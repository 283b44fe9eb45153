"""What the detectors of motions are given of a hand in a frame, and what they report."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from gestures.events import Value
from gestures.geometry import HandGeometry
from gestures.landmarks import HandObservation
from gestures.lazy import lazy
from gestures.rules import FINGER_CURL
from gestures.spec import GestureSpec

ReportKind = Literal["begin", "update", "end", "cancel"]

_FOLDING = range(1, 5)
_FOLDED = FINGER_CURL["folded"][0]
_EXTENDED = FINGER_CURL["extended"][1]
#: Poses of a hand faster than this are blur, palm lengths/s.
_FASTEST = 3.0


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

    @lazy
    def is_open(self) -> bool:
        """Whether the hand is open: all fingers but thumb and little finger extended."""
        return max(self.geometry.curls[1:4]) < _EXTENDED

    @lazy
    def is_blurred(self) -> bool:
        """Whether the hand moves too fast for its fingers to be seen for sure."""
        return self.geometry.palm_speed > _FASTEST

    @lazy
    def _unfolded(self) -> list[int]:
        """Numbers of the fingers, the thumb left out, that are not folded."""
        return [finger for finger in _FOLDING if not self.geometry.curls[finger] > _FOLDED]

    def is_folded_but(self, finger: int) -> bool:
        """Whether all fingers but the thumb and one other are folded.

        Args:
            finger: Number of that finger, 1 for the index finger.
        """
        return self._unfolded in ([], [finger])

    def between(self, first: int, second: int) -> tuple[float, float]:
        """The middle between two landmarks, over the picture's width and height."""
        (x1, y1, _), (x2, y2, _) = self.geometry.places[first], self.geometry.places[second]
        return (x1 + x2) / 2, (y1 + y2) / 2 * self.aspect

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


class PoseLog:
    """Whether a hand was held as a motion wants it.

    Args:
        spec: The gesture; where it names no poses, `otherwise` decides.
        otherwise: Whether a hand will do.
        memory_s: How far back it can be asked.
    """

    def __init__(
        self, spec: GestureSpec, otherwise: Callable[[Moment], bool], memory_s: float
    ) -> None:
        self._poses = frozenset(spec.poses)
        self._otherwise = otherwise
        self._memory_s = memory_s
        self._log: deque[tuple[float, bool]] = deque()
        self._posed = 0

    def add(self, now: Moment) -> bool:
        """Take in a frame; whether the hand has been held so at all, as far as is remembered."""
        posed = bool(now.shown & self._poses) if self._poses else self._otherwise(now)
        self._log.append((now.t_s, posed))
        self._posed += posed
        while now.t_s - self._log[0][0] > self._memory_s:
            self._posed -= self._log.popleft()[1]
        return self._posed > 0

    def held(self, since_s: float, share: float) -> bool:
        """Whether it was so in at least a share of the frames since a time.

        Of named poses one frame is enough: blur hides the others.
        """
        during = [posed for t_s, posed in self._log if t_s >= since_s]
        return any(during) if self._poses else sum(during) >= share * len(during)

    def clear(self) -> None:
        self._log.clear()
        self._posed = 0
