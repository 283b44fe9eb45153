"""The first line of a configuration, by which editors find the JSON Schema."""

from __future__ import annotations

import re

#: What the schema is called: beside a user's own configuration, and in the package.
FILE_NAME = "config.schema.json"
_LINE = re.compile(r"^# yaml-language-server: \$schema=.*$", re.MULTILINE)
_LINE_WHOLE = re.compile(rf"{_LINE.pattern}\n?", re.MULTILINE)


def naming_schema_beside(text: str) -> str:
    """The text of a configuration, its line changed to name the file beside it."""
    return _LINE.sub(f"# yaml-language-server: $schema={FILE_NAME}", text, count=1)


def naming_no_schema(text: str) -> str:
    """The text of a configuration without that line, for where no such file is written."""
    return _LINE_WHOLE.sub("", text, count=1)


def names_schema_beside(text: str) -> bool:
    """Whether a configuration has that line."""
    return _LINE.search(text) is not None and naming_schema_beside(text) == text
