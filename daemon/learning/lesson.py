"""A lesson: examples in, a gesture in YAML out, together with how well it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Final

import numpy as np

from daemon.config.load import parse_config
from daemon.learning.fragment import fragment, hands
from daemon.learning.gather import Example, of_frames
from daemon.synthetic.poses import POSES
from daemon.synthetic.typical import typical_hands
from gestures.landmarks import HandSide
from gestures.learning.examples import (
    SHAPE,
    SIDEWAYS,
    TOWARDS,
    UPRIGHT,
    Examples,
    examples_of,
    held,
    shapes_of,
)
from gestures.learning.fit import Fit, Limits, fit
from gestures.learning.folds import Validation, cross_validate
from gestures.learning.trial import Hand, Trial, shown_by, try_out
from gestures.spec import GestureSpec

#: A rule that is right less often on examples it has not seen is little better than a guess.
_GUESS: Final = 0.65
#: Parts of the examples that may be left aside.
_BAD: Final = (0.02, 0.05, 0.1)
#: No more are left aside than it takes to reach this margin, in softnesses.
_GOOD: Final = 1.0
#: Positives of which so many show a built-in gesture are nearly that.
_ALREADY: Final = 0.2
#: From hands nobody showed, a threshold is at most so far from the positives, in softnesses.
_REACH: Final = 3.0

#: Hands file by file.
Files = Sequence[Sequence[Example]]


class TooAlike(Exception):
    """The examples can't be told apart.

    Attributes:
        pairs: Negatives that no rule rejects, each with the positive that is the most like it;
            without any of them, the positives have nothing in common.
        accuracy: Of rules on examples they were not fitted to, where that is what failed.
    """

    def __init__(
        self, pairs: Sequence[tuple[Example, Example]] = (), accuracy: float | None = None
    ) -> None:
        super().__init__("the examples can't be told apart")
        self.pairs = pairs
        self.accuracy = accuracy


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned.

    Attributes:
        name: Of the gesture.
        text: A fragment of YAML that makes it, with a comment above.
        spec: What the configuration's reader makes of that.
        rule: The rule.
        validation: How rules do on examples they were not fitted to; None with too few of them.
        positives: What the positives show.
        negatives: What the negatives show; None where they were built-in gestures' hands.
        typical: What typical hands of each built-in gesture show.
        alike: Built-in gestures that could not be told from the positives.
        ends: For recordings cut to where the hand is held: from when to when, in seconds.
        replaced: Whether there is a gesture of this name already.
    """

    name: str
    text: str
    spec: GestureSpec
    rule: Fit
    validation: Validation | None
    positives: Trial
    negatives: Trial | None
    typical: dict[str, Trial]
    alike: tuple[str, ...]
    ends: dict[str, tuple[float, float]]
    replaced: bool


