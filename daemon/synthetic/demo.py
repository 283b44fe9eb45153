"""The acts that the built-in hand can play, by the names of their sources.

The picture is a file's, not mirrored, so `left` is the picture's left. Keys are those that the
default configuration binds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import FIST, ONE, PALM, PINCH, PINCH_OPEN
from daemon.synthetic.scene import Act, Scene, below

# What the presenter calls for, in order: next slide, next, the one before, black screen, and back.
EXPECTED_KEYS: Final = ("Right", "Right", "Left", "b", "b")

ARM_S: Final = 1.2
FIST_S: Final = 1.3
AWAY_S: Final = 13.0

_PALM_OF_HEIGHT: Final = 0.155
_SWIPE_PALMS: Final = 2.4
# A drag of 1.2 palm lengths a second at most is no swipe.
_RETURN_S: Final = 3.8
# Time for a program to show what a key asked for, before the next one.
_LOOK_S: Final = 1.8


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where the hand plays in a picture of `width` and `height` pixels."""

    width: int
    height: int

    @property
    def palm_px(self) -> float:
        return _PALM_OF_HEIGHT * self.height

    @property
    def level_px(self) -> float:
        return 0.52 * self.height

    @property
    def middle_px(self) -> float:
        return 0.5 * self.width

    @property
    def left_px(self) -> float:
        """Where a swipe to the right begins."""
        return self.middle_px - 0.5 * _SWIPE_PALMS * self.palm_px

    @property
    def right_px(self) -> float:
        """Where a swipe to the left begins."""
        return self.middle_px + 0.5 * _SWIPE_PALMS * self.palm_px

    def armed(self, x_px: float) -> Act:
        """The open hand comes up from below and is held until it arms."""
        start = HandState(PALM, (x_px, below(self.height, self.palm_px)), self.palm_px)
        return Act(start).hold(0.8).enter(x_px, self.level_px, 1.6).hold(ARM_S)

    def back_for_the_next(self, act: Act) -> Act:
        """Returns to where a swipe to the left begins, too slowly to be a swipe itself."""
        return act.move_to(self.right_px, self.level_px, _RETURN_S).hold(0.4)


def presenter(width: int = 640, height: int = 480) -> Scene:
    """A presenter's minute: slides, a black screen, pointing, and away until disarmed.

    The hand arms the daemon, asks for the next slide twice, for the one before, for a black screen
    and for the slide again, points, and goes away for longer than the daemon stays armed.

    Args:
        width: The picture's width in pixels.
        height: And its height.
    """
    stage = _Stage(width, height)
    act = stage.armed(stage.right_px)
    act = stage.back_for_the_next(act.swipe("left", _SWIPE_PALMS).hold(0.6))

    # Next again; then the hand is dropped, and comes back up on the side where it left.
    act = act.swipe("left", _SWIPE_PALMS).hold(0.6)
    act = act.leave(height, 1.4).hold(0.8).enter(stage.left_px, stage.level_px, 1.6).hold(0.8)

    act = act.swipe("right", _SWIPE_PALMS).hold(0.8)
    act = act.move_to(stage.middle_px, stage.level_px, 2.0).hold(0.4)
    act = _fist(_fist(act).hold(0.8)).hold(0.6)

    act = _point(act).become(PALM, 0.5)
    return Scene((act.leave(height, 1.4).hold(AWAY_S),))


def slides(width: int = 640, height: int = 480) -> Scene:
    """The presenter's keys alone, in less than half a minute."""
    stage = _Stage(width, height)
    act = stage.armed(stage.right_px)
    act = stage.back_for_the_next(act.swipe("left", _SWIPE_PALMS).hold(0.6))
    act = act.swipe("left", _SWIPE_PALMS).hold(_LOOK_S)
    act = act.swipe("right", _SWIPE_PALMS).hold(_LOOK_S)
    act = _fist(_fist(act).hold(0.8)).hold(_LOOK_S)
    return Scene((act.leave(height, 1.4),))


def draw(width: int = 640, height: int = 480) -> Scene:
    """A circle, drawn by a hand that pinches from the circle's top round to it again."""
    stage = _Stage(width, height)
    act = stage.armed(stage.middle_px)
    act = act.become(PINCH_OPEN).hold(0.5).become(PINCH).hold(0.8)
    act = act.circle(0.35, 1, 5.0).hold(0.8)
    act = act.become(PINCH_OPEN).hold(0.5).become(PALM).hold(0.5)
    return Scene((act.leave(height, 1.4),))


ACTS: Final[Mapping[str, Callable[[int, int], Scene]]] = MappingProxyType(
    {"demo": presenter, "demo:slides": slides, "demo:draw": draw}
)


def _fist(act: Act) -> Act:
    return act.become(FIST).hold(FIST_S).become(PALM)


def _point(act: Act) -> Act:
    """Points with the index finger, a little around, and ends where it began."""
    (x_px, y_px), palm_px = act.end.centre_px, act.end.palm_px
    act = act.become(ONE).hold(0.8)
    act = act.move_to(x_px - 0.9 * palm_px, y_px - 0.3 * palm_px, 1.6).hold(0.4)
    act = act.move_to(x_px + 0.9 * palm_px, y_px - 0.5 * palm_px, 3.0).hold(0.4)
    return act.circle(0.4, 1.0, 4.0).move_to(x_px, y_px, 1.8).hold(0.6)
