"""The command line: `gestured COMMAND`."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from daemon.logs import open_log

#: Modules of `daemon.commands`, in the order of `gestured --help`. All but `control`, which has
#: several, have one command of the same name.
_MODULES = (
    "run",
    "demo",
    "detect",
    "classify",
    "explain",
    "learn",
    "record",
    "replay",
    "config",
    "presets",
    "features",
    "check",
    "control",
    "service",
    "models",
    "bench",
    "evaluate",
    "doctor",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code.

    0 fine, 1 failed, 2 bad usage, 75 another daemon runs, 78 bad config.
    """
    try:
        arguments = sys.argv[1:] if arguments is None else arguments
        args = _parser(arguments).parse_args(arguments)
        open_log()
        code = int(args.func(args))
        if sys.stdout is not None:  # as under pythonw
            sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader of our output has gone, as in `gestured replay | head`: that is no failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"gestured: the output can't be written: {error.strerror}", file=sys.stderr)
        return 1
    except Exception as error:
        exit_code = _exit_code(error)
        if exit_code is None:
            raise
        print(error if exit_code == 78 else f"gestured: {error}", file=sys.stderr)
        return exit_code


class _Version(argparse.Action):
    """Prints the version and ends; looked up here, since that takes as long as some commands."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"gestured {version('gestured')}")
        parser.exit()


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """What understands the arguments: of the one command, where they begin with its name."""
    parser = argparse.ArgumentParser(
        prog="gestured", description="Control the computer with hand gestures."
    )
    parser.add_argument(
        "--version", action=_Version, nargs=0, help="show program's version number and exit"
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    named = [name for name in _MODULES if name in arguments[:1] and name != "control"]
    for name in named or _MODULES:
        import_module(f"daemon.commands.{name}").add_parser(subparsers)
    return parser


def _exit_code(error: Exception) -> int | None:
    """Exit code of an error whose text is made for people; None for a fault of ours."""
    from daemon.backends.backend import BackendError
    from daemon.cameras import CameraNotFound
    from daemon.config.problems import ConfigError
    from daemon.control.errors import ANOTHER_RUNS_CODE, AnotherRuns, ControlError
    from daemon.service.system import ServiceError
    from daemon.sources import SourceError
    from daemon.trace import TraceError
    from models.store import ModelError
    from models.syslibs import MissingLibrary

    if isinstance(error, ConfigError):
        return 78
    if isinstance(error, AnotherRuns):
        return ANOTHER_RUNS_CODE
    known = (
        BackendError, CameraNotFound, ControlError, MissingLibrary, ModelError, ServiceError,
        SourceError, TraceError,
    )  # fmt: skip
    return 1 if isinstance(error, known) else None
