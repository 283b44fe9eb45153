"""`gestured demo`: the shipped configuration on the built-in synthetic hand, dry run."""

from __future__ import annotations

import argparse

from daemon.commands import common


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "demo", help="a presenter's minute played by the built-in synthetic hand, dry run"
    )
    common.add_json_option(parser)
    parser.set_defaults(func=demo)


def demo(args: argparse.Namespace) -> int:
    """Play the demo; nothing is pressed."""
    from daemon.commands.run import run_config
    from daemon.config.load import load_config
    from daemon.config.places import shipped_config
    from daemon.reload.start import Start

    if not args.json:
        from daemon.synthetic.demo import presenter

        duration_s = presenter().duration_s
        print(
            f"The built-in hand gives a talk of {duration_s:.0f} s; nothing is pressed.", flush=True
        )
    config = common.with_source(load_config(shipped_config()).config, "demo")
    start = Start(config)
    return run_config(start, lambda same: same, mirror=False, dry_run=True, as_json=args.json)
