"""How the built-in gestures do on hands that nothing was fitted to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from daemon.config.load import builtin_library
from daemon.judging import judge_hands
from gestures.landmarks import HandFrame, HandObservation
from gestures.sight import PoseReader
from gestures.states import StateModel
from tools.fit.hands import Hands

#: The ten folds of the sets are taken two at a time.
FOLDS: Final = 5
#: Names that are right for a label beside its own.
RIGHT: Final[Mapping[str, frozenset[str]]] = {
    "palm": frozenset({"palm", "stop", "stop_inverted"}),
    "stop": frozenset({"palm", "stop", "stop_inverted"}),
    "stop_inverted": frozenset({"palm", "stop", "stop_inverted"}),
    "mute": frozenset({"one"}),
    "o_shape": frozenset({"grip"}),
    "thumb_to_pinky": frozenset({"three"}),
}
#: Labels of hands that show no gesture.
NOTHING: Final = frozenset({"natural"})
#: Labels of what is no gesture of the library's: any other name than none is wrong.
UNNAMED: Final = frozenset({"o_shape", "thumb_to_pinky", "thumb_to_ring", "thumb_to_middle"})


@dataclass(frozen=True, slots=True)
class Score:
    """How many hands of one label got a right name, a wrong one, or none.

    Attributes:
        names: Every wrong name with its count, the commonest first.
    """

    label: str
    right: int
    wrong: int
    none: int
    names: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return self.right + self.wrong + self.none


def names_of(hands: Hands, model: StateModel, *, world: bool = True) -> list[str | None]:
    """The gesture that each hand shows."""
    reader = PoseReader(builtin_library(), model)
    names = []
    for row in range(len(hands)):
        width, height = hands.size[row]
        side = "left" if hands.hand[row] == "left" else "right"
        hand = HandObservation(0, side, 1.0, hands.image[row], hands.world[row] if world else None)
        frame = HandFrame(0.0, int(width), int(height), (hand,))
        names.append(judge_hands(frame, reader)[0].gesture)
    return names


def scores_of(labels: Iterable[str], names: Iterable[str | None]) -> list[Score]:
    """Scores of every label, the worst first."""
    named: dict[str, Counter[str | None]] = {}
    for label, name in zip(labels, names, strict=True):
        named.setdefault(label, Counter())[name] += 1
    scores = []
    for label, counts in named.items():
        right = {label} | RIGHT.get(label, frozenset())
        of_none = counts.pop(None, 0)
        is_right = sum(count for name, count in counts.items() if name in right)
        wrong = [(str(name), count) for name, count in counts.most_common() if name not in right]
        scores.append(Score(label, is_right, sum(c for _, c in wrong), of_none, tuple(wrong)))
    return sorted(scores, key=lambda each: each.right / each.count)


def left_out(hands: Hands) -> Iterator[Hands]:
    """The hands without each fold in turn."""
    return (hands.of(hands.fold % FOLDS != part) for part in range(FOLDS))


def cross_validated(
    hands: Hands, models: Sequence[StateModel], *, world: bool = True
) -> list[str | None]:
    """Names of each hand by the model that was fitted without its fold.

    Args:
        hands: The hands.
        models: Of each fold, in the order of `left_out`.
        world: Whether their world landmarks are used.
    """
    names: list[str | None] = [None] * len(hands)
    for part, model in enumerate(models):
        rows = hands.fold % FOLDS == part
        named = names_of(hands.of(rows), model, world=world)
        for row, name in zip(rows.nonzero()[0].tolist(), named, strict=True):
            names[row] = name
    return names
