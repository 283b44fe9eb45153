"""How steady and how quick the pointer is, beside a One Euro filter on the same hands.

Every contender gets the same simulated hands, region and gain. The One Euro filter has the
tracker's landmarks before smoothing, as it is meant to; for either way of moving it is tuned over
all that its parameters can mean, once for the least lag at no more jitter than ours and once for
the least jitter at no more lag.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

import numpy as np

from daemon.bench import pointer_runs as runs
from daemon.bench.one_euro import Figure, OneEuro, Tuning
from daemon.bench.pointer_runs import ASPECT, PALM_PX, SIZE_PX, Places, Run
from daemon.bench.pointer_tuning import tuned
from daemon.config.model import PointerSettings
from daemon.pointer import PointerControl, To
from daemon.pointer.gain import px_per_palm
from daemon.pointer.region import region_around

Move = Literal["absolute", "relative"]
MOVES: tuple[Move, ...] = ("absolute", "relative")

DESKTOP_PX = (1920, 1080)
SWEEPS_PALMS_S = (1.0, 2.0, 4.0)
DROPPED_EVERY = 10
_RATES = (30.0, 60.0)
#: Until a hand at rest is judged: from its first frame on, seconds.
_CALM_S = 3.0
#: Until a hand that has reached its goal is, seconds.
_SETTLES_S = 0.5
#: Speeds between which the gain is as good as linear, palm lengths/s.
_SPEEDS = np.linspace(0.0, 20.0, 2001)
_GAINS = np.array(
    [px_per_palm(speed, PointerSettings().acceleration, DESKTOP_PX[1]) for speed in _SPEEDS]
)


@dataclass(frozen=True, slots=True)
class PointerRow:
    """What a pointer does, in pixels of the desktop and in frames; means over the seeds.

    Attributes:
        move: How it goes with the hand.
        filter: Ours, or a One Euro filter tuned to the same jitter or the same lag; to the nearest
            where it cannot have the same.
        fps: Pictures a second.
        std_px: Standard deviation of a hand at rest with white noise, the larger of x and y.
        slow_std_px: The same with noise that lasts and is partly common to all landmarks.
        reached_std_px: The same with white noise, from half a second after a reach on.
        lag_frames: How far it is behind, or ahead, in steady sweeps.
        dropped_lag_frames: The same with every tenth frame lost.
        overshoot_px: How far it goes beyond the end of a reach.
        click_px: How far it is, while pressed, from where it was before the fingers closed.
    """

    move: Move
    filter: str
    fps: int
    std_px: float
    slow_std_px: float
    reached_std_px: float
    lag_frames: float
    dropped_lag_frames: float
    overshoot_px: float
    click_px: float

    def to_json(self) -> dict[str, object]:
        """As printed."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {k: round(v, 3) if isinstance(v, float) else v for k, v in values.items()}


class Pointer(Protocol):
    """Follows a hand from the run's `first` frame on; a button goes down in the frame `press`."""

    def __call__(self, run: Run, move: Move, press: int | None = None) -> Places:
        """Array of shape `(N, 2)`: the pointer in pixels, in each frame from `first` on."""
        ...


def follow_ours(run: Run, move: Move, press: int | None = None) -> Places:
    """Our pointer's way."""
    control = PointerControl(PointerSettings(move), DESKTOP_PX)
    control.armed(runs.home(), ASPECT)
    x_px = y_px = 0.0
    way = []
    for number, (t_s, hand) in enumerate(zip(run.times_s, run.smoothed, strict=True)):
        if number < run.first:
            control.see([hand], t_s, ASPECT)
            continue
        if number in (run.first, press):
            motion = control.begin(hand, t_s, ASPECT, pressing=number == press)
        else:
            motion = control.follow(hand, t_s, ASPECT)
        if isinstance(motion, To):
            x_px, y_px = motion.x * DESKTOP_PX[0], motion.y * DESKTOP_PX[1]
        elif motion is not None:
            x_px, y_px = x_px + motion.dx_px, y_px + motion.dy_px
        way.append((x_px, y_px))
    return np.array(way)


