"""`gestured run`: the daemon in the foreground."""

from __future__ import annotations

import argparse
import gc
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from daemon.commands import common

if TYPE_CHECKING:
    from daemon.config.model import Config
    from daemon.reload.start import Start


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command; it sets `func`, which returns the exit code."""
    parser = subparsers.add_parser("run", help="the daemon in the foreground")
    common.add_config_option(parser)
    common.add_source_option(parser)
    common.add_runtime_option(parser)
    common.add_mirror_option(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="report actions, press and move nothing"
    )
    common.add_json_option(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Run until the source ends, or SIGINT or SIGTERM ask to stop."""
    # What a start makes stays: looking through it for garbage would take a tenth of the time.
    # The rounds collect again once everything is open.
    gc.disable()
    try:
        return _run(args)
    finally:
        gc.enable()


def _run(args: argparse.Namespace) -> int:
    from daemon.config.discreet import discreet
    from daemon.reload.start import Start, find_start

    if args.dry_run:
        start = Start(common.read_config(args.config))
    else:
        start = find_start(args.config, os.environ)
        if start.error is not None and args.source is not None:
            # Somebody looks on, or pictures are all there are: nobody waits for the mend.
            raise discreet(start.error)
    overridden = partial(_overridden, args)
    return run_config(
        replace(start, config=overridden(start.config)),
        overridden,
        mirror=args.mirror,
        dry_run=args.dry_run,
        as_json=args.json,
    )


def _overridden(args: argparse.Namespace, config: Config) -> Config:
    """The configuration with what the command line says besides."""
    config = common.with_source(config, args.source)
    if args.runtime is None:
        return config
    return replace(config, tracker=replace(config.tracker, runtime=args.runtime))


def run_config(
    start: Start,
    overridden: Callable[[Config], Config],
    *,
    mirror: bool | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Run a configuration, and what it is changed to meanwhile.

    Args:
        start: What to begin with.
        overridden: A configuration as the command line wants it.
        mirror: Whether left and right are a mirror's; None for what suits the source.
        dry_run: Report actions only.
        as_json: Print JSON lines.

    Raises:
        BackendError, CameraNotFound, ControlError, MissingLibrary, ModelError, SourceError: In one
            line each.
    """
    import faulthandler
    import io
    from contextlib import suppress

    from daemon.rounds import Rounds
    from daemon.service.notify import ServiceManager

    # So that a watchdog's signal tells where it hung.
    with suppress(io.UnsupportedOperation, AttributeError, ValueError):
        faulthandler.enable()
    manager = ServiceManager()
    with Rounds(start, overridden, manager, dry_run=dry_run, as_json=as_json) as rounds:
        rounds.run(mirror)
        manager.stopping()
    return 0
