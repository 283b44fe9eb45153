"""Talking to the running daemon: `gestured status`, `pause`, `mode`, `stop` and the like."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from daemon.commands import common

#: Those that only ask: what each does, in words of the help.
_PLAIN = {
    "pause": "let nothing act until `gestured resume`, and release everything",
    "resume": "let gestures act again after `gestured pause`",
    "arm": "let gestures act, as the arming gesture does",
    "disarm": "let nothing act until it is armed again",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the commands; each sets `func`, which returns the exit code."""
    parser = subparsers.add_parser("status", help="what the running daemon is doing")
    common.add_json_option(parser)
    parser.set_defaults(func=status)
    for name, text in _PLAIN.items():
        parser = subparsers.add_parser(name, help=text)
        parser.set_defaults(func=ask, request={"command": name})
    parser = subparsers.add_parser("mode", help="switch the running daemon to a mode")
    parser.add_argument("name", metavar="NAME", help="a mode of the configuration, or default")
    parser.set_defaults(func=mode)
    parser = subparsers.add_parser(
        "reload",
        help="have the running daemon read its configuration again",
        description="Have the running daemon read its configuration again, and wait for what"
        " comes of it: exits with 0 when the file is in force, and with 78 and what is wrong, as"
        " `gestured check` says it, when the one before stays.",
    )
    common.add_json_option(parser)
    parser.set_defaults(func=reload)
    parser = subparsers.add_parser("watch", help="print the running daemon's events")
    parser.add_argument(
        "--landmarks", action="store_true", help="and the hands of every frame, as in a trace"
    )
    parser.add_argument(
        "--scores", action="store_true", help="and the scores of all poses in every frame"
    )
    common.add_json_option(parser)
    parser.set_defaults(func=watch)
    parser = subparsers.add_parser(
        "stop",
        help="end the running daemon, and release what a killed one left down",
        description="End the running daemon and wait until it has ended. Then, or when none runs,"
        " release what a killed one left down.",
    )
    parser.set_defaults(func=stop)


def status(args: argparse.Namespace) -> int:
    """Print what the daemon says of itself."""
    from daemon.control.wording import status_lines
    from daemon.printing import printable

    answer = _ask({"command": "status"})
    for line in [json.dumps(answer)] if args.json else status_lines(answer):
        print(printable(line))
    return 0


def ask(args: argparse.Namespace) -> int:
    """Have something done, and say nothing when it is."""
    _ask(args.request)
    return 0


def mode(args: argparse.Namespace) -> int:
    """Switch to a mode."""
    _ask({"command": "mode", "name": args.name})
    return 0


def reload(args: argparse.Namespace) -> int:
    """Have the configuration read again, and print what came of it."""
    from daemon.config.problems import ConfigError
    from daemon.control.errors import Refused

    try:
        answer, code = {"ok": True, **_ask({"command": "reload"})}, 0
    except Refused as refused:
        if "problems" not in refused.answer:
            raise
        answer, code = {"ok": False, **refused.answer}, ConfigError.exit_code
    _print_reload(answer, as_json=args.json)
    return code


def watch(args: argparse.Namespace) -> int:
    """Print events until the daemon ends."""
    from daemon.control.client import watch as events
    from daemon.control.folder import session_folder
    from daemon.control.message import EXTRAS
    from daemon.printing import LinePrinter

    printer = LinePrinter(as_json=args.json, patient=True)
    for event in events(session_folder(), [each for each in EXTRAS if getattr(args, each)]):
        printer.show([_Told(event)])
    common.print_error("the daemon has ended, or found this reader too slow")
    return 0


def stop(_args: argparse.Namespace) -> int:
    """End the daemon, then release what a killed one left down; 1 when something is not up."""
    from daemon.control.client import stopped
    from daemon.control.folder import session_folder
    from daemon.release import release_left

    with stopped(session_folder()) as ran:
        if not ran:
            common.print_error("no gestured runs in this session")
        left = release_left()
    for line in left.done:
        print(line)
    for problem in left.problems:
        common.print_error(problem)
    return 1 if left.problems else 0


def _print_reload(answer: dict[str, Any], *, as_json: bool) -> None:
    from daemon.printing import printable
    from daemon.reload.outcome import counted

    problems, path = answer.pop("problems", []), answer["path"]
    for problem in problems:
        text = problem.pop("text")
        print(json.dumps(problem) if as_json else printable(text))
    if as_json:
        print(json.dumps(answer))
    elif answer["ok"]:
        warnings = answer["warnings"]
        more = f" with {counted(warnings, 'warning')}: see `gestured check`" if warnings else ""
        print(printable(f"{path}: {answer['result']}{more}"))
    else:
        count = counted(answer["errors"], "error")
        print(printable(f"{path}: {count}; nothing was changed"))


@dataclass(frozen=True, slots=True)
class _Told:
    """An event as it came."""

    value: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return self.value


def _ask(request: Mapping[str, Any]) -> dict[str, Any]:
    from daemon.control.client import ask
    from daemon.control.folder import session_folder

    return ask(session_folder(), request)
