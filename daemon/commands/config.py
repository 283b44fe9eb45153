"""`gestured config`: where the configuration is, a commented one to begin with, and an editor."""

from __future__ import annotations

import argparse
import errno
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from daemon.commands.check import check


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "config",
        help="where the configuration is; write one to begin with; edit it",
        description="Find, begin and edit the configuration.",
    )
    commands = parser.add_subparsers(dest="config_command", metavar="COMMAND", required=True)
    path = commands.add_parser(
        "path", help="print where the configuration in force is, and on stderr why"
    )
    path.set_defaults(func=_path)
    init = commands.add_parser(
        "init",
        help="write the commented default to your configuration folder, and a schema for editors",
    )
    init.set_defaults(func=_init)
    edit = commands.add_parser(
        "edit", help="open the configuration with $VISUAL or $EDITOR, then check it"
    )
    edit.set_defaults(func=_edit)
    for command in (path, edit):
        command.add_argument(
            "--config", type=Path, metavar="FILE", help="take this file for the configuration"
        )


def _path(arguments: argparse.Namespace) -> int:
    from daemon.config.load import locate_config

    found = locate_config(arguments.config, os.environ)
    missing = "" if found.path.exists() else "; it doesn't exist"
    print(found.path)
    print(f"{found.reason}{missing}", file=sys.stderr)
    return 0


def _init(arguments: argparse.Namespace) -> int:
    from daemon.config.places import user_config

    path = user_config()
    try:
        created = _create(path)
    except OSError as error:
        return _fail(f"can't write {path}: {error.strerror}")
    if not created:
        return _fail(f"{path} exists already; 'gestured config edit' opens it")
    print(f"wrote {path}")
    return 0


def _edit(arguments: argparse.Namespace) -> int:
    from daemon.config.load import locate_config
    from daemon.config.places import shipped_config, user_config

    path = locate_config(arguments.config, os.environ).path
    editor = _editor(os.environ)
    if not editor:
        return _fail(f"set $VISUAL or $EDITOR to your editor, or open {path} in it")
    if path == shipped_config():
        path = user_config()
        try:
            created = _create(path)
        except OSError as error:
            return _fail(f"can't write {path}: {error.strerror}")
        if created:
            print(f"wrote {path}, a copy of the shipped default")
    _refresh_schema(path)
    try:
        status = subprocess.run([*editor, str(path)], check=False).returncode
    except OSError as error:
        return _fail(f"can't open {path} with {editor[0]}: {error.strerror}")
    if status:
        return _fail(f"{editor[0]} ended with status {status}")
    return check(path)


def _editor(environ: Mapping[str, str]) -> list[str]:
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(name, ""), posix=os.name != "nt")
        except ValueError:
            words = []
        if words:
            return words
    return []


def _create(path: Path) -> bool:
    """Write the shipped default to `path`, and the schema that it names beside it.

    The default is written at once; False when there is more than an empty file already.

    Raises:
        OSError: It can't be written, or the default can't be read.
    """
    from daemon.config.editor_line import naming_schema_beside
    from daemon.config.json_schema import schema_text
    from daemon.config.places import shipped_config

    if path.exists():
        if path.read_bytes().strip():
            return False
        path.unlink()
    elif path.is_symlink():
        missing = f"it is a link to {path.readlink()}, which is not there"
        raise FileNotFoundError(errno.ENOENT, missing)
    text = naming_schema_beside(shipped_config().read_text("utf-8"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, f"{error.filename} is no folder") from error
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        # A link fails where a rename would overwrite a file that came up meanwhile.
        Path(path).hardlink_to(name)
    except FileExistsError:
        return False
    finally:
        Path(name).unlink(missing_ok=True)
    _schema_beside(path).write_text(schema_text(), "utf-8")
    return True


def _schema_beside(path: Path) -> Path:
    from daemon.config.editor_line import FILE_NAME

    return path.with_name(FILE_NAME)


def _refresh_schema(path: Path) -> None:
    """Write the schema beside a configuration anew where the file names it."""
    from daemon.config.editor_line import names_schema_beside
    from daemon.config.json_schema import schema_text

    schema = _schema_beside(path)
    with suppress(OSError, UnicodeDecodeError):
        if names_schema_beside(path.read_text("utf-8")):
            schema.write_text(schema_text(), "utf-8")


def _fail(message: str) -> int:
    print(f"gestured config: {message}", file=sys.stderr)
    return 1
