"""The log on stderr, as whoever reads it there wants it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping
from typing import TextIO

from daemon.printing import PromptHandler

#: Of syslog(3), with which journald sorts lines that begin with one: sd-daemon(3).
_SYSLOG = ((logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (logging.DEBUG, 7))


def open_log(stream: TextIO | None = None, environ: Mapping[str, str] | None = None) -> None:
    """Log to stderr from INFO on; a log that is set up already is left as it is.

    Args:
        stream: In place of stderr.
        environ: In place of the environment.
    """
    stream = sys.stderr if stream is None else stream
    if stream is None:  # as under pythonw
        logging.basicConfig(handlers=[logging.NullHandler()])
        return
    handler = PromptHandler(stream)
    handler.setFormatter(formatter_for(stream, os.environ if environ is None else environ))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def formatter_for(stream: TextIO, environ: Mapping[str, str]) -> logging.Formatter:
    """For the journal levels as it knows them, for a terminal short, else `LEVEL: text`."""
    if _is_journal(stream, environ):
        return _Journal()
    if stream.isatty():
        return _Terminal()
    return logging.Formatter("%(levelname)s: %(message)s")


class _Journal(logging.Formatter):
    """`<4>text`, on every line; the journal adds time and name itself."""

    def format(self, record: logging.LogRecord) -> str:
        level = next((code for least, code in _SYSLOG if record.levelno >= least), 7)
        lines = super().format(record).splitlines() or [""]
        return "\n".join(f"<{level}>{line}" for line in lines)


class _Terminal(logging.Formatter):
    """What goes well without its level, what does not with it."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if record.levelno <= logging.INFO else f"{record.levelname.lower()}: {text}"


def _is_journal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether the stream is the one that systemd connected, and not redirected since."""
    named = environ.get("JOURNAL_STREAM")
    if not named:
        return False
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{status.st_dev}:{status.st_ino}"
