"""The benches in real time: the played camera, the loop around it, their arithmetic and pictures.

Nothing here waits: clocks are the tests' own, but for one short run through the real threads.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from daemon.backends.dry_run import DryRunBackend
from daemon.bench import appearing, chart, idle, latency
from daemon.bench.clip import true_landmarks
from daemon.bench.live_run import NotingBackend, Stopwatch, run_live
from daemon.bench.measure import figures
from daemon.bench.pictures import draw_idle, draw_latency, draw_tracker
from daemon.bench.played_camera import PlayedCamera, Reel, draw_reel
from daemon.bench.tracker import Row
from daemon.camera.event import CameraEvent
from daemon.chain import Chain
from daemon.cli import main
from daemon.config.load import builtin_library, load_config
from daemon.config.model import Config
from daemon.config.places import shipped_config
from daemon.injector import Injector
from daemon.sources import SourceError
from daemon.synthetic.source import SyntheticSource
from gestures.landmarks import HandFrame, HandObservation


class Time:
    """A clock that goes on while somebody waits."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.now_s += seconds


def numbered(count: int, fps: float = 10.0) -> Reel:
    return Reel([np.full((2, 2, 3), number, np.uint8) for number in range(count)], fps)


def opened(reel: Reel, fps: float) -> tuple[PlayedCamera, Time]:
    time = Time()
    camera = PlayedCamera(reel, fps, time, time.wait)
    camera.open(1.0)
    return camera, time


def number_of(camera: PlayedCamera) -> int:
    assert camera.grab()
    return int(camera.retrieve()[1][0, 0, 0])


class TestPlayedCamera:
    def test_pictures_come_when_they_are_taken_and_begin_again(self):
        camera, time = opened(numbered(3), 10.0)
        seen = [(number_of(camera), time.now_s) for _ in range(5)]
        assert [number for number, _ in seen] == [0, 1, 2, 0, 1]
        assert [at_s for _, at_s in seen] == pytest.approx([100.0, 100.1, 100.2, 100.3, 100.4])
        assert camera.lost == 0

    def test_a_faster_camera_gives_a_picture_several_times_at_the_scenes_pace(self):
        camera, _ = opened(numbered(3), 20.0)
        assert [number_of(camera) for _ in range(7)] == [0, 0, 1, 1, 2, 2, 0]

    def test_who_reads_late_gets_what_waits_in_four_buffers_and_the_rest_is_lost(self):
        camera, time = opened(numbered(100), 10.0)
        assert number_of(camera) == 0
        time.now_s += 0.95
        assert [number_of(camera) for _ in range(4)] == [1, 2, 3, 4]
        assert camera.lost == 5
        assert number_of(camera) == 10

    def test_it_knows_when_a_picture_was_taken_that_was_read_later(self):
        camera, time = opened(numbered(100), 10.0)
        camera.grab()
        time.now_s += 0.25
        camera.grab()
        assert camera.taken_s(time.now_s + 0.03) == pytest.approx(100.1)
        assert camera.taken_s(100.05) == pytest.approx(100.0)
        assert camera.number_of(time.now_s) == 1
        assert camera.time_of(2) == pytest.approx(100.2)

    def test_passing_over_takes_no_picture_out_of_the_scene(self):
        camera, _ = opened(numbered(10), 10.0)
        assert camera.grab()
        assert number_of(camera) == 1

    def test_an_encoded_reel_is_decoded_when_it_is_read(self):
        scene = idle.empty_room(1.0)
        plain, encoded = draw_reel(scene), draw_reel(scene, encoded=True)
        assert len(plain.pictures) == len(encoded.pictures) == 3
        assert encoded.held_mb < plain.held_mb / 3
        rgb = scene.frame(1)[0]
        np.testing.assert_array_equal(plain.picture(1.0), rgb[:, :, ::-1])
        difference = np.abs(encoded.picture(1.0).astype(int) - plain.picture(1.0))
        assert encoded.picture(1.0).shape == (480, 640, 3)
        assert difference.mean() < 5


@pytest.mark.parametrize(("fps", "count"), [(10.0, 30), (60.0, 180), (1000.0, 180)])
def test_an_empty_room_has_its_pictures_in_memory(fps, count):
    assert len(idle.empty_room(fps)) == pytest.approx(count, abs=1)


