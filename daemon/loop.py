"""The loop: a picture in, landmarks, gestures, actions out, until source or signal end it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from daemon.camera.event import CameraEvent
from daemon.chain import Chain, Line
from daemon.sources import Source
from gestures.landmarks import HandFrame
from models.tracker import Tracker


def hand_frames(
    source: Source,
    tracker: Tracker,
    mirror: bool,
    should_stop: Callable[[], bool],
    may_rest: Callable[[], bool] = lambda: True,
) -> Iterator[HandFrame | CameraEvent]:
    """What the tracker sees in each picture of a source, and what happens to its camera.

    Args:
        source: Gives the pictures.
        tracker: Sees the hands.
        mirror: Whether left and right are a mirror's.
        should_stop: Asked before each picture.
        may_rest: Whether fewer frames will do for what is being done, where nothing moves.

    Raises:
        SourceError: The source breaks.
    """
    for frame in source.frames(should_stop):
        if isinstance(frame, CameraEvent):
            if frame.state in ("lost", "off"):
                tracker.reset()
            yield frame
            continue
        height, width = frame.picture.shape[:2]
        hands = tracker.track(frame.picture, frame.t_s)
        source.rest(tracker.rests and may_rest())
        seen = HandFrame(frame.t_s, width, height, hands)
        # Landmarks are mirrored, not pixels: it costs nothing, and the networks see the
        # picture as the camera does, so the person's right hand is never taken for the left.
        yield seen.mirror() if mirror else seen


def run_loop(
    frames: Iterable[HandFrame | CameraEvent],
    chain: Chain,
    show: Callable[[Iterable[Line]], None],
    why_ended: Callable[[], str] = lambda: "the source has ended",
    start_s: float = 0.0,
) -> None:
    """Feed frames to the chain until they end; whatever happens, nothing stays held down.

    Args:
        frames: What there is to see, and what happens to the camera.
        chain: Does everything.
        show: Takes what happened.
        why_ended: In plain words, asked at the end.
        start_s: The time of what is told when there are no frames at all.
    """
    t_s = start_s
    reason = "stopped by a fault"
    try:
        for frame in frames:
            t_s = frame.t_s
            if not isinstance(frame, CameraEvent):
                show(chain.feed(frame))
                continue
            show([frame])
            if frame.state in ("lost", "off"):
                show(chain.reset(t_s, f"the camera is {frame.state}"))
        reason = why_ended()
    finally:
        show(chain.reset(t_s, reason))
