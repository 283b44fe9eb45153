"""`gestured features`: what conditions can compare."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from daemon.commands import common

if TYPE_CHECKING:
    from gestures.vocabulary import FeatureKind


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "features", help="names, units and ranges that conditions can use"
    )
    common.add_json_option(parser)
    parser.set_defaults(func=features)


def features(args: argparse.Namespace) -> int:
    """Print every kind of feature."""
    from gestures.vocabulary import FEATURE_KINDS

    for kind in FEATURE_KINDS.values():
        if args.json:
            print(json.dumps(_as_json(kind)))
            continue
        names = ", ".join(f"A{i}" if len(kind.arguments) > 1 else "A" for i, _ in
                          enumerate(kind.arguments, 1))  # fmt: skip
        call = f"{kind.name}({names})" if names else kind.name
        print(f"{call:16} {kind.low:g} to {kind.high:g} {kind.unit}: {kind.doc}")
        for name, choices in zip(names.split(", "), kind.arguments, strict=bool(kind.arguments)):
            print(f"{'':16} {name}: {', '.join(choices)}")
    return 0


def _as_json(kind: FeatureKind) -> dict[str, object]:
    return {
        "name": kind.name,
        "arguments": [list(choices) for choices in kind.arguments],
        "unit": kind.unit,
        "low": kind.low,
        "high": kind.high,
        "doc": kind.doc,
    }
