"""`gestured presets`: configurations to begin with."""

from __future__ import annotations

import argparse
import sys


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "presets",
        help="configurations to begin with: list them, or print one",
        description="Configurations to begin with. `gestured presets NAME > FILE` makes one yours.",
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="print this one")
    parser.set_defaults(func=presets)


def presets(args: argparse.Namespace) -> int:
    """List the presets, or print one."""
    from daemon.config.places import PRESETS, preset_path

    if args.name is None:
        for name, what in PRESETS.items():
            print(f"{name:<8}  {what}")
        return 0
    if args.name not in PRESETS:
        from daemon.config.problems import nearest

        near = nearest(args.name, tuple(PRESETS))
        mend = f"did you mean {near!r}?" if near else f"there are {', '.join(PRESETS)}"
        print(f"gestured presets: no preset {args.name!r}; {mend}", file=sys.stderr)
        return 2
    from daemon.config.editor_line import naming_no_schema

    print(naming_no_schema(preset_path(args.name).read_text("utf-8")), end="")
    return 0
