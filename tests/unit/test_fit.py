"""The fit of the states: what labels say, the regression, and the file that comes of it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from gestures.states import SOURCES, STATES, StateModel, Weights, measures_of
from tools.fit.drawn import random_hand
from tools.fit.hands import truth_of
from tools.fit.logistic import fit_logistic
from tools.fit.trials import scores_of
from tools.fit.writing import write_weights


def known(label: str) -> set[str]:
    """What a label says is so."""
    return {state for state, value in truth_of(label).items() if value == 1.0}


def test_labels_say_what_people_mean_by_them() -> None:
    assert known("ok") == {
        "extended(middle)", "extended(ring)", "extended(pinky)", "touch(thumb, index)",
    }  # fmt: skip
    assert known("natural") == {"relaxed"}
    assert known("other") == set()
    assert truth_of("fist")["extended(thumb)"] == 0.0
    assert np.isnan(truth_of("fist")["folded(thumb)"])
    assert truth_of("stop")["folded(thumb)"] == 0.0
    assert truth_of("peace")["touch(index, middle)"] == 0.0
    assert truth_of("one")["touch(index, middle)"] == 0.0
    assert np.isnan(truth_of("fist")["touch(index, middle)"])
    with pytest.raises(KeyError):
        truth_of("spock")


def test_the_regression_finds_what_made_the_truth() -> None:
    random = np.random.default_rng(0)
    measures = random.normal(5.0, (0.1, 1.0, 10.0), (4000, 3))
    odds = (measures - 5.0) @ (20.0, -2.0, 0.0) + 0.5
    truth = (random.random(4000) < 1 / (1 + np.exp(-odds))).astype(float)
    constant, shares = fit_logistic(measures, truth, np.ones(4000))
    assert shares == pytest.approx((20.0, -2.0, 0.0), abs=2.0)
    assert constant + 5.0 * shares.sum() == pytest.approx(0.5, abs=0.2)


def test_a_drawn_hand_says_of_itself_what_it_shows() -> None:
    random = np.random.default_rng(1)
    seen: dict[str, set[float]] = {state: set() for state in STATES}
    for _ in range(400):
        for state, value in random_hand(random).truth.items():
            if not np.isnan(value):
                seen[state].add(value)
    assert {state for state, values in seen.items() if values == {0.0, 1.0}} == {*STATES} - {
        "relaxed"
    }


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    def weights(sources: tuple[str, ...]) -> dict[str, Weights]:
        return {
            state: Weights(
                float(number),
                {each: tuple(0.25 * n for n in range(len(measures_of(state)))) for each in sources},
            )
            for number, state in enumerate(STATES)
        }

    with_world, without = weights(SOURCES), weights(SOURCES[:2])
    path = tmp_path / "fitted.py"
    write_weights(with_world, without, path)
    spec = importlib.util.spec_from_file_location("fitted", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (with_world, without) == (module.WITH_WORLD, module.WITHOUT_WORLD)
    hand = np.random.default_rng(0).normal(size=(21, 3))
    assert StateModel(module.WITH_WORLD, module.WITHOUT_WORLD).log_odds(hand, 1.0, None)
    assert max(map(len, path.read_text().splitlines())) <= 100


def test_scores_count_what_is_right_as_well() -> None:
    (worst, best) = scores_of(["mute", "mute", "palm"], ["one", "fist", "stop"])
    assert (worst.label, worst.right, worst.wrong, worst.none) == ("mute", 1, 1, 0)
    assert (best.label, best.right, best.names) == ("palm", 1, ())
