"""Whatever hands do: every begin is followed by one end or cancel, of the same hands.

Random hands come and go, change pose, side and number, move together and apart, are lost for a
while; frame rates change, frames are missing, landmarks are nonsense now and then.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from daemon.config.load import builtin_library
from daemon.synthetic.hand import HandState, Side, image_joints
from daemon.synthetic.pairs import PAIRS, placed
from daemon.synthetic.poses import POSES
from gestures.arming import ArmingRule
from gestures.events import ArmingEvent, Event
from gestures.landmarks import HandFrame, HandObservation
from gestures.recognizer import Recognizer
from models.smoothing import LandmarkSmoother

SIZE = (640, 480)
FRAMES = 250
SIDES: tuple[Side, ...] = ("left", "right")


class Ledger:
    """What goes on, and what should not have happened."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, tuple[int, ...]], str] = {}
        self.wrong: list[str] = []

    def take(self, events: list[Event]) -> None:
        for event in events:
            event.to_json()
            if isinstance(event, ArmingEvent):
                continue
            key, is_open = (event.gesture, event.tracks), (event.gesture, event.tracks) in self.open
            if is_open == (event.event == "begin"):
                self.wrong.append(f"{event.event} at {event.t_s:.2f} of {key}, open: {is_open}")
            if event.event == "begin":
                self.open[key] = event.hand
            elif self.open.get(key) != event.hand:
                self.wrong.append(f"{event.event} of {key} by {event.hand}")
            if event.event in ("end", "cancel"):
                self.open.pop(key, None)


class Crowd:
    """Two or three hands that do what they like."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.number = 0
        self.hands: list[tuple[int, HandState]] = []

    def move(self) -> tuple[HandObservation, ...]:
        random = self.random
        while len(self.hands) < 3 and random.random() < 0.08:
            self.number += 1
            self.hands.append((self.number, self._state()))
        if len(self.hands) >= 2 and random.random() < 0.05:
            pair = placed(random.choice(sorted(PAIRS)), (320, 240), 60.0)
            self.hands[:2] = [(n, state) for (n, _), state in zip(self.hands, pair, strict=False)]
        self.hands = [self._step(*each) for each in self.hands if random.random() > 0.01]
        seen = [each for each in self.hands if random.random() > 0.03]
        return tuple(
            self._seen(number, state) for number, state in sorted(seen, key=lambda e: e[0])
        )

    def _state(self) -> HandState:
        random = self.random
        pose, side = POSES[random.choice(sorted(POSES))], random.choice(SIDES)
        return HandState(pose, (random.uniform(60, 580), random.uniform(60, 420)), 50.0, side)

    def _step(self, number: int, state: HandState) -> tuple[int, HandState]:
        random = self.random
        if random.random() < 0.05:
            state = replace(state, pose=POSES[random.choice(sorted(POSES))])
        if random.random() < 0.01:
            state = replace(state, hand=random.choice(SIDES))
        if random.random() < 0.01:
            self.number += 1
            number = self.number
        if random.random() < 0.3:
            x, y = state.centre_px
            state = replace(state, centre_px=(x + random.uniform(-60, 60), y))
        return number, state

    def _seen(self, number: int, state: HandState) -> HandObservation:
        image = image_joints(state) / (*SIZE, SIZE[0])
        if self.random.random() < 0.005:
            image = self.random.choice([np.full((21, 3), 0.5), image * 1e4])
        return HandObservation(number, state.hand, 0.9, image)


@pytest.mark.parametrize("seed", range(12))
def test_every_begin_has_its_end(seed: int) -> None:
    random = Random(seed)
    arming = None if seed % 3 == 0 else ArmingRule(hold_ms=100, disarm_after_ms=2000)
    recognizer = Recognizer(builtin_library(), arming, {"one", "fist"})
    smoother, crowd, ledger = LandmarkSmoother(), Crowd(random), Ledger()
    t_s, fps = 0.0, 30.0
    for _ in range(FRAMES):
        fps = random.choice([5.0, 15.0, 30.0, 60.0]) if random.random() < 0.02 else fps
        t_s += 1 / fps + (random.uniform(0.1, 1.0) if random.random() < 0.01 else 0.0)
        hands = smoother.update(crowd.move(), t_s, SIZE[0] / SIZE[1])
        ledger.take(recognizer.update(HandFrame(t_s, *SIZE, hands)))
        if random.random() < 0.005:
            ledger.take(recognizer.reset(t_s, "paused"))
            smoother.reset()
            assert ledger.open == {}
    ledger.take(recognizer.reset(t_s, "over"))
    assert ledger.wrong == []
    assert ledger.open == {}
