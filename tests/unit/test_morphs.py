"""A hand that goes from one gesture to another shows both of them, and nothing between."""

from __future__ import annotations

from itertools import permutations

import pytest

from daemon.config.load import builtin_library
from daemon.synthetic.poses import POSES
from gestures.events import GestureEvent
from gestures.recognizer import Recognizer
from models.smoothing import LandmarkSmoother
from tests.unit.hand_paths import acting_hands
from tests.unit.motion_acts import Start

RULES = [spec for spec in builtin_library() if spec.motion is None and not spec.both]
SHOWN = [spec.name for spec in RULES]


def begun(before: str, after: str, duration_s: float, fps: float) -> list[str]:
    """The poses that begin while a hand shows one, goes to the other, and shows that."""
    act = Start().act(POSES[before]).hold(0.5).become(POSES[after], duration_s).hold(0.8)
    recognizer, smoother = Recognizer(RULES), LandmarkSmoother()
    found = []
    for frame in acting_hands(act, fps=fps, seed=SHOWN.index(after)):
        hands = smoother.update(frame.hands, frame.t_s, frame.aspect)
        for event in recognizer.update(type(frame)(frame.t_s, frame.width, frame.height, hands)):
            assert isinstance(event, GestureEvent)
            if event.event == "begin":
                found.append(event.gesture)
    return found


@pytest.mark.parametrize("before", SHOWN)
def test_nothing_begins_between_two_gestures(before: str) -> None:
    for number, (one, after) in enumerate(permutations(SHOWN, 2)):
        if one == before:
            duration_s, fps = ((0.4, 30), (0.3, 30), (0.4, 15))[number % 3]
            between = set(begun(before, after, duration_s, fps)) - {before, after}
            assert between == set(), (before, after, duration_s, fps)
