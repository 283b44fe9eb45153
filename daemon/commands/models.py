"""`gestured models`: which model files there are, fetching them, checking them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from models.manifest import MODELS

if TYPE_CHECKING:
    from models.store import Found, ModelStore


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `models` and its sub-commands; each sets `func`, which returns the exit code."""
    parser = subparsers.add_parser("models", help="the model files: list, fetch, verify")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    listing = commands.add_parser("list", help="names, sizes, licences, where they are")
    listing.set_defaults(func=list_models)
    pull = commands.add_parser("pull", help="fetch what is missing or damaged")
    pull.add_argument("names", nargs="*", metavar="NAME", type=_known)
    pull.set_defaults(func=pull_models)
    verify = commands.add_parser("verify", help="check every file; fails when one is not right")
    verify.set_defaults(func=verify_models)
    for command in (listing, pull, verify):
        command.add_argument("--json", action="store_true", help="one JSON object a line on stdout")


def list_models(args: argparse.Namespace) -> int:
    """Print every model; fine whatever their state."""

    def show(store: ModelStore) -> int:
        for name in MODELS:
            _print(store.find(name), as_json=args.json)
        return 0

    return _run(show)


def pull_models(args: argparse.Namespace) -> int:
    """Fetch the named models, or all, and print where they are."""

    def pull(store: ModelStore) -> int:
        for name in args.names or MODELS:
            store.path(name)
            _print(store.find(name), as_json=args.json)
        return 0

    return _run(pull)


def verify_models(args: argparse.Namespace) -> int:
    """Print every model; fail when one is missing or corrupt."""
    from models.store import State

    def verify(store: ModelStore) -> int:
        bad = []
        for name in MODELS:
            found = store.find(name)
            _print(found, as_json=args.json)
            if found.state is not State.PRESENT:
                bad.append(found)
        if bad:
            mend = "run 'gestured models pull'"
            if own := [found.path for found in bad if not found.in_cache]:
                mend = f"put the right file in place of {own[0]}, or delete it and {mend}"
            print(f"{len(bad)} of {len(MODELS)} are not right: {mend}", file=sys.stderr)
        return 1 if bad else 0

    return _run(verify)


def _known(name: str) -> str:
    if name not in MODELS:
        raise argparse.ArgumentTypeError(f"no model '{name}', only {', '.join(MODELS)}")
    return name


def _run(command: Callable[[ModelStore], int]) -> int:
    from models.store import ModelError, ModelStore

    try:
        return command(ModelStore(progress=lambda message: print(message, file=sys.stderr)))
    except ModelError as error:
        print(error, file=sys.stderr)
        return 1


def _print(found: Found, *, as_json: bool) -> None:
    model = found.model
    if as_json:
        record = {
            "name": model.name,
            "state": found.state,
            "size": model.size,
            "licence": model.licence,
            "sha256": model.sha256,
            "path": str(found.path),
        }
        print(json.dumps(record), flush=True)
    else:
        size = f"{model.size / 1e6:.1f} MB"
        print(f"{model.name:<26} {found.state:<8} {size:>7}  {model.licence}  {found.path}")
