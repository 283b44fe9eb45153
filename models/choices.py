"""What was found best on this machine, remembered in the user's cache.

The file is only a memory: one that is damaged, or can't be read or written, costs a measurement.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from tempfile import mkstemp

#: Conditions come and go with versions; those of so many are kept.
_MOST = 32

_log = logging.getLogger(__name__)


class Choices:
    """Choices by the conditions that they were made under.

    Args:
        path: The file; None for the one in the user's cache folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or _user_path()

    def get(self, conditions: str) -> str | None:
        """What was chosen under these conditions; None where nothing is known."""
        return self._read().get(conditions)

    def put(self, conditions: str, choice: str) -> None:
        """Remember a choice, if that can be."""
        choices = self._read()
        choices.pop(conditions, None)
        choices[conditions] = choice
        latest = dict(list(choices.items())[-_MOST:])
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._write(json.dumps(latest, indent=1))
        except OSError as error:
            _log.info("%s can't be written, so it is measured again: %s", self._path, error)

    def _read(self) -> dict[str, str]:
        try:
            value = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        pairs = value.items() if isinstance(value, dict) else ()
        return {conditions: choice for conditions, choice in pairs if isinstance(choice, str)}

    def _write(self, text: str) -> None:
        """Put the file in its place when it is whole: others may read meanwhile."""
        handle, name = mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        part = Path(name)
        try:
            with open(handle, "w", encoding="utf-8") as file:  # noqa: PTH123 - it is open already
                file.write(text)
            part.replace(self._path)
        finally:
            part.unlink(missing_ok=True)


def _user_path() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("gestured", appauthor=False) / "engines.json"
