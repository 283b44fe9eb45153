"""The palm detector's anchors, decoding and suppression, without its network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from models import palm
from models.palm import Palm, PalmDetector, anchors

SIDE = 192


class ScriptedNetwork:
    """Stands for a network: answers what it was told, keeps the crop it was given."""

    side = SIDE

    def __init__(self) -> None:
        self.crop = np.zeros((SIDE, SIDE, 3), np.uint8)
        self.boxes = np.zeros((1, 2016, 18), np.float32)
        self.logits = np.full((1, 2016, 1), -100.0, np.float32)
        self.boxes[..., 2:4] = 20

    def put(self, anchor: int, logit: float, values: Any) -> None:
        self.logits[0, anchor, 0] = logit
        self.boxes[0, anchor] = values

    def run(self) -> list[Any]:
        return [self.boxes, self.logits]


def detector() -> tuple[PalmDetector, ScriptedNetwork]:
    network = ScriptedNetwork()
    return PalmDetector(network), network


def find(finder: PalmDetector, rgb: Any, least: float, most: int) -> list[Palm]:
    finder.show(rgb)
    return finder.find(least, most)


def test_there_are_2016_anchors_at_the_cells_centres() -> None:
    centres = anchors(SIDE)
    assert centres.shape == (2016, 2)
    np.testing.assert_array_equal(centres[0], centres[1])  # two a cell of 8 pixels
    np.testing.assert_array_equal(centres[:4:2], [[4, 4], [12, 4]])
    np.testing.assert_array_equal(centres[2 * 24], [4, 12])
    coarse = centres[2 * 24 * 24 :]
    assert len(coarse) == 6 * 12 * 12
    np.testing.assert_array_equal(coarse[[0, 5, 6, 72]], [[8, 8], [8, 8], [24, 8], [8, 24]])
    assert centres.min() == 4
    assert centres.max() == 188


@pytest.mark.parametrize(("height", "width"), [(192, 192), (480, 640), (640, 360), (1, 1)])
def test_a_palm_is_put_back_into_the_picture(
    monkeypatch: pytest.MonkeyPatch, height: int, width: int
) -> None:
    finder, network = detector()
    keypoints = np.arange(14).reshape(7, 2)
    network.put(100, 0.0, [6, -4, 30, 40, *keypoints.ravel()])
    found = find(finder, np.zeros((height, width, 3), np.uint8), 0.4, 2)
    assert [each.score for each in found] == [0.5]
    scale = max(height, width) / SIDE
    margin = (np.array([max(height, width)] * 2) - (width, height)) / 2
    centre = anchors(SIDE)[100]
    np.testing.assert_allclose(found[0].box[:2], (centre + np.array([6, -4])) * scale - margin)
    np.testing.assert_allclose(found[0].box[2:], np.array([30, 40]) * scale)
    np.testing.assert_allclose(found[0].keypoints, (centre + keypoints) * scale - margin)


def test_the_picture_is_letterboxed() -> None:
    finder, network = detector()
    find(finder, np.full((96, 192, 3), 255, np.uint8), 0.5, 2)
    rows = network.crop[:, 96, 0]
    assert rows[:47].max() == 0
    assert rows[49:143].min() == 255
    assert rows[145:].max() == 0


@pytest.mark.parametrize(("least", "count"), [(0.0, 3), (0.3, 2), (0.6, 1), (0.95, 0), (1.0, 0)])
def test_the_least_score_counts(monkeypatch: pytest.MonkeyPatch, least: float, count: int) -> None:
    finder, network = detector()
    for anchor, score in ((0, 0.9), (400, 0.5), (2015, 0.1)):
        network.put(anchor, np.log(score / (1 - score)), [0, 0, 20, 20, *[0] * 14])
    found = [each for each in find(finder, picture(), least, 2016) if each.score > 1e-9]
    assert [round(each.score, 3) for each in found] == [0.9, 0.5, 0.1][:count]


def test_the_surest_come_first_and_no_more_than_asked() -> None:
    finder, network = detector()
    for anchor, logit in ((0, 1.0), (400, 3.0), (2015, 2.0)):
        network.put(anchor, logit, [0, 0, 20, 20, *[0] * 14])
    scores = [each.score for each in find(finder, picture(), 0.5, 2)]
    assert scores == pytest.approx([1 / (1 + np.exp(-3)), 1 / (1 + np.exp(-2))])


@pytest.mark.parametrize("size", [(-20, 20), (20, -20), (0, 20), (np.nan, 20)])
def test_a_box_turned_inside_out_is_dropped(
    monkeypatch: pytest.MonkeyPatch, size: tuple[float, float]
) -> None:
    finder, network = detector()
    network.put(0, 5.0, [0, 0, *size, *[0] * 14])
    assert find(finder, picture(), 0.5, 2) == []


def test_overlapping_palms_average_by_score() -> None:
    first = make(0.9, 100, 100)
    second = make(0.6, 110, 100)  # overlap 30/50
    third = make(0.8, 126, 100)  # overlaps the second, not the first
    merged, alone = palm._suppress([second, third, first], 5)
    assert merged.score == 0.9
    np.testing.assert_allclose(merged.box, [104, 100, 40, 40])
    np.testing.assert_allclose(merged.keypoints[:, 0], np.full(7, 104))
    assert alone.score == 0.8
    np.testing.assert_allclose(alone.box, third.box)
    assert palm._suppress([], 5) == []


def test_a_palm_shows_where_the_hand_is() -> None:
    found = make(0.9, 100, 100)
    found.keypoints[0] = 100, 120  # the wrist
    found.keypoints[2] = 100, 85  # the middle finger's MCP
    region = found.region()
    assert (region.x, region.y, region.size, region.rotation) == (100, 80, 104, 0)
    assert found.region(0.5).rotation == pytest.approx(0.5)


def picture() -> Any:
    return np.zeros((SIDE, SIDE, 3), np.uint8)


def make(score: float, x: float, y: float) -> Palm:
    return Palm(score, np.array([x, y, 40.0, 40.0]), np.full((7, 2), [x, y], np.float64))


def test_a_bgr_picture_reaches_the_network_as_rgb() -> None:
    network = ScriptedNetwork()
    PalmDetector(network, bgr=True).show(np.full((48, 64, 3), (10, 20, 30), np.uint8))
    np.testing.assert_array_equal(network.crop[96, 96], [30, 20, 10])
