"""`gestured replay`: the daemon's loop on recorded landmarks; nothing is pressed."""

from __future__ import annotations

import argparse
from pathlib import Path

from daemon.commands import common


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "replay", help="the same loop on recorded landmarks; deterministic, dry run"
    )
    common.add_config_option(parser)
    common.add_json_option(parser)
    parser.add_argument("trace", type=Path, metavar="TRACE", help="made by `gestured record`")
    parser.set_defaults(func=replay)


def replay(args: argparse.Namespace) -> int:
    """Replay a trace from its beginning to its end."""
    from daemon.backends.dry_run import DryRunBackend
    from daemon.chain import Chain
    from daemon.injector import Injector
    from daemon.loop import run_loop
    from daemon.printing import LinePrinter
    from daemon.trace import read_trace

    config = common.read_config(args.config)
    printer = LinePrinter(as_json=args.json, patient=True)
    chain = Chain(config, Injector(DryRunBackend()), dry_run=True)
    run_loop(read_trace(args.trace), chain, printer.show)
    printer.finish()
    return 0