def follow_one_euro(tuning: Tuning, run: Run, move: Move, press: int | None = None) -> Places:
    """The way of a pointer behind a One Euro filter; a press is nothing to it.

    With the tunings of `T` filters the array is of shape `(N, 2, T)`.
    """
    one_euro = OneEuro(tuning, *run.measured[0].tolist())
    x_px: Figure = 0.0
    y_px: Figure = 0.0
    last_s = run.times_s[0]
    way: list[Places] = []
    for number, (x, y) in enumerate(run.measured.tolist()):
        before = one_euro.x, one_euro.y
        if number and x == x:  # not missed by the tracker
            one_euro.update(x, y, run.times_s[number] - last_s)
            last_s = run.times_s[number]
        if move == "absolute":
            x_px = DESKTOP_PX[0] / 2 + one_euro.x * absolute_px_per_palm()
            y_px = DESKTOP_PX[1] / 2 + one_euro.y * absolute_px_per_palm()
        else:
            scale = np.interp(one_euro.speed, _SPEEDS, _GAINS)
            x_px = x_px + scale * (one_euro.x - before[0])
            y_px = y_px + scale * (one_euro.y - before[1])
        if number >= run.first:
            way.append(np.stack((np.asarray(x_px), np.asarray(y_px))))
    places = np.stack(way)
    # A relative pointer moves by whole pixels, and so does ours.
    return places if move == "absolute" else places.round()


def absolute_px_per_palm() -> float:
    """Pixels of the desktop for a palm length in the default region."""
    palm = PALM_PX / SIZE_PX[1]
    region = region_around(
        (ASPECT / 2, 0.5), palm, ASPECT, DESKTOP_PX[0] / DESKTOP_PX[1], PointerSettings().speed
    )
    return DESKTOP_PX[0] * palm / ((region.right - region.left) * ASPECT)


