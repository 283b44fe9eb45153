"""`gestured bench startup`: how long it takes until the first frame is processed."""

from __future__ import annotations

import argparse
from contextlib import nullcontext

from daemon.commands import common
from daemon.commands.bench_options import count

_RUNS, _MOST_RUNS = 10, 1000


def add_startup(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register it; it sets `func`, which returns the exit code."""
    parser = parts.add_parser(
        "startup",
        help="from the start of `gestured run` to its first processed frame",
        description="From the start of a process: python, the interpreter alone; filter, the"
        " import of filterpy; run, `gestured run` until the first frame is processed, and the"
        " memory that it has then; release, the service's stop hook after that run was killed."
        " The run is a dry one where there is no X display. cpu_ms is the mean of all threads' CPU"
        " time.",
    )
    common.add_config_option(parser)
    parser.add_argument(
        "--source",
        metavar="S",
        help="a camera, a video file or a folder of pictures; by default a picture of one hand",
    )
    common.add_runtime_option(parser)
    parser.add_argument(
        "--runs",
        type=count(_MOST_RUNS),
        default=_RUNS,
        metavar="N",
        help=f"starts of each: {_RUNS}",
    )
    common.add_json_option(parser)
    parser.set_defaults(func=bench_startup)


def bench_startup(args: argparse.Namespace) -> int:
    """Print the parts' figures."""
    from daemon.bench import startup
    from daemon.bench.measure import Surroundings
    from daemon.bench.printing import print_rows
    from daemon.cameras import without_password

    options = [] if startup.is_for_real() else ["--dry-run"]
    if args.config is not None:
        options += ["--config", str(args.config)]
    if args.runtime is not None:
        options += ["--runtime", args.runtime]
    # A mistake in it is told as by `gestured run`.
    config = common.read_config(args.config)
    surroundings = Surroundings()
    with startup.hand_pictures() if args.source is None else nullcontext(args.source) as source:
        rows = startup.bench_startup([*options, "--source", str(source)], args.runs)
    name = without_password(args.source or "") or "a picture of one hand, 640x480"
    name += f", runtime {args.runtime or config.tracker.runtime}, configuration {config.path}"
    conditions = (
        f"{name}; {'for real' if startup.is_for_real() else 'dry run: there is no display'};"
        f" {args.runs} starts of each in turn, after {startup.WARM_UP_RUNS} not"
        " counted: files are in memory"
    )
    print_rows(rows, conditions, surroundings, as_json=args.json)
    return 0
