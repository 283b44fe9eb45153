"""What the daemon begins with: its configuration, or one that does nothing until that is mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from daemon.config.load import find_config, parse_config, read_text
from daemon.config.model import Config
from daemon.config.places import shipped_config, user_config
from daemon.config.problems import ConfigError, Problem
from daemon.config.trusted import refusal


def read_trusted(path: Path) -> str:
    """What is in a file that only its user can have written.

    Raises:
        ConfigError: The file can't be read, or others may write it.
    """
    refused = refusal(path)
    if refused is not None:
        raise ConfigError([Problem(path, 0, 0, "", str(refused))])
    return read_text(path)


@dataclass(frozen=True, slots=True)
class Start:
    """The configuration in force at the start.

    Attributes:
        config: What was read; when that was nothing usable, one without gestures and bindings:
            nothing arms, nothing acts.
        text: What it was read from, or None.
        warnings: What is doubtful about it.
        error: Why the file can't be used, or None.
        watched: The file to read again when it changes; None for no such file.
        read: What is in it.
    """

    config: Config
    text: str | None = None
    warnings: tuple[Problem, ...] = ()
    error: ConfigError | None = None
    watched: Path | None = None
    read: Callable[[Path], str] = read_trusted


def find_start(explicit: Path | None, environ: Mapping[str, str]) -> Start:
    """What `locate_config` finds, read.

    Where that is the shipped default, the user's own file is in force once there is one.
    """
    found = find_config(explicit, environ)
    start = start_config(found)
    if found != shipped_config() or found == explicit:
        return start
    return replace(start, watched=user_config(), read=_own_or_shipped)


def start_config(path: Path) -> Start:
    """Read the configuration, and get by without it when it can't be used."""
    path = path.absolute()
    try:
        text = read_trusted(path)
        loaded = parse_config(text, path)
    except ConfigError as error:
        return Start(Config(path=path), error=error, watched=path)
    return Start(loaded.config, text, loaded.warnings, watched=path)


def _own_or_shipped(path: Path) -> str:
    return read_trusted(path if path.exists() else shipped_config())
