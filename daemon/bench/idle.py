"""What it costs to wait: the daemon's loop, and a loop around MediaPipe, before an empty room; and
what waiting costs whoever comes in then.

Both get the same pictures, decoded before, as often as a camera takes them, in turns of a few
seconds; each picture has its own noise, as a camera's. MediaPipe's loop does nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from statistics import median
from typing import Final

from daemon.bench.appearing import found_after_s, visits
from daemon.bench.live_run import WARM_UP_S, run_live
from daemon.bench.measure import DIGITS, settle
from daemon.bench.played_camera import Reel
from daemon.config.model import Config
from daemon.sources import import_cv2
from daemon.synthetic.hand import HandState
from daemon.synthetic.poses import PALM
from daemon.synthetic.scene import Act, Scene
from daemon.synthetic.source import SyntheticSource
from models.schedule import RESTING_HEARTBEAT_S
from models.tracker import Picture, Tracker

TURNS: Final = 2
#: Half of what a second costs may be a resting tracker's heartbeat: a turn has several, whole ones.
_LEAST_HEARTBEATS: Final = 2
_REEL_S: Final = 3.0
#: Memory is finite.
_MOST_PICTURES: Final = 180
_WARM_UP_FRAMES: Final = 10


@dataclass(frozen=True, slots=True)
class IdleRow:
    """What one loop cost.

    Attributes:
        loop: `gestured` or `mediapipe`.
        fps: Pictures that the camera took a second.
        seconds: How long it was measured, all turns together.
        looked: Pictures that were looked at.
        cpu_s: CPU time of all threads, the loop itself included.
        ratio: CPU time of a second over MediaPipe's.
        found_s: How long after the first picture of a hand it was tracked, for each that came into
            the room; None where it never was. Not measured for MediaPipe, whose loop never rests.
    """

    loop: str
    fps: float
    seconds: float
    looked: int
    cpu_s: float
    ratio: float
    found_s: Sequence[float | None] = field(default=(), repr=False)

    @property
    def cpu_ms_per_s(self) -> float:
        """CPU time in milliseconds that a second takes."""
        return self.cpu_s / self.seconds * 1000

    def to_json(self) -> dict[str, object]:
        """As printed."""
        return {
            "loop": self.loop,
            "fps": self.fps,
            "seconds": round(self.seconds, 1),
            "looked_per_s": round(self.looked / self.seconds, 1),
            "cpu_ms_per_s": round(self.cpu_ms_per_s, DIGITS),
            "ratio": round(self.ratio, DIGITS),
            **self._appearing(),
        }

    def _appearing(self) -> dict[str, object]:
        tracked_ms = [found_s * 1000 for found_s in self.found_s if found_s is not None]
        return {
            "came": len(self.found_s) if self.found_s else None,
            "tracked": len(tracked_ms) if self.found_s else None,
            "tracked_ms": round(median(tracked_ms), 1) if tracked_ms else None,
            "tracked_worst_ms": round(max(tracked_ms), 1) if tracked_ms else None,
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of one loop came to; see `IdleRow`."""

    seconds: float
    looked: int
    cpu_s: float


def empty_room(fps: float) -> SyntheticSource:
    """A room with nobody in it, as a camera with its noise sees it; three seconds, or less."""
    away = Act(HandState(PALM, (-300.0, 250.0), 70.0)).hold(min(_REEL_S, _MOST_PICTURES / fps))
    return SyntheticSource(Scene((away,)), fps=fps, background="cluttered")


def bench_idle(
    config: Config, ours: Tracker, theirs: Tracker, reel: Reel, seconds: float
) -> list[IdleRow]:
    """Measure both loops for so long each, then how soon the daemon's tracks who comes in.

    Args:
        config: What the daemon's loop runs.
        ours: Its tracker, for live pictures that are BGR.
        theirs: MediaPipe's, for pictures that are RGB.
        reel: Pictures as a camera takes them in a second, not encoded.
        seconds: For each loop, all turns together; made longer to whole heartbeats.
    """
    cv2 = import_cv2()
    # A loop of one's own would have to convert them; decoders can give RGB, too.
    rgb = [cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB) for bgr in reel.pictures]
    each_s = turn_s(seconds)
    gestured, mediapipe = [], []
    for _ in range(TURNS):
        ours.reset()
        run = run_live(config, ours, reel, reel.fps, each_s, WARM_UP_S)
        gestured.append(Turn(run.wall_s, len(run.ages_s), run.cpu_s))
        settle()
        mediapipe.append(bare_loop(theirs, rgb, reel.fps, each_s))
        settle()
    ours.reset()
    found_s = found_after_s(ours, visits(reel))
    return idle_rows(gestured, mediapipe, reel.fps, found_s)


def turn_s(seconds: float) -> float:
    """How long a turn is where all together take so many seconds, or a little more."""
    heartbeats = max(ceil(seconds / TURNS / RESTING_HEARTBEAT_S), _LEAST_HEARTBEATS)
    return heartbeats * RESTING_HEARTBEAT_S


def bare_loop(
    tracker: Tracker,
    pictures: Sequence[Picture],
    fps: float,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], object] = time.sleep,
    cpu_clock: Callable[[], float] = time.process_time,
) -> Turn:
    """Show a tracker each picture at its time, or as soon after it as it can.

    Seconds are the camera's: a machine that is too slow for it is not the cheaper for that.
    """
    tracker.reset()
    for number in range(_WARM_UP_FRAMES):
        tracker.track(pictures[number % len(pictures)], number / fps)
    count = max(round(seconds * fps), 1)
    start_s, cpu_start_s = clock(), cpu_clock()
    for number in range(count):
        wait(max(start_s + number / fps - clock(), 0.0))
        t_s = (_WARM_UP_FRAMES + number) / fps
        tracker.track(pictures[number % len(pictures)], t_s)
    return Turn(count / fps, count, cpu_clock() - cpu_start_s)


def idle_rows(
    gestured: Sequence[Turn],
    mediapipe: Sequence[Turn],
    fps: float,
    found_s: Sequence[float | None] = (),
) -> list[IdleRow]:
    """Both loops' rows."""
    ours, theirs = _row("gestured", gestured, fps), _row("mediapipe", mediapipe, fps)
    ours = replace(ours, found_s=found_s)
    return [replace(row, ratio=row.cpu_ms_per_s / theirs.cpu_ms_per_s) for row in (ours, theirs)]


def _row(loop: str, turns: Sequence[Turn], fps: float) -> IdleRow:
    return IdleRow(
        loop,
        fps,
        sum(turn.seconds for turn in turns),
        sum(turn.looked for turn in turns),
        sum(turn.cpu_s for turn in turns),
        1.0,
    )
