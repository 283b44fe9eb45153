"""What goes on for as long as its gesture does: held keys, repeats, the wheel, pointer and drag.

Each begins when it is made, is given every frame by `tick`, and ends with `stop`. Whatever fails
raises InjectorError, and nothing stays down: the injector sees to that.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, degrees, hypot, isfinite
from typing import Protocol

from daemon.actions import HandScrollAction, RepeatAction, Single
from daemon.following import Follower, Pointing
from daemon.injector import Hold, Injector
from gestures.landmarks import (
    INDEX_MCP,
    MIDDLE_MCP,
    PINKY_MCP,
    WRIST,
    HandObservation,
    palm_length,
)

#: After a stall the times that were missed are made up for by no more than these.
_MOST_AT_ONCE = 3
_MOST_NOTCHES = 10
#: A hand that points at the camera looks shorter than this share of its length, and its turning in
#: the picture is noise.
_LEAST_SHOWN = 0.5


class Lasting(Protocol):
    """Something that goes on."""

    def tick(self, t_s: float, hand: HandObservation | None, aspect: float) -> None:
        """Take in a frame.

        Args:
            t_s: Its time, seconds.
            hand: The hand that makes the gesture, smoothed; None when it isn't seen.
            aspect: Width of the picture over its height.
        """

    def stop(self) -> None:
        """End it; called once."""


class Holding:
    """Keys that stay down."""

    def __init__(self, injector: Injector, hold: Hold) -> None:
        self._injector = injector
        self._hold = hold

    def tick(self, t_s: float, hand: HandObservation | None, aspect: float) -> None:
        pass

    def stop(self) -> None:
        self._injector.let_go(self._hold)


class Following:
    """The pointer goes with the hand, with or without a button held down."""

    def __init__(self, pointing: Pointing, follower: Follower, hold: Holding | None) -> None:
        self._pointing = pointing
        self._follower = follower
        self._hold = hold

    def tick(self, t_s: float, hand: HandObservation | None, aspect: float) -> None:
        if hand is not None:
            self._pointing.follow(self._follower, hand, t_s, aspect)

    def stop(self) -> None:
        self._pointing.end(self._follower)
        if self._hold is not None:
            self._hold.stop()


class Repeating:
    """Something done again and again.

    Args:
        action: What, and how often.
        perform: Does it once, at a time in seconds.
        t_s: When it was done for the first time.
    """

    def __init__(
        self, action: RepeatAction, perform: Callable[[Single, float], None], t_s: float
    ) -> None:
        self._action = action.action
        self._perform = perform
        self._every_s = 1 / action.per_s
        self._next_s = t_s + max(action.delay_ms / 1000, self._every_s)

    def tick(self, t_s: float, hand: HandObservation | None, aspect: float) -> None:
        if hand is None or hand.coasting:
            return
        self._next_s = max(self._next_s, t_s - _MOST_AT_ONCE * self._every_s)
        while self._next_s <= t_s + 1e-6:
            self._next_s += self._every_s
            self._perform(self._action, t_s)

    def stop(self) -> None:
        pass


class _Wheel:
    """Turns in whole notches, and keeps what is over for the next time."""

    def __init__(self, injector: Injector, speed: float) -> None:
        self._injector = injector
        self._speed = speed
        self._right = self._down = 0.0

    def turn(self, right: float, down: float) -> None:
        if not (isfinite(right) and isfinite(down)):
            return
        self._right += right * self._speed
        self._down += down * self._speed
        notches = int(self._right), int(self._down)
        if any(notches):
            self._right -= notches[0]
            self._down -= notches[1]
            self._injector.scroll(*(max(-_MOST_NOTCHES, min(n, _MOST_NOTCHES)) for n in notches))


class HandScrolling:
    """The page goes along with the hand, as with a finger on a touch screen."""

    def __init__(self, action: HandScrollAction, injector: Injector) -> None:
        self._axis = action.axis
        self._wheel = _Wheel(injector, action.speed)
        self._at: tuple[float, float] | None = None

    def tick(self, t_s: float, hand: HandObservation | None, aspect: float) -> None:
        if hand is None or hand.coasting:
            return
        if not _is_whole(hand):
            self._at = None
            return
        x, y = (hand.image[WRIST, :2] + hand.image[MIDDLE_MCP, :2]).tolist()
        place = x / 2, y / 2 / aspect
        palm = palm_length(hand.image, aspect)
        if self._at is not None and palm > 0:
            right = 0.0 if self._axis == "vertical" else (self._at[0] - place[0]) / palm
            down = 0.0 if self._axis == "horizontal" else (self._at[1] - place[1]) / palm
            self._wheel.turn(right, down)
        self._at = place

    def stop(self) -> None:
        pass


def _is_whole(hand: HandObservation) -> bool:
    """Whether the whole palm is in the picture: one that leaves it scrolls nothing back."""
    palm = hand.image[[WRIST, INDEX_MCP, PINKY_MCP], :2]
    return bool((palm > 0).all() and (palm < 1).all())


class DialScrolling:
    """The wheel turns with the hand as with a knob: clockwise is down or right."""

    def __init__(self, action: HandScrollAction, injector: Injector) -> None:
        self._horizontal = action.axis == "horizontal"
        self._wheel = _Wheel(injector, action.speed)
        self._at_deg: float | None = None

    def tick(self, t_s: float, hand: HandObservation | None, aspect: float) -> None:
        if hand is None or hand.coasting:
            return
        across, along = (hand.image[MIDDLE_MCP, :2] - hand.image[WRIST, :2]).tolist()
        along /= aspect
        # Written so that landmarks that are no numbers turn nothing.
        if not hypot(across, along) >= _LEAST_SHOWN * palm_length(hand.image, aspect):
            self._at_deg = None
            return
        angle_deg = degrees(atan2(along, across))
        if self._at_deg is not None:
            turns = ((angle_deg - self._at_deg + 180) % 360 - 180) / 360
            self._wheel.turn(*((turns, 0.0) if self._horizontal else (0.0, turns)))
        self._at_deg = angle_deg

    def stop(self) -> None:
        pass
