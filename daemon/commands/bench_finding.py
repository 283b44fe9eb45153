"""`gestured bench finding`: how well fast hands are kept, and new ones found."""

from __future__ import annotations

import argparse

from daemon.commands import common


def add_finding(parts: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the part."""
    parser = parts.add_parser(
        "finding",
        help="how well LiteRT and MediaPipe keep fast hands, and how soon they find a new one",
        description="The synthetic hand goes to and fro at an even speed, blurred by an exposure of"
        " half a frame's time: kept is the part of these frames in which it is seen where it is."
        " Then it appears in an empty room: found_ms is the time until it is seen.",
    )
    common.add_json_option(parser)
    parser.set_defaults(func=bench_finding)


def bench_finding(args: argparse.Namespace) -> int:
    """Print how well hands are kept and found."""
    from daemon.bench import finding
    from daemon.bench.printing import print_rows
    from models.store import ModelStore

    rows = finding.bench_finding(ModelStore())
    conditions = (
        "the synthetic hand, 640x480 at 30 frames a second, two sizes and backgrounds, exposed for"
        f" {finding.EXPOSURE} of a frame's time; full model, two hands allowed"
    )
    print_rows(rows, conditions, None, as_json=args.json)
    return 0
