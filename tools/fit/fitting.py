"""Fits every state to sets of hands, with world landmarks and without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from gestures.shape import MEASURES, measure
from gestures.states import SOURCES, STATES, StateModel, Weights, measures_of
from tools.fit.hands import Hands
from tools.fit.logistic import fit_logistic

#: How much a hand of each source counts; any other's counts 1.
SOURCE_WEIGHTS: Final = {"drawn": 0.3}
#: How much a hand at rest counts where it is told from others: it is one label among many.
_NATURAL_WEIGHT: Final = 2.5

#: How much a thumb counts that is neither extended nor folded: no label tells of one.
_HALF_WEIGHT: Final = 2.5

#: How much the same hand counts turned by some angle, where rest is told.
_TURNED_WEIGHT: Final = 0.15

Array = NDArray[np.float64]
_COLUMN: Final = {name: number for number, name in enumerate(MEASURES)}


def fit(sets: Sequence[Hands]) -> tuple[dict[str, Weights], dict[str, Weights]]:
    """Weights of every state, for hands with world landmarks and for hands without."""
    measured = [measures_by_source(hands) for hands in sets]
    by_source = {name: np.concatenate([each[name] for each in measured]) for name in SOURCES}
    counts = np.concatenate([_weights(hands) for hands in sets])
    truth = {state: np.concatenate([hands.truth[state] for hands in sets]) for state in STATES}
    return (
        _fit(by_source, truth, counts, SOURCES),
        _fit(by_source, truth, counts, SOURCES[:2]),
    )


def fit_model(sets: Sequence[Hands]) -> StateModel:
    """The same, ready to be asked."""
    return StateModel(*fit(sets))


def measures_by_source(hands: Hands) -> dict[str, Array]:
    """Of each source the measures of all hands, shape `(N, len(MEASURES))`."""
    aspect = hands.size[:, :1] / hands.size[:, 1:]
    places = hands.image.copy()
    places[:, :, 1] /= aspect
    flat = places * (1.0, 1.0, 0.0)
    return {"picture": measure(places), "flat": measure(flat), "world": measure(hands.world)}


def likely(hands: Hands, model: StateModel, *, world: bool) -> Array:
    """How likely a model thinks each state, shape `(N, len(STATES))`."""
    aspects = hands.size[:, 0] / hands.size[:, 1]
    odds = [
        model.log_odds(hands.image[row], aspects[row], hands.world[row] if world else None)
        for row in range(len(hands))
    ]
    found: Array = expit(np.array(odds))
    return found


def _weights(hands: Hands) -> Array:
    return np.full(len(hands), SOURCE_WEIGHTS.get(hands.source, 1.0))


def _fit(
    by_source: Mapping[str, Array],
    truth: Mapping[str, Array],
    counts: Array,
    sources: Sequence[str],
) -> dict[str, Weights]:
    found = {}
    for state in STATES:
        columns = [_COLUMN[name] for name in measures_of(state)]
        known = ~np.isnan(truth[state])
        measures = np.concatenate(
            [by_source[name][np.ix_(known, columns)] for name in sources], axis=1
        )
        weights = (counts * _importance(state, truth))[known]
        true = truth[state][known]
        if state == "relaxed":
            turned = _turned(measures[true == 0.0])
            measures = np.concatenate((measures, turned))
            weights = np.concatenate((weights, _TURNED_WEIGHT * weights[true == 0.0]))
            true = np.concatenate((true, np.zeros(len(turned))))
        constant, shares = fit_logistic(measures, true, weights)
        parts = np.split(shares, len(sources))
        found[state] = Weights(
            constant,
            {name: tuple(part.tolist()) for name, part in zip(sources, parts, strict=True)},
        )
    return found


def _turned(measures: Array) -> Array:
    """Hands that show something, turned in the picture by any angle, each in every source alike.

    A resting hand hangs down; what is shown upside down is shown all the same.
    """
    names = measures_of("relaxed")
    turned = measures.copy()
    angles = np.random.default_rng(0).uniform(0.0, 2 * np.pi, len(measures))
    for source in range(0, measures.shape[1], len(names)):
        away = measures[:, source + names.index("away(palm)")]
        in_picture = np.sqrt(np.maximum(1.0 - away**2, 0.0))
        turned[:, source + names.index("down(palm)")] = in_picture * np.cos(angles)
    return turned


def _importance(state: str, truth: Mapping[str, Array]) -> Array:
    """How much each hand counts for a state."""
    kind, _, rest = state.partition("(")
    if kind == "relaxed":
        return np.where(truth[state] > 0, _NATURAL_WEIGHT, 1.0)
    if rest != "thumb)":
        return np.ones(len(truth[state]))
    is_half = (truth[f"extended({rest}"] == 0) & (truth[f"folded({rest}"] == 0)
    return np.where(is_half, _HALF_WEIGHT, 1.0)
