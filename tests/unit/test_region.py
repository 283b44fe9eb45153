"""Regions: where they lie, how they turn, and that they move with the hand."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.region import Region, crop, region_of_landmarks, region_of_palm
from tests.unit.hand_points import OPEN_HAND, Array, hand_px, turned

places = st.floats(-2000, 2000)
angles = st.floats(-3.1, 3.1)
scales = st.floats(5, 500)
regions = st.builds(Region, places, places, st.floats(1, 2000), angles)


def same_angle(a: float, b: float) -> bool:
    return abs((a - b + pi) % (2 * pi) - pi) < 1e-6


@given(regions, st.sampled_from([192, 224]))
def test_crop_matrix_maps_centre_and_corners(region: Region, side: int) -> None:
    matrix = region.crop_matrix(side)
    half, c, s = region.size / 2, cos(region.rotation), sin(region.rotation)
    right, down = np.array([c, s]) * half, np.array([-s, c]) * half
    centre = np.array([region.x, region.y])
    expected = [centre, centre - right - down, centre + right - down, centre + right + down]
    crop_points = np.array([[side / 2, side / 2], [0, 0], [side, 0], [side, side]])
    np.testing.assert_allclose(
        crop_points @ matrix[:, :2].T + matrix[:, 2], expected, rtol=0, atol=1e-6
    )


def test_a_quarter_turn_is_clockwise() -> None:
    # The crop's up is then the picture's right: a hand that points right stands upright in it.
    matrix = Region(100, 100, 40, pi / 2).crop_matrix(40)
    top = matrix[:, :2] @ (20, 0) + matrix[:, 2]
    np.testing.assert_allclose(top, (120, 100), atol=1e-9)


def test_crop_turns_the_picture_and_repeats_its_border() -> None:
    rgb = np.zeros((100, 100, 3), np.uint8)
    rgb[:, 50:] = 200  # bright on the right
    out = np.empty((32, 32, 3), np.uint8)
    crop(rgb, Region(50, 50, 60, pi / 2), out)
    assert out[:14].min() == 200
    assert out[18:].max() == 0
    crop(rgb, Region(200, 50, 60, 0.0), out)  # wholly outside
    assert (out == 200).all()


def test_a_palm_gives_a_region_towards_the_fingers() -> None:
    box = np.array([100.0, 200.0, 40.0, 50.0])
    upright = region_of_palm(box, np.array([100.0, 230.0]), np.array([100.0, 180.0]))
    assert upright == Region(100.0, 175.0, 130.0, 0.0)
    to_the_right = region_of_palm(box, np.array([80.0, 200.0]), np.array([130.0, 200.0]))
    assert (to_the_right.x, to_the_right.y) == pytest.approx((125.0, 200.0))
    assert to_the_right.rotation == pytest.approx(pi / 2)
    further = region_of_palm(box, np.array([100.0, 230.0]), np.array([100.0, 180.0]), turn=0.3)
    assert further.rotation == pytest.approx(0.3)


def moved(points: Array, angle: float, scale: float, x: float, y: float) -> Array:
    return turned(points * scale, angle) + np.array([x, y, 0.0])


def assert_moved_alike(before: Region, after: Region, move: tuple[float, ...]) -> None:
    angle, scale, x, y = move
    centre = moved(np.array([[before.x, before.y, 0.0]]), *move)[0]
    assert (after.x, after.y) == pytest.approx(tuple(centre[:2]), abs=1e-6 * (scale + abs(x + y)))
    assert after.size == pytest.approx(before.size * scale)
    assert same_angle(after.rotation, before.rotation + angle)


@given(angles, scales, places, places)
def test_the_region_of_landmarks_moves_with_them(
    angle: float, scale: float, x: float, y: float
) -> None:
    before = region_of_landmarks(OPEN_HAND)
    after = region_of_landmarks(moved(OPEN_HAND, angle, scale, x, y))
    assert_moved_alike(before, after, (angle, scale, x, y))


@given(angles, scales, places, places)
def test_the_region_of_a_palm_moves_with_it(angle: float, scale: float, x: float, y: float) -> None:
    wrist_box_mcp = np.array([[0.1, 0.4, 0.0], [0.0, 0.0, 0.0], [0.2, -0.6, 0.0]])

    def region(points: Array, size: float) -> Region:
        wrist, centre, mcp = points[:, :2]
        return region_of_palm(np.array([*centre, size, size]), wrist, mcp)

    before = region(wrist_box_mcp, 1.0)
    after = region(moved(wrist_box_mcp, angle, scale, x, y), scale)
    assert_moved_alike(before, after, (angle, scale, x, y))


@given(angles, scales, places, places)
def test_a_hand_stands_upright_and_whole_in_its_crop(
    angle: float, scale: float, x: float, y: float
) -> None:
    points = hand_px(x, y, scale, angle)
    matrix = region_of_landmarks(points).crop_matrix(224)
    inside = (points[:, :2] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    wrist, knuckles = inside[0], inside[[5, 9, 9, 13]].mean(axis=0)
    assert knuckles[0] == pytest.approx(wrist[0], abs=0.01)
    assert knuckles[1] < wrist[1]
    assert inside.min() > 0
    assert inside.max() < 224


@given(regions, regions)
def test_distance_has_no_side_and_no_unit(a: Region, b: Region) -> None:
    assert a.distance(b) == b.distance(a) >= 0
    assert a.distance(a) == 0
    twice = [Region(2 * each.x, 2 * each.y, 2 * each.size, each.rotation) for each in (a, b)]
    assert twice[0].distance(twice[1]) == pytest.approx(a.distance(b))
