"""The shape of the YAML: one class a section, every key with its bounds and what it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from daemon.config.action_schema import Action
from daemon.config.motion_schema import Motion
from daemon.config.names import (
    AppPattern,
    GestureName,
    PoseName,
    finger_states,
)
from daemon.config.section import Section, in_a_list
from daemon.config.settings_schema import (
    Arming,
    Camera,
    Feedback,
    Input,
    Pointer,
    Safety,
    Smoothing,
    Tracker,
)
from daemon.config.terms import EXAMPLE
from gestures.landmarks import HandSide
from gestures.spec import FingerState, GestureSpec

_SPEC = GestureSpec("")


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


_GESTURE = '{when: ["gap(thumb, index) < 0.25"]}'
_BINDING = "{gesture: fist, action: {type: key, keys: b}}"


class Fingers(Section):
    """The states each finger may be in."""

    thumb: States = Field([], title="Thumb", description="its state, or a list of them")
    index: States = Field([], title="Index finger", description="its state, or a list of them")
    middle: States = Field([], title="Middle finger", description="its state, or a list of them")
    ring: States = Field([], title="Ring finger", description="its state, or a list of them")
    pinky: States = Field([], title="Little finger", description="its state, or a list of them")


class Gesture(Section):
    """A pose or a motion."""

    # Which keys go together `build` checks.
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
