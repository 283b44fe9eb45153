"""The configuration the daemon runs on: what a checked YAML file becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from daemon.actions import Action
from gestures.arming import ArmingRule
from gestures.landmarks import HandSide
from gestures.spec import GestureSpec
from models.smoothing import Noise
from models.tracker import ModelSize, Runtime

BackendChoice = Literal["auto", "pynput", "uinput"]
FeedbackEvent = Literal["armed", "disarmed", "fired"]


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """Where pictures come from. `mirror` None means: cameras yes, files no."""

    source: str = "auto"
    width: int = 640
    height: int = 480
    fps: float = 30.0
    mirror: bool | None = None

    def __post_init__(self) -> None:
        # A blank at either end is a slip, and would hide what kind of source it is.
        object.__setattr__(self, "source", self.source.strip())


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
class PointerSettings:
    """How the pointer goes with the hand.

    Attributes:
        move: `absolute`: a region of the picture stands for the whole desktop. `relative`: the
            pointer goes on from where it is, as with a mouse.
        region: Left, top, right and bottom of that region over the picture's width and height;
            None for one around where the hand armed.
        speed: Factor on how far the pointer goes.
        acceleration: How much farther a quick hand takes it when it moves relatively, 0 for none.
    """

    move: Literal["absolute", "relative"] = "absolute"
    region: tuple[float, float, float, float] | None = None
    speed: float = 1.0
    acceleration: float = 1.0


@dataclass(frozen=True, slots=True)
class SafetySettings:
    """What keeps gestures from doing harm.

    Attributes:
        yield_ms: For how long nothing acts after the person used the real keyboard or mouse; 0
            for not at all.
        longest_hold_ms: After how long anything held down is released, whatever the hand does.
        most_per_s: Most actions in a second, for long.
    """

    yield_ms: float = 1500.0
    longest_hold_ms: float = 60_000.0
    most_per_s: float = 20.0


@dataclass(frozen=True, slots=True)
class FeedbackSettings:
    """Of what the person is told: armed, disarmed, fired."""

    sound: frozenset[FeedbackEvent] = frozenset()
    notify: frozenset[FeedbackEvent] = frozenset()


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a run needs. `gestures` holds the library with the user's own on top."""

    camera: CameraSettings = field(default_factory=CameraSettings)
    tracker: TrackerSettings = field(default_factory=TrackerSettings)
    smoothing: Noise = field(default_factory=Noise)
    arming: ArmingRule | None = field(default_factory=ArmingRule)
    backend: BackendChoice = "auto"
    pointer: PointerSettings = field(default_factory=PointerSettings)
    safety: SafetySettings = field(default_factory=SafetySettings)
    feedback: FeedbackSettings = field(default_factory=FeedbackSettings)
    allow_commands: bool = False
    gestures: tuple[GestureSpec, ...] = ()
    bindings: tuple[Binding, ...] = ()
    modes: Mapping[str, Mode] = field(default_factory=dict)
    path: Path | None = None
