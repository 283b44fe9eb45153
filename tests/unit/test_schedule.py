"""When the palm detector runs."""

from __future__ import annotations

import pytest

from models.schedule import Schedule


def played(
    schedule: Schedule, frames: int, followed: int, *, moves: bool = False, start: int = 0
) -> list[int]:
    """Numbers of the frames, 30 a second, that are searched."""
    searched = []
    for number in range(start, start + frames):
        if schedule.is_due(number / 30, followed, moves=moves):
            schedule.searched(number / 30)
            searched.append(number)
    return searched


def test_the_first_frame_is_searched() -> None:
    assert played(Schedule(2), 1, 0) == [0]


@pytest.mark.parametrize("moves", [False, True])
def test_with_all_hands_there_is_nothing_to_find(moves: bool) -> None:
    schedule = Schedule(2)
    schedule.lost(0.0)
    assert played(schedule, 60, 2, moves=moves) == []


@pytest.mark.parametrize(("followed", "searched"), [(0, [0, 90]), (1, [0, 45, 90, 135])])
def test_while_nothing_moves_a_search_now_and_then(followed: int, searched: list[int]) -> None:
    assert played(Schedule(2), 136, followed) == searched


def test_motion_with_nobody_there_is_followed_frame_by_frame_and_a_little_longer() -> None:
    schedule = Schedule(2)
    assert played(schedule, 10, 0, moves=True) == list(range(10))
    assert played(schedule, 20, 0, start=10) == list(range(10, 19))


def test_motion_beside_a_hand_is_looked_at_three_times_a_second() -> None:
    assert played(Schedule(2), 60, 1, moves=True) == [0, 10, 20, 30, 40, 50]


def test_a_lost_hand_is_looked_for_in_every_frame() -> None:
    schedule = Schedule(2)
    played(schedule, 3, 1)
    schedule.lost(0.11)
    assert played(schedule, 20, 1, start=4) == list(range(4, 13))


def test_a_hand_in_doubt_is_looked_at_more_often_at_first() -> None:
    schedule = Schedule(2)
    played(schedule, 1, 0)
    schedule.doubted(0.0)
    assert played(schedule, 90, 1, start=1) == [10, 20, 30, 75]


def test_beside_a_hand_motion_is_looked_for_once_it_may_matter_and_then_now_and_then() -> None:
    schedule = Schedule(2)
    schedule.searched(0.0)
    looked = [number for number in range(1, 25) if schedule.should_look(number / 30, 1)]
    assert looked == [10, 13, 16, 19, 22]
    assert all(schedule.should_look(1 + number / 30, 0) for number in range(5))


def test_reset() -> None:
    schedule = Schedule(2)
    played(schedule, 40, 0)
    schedule.reset()
    assert played(schedule, 1, 0) == [0]


def test_it_rests_a_while_after_the_last_motion_or_loss() -> None:
    schedule = Schedule(2)
    assert schedule.rests(0.0)
    schedule.is_due(1.0, 0, moves=True)
    assert not schedule.rests(2.9)
    assert schedule.rests(3.1)
    schedule.is_due(3.2, 0, moves=False)
    assert schedule.rests(3.2)
    schedule.is_due(3.3, 0, moves=True)
    assert not schedule.rests(3.3)
    schedule.lost(9.0)
    assert not schedule.rests(10.9)
