"""`gestured run`: the daemon in the foreground."""

from __future__ import annotations

import argparse
import logging
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from daemon.commands import common

if TYPE_CHECKING:
    from collections.abc import Iterable

    from daemon.chain import Line
    from daemon.config.model import Config

_log = logging.getLogger(__name__)


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
        BackendError, CameraNotFound, ControlError, MissingLibrary, ModelError, SourceError: In one
            line each.
    """
    from daemon.chain import Chain
    from daemon.control.desk import ControlDesk
    from daemon.control.server import Control, NoControl
    from daemon.control.session import open_control
    from daemon.live import open_dry, open_live
    from daemon.loop import run_loop
    from daemon.printing import LinePrinter
    from daemon.running import Running
    from daemon.stopping import stop_on_signals

    printer = LinePrinter(as_json=as_json)
    with ExitStack() as stack:
        stack.callback(printer.finish)
        # Entered first, so closed last: who waits for the end takes everything for released then.
        control: Control = NoControl() if dry_run else stack.enter_context(open_control())
        live = stack.enter_context(open_dry(config) if dry_run else open_live(config))
        _log.info("input: %s", live.reason)
        if live.injector.warning:
            common.print_error(live.injector.warning)
        chain = Chain(
            config,
            live.injector,
            dry_run=dry_run,
            outside=live.outside,
            focused=live.focused,
            guard=live.guard,
        )
        frames = stack.enter_context(common.opened(config, mirror=mirror))
        # Signals are left alone until something can be held down: they end the opening at once.
        asked = stack.enter_context(stop_on_signals())
        running = Running(chain, config, live, asked.ask)
        desk = ControlDesk(control, running)

        def show(lines: Iterable[Line]) -> None:
            happened = list(lines)
            printer.show(happened)
            running.tell(happened)
            control.publish(happened)
            if live.feedback is not None:
                live.feedback.report(happened)

        def should_stop() -> bool:
            # Sources ask before each frame, and while they wait for one.
            show(desk.attend())
            return asked()

        run_loop(running.watched(frames(should_stop)), chain, show, asked)
    return 0
