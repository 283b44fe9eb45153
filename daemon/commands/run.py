"""`gestured run`: the daemon in the foreground."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from daemon.commands import common

if TYPE_CHECKING:
    from daemon.backends.backend import Backend
    from daemon.config.model import Config


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser("run", help="the daemon in the foreground")
    common.add_config_option(parser)
    common.add_source_option(parser)
    parser.add_argument("--runtime", choices=("litert", "mediapipe"), help="what runs the networks")
    common.add_mirror_option(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="report actions, press and move nothing"
    )
    common.add_json_option(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Run until the source ends, or SIGINT or SIGTERM ask to stop."""
    config = common.read_config(args.config)
    mirror = args.mirror
    if mirror is None and args.source is None:
        mirror = config.camera.mirror
    config = common.with_source(config, args.source)
    if args.runtime is not None:
        config = replace(config, tracker=replace(config.tracker, runtime=args.runtime))
    return run_config(config, mirror=mirror, dry_run=args.dry_run, as_json=args.json)


def run_config(config: Config, *, mirror: bool | None, dry_run: bool, as_json: bool) -> int:
    """Run a configuration.

    Args:
        config: What to run.
        mirror: Whether left and right are a mirror's; None for what suits the source.
        dry_run: Report actions only.
        as_json: Print JSON lines.

    Raises:
        BackendError, CameraNotFound, MissingLibrary, ModelError, SourceError: In one line each.
    """
    from daemon.chain import Chain
    from daemon.injector import Injector
    from daemon.loop import run_loop
    from daemon.printing import LinePrinter
    from daemon.stopping import stop_on_signals

    injector = Injector(_backend(dry_run))
    printer = LinePrinter(as_json=as_json)
    try:
        if injector.warning:
            common.print_error(injector.warning)
        chain = Chain(config, injector, dry_run=dry_run)
        # Signals are left alone until something can be held down: they end the opening at once.
        with common.opened(config, mirror=mirror) as frames, stop_on_signals() as should_stop:
            run_loop(frames(should_stop), chain, printer.show, should_stop)
    finally:
        injector.close()
        printer.finish()
    return 0


def _backend(dry_run: bool) -> Backend:
    if dry_run:
        from daemon.backends.dry_run import DryRunBackend

        return DryRunBackend()
    from daemon.backends.pynput_backend import PynputBackend

    return PynputBackend()
