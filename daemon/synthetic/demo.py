"""The presenter's minute of `gestured demo`: what a hand does in front of a camera to show slides.

The picture is a file's, not mirrored, so `left` is the picture's left. The hand arms the daemon,
asks for the next slide twice, for the one before, for a black screen, points, and goes away for
longer than the daemon stays armed.
"""

from __future__ import annotations

from typing import Final

from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import FIST, ONE, PALM
from daemon.synthetic.scene import Act, Scene, below

# What the presenter calls for, in order, as the default configuration binds it: next slide, next,
# the one before, black screen.
EXPECTED_KEYS: Final = ("Right", "Right", "Left", "b")

ARM_S: Final = 1.2
FIST_S: Final = 1.3
AWAY_S: Final = 13.0

_PALM_OF_HEIGHT: Final = 0.155
_SWIPE_PALMS: Final = 2.4


def presenter(width: int = 640, height: int = 480) -> Scene:
    """The demo's scene for a picture of that size in pixels."""
    palm_px = _PALM_OF_HEIGHT * height
    middle_px, level_px = 0.5 * width, 0.52 * height
    right_px = middle_px + 0.5 * _SWIPE_PALMS * palm_px
    left_px = middle_px - 0.5 * _SWIPE_PALMS * palm_px

    act = Act(HandState(PALM, (right_px, below(height, palm_px)), palm_px)).hold(0.8)
    act = act.enter(right_px, level_px, 1.6).hold(ARM_S)

    # Next, and back by a slow return: a drag of 1.2 palm lengths a second at most is no swipe.
    act = act.swipe("left", _SWIPE_PALMS).hold(0.6).move_to(right_px, level_px, 3.8).hold(0.4)

    # Next again; then the hand is dropped, and comes back up on the side where it left.
    act = act.swipe("left", _SWIPE_PALMS).hold(0.6)
    act = act.leave(height, 1.4).hold(0.8).enter(left_px, level_px, 1.6).hold(0.8)

    # The slide before, and a black screen.
    act = act.swipe("right", _SWIPE_PALMS).hold(0.8).move_to(middle_px, level_px, 2.0).hold(0.4)
    act = act.become(FIST).hold(FIST_S).become(PALM).hold(0.6)

    act = _point(act, palm_px)
    act = act.become(PALM, 0.5).leave(height, 1.4).hold(AWAY_S)
    return Scene((act,))


def _point(act: Act, palm_px: float) -> Act:
    """Points with the index finger, a little around, and ends where it began."""
    x_px, y_px = act.end.centre_px
    act = act.become(ONE).hold(0.8)
    act = act.move_to(x_px - 0.9 * palm_px, y_px - 0.3 * palm_px, 1.6).hold(0.4)
    act = act.move_to(x_px + 0.9 * palm_px, y_px - 0.5 * palm_px, 3.0).hold(0.4)
    return act.circle(0.4, 1.0, 4.0).move_to(x_px, y_px, 1.8).hold(0.6)
