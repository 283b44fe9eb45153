"""Rules learned from landmarks and photographs of hands that nobody on this project made."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daemon.trace import TraceWriter
from gestures.landmarks import HandFrame, HandObservation
from tests.integration.gestured import run_gestured

#: U and V are the same but for how far two fingers are apart, and are shown in between as well.
_HARD = frozenset({"U", "V"})


def learned(name: str, positive: list[Path], negative: list[Path]) -> dict[str, Any]:
    words: list[str | Path] = ["learn", name, "--json", "--positive", *positive]
    done = run_gestured(*words, *(["--negative", *negative] if negative else []))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    print(name, found["fingers"], found["when"], found["margin"], found["cross_validation"])
    return found


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


@pytest.mark.parametrize("letter", "ABDFILSUVWY")
def test_a_letter_against_all_others(letters: dict[str, Path], letter: str) -> None:
    others = [path for name, path in letters.items() if name != letter]
    found = learned(f"letter_{letter.lower()}", [letters[letter]], others)
    tested = found["cross_validation"]
    least = 0.90 if letter in _HARD else 0.95
    assert tested["positives"] >= least
    assert tested["negatives"] >= least
    assert len(found["when"]) <= 2
    assert found["positives"]["shown"] >= 0.95 * found["positives"]["hands"]
    assert found["negatives"]["shown"] <= 0.02 * found["negatives"]["hands"]


@pytest.mark.parametrize(("letter", "other"), ["AS", "SA", "UV", "VU"])
def test_a_letter_against_the_most_alike(letters: dict[str, Path], letter: str, other: str) -> None:
    found = learned(f"letter_{letter.lower()}", [letters[letter]], [letters[other]])
    assert found["cross_validation"]["positives"] >= 0.90
    assert found["cross_validation"]["negatives"] >= 0.95
    assert len(found["when"]) <= 2


@pytest.fixture(scope="module")
def photos(data: Path) -> dict[tuple[str, str], list[Path]]:
    """The photographs of each of the two sets that show a gesture."""
    found: dict[tuple[str, str], list[Path]] = defaultdict(list)
    with (data / "photos" / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            found[row["file"].split("/")[0], row["gesture"]].append(data / "photos" / row["file"])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("gesture", ["rock", "call", "four"])
def test_other_peoples_photographs(
    photos: dict[tuple[str, str], list[Path]], store: object, gesture: str, tmp_path: Path
) -> None:
    """What is learned from one set of photographs holds in another."""
    rest = ("rock", "call", "four", "dislike", "one")
    others = [path for name in rest if name != gesture for path in photos["hagrid40", name]]
    found = learned(f"my_{gesture}", photos["hagrid40", gesture], others)
    assert found["cross_validation"]["by_file"]
    config = tmp_path / "config.yaml"
    config.write_text(f"version: 1\n{found['yaml']}")
    shown = {}
    for name in (gesture, "one", "three", "fist"):
        done = run_gestured("classify", "--json", "--config", config, *photos["distance", name])
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        shown[name] = sum(
            any(hand["gesture"] == f"my_{gesture}" for hand in line["hands"]) for line in lines
        )
    print(shown)
    assert shown.pop(gesture) >= 0.9 * len(photos["distance", gesture])
    assert sum(shown.values()) <= 1
