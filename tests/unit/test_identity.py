"""Track numbers and the steady opinion on a hand's side."""

from __future__ import annotations

import pytest

from models.identity import TrackNumbers
from models.region import Region


def at(x: float, y: float = 0.0, size: float = 100.0) -> Region:
    return Region(x, y, size, 0.0)


def known(region: Region, right: float = 0.95) -> TrackNumbers:
    """Numbers of which 1 was seen at time 0."""
    numbers = TrackNumbers()
    assert numbers.assign(0.0, [region], [right]) == [1]
    numbers.saw(1, 0.0, region, right)
    return numbers


def test_new_hands_get_new_numbers() -> None:
    numbers = TrackNumbers()
    assert numbers.assign(0.0, [at(0), at(500)], [0.9, 0.1]) == [1, 2]
    assert numbers.assign(0.0, [at(1000)], [0.9]) == [3]
    assert numbers.assign(0.0, [], []) == []


def test_a_hand_keeps_its_number_wherever_it_stands_in_the_list() -> None:
    numbers = TrackNumbers()
    regions = [at(0), at(500)]
    for number, region in zip(numbers.assign(0.0, regions, [1.0, 1.0]), regions, strict=True):
        numbers.saw(number, 0.0, region, 1.0)
    assert numbers.assign(0.1, [at(480), at(30)], [1.0, 1.0]) == [2, 1]


def test_the_nearest_hand_wins_the_number() -> None:
    assert known(at(0)).assign(0.1, [at(90), at(20)], [1.0, 1.0]) == [2, 1]


def test_the_nearest_hand_does_not_win_the_number_of_the_other_side() -> None:
    assert known(at(0)).assign(0.1, [at(90), at(20)], [0.95, 0.02]) == [1, 2]


@pytest.mark.parametrize(
    ("gap_s", "sides", "expected"),
    [
        (1 / 30, 0.65, 1),  # half a side, and 6 a second: 0.7 after a frame
        (1 / 30, 0.75, 2),
        (1 / 15, 0.85, 1),
        (1 / 15, 0.95, 2),
        (0.4, 2.8, 1),
        (0.4, 3.0, 2),
    ],
)
@pytest.mark.parametrize("size", [100.0, 200.0])
def test_reach_grows_with_time_and_the_hand(
    gap_s: float, sides: float, expected: int, size: float
) -> None:
    numbers = known(at(0, size=size))
    assert numbers.assign(gap_s, [at(sides * size, size=size)], [0.95]) == [expected]


@pytest.mark.parametrize(
    ("right", "expected"), [(0.95, 1), (0.5, 1), (0.1, 1), (0.03, 2), (0.0, 2)]
)
def test_a_number_does_not_pass_to_the_other_side(right: float, expected: int) -> None:
    assert known(at(0), 0.95).assign(0.1, [at(10)], [right]) == [expected]
    assert known(at(0), 0.05).assign(0.1, [at(10)], [1 - right]) == [expected]


@pytest.mark.parametrize(
    ("size", "expected"), [(60.0, 2), (65.0, 1), (100.0, 1), (155.0, 1), (165.0, 2)]
)
def test_a_number_does_not_pass_to_a_hand_of_quite_another_size(size: float, expected: int) -> None:
    assert known(at(0, size=100.0)).assign(0.1, [at(0, size=size)], [0.95]) == [expected]


@pytest.mark.parametrize(("gap_s", "expected"), [(0.49, 1), (0.51, 2)])
def test_a_number_is_remembered_half_a_second(gap_s: float, expected: int) -> None:
    assert known(at(0)).assign(gap_s, [at(0)], [0.95]) == [expected]


def test_a_taken_number_is_not_given_again() -> None:
    assert known(at(0)).assign(0.1, [at(10)], [0.95], taken=[1]) == [2]


def test_one_doubtful_frame_does_not_change_the_side() -> None:
    numbers = TrackNumbers()
    numbers.assign(0.0, [at(0)], [0.9])
    said = [numbers.saw(1, i / 30, at(0), right) for i, right in enumerate([0.95, 0.9, 0.1, 0.9])]
    assert said == [True] * 4


def test_a_wrong_first_impression_is_mended() -> None:
    numbers = TrackNumbers()
    numbers.assign(0.0, [at(0)], [0.3])
    assert not numbers.saw(1, 0.0, at(0), 0.3)
    assert [numbers.saw(1, i / 30, at(0), 0.98) for i in range(1, 11)][-1]


def test_a_blurred_frame_does_not_make_it_a_hand_of_another_size() -> None:
    numbers = known(at(0, size=110.0))
    for index, size in enumerate((112.0, 108.0, 70.0)):
        numbers.saw(1, index / 30, at(20.0 * index, size=size), 0.95)
    assert numbers.assign(0.2, [at(100.0, size=130.0)], [0.95]) == [1]
