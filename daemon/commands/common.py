"""What several commands share: options, the configuration, source and tracker."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.camera.event import CameraEvent
    from daemon.config.model import Config
    from daemon.sources import Source
    from gestures.landmarks import HandFrame
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
        " pictures, an http or rtsp address, or the built-in hand: demo, demo:slides,"
        " demo:draw; by default what the configuration says",
    )


def add_runtime_option(parser: argparse.ArgumentParser) -> None:
    """Add `--runtime R`."""
    parser.add_argument(
        "--runtime",
        choices=("auto", "litert", "openvino", "mediapipe"),
        help="what runs the networks; auto measures once which is faster here; by default what the"
        " configuration says",
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
        ConfigError: With all that is wrong in it, but nothing of the texts that it types: under a
            service manager, what is printed is a log.
    """
    from daemon.config.discreet import discreet
    from daemon.config.load import find_config, load_config
    from daemon.config.problems import ConfigError, render

    try:
        loaded = load_config(find_config(path, os.environ))
    except ConfigError as error:
        raise discreet(error) from None
    for warning in loaded.warnings:
        # Without its line, which may hold a text.
        _log.warning("%s", render(warning))
    return loaded.config


def with_source(config: Config, source: str | None) -> Config:
    """The configuration with another source of pictures, if one is given.

    That the camera is to be mirrored says nothing of another source; that nothing is, does.
    """
    if source is None:
        return config
    mirror = False if config.camera.mirror is False else None
    return replace(config, camera=replace(config.camera, source=source, mirror=mirror))


def open_configured_tracker(config: Config, *, live: bool = False, bgr: bool = False) -> Tracker:
    """The tracker that the configuration asks for.

    Args:
        config: The configuration.
        live: Pictures are those of now; see `TrackerOptions`.
        bgr: Pictures are BGR and not RGB.

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
        live=live,
        bgr=bgr,
    )
    return open_tracker(settings.runtime, options, ModelStore())


@dataclass(frozen=True, slots=True)
class Watched:
    """A source of pictures and who looks for hands in them.

    Attributes:
        source: The source.
        tracker: Finds the hands.
        mirror: Whether left and right are a mirror's.
    """

    source: Source
    tracker: Tracker
    mirror: bool

    def __call__(
        self, should_stop: Callable[[], bool], may_rest: Callable[[], bool] = lambda: True
    ) -> Iterator[HandFrame | CameraEvent]:
        """What there is to see, until `should_stop` says so; see `hand_frames`."""
        from daemon.loop import hand_frames

        return hand_frames(self.source, self.tracker, self.mirror, should_stop, may_rest)


@contextmanager
def opened(
    config: Config, *, mirror: bool | None = None, paused: bool = False, killable: bool = True
) -> Iterator[Watched]:
    """What the configured source shows, once told how to learn that it should stop.

    Args:
        config: Names the source and the tracker.
        mirror: Whether left and right are a mirror's; None for what the configuration says, or
            else suits the source.
        paused: Leave a camera alone until it is resumed.
        killable: Let Ctrl-C end the process while something is opened.

    Raises:
        CameraNotFound, MissingLibrary, ModelError, SourceError: In one line each.
    """
    from daemon.sources import open_source
    from daemon.stopping import interrupted_at_once

    # The source first: a wrong name is told at once, not after the networks are loaded.
    at_once = interrupted_at_once if killable else nullcontext
    with at_once():
        source = open_source(config.camera, paused=paused)
    try:
        with at_once():
            tracker = open_configured_tracker(config, live=source.live, bgr=source.bgr)
        try:
            if mirror is None:
                mirror = config.camera.mirror
            if mirror is None:
                mirror = source.live
            yield Watched(source, tracker, mirror)
        finally:
            tracker.close()
    finally:
        source.close()


def print_error(text: str) -> None:
    """One line on stderr."""
    print(f"gestured: {text}", file=sys.stderr)
