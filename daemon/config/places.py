"""Where configurations are: the user's own, the shipped one, and those to begin with."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def user_config() -> Path:
    """Where the user's own configuration belongs."""
    return platformdirs.user_config_path("gestured", appauthor=False) / "config.yaml"


def shipped_config() -> Path:
    """The default that comes with the package, or lies beside it in the repository."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "data" / "config.yaml"
    return installed if installed.exists() else package.parent / "config.yaml"


#: Configurations that come with the package, and what they are for.
PRESETS = {
    "slides": "talks: next, back, black screen, pointer (the shipped default, fully commented)",
    "media": "music and films: play, next, louder, softer",
    "pointer": "the mouse: move, click, drag, scroll",
    "browser": "reading: scroll, pages, tabs, zoom, click",
}


def preset_path(name: str) -> Path:
    """The file of one of `PRESETS`."""
    if name == "slides":
        return shipped_config()
    return Path(__file__).resolve().parents[1] / "presets" / f"{name}.yaml"
