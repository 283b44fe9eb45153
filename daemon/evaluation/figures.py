"""The figures of a set of outcomes: accuracy, precision, recall, confusion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.evaluation.labels import NONE
from daemon.evaluation.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """The figures of one gesture, or of none of them.

    Attributes:
        gesture: Its name, or `NONE`.
        examples: How many are labelled so.
        found: Of these, those in which a hand was found.
        right: Of these, those that were taken for it, or for what is right as well.
        none: Of these, those that were taken for none of the gestures.
        taken: How many were taken for it, whatever their label.
    """

    gesture: str
    examples: int
    found: int
    right: int
    none: int
    taken: int

    @property
    def wrong(self) -> int:
        """How many were taken for another gesture."""
        return self.found - self.right - (0 if self.gesture == NONE else self.none)

    @property
    def precision(self) -> float | None:
        """Of those taken for it the share that are."""
        return _share(min(self.right, self.taken), self.taken)

    @property
    def recall(self) -> float | None:
        """Of those that are, and in which a hand was found, the share taken for it."""
        return _share(self.right, self.found)

    def to_json(self) -> dict[str, Any]:
        return {
            "examples": self.examples,
            "found": self.found,
            "right": self.right,
            "taken": self.taken,
            "precision": _rounded(self.precision),
            "recall": _rounded(self.recall),
        }


class Figures:
    """All figures of a set.

    Args:
        outcomes: What each example was taken for.
        names: The poses in the order in which they are to be shown.
    """

    def __init__(self, outcomes: Iterable[Outcome], names: Sequence[str]) -> None:
        self._all: Counter[str] = Counter()
        self._right = 0
        self._right_of: Counter[str] = Counter()
        #: Of the examples with a hand, how many of a label were taken for a gesture.
        self.confusion: Counter[tuple[str, str]] = Counter()
        for outcome in outcomes:
            self._all[outcome.label] += 1
            self._right += outcome.right
            if outcome.found:
                self.confusion[outcome.label, outcome.gesture] += 1
                self._right_of[outcome.label] += outcome.right
        occurring = {*self._all, *(taken for _, taken in self.confusion)}
        #: What occurs as a label or was seen, none of the gestures last.
        self.classes = tuple(name for name in (*names, NONE) if name in occurring)

    @property
    def examples(self) -> int:
        """How many there are."""
        return self._all.total()

    @property
    def found(self) -> int:
        """In how many a hand was found."""
        return self.confusion.total()

    @property
    def right(self) -> int:
        """Of those with a hand, how many were taken for what they are."""
        return self._right_of.total()

    @property
    def accuracy(self) -> float | None:
        """The share of right ones where a hand was found."""
        return _share(self.right, self.found)

    @property
    def right_of_all(self) -> int:
        """How many are right, where a picture without a hand is taken for none."""
        return self._right

    @property
    def named(self) -> int:
        """How many of none of the gestures were taken for one."""
        return self._found_of(NONE) - self.confusion[NONE, NONE]

    def class_figures(self) -> list[ClassFigures]:
        """Of each class, in their order."""
        return [
            ClassFigures(
                gesture=name,
                examples=self._all[name],
                found=self._found_of(name),
                right=self._right_of[name],
                none=self.confusion[name, NONE],
                taken=sum(self.confusion[label, name] for label in self.classes),
            )
            for name in self.classes
        ]

    def of_gestures(self) -> ClassFigures:
        """Of everything that is labelled as a gesture; taken: for any gesture, right or wrong."""
        gestures = [each for each in self.class_figures() if each.gesture != NONE]
        return ClassFigures(
            gesture="gestures",
            examples=sum(each.examples for each in gestures),
            found=sum(each.found for each in gestures),
            right=sum(each.right for each in gestures),
            none=sum(each.none for each in gestures),
            taken=sum(each.found - self.confusion[each.gesture, NONE] for each in gestures),
        )

    def to_json(self) -> dict[str, Any]:
        none_found = self._found_of(NONE)
        return {
            "examples": self.examples,
            "found": self.found,
            "right": self.right,
            "accuracy": _rounded(self.accuracy),
            "accuracy_of_all": _rounded(_share(self.right_of_all, self.examples)),
            "gestures": self.of_gestures().to_json(),
            "none": {
                "examples": self._all[NONE],
                "found": none_found,
                "named": self.named,
                "none_rate": _rounded(_share(self.named, none_found)),
            },
            "classes": {each.gesture: each.to_json() for each in self.class_figures()},
            "confusion": {
                label: {
                    taken: self.confusion[label, taken]
                    for taken in self.classes
                    if self.confusion[label, taken]
                }
                for label in self.classes
                if self._found_of(label)
            },
        }

    def _found_of(self, label: str) -> int:
        return sum(self.confusion[label, taken] for taken in self.classes)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
