"""What is told of motions: their reports as events."""

from __future__ import annotations

from gestures.events import GestureEvent
from gestures.landmarks import HandSide
from gestures.motions.moment import Moment, MotionReport


def told(report: MotionReport, now: Moment) -> GestureEvent:
    """What is told of one hand's motion."""
    hand = now.hand
    if report.kind in ("end", "cancel"):
        return told_at_end(report, hand.hand, hand.track, now.t_s)
    return GestureEvent(
        now.t_s, report.kind, report.spec.name, hand.hand, hand.track, 1.0, hand.pointer,
        report.value,
    )  # fmt: skip


def told_at_end(report: MotionReport, side: HandSide, track: int, t_s: float) -> GestureEvent:
    """What is told when one hand's motion is over, or given up."""
    return GestureEvent(t_s, report.kind, report.spec.name, side, track)


def told_of_two(report: MotionReport, t_s: float) -> GestureEvent:
    """What is told of two hands' motion."""
    assert report.tracks is not None  # noqa: S101 - two hands have two tracks
    track, other_track = report.tracks
    name, goes_on = report.spec.name, report.kind in ("begin", "update")
    return GestureEvent(
        t_s, report.kind, name, "both", track, 1.0 if goes_on else None, report.value.position,
        report.value if goes_on else None, other_track=other_track,
    )  # fmt: skip
