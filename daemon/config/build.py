"""From a tree of YAML to the configuration, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from pydantic import ValidationError

from daemon.config import model, schema, settings_schema
from daemon.config.action_build import action_of
from daemon.config.motion_schema import motion_of
from daemon.config.names import DEFAULT_MODE, NO_GESTURE, Names
from daemon.config.problems import ConfigError, Problem
from daemon.config.section import Section
from daemon.config.terms import TermReader
from daemon.config.wording import problems_of
from daemon.config.yamltree import Entry, Node, Tree
from gestures.arming import ArmingRule
from gestures.landmarks import FINGERS
from gestures.logic import Term
from gestures.motion_spec import LASTING
from gestures.spec import GestureSpec
from models.smoothing import Noise

_OPEN_HAND, _TOGETHER = "palm", "stop"
_Model = TypeVar("_Model", bound=Section)


def build_config(tree: Tree, library: Sequence[GestureSpec]) -> model.Config:
    """The configuration that a file holds.

    Args:
        tree: The file.
        library: The built-in gestures.

    Raises:
        ConfigError: With all that is wrong.
    """
    own = tree.section("gestures")
    modes = tree.section("modes")
    motions = {spec.name for spec in library if spec.motion and spec.name not in own}
    names = Names(
        gestures=frozenset({spec.name for spec in library} | own.keys()),
        motions=frozenset(motions | _motions(own)),
        modes=frozenset({DEFAULT_MODE, *modes}),
        commands=tree.node(("allow_commands",)).value is True,
    )
    terms, unreadable = _read_terms(tree, own)
    problems = [*_gesture_shapes(tree, own), *_of_arming(tree, own), *unreadable]
    if DEFAULT_MODE in modes:
        message = (
            f"'{DEFAULT_MODE}' is the mode without a name:"
            " its bindings are those under 'bindings' at the top"
        )
        place = modes[DEFAULT_MODE].key
        problems.append(tree.problem(place, ("modes", DEFAULT_MODE), message))
    document = _validated(schema.Document, tree, names, problems)
    specs = {spec.name: spec for spec in library}
    specs |= {
        name: replace(_gesture(name, entry, terms), own=True)
        for name, entry in document.gestures.items()
    }
    arming = document.arming
    return model.Config(
        camera=model.CameraSettings(**document.camera.model_dump()),
        tracker=model.TrackerSettings(**document.tracker.model_dump()),
        smoothing=Noise(document.smoothing.process_noise, document.smoothing.measurement_noise),
        arming=None if arming is None else _arming(arming, own),
        backend=document.input.backend,
        pointer=_pointer(document.pointer),
        safety=model.SafetySettings(**document.safety.model_dump()),
        feedback=model.FeedbackSettings(
            frozenset(document.feedback.sound), frozenset(document.feedback.notify)
        ),
        allow_commands=document.allow_commands,
        gestures=tuple(specs.values()),
        bindings=_bindings(document.bindings),
        modes={
            name: model.Mode(_bindings(mode.bindings), tuple(mode.apps))
            for name, mode in document.modes.items()
        },
        path=tree.path,
    )


def build_library(tree: Tree) -> tuple[GestureSpec, ...]:
    """The gestures of a file that is nothing but the value of `gestures`.

    Raises:
        ConfigError: With all that is wrong.
    """
    root = tree.root
    tree = replace(tree, root=Node({"gestures": Entry(root.place, root)}, root.place))
    own = tree.section("gestures")
    names = Names(frozenset(own), frozenset(_motions(own)), frozenset())
    terms, unreadable = _read_terms(tree, own)
    problems = [*_gesture_shapes(tree, own), *unreadable]
    document = _validated(schema.Library, tree, names, problems)
    return tuple(_gesture(name, entry, terms) for name, entry in document.gestures.items())


def _validated(kind: type[_Model], tree: Tree, names: Names, problems: list[Problem]) -> _Model:
    problems = [*tree.problems, *problems]
    document = None
    try:
        document = kind.model_validate(tree.root.data(), context=names)
    except ValidationError as error:
        problems += problems_of(error, kind, tree)
    if document is None or problems:
        # What stands behind an anchor is checked at each use of it, and reported once.
        once: dict[tuple[int, int, str], Problem] = {}
        for item in problems:
            once.setdefault((item.line, item.column, item.message), item)
        in_order = sorted(once.values(), key=lambda item: (item.line, item.column))
        raise ConfigError(in_order, tree.lines)
    return document


def _motions(gestures: dict[str, Entry]) -> set[str]:
    return {
        name
        for name, entry in gestures.items()
        if isinstance(entry.node.value, dict) and "motion" in entry.node.value
    }


def _gesture_shapes(tree: Tree, gestures: dict[str, Entry]) -> Iterable[Problem]:
    """Keys of gestures that don't go together; told from the keys alone, so beside other errors."""
    known = {field.alias or name for name, field in schema.Gesture.model_fields.items()}
    for name, entry in gestures.items():
        keys = entry.node.value
        if not isinstance(keys, dict):
            continue
        path = ("gestures", name)
        if name in NO_GESTURE:
            message = f"'{name}' is what stands for no gesture: give this one another name"
            yield tree.problem(entry.key, path, message)
        has = {key for key, value in keys.items() if value.node.value is not None}
        if not has & {"fingers", "when", "motion"} and keys.keys() <= known:
            message = "expected 'fingers', 'when' or 'motion': nothing says what makes this gesture"
            yield tree.problem(entry.key, path, message)
        if "motion" in has:
            for key, reason in _not_beside_motion(keys).items():
                if key in has:
                    shown = f"hand: {keys[key].node.value}" if key == "hand" else key
                    message = f"'{shown}' can't stand beside 'motion': {reason}"
                    yield tree.problem(keys[key].key, (*path, key), message)
        elif "while" in has:
            message = "'while' needs 'motion' beside it: it names the poses held during one"
            yield tree.problem(keys["while"].key, (*path, "while"), message)
        if "fingers" in has and keys["fingers"].node.value == {}:
            message = f"expected a finger ({', '.join(FINGERS)}), found an empty mapping"
            yield tree.problem(keys["fingers"].node.place, (*path, "fingers"), message)


