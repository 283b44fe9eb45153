"""Track numbers and the steady opinion on a hand's side."""

from __future__ import annotations

from models.identity import TrackNumbers
from models.region import Region


def at(x: float, y: float = 0.0, size: float = 100.0) -> Region:
    return Region(x, y, size, 0.0)


def test_new_hands_get_new_numbers() -> None:
    numbers = TrackNumbers()
    assert numbers.assign(0.0, [at(0), at(500)]) == [1, 2]
    assert numbers.assign(0.0, [at(1000)]) == [3]
    assert numbers.assign(0.0, []) == []


def test_a_hand_keeps_its_number_wherever_it_stands_in_the_list() -> None:
    numbers = TrackNumbers()
    for number, region in zip(numbers.assign(0.0, [at(0), at(500)]), [at(0), at(500)], strict=True):
        numbers.saw(number, 0.0, region, 1.0)
    assert numbers.assign(0.1, [at(480), at(30)]) == [2, 1]


def test_the_nearest_hand_wins_the_number() -> None:
    numbers = TrackNumbers()
    numbers.assign(0.0, [at(0)])
    numbers.saw(1, 0.0, at(0), 1.0)
    assert numbers.assign(0.1, [at(90), at(20)]) == [2, 1]


def test_reach_grows_with_the_hand() -> None:
    for size, expected in ((100.0, 2), (200.0, 1)):
        numbers = TrackNumbers()
        numbers.assign(0.0, [at(0, size=size)])
        numbers.saw(1, 0.0, at(0, size=size), 1.0)
        assert numbers.assign(0.1, [at(200, size=size)]) == [expected]


def test_a_number_is_remembered_half_a_second() -> None:
    for gap_s, expected in ((0.49, 1), (0.51, 2)):
        numbers = TrackNumbers()
        numbers.assign(0.0, [at(0)])
        numbers.saw(1, 0.0, at(0), 1.0)
        assert numbers.assign(gap_s, [at(0)]) == [expected]


def test_a_taken_number_is_not_given_again() -> None:
    numbers = TrackNumbers()
    numbers.assign(0.0, [at(0)])
    numbers.saw(1, 0.0, at(0), 1.0)
    assert numbers.assign(0.1, [at(10)], taken=[1]) == [2]


def test_one_doubtful_frame_does_not_change_the_side() -> None:
    numbers = TrackNumbers()
    numbers.assign(0.0, [at(0)])
    said = [numbers.saw(1, i / 30, at(0), right) for i, right in enumerate([0.95, 0.9, 0.1, 0.9])]
    assert said == [True] * 4


def test_a_wrong_first_impression_is_mended() -> None:
    numbers = TrackNumbers()
    numbers.assign(0.0, [at(0)])
    assert not numbers.saw(1, 0.0, at(0), 0.3)
    assert [numbers.saw(1, i / 30, at(0), 0.98) for i in range(1, 11)][-1]
