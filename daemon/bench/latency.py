"""How old a picture is when everything is done that it leads to: from the camera to the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np

from daemon.actions import KeyAction
from daemon.bench.live_run import LiveRun
from daemon.bench.measure import DIGITS
from daemon.config.model import Binding, Config
from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import FIST, ONE, PALM, PEACE
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.source import SyntheticSource

#: A camera that is faster gives each picture several times: memory is finite.
MOST_DRAWN_FPS: Final = 60.0
#: Tapped alone it does nothing in any program.
_KEY: Final = "ctrl"
#: Motions, poses that act when they begin, and one that is to be held, so that none of its events
#: but the passing of time presses the key.
_BINDINGS: Final = tuple(
    Binding(gesture, KeyAction((_KEY,)), hold_ms=hold_ms)
    for gesture, hold_ms in (
        *(("swipe_left", 0), ("swipe_right", 0), ("fist", 0), ("one", 0), ("palm", 0)),
        ("peace", 200),
    )
)
_LEFT_PX, _RIGHT_PX, _LEVEL_PX, _PALM_PX = 230.0, 410.0, 250.0, 75.0
_BECOME_S, _HOLD_S = 0.15, 0.2
_PART: Final = 0.1

Until = Literal["done", "key"]


@dataclass(frozen=True, slots=True)
class LatencyRow:
    """How old pictures were.

    Attributes:
        fps: Pictures that the camera took a second.
        until: `done`: all that came of any picture. `key`: the press of the key had returned that
            is bound to the gesture which the picture completes.
        ages_s: Of each picture, in their order.
        dropped: Pictures that nobody looked at.
        resident_mb: Memory of the process.
    """

    fps: float
    until: Until
    ages_s: Sequence[float] = field(repr=False)
    dropped: int
    resident_mb: float | None

    def to_json(self) -> dict[str, object]:
        """As printed; without pictures there are no figures."""
        value: dict[str, object] = {
            "fps": self.fps,
            "until": self.until,
            "count": len(self.ages_s),
            "dropped": self.dropped,
        }
        names = ("median_ms", "p95_ms", "p99_ms", "worst_ms", "p99_frames", "first_ms", "last_ms")
        figures = self._figures() if self.ages_s else [None] * len(names)
        value |= dict(zip(names, figures, strict=True))
        mb = self.resident_mb
        return value | {"resident_mb": None if mb is None else round(mb, 1)}

    def _figures(self) -> list[float | None]:
        ages_ms = np.array(self.ages_s) * 1000
        median, p95, p99, worst = np.percentile(ages_ms, [50, 95, 99, 100])
        part = max(int(len(ages_ms) * _PART), 1)
        first, last = np.median(ages_ms[:part]), np.median(ages_ms[-part:])
        times = (median, p95, p99, worst, p99 * self.fps / 1000, first, last)
        return [round(float(time), DIGITS) for time in times]


def rows_of(run: LiveRun, fps: float) -> list[LatencyRow]:
    """The rows of one run."""
    return [
        LatencyRow(fps, "done", run.ages_s, run.dropped, run.resident_mb),
        LatencyRow(fps, "key", run.key_ages_s, run.dropped, run.resident_mb),
    ]


def pressing(config: Config) -> Config:
    """A configuration whose gestures tap a key that does nothing alone, as often as they come."""
    safety = replace(config.safety, most_per_s=1000.0)
    return replace(config, arming=None, modes={}, bindings=_BINDINGS, safety=safety)


def busy_scene(fps: float) -> SyntheticSource:
    """Five seconds in which a hand swipes and changes its pose often; ends as it begins."""
    act = Act(HandState(PALM, (_RIGHT_PX, _LEVEL_PX), _PALM_PX)).hold(0.3)
    act = act.move_to(_LEFT_PX, _LEVEL_PX, 0.4).hold(0.3)
    for pose in (FIST, ONE, FIST, PALM, FIST):
        act = act.become(pose, _BECOME_S).hold(_HOLD_S)
    act = act.move_to(_RIGHT_PX, _LEVEL_PX, 0.8).hold(0.1).become(PEACE, _BECOME_S).hold(0.45)
    act = act.become(FIST, _BECOME_S).hold(_HOLD_S).become(PALM, _BECOME_S).hold(_HOLD_S)
    return SyntheticSource(Scene((act,)), fps=min(fps, MOST_DRAWN_FPS))
