"""A camera that is always tried again, in simulated time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.camera.event import CameraEvent
from daemon.sources import Frame, SourceError, until_lost
from tests.unit.camera_sim import FPS, Mode, SimReader, World, events, first, run, start

BACK = ("back", "the camera gives pictures again")


def test_a_good_camera_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    source = start(world, monkeypatch)
    assert source.live
    assert source.state == "opening"
    items = run(source, world, 10)
    assert len(items) == pytest.approx(10 * FPS, abs=2)
    assert all(isinstance(each, Frame) for each in items)
    assert (source.state, source.problem, source.warnings) == ("on", None, ())
    source.close()
    assert world.alive() == 0


@pytest.mark.parametrize(
    ("mode", "reason", "within_s"),
    [
        ("stop", "closed", 0.1),
        ("gone", "closed", 0.1),
        ("pulled", "unplugged", 0.1),
        ("stall", "silent", 2.0),
        ("stick", "silent", 2.0),
        ("still", "frozen", 2.0),
        ("garbage", "garbage", 2.0),
    ],
)
@pytest.mark.parametrize("side_by_side", [False, True], ids=["device", "stream"])
def test_a_loss_is_noticed_and_told_apart(
    monkeypatch: pytest.MonkeyPatch, mode: Mode, reason: str, within_s: float, side_by_side: bool
) -> None:
    world = World([(0, "good"), (3, mode)], side_by_side=side_by_side)
    source = start(world, monkeypatch)
    items = run(source, world, 6)
    assert events(items)[0] == ("lost", reason)
    assert first(items, "lost") <= 3 + within_s
    assert source.state == "lost"
    assert not any(isinstance(each, Frame) for each in items[items.index(_lost(items)) :])


def _lost(items: list[Frame | CameraEvent]) -> CameraEvent:
    return next(each for each in items if isinstance(each, CameraEvent) and each.state == "lost")


def test_a_short_stillness_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    script: list[tuple[float, Mode]] = [(0, "good")]
    for second in range(2, 20, 4):
        script += [(second, "still"), (second + 1.5, "good")]
        script += [(second + 2, "stall"), (second + 3.5, "good")]
    world = World(script)
    assert events(run(start(world, monkeypatch), world, 25)) == []
    assert len(world.readers) == 1


def test_a_frozen_camera_stays_lost_over_reconnects(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "good"), (3, "still"), (40, "good")])
    items = run(start(world, monkeypatch), world, 45)
    assert events(items) == [("lost", "frozen"), BACK]
    assert first(items, "back") == pytest.approx(40, abs=0.1)
    assert 4 <= len(world.readers) <= 7, "tried anew now and then"


def test_a_camera_missing_at_start_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "stop"), (60, "good")])
    items = run(start(world, monkeypatch), world, 65)
    assert events(items) == [("lost", "refused"), BACK]
    assert first(items, "lost") <= 0.1
    assert first(items, "back") <= 62
    assert len(world.readers) <= 65, "not tried all the time"


def test_a_slow_first_opening_is_told_and_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "stick")])
    source = start(world, monkeypatch)
    assert events(run(source, world, 5)) == [("lost", "no_first")]
    world.unstuck = True
    world.script.append((5, "good"))
    assert events(run(source, world, 6)) == [BACK]
    assert len(world.readers) == 1, "not given up before its time"


def test_no_third_thread_for_a_stuck_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "good"), (3, "stick"), (60, "good")], settle_s=1)
    source = start(world, monkeypatch)
    most = 0

    def count() -> None:
        nonlocal most
        most = max(most, world.alive())
        world.unstuck = world.t_s > 60

    items = run(source, world, 70, count)
    assert most == 2
    assert len(world.readers) <= 3
    assert first(items, "back") <= 62
    source.close()
    assert world.alive() == 0


def test_one_stuck_thread_does_not_keep_the_camera_away(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "good"), (3, "stick"), (3.1, "good")], settle_s=1)
    items = run(start(world, monkeypatch), world, 20)
    assert events(items) == [("lost", "silent"), BACK]
    assert first(items, "back") <= 6.2
    assert world.alive() == 2


def test_pausing_does_not_make_room_for_a_third_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "good"), (3, "stick")], settle_s=1)
    source = start(world, monkeypatch)
    run(source, world, 10)
    assert world.alive() == 2
    source.pause()
    run(source, world, 15)
    source.resume()
    run(source, world, 20)
    assert len(world.readers) == 2
    world.unstuck = True
    run(source, world, 21)
    assert len(world.readers) == 3


def test_a_picture_read_before_an_event_is_not_told_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World([(0, "good"), (3, "stop"), (3.1, "good")])
    take = SimReader.take

    def late(reader: SimReader, wait_s: float) -> tuple[Any, float] | None:
        taken = take(reader, wait_s)
        return taken and (taken[0], taken[1] - 0.5)

    monkeypatch.setattr(SimReader, "take", late)
    items = run(start(world, monkeypatch), world, 6)
    times_s = [each.t_s for each in items]
    assert events(items)[-1] == BACK
    assert times_s == sorted(times_s)
    assert times_s[0] >= 0


def test_sleep_of_the_machine_opens_anew_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    source = start(world, monkeypatch)

    def sleep_once() -> None:
        if world.t_s >= 5 and not world.slept_s:
            world.slept_s = 3600.0

    items = run(source, world, 8, sleep_once)
    assert events(items) == [("lost", "the computer slept: the camera is opened anew"), BACK]
    assert first(items, "back") <= 5.2
    assert max(each.t_s for each in items) < 9, "the sleep takes no time"


def test_a_paused_camera_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    source = start(world, monkeypatch)

    def act() -> None:
        if 5 <= world.t_s < 9 and source.state != "off":
            source.pause()
            source.pause()
            assert world.alive() == 0, "the light goes off at once"
        if world.t_s >= 9:
            source.resume()
        if 6 <= world.t_s < 8:
            world.slept_s = 100.0

    items = run(source, world, 12, act)
    off = ("off", "paused: the camera is given back until `gestured resume`")
    assert events(items) == [off, BACK]
    assert first(items, "back") <= 9.3
    assert not any(isinstance(each, Frame) and 5.1 < each.t_s < 9 for each in items)


def test_a_camera_unplugged_while_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "good"), (3, "gone"), (10, "good")])
    source = start(world, monkeypatch)

    def act() -> None:
        if 2 <= world.t_s < 5:
            source.pause()
        else:
            source.resume()
        if world.t_s < 5:
            assert source.problem is None

    assert [state for state, _ in events(run(source, world, 12, act))] == ["off", "lost", "back"]


def test_dark_is_warned_of_and_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "good"), (3, "dark"), (20, "good")])
    source = start(world, monkeypatch)
    items = run(source, world, 15)
    assert events(items) == [("dark", "the picture is dark: uncover the lens, or put on a light")]
    assert first(items, "dark") <= 5
    assert isinstance(items[-1], Frame)
    assert source.warnings == (events(items)[0][1],)
    assert events(run(source, world, 25)) == [("fine", "the picture is bright")]
    assert source.warnings == ()
    assert len(world.readers) == 1


def test_black_without_noise_is_opened_anew_ever_more_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World([(0, "good"), (3, "dark"), (250, "good")])
    items = run(start(world, monkeypatch), world, 255)
    assert [state for state, _ in events(items)] == ["dark", "fine"]
    assert first(items, "fine") <= 250.1
    opened_s = [reader.opened_s - 1000 for reader in world.readers]
    assert opened_s == pytest.approx([0, 30, 90, 210], abs=1)


@pytest.mark.parametrize(("promised_fps", "from_s"), [(30.0, 0.0), (0.0, 5.0)])
def test_half_the_rate_is_warned_of_once(
    monkeypatch: pytest.MonkeyPatch, promised_fps: float, from_s: float
) -> None:
    world = World([(0, "good"), (from_s, "half"), (60, "good")], promised_fps=promised_fps)
    source = start(world, monkeypatch)
    told = events(run(source, world, 50))
    rate = "only 15 pictures a second instead of 30"
    assert told == [("slow", f"{rate}: cameras slow down in low light, put on a light")]
    assert source.warnings == (told[0][1],)
    assert [state for state, _ in events(run(source, world, 70))] == ["fine"]
    assert source.warnings == ()


def test_another_size_is_taken_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World([(0, "large"), (3, "stop"), (4, "large")])
    items = run(start(world, monkeypatch), world, 10)
    assert events(items)[0] == ("size", "pictures are 128x96, not 64x48: taken as they are")
    assert [state for state, _ in events(items)] == ["size", "lost", "lost", "back"]
    assert isinstance(items[-1], Frame)
    assert items[-1].picture.shape == (96, 128, 3)


def test_each_reason_is_told_once_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    script: list[tuple[float, Mode]] = [(0, "good")]
    for second in range(3, 60, 2):
        script += [(second, "stop"), (second + 1, "stall")]
    world = World([*script, (61, "good")])
    items = run(start(world, monkeypatch), world, 75)
    told = events(items)
    assert told[-1] == BACK
    assert 2 <= len(told) <= 4
    assert len(set(told)) == len(told)


def test_pictures_nobody_took_are_counted_over_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World([(0, "good"), (3, "stop"), (3.1, "good")])
    source = start(world, monkeypatch)
    run(source, world, 2)
    world.readers[0].dropped = 5
    assert source.dropped == 5
    run(source, world, 6)
    world.readers[-1].dropped = 2
    assert source.dropped == 7


def device(script: list[tuple[float, Mode]]) -> World:
    return World(script, settle_s=1.0)


def stream(script: list[tuple[float, Mode]]) -> World:
    return World(script, side_by_side=True, frozen_again_s=1.0)


MAKES = st.sampled_from([device, stream])
MODES: list[Mode] = ["stop", "stall", "still", "garbage", "gone"]
OUTAGE = st.tuples(st.sampled_from(MODES), st.floats(0.05, 40), st.floats(2.5, 5))


@settings(max_examples=50, deadline=None)
@given(st.lists(OUTAGE, max_size=4), MAKES)
def test_whatever_happens_it_is_back_within_two_seconds(
    outages: list[tuple[Mode, float, float]], make: Callable[[list[tuple[float, Mode]]], World]
) -> None:
    script: list[tuple[float, Mode]] = [(0.0, "good")]
    t_s = 3.0
    for mode, lasts_s, rest_s in outages:
        script += [(t_s, mode), (t_s + lasts_s, "good")]
        t_s += lasts_s + rest_s
    world = make(script)
    with pytest.MonkeyPatch.context() as monkeypatch:
        items = run(start(world, monkeypatch), world, t_s)
    times_s = [each.t_s for each in items]
    assert times_s == sorted(times_s)
    frames_s = [each.t_s for each in items if isinstance(each, Frame)]
    assert all(before < after for before, after in pairwise(frames_s))
    for (_, mode), (good_s, _) in zip(script[1::2], script[2::2], strict=True):
        assert any(good_s <= each <= good_s + 2 for each in frames_s), (mode, good_s)
    states = [state for state, _ in events(items)]
    # Events of a loss come in a row, and one return ends them.
    changes = [state for state, after in pairwise([*states, ""]) if state != after]
    assert changes == ["lost", "back"] * (len(changes) // 2)
    assert world.alive() == 1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("make", [device, stream])
@pytest.mark.parametrize("away_s", [11.3, 300.7])
def test_however_long_it_was_away(
    monkeypatch: pytest.MonkeyPatch,
    mode: Mode,
    make: Callable[[list[tuple[float, Mode]]], World],
    away_s: float,
) -> None:
    world = make([(0, "good"), (3, mode), (3 + away_s, "good")])
    source = start(world, monkeypatch)
    most = 0

    def count() -> None:
        nonlocal most
        most = max(most, world.alive())

    items = run(source, world, 6 + away_s, count)
    assert first(items, "back") <= 3 + away_s + 1.6
    assert most <= 2
    assert len(world.readers) <= 5 + 2 * away_s, "not tried all the time"


@pytest.mark.parametrize("phase_s", [number / 6 for number in range(8)])
@pytest.mark.parametrize("from_s", [0.0, 3.0])
def test_a_server_that_took_calls_in_vain(
    monkeypatch: pytest.MonkeyPatch, from_s: float, phase_s: float
) -> None:
    good_s = from_s + 30 + phase_s
    world = stream([(0, "good"), (from_s, "stall"), (good_s, "good")])
    world.first_takes_s = 0.3
    items = run(start(world, monkeypatch), world, good_s + 3)
    assert first(items, "back") <= good_s + 2
    assert world.alive() == 1


@pytest.mark.parametrize("mode", ["stop", "stall"])
def test_a_server_that_answers_slowly_is_reached(
    monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    world = stream([(0, mode), (60, "good")])
    world.first_takes_s = 3.0
    items = run(start(world, monkeypatch), world, 90)
    assert first(items, "back") <= 60 + 10 + 3 + 1.5
    assert isinstance(items[-1], Frame)
    assert world.alive() == 1


def test_a_stream_that_stumbles_is_taken_up_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    world = stream([(0, "good"), (3, "stick")])
    source = start(world, monkeypatch)
    run(source, world, 3.5)
    world.script.append((3.6, "good"))
    assert events(run(source, world, 8)) == [], "before it was to be told"
    assert [reader.alive for reader in world.readers] == [True, True]


def test_threads_of_a_stream_are_few_though_none_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    world = stream([(0, "good"), (3, "stick"), (60, "good")])
    source = start(world, monkeypatch)
    most = 0

    def count() -> None:
        nonlocal most
        most = max(most, world.alive())
        world.unstuck = world.t_s > 60

    items = run(source, world, 70, count)
    assert 3 <= most <= 6
    assert first(items, "back") <= 62
    source.close()
    assert world.alive() == 0


def test_it_may_begin_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    source = start(world, monkeypatch, paused=True)
    off = ("off", "paused: the camera is given back until `gestured resume`")
    assert events(run(source, world, 5)) == [off]
    assert (source.state, source.problem) == ("off", None)
    assert world.readers == []
    source.resume()
    items = run(source, world, 8)
    assert events(items) == [BACK]
    assert first(items, "back") <= 5.2


def test_those_who_would_rather_fail_do() -> None:
    slow = CameraEvent(1.0, "slow", "only 15")
    assert list(until_lost([1, slow, 2])) == [1, 2]
    lost = until_lost([1, CameraEvent(2.0, "lost", "unplugged: plug it in"), 2])
    assert next(lost) == 1
    with pytest.raises(SourceError, match="unplugged: plug it in"):
        next(lost)


def test_an_event_is_a_line() -> None:
    event = CameraEvent(1.23456, "lost", "unplugged")
    assert event.to_json() == {
        "t": 1.235, "event": "camera", "state": "lost", "reason": "unplugged",
    }  # fmt: skip
    assert event.event == "camera"
