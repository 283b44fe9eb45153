"""The configuration the daemon runs on: what a checked YAML file becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from daemon.actions import Action
from gestures.arming import ArmingRule
from gestures.landmarks import HandSide
from gestures.spec import GestureSpec
from models.smoothing import Noise
from models.tracker import ModelSize, Runtime


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """Where pictures come from. `mirror` None means: cameras yes, files no."""

    source: str = "auto"
    width: int = 640
    height: int = 480
    fps: float = 30.0
    mirror: bool | None = None


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """How hands are found."""

    runtime: Runtime = "litert"
    model: ModelSize = "full"
    max_hands: int = 2
    min_detection_confidence: float = 0.5
    min_presence_confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class Binding:
    """An action for a gesture, after it has been held for `hold_ms`."""

    gesture: str
    action: Action
    hand: HandSide | None = None
    hold_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Mode:
    """Bindings that come before the global ones while the mode is on."""

    bindings: tuple[Binding, ...] = ()
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a run needs. `gestures` holds the library with the user's own on top."""

    camera: CameraSettings = field(default_factory=CameraSettings)
    tracker: TrackerSettings = field(default_factory=TrackerSettings)
    smoothing: Noise = field(default_factory=Noise)
    arming: ArmingRule | None = field(default_factory=ArmingRule)
    gestures: tuple[GestureSpec, ...] = ()
    bindings: tuple[Binding, ...] = ()
    modes: Mapping[str, Mode] = field(default_factory=dict)
    path: Path | None = None
