"""What several commands share: options, the configuration, the tracker, the printing of lines."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.chain import Line
    from daemon.config.model import Config
    from models.tracker import Tracker

_log = logging.getLogger(__name__)


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """Add `--config F`."""
    parser.add_argument(
        "--config", type=Path, metavar="F", help="the configuration; see `gestured config path`"
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument(
        "--json", action="store_true", help="one JSON object a line on stdout, logs on stderr"
    )


def add_source_option(parser: argparse.ArgumentParser) -> None:
    """Add `--source S`."""
    parser.add_argument(
        "--source",
        metavar="S",
        help="auto, a camera's index, path or part of its name, a video file, a folder of"
        " pictures, an http or rtsp address, or demo; by default what the configuration says",
    )


def add_mirror_option(parser: argparse.ArgumentParser) -> None:
    """Add `--mirror` and `--no-mirror`."""
    parser.add_argument(
        "--mirror",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="take left and right as in a mirror; by default for cameras, not for files",
    )


def read_config(path: Path | None) -> Config:
    """The configuration in force, its warnings logged.

    Raises:
        ConfigError: With all that is wrong in it.
    """
    from daemon.config.load import find_config, load_config
    from daemon.config.problems import render

    loaded = load_config(find_config(path, os.environ))
    for warning in loaded.warnings:
        _log.warning("%s", render(warning, loaded.source_lines))
    return loaded.config


def with_source(config: Config, source: str | None) -> Config:
    """The configuration with another source of pictures, if one is given."""
    if source is None:
        return config
    return replace(config, camera=replace(config.camera, source=source))


def open_configured_tracker(config: Config) -> Tracker:
    """The tracker that the configuration asks for.

    Raises:
        ModelError: A model file is missing or not what it should be.
        MissingLibrary: The system lacks a library that the runtime needs.
    """
    from models.store import ModelStore
    from models.tracker import TrackerOptions, open_tracker

    settings = config.tracker
    options = TrackerOptions(
        model=settings.model,
        max_hands=settings.max_hands,
        min_detection_confidence=settings.min_detection_confidence,
        min_presence_confidence=settings.min_presence_confidence,
    )
    return open_tracker(settings.runtime, options, ModelStore())


def print_lines(lines: Iterable[Line], *, as_json: bool) -> None:
    """Print events as they happen: JSON, or words for people without the updates between."""
    for line in lines:
        value = line.to_json()
        if as_json:
            print(json.dumps(value), flush=True)
        elif value["event"] != "update":
            print(_in_words(value), flush=True)


def print_error(text: str) -> None:
    """One line on stderr."""
    print(f"gestured: {text}", file=sys.stderr)


def _in_words(value: dict[str, object]) -> str:
    time, event = f"{value['t']:8.2f}", str(value["event"])
    if event == "action":
        action = value["action"]
        assert isinstance(action, dict)  # noqa: S101 - by its own to_json
        what = " ".join(str(each) for each in action.values())
        note = " (dry run)" if value["dry_run"] else ""
        return f"{time}  {'action':9} {value['gesture']} -> {what}{note}"
    if "gesture" in value:
        return f"{time}  {event:9} {value['gesture']} ({value['hand']} hand)"
    detail = value.get("reason") or value.get("mode") or value.get("state") or ""
    return f"{time}  {event:9} {detail}".rstrip()
