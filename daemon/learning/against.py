"""What a gesture is told from: the negatives, and typical hands of the built-in gestures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Final

import numpy as np

from daemon.learning.fragment import hands
from daemon.learning.gather import Files, measured
from gestures.landmarks import HandSide
from gestures.learning.examples import SHAPE, SIDEWAYS, TOWARDS, UPRIGHT, Examples
from gestures.learning.fit import Limits, fit

#: Parts of the examples that may be left aside.
_BAD: Final = (0.02, 0.05, 0.1)
#: No more are left aside than it takes to reach this margin, in softnesses.
_GOOD: Final = 1.0
#: Positives of which so many show a built-in gesture are nearly that.
_ALREADY: Final = 0.2
#: From hands nobody showed, a threshold is at most so far from the positives, in softnesses.
_REACH: Final = 3.0

#: What positives show without the new gesture.
Before = Counter[str | None]


@dataclass(frozen=True, slots=True)
class Against:
    """What a gesture is told from.

    Attributes:
        files: Hands file by file.
        limits: What the rule may do.
        what: The same in words.
        alike: Built-in gestures that could not be told from the positives, and are left out.
    """

    files: Files
    limits: Limits
    what: str
    alike: frozenset[str] = frozenset()


def against_negatives(
    shown: Examples,
    negatives: Files,
    typical: Mapping[str, Files],
    before: Before,
    side: HandSide | None,
) -> Against:
    """The user's own negatives, and hands of gestures that the rule would take away for nothing."""
    limits = Limits(features=SIDEWAYS if side else TOWARDS)
    limits = _forgiving(shown, measured(negatives), limits)
    rule = fit(shown, measured(negatives), limits)
    what = hands(sum(map(len, negatives)))
    taken = [
        pose
        for pose, file in typical.items()
        if before[pose] < _ALREADY * len(shown) and rule.accepts(measured(file)).any()
    ]
    if rule.separates and taken:
        files = [*negatives, *(file for pose in taken for file in typical[pose])]
        also = _forgiving(shown, measured(files), limits)
        stricter = fit(shown, measured(files), also)
        if stricter.separates and stricter.margin >= min(rule.margin, _GOOD):
            return Against(files, also, f"{what} and typical ones of {', '.join(taken)}")
    return Against(negatives, limits, what)


def against_typical(shown: Examples, typical: Mapping[str, Files], before: Before) -> Against:
    """Typical hands of the built-in gestures, but for those that can't be told apart."""
    limits = Limits(_REACH, UPRIGHT)
    alike = _too_alike(shown, typical, before, limits)
    files = [file for pose in typical if pose not in alike for file in typical[pose]]
    limits = _forgiving(shown, measured(files), limits)
    return Against(files, limits, "typical hands of the built-in gestures", alike)


def _forgiving(shown: Examples, not_shown: Examples, limits: Limits) -> Limits:
    """The limits, with as much left aside as it takes to tell the rest apart, at best well."""
    tries = [replace(limits, bad=bad) for bad in _BAD]
    rules = [fit(shown, not_shown, each) for each in tries]
    margins = [min(rule.margin, _GOOD) if rule.separates else -inf for rule in rules]
    return tries[margins.index(max(margins))]


def _too_alike(
    shown: Examples, typical: Mapping[str, Files], before: Before, limits: Limits
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
        and not fit(shown, measured(file), by_shape).separates
    )
    while against := [file for pose in typical if pose not in alike for file in typical[pose]]:
        rule = fit(shown, measured(against), lenient)
        if rule.separates:
            break
        flat = [hand for file in against for hand in file]
        alike |= {flat[index].source for index in np.flatnonzero(rule.alike)}
    return alike
