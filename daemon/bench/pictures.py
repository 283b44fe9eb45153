"""The pictures of the benchmarks' figures."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.bench.chart import Bar, Bars, Curve, draw_bars, draw_curves
from daemon.bench.idle import IdleRow
from daemon.bench.latency import LatencyRow
from daemon.bench.tracker import Row
from daemon.sources import Picture, SourceError

_NAMES = {"network": "the landmark network alone"}


def draw_tracker(rows: Sequence[Row], conditions: Sequence[str]) -> Picture:
    """What a frame takes with each runtime; array of shape `(height, width, 3)`, BGR."""
    named = [(_NAMES.get(row.runtime, row.runtime), row) for row in rows]
    groups = [
        Bars("Median", "ms a frame", [Bar(name, row.figures.median_ms) for name, row in named]),
        Bars("95th percentile", "ms a frame", [Bar(n, row.figures.p95_ms) for n, row in named]),
        Bars("CPU time", "ms a frame", [Bar(name, row.cpu_ms) for name, row in named]),
    ]
    title = f"Tracking: {rows[0].model} model, up to {rows[0].max_hands} hands"
    return draw_bars(title, groups, conditions)


def draw_latency(rows: Sequence[LatencyRow], conditions: Sequence[str]) -> Picture:
    """How old pictures are when the key that they lead to is pressed, and when all is done.

    Raises:
        SourceError: There were no pictures.
    """
    curves = [
        Curve(_name(row), [age_s * 1000 for age_s in row.ages_s], 1000 / row.fps)
        for row in rows
        if row.ages_s
    ]
    if not curves:
        raise SourceError("no picture came in the time that counts: give it more --seconds")
    axis = "to the right: the part of the pictures that were no older then; dashed: one frame"
    title = "From the camera to the key, and to the end of what a picture leads to"
    return draw_curves(title, curves, [axis, *conditions])


def _name(row: LatencyRow) -> str:
    what = "the key" if row.until == "key" else f"the end, {row.dropped} dropped"
    return f"{row.fps:g} pictures a second: {len(row.ages_s)} until {what}"


def draw_idle(rows: Sequence[IdleRow], conditions: Sequence[str]) -> Picture:
    """What a second before an empty room costs; array of shape `(height, width, 3)`, BGR."""
    bars = [Bar(row.loop, row.cpu_ms_per_s) for row in rows]
    return draw_bars("Nobody there", [Bars("CPU time", "ms in each second", bars)], conditions)
