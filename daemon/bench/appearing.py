"""How soon a hand is tracked that comes into an empty room, where the camera rests.

The pictures are shown in real time to the daemon's loop up to the landmarks. The hand comes again
and again, at once and whole, each time after another absence: at all places between two pictures
that a resting camera gives, and before and after the heartbeat of a resting tracker.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

from daemon.bench.played_camera import PlayedCamera, Reel, draw_reel
from daemon.camera.event import CameraEvent
from daemon.camera.live import LiveSource
from daemon.config.model import CameraSettings
from daemon.loop import hand_frames
from daemon.sources import Picture
from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import PALM
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.source import SyntheticSource
from models.tracker import Tracker

_VISITS: Final = 10
#: The first absence, and by how much each is longer: no multiple of a resting camera's interval.
_ABSENT_S: Final = 2.6
_LONGER_S: Final = 0.11
_STAYS_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Visits:
    """Pictures of a room that is empty but for some visits.

    Attributes:
        reel: The pictures; each has its own noise, but for those of the room, which come again.
        shown: Numbers of the pictures that show each visit's hand.
    """

    reel: Reel
    shown: tuple[range, ...]


def visits(room: Reel, count: int = _VISITS) -> Visits:
    """Visits to a room.

    Args:
        room: The room as `idle.empty_room` has it, not encoded.
        count: How many visits.
    """
    stays = Act(HandState(PALM, (320.0, 250.0), 70.0)).hold(_STAYS_S)
    hand = draw_reel(SyntheticSource(Scene((stays,)), fps=room.fps, background="cluttered"))
    pictures: list[Picture] = []
    shown = []
    for number in range(count):
        absent_s = _ABSENT_S + number * _LONGER_S
        pictures += islice(cycle(room.pictures), round(absent_s * room.fps))
        shown.append(range(len(pictures), len(pictures) + len(hand.pictures)))
        pictures += hand.pictures
    return Visits(Reel(pictures, room.fps), tuple(shown))


def found_after_s(
    tracker: Tracker,
    visits: Visits,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], object] = time.sleep,
) -> Sequence[float | None]:
    """Seconds from the taking of each visit's first picture until its hand is tracked.

    None for a hand that never was.

    Args:
        tracker: For live pictures that are BGR; reset before.
        visits: What the camera sees, once.
        clock: Seconds, monotonic.
        wait: Waits for so many seconds.
    """
    found_s: list[float | None] = [None] * len(visits.shown)
    camera = PlayedCamera(visits.reel, visits.reel.fps, clock, wait)
    settings = CameraSettings(fps=visits.reel.fps)
    with closing(LiveSource(camera, settings, clock)) as source:
        for item in hand_frames(source, tracker, True, lambda: False):
            if isinstance(item, CameraEvent):
                continue
            now_s = clock()
            number = camera.number_of(source.start_s + item.t_s)
            if number >= len(visits.reel.pictures):
                break
            for visit, shown in enumerate(visits.shown):
                if item.hands and number in shown and found_s[visit] is None:
                    found_s[visit] = now_s - camera.time_of(shown.start)
    return found_s
