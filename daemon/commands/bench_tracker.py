"""`gestured bench tracker`: the runtimes side by side."""

from __future__ import annotations

import argparse
import logging

from daemon.commands import common
from daemon.commands.bench_options import add_png, add_source, count, save_png

_FRAMES, _MOST_FRAMES = 300, 100_000
_MOST_HANDS = 8
_MOST_THREADS = 64

_log = logging.getLogger(__name__)


def add_tracker(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the part."""
    parser = parts.add_parser(
        "tracker",
        help="LiteRT, OpenVINO and MediaPipe side by side on the same frames",
        description="LiteRT, OpenVINO where it is installed, MediaPipe and the bare landmark"
        " network in turn on every frame, all decoded before; network is run on one crop of the"
        " first frame, made before. The ratios are to MediaPipe. cpu_ms is the mean of all threads'"
        " CPU time a frame; found is the frames with a hand.",
    )
    shown = parser.add_mutually_exclusive_group()
    add_source(shown, "a camera, a video file or a folder of pictures")
    shown.add_argument(
        "--scene",
        choices=("one-hand", "two-hands", "still"),
        default="one-hand",
        help="what the built-in clip shows",
    )
    parser.add_argument(
        "--frames",
        type=count(_MOST_FRAMES),
        default=_FRAMES,
        metavar="N",
        help=f"pictures of it, {_FRAMES} by default; the built-in clip is repeated",
    )
    parser.add_argument(
        "--max-hands",
        type=count(_MOST_HANDS),
        default=2,
        metavar="N",
        help="most hands followed, 2 by default",
    )
    parser.add_argument(
        "--model", choices=("full", "lite"), default="full", help="the landmark network"
    )
    parser.add_argument(
        "--threads",
        type=count(_MOST_THREADS),
        metavar="N",
        help="threads of one network on LiteRT or OpenVINO, by default as many as `gestured run`"
        " takes; MediaPipe chooses itself",
    )
    add_png(parser)
    common.add_json_option(parser)
    parser.set_defaults(func=bench_tracker)


def bench_tracker(args: argparse.Namespace) -> int:
    """Print the runtimes' figures."""
    from daemon.bench import clip, tracker
    from daemon.bench.measure import Surroundings
    from daemon.bench.pictures import draw_tracker
    from daemon.bench.printing import difference_line, print_rows
    from daemon.cameras import without_password
    from models.store import ModelStore
    from models.tracker import TrackerOptions

    threads = TrackerOptions().threads if args.threads is None else args.threads
    options = TrackerOptions(model=args.model, max_hands=args.max_hands, threads=threads)
    frames = clip.load_frames(args.source, args.frames, args.scene)
    height, width = frames[0].picture.shape[:2]
    name = without_password(args.source or "") or f"{clip.CLIP_NAME} ({args.scene})"
    store = ModelStore()
    surroundings = Surroundings()
    rows = tracker.bench_tracker(frames, options, store)
    conditions = (
        f"{name}, {len(frames)} decoded frames, {width}x{height}, each shown to all in turn,"
        f" after {tracker.WARM_UP_FRAMES} not counted"
    )
    print_rows(rows, conditions, surroundings, as_json=args.json)
    if not args.json:
        for row in rows:
            if row.runtime not in (tracker.REFERENCE, "network"):
                print(difference_line(row.runtime, row.difference))
    blind = [row.runtime for row in rows if not row.found]
    if blind and args.scene != "still":
        _log.warning("no hand was found by %s: ratios tell nothing then", ", ".join(blind))
    save_png(args.png, lambda about: draw_tracker(rows, about), [conditions], surroundings)
    return 0
