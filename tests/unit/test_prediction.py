"""Where a hand's region will be."""

from __future__ import annotations

from math import cos, hypot, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.prediction import RegionPath
from models.region import Region

SIDE = 150.0


def at(x: float, y: float = 200.0) -> Region:
    return Region(x, y, SIDE, 0.1)


@given(
    speed=st.floats(0, 0.35),
    angle=st.floats(0, 6.3),
    fps=st.floats(10, 60),
    size=st.floats(20, 800),
)
def test_a_steady_hand_is_met(speed: float, angle: float, fps: float, size: float) -> None:
    """At up to a third of a side a frame, the region is at most 0.05 sides off."""
    step_x, step_y = size * speed * cos(angle), size * speed * sin(angle)
    path = RegionPath(Region(0, 0, size, 0.1), 0.0)
    for number in range(1, 7):
        path.correct(Region(step_x * number, step_y * number, size, 0.1), number / fps)
    ahead = path.at(7 / fps)
    assert hypot(ahead.x - 7 * step_x, ahead.y - 7 * step_y) <= 0.0501 * size
    assert (ahead.size, ahead.rotation) == (size, 0.1)


def test_the_start_of_a_swipe_is_taken_up_with_its_first_frame() -> None:
    path = RegionPath(at(100), 0.0)
    for number in range(1, 30):
        path.correct(at(100), number / 30)
    path.correct(at(130), 1.0)
    assert path.at(31 / 30).x == pytest.approx(160, abs=8)


def test_a_trembling_hand_is_looked_for_where_it_was() -> None:
    random = np.random.default_rng(0)
    path = RegionPath(at(100), 0.0)
    for number in range(1, 60):
        region = at(100 + random.normal(0, 0.01) * SIDE)
        path.correct(region, number / 30)
        assert path.at((number + 1) / 30) is region


def test_a_guess_does_not_run_away() -> None:
    path = RegionPath(at(0), 0.0)
    path.correct(at(3 * SIDE), 1 / 30)
    assert path.at(2 / 30).x <= 3.5 * SIDE + 1e-6
    assert path.at(10.0).x <= 3.5 * SIDE + 1e-6


def test_another_place_is_no_motion() -> None:
    path = RegionPath(at(100), 0.0)
    path.place(at(140))
    assert path.at(1 / 30) == at(140)


def test_a_hand_of_long_ago_is_old() -> None:
    path = RegionPath(at(100), 1.0)
    assert not path.is_old(1.2)
    assert path.is_old(1.3)
