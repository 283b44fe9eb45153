"""`gestured check`: all that is wrong with a configuration, and all that is doubtful."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.config.problems import ConfigError, Problem, render
from daemon.printing import printable

if TYPE_CHECKING:
    from daemon.config.model import Config


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "check",
        help="check a configuration",
        description="Print all errors and warnings of a configuration, file:line:column. Exits"
        " with 0 when it can be used and 78 when it can't.",
    )
    parser.add_argument(
        "config",
        nargs="?",
        type=Path,
        metavar="CONFIG",
        help="the file to check; by default the one in force",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object a problem, a line")
    form.add_argument(
        "--schema",
        action="store_true",
        help="print the configuration's JSON Schema, for editors, and check nothing",
    )
    parser.set_defaults(func=_run)


def _run(arguments: argparse.Namespace) -> int:
    from daemon.config.load import find_config

    if arguments.schema:
        from daemon.config.json_schema import schema_text

        print(schema_text(), end="")
        return 0
    return check(find_config(arguments.config, os.environ), as_json=arguments.json)


def check(path: Path, *, as_json: bool = False) -> int:
    """Check a file, print what is to be said about it, and return the exit code."""
    from daemon.config.load import parse_config
    from daemon.reload.start import read_trusted

    try:
        loaded = parse_config(read_trusted(path), path)
    except ConfigError as error:
        _report(error.problems, error.source_lines, as_json)
        if as_json:
            print(json.dumps({"path": str(path), "ok": False, "errors": len(error.problems)}))
        elif any(problem.line for problem in error.problems):
            print(printable(f"{path}: {_count(len(error.problems), 'error')}"))
        return error.exit_code
    _report(loaded.warnings, loaded.source_lines, as_json)
    gestures, bindings = len(loaded.config.gestures), _binding_count(loaded.config)
    if as_json:
        counts = {"warnings": len(loaded.warnings), "gestures": gestures, "bindings": bindings}
        print(json.dumps({"path": str(path), "ok": True, "errors": 0, **counts}))
        return 0
    warned = f" with {_count(len(loaded.warnings), 'warning')}" if loaded.warnings else ""
    counted = f"{_count(gestures, 'gesture')}, {_count(bindings, 'binding')}"
    print(printable(f"{path}: fine{warned}: {counted}"))
    return 0


def _report(problems: tuple[Problem, ...], lines: tuple[str, ...], as_json: bool) -> None:
    for problem in problems:
        print(json.dumps(problem.to_json()) if as_json else printable(render(problem, lines)))


def _binding_count(config: Config) -> int:
    return len(config.bindings) + sum(len(mode.bindings) for mode in config.modes.values())


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
