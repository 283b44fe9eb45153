"""A lesson: examples in, a gesture in YAML out, together with how well it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from daemon.config.load import parse_config
from daemon.learning.against import against_negatives, against_typical
from daemon.learning.fragment import fragment
from daemon.learning.gather import Example, Files, measured, of_frames
from daemon.synthetic.poses import POSES
from daemon.synthetic.typical import typical_hands
from gestures.landmarks import HandSide
from gestures.learning.examples import Examples, held, shapes_of
from gestures.learning.fit import Fit, fit
from gestures.learning.folds import Validation, cross_validate
from gestures.learning.trial import Hand, Trial, TryOut, shown_by
from gestures.spec import GestureSpec

#: A rule that is right less often on examples it has not seen is little better than a guess.
_GUESS: Final = 0.65


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
    typical = {
        pose: [of_frames(pose, typical_hands(pose), side)] for pose in POSES if pose in known
    }
    positives, ends = _without_ends(positives)
    shown = measured(positives)
    before = shown_by(others, _hands(positives))
    if negatives:
        against = against_negatives(shown, negatives, typical, before, side)
    else:
        against = against_typical(shown, typical, before)
    if 2 * len(against.alike) > len(typical):
        raise TooAlike
    not_shown, limits = measured(against.files), against.limits
    rule = fit(shown, not_shown, limits)
    if not rule.separates:
        raise TooAlike(_pairs(positives, against.files, shown, not_shown, rule))
    validation = cross_validate(shown, not_shown, limits)
    if validation is not None and validation.accuracy < _GUESS:
        # Files may show the gesture in different ways, each of them well.
        mixed = cross_validate(shown, not_shown, limits, by_file=False)
        if mixed is None or mixed.accuracy < _GUESS:
            raise TooAlike(accuracy=validation.accuracy)
    text = fragment(name, rule, validation, side, len(shown), against.what, limits.bad)
    read = parse_config(f"version: 1\n{text}", Path(f"{name}.yaml"), library).config.gestures
    spec = next(each for each in read if each.name == name)
    try_out = TryOut(spec, others)
    return Lesson(
        name=name,
        text=text,
        spec=spec,
        rule=rule,
        validation=validation,
        positives=try_out.of(_hands(positives)),
        negatives=try_out.of(_hands(negatives)) if negatives else None,
        typical={pose: try_out.of(_hands(file)) for pose, file in typical.items()},
        alike=tuple(pose for pose in typical if pose in against.alike),
        ends=ends,
    )


def _without_ends(files: Files) -> tuple[Files, dict[str, tuple[float, float]]]:
    """The hands while they are held, and of each recording that is cut the time that is left."""
    kept, ends = [], {}
    for file in files:
        part = file[held(measured([file]))]
        if len(part) < len(file):
            ends[part[0].source] = part[0].t_s, part[-1].t_s
        kept.append(part)
    return kept, ends


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


def _hands(files: Files) -> list[Hand]:
    return [(hand.geometry, hand.side) for file in files for hand in file]
