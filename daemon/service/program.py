"""What a service starts: this Python, with the configuration that was in force at installation."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from daemon.service.system import ServiceError

#: Says where gestured finds its files, and is not known to a service by itself.
_CARRIED = ("GESTURED_MODELS", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")


@dataclass(frozen=True, slots=True)
class Program:
    """The daemon as a service starts it.

    Attributes:
        run: Its command line.
        release: The command that releases what a killed daemon left down.
        stop: The command that ends it, however it was started.
        environ: Environment variables besides the session's.
        needs_network: It talks to more than the sockets of this machine.
    """

    run: tuple[str, ...]
    release: tuple[str, ...]
    stop: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    needs_network: bool = False


def daemon_program(
    config: Path | None,
    environ: Mapping[str, str],
    *,
    needs_network: bool,
    python: str = sys.executable,
) -> Program:
    """The daemon with this Python.

    Args:
        config: The configuration to name; None to look for it at each start.
        environ: The environment, from which is kept what says where files are.
        needs_network: See `Program`.
        python: The interpreter, as the virtual environment calls it.

    Raises:
        ServiceError: A path can't be written into a service's file.
    """
    if not python:
        raise ServiceError("Python does not know its own path; call gestured by its whole path")
    # -P: nothing is imported from the folder that the service happens to start in.
    gestured = (python, "-P", "-m", "daemon")
    named = () if config is None else ("--config", str(config.expanduser().absolute()))
    carried = {
        name: str(Path(environ[name]).expanduser().absolute())
        for name in _CARRIED
        if environ.get(name)
    }
    for text in (python, *named, *carried.values()):
        _check_text(text)
    return Program(
        run=(*gestured, "run", *named),
        release=(*gestured, "service", "release"),
        stop=(*gestured, "stop"),
        environ=carried,
        needs_network=needs_network,
    )


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ServiceError(
            f"{text!a}: is not UTF-8, so no service can name it; rename it"
        ) from None
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
        raise ServiceError(
            f"{text!a}: has a control character, so no service can name it; rename it"
        )
