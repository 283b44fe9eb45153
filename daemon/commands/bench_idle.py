"""`gestured bench idle`: what it costs to wait."""

from __future__ import annotations

import argparse

from daemon.commands import common
from daemon.commands.bench_options import MOST_SECONDS, add_png, count, rate, save_png

_FPS = 30.0
_SECONDS = 42


def add_idle(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the part."""
    parser = parts.add_parser(
        "idle",
        help="CPU time before an empty room, beside a loop around MediaPipe, and how soon a hand"
        " that comes in is tracked",
        description="The daemon's loop, and a loop that does nothing but show each picture to"
        " MediaPipe, in turns, in real time, before an empty room as a camera with its noise sees"
        " it. No picture has to be decoded. CPU time is that of all threads; the ratio is to"
        " MediaPipe's. Then a hand comes into the room, again and again, after absences of"
        " different length: tracked_ms is the median time from the taking of the first picture of"
        " it until the daemon's loop has its landmarks.",
    )
    parser.add_argument(
        "--fps", type=rate, default=_FPS, metavar="N", help=f"pictures a second: {_FPS:g}"
    )
    parser.add_argument(
        "--seconds",
        type=count(MOST_SECONDS),
        default=_SECONDS,
        metavar="N",
        help=f"for each loop, after a warm-up: {_SECONDS}; made longer to whole heartbeats of the"
        " resting tracker, 12 at least",
    )
    add_png(parser)
    common.add_json_option(parser)
    parser.set_defaults(func=bench_idle)


def bench_idle(args: argparse.Namespace) -> int:
    """Print what waiting costs."""
    from contextlib import closing
    from dataclasses import replace

    from daemon.bench import idle
    from daemon.bench.live_run import WARM_UP_S
    from daemon.bench.measure import Surroundings
    from daemon.bench.pictures import draw_idle
    from daemon.bench.played_camera import draw_reel
    from daemon.bench.printing import print_rows
    from daemon.config.load import load_config
    from daemon.config.places import shipped_config

    config = load_config(shipped_config()).config
    peer = replace(config, tracker=replace(config.tracker, runtime="mediapipe"))
    reel = draw_reel(idle.empty_room(args.fps))
    surroundings = Surroundings()
    with (
        closing(common.open_configured_tracker(config, live=True, bgr=True)) as ours,
        closing(common.open_configured_tracker(peer)) as theirs,
    ):
        rows = idle.bench_idle(config, ours, theirs, reel, args.seconds)
    conditions = (
        f"an empty room with camera noise, 640x480, {args.fps:g} pictures a second, decoded before;"
        f" {idle.TURNS} turns of each loop, after {WARM_UP_S:g} s not counted; then hands that"
        " come into it"
    )
    print_rows(rows, conditions, surroundings, as_json=args.json)
    save_png(args.png, lambda about: draw_idle(rows, about), [conditions], surroundings)
    return 0
