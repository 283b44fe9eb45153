"""What the hands show, frame by frame, for those who watch and ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from daemon.control.server import Control
from gestures.landmarks import HandFrame
from gestures.spec import GestureSpec

if TYPE_CHECKING:
    from daemon.judging import JudgedHand
    from gestures.sight import PoseReader

_DIGITS = 3


@dataclass(frozen=True, slots=True)
class LandmarksLine:
    """The hands of a frame as they stand in a trace."""

    frame: HandFrame

    def to_json(self) -> dict[str, Any]:
        from daemon.trace import hand_json

        hands = [hand_json(hand) for hand in self.frame.hands]
        return {"t": round(self.frame.t_s, _DIGITS), "event": "landmarks", "hands": hands}


@dataclass(frozen=True, slots=True)
class ScoresLine:
    """What the hands of a frame show by the rules alone, without hold and arbitration over time.

    Attributes:
        t_s: Time of the frame, seconds.
        hands: In the frame's order.
    """

    t_s: float
    hands: tuple[JudgedHand, ...]

    def to_json(self) -> dict[str, Any]:
        hands = [
            {
                "track": hand.sight.hand.track,
                "hand": hand.hand,
                "gesture": hand.gesture,
                "scores": {name: round(score, _DIGITS) for name, score in hand.scores.items()},
            }
            for hand in self.hands
        ]
        return {"t": round(self.t_s, _DIGITS), "event": "scores", "hands": hands}


class Seen:
    """Tells of frames; nothing is made of them while nobody asks.

    Args:
        control: Knows who asks.
    """

    def __init__(self, control: Control) -> None:
        self._control = control
        self._gestures: Iterable[GestureSpec] = ()
        self._reader: PoseReader | None = None

    def tell(self, frame: HandFrame, gestures: Iterable[GestureSpec]) -> None:
        """Tell of a frame, smoothed; never waits.

        Args:
            frame: What is seen.
            gestures: What scores are for; the same ones are best the same object.
        """
        if self._control.wants("landmarks"):
            self._control.publish([LandmarksLine(frame)], "landmarks")
        if self._control.wants("scores"):
            self._control.publish([self._judged(frame, gestures)], "scores")

    def _judged(self, frame: HandFrame, gestures: Iterable[GestureSpec]) -> ScoresLine:
        from daemon.judging import judge_hands
        from gestures.sight import PoseReader

        if self._reader is None or gestures is not self._gestures:
            self._gestures = gestures
            self._reader = PoseReader(gestures)
        return ScoresLine(frame.t_s, tuple(judge_hands(frame, self._reader)))
