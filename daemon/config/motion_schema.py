"""The shape of `motion` in the YAML: a class for each kind, told apart by the key that names it."""

from __future__ import annotations

from typing import Annotated, Any, assert_never

from pydantic import Discriminator, Field, Tag, ValidationInfo, field_validator

from daemon.config.names import PoseName, fault
from daemon.config.section import Section
from gestures import motion_spec
from gestures.motion_spec import (
    BendingFinger,
    PushDirection,
    SwipeDirection,
    TurnDirection,
    ZoomDirection,
    ZoomHands,
)

_SWIPE = motion_spec.Swipe("left")
_WAVE = motion_spec.Wave()
_CIRCLE = motion_spec.Circle("clockwise")
_PUSH = motion_spec.Push("towards")
_CHANGE = motion_spec.PoseChange((), ())
_PINCH = motion_spec.Pinch()
_ZOOM = motion_spec.Zoom("in")
_ROTATE = motion_spec.Rotate("clockwise")
_TAP = motion_spec.Tap()


def _within_ms(default: float) -> Any:
    return Field(default, title="Within", description="most time it may take", ge=50, le=10_000)


def _factor(default: float) -> Any:
    return Field(
        default,
        title="Factor",
        description="how many times larger, or smaller, it must become",
        ge=1.05,
        le=10,
    )


class Swipe(Section):
    """A quick straight movement of the hand."""

    swipe: SwipeDirection = Field(
        title="Swipe", description="where the hand goes in the picture", examples=["left"]
    )
    distance: float = Field(
        _SWIPE.distance_palms,
        title="Distance",
        description="least travel, palm lengths",
        ge=0.1,
        le=20,
    )
    within_ms: float = _within_ms(_SWIPE.within_ms)


class Wave(Section):
    """The hand goes to and fro sideways."""

    wave: int = Field(
        title="Wave", description="how often the hand turns round", ge=2, le=20, examples=["3"]
    )
    distance: float = Field(
        _WAVE.distance_palms,
        title="Distance",
        description="least travel between two turns, palm lengths",
        ge=0.1,
        le=20,
    )
    within_ms: float = _within_ms(_WAVE.within_ms)


class Circle(Section):
    """The hand goes round a circle in the picture."""

    circle: TurnDirection = Field(
        title="Circle", description="which way round", examples=["clockwise"]
    )
    turns: float = Field(
        _CIRCLE.turns, title="Turns", description="circles until it begins", ge=0.5, le=20
    )
    radius: float = Field(
        _CIRCLE.radius_palms,
        title="Radius",
        description="least radius, palm lengths",
        ge=0.1,
        le=10,
    )
    within_ms: float = _within_ms(_CIRCLE.within_ms)


class Push(Section):
    """The hand goes towards the camera or away from it."""

    push: PushDirection = Field(title="Push", description="which of the two", examples=["towards"])
    factor: float = _factor(_PUSH.factor)
    within_ms: float = _within_ms(_PUSH.within_ms)


class FromTo(Section):
    """Poses before and after a change."""

    before: list[PoseName] = Field(
        alias="from",
        title="From",
        description="poses of which the hand must have shown one",
        min_length=1,
        examples=["[palm]"],
    )
    after: list[PoseName] = Field(
        alias="to",
        title="To",
        description="poses of which the hand must then show one",
        min_length=1,
        examples=["[fist]"],
    )

    @field_validator("after")
    @classmethod
    def _others(cls, poses: list[str], info: ValidationInfo) -> list[str]:
        for pose in poses:
            if pose in info.data.get("before", ()):
                raise fault(f"expected other poses than those under 'from', found '{pose}'")
        return poses


class Change(Section):
    """The hand goes from one pose to another."""

    change: FromTo = Field(
        title="Change", description="the poses", examples=["{from: [palm], to: [fist]}"]
    )
    within_ms: float = _within_ms(_CHANGE.within_ms)


class Pinch(Section):
    """Thumb and a finger touch."""

    pinch: BendingFinger = Field(title="Pinch", description="the finger", examples=["index"])
    below: float = Field(
        _PINCH.below_palms,
        title="Below",
        description="begins when the tips are nearer than this, palm lengths",
        ge=0.05,
        le=2,
    )
    above: float = Field(
        _PINCH.above_palms,
        title="Above",
        description="ends when the tips are farther apart than this, palm lengths",
        ge=0.05,
        le=3,
        validate_default=True,
    )

    @field_validator("above")
    @classmethod
    def _apart(cls, above: float, info: ValidationInfo) -> float:
        below = info.data.get("below", above)
        if above < below:
            raise fault(f"'above' ({above:g}) must not be less than 'below' ({below:g})")
        return above


class Zoom(Section):
    """Thumb and index finger, or two hands, go apart or together."""

    zoom: ZoomDirection = Field(
        title="Zoom", description="in: apart, out: together", examples=["in"]
    )
    hands: ZoomHands = Field(_ZOOM.hands, title="Hands", description="with how many")
    factor: float = _factor(_ZOOM.factor)
    within_ms: float = _within_ms(_ZOOM.within_ms)


class Rotate(Section):
    """The hand turns in the picture."""

    rotate: TurnDirection = Field(
        title="Rotate", description="which way round", examples=["clockwise"]
    )
    angle: float = Field(
        _ROTATE.angle_deg, title="Angle", description="until it begins, degrees", ge=5, le=180
    )
    within_ms: float = _within_ms(_ROTATE.within_ms)


class Tap(Section):
    """An outstretched finger bends quickly and comes back."""

    tap: BendingFinger = Field(title="Tap", description="the finger", examples=["index"])
    within_ms: float = _within_ms(_TAP.within_ms)


_KINDS = ("swipe", "wave", "circle", "push", "change", "pinch", "zoom", "rotate", "tap")


def _kind(data: object) -> str | None:
    if not isinstance(data, dict):
        return None
    return next((key for key in data if key in _KINDS), None)


Motion = Annotated[
    Annotated[Swipe, Tag("swipe")]
    | Annotated[Wave, Tag("wave")]
    | Annotated[Circle, Tag("circle")]
    | Annotated[Push, Tag("push")]
    | Annotated[Change, Tag("change")]
    | Annotated[Pinch, Tag("pinch")]
    | Annotated[Zoom, Tag("zoom")]
    | Annotated[Rotate, Tag("rotate")]
    | Annotated[Tap, Tag("tap")],
    Discriminator(_kind),
]


def motion_of(entry: Motion) -> motion_spec.Motion:
    """The motion that an entry of the YAML describes."""
    match entry:
        case Swipe():
            return motion_spec.Swipe(entry.swipe, entry.distance, entry.within_ms)
        case Wave():
            return motion_spec.Wave(entry.wave, entry.distance, entry.within_ms)
        case Circle():
            return motion_spec.Circle(entry.circle, entry.turns, entry.radius, entry.within_ms)
        case Push():
            return motion_spec.Push(entry.push, entry.factor, entry.within_ms)
        case Change(change=poses):
            before, after = tuple(poses.before), tuple(poses.after)
            return motion_spec.PoseChange(before, after, entry.within_ms)
        case Pinch():
            return motion_spec.Pinch(entry.pinch, entry.below, entry.above)
        case Zoom():
            return motion_spec.Zoom(entry.zoom, entry.hands, entry.factor, entry.within_ms)
        case Rotate():
            return motion_spec.Rotate(entry.rotate, entry.angle, entry.within_ms)
        case Tap():
            return motion_spec.Tap(entry.tap, entry.within_ms)
        case _:
            assert_never(entry)
