"""The soak in small: nothing grows in some thousand frames, and what grows would be told."""

from __future__ import annotations

import gc
import json
import mmap
import threading
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from daemon.backends.dry_run import DryRunBackend
from daemon.bench import soak as soaking
from daemon.bench import soak_frames
from daemon.bench.soak import MOST_GROWTH_MB, Reading, SoakRow, soak
from daemon.chain import Chain
from daemon.cli import main
from daemon.config.load import load_config
from daemon.config.model import Config
from daemon.config.places import shipped_config
from daemon.control.errors import ControlError
from daemon.injector import Injector
from gestures.landmarks import HandFrame, HandObservation

_FRAMES = 3000


class Blind:
    """A tracker that sees nothing."""

    def track(self, picture: object, t_s: float) -> tuple[HandObservation, ...]:
        return ()

    def reset(self) -> None: ...

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def config() -> Config:
    return soak_frames.busy_config(load_config(shipped_config()).config)


@pytest.fixture(scope="module")
def recorded() -> list[HandFrame]:
    return soak_frames.recorded_hands()


def test_a_round_has_every_gesture_and_every_kind_of_action(config, recorded):
    chain = Chain(config, Injector(DryRunBackend()), dry_run=True)
    values = [line.to_json() for frame in recorded for line in chain.feed(frame)]
    begun = {value["gesture"] for value in values if value["event"] == "begin"}
    assert begun == {spec.name for spec in config.gestures}
    done = {value["action"]["type"] for value in values if value["event"] == "action"}
    # 'mode' is told as an event of its own.
    assert done >= {"key", "text", "click", "scroll", "hold", "pointer", "drag", "repeat"}
    assert Counter(value["event"] for value in values)["mode"] > 0


def test_frames_go_on_in_time_and_with_new_tracks(recorded):
    count = 2 * len(recorded) + 5
    frames = list(soak_frames.played_on(recorded, count))
    times_s = [frame.t_s for frame in frames]
    assert len(frames) == count
    assert times_s == sorted(set(times_s))
    tracks = [hand.track for frame in frames for hand in frame.hands]
    assert max(tracks[: len(tracks) // 2]) < max(tracks)


def test_nothing_grows(config, recorded):
    row = soak("landmarks", config, soak_frames.played_on(recorded, _FRAMES), _FRAMES)
    assert row.faults == []
    assert row.frames == _FRAMES
    assert row.events > 500
    assert row.visits >= 1


def test_no_object_is_kept_from_round_to_round(config, recorded):
    """Thirty bytes a frame at most: what the process' memory as a whole is too coarse to show."""
    part, sizes = recorded[:400], []

    def measured() -> Iterator[HandFrame]:
        for number, frame in enumerate(soak_frames.played_on(part, 8 * len(part) + 1)):
            if number and number % len(part) == 0:
                gc.collect()
                sizes.append(tracemalloc.get_traced_memory()[0])
            yield frame

    tracemalloc.start()
    try:
        soak("landmarks", config, measured(), 8 * len(part) + 1)
    finally:
        tracemalloc.stop()
    # What is remembered for a while is full by then.
    assert sizes[7] - sizes[5] < 30 * 2 * len(part)


def test_a_leak_is_told(config, recorded):
    # Of the system's own, since what other tests have freed would be taken up again first.
    kept: list[mmap.mmap] = []

    def leaking() -> Iterator[HandFrame]:
        for frame in soak_frames.played_on(recorded, 200):
            kept.append(mmap.mmap(-1, 200_000))
            kept[-1].write(b"\1" * 200_000)
            yield frame

    row = soak("leak", config, leaking(), 200)
    if row.growth_mb is None:
        pytest.skip("this system does not tell what memory a process has")
    assert row.growth_mb > MOST_GROWTH_MB
    assert "memory grew by" in row.faults[0]


def test_threads_and_descriptors_that_grow_are_told():
    quiet = Reading(100.0, 3, 12)
    row = SoakRow("landmarks", 100, 10, 1, quiet, quiet, 0.5, 0.5)
    assert row.faults == []
    grown = replace(row, end=Reading(100.0, 4, 30))
    assert grown.faults == ["threads grew from 3 to 4", "descriptors grew from 12 to 30"]


def test_times_drift_only_where_there_are_enough_of_them():
    quiet = Reading(100.0, 3, 12)
    row = SoakRow("landmarks", 50_000, 10, 1, quiet, quiet, 0.5, 0.6)
    assert row.to_json()["drift"] == 1.2
    assert replace(row, frames=49_999).to_json()["drift"] is None


def test_the_tracker_is_the_one_that_looks_at_a_camera(monkeypatch, capsys):
    opened: list[bool] = []

    def open_tracker(_: Config, *, live: bool = False) -> Blind:
        opened.append(live)
        return Blind()

    monkeypatch.setattr("daemon.commands.common.open_configured_tracker", open_tracker)
    monkeypatch.setattr(soak_frames, "pictures", lambda: [np.zeros((2, 2, 3), np.uint8)])
    assert main(["bench", "soak", "--frames", "0", "--tracker-frames", "40", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["part"] == "tracker"
    assert opened == [True]


def test_a_visitor_who_waits_for_ever_is_told(config, recorded, monkeypatch):
    is_over = threading.Event()
    monkeypatch.setattr(soaking, "_END_S", 0.05)
    monkeypatch.setattr(soaking, "ask", lambda *_: is_over.wait())
    try:
        with pytest.raises(ControlError, match=r"waits 0\.05 s after the end"):
            soak("landmarks", config, soak_frames.played_on(recorded, 200), 200)
    finally:
        is_over.set()


def test_a_long_soak_that_served_nobody_is_told(config, recorded, monkeypatch):
    monkeypatch.setattr(soaking._Visitor, "_visit", lambda visitor: visitor._is_over.wait())
    with pytest.raises(ControlError, match=r"nobody got served at the control socket in \d+ event"):
        soak("landmarks", config, soak_frames.played_on(recorded, _FRAMES), _FRAMES)
    # In a short one nobody may have come yet.
    assert soak("landmarks", config, soak_frames.played_on(recorded, 100), 100).visits == 0


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_soak_of_nothing_is_refused(capsys, as_json):
    command = ["bench", "soak", "--frames", "0", "--tracker-frames", "0", *as_json]
    assert main(command) == 2
    assert "nothing to soak with" in capsys.readouterr().err


def test_the_command_prints_a_row_for_each_part_that_is_wanted(capsys):
    assert main(["bench", "soak", "--frames", "40", "--tracker-frames", "0", "--json"]) == 0
    (row,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert row["part"] == "landmarks"
    assert row["frames"] == 40
    assert row["first_ms"] > 0


@pytest.mark.parametrize("count", ["-1", "10000000000000"])
def test_a_count_below_none_or_without_end_is_refused(capsys, count):
    with pytest.raises(SystemExit, match="2"):
        main(["bench", "soak", "--frames", count, "--tracker-frames", "0"])
    error = capsys.readouterr().err
    assert f"expected a whole number from 0 to 100000000, found '{count}'" in error
