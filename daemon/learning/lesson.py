"""A lesson: examples in, a gesture in YAML out, together with how well it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from gestures.learning.examples import Examples, examples_of, shapes_of
from gestures.learning.fit import REACH, Fit, fit
from gestures.learning.folds import Validation, cross_validate
from gestures.learning.trial import Hand, Trial, shown_by, try_out
from gestures.spec import GestureSpec

#: A rule that is right less often on examples it has not seen is little better than a guess.
_GUESS: Final = 0.65
#: Where so many of the positives show a built-in gesture, that gesture is what is meant.
_MEANT: Final = 0.5

#: Hands file by file.
Files = Sequence[Sequence[Example]]


class TooAlike(Exception):
    """The examples can't be told apart.

    Attributes:
        pairs: Negatives that no rule rejects, each with the positive that is the most like it.
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
        meant: Built-in gestures that could not be told from the positives.
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
    meant: tuple[str, ...]
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
    against, reach, meant = negatives, inf, frozenset[str]()
    if not negatives:
        reach, meant = REACH, _meant(positives, typical, others)
        against = [typical[pose] for pose in typical if pose not in meant]
    rule = fit(_measured(positives), _measured(against), reach)
    shown, not_shown = _measured(positives), _measured(against)
    if not rule.separates:
        raise TooAlike(_pairs(positives, against, rule))
    validation = cross_validate(shown, not_shown, reach)
    if validation is not None and validation.accuracy < _GUESS:
        raise TooAlike(accuracy=validation.accuracy)
    what = hands(len(not_shown)) if negatives else "typical hands of the built-in gestures"
    text = fragment(name, rule, validation, side, len(shown), what)
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
        meant=tuple(pose for pose in typical if pose in meant),
        replaced=len(others) < len(library),
    )


def _meant(
    positives: Files, typical: dict[str, list[Example]], others: Sequence[GestureSpec]
) -> frozenset[str]:
    """The built-in gestures that the positives show, or can't be told from."""
    measured = _measured(positives)
    shown = shown_by(others, _hands(positives))
    meant = frozenset(pose for pose in typical if shown[pose] >= _MEANT * len(measured))
    while against := [typical[pose] for pose in typical if pose not in meant]:
        rule = fit(measured, _measured(against), REACH)
        if rule.separates:
            break
        flat = [hand for file in against for hand in file]
        meant |= {flat[index].source for index in np.flatnonzero(rule.alike)}
    return meant


def _pairs(positives: Files, negatives: Files, rule: Fit) -> list[tuple[Example, Example]]:
    """The negatives that the rule does not reject, and of each the nearest positive by shape."""
    shown, not_shown = shapes_of(_measured(positives)), shapes_of(_measured(negatives))
    flat = [hand for file in positives for hand in file]
    others = [hand for file in negatives for hand in file]
    pairs = []
    for index in np.flatnonzero(rule.alike):
        nearest = int(np.square(shown - not_shown[index]).sum(axis=1).argmin())
        pairs.append((others[index], flat[nearest]))
    return pairs


def _measured(files: Files) -> Examples:
    return examples_of([[hand.geometry for hand in file] for file in files])


def _hands(files: Files) -> list[Hand]:
    return [(hand.geometry, hand.side) for file in files for hand in file]
