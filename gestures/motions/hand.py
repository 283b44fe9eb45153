"""All motions of one hand: each is watched for by its own detector, and the greater one wins."""

from __future__ import annotations

from collections.abc import Sequence

from gestures.events import Value
from gestures.landmarks import HandSide
from gestures.motion_spec import Circle, Pinch, PoseChange, Push, Rotate, Tap, Wave, Zoom
from gestures.motions.change import ChangeDetector
from gestures.motions.circle import CircleDetector
from gestures.motions.cooldown import Cooldown
from gestures.motions.moment import Detector, Moment, MotionReport, once
from gestures.motions.past import Past
from gestures.motions.pinch import PinchDetector
from gestures.motions.push import PushDetector, PushMemory
from gestures.motions.rotate import RotateDetector
from gestures.motions.swipe import SwipeDetector, SwipeMemory
from gestures.motions.tap import TapDetector
from gestures.motions.wave import WaveDetector
from gestures.motions.zoom import FingerZoomDetector
from gestures.spec import GestureSpec

#: A hand faster than this moves on purpose, palm lengths/s.
_FAST = 2.5


class MotionMemory:
    """What came of the last motions, of whichever hand: it outlives the hand's track."""

    def __init__(self) -> None:
        self.swipes = SwipeMemory()
        self.pushes = PushMemory()
        #: When each gesture was last over, seconds.
        self.over_s: dict[str, float] = {}


class HandMotions:
    """Watches one hand for the motions of a configuration.

    Args:
        specs: The gestures; poses are passed over.
        side: The person's hand that it is.
        memory: Shared by all hands.

    Attributes:
        fast_s: When the hand last moved fast, seconds.
    """

    def __init__(self, specs: Sequence[GestureSpec], side: HandSide, memory: MotionMemory) -> None:
        specs = [spec for spec in specs if side in spec.hands]
        self.fast_s = float("-inf")
        self._past = past = Past()
        self._swipes = SwipeDetector(specs, memory.swipes, past)
        zooms = any(isinstance(spec.motion, Zoom) and spec.motion.hands != "two" for spec in specs)
        self._detectors: list[Detector] = []
        #: While one of these goes on, a stroke is only a part of it.
        self._made_of_strokes: list[WaveDetector | CircleDetector | PushDetector] = []
        for spec in specs:
            match spec.motion:
                case Wave() as wave:
                    self._made_of_strokes.append(WaveDetector(spec, wave, past))
                case Circle() as circle:
                    self._made_of_strokes.append(CircleDetector(spec, circle, past))
                case Push() as push:
                    self._made_of_strokes.append(PushDetector(spec, push, memory.pushes, past))
                case PoseChange() as change:
                    self._detectors.append(ChangeDetector(spec, change))
                case Pinch() as pinch:
                    self._detectors.append(PinchDetector(spec, pinch, past, leave_folded=zooms))
                case Zoom(hands="one" | "either") as zoom:
                    self._detectors.append(FingerZoomDetector(spec, zoom, past))
                case Rotate() as rotate:
                    self._detectors.append(RotateDetector(spec, rotate, past))
                case Tap() as tap:
                    self._detectors.append(TapDetector(spec, tap, past))
        self._detectors += self._made_of_strokes
        self._cooldown = Cooldown(memory.over_s)

    def update(self, now: Moment, *, alone: bool = True) -> list[MotionReport]:
        """What the hand's motions come to with this frame.

        Args:
            now: The hand; a coasting one adds nothing.
            alone: Whether no other hand moves: else a swipe is part of something done with both.
        """
        if now.hand.coasting:
            return []
        if now.geometry.palm_speed > _FAST:
            self.fast_s = now.t_s
        self._past.add(now)
        reports: list[MotionReport] = []
        for detector in self._detectors:
            reports += detector.update(now)
        for made in self._made_of_strokes:
            if made.goes_on:
                self._swipes.forget()
                break
        else:
            swipe = self._swipes.update(now)
            if swipe is not None and alone:
                reports += once(swipe, Value(now.position))
        return self._cooldown.heard(reports, now.t_s) if reports else reports

    def cancel(self, t_s: float) -> list[MotionReport]:
        """Give up: the hand is lost, or makes something together with the other one."""
        reports = [report for each in self._detectors for report in each.cancel()]
        return self._cooldown.heard(reports, t_s)

    def forget(self) -> None:
        """Leave out where the hand went so far: what it began before counts for nothing now."""
        self._swipes.forget()
        for each in self._made_of_strokes:
            each.forget()