def _not_beside_motion(keys: dict[str, Entry]) -> dict[str, str]:
    """What keys can't stand beside a gesture's motion, and why, as `motion` and `hand` are."""
    motion = keys["motion"].node.data()
    motion = motion if isinstance(motion, dict) else {}
    hand = keys["hand"].node.value if "hand" in keys else None
    own = "make it a gesture of its own, and name that in 'while'"
    lasts = any(kind.__name__.lower() in motion for kind in LASTING)
    found = {
        **dict.fromkeys(("fingers", "when", "release"), own),
        "hold_ms": "a motion is recognised, not held: "
        + ("put 'hold_ms' on the binding" if lasts else "leave it out"),
        "repeat_ms": "a motion acts once each time it is made: leave it out",
    }
    if "zoom" in motion and motion.get("hands") == "two":
        found["hand"] = "this zoom takes both hands as it is: leave it out"
    elif hand == "both":
        found["hand"] = (
            "write 'hands: two' in the motion instead"
            if "zoom" in motion
            else "it is made with one hand: leave it out, or write left or right"
        )
    return found


def _of_arming(tree: Tree, own: dict[str, Entry]) -> Iterable[Problem]:
    """The default arming gesture, replaced by a motion; one that is named is checked as a name."""
    name = ArmingRule().gesture
    is_off = tree.node(("arming",)).value is False
    if not is_off and "gesture" not in tree.section("arming") and name in _motions(own):
        path = ("gestures", name)
        message = (
            f"'{name}' is the gesture that arms, and a motion can't be held: give this another"
            " name, or name a pose under 'arming'"
        )
        yield tree.problem(own[name].key, path, message)


def _arming(arming: settings_schema.Arming, own: dict[str, Entry]) -> ArmingRule:
    """An open hand arms with its fingers together as well, unless the user says what it is."""
    is_open_hand = arming.gesture == _OPEN_HAND and own.keys().isdisjoint((_OPEN_HAND, _TOGETHER))
    return ArmingRule(**arming.model_dump(), also=(_TOGETHER,) if is_open_hand else ())


def _pointer(pointer: settings_schema.Pointer) -> model.PointerSettings:
    region = pointer.region
    return model.PointerSettings(
        pointer.move,
        None if region is None else (region.left, region.top, region.right, region.bottom),
        pointer.speed,
        pointer.acceleration,
    )


def _read_terms(
    tree: Tree, gestures: dict[str, Entry]
) -> tuple[dict[tuple[str, str], tuple[Term, ...]], list[Problem]]:
    """What stands under `when` and `release` of each gesture, and what is wrong with it."""
    reader = TermReader(tree)
    found: dict[tuple[str, str], tuple[Term, ...]] = {}
    for name, entry in gestures.items():
        keys = entry.node.value
        if not isinstance(keys, dict):
            continue
        both = "hand" in keys and keys["hand"].node.value == "both"
        for key in ("when", "release"):
            if key in keys and keys[key].node.value is not None:
                path = ("gestures", name, key)
                found[name, key] = reader.read(keys[key].node, path, both=both)
    return found, reader.problems


def _gesture(
    name: str, entry: schema.Gesture, terms: dict[tuple[str, str], tuple[Term, ...]]
) -> GestureSpec:
    motion, fingers = entry.motion, entry.fingers
    return GestureSpec(
        name=name,
        fingers={
            finger: tuple(states)
            for finger, states in (fingers.model_dump() if fingers else {}).items()
            if states
        },
        when=terms.get((name, "when"), ()),
        release=terms.get((name, "release"), ()),
        hands=(entry.hand,) if entry.hand in ("left", "right") else ("left", "right"),
        both=entry.hand == "both",
        motion=motion_of(motion) if motion else None,
        poses=tuple(entry.poses),
        hold_ms=entry.hold_ms,
        cooldown_ms=entry.cooldown_ms,
        repeat_ms=entry.repeat_ms,
    )


def _bindings(entries: Iterable[schema.Binding]) -> tuple[model.Binding, ...]:
    return tuple(
        model.Binding(entry.gesture, action_of(entry.action), entry.hand, entry.hold_ms)
        for entry in entries
    )
