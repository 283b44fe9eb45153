"""The shape of the YAML: one class a section, every key with its bounds and what it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from daemon.config.action_schema import Action
from daemon.config.model import (
    BackendChoice,
    CameraSettings,
    FeedbackEvent,
    PointerSettings,
    SafetySettings,
    TrackerSettings,
)
from daemon.config.motion_schema import Motion
from daemon.config.names import (
    AppPattern,
    GestureName,
    HeldName,
    PoseName,
    fault,
    finger_states,
)
from daemon.config.section import Section, in_a_list, text_of_number
from daemon.config.terms import EXAMPLE
from gestures.arming import ArmingRule
from gestures.landmarks import HandSide
from gestures.spec import FingerState, GestureSpec
from models.smoothing import Noise
from models.tracker import ModelSize, Runtime

_CAMERA = CameraSettings()
_TRACKER = TrackerSettings()
_SMOOTHING = Noise()
_ARMING = ArmingRule()
_SPEC = GestureSpec("")
_POINTER = PointerSettings()
_SAFETY = SafetySettings()


def _nothing_as(make: Callable[[], Any]) -> BeforeValidator:
    return BeforeValidator(lambda value: make() if value is None else value)


def _off_as_none(value: object) -> object:
    # A section whose lines are all commented out is one left out: it must not switch arming off.
    if value is None:
        return Arming()
    return None if value is False else value


Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
States = Annotated[
    list[FingerState],
    Field(min_length=1),
    BeforeValidator(in_a_list),
    AfterValidator(finger_states),
]
#: Read by `terms`, which knows the places of what is nested.
Terms = Annotated[Any, Field(examples=[EXAMPLE])]


_LEAST_REGION = 0.1
_GESTURE = '{when: ["gap(thumb, index) < 0.25"]}'
_BINDING = "{gesture: fist, action: {type: key, keys: b}}"


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

    runtime: Runtime = Field(_TRACKER.runtime, title="Runtime", description="what runs the models")
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
        description="actions; what is more is left out",
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


class Fingers(Section):
    """The states each finger may be in."""

    thumb: States = Field([], title="Thumb", description="its state, or a list of them")
    index: States = Field([], title="Index finger", description="its state, or a list of them")
    middle: States = Field([], title="Middle finger", description="its state, or a list of them")
    ring: States = Field([], title="Ring finger", description="its state, or a list of them")
    pinky: States = Field([], title="Little finger", description="its state, or a list of them")


class Gesture(Section):
    """A pose or a motion; which keys go together `build` checks."""

    model_config = ConfigDict(json_schema_extra={"examples": [_GESTURE]})

    fingers: Fingers | None = Field(
        None,
        title="Fingers",
        description="the states of the fingers",
        examples=["{index: extended, thumb: [half, folded]}"],
    )
    when: Terms = Field(None, title="When", description="all must hold")
    release: Terms = Field(None, title="Release", description="ends when all hold")
    hand: Literal["left", "right", "both"] | None = Field(
        None, title="Hand", description="with which it may be made; both: it takes two"
    )
    motion: Motion | None = Field(
        None, title="Motion", description="the movement", examples=["{swipe: left, distance: 1.5}"]
    )
    poses: list[PoseName] = Field(
        [],
        alias="while",
        title="While",
        description="poses of which the motion must show one",
        min_length=1,
        examples=["[palm, stop]"],
    )
    hold_ms: float = Field(
        _SPEC.hold_ms, title="Hold", description="before it begins", ge=0, le=60_000
    )
    cooldown_ms: float = Field(
        _SPEC.cooldown_ms, title="Cooldown", description="after its end", ge=0, le=60_000
    )
    repeat_ms: float = Field(
        _SPEC.repeat_ms,
        title="Repeat",
        description="while it goes on it acts again so often; 0 for once",
        ge=0,
        le=60_000,
    )


class Binding(Section):
    """An action for a gesture."""

    model_config = ConfigDict(json_schema_extra={"examples": [_BINDING]})

    gesture: GestureName = Field(title="Gesture", description="that triggers", examples=["fist"])
    hand: HandSide | None = Field(None, title="Hand", description="either when left out")
    hold_ms: float = Field(0, title="Hold", description="before it acts", ge=0, le=60_000)
    action: Action = Field(
        title="Action", description="what it does", examples=["{type: key, keys: Right}"]
    )


Bindings = Annotated[list[Binding], _nothing_as(list), Field(examples=[f"- {_BINDING}"])]


class Mode(Section):
    """Bindings that come before the global ones."""

    model_config = ConfigDict(json_schema_extra={"examples": ["{bindings: [...]}"]})

    apps: list[AppPattern] = Field(
        [], title="Applications", description="in which it is on", examples=["[mpv, vlc]"]
    )
    bindings: Bindings = Field([], title="Bindings", description="while it is on")


class Document(Section):
    """The whole file."""

    version: int = Field(title="Version", description="of this format", ge=1, le=1, examples=["1"])
    camera: Annotated[Camera, _nothing_as(Camera)] = Field(
        Camera(), title="Camera", description="settings", examples=["{source: auto, fps: 30}"]
    )
    tracker: Annotated[Tracker, _nothing_as(Tracker)] = Field(
        Tracker(), title="Tracker", description="settings", examples=["{model: lite}"]
    )
    smoothing: Annotated[Smoothing, _nothing_as(Smoothing)] = Field(
        Smoothing(), title="Smoothing", description="settings", examples=["{process_noise: 60}"]
    )
    arming: Annotated[Arming | None, BeforeValidator(_off_as_none)] = Field(
        Arming(),
        title="Arming",
        description="false: always armed",
        examples=["{gesture: palm, hold_ms: 500}"],
    )
    input: Annotated[Input, _nothing_as(Input)] = Field(
        Input(), title="Input", description="settings", examples=["{backend: auto}"]
    )
    pointer: Annotated[Pointer, _nothing_as(Pointer)] = Field(
        Pointer(), title="Pointer", description="settings", examples=["{move: relative}"]
    )
    safety: Annotated[Safety, _nothing_as(Safety)] = Field(
        Safety(), title="Safety", description="settings", examples=["{yield_ms: 1500}"]
    )
    feedback: Annotated[Feedback, _nothing_as(Feedback)] = Field(
        Feedback(), title="Feedback", description="settings", examples=["{sound: [armed]}"]
    )
    allow_commands: bool = Field(
        False, title="Allow commands", description="whether gestures may start programs"
    )
    gestures: Annotated[dict[Name, Gesture], _nothing_as(dict)] = Field(
        {},
        title="Gestures",
        description="the user's own",
        examples=[f"pinch: {_GESTURE}"],
    )
    bindings: Bindings = Field([], title="Bindings", description="in every mode")
    modes: Annotated[dict[Name, Mode], _nothing_as(dict)] = Field(
        {},
        title="Modes",
        description="sets of bindings",
        examples=["video: {bindings: [...]}"],
    )


class Library(Section):
    """The built-in gestures: the value of `gestures` as a file of its own."""

    gestures: dict[Name, Gesture]
