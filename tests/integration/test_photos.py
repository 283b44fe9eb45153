"""Poses of real people in photographs that nobody on this project made."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from daemon.commands.classify import judge
from daemon.commands.common import open_configured_tracker
from daemon.config.load import load_config, shipped_config
from daemon.hand_files import HandFiles
from gestures.sight import PoseReader
from models.store import ModelStore

_LEAST_FOUND = 0.95
_LEAST_RIGHT = 0.97
_LEAST_RIGHT_OF_ONE = 0.8
_MOST_NAMED = 0.1


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture, what somebody says it shows ('' for none of the named gestures), and its hands."""

    file: str
    label: str
    hands: list[dict[str, Any]]

    @property
    def gesture(self) -> str | None:
        """What the surest of the hands that show something shows.

        People stand before the camera with their other hand hanging down: it is often found too,
        and is no gesture.
        """
        showing = [hand for hand in self.hands if hand["gesture"] is not None]
        best = max(showing, key=lambda hand: hand["score"], default=None)
        return None if best is None else best["gesture"]

    def __str__(self) -> str:
        return f"{self.file}: {self.label or 'none'}, taken for {self.gesture}"


@pytest.fixture(scope="module")
def photos(data: Path, store: ModelStore) -> list[Looked]:
    """Every photograph, looked at as `classify` does."""
    config = load_config(shipped_config()).config
    rules = PoseReader(config.gestures)
    with HandFiles(lambda: open_configured_tracker(config)) as files:
        return list(_look(data / "photos", files, rules))


def _look(folder: Path, files: HandFiles, rules: PoseReader) -> Iterator[Looked]:
    with (folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            (frame,) = files.frames(folder / row["file"])
            yield Looked(row["file"], row["gesture"], judge(frame, rules))


@pytest.fixture(scope="module")
def shown(photos: list[Looked]) -> list[Looked]:
    """Those in which a hand is found and one of the gestures is shown."""
    return [photo for photo in photos if photo.hands and photo.label]


def test_a_hand_is_found(photos: list[Looked]) -> None:
    without = [photo.file for photo in photos if not photo.hands]
    found = 1 - len(without) / len(photos)
    text = f"a hand in {found:.1%} of {len(photos)} photographs, none in {without}"
    print(text)
    assert len(photos) >= 150
    assert found >= _LEAST_FOUND, text


def test_the_gesture_is_the_right_one(shown: list[Looked]) -> None:
    wrong = [str(photo) for photo in shown if photo.gesture != photo.label]
    right = 1 - len(wrong) / len(shown)
    text = f"{right:.1%} of {len(shown)} right, wrong: {wrong}"
    print(text)
    assert right >= _LEAST_RIGHT, text


def test_no_gesture_is_left_behind(shown: list[Looked]) -> None:
    for label in sorted({photo.label for photo in shown}):
        those = [photo for photo in shown if photo.label == label]
        right = sum(photo.gesture == label for photo in those)
        print(f"{label}: {right} of {len(those)}")
        assert right >= _LEAST_RIGHT_OF_ONE * len(those), [str(photo) for photo in those]


def test_nobody_is_taken_for_another_gesture(shown: list[Looked]) -> None:
    """A gesture that isn't there does harm; one that isn't seen is shown again."""
    confused = [str(p) for p in shown if p.gesture not in (p.label, None)]
    print(f"{len(confused)} of {len(shown)} taken for another gesture")
    assert len(confused) <= 0.03 * len(shown), confused


def test_a_hand_that_shows_no_gesture_is_not_given_one(photos: list[Looked]) -> None:
    others = [photo for photo in photos if photo.hands and not photo.label]
    named = [str(photo) for photo in others if photo.gesture is not None]
    print(f"{len(named)} of {len(others)} that show none are named: {named}")
    assert len(others) >= 8
    assert len(named) <= _MOST_NAMED * len(others), named
