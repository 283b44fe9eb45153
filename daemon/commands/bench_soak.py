"""`gestured bench soak`: whether anything grows in a long run."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from daemon.commands import common
from daemon.commands.bench_options import count

if TYPE_CHECKING:
    from daemon.bench.soak import SoakRow
    from daemon.config.model import Config
    from gestures.landmarks import HandFrame

_LANDMARK_FRAMES = 1_000_000
_TRACKER_FRAMES = 50_000
#: Four bytes are kept of each.
_MOST_FRAMES = 100_000_000


def add_soak(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register it; it sets `func`, which returns the exit code."""
    parser = parts.add_parser(
        "soak",
        help="a long run as fast as it goes: memory, threads and times at its start and end",
        description="The whole loop in a dry run, as fast as it goes, on landmarks of hands that"
        " come, make every gesture and go, and then on pictures of a hand through the tracker,"
        " as on a camera; every gesture acts, and somebody watches at the control socket. Exits"
        " with 1 when memory, threads or descriptors grow after the warm-up. drift is last_ms over"
        " first_ms, from 50000 frames on.",
    )
    parser.add_argument(
        "--frames",
        type=count(_MOST_FRAMES, least=0),
        default=_LANDMARK_FRAMES,
        metavar="N",
        help=f"of landmarks, 0 for none: {_LANDMARK_FRAMES}, about ten minutes",
    )
    parser.add_argument(
        "--tracker-frames",
        type=count(_MOST_FRAMES, least=0),
        default=_TRACKER_FRAMES,
        metavar="N",
        help=f"of pictures, 0 for none: {_TRACKER_FRAMES}, about five minutes",
    )
    common.add_json_option(parser)
    parser.set_defaults(func=bench_soak)


def bench_soak(args: argparse.Namespace) -> int:
    """Print what each part came to, and where memory went if it grew."""
    if not args.frames and not args.tracker_frames:
        common.print_error("nothing to soak with: --frames or --tracker-frames must be above 0")
        return 2
    from daemon.bench import soak_frames
    from daemon.bench.measure import Surroundings
    from daemon.bench.printing import print_rows
    from daemon.bench.soak import MOST_GROWTH_MB
    from daemon.config.load import load_config
    from daemon.config.places import shipped_config

    shipped = load_config(shipped_config()).config
    config = soak_frames.busy_config(shipped)
    surroundings = Surroundings()
    rows: list[SoakRow] = []
    if args.frames:
        played = partial(soak_frames.played_on, soak_frames.recorded_hands())
        rows.append(_soaked("landmarks", config, played, args.frames))
    if args.tracker_frames:
        with closing(common.open_configured_tracker(shipped, live=True)) as tracker:
            tracked = partial(soak_frames.tracked, tracker, soak_frames.pictures())
            rows.append(_soaked("tracker", config, tracked, args.tracker_frames))
    conditions = (
        "times are medians of the first and last tenth; memory is resident, after the warm-up and"
        f" at the end, and may grow by {MOST_GROWTH_MB:g} MB"
    )
    print_rows(rows, conditions, surroundings, as_json=args.json)
    return 1 if any(row.faults for row in rows) else 0


def _soaked(
    part: str, config: Config, feed: Callable[[int], Iterable[HandFrame]], frames: int
) -> SoakRow:
    """Soak with so many of the frames that `feed` gives; says what grew, and where."""
    from daemon.bench.soak import soak, what_grows

    row = soak(part, config, feed(frames), frames)
    for fault in row.faults:
        common.print_error(f"{part}: {fault}")
    if row.faults:
        for line in what_grows(lambda some: soak(part, config, feed(some), some)):
            common.print_error(f"{part}: taken and not given back: {line}")
    return row
