"""`gestured service`: let the system start gestured and keep it running."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from daemon.commands import common

if TYPE_CHECKING:
    from daemon.config.model import Config
    from daemon.service.program import Program
    from daemon.service.service import Service
    from daemon.service.system import System

#: The hook waits so long for a daemon to be gone before it takes it for one that runs.
_GONE_S = 2.0


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `service` and its sub-commands; each sets `func`, which returns the exit code."""
    parser = subparsers.add_parser(
        "service",
        help="let the system start gestured and keep it running",
        description="A systemd user unit on Linux, a launchd agent on macOS, a scheduled task on"
        " Windows; where there is no systemd, an entry of the desktop's autostart.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    install = commands.add_parser("install", help="have it started with each login")
    install.set_defaults(func=install_service)
    shown = commands.add_parser("print", help="print what `install` would write")
    shown.set_defaults(func=print_service)
    for command in (install, shown):
        common.add_config_option(command)
        command.add_argument(
            "--autostart",
            action="store_true",
            help="an entry of the desktop's autostart, even where there is systemd",
        )
    for name, text, func in (
        ("uninstall", "end it and remove all that `install` made", uninstall_service),
        ("start", "start it now", start_service),
        ("stop", "end it until the next login or `start`", stop_service),
    ):
        commands.add_parser(name, help=text).set_defaults(func=func)
    status = commands.add_parser("status", help="how it is; exits with 1 if it does not run")
    common.add_json_option(status)
    status.set_defaults(func=service_status)
    # For the unit's stop hook alone: without a help it is not listed.
    commands.add_parser("release").set_defaults(func=release)


def install_service(args: argparse.Namespace) -> int:
    """Install it, and say what was done."""
    from daemon.service.choose import installed_services, service_to_install
    from daemon.service.system import ServiceError

    system = _system()
    service = service_to_install(system, autostart=args.autostart)
    others = [each for each in installed_services(system) if type(each) is not type(service)]
    if others:
        raise ServiceError(
            "it is installed in another way already: `gestured service uninstall` removes that"
        )
    config = common.read_config(args.config)
    _check_models(config)
    program = _program(args, config)
    _check_starts(program, system)
    return _tell(service.install(program))


def print_service(args: argparse.Namespace) -> int:
    """Print what would be written."""
    from daemon.service.choose import service_to_install

    service = service_to_install(_system(), autostart=args.autostart)
    print(service.text(_program(args, common.read_config(args.config))), end="")
    return 0


def uninstall_service(_args: argparse.Namespace) -> int:
    """Remove it, however it was installed."""
    from daemon.service.choose import installed_services

    found = installed_services(_system())
    if not found:
        print("it is not installed")
    for service in found:
        _tell(service.uninstall())
    return 0


def start_service(_args: argparse.Namespace) -> int:
    """Start it."""
    return _tell(_installed().start())


def stop_service(_args: argparse.Namespace) -> int:
    """Stop it."""
    return _tell(_installed().stop())


def service_status(args: argparse.Namespace) -> int:
    """Print how it is."""
    from daemon.printing import printable
    from daemon.service.choose import installed_services, service_to_install

    system = _system()
    service = next(iter(installed_services(system)), service_to_install(system, autostart=False))
    status = service.status()
    mend = f"; {status.mend}" if status.mend else ""
    line = json.dumps(asdict(status)) if args.json else f"{status.kind}: {status.text}{mend}"
    print(printable(line))
    if status.log and not args.json:
        print(printable(f"its log: {status.log}"))
    return 0 if status.running else 1


def release(_args: argparse.Namespace) -> int:
    """Release what a killed daemon left down, unless another runs, whose keys they then are."""
    from daemon.control.errors import ControlError, StillRuns
    from daemon.control.folder import session_folder
    from daemon.control.lock import without_daemon
    from daemon.release import release_left

    try:
        with without_daemon(session_folder(), _GONE_S):
            left = release_left()
    except StillRuns:
        common.print_error("another gestured runs: what is down is its own")
        return 0
    except ControlError as error:
        common.print_error(f"nothing was released: {error}")
        return 0
    for line in (*left.done, *left.problems):
        common.print_error(line)
    return 1 if left.problems else 0


def _system() -> System:
    from daemon.service.system import System

    return System()


def _installed() -> Service:
    from daemon.service.choose import installed_services
    from daemon.service.system import ServiceError

    found = installed_services(_system())
    if not found:
        raise ServiceError("it is not installed; `gestured service install` installs it")
    return found[0]


def _program(args: argparse.Namespace, config: Config) -> Program:
    """The daemon with the configuration that is named now; one in the user's folder is not."""
    from daemon.service.program import daemon_program

    named = args.config or os.environ.get("GESTURED_CONFIG")
    return daemon_program(
        config.path if named else None, os.environ, needs_network=_needs_network(config)
    )


def _needs_network(config: Config) -> bool:
    """Whether the daemon talks to other machines; programs that it starts are none of it."""
    return "://" in config.camera.source


def _check_starts(program: Program, system: System) -> None:
    """See that Python finds gestured by itself, as from any folder and without PYTHONPATH.

    Raises:
        ServiceError: It does not, as in a folder of sources that was never installed.
    """
    from daemon.service.system import ServiceError

    python = program.run[0]
    if system.run([python, "-E", "-P", "-c", "import daemon.cli"]).code:
        raise ServiceError(
            f"{python} does not find gestured from everywhere, so no service can start it:"
            " install it there with `python -m pip install`"
        )


def _check_models(config: Config) -> None:
    """See that the networks are there: the service has no network to fetch them by.

    Raises:
        ModelError: They are not.
    """
    from models.store import ModelError, ModelStore, State

    store = ModelStore()
    for name in ("palm_detection_full", f"hand_landmark_{config.tracker.model}"):
        found = store.find(name)
        if found.state is not State.PRESENT:
            raise ModelError(
                f"{found.path} is {found.state}",
                name=name,
                path=found.path,
                mend="`gestured models pull` fetches it; then install again",
            )


def _tell(lines: Iterable[str]) -> int:
    for line in lines:
        print(line, flush=True)
    return 0
