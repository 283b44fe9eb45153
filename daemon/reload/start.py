"""What the daemon begins with: its configuration, or one that does nothing until that is mended."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from daemon.config.load import parse_config, read_text
from daemon.config.model import Config
from daemon.config.problems import ConfigError, Problem
from daemon.config.trusted import refusal


@dataclass(frozen=True, slots=True)
class Start:
    """The configuration in force at the start.

    Attributes:
        config: What was read; when that was nothing usable, one without gestures and bindings:
            nothing arms, nothing acts.
        text: What it was read from, or None.
        warnings: What is doubtful about it.
        error: Why the file can't be used, or None.
    """

    config: Config
    text: str | None = None
    warnings: tuple[Problem, ...] = ()
    error: ConfigError | None = None


def start_config(path: Path) -> Start:
    """Read the configuration, and get by without it when it can't be used."""
    path = path.absolute()
    try:
        text = read_trusted(path)
        loaded = parse_config(text, path)
    except ConfigError as error:
        return Start(Config(path=path), error=error)
    return Start(loaded.config, text, loaded.warnings)


def read_trusted(path: Path) -> str:
    """What is in a file that only its user can have written.

    Raises:
        ConfigError: The file can't be read, or others may write it.
    """
    why = refusal(path)
    if why is not None:
        raise ConfigError([Problem(path, 0, 0, "", why)])
    return read_text(path)
