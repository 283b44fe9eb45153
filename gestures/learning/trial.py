"""What a new gesture changes beside the others: what is shown without it, and what with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gestures.features import Measured
from gestures.landmarks import HandSide
from gestures.rules import PoseRules
from gestures.spec import GestureSpec

#: A measured hand, and which hand of the person it is.
Hand = tuple[Measured, HandSide]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a number of hands shows.

    Attributes:
        hands: How many there are.
        shown: How many show each gesture, the new one among them; None for no gesture.
        holds: For how many each of the other gestures holds, whether it is shown or not.
        lost: How many showed each other gesture without the new one, and no longer do.
    """

    hands: int
    shown: Counter[str | None]
    holds: Counter[str]
    lost: Counter[str]


class TryOut:
    """Rules with a new gesture beside others, and without it."""

    def __init__(self, new: GestureSpec, others: Iterable[GestureSpec]) -> None:
        self._old = PoseRules(others)
        self._new = PoseRules((*self._old.specs, new))

    def of(self, hands: Iterable[Hand]) -> Trial:
        """Show hands to both."""
        trial = Trial(0, Counter(), Counter(), Counter())
        count = 0
        for measured, side in hands:
            count += 1
            verdict = self._old.judge(measured, side)
            trial.holds.update(self._old.names[index] for index in verdict.sure)
            before = _name(self._old, verdict.best)
            shown = _name(self._new, self._new.judge(measured, side).best)
            trial.shown[shown] += 1
            if before is not None and before != shown:
                trial.lost[before] += 1
        return replace(trial, hands=count)


def shown_by(specs: Iterable[GestureSpec], hands: Iterable[Hand]) -> Counter[str | None]:
    """How many hands show each gesture; None for no gesture."""
    rules = PoseRules(specs)
    return Counter(_name(rules, rules.judge(measured, side).best) for measured, side in hands)


def _name(rules: PoseRules, index: int | None) -> str | None:
    return None if index is None else rules.names[index]