def learn(
    name: str,
    positives: Files,
    negatives: Files,
    library: Sequence[GestureSpec],
    side: HandSide | None,
) -> Lesson:
    """Fit a rule, write it down, and try what was written.

    Args:
        name: Of the gesture.
        positives: Hands that show it; at least one.
        negatives: Hands that don't; if there are none, typical ones of the built-in gestures.
        library: All gestures of the configuration.
        side: The only hand that may make it, or None for either.

    Raises:
        TooAlike: No rule tells the positives from the negatives.
    """
    others = [spec for spec in library if spec.name != name]
    known = {spec.name for spec in others}
    typical = {pose: of_frames(pose, typical_hands(pose), side) for pose in POSES if pose in known}
    positives, ends = _without_ends(positives)
    shown = _measured(positives)
    against, alike = negatives, frozenset[str]()
    limits = Limits(features=SIDEWAYS if side else TOWARDS)
    if not negatives:
        limits = Limits(_REACH, UPRIGHT)
        before = shown_by(others, _hands(positives))
        alike = _too_alike(shown, typical, before, limits)
        if 2 * len(alike) > len(typical):
            raise TooAlike
        against = [typical[pose] for pose in typical if pose not in alike]
    not_shown = _measured(against)
    limits = _forgiving(shown, not_shown, limits)
    rule = fit(shown, not_shown, limits)
    if not rule.separates:
        raise TooAlike(_pairs(positives, against, shown, not_shown, rule))
    validation = cross_validate(shown, not_shown, limits)
    if validation is not None and validation.accuracy < _GUESS:
        # Files may show the gesture in different ways, each of them well.
        mixed = cross_validate(shown, not_shown, limits, by_file=False)
        if mixed is None or mixed.accuracy < _GUESS:
            raise TooAlike(accuracy=validation.accuracy)
    what = hands(len(not_shown)) if negatives else "typical hands of the built-in gestures"
    text = fragment(name, rule, validation, side, len(shown), what, limits.bad)
    read = parse_config(f"version: 1\n{text}", Path(f"{name}.yaml"), library).config.gestures
    spec = next(each for each in read if each.name == name)
    return Lesson(
        name=name,
        text=text,
        spec=spec,
        rule=rule,
        validation=validation,
        positives=try_out(spec, others, _hands(positives)),
        negatives=try_out(spec, others, _hands(negatives)) if negatives else None,
        typical={pose: try_out(spec, others, _hands([file])) for pose, file in typical.items()},
        alike=tuple(pose for pose in typical if pose in alike),
        ends=ends,
        replaced=len(others) < len(library),
    )


def _without_ends(files: Files) -> tuple[Files, dict[str, tuple[float, float]]]:
    """The hands while they are held, and of each recording that is cut the time that is left."""
    kept, ends = [], {}
    for file in files:
        part = file[held(_measured([file]))]
        if len(part) < len(file):
            ends[part[0].source] = part[0].t_s, part[-1].t_s
        kept.append(part)
    return kept, ends


def _forgiving(shown: Examples, not_shown: Examples, limits: Limits) -> Limits:
    """The limits, with as much left aside as it takes to tell the rest apart, at best well."""
    tries = [replace(limits, bad=bad) for bad in _BAD]
    rules = [fit(shown, not_shown, each) for each in tries]
    margins = [min(rule.margin, _GOOD) if rule.separates else -inf for rule in rules]
    return tries[margins.index(max(margins))]


def _too_alike(
    shown: Examples, typical: dict[str, list[Example]], before: Counter[str | None], limits: Limits
) -> frozenset[str]:
    """The built-in gestures that the positives can't be told from.

    Where the positives show one, only their shape may tell them from it: a drawing is always
    turned a little otherwise.
    """
    lenient = replace(limits, bad=_BAD[-1])
    by_shape = replace(lenient, features=SHAPE)
    alike = frozenset(
        pose
        for pose, file in typical.items()
        if before[pose] >= _ALREADY * len(shown)
        and not fit(shown, _measured([file]), by_shape).separates
    )
    while against := [typical[pose] for pose in typical if pose not in alike]:
        rule = fit(shown, _measured(against), lenient)
        if rule.separates:
            break
        flat = [hand for file in against for hand in file]
        alike |= {flat[index].source for index in np.flatnonzero(rule.alike)}
    return alike


def _pairs(
    positives: Files, negatives: Files, shown: Examples, not_shown: Examples, rule: Fit
) -> list[tuple[Example, Example]]:
    """The negatives that the rule does not reject, and of each the nearest positive by shape."""
    shapes, other_shapes = shapes_of(shown), shapes_of(not_shown)
    flat = [hand for file in positives for hand in file]
    others = [hand for file in negatives for hand in file]
    pairs = []
    for index in np.flatnonzero(rule.alike):
        nearest = int(np.square(shapes - other_shapes[index]).sum(axis=1).argmin())
        pairs.append((others[index], flat[nearest]))
    return pairs


def _measured(files: Files) -> Examples:
    return examples_of([[hand.geometry for hand in file] for file in files])


def _hands(files: Files) -> list[Hand]:
    return [(hand.geometry, hand.side) for file in files for hand in file]
