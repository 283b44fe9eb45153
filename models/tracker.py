"""What every runtime offers: pictures in, hands out."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from gestures.landmarks import HandObservation
from models.syslibs import MissingLibrary, explain

if TYPE_CHECKING:
    from models.store import ModelStore

_log = logging.getLogger(__name__)

Picture = NDArray[np.uint8]
Runtime = Literal["auto", "litert", "openvino", "mediapipe"]
ModelSize = Literal["lite", "full"]


def cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class TrackerOptions:
    """How hands are found.

    Attributes:
        model: Which hand landmark network.
        max_hands: Most hands followed at once.
        min_detection_confidence: Least score of a detected palm, 0 to 1.
        min_presence_confidence: Least presence of a hand in its region, 0 to 1.
        threads: Threads of the landmark network.
        live: Pictures are those of now: a tracked one does not wait for the palm detector, which
            looks on another thread, if a core is free; what it finds then depends on how quick it
            is. Otherwise it depends on the pictures alone.
        bgr: Pictures are BGR, as cameras give them, and not RGB.
    """

    model: ModelSize = "full"
    max_hands: int = 2
    min_detection_confidence: float = 0.5
    min_presence_confidence: float = 0.5
    threads: int = min(2, cores())
    live: bool = False
    bgr: bool = False


class Tracker(Protocol):
    """Finds hands in pictures of shape `(height, width, 3)` that are not mirrored.

    They are RGB, or BGR if the options say so.
    """

    def detect(self, picture: Picture) -> tuple[HandObservation, ...]:
        """Hands of a picture on its own, the surest first."""

    def track(self, picture: Picture, t_s: float) -> tuple[HandObservation, ...]:
        """Hands of the next frame of a video at `t_s` seconds, in the order of their tracks."""

    @property
    def rests(self) -> bool:
        """Whether nothing has moved for a while, so that fewer frames will do until it does."""

    def reset(self) -> None:
        """Forget all tracks: the next frame belongs to another video."""

    def close(self) -> None:
        """Give back what the networks hold."""


def open_tracker(runtime: Runtime, options: TrackerOptions, store: ModelStore) -> Tracker:
    """A tracker on the chosen runtime.

    Raises:
        ModelError: A model file is missing or not what it should be.
        MissingLibrary: The system lacks a library that the runtime needs, or the runtime itself.
    """
    try:
        if runtime == "mediapipe":
            from models.mediapipe_tracker import MediaPipeTracker

            return MediaPipeTracker(options, store)
        from models.engine import opener
        from models.litert_tracker import LitertTracker

        if runtime == "litert":
            return LitertTracker(options, store)
        from models.runtime_choice import choose_engine

        engine = choose_engine(runtime, options, store)
        try:
            return LitertTracker(options, store, opener(engine))
        except (ImportError, OSError, RuntimeError, MissingLibrary) as error:
            if runtime != "auto" or engine == "litert":
                raise
            _log.warning("%s fails here, so litert runs the networks: %s", engine, error)
            return LitertTracker(options, store)
    except (ImportError, OSError) as error:
        missing = explain(error)
        if missing is None:
            raise
        raise missing from error
