"""How surely each finger is extended or folded, two fingers touch, and a hand rests.

Each state is a logistic of the hand's measures, taken three times: of the landmarks in the picture
with their depth, in the picture without, and in metres. Where one is unreliable another is not.
The weights were fitted to many people's hands: `fitted.py` holds them, `MODEL_CARD.md` says to
whose, and how well they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gestures.landmarks import FINGERS
from gestures.shape import CONTACTS, MEASURES, measure_by_landmark

#: What is measured: the picture with depth, the picture without, the landmarks in metres.
SOURCES: Final = ("picture", "flat", "world")
#: Names of all states.
STATES: Final = (
    *(f"extended({finger})" for finger in FINGERS),
    *(f"folded({finger})" for finger in FINGERS),
    *(f"touch({first}, {second})" for first, second in CONTACTS),
    "relaxed",
)
#: No probability is nearer to 0 or 1, and no log-odds are farther from 0.
LEAST_LIKELY: Final = 1e-4
MOST_ODDS: Final = log((1.0 - LEAST_LIKELY) / LEAST_LIKELY)


def measures_of(state: str) -> tuple[str, ...]:
    """Names of the measures that a state is told from: those of its own fingers and the palm.

    What other fingers do says nothing of it, however often they do it together.
    """
    kind, _, rest = state.partition("(")
    fingers = rest[:-1].split(", ") if rest else []
    if kind == "touch":
        return _contact(*fingers)
    if kind == "relaxed":
        return _at_rest()
    return _thumb() if fingers == ["thumb"] else _long(fingers[0])


def _long(finger: str) -> tuple[str, ...]:
    return (
        f"gap(wrist, {finger}_tip)",
        f"gap({finger}_mcp, {finger}_tip)",
        f"gap(wrist, {finger}_dip)",
        f"gap({finger}_mcp, {finger}_dip)",
        f"straight({finger}_mcp)",
        f"straight({finger}_pip)",
        f"straight({finger}_dip)",
        f"forward({finger})",
        f"across({finger})",
        "across(palm)",
        "gap(index_mcp, pinky_mcp)",
        "away(palm)",
    )


def _thumb() -> tuple[str, ...]:
    return (
        "gap(wrist, thumb_tip)",
        "gap(thumb_cmc, thumb_tip)",
        *(f"gap(thumb_tip, {finger}_mcp)" for finger in FINGERS[1:]),
        *(f"gap(thumb_tip, {finger}_pip)" for finger in FINGERS[1:]),
        "straight(thumb_cmc)",
        "straight(thumb_mcp)",
        "straight(thumb_ip)",
        "forward(thumb)",
        "across(thumb)",
        "across(thumb from index_mcp)",
        "across(palm)",
        "gap(index_mcp, pinky_mcp)",
        "away(palm)",
    )


def _contact(first: str, second: str) -> tuple[str, ...]:
    if first == "thumb":
        return (
            *(f"gap(thumb_tip, {second}_{joint})" for joint in ("mcp", "pip", "dip", "tip")),
            f"gap({second}_mcp, {second}_tip)",
            f"straight({second}_mcp)",
            f"straight({second}_pip)",
            f"straight({second}_dip)",
            f"forward({second})",
            "straight(thumb_ip)",
            "forward(thumb)",
            "across(thumb)",
            "away(palm)",
        )
    return (
        *(f"gap({first}_{joint}, {second}_{joint})" for joint in ("pip", "dip", "tip")),
        *(f"straight({finger}_pip)" for finger in (first, second)),
        *(f"forward({finger})" for finger in (first, second)),
        *(f"across({finger})" for finger in (first, second)),
        "gap(index_mcp, pinky_mcp)",
        "away(palm)",
    )


def _at_rest() -> tuple[str, ...]:
    return (
        *(f"gap(wrist, {finger}_tip)" for finger in FINGERS),
        *(f"straight({finger}_mcp)" for finger in FINGERS),
        *(f"straight({finger}_pip)" for finger in FINGERS[1:]),
        *(f"straight({finger}_dip)" for finger in FINGERS[1:]),
        "gap(thumb_tip, index_mcp)",
        "gap(thumb_tip, index_tip)",
        "gap(thumb_tip, middle_tip)",
        *(f"gap({first}_tip, {second}_tip)" for first, second in CONTACTS[4:]),
        "across(thumb)",
        "gap(index_mcp, pinky_mcp)",
        "down(palm)",
        "away(palm)",
    )


@dataclass(frozen=True, slots=True)
class Weights:
    """What one state is told by: its log-odds with every measure 0, and each measure's share.

    Attributes:
        constant: Log-odds.
        shares: Of each source a number for each of the state's measures.
    """

    constant: float
    shares: Mapping[str, tuple[float, ...]]


class StateModel:
    """Tells how surely each state holds of a hand.

    Args:
        with_world: Weights of every state for hands with world landmarks.
        without_world: The same for hands without.
    """

    def __init__(
        self, with_world: Mapping[str, Weights], without_world: Mapping[str, Weights]
    ) -> None:
        self._with_world = _Table(with_world, SOURCES)
        self._without_world = _Table(without_world, SOURCES[:2])

    def log_odds(
        self, image: NDArray[np.float64], aspect: float, world: NDArray[np.float64] | None
    ) -> list[float]:
        """Log-odds of all states, in the order of `STATES`.

        Args:
            image: Shape `(21, 3)`: the landmarks over the picture's width and height.
            aspect: Width of the picture over its height.
            world: Shape `(21, 3)`, metres, or None.
        """
        points = np.empty((21, 3, 2 if world is None else 3))
        points[:, :, 0] = points[:, :, 1] = image
        points[:, 1, :2] /= aspect
        points[:, 2, 1] = 0.0
        if world is None:
            return self._without_world.log_odds(points)
        points[:, :, 2] = world
        return self._with_world.log_odds(points)


class _Table:
    """All states' weights as one matrix."""

    def __init__(self, weights: Mapping[str, Weights], sources: Iterable[str]) -> None:
        sources = tuple(sources)
        self._constants = np.array([weights[state].constant for state in STATES])
        shares = np.zeros((len(MEASURES), len(sources), len(STATES)))
        column = {name: number for number, name in enumerate(MEASURES)}
        for number, state in enumerate(STATES):
            rows = [column[name] for name in measures_of(state)]
            for source, name in enumerate(sources):
                shares[rows, source, number] = weights[state].shares[name]
        self._shares = shares.reshape(-1, len(STATES))

    def log_odds(self, points: NDArray[np.float64]) -> list[float]:
        """Of one hand's landmarks by each source, shape `(21, 3, sources)`."""
        odds = measure_by_landmark(points).ravel() @ self._shares + self._constants
        return [
            each if -MOST_ODDS < each < MOST_ODDS else MOST_ODDS if each > 0.0 else -MOST_ODDS
            for each in odds.tolist()
        ]


@lru_cache(maxsize=1)
def default_model() -> StateModel:
    """The one that was fitted to many people's hands."""
    from gestures.fitted import WITH_WORLD, WITHOUT_WORLD

    return StateModel(WITH_WORLD, WITHOUT_WORLD)
