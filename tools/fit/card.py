"""The model card: what the states were fitted to, and how gestures do on hands left out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from gestures.states import STATES, StateModel
from tools.fit.fitting import fit_model, likely
from tools.fit.hands import Hands
from tools.fit.trials import (
    FOLDS,
    NOTHING,
    UNNAMED,
    Score,
    cross_validated,
    left_out,
    names_of,
    scores_of,
)

_HEAD: Final = """# The states of a hand: model card

Written by `make fit`; the weights are in `fitted.py`.

**What it tells.** Of each finger how likely it is extended and how likely it is folded; of the
thumb and each finger, and of neighbouring fingers, how likely they touch; and how likely the hand
rests. The gestures in `library.yaml` are rules on these.

**How.** A logistic regression with a ridge for each state, on distances and directions that neither
size nor side changes, of its own fingers and the palm alone. It is fitted twice: with world
landmarks and without.

**What for.** Hands before a camera, as this project's tracker gives them (full model). It says
nothing of who a person is. Small pictures (a palm of less than 20 pixels) have poor landmarks.

**Figures** are of hands left out of what was fitted: whole folds for cross-validation, whole
sources where it says so. `palm`, `stop` and `stop_inverted` count for each other, `one` for `mute`,
`grip` for `o_shape` and `three` for `thumb_to_pinky`. The thresholds in `library.yaml` were set by
hand, with the cross-validated figures in view.
"""


def write_card(people: Sequence[Hands], drawn: Hands, path: Path) -> None:
    """Try everything, and write it down.

    Raises:
        OSError: It can't be written.
    """
    path.write_text("\n".join([_HEAD, *_fitted_to(people, drawn), *_tried(people, drawn), ""]))


def _fitted_to(people: Sequence[Hands], drawn: Hands) -> Iterator[str]:
    yield "## Fitted to\n"
    yield "| source | hands | what |"
    yield "|---|---|---|"
    for hands in people:
        labels, counts = np.unique(hands.label, return_counts=True)
        what = ", ".join(f"{label} {count}" for label, count in zip(labels, counts, strict=True))
        yield f"| {hands.source} | {len(hands)} | {what} |"
    yield (
        f"| drawn | {len(drawn)} | the synthetic hand in random combinations, turned any way;"
        " only those that the tracker reads well |"
    )
    yield ""


def _tried(people: Sequence[Hands], drawn: Hands) -> Iterator[str]:
    found: list[str] = []
    likelihoods: dict[bool, list[tuple[np.ndarray, np.ndarray]]] = {True: [], False: []}
    yield "## In short\n"
    yield "| source | tried | right | wrong name | none | hands at rest named |"
    yield "|---|---|---|---|---|---|"
    for hands in people:
        others = [*(each for each in people if each is not hands), drawn]
        models = [fit_model([rest, *others]) for rest in left_out(hands)]
        for world in (True, False):
            names = cross_validated(hands, models, world=world)
            title = f"{FOLDS} folds" + ("" if world else ", without world landmarks")
            yield _summary(hands.source, title, scores_of(hands.label.tolist(), names))
            found += _by_class(f"{hands.source}, {title}", hands, names)
            likelihoods[world] += _likelihoods(hands, models, world=world)
        names = names_of(hands, fit_model(others))
        yield _summary(hands.source, "left out", scores_of(hands.label.tolist(), names))
        found += _by_class(f"{hands.source} left out of the fitting", hands, names)
    yield ""
    yield from _calibration(likelihoods)
    yield from found


def _summary(source: str, title: str, scores: Sequence[Score]) -> str:
    gestures = [each for each in scores if each.label not in NOTHING | UNNAMED | {"other"}]
    count = sum(each.count for each in gestures)
    shares = (
        sum(getattr(each, what) for each in gestures) / count for what in ("right", "wrong", "none")
    )
    resting = [each for each in scores if each.label in NOTHING]
    named = f"{resting[0].wrong / resting[0].count:.1%}" if resting else "-"
    return f"| {source} | {title} | {' | '.join(f'{share:.1%}' for share in shares)} | {named} |"


def _by_class(title: str, hands: Hands, names: Iterable[str | None]) -> Iterator[str]:
    yield f"## {title.capitalize()}\n"
    yield "| label | hands | right | wrong name | none | most often taken for |"
    yield "|---|---|---|---|---|---|"
    for each in scores_of(hands.label.tolist(), names):
        mostly = ", ".join(f"{name} {count}" for name, count in each.names[:3])
        yield (
            f"| {each.label} | {each.count} | {each.right / each.count:.1%} | {each.wrong}"
            f" | {each.none} | {mostly} |"
        )
    yield ""


def _likelihoods(
    hands: Hands, models: Sequence[StateModel], *, world: bool
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """What each fold's model gives for states that are known of its hands, and the truth."""
    for part, model in enumerate(models):
        rows = hands.of(hands.fold % FOLDS == part)
        given = likely(rows, model, world=world)
        for column, state in enumerate(STATES):
            known = ~np.isnan(rows.truth[state])
            yield given[known, column], rows.truth[state][known]


def _calibration(found: dict[bool, list[tuple[np.ndarray, np.ndarray]]]) -> Iterator[str]:
    yield "## What a probability means\n"
    yield "Of the states that were given so much, in folds left out, so many were so.\n"
    yield "| given | with world landmarks | without |"
    yield "|---|---|---|"
    edges = (0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0)
    for low, high in pairwise(edges):
        cells = [_so_many(found[world], low, high) for world in (True, False)]
        yield f"| {low:g} to {high:g} | {' | '.join(cells)} |"
    yield ""


def _so_many(found: Sequence[tuple[np.ndarray, np.ndarray]], low: float, high: float) -> str:
    given, true = (np.concatenate(each) for each in zip(*found, strict=True))
    inside = (given >= low) & (given < high if high < 1.0 else given <= high)
    return f"{true[inside].mean():.2f} of {inside.sum()}" if inside.any() else "-"
