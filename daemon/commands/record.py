"""`gestured record`: landmarks into a trace, never pixels."""

from __future__ import annotations

import argparse
from pathlib import Path

from daemon.commands import common


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser("record", help="record landmarks, never pixels, into a trace")
    common.add_config_option(parser)
    common.add_source_option(parser)
    parser.add_argument("trace", type=Path, metavar="TRACE", help="the file to write")
    parser.set_defaults(func=record)


def record(args: argparse.Namespace) -> int:
    """Record until the source ends, or SIGINT or SIGTERM ask to stop."""
    from daemon.sources import until_lost
    from daemon.stopping import stop_on_signals
    from daemon.trace import TraceWriter

    config = common.read_config(args.config)
    config = common.with_source(config, args.source)
    count = 0
    with (
        TraceWriter(args.trace) as writer,
        common.opened(config) as frames,
        stop_on_signals() as should_stop,
    ):
        for frame in until_lost(frames(should_stop)):
            writer.write(frame)
            count += 1
    print(f"{args.trace}: {count} frames")
    return 0
