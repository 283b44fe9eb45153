"""Texts that stand for something else: names of gestures and modes, keys.

Each is checked where pydantic meets it, against the `Names` given as its context, so that one
validation finds everything at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticCustomError

from daemon.config.problems import nearest
from daemon.config.yamltree import shorten
from daemon.focus.patterns import pattern_problem
from daemon.keys import KeyNameError, parse_keys

#: MediaPipe's names of gestures, taken wherever a gesture is named.
ALIASES = {
    "Closed_Fist": "fist",
    "Open_Palm": "palm",
    "Pointing_Up": "one",
    "Thumb_Up": "like",
    "Thumb_Down": "dislike",
    "Victory": "peace",
    "ILoveYou": "iloveyou",
}
#: HaGRID's and MediaPipe's names of what is none of the gestures; none may be called so.
NO_GESTURE = frozenset({"none", "no_gesture"})
#: Type of the errors whose message needs no rewording.
FAULT = "gestured_fault"
DEFAULT_MODE = "default"
#: What a file says may be of any length, and its messages repeat some of it.
_LONGEST_MESSAGE = 1200
_LONGEST_PART = 300
_LONGEST_LIST = 900


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a configuration may refer to.

    Attributes:
        gestures: The library's and the user's own.
        motions: Those of them that are motions.
        modes: The user's modes and the default one.
        commands: Whether gestures may start programs.
    """

    gestures: frozenset[str]
    motions: frozenset[str]
    modes: frozenset[str]
    commands: bool = False


def names_of(info: ValidationInfo) -> Names:
    """The names given as the context of the validation."""
    if not isinstance(info.context, Names):
        raise TypeError("validate with Names as the context")
    return info.context


def fault(
    message: str, suggestion: str | None = None, start: int | None = None
) -> PydanticCustomError:
    """An error in final words, with the offset in the text of what is wrong; None for all of it."""
    if suggestion is not None and not suggestion.isprintable():
        suggestion = None
    context = {
        "message": shorten(message, _LONGEST_MESSAGE),
        "suggestion": suggestion,
        "start": start,
    }
    return PydanticCustomError(FAULT, "{message}", context)


def _listed(names: frozenset[str]) -> str:
    return shorten(", ".join(sorted(names)), _LONGEST_LIST)


def _gesture_name(name: str, info: ValidationInfo) -> str:
    names = names_of(info)
    canonical = name if name in names.gestures else ALIASES.get(name, name)
    if canonical not in names.gestures:
        near = nearest(name, (*sorted(names.gestures), *ALIASES))
        suggestion = ALIASES.get(near, near) if near else None
        if suggestion not in names.gestures:
            suggestion = None
        known = "" if suggestion else f" ({_listed(names.gestures)})"
        raise fault(f"expected the name of a gesture{known}, found '{shorten(name)}'", suggestion)
    return canonical


def _pose_name(name: str, info: ValidationInfo) -> str:
    canonical = _gesture_name(name, info)
    if canonical in names_of(info).motions:
        raise fault(f"expected a pose to hold during the motion, found the motion '{name}'")
    return canonical


def _held_name(name: str, info: ValidationInfo) -> str:
    canonical = _gesture_name(name, info)
    if canonical in names_of(info).motions:
        raise fault(f"expected a gesture that can be held, found the motion '{name}'")
    return canonical


def finger_states(states: list[str]) -> list[str]:
    """States that say something; for a validator of pydantic."""
    if {"extended", "folded"} <= set(states):
        raise fault("a finger that may be extended and folded may be anything: leave it out")
    return states


def _mode_name(name: str, info: ValidationInfo) -> str:
    modes = names_of(info).modes
    if name not in modes:
        message = f"expected the name of a mode ({_listed(modes)}), found '{shorten(name)}'"
        raise fault(message, nearest(name, sorted(modes)))
    return name


def _keys(text: str) -> str:
    try:
        parse_keys(text)
    except KeyNameError as error:
        raise fault(shorten(error.problem, _LONGEST_PART), error.suggestion, error.start) from None
    return text


def _app(pattern: str) -> str:
    problem = pattern_problem(pattern)
    if problem is not None:
        raise fault(shorten(problem, _LONGEST_PART))
    return pattern


GestureName = Annotated[str, AfterValidator(_gesture_name)]
PoseName = Annotated[str, AfterValidator(_pose_name)]
HeldName = Annotated[str, AfterValidator(_held_name)]
ModeName = Annotated[str, AfterValidator(_mode_name)]
KeysText = Annotated[str, AfterValidator(_keys)]
AppPattern = Annotated[str, AfterValidator(_app)]