class TestStopwatch:
    def watched(self, monkeypatch: pytest.MonkeyPatch) -> tuple[Stopwatch, Time, list[float]]:
        time = Time()
        monkeypatch.setattr("time.monotonic", time)
        camera = SimpleNamespace(taken_s=lambda read_s: read_s - 0.002, lost=1)
        source = SimpleNamespace(start_s=90.0, dropped=4)
        pressed_s: list[float] = []
        watch = Stopwatch(camera, source, pressed_s)  # type: ignore[arg-type]
        camera.lost, source.dropped = 2, 7
        return watch, time, pressed_s

    def test_ages_count_from_the_taking_to_the_press_and_to_the_end(
        self, monkeypatch: pytest.MonkeyPatch
    ):
        watch, time, pressed_s = self.watched(monkeypatch)
        items = [HandFrame(10.0, 4, 3), CameraEvent(10.1, "dark", ""), HandFrame(10.2, 4, 3)]
        for number, item in enumerate(watch.watched(items)):
            time.now_s = 90.0 + item.t_s + 0.005
            pressed_s += [time.now_s] if number == 2 else []
            time.now_s += 0.003
        run = watch.result(0.0)
        assert run.ages_s == pytest.approx((0.010, 0.010))
        assert run.key_ages_s == pytest.approx((0.007,))
        assert run.dropped == 4
        assert run.wall_s == pytest.approx(0.208)

    def test_the_pictures_that_are_played_are_not_the_runs(self, monkeypatch: pytest.MonkeyPatch):
        watch, _, _ = self.watched(monkeypatch)
        whole, less = watch.result(0.0).resident_mb, watch.result(50.0).resident_mb
        if whole is not None and less is not None:
            assert whole - less == pytest.approx(50, abs=5)


def test_a_noting_backend_notes_presses_and_hands_on_the_rest():
    backend = NotingBackend(DryRunBackend())
    injector = Injector(backend)  # type: ignore[arg-type]
    injector.tap(("ctrl",))
    assert len(backend.pressed_s) == 1
    assert injector.backend == "dry run"


def test_the_scene_presses_a_key_often_and_ends_as_it_begins():
    clip = latency.busy_scene(30.0)
    assert clip.scene.at(0.0) == clip.scene.at(clip.scene.duration_s)
    config = latency.pressing(load_config(shipped_config()).config)
    backend = NotingBackend(DryRunBackend())
    chain = Chain(config, Injector(backend), dry_run=False)  # type: ignore[arg-type]
    once = true_landmarks(clip)
    for number, frame in enumerate(once * 2):
        if number == len(once):
            backend.pressed_s.clear()
        t_s = number / clip.fps
        chain.feed(HandFrame(t_s, frame.width, frame.height, frame.hands).mirror())
    # In a minute more than a hundred, or the 99th percentile would be the worst.
    assert len(backend.pressed_s) == 9
    assert clip.scene.duration_s < 5.4


def test_no_more_is_drawn_than_memory_has_room_for():
    assert latency.busy_scene(240.0).fps == 60.0
    assert latency.busy_scene(30.0).fps == 30.0


class TestRows:
    def test_percentiles_frames_and_both_ends_of_the_run(self):
        ages_s = [0.010] * 10 + [0.012] * 80 + [0.020] * 10
        row = latency.LatencyRow(50.0, "done", ages_s, 3, 199.96).to_json()
        assert row == {
            "fps": 50.0, "until": "done", "count": 100, "dropped": 3, "median_ms": 12.0,
            "p95_ms": 20.0, "p99_ms": 20.0, "worst_ms": 20.0, "p99_frames": 1.0,
            "first_ms": 10.0, "last_ms": 20.0, "resident_mb": 200.0,
        }  # fmt: skip

    def test_a_run_without_a_key_has_no_figures_of_it(self):
        row = latency.LatencyRow(30.0, "key", (), 0, None).to_json()
        assert (row["count"], row["median_ms"], row["resident_mb"]) == (0, None, None)

    def test_who_came_and_how_soon_each_was_tracked(self):
        ours, theirs = idle.idle_rows(
            [idle.Turn(1, 1, 1)], [idle.Turn(1, 1, 1)], 30.0, [0.03, None, 0.09, 0.05]
        )
        columns = ("came", "tracked", "tracked_ms", "tracked_worst_ms")
        assert [ours.to_json()[name] for name in columns] == [4, 3, 50.0, 90.0]
        assert [theirs.to_json()[name] for name in columns] == [None] * 4

    @pytest.mark.parametrize(("seconds", "turn_s"), [(1, 6.0), (12, 6.0), (13, 9.0), (42, 21.0)])
    def test_a_turn_is_of_whole_heartbeats(self, seconds: float, turn_s: float):
        assert idle.turn_s(seconds) == turn_s

    def test_idle_ratio_is_of_cpu_time_a_second_over_all_turns(self):
        ours = [idle.Turn(10.0, 100, 0.2), idle.Turn(10.0, 98, 0.22)]
        theirs = [idle.Turn(10.0, 300, 4.2), idle.Turn(10.0, 300, 4.2)]
        gestured, mediapipe = (row.to_json() for row in idle.idle_rows(ours, theirs, 30.0))
        assert gestured["looked_per_s"] == 9.9
        assert gestured["cpu_ms_per_s"] == pytest.approx(21.0)
        assert gestured["ratio"] == pytest.approx(0.05)
        assert (mediapipe["cpu_ms_per_s"], mediapipe["ratio"]) == (420.0, 1.0)


