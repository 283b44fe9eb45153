"""Cross-validation: rules fitted to a part of the examples, tried on the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from gestures.learning.examples import Examples, Indices
from gestures.learning.fit import FREE, Limits, fit

_FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Validation:
    """How rules do on examples they were not fitted to.

    Attributes:
        folds: How many rules were tried.
        by_file: Whether whole files were kept back, or stretches of the only one.
        positives: Part of the positives for which the rule holds.
        negatives: Part of the negatives for which it doesn't; 1 without any.
    """

    folds: int
    by_file: bool
    positives: float
    negatives: float

    @property
    def accuracy(self) -> float:
        """The mean of both parts, so that it doesn't matter which are more."""
        return (self.positives + self.negatives) / 2


def cross_validate(
    positives: Examples, negatives: Examples, limits: Limits = FREE, *, by_file: bool = True
) -> Validation | None:
    """Fit to all folds but one, try that, for each in turn; None with too few positives.

    Of the positives whole files are kept back where there are several, else stretches of the only
    one, for neighbouring frames are nearly the same. Of the negatives stretches of each recording
    are, since a recording may be the only one of its kind, and the pictures in turn.

    Args:
        positives: Hands that show the gesture.
        negatives: Hands that don't.
        limits: What the rules may do.
        by_file: False for stretches of the positives in any case.
    """
    by_file = by_file and len(np.unique(positives.files)) > 1
    fold = _by_file(positives) if by_file else _by_stretch(positives)
    count = int(fold.max()) + 1
    if count < 2:
        return None
    other_fold = _by_stretch(negatives)
    held = rejected = 0
    for number in range(count):
        rule = fit(
            positives.where(fold != number), negatives.where(other_fold % count != number), limits
        )
        held += int(rule.accepts(positives.where(fold == number)).sum())
        rejected += int((~rule.accepts(negatives.where(other_fold % count == number))).sum())
    share = rejected / len(negatives) if len(negatives) else 1.0
    return Validation(count, by_file, held / len(positives), share)


def _by_file(examples: Examples) -> Indices:
    """Array of shape `(hands,)`: the fold of each, that of its file."""
    names, number = np.unique(examples.files, return_inverse=True)
    folds: Indices = number % min(len(names), _FOLDS)
    return folds


def _by_stretch(examples: Examples) -> Indices:
    """Array of shape `(hands,)`: the fold of each, by where in its file it is.

    Files of a single hand are dealt out one by one.
    """
    folds = np.zeros(len(examples), dtype=np.intp)
    singles = []
    for name in np.unique(examples.files):
        (of_file,) = np.nonzero(examples.files == name)
        if len(of_file) == 1:
            singles.append(int(of_file[0]))
        else:
            count = min(len(of_file), _FOLDS)
            folds[of_file] = np.arange(len(of_file)) * count // len(of_file)
    folds[singles] = np.arange(len(singles)) % _FOLDS
    return folds
