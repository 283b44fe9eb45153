"""The shape of the settings in the YAML: camera, tracker, smoothing, arming, input and the like."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from daemon.config.model import (
    BackendChoice,
    CameraSettings,
    FeedbackEvent,
    PointerSettings,
    SafetySettings,
    TrackerSettings,
)
from daemon.config.names import HeldName, fault
from daemon.config.section import Section, text_of_number
from gestures.arming import ArmingRule
from models.smoothing import Noise
from models.tracker import ModelSize, Runtime

_CAMERA = CameraSettings()
_TRACKER = TrackerSettings()
_SMOOTHING = Noise()
_ARMING = ArmingRule()
_POINTER = PointerSettings()
_SAFETY = SafetySettings()

_LEAST_REGION = 0.1


class Camera(Section):
    """Where the pictures come from."""

    source: Annotated[str, BeforeValidator(text_of_number)] = Field(
        _CAMERA.source,
        title="Source",
        description="auto, an index, a device, part of a camera's name, a file, a folder or a URL",
        min_length=1,
    )
    width: int = Field(_CAMERA.width, title="Width", description="pixels", ge=64, le=7680)
    height: int = Field(_CAMERA.height, title="Height", description="pixels", ge=64, le=4320)
    fps: float = Field(_CAMERA.fps, title="Frame rate", description="frames/s", ge=1, le=240)
    mirror: bool | None = Field(
        _CAMERA.mirror, title="Mirror", description="show the picture as a mirror does"
    )


class Tracker(Section):
    """How hands are found."""

    runtime: Runtime = Field(
        _TRACKER.runtime,
        title="Runtime",
        description="what runs the models; auto measures what is faster here",
    )
    model: ModelSize = Field(_TRACKER.model, title="Model", description="lite is faster")
    max_hands: int = Field(
        _TRACKER.max_hands, title="Hands", description="most hands to follow", ge=1, le=8
    )
    min_detection_confidence: float = Field(
        _TRACKER.min_detection_confidence,
        title="Detection confidence",
        description="of a new hand",
        ge=0,
        le=1,
    )
    min_presence_confidence: float = Field(
        _TRACKER.min_presence_confidence,
        title="Presence confidence",
        description="of a hand that is followed",
        ge=0,
        le=1,
    )


class Smoothing(Section):
    """The Kalman filter's noise."""

    process_noise: float = Field(
        _SMOOTHING.process,
        title="Process noise",
        description="standard deviation of a landmark's acceleration, palm lengths/s²",
        gt=0,
        le=10_000,
    )
    measurement_noise: float = Field(
        _SMOOTHING.measurement,
        title="Measurement noise",
        description="standard deviation of a landmark's measured place, palm lengths",
        gt=0,
        le=1,
    )


class Arming(Section):
    """What lets gestures act."""

    gesture: HeldName = Field(
        _ARMING.gesture, title="Gesture", description="that arms", examples=["palm"]
    )
    hold_ms: float = Field(
        _ARMING.hold_ms, title="Hold", description="before it arms", ge=0, le=60_000
    )
    disarm_after_ms: float = Field(
        _ARMING.disarm_after_ms,
        title="Disarm after",
        description="time without a gesture",
        ge=100,
        le=86_400_000,
    )


class Input(Section):
    """What sends keys and mouse to the system."""

    backend: BackendChoice = Field(
        "auto", title="Backend", description="auto takes the one that suits the session"
    )


class Region(Section):
    """A part of the picture, over its width and height."""

    left: float = Field(title="Left", description="edge", ge=0, le=1, examples=["0.2"])
    top: float = Field(title="Top", description="edge", ge=0, le=1, examples=["0.2"])
    right: float = Field(title="Right", description="edge", ge=0, le=1, examples=["0.8"])
    bottom: float = Field(title="Bottom", description="edge", ge=0, le=1, examples=["0.8"])

    @model_validator(mode="after")
    def _not_empty(self) -> Region:
        for low, high in (("left", "right"), ("top", "bottom")):
            if getattr(self, high) - getattr(self, low) < _LEAST_REGION:
                raise fault(f"'{high}' must be greater than '{low}', by {_LEAST_REGION} at least")
        return self


class Pointer(Section):
    """How the mouse pointer goes with the hand, for `pointer` and `drag`."""

    move: Literal["absolute", "relative"] = Field(
        _POINTER.move,
        title="Move",
        description="absolute: a region of the picture is the desktop; relative: as a mouse does",
    )
    region: Region | None = Field(
        None,
        title="Region",
        description="that is the desktop; by default one around where the hand armed",
        examples=["{left: 0.2, top: 0.2, right: 0.8, bottom: 0.8}"],
    )
    speed: float = Field(_POINTER.speed, title="Speed", description="factor", ge=0.1, le=10)
    acceleration: float = Field(
        _POINTER.acceleration,
        title="Acceleration",
        description="of the relative pointer: how much farther a quick hand takes it",
        ge=0,
        le=5,
    )


class Safety(Section):
    """What keeps gestures from doing harm."""

    yield_ms: float = Field(
        _SAFETY.yield_ms,
        title="Yield",
        description="nothing acts for so long after you used the keyboard or mouse; 0: it does",
        ge=0,
        le=60_000,
    )
    longest_hold_ms: float = Field(
        _SAFETY.longest_hold_ms,
        title="Longest hold",
        description="what is held down is released after so long in any case",
        ge=100,
        le=3_600_000,
    )
    most_per_s: float = Field(
        _SAFETY.most_per_s,
        title="Most per second",
        description="actions, for long; what is more waits or is left out",
        ge=1,
        le=100,
    )


class Feedback(Section):
    """Of what you are told while gestured runs."""

    sound: list[FeedbackEvent] = Field(
        [], title="Sound", description="a short tone when so", examples=["[armed, disarmed]"]
    )
    notify: list[FeedbackEvent] = Field(
        [], title="Notify", description="a notification when so", examples=["[armed, disarmed]"]
    )
