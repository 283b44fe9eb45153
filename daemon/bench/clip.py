"""What the benchmarks look at: a source's frames, or the built-in clip's pictures or landmarks."""

from __future__ import annotations

import logging
from itertools import islice
from typing import Literal, get_args

import numpy as np

from daemon.cameras import without_password
from daemon.config.model import CameraSettings
from daemon.sources import Frame, SourceError, open_source, until_lost
from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import ONE, PALM
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.source import SyntheticSource, TrueHand
from gestures.landmarks import MIDDLE_MCP, WRIST, HandFrame, HandObservation

CLIP_NAME = "the built-in clip"
#: What the built-in clips show.
Scenery = Literal["one-hand", "two-hands", "still"]
SCENERIES: tuple[Scenery, ...] = get_args(Scenery)
#: More pictures than these are not held in memory.
_MOST_BYTES = 2**30
#: An adult's palm, wrist to middle knuckle, in metres.
_PALM_M = 0.09

_log = logging.getLogger(__name__)


def built_in_clip() -> SyntheticSource:
    """Ten seconds of one hand, always in view, 640x480 at 30 frames a second.

    It arms, moves gently, and points: in most frames a shipped gesture and an action are under
    way. It ends as it begins, so it can be repeated.
    """
    act = Act(HandState(PALM, (320.0, 250.0), 80.0)).hold(1.0).circle(0.6, 1.0, 2.4)
    act = act.become(ONE, 0.5).hold(0.6).move_to(250.0, 220.0, 1.2).move_to(390.0, 230.0, 1.8)
    act = act.move_to(320.0, 250.0, 1.0).become(PALM, 0.5).turn(12.0, 0.5).turn(0.0, 0.5)
    return SyntheticSource(Scene((act,)))


def two_hands_clip() -> SyntheticSource:
    """Two hands, always in view, gently moving."""
    right = Act(HandState(PALM, (190.0, 250.0), 70.0)).hold(0.5).circle(0.5, 1.0, 2.0)
    left = Act(HandState(PALM, (450.0, 250.0), 70.0, "left")).hold(0.5).circle(0.5, -1.0, 2.0)
    right, left = right.become(ONE, 0.5).become(PALM, 0.5), left.hold(1.0)
    return SyntheticSource(Scene((right, left)))


def still_clip() -> SyntheticSource:
    """A room with nobody in it, as a camera with its noise sees it."""
    away = Act(HandState(PALM, (-300.0, 250.0), 70.0)).hold(10.0)
    return SyntheticSource(Scene((away,)), background="cluttered")


def load_frames(source: str | None, most: int, scenery: Scenery = "one-hand") -> list[Frame]:
    """Up to `most` decoded frames of a source; of a built-in clip, repeated, when it is None.

    Raises:
        SourceError, CameraNotFound, MissingLibrary: The source gives no pictures.
    """
    if source is None:
        return _clip_frames(most, scenery)
    opened = open_source(CameraSettings(source=source))
    frames: list[Frame] = []
    held = 0
    try:
        for frame in islice(until_lost(opened.frames(lambda: False)), most):
            if opened.bgr:
                frame = Frame(np.ascontiguousarray(frame.picture[..., ::-1]), frame.t_s)
            frames.append(frame)
            held += frame.picture.nbytes
            if held >= _MOST_BYTES:
                name = without_password(source)
                _log.warning("%s: more than %d frames would fill the memory", name, len(frames))
                break
    finally:
        opened.close()
    if not frames:
        raise SourceError(f"{without_password(source)}: gave no picture; try another source")
    return frames


def true_landmarks(clip: SyntheticSource | None = None) -> list[HandFrame]:
    """A clip's landmarks as they are drawn, without pictures, tracker or noise.

    Args:
        clip: By default the built-in one.
    """
    clip = clip or built_in_clip()
    times_s = [index / clip.fps for index in range(len(clip))]
    return [
        HandFrame(
            t_s,
            clip.width,
            clip.height,
            tuple(
                _observation(number, hand, clip) for number, hand in enumerate(clip.truth(t_s), 1)
            ),
        )
        for t_s in times_s
    ]


def _clip_frames(count: int, scenery: Scenery) -> list[Frame]:
    clips = {"one-hand": built_in_clip, "two-hands": two_hands_clip, "still": still_clip}
    clip = clips[scenery]()
    pictures = [clip.frame(index)[0] for index in range(min(count, len(clip)))]
    return [Frame(pictures[i % len(pictures)], i / clip.fps) for i in range(count)]


def _observation(number: int, hand: TrueHand, clip: SyntheticSource) -> HandObservation:
    image_px = hand.image_px
    palm_px = float(np.linalg.norm(image_px[MIDDLE_MCP] - image_px[WRIST]))
    # The networks give world landmarks too, and the filter smooths them: leaving them out would
    # make the chain look cheaper than it is.
    world = (image_px - image_px.mean(axis=0)) * (_PALM_M / palm_px)
    image = image_px / np.array([clip.width, clip.height, clip.width], dtype=np.float64)
    return HandObservation(number, hand.hand, 1.0, image, world)
