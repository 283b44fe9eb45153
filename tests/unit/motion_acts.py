"""Acts of the synthetic hand that are motions of the vocabulary, each after a rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from daemon.synthetic.hand import HandState, Side
from daemon.synthetic.poses import FIST, ONE, PALM, PINCH, THUMB_INDEX
from daemon.synthetic.scene import Act
from daemon.synthetic.skeleton import Pose

REST_S = 0.8
#: Thumb and index finger meet while the others are folded.
PINCH_FOLDED = replace(PINCH, middle=FIST.middle, ring=FIST.ring, pinky=FIST.pinky)
#: A hand that holds a knob.
GRIP = Pose((40, 60, 40), (40, 60, 40), (40, 60, 40), (45, 60, 40), ((30, 35), (20, 30), (10, 20)))
ONE_BENT = replace(ONE, index=(20, 70, 30))


@dataclass(frozen=True, slots=True)
class Start:
    """How a hand is before it moves."""

    hand: Side = "right"
    palm_px: float = 50.0
    centre_px: tuple[float, float] = (320.0, 260.0)
    rotation_deg: float = 0.0

    def act(self, pose: Pose) -> Act:
        """A rest in a pose."""
        state = HandState(pose, self.centre_px, self.palm_px, self.hand, self.rotation_deg)
        return Act(state).hold(REST_S)


def _wave(start: Start, pose: Pose = PALM) -> Act:
    act, (x, y) = start.act(pose), start.centre_px
    for right in (1, 0, 1, 0):
        act = act.move_to(x + right * start.palm_px, y, 0.3)
    return act


def _turn(start: Start, degrees: float, pose: Pose = GRIP) -> Act:
    return start.act(pose).turn(start.rotation_deg + degrees, 0.6)


#: By the name of the motion; each lasts from `REST_S` on, and is followed by a rest.
MOTIONS: dict[str, Callable[[Start], Act]] = {
    "wave": _wave,
    "circle_clockwise": lambda start: start.act(PALM).circle(0.8, 1, 1.2),
    "circle_counterclockwise": lambda start: start.act(ONE).circle(0.8, -1, 1.2),
    "push": lambda start: start.act(PALM).approach(1.6 * start.palm_px, 0.5),
    "pull": lambda start: start.act(PALM).approach(start.palm_px / 1.6, 0.5),
    "pinch": lambda start: start.act(PALM).pinch(0.4, 0.3),
    "grab": lambda start: start.act(PALM).become(FIST, 0.3),
    "release": lambda start: start.act(FIST).become(PALM, 0.3),
    "zoom_in": lambda start: start.act(PINCH_FOLDED).become(THUMB_INDEX, 0.4),
    "zoom_out": lambda start: start.act(THUMB_INDEX).become(FIST, 0.4),
    "rotate_clockwise": lambda start: _turn(start, -60),
    "rotate_counterclockwise": lambda start: _turn(start, 60),
    "tap": lambda start: start.act(ONE).become(ONE_BENT, 0.15).become(ONE, 0.15),
}
#: What each is called in a mirror.
MIRRORED = {
    "circle_clockwise": "circle_counterclockwise",
    "circle_counterclockwise": "circle_clockwise",
    "rotate_clockwise": "rotate_counterclockwise",
    "rotate_counterclockwise": "rotate_clockwise",
}


def act_of(name: str, start: Start | None = None) -> Act:
    """A motion, and a rest after it."""
    return MOTIONS[name](start or Start()).hold(1.0)