class Watching:
    """A tracker that takes a while and says what it was shown."""

    rests = False

    def __init__(self, look: Callable[[], None] = lambda: None) -> None:
        self._look = look
        self.times_s: list[float] = []
        self.resets = 0
        self.hands: tuple[HandObservation, ...] = ()

    def track(self, picture: object, t_s: float) -> tuple[HandObservation, ...]:
        self._look()
        self.times_s.append(t_s)
        return self.hands

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None: ...


def test_a_bare_loop_waits_for_each_picture_and_counts_the_cameras_seconds():
    time = Time()
    tracker = Watching(lambda: time.wait(0.15))
    shown = [np.zeros((2, 2, 3), np.uint8)]
    turn = idle.bare_loop(tracker, shown, 10.0, 1.0, time, time.wait, lambda: time.now_s / 2)  # type: ignore[arg-type]
    assert (turn.seconds, turn.looked) == (1.0, 10)
    assert turn.cpu_s == pytest.approx(0.75)
    assert np.diff(tracker.times_s) == pytest.approx(0.1)


def test_a_run_through_the_real_threads(monkeypatch: pytest.MonkeyPatch):
    """A camera as fast as it goes, before a tracker that sees nothing."""
    monkeypatch.delenv("DISPLAY", raising=False)
    reel = draw_reel(SyntheticSource(idle.empty_room(30.0).scene, width=64, height=48, fps=10.0))
    run = run_live(Config(gestures=builtin_library()), Watching(), reel, 200.0, 0.3, 0.1)  # type: ignore[arg-type]
    assert run.wall_s >= 0.3
    assert 1 <= len(run.ages_s) <= 100
    assert all(age_s > 0 for age_s in run.ages_s)
    assert run.key_ages_s == ()


class TestAppearing:
    def test_hands_come_after_longer_and_longer_absences_which_end_anywhere_in_a_rest(self):
        room = draw_reel(idle.empty_room(10.0))
        seen = appearing.visits(room, 4)
        starts = [shown.start for shown in seen.shown]
        ends = [0, *(shown.stop for shown in seen.shown)]
        assert ends[-1] == len(seen.reel.pictures)
        assert np.subtract(starts, ends[:-1]).tolist() == [26, 27, 28, 29]
        assert all(len(shown) == 5 for shown in seen.shown)
        for number, picture in enumerate(seen.reel.pictures):
            shows_hand = any(number in shown for shown in seen.shown)
            # Noise alone is far less.
            differs = np.abs(picture.astype(int) - room.pictures[0]).mean() > 3
            assert differs == shows_hand

    def test_the_time_counts_from_the_first_picture_that_was_taken_of_a_hand(self):
        """A tracker that sees it in the sixth picture, and the second hand never."""
        pictures = [np.full((48, 64, 3), 50 + number, np.uint8) for number in range(60)]
        hands = true_landmarks()[0].hands

        class Late(Watching):
            def track(self, picture: np.ndarray, t_s: float) -> tuple[HandObservation, ...]:
                return hands if 65 <= picture[0, 0, 0] < 80 else ()

        seen = appearing.Visits(Reel(pictures, 100.0), (range(10, 30), range(40, 60)))
        first_s, second_s = appearing.found_after_s(Late(), seen)  # type: ignore[arg-type]
        assert first_s is not None
        assert 0.05 <= first_s < 10
        assert second_s is None


