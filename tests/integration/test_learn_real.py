"""Rules learned from landmarks of hands that nobody on this project made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daemon.trace import TraceWriter
from gestures.landmarks import HandFrame, HandObservation
from tests.integration.gestured import learned

#: U and V are the same but for how far two fingers are apart, and are shown in between as well.
_HARD = frozenset({"U", "V"})


@pytest.fixture(scope="module")
def letters(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A trace of each letter of the American finger alphabet that is in the data."""
    folder = tmp_path_factory.mktemp("letters")
    found = np.load(data / "landmarks" / "asl_letters.npz")
    size = (round(1000 * float(found["aspect"])), 1000)
    paths = {}
    for letter in sorted(set(found["letter"].tolist())):
        paths[letter] = folder / f"{letter}.trace"
        with TraceWriter(paths[letter]) as writer:
            for number, image in enumerate(found["image"][found["letter"] == letter]):
                hand = HandObservation(1, "right", 1.0, image.astype(float))
                writer.write(HandFrame(number / 30, *size, (hand,)))
    return paths


def _own(conditions: list[str]) -> list[str]:
    """But that the hand does not rest, which all rules may say."""
    return [each for each in conditions if each != "relaxed < 0.5"]


@pytest.mark.parametrize("letter", "ABDFILSUVWY")
def test_a_letter_against_all_others(letters: dict[str, Path], letter: str) -> None:
    others = [path for name, path in letters.items() if name != letter]
    found = learned(f"letter_{letter.lower()}", [letters[letter]], others)
    tested = found["cross_validation"]
    least = 0.90 if letter in _HARD else 0.95
    assert tested["positives"] >= least
    assert tested["negatives"] >= least
    assert len(_own(found["when"])) <= 2
    assert found["positives"]["shown"] >= 0.95 * found["positives"]["hands"]
    assert found["negatives"]["shown"] <= 0.02 * found["negatives"]["hands"]


@pytest.mark.parametrize(("letter", "other"), ["AS", "SA", "UV", "VU"])
def test_a_letter_against_the_most_alike(letters: dict[str, Path], letter: str, other: str) -> None:
    found = learned(f"letter_{letter.lower()}", [letters[letter]], [letters[other]])
    assert found["cross_validation"]["positives"] >= 0.90
    assert found["cross_validation"]["negatives"] >= 0.95
    assert len(_own(found["when"])) <= 2
