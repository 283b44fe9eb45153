"""`gestured bench latency`: from the camera to the key."""

from __future__ import annotations

import argparse

from daemon.commands import common
from daemon.commands.bench_options import MOST_SECONDS, add_png, count, rates, save_png

_FPS = (30.0, 60.0)
_SECONDS = 60


def add_latency(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the part."""
    parser = parts.add_parser(
        "latency",
        help="from a picture's taking to the key press that it leads to, in real time",
        description="The daemon's loop in real time, on a played camera that shows the synthetic"
        " hand swiping and changing its pose: how old a picture is when all that comes of it is"
        " done (done), and when the key that it leads to is pressed (key); for real where there is"
        " an X display: it taps ctrl. p99_frames is the 99th percentile in frames; first_ms and"
        " last_ms are medians of the first and last tenth, which differ if latency grows;"
        " resident_mb is without the pictures that are played.",
    )
    parser.add_argument(
        "--fps",
        type=rates,
        default=_FPS,
        metavar="N,...",
        help="pictures the camera takes a second, by default 30,60; with more than the machine can"
        " look at, such as 240, most are dropped",
    )
    parser.add_argument(
        "--seconds",
        type=count(MOST_SECONDS),
        default=_SECONDS,
        metavar="N",
        help=f"how long for each rate, after a warm-up: {_SECONDS}",
    )
    parser.add_argument(
        "--decode", action="store_true", help="the camera gives MJPEG, which has to be decoded"
    )
    add_png(parser)
    common.add_json_option(parser)
    parser.set_defaults(func=bench_latency)


def bench_latency(args: argparse.Namespace) -> int:
    """Print how old pictures are."""
    from contextlib import closing

    from daemon.bench.latency import LatencyRow, busy_scene, pressing, rows_of
    from daemon.bench.live_run import WARM_UP_S, keys_go_to, run_live
    from daemon.bench.measure import Surroundings
    from daemon.bench.pictures import draw_latency
    from daemon.bench.played_camera import draw_reel
    from daemon.bench.printing import print_rows
    from daemon.config.load import load_config
    from daemon.config.places import shipped_config

    config = load_config(shipped_config()).config
    rows: list[LatencyRow] = []
    surroundings = Surroundings()
    for fps in args.fps:
        reel = draw_reel(busy_scene(fps), encoded=args.decode)
        with closing(common.open_configured_tracker(config, live=True, bgr=True)) as tracker:
            run = run_live(pressing(config), tracker, reel, fps, args.seconds)
        rows += rows_of(run, fps)
    conditions = (
        f"the synthetic hand, 640x480, {'MJPEG' if args.decode else 'decoded before'};"
        f" {args.seconds} s of each rate after {WARM_UP_S:g} s not counted; {keys_go_to()}"
    )
    print_rows(rows, conditions, surroundings, as_json=args.json)
    save_png(args.png, lambda about: draw_latency(rows, about), [conditions], surroundings)
    return 0