def test_idle_prints_both_loops(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    trackers: list[Watching] = []

    def opened_tracker(config: Config, **_: bool) -> Watching:
        trackers.append(Watching(lambda: sum(range(10_000))))
        return trackers[-1]

    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("daemon.commands.common.open_configured_tracker", opened_tracker)
    monkeypatch.setattr(idle, "WARM_UP_S", 0.1)
    monkeypatch.setattr(idle, "RESTING_HEARTBEAT_S", 0.3)
    monkeypatch.setattr(idle, "visits", lambda room: appearing.visits(room, 1))
    monkeypatch.setattr(appearing, "_ABSENT_S", 0.1)
    picture = tmp_path / "idle.png"
    command = ["bench", "idle", "--seconds", "1", "--fps", "20", "--json", "--png", str(picture)]
    assert main(command) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["loop"] for row in rows] == ["gestured", "mediapipe"]
    assert rows[1]["looked_per_s"] == 20.0
    assert rows[1]["ratio"] == 1.0
    assert rows[0]["cpu_ms_per_s"] > 0
    assert [tracker.resets for tracker in trackers] == [idle.TURNS + 1, idle.TURNS]
    assert len(trackers[1].times_s) == idle.TURNS * (10 + 12)  # the first ten warm up
    assert (rows[0]["came"], rows[0]["tracked"], rows[1]["came"]) == (1, 0, None)
    assert picture.exists()


class TestPictures:
    ROWS = [  # noqa: RUF012 - never changed
        latency.LatencyRow(30.0, "done", tuple(np.linspace(0.005, 0.02, 200)), 0, None),
        latency.LatencyRow(30.0, "key", (), 0, None),
        latency.LatencyRow(60.0, "done", (0.01,), 7, None),
    ]

    def test_longer_bars_are_of_more(self):
        bars = [chart.Bar("one", 1.0), chart.Bar("three", 3.0), chart.Bar("none", 0.0)]
        picture = chart.draw_bars("Title", [chart.Bars("Heading", "ms", bars)], ["conditions"])
        assert picture.shape[1:] == (chart.WIDTH_PX, 3)
        colours = chart._COLOURS[:3]
        widths = [int((picture == colour).all(axis=2).sum(axis=1).max()) for colour in colours]
        assert widths[1] == pytest.approx(3 * widths[0], rel=0.01)
        assert 0 < widths[2] < 5

    def test_a_curve_rises_to_the_right_and_its_limit_is_where_it_is(self):
        picture = chart.draw_curves("Title", [chart.Curve("a", [1.0] * 50 + [9.0] * 50, 9.0)], [])
        rows, columns = np.nonzero((picture == chart._COLOURS[0]).all(axis=2))
        plot = rows > np.median(rows) - 1
        left, right = columns[plot].min(), columns[plot].max()
        assert right - left > chart.WIDTH_PX / 8

    @pytest.mark.parametrize("highest", [0.3, 1.0, 7.7, 33.3, 105.0, 990.0])
    def test_marks_are_round_and_few(self, highest: float):
        marks = chart._marks(highest)
        assert 4 <= len(marks) <= 10
        assert marks[0] == 0
        assert marks[-1] < highest

    def test_each_bench_has_one(self, tmp_path: Path):
        tracked = Row("network", "full", 1, 2, 9, figures([0.007]), 14.0, 0.25, 0.5)
        pictures = [
            draw_tracker([tracked], ["conditions"]),
            draw_latency(self.ROWS, ["conditions"]),
            draw_idle(idle.idle_rows([idle.Turn(1, 1, 1)], [idle.Turn(1, 1, 1)], 30.0), []),
        ]
        for picture in pictures:
            path = tmp_path / "out.png"
            chart.save_chart(picture, path)
            assert path.read_bytes().startswith(b"\x89PNG")
            assert path.stat().st_size < 200_000

    def test_keys_have_a_curve_of_their_own_where_there_were_any(self):
        done = latency.LatencyRow(30.0, "done", (0.01, 0.02), 0, None)
        for ages_s, is_drawn in (((), False), ((0.005, 0.015), True)):
            key = latency.LatencyRow(30.0, "key", ages_s, 0, None)
            picture = draw_latency([done, key], [])
            assert (picture == chart._COLOURS[1]).all(axis=2).any() == is_drawn

    def test_a_picture_that_cannot_be_written(self, tmp_path: Path):
        with pytest.raises(SourceError, match=r"no.out\.png: can't be written: No such file"):
            chart.save_chart(np.zeros((2, 2, 3), np.uint8), tmp_path / "no" / "out.png")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [(["latency", "--fps", "30,x"], "'x'"), (["idle", "--fps", "0"], "'0'")],
)
def test_rates_are_pictures_a_second(
    arguments: list[str], found: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as stopped:
        main(["bench", *arguments])
    assert stopped.value.code == 2
    assert f"expected pictures a second, 1 to 1000, found {found}" in capsys.readouterr().err
