"""What many gestures cost: the scoring of a hand against all of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from daemon.bench.measure import Figures, figures
from gestures.conditions import Condition
from gestures.geometry import HandGeometry
from gestures.landmarks import HandFrame
from gestures.logic import AnyOf
from gestures.rules import PoseRules, rule_of
from gestures.spec import GestureSpec

_LEAST_FRAMES = 3000
#: Thresholds are moved by this share of their feature's softness from one variant to the next.
_STEP = 0.05


@dataclass(frozen=True, slots=True)
class RulesRow:
    """Times of a frame with one hand, measured features included, for so many gestures."""

    gestures: int
    figures: Figures

    def to_json(self) -> dict[str, object]:
        """As printed."""
        return {"gestures": self.gestures, **self.figures.to_json()}


def bench_rules(
    specs: Sequence[GestureSpec], counts: Sequence[int], frames: Sequence[HandFrame]
) -> list[RulesRow]:
    """Measure with variants of some gestures, as many as each of `counts` says.

    Args:
        specs: Gestures to vary, at least one pose among them.
        counts: Numbers of gestures; all are measured in turn on every frame.
        frames: Landmarks, played several times; the first time is not counted.
    """
    sets = [PoseRules(variants(specs, count)) for count in counts]
    times: list[list[float]] = [[] for _ in sets]
    for number in range(1 + ceil(_LEAST_FRAMES / len(frames))):
        for frame in frames:
            for rules, seconds in zip(sets, times, strict=True):
                start_s = time.perf_counter()
                for hand in frame.hands:
                    rules.judge(HandGeometry(hand, frame), hand.hand)
                if number:
                    seconds.append(time.perf_counter() - start_s)
    return [RulesRow(count, figures(seconds)) for count, seconds in zip(counts, times, strict=True)]


def variants(specs: Sequence[GestureSpec], count: int) -> tuple[GestureSpec, ...]:
    """So many poses, made of the given ones by moving all their thresholds a little."""
    poses = [spec for spec in specs if spec.motion is None and not spec.both]
    made = []
    for number in range(count):
        generation, index = divmod(number, len(poses))
        moved = tuple(
            AnyOf(tuple(_moved(each, generation) for each in clause.conditions))
            for clause in rule_of(poses[index])
        )
        name = f"{poses[index].name}_{generation}"
        made.append(replace(poses[index], name=name, fingers={}, when=moved))
    return tuple(made)


def _moved(condition: Condition, generation: int) -> Condition:
    step = _STEP * condition.feature.kind.softness * generation
    return replace(condition, value=condition.value + step)