class Bench:
    """The simulated hands of one frame rate, and what pointers make of them."""

    def __init__(self, fps: float, seeds: int) -> None:
        self._fps = fps
        self._rest = [runs.rest(fps, seed, "white") for seed in range(seeds)]
        self._slow = [runs.rest(fps, seed, "slow") for seed in range(seeds)]
        self._sweeps, self._dropped = (
            [
                (speed, runs.sweep(fps, seed, speed, dropped_every))
                for speed in SWEEPS_PALMS_S
                for seed in range(seeds)
            ]
            for dropped_every in (0, DROPPED_EVERY)
        )
        self._reaches = [runs.reach(fps, seed) for seed in range(seeds)]
        self._closings = [runs.closing(fps, seed) for seed in range(seeds)]

    def row(self, name: str, pointer: Pointer, move: Move) -> PointerRow:
        """All figures of a pointer."""
        return PointerRow(
            move=move,
            filter=name,
            fps=round(self._fps),
            std_px=self.std_px(pointer, move),
            slow_std_px=self.std_px(pointer, move, slow=True),
            reached_std_px=self._reached_std_px(pointer, move),
            lag_frames=self.lag_frames(pointer, move),
            dropped_lag_frames=self.lag_frames(pointer, move, dropped=True),
            overshoot_px=self._overshoot_px(pointer, move),
            click_px=self._click_px(pointer, move),
        )

    def std_px(self, pointer: Pointer, move: Move, *, slow: bool = False) -> float:
        """Jitter at rest, the larger of x and y."""
        return float(self._jitter_px(pointer, move, slow=slow))

    def _jitter_px(self, pointer: Pointer, move: Move, *, slow: bool = False) -> Places:
        calm = round(_CALM_S * self._fps)
        return _std([pointer(run, move)[calm:] for run in (self._slow if slow else self._rest)])

    def _reached_std_px(self, pointer: Pointer, move: Move) -> float:
        frames = round((runs.REACHED_S - _SETTLES_S) * self._fps)
        return float(_std([pointer(run, move)[-frames:] for run in self._reaches]))

    def lag_frames(self, pointer: Pointer, move: Move, *, dropped: bool = False) -> float:
        """Frames behind or ahead of the true hand in the last third of a sweep, mean over speeds.

        A relative pointer has no place where it must be: it is behind by as much as it still goes
        when the hand has stopped.
        """
        return float(self._lags_frames(pointer, move, dropped=dropped))

    def _lags_frames(self, pointer: Pointer, move: Move, *, dropped: bool = False) -> Places:
        lags: dict[float, list[Places]] = {speed: [] for speed in SWEEPS_PALMS_S}
        for speed, run in self._dropped if dropped else self._sweeps:
            seconds = runs.SWEEP_PALMS / speed
            start = run.frame(runs.STILL_S + seconds * 2 / 3)
            stop = run.frame(runs.STILL_S + seconds)
            way, true = pointer(run, move)[:, 0], run.true[:, 0]
            behind = self._to_go(way, run, start, stop, move) / _px_per_palm(move, speed)
            lags[speed].append((behind - (true[-1] - true[start:stop].mean())) / speed * self._fps)
        # At one speed behind and at another one ahead is not nothing.
        mean: Places = np.mean([abs(np.mean(each, axis=0)) for each in lags.values()], axis=0)
        return mean

    def _to_go(self, way: Places, run: Run, start: int, stop: int, move: Move) -> Places:
        """Pixels from the mean of some frames to the end of the hand's way."""
        passed: Places = way[start - run.first : stop - run.first].mean(axis=0)
        return _goal(way, run, move) - passed

    def _overshoot_px(self, pointer: Pointer, move: Move) -> float:
        beyond = []
        for run in self._reaches:
            way = pointer(run, move)[:, 0]
            beyond.append(max(way.max() - float(_goal(way, run, move)), 0.0))
        return float(np.mean(beyond))

    def _click_px(self, pointer: Pointer, move: Move) -> float:
        away = []
        for run in self._closings:
            press = run.frame(runs.STILL_S + runs.CLOSING_S + runs.PRESSED_AFTER_S)
            way = pointer(run, move, press)
            before = way[run.frame(runs.STILL_S) - run.first]
            away.append(np.hypot(*(way[press - run.first :] - before).T).max())
        return float(np.mean(away))

    def figures(self, move: Move, tuning: Tuning) -> tuple[Places, Places]:
        """Jitter in pixels and lag in frames of One Euro filters, each of shape `(T,)`."""
        pointer = partial(follow_one_euro, tuning)
        return self._jitter_px(pointer, move), self._lags_frames(pointer, move)


def bench_pointer(seeds: int) -> list[PointerRow]:
    """Measure our pointer and the One Euro filter's with so many hands of each kind."""
    rows = []
    for fps in _RATES:
        bench = Bench(fps, seeds)
        for move in MOVES:
            ours = bench.row("gestured", follow_ours, move)
            rows.append(ours)
            one_euros = tuned(partial(bench.figures, move), ours.std_px, ours.lag_frames)
            for what, tuning in one_euros.items():
                pointer = partial(follow_one_euro, tuning)
                rows.append(bench.row(f"one euro, {what}", pointer, move))
    return rows


def _std(ways: list[Places]) -> Places:
    """Standard deviation over all ways, the larger of x and y."""
    larger: Places = np.sqrt(np.mean([way.var(axis=0) for way in ways], axis=0)).max(axis=0)
    return larger


def _px_per_palm(move: Move, speed: float) -> float:
    if move == "absolute":
        return absolute_px_per_palm()
    return px_per_palm(speed, PointerSettings().acceleration, DESKTOP_PX[1])


def _goal(way: Places, run: Run, move: Move) -> Places:
    """Where the pointer ends: where it must, or, when relative, where it does."""
    if move == "relative":
        end: Places = way[-1]
        return end
    return np.asarray(DESKTOP_PX[0] / 2 + run.true[-1, 0] * absolute_px_per_palm())
