"""Finding the configuration, reading it, and the library of built-in gestures."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from daemon.config.advice import warnings_of
from daemon.config.build import build_config, build_library
from daemon.config.model import Config
from daemon.config.places import shipped_config, user_config
from daemon.config.problems import ConfigError, Problem
from daemon.config.yamlread import MAX_BYTES, read_tree
from daemon.config.yamltree import source_lines
from gestures.spec import GestureSpec

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that can be used, and what is doubtful about it.

    Attributes:
        config: The configuration.
        warnings: In the file's order.
        source_lines: The lines of the file, for showing the warnings.
    """

    config: Config
    warnings: tuple[Problem, ...] = ()
    source_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Where the configuration in force is, and why it is that one."""

    path: Path
    reason: str


def load_config(path: Path, library: Sequence[GestureSpec] | None = None) -> Loaded:
    """Read a file.

    Args:
        path: The file.
        library: The gestures it builds on; by default the built-in ones.

    Raises:
        ConfigError: The file can't be read, or with all that is wrong in it.
    """
    return parse_config(read_text(path), path, library)


def parse_config(text: str, path: Path, library: Sequence[GestureSpec] | None = None) -> Loaded:
    """Read a text; `path` is what messages call it.

    Raises:
        ConfigError: With all that is wrong.
    """
    tree = read_tree(text, path)
    config = build_config(tree, builtin_library() if library is None else library)
    return Loaded(config, warnings_of(config, tree), tree.lines)


def parse_library(text: str, path: Path) -> tuple[GestureSpec, ...]:
    """Read gestures from a text that is the value of a configuration's `gestures`.

    Raises:
        ConfigError: With all that is wrong.
    """
    return build_library(read_tree(text, path))


@cache
def builtin_library() -> tuple[GestureSpec, ...]:
    """The gestures that come with the package.

    Raises:
        ConfigError: They are missing or wrong: the installation is damaged.
    """
    resource = resources.files("gestures") / "library.yaml"
    path = Path("gestures/library.yaml")
    try:
        text = resource.read_text("utf-8")
    except OSError as error:
        raise _unreadable(path, f"the built-in gestures are missing: {error.strerror}") from None
    return parse_library(text, path)


def find_config(explicit: Path | None, environ: Mapping[str, str]) -> Path:
    """The file to read: see `locate_config`."""
    return locate_config(explicit, environ).path


def locate_config(explicit: Path | None, environ: Mapping[str, str]) -> Found:
    """The configuration in force.

    Args:
        explicit: The value of `--config`, which comes first, whether it exists or not.
        environ: The environment; `GESTURED_CONFIG` comes second, likewise.

    Returns:
        One of these, else the user's own file if there is one, else the shipped default.
    """
    if explicit is not None:
        return Found(explicit, "named by --config")
    if named := environ.get("GESTURED_CONFIG"):
        return Found(Path(named).expanduser(), "named by $GESTURED_CONFIG")
    user = user_config()
    if user.exists():
        return Found(user, "in your configuration folder")
    return Found(shipped_config(), f"the shipped default, as there is no {user}")


def read_text(path: Path) -> str:
    """What is in a file.

    Raises:
        ConfigError: The file can't be read.
    """
    try:
        # A pipe would keep whoever opens it waiting for a writer.
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _unreadable(path, "this is no file to read, but a device or a pipe")
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable(path, "no such file") from None
    except IsADirectoryError:
        raise _unreadable(path, "this is a folder, not a file") from None
    except PermissionError:
        if path.is_dir():
            raise _unreadable(path, "this is a folder, not a file") from None
        raise _unreadable(path, "no permission to read it") from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, f"can't be read: {error}") from None
    if data.startswith(_UTF16_MARKS):
        raise _unusable(path, "the file is in UTF-16: save it as UTF-8")
    if len(data) > MAX_BYTES:
        raise _unusable(path, "larger than 1 MiB: that is no configuration")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source_lines(data[: error.start].decode("utf-8-sig"))
        message = f"not UTF-8: the byte 0x{data[error.start]:02X} begins no character; save it so"
        lines = source_lines(data.decode("utf-8-sig", "replace"))
        problem = Problem(path, len(before), len(before[-1]) + 1, "", message)
        raise ConfigError([problem], lines) from None


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unusable(path: Path, message: str) -> ConfigError:
    """What is wrong from the first character on."""
    return ConfigError([Problem(path, 1, 1, "", message)])


def _unreadable(path: Path, message: str) -> ConfigError:
    return ConfigError([Problem(path, 0, 0, "", message)])
