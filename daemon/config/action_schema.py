"""The shape of `action` in the YAML: a class for each kind, told apart by `type`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from daemon import actions
from daemon.actions import Button, ScrollAxis, ScrollBy, ScrollDirection
from daemon.config.names import KeysText, ModeName, fault, names_of
from daemon.config.section import Section, text_of_number
from daemon.keys import MODIFIERS, parse_keys

_EXAMPLE = "{type: key, keys: Right}"
_CLICK = actions.ClickAction()
_SCROLL = actions.ScrollAction("down")
_HAND_SCROLL = actions.HandScrollAction()
_REPEAT = actions.RepeatAction(actions.KeyAction(()))

Keys = Annotated[KeysText, Field(examples=["ctrl+Right"]), BeforeValidator(text_of_number)]


def _one_in_a_list(value: object) -> object:
    return [value] if isinstance(value, str | int | float) else value


def _modifiers_only(text: str) -> str:
    for name in parse_keys(text):
        if name not in MODIFIERS:
            raise fault(f"only modifiers ({', '.join(MODIFIERS)}) go with a click, not '{name}'")
    return text


def _printable(text: str) -> str:
    for index, character in enumerate(text):
        if not character.isprintable() and character not in "\n\t":
            raise fault(f"the character {character!r} can't be typed", start=index)
    return text


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise fault("no program takes an argument with a NUL character", start=text.index("\0"))
    return text


def _longest() -> Any:
    return Field(
        None,
        title="Longest",
        description="released after so long in any case; by default what 'safety' says",
        ge=100,
        le=3_600_000,
    )


class Key(Section):
    """Tap a key, a combination, or several one after another."""

    type: Literal["key"]
    keys: Annotated[
        list[Keys], Field(min_length=1, max_length=50), BeforeValidator(_one_in_a_list)
    ] = Field(
        title="Keys",
        description="joined by +; a list for one after another",
        examples=["[ctrl+k, ctrl+c]"],
    )
    delay_ms: float = Field(0, title="Delay", description="between two of a list", ge=0, le=10_000)


class Text(Section):
    """Type a text."""

    type: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_printable)] = Field(
        title="Text", description="what to type", examples=["'Thank you!'"]
    )


class Click(Section):
    """Click a mouse button."""

    type: Literal["click"]
    button: Button = Field(_CLICK.button, title="Button", description="of the mouse")
    count: int = Field(_CLICK.count, title="Count", description="2 for a double click", ge=1, le=3)
    keys: Annotated[KeysText, AfterValidator(_modifiers_only)] | None = Field(
        None, title="Keys", description="modifiers held down meanwhile", examples=["ctrl"]
    )


class Hold(Section):
    """Hold keys down for as long as the gesture lasts."""

    type: Literal["hold"]
    keys: Keys = Field(title="Keys", description="joined by +", examples=["space"])
    longest_ms: float | None = _longest()


class Pointer(Section):
    """Move the mouse pointer with the hand."""

    type: Literal["pointer"]


class Drag(Section):
    """Move the mouse pointer with a button held down."""

    type: Literal["drag"]
    button: Button = Field("left", title="Button", description="of the mouse")
    longest_ms: float | None = _longest()


class Scroll(Section):
    """Turn the wheel: by some notches at once, or with the hand for as long as it lasts."""

    type: Literal["scroll"]
    direction: ScrollDirection | None = Field(
        None, title="Direction", description="for some notches at once"
    )
    steps: int = Field(_SCROLL.steps, title="Steps", description="notches", ge=1, le=100)
    by: ScrollBy = Field(
        _HAND_SCROLL.by, title="By", description="the hand's place, or its turning as on a dial"
    )
    axis: ScrollAxis = Field(_HAND_SCROLL.axis, title="Axis", description="which wheel")
    speed: float | None = Field(
        None,
        title="Speed",
        description="notches a palm length, or a turn of the dial; below 0 the other way round",
        ge=-200,
        le=200,
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Scroll:
        given = self.model_fields_set
        if self.direction is None and "steps" in given:
            raise fault("'steps' needs 'direction' beside it: up, down, left or right")
        beside = sorted(given & {"by", "axis", "speed"})
        if self.direction is not None and beside:
            raise fault(
                f"'{beside[0]}' can't stand beside 'direction': with it the wheel turns"
                " by 'steps' at once, without it with the hand"
            )
        if self.by == "dial" and self.axis == "both":
            raise fault("a dial turns one wheel: make the axis vertical or horizontal")
        if self.speed == 0:
            raise fault("at speed 0 nothing scrolls")
        return self


class Once(Section):
    """Turn the wheel by some notches."""

    type: Literal["scroll"]
    direction: ScrollDirection = Field(
        title="Direction", description="of the page", examples=["down"]
    )
    steps: int = Field(_SCROLL.steps, title="Steps", description="notches", ge=1, le=100)


class Repeat(Section):
    """Do something again and again for as long as the gesture lasts."""

    type: Literal["repeat"]
    action: Annotated[Key | Text | Click | Once, Field(discriminator="type")] = Field(
        title="Action", description="what", examples=[_EXAMPLE]
    )
    per_second: float = Field(
        _REPEAT.per_s, title="Per second", description="how often", ge=0.1, le=30
    )
    delay_ms: float = Field(
        _REPEAT.delay_ms,
        title="Delay",
        description="between the first time and the second",
        ge=0,
        le=10_000,
    )


class Run(Section):
    """Start a program, without a shell."""

    type: Literal["run"]
    command: list[Annotated[str, Field(min_length=1), AfterValidator(_without_nul)]] = Field(
        title="Command",
        description="the program and its arguments",
        min_length=1,
        max_length=100,
        examples=["[playerctl, play-pause]"],
    )

    @field_validator("type")
    @classmethod
    def _allowed(cls, kind: str, info: ValidationInfo) -> str:
        if not names_of(info).commands:
            raise fault(
                "programs are refused: write 'allow_commands: true' at the top of the file"
                " if gestures may start them"
            )
        return kind


class ModeSwitch(Section):
    """Switch to another mode."""

    type: Literal["mode"]
    name: ModeName = Field(title="Name", description="of a mode, or default", examples=["default"])


class Pause(Section):
    """Let nothing act but this, until it comes again."""

    type: Literal["pause"]


class Notify(Section):
    """Show a notification of the desktop."""

    type: Literal["notify"]
    text: str = Field(
        title="Text", description="to show", min_length=1, max_length=300, examples=["'Well done'"]
    )


class Wait(Section):
    """Wait, within a sequence."""

    type: Literal["wait"]
    ms: float = Field(
        title="Milliseconds", description="how long", ge=1, le=60_000, examples=["200"]
    )


_Plain = Key | Text | Click | Hold | Pointer | Drag | Scroll | Repeat | Run
_Own = ModeSwitch | Pause | Notify


class Sequence(Section):
    """One action after another."""

    type: Literal["sequence"]
    actions: list[
        Annotated[_Plain | _Own | Wait, Field(discriminator="type", examples=[_EXAMPLE])]
    ] = Field(
        title="Actions",
        description="in their order; {type: wait, ms: 200} between them",
        min_length=1,
        max_length=50,
        examples=["[{type: key, keys: F5}, {type: wait, ms: 500}, {type: key, keys: b}]"],
    )


Action = Annotated[_Plain | _Own | Sequence, Field(discriminator="type")]
