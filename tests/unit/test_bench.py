"""`gestured bench`: its statistics, its contenders' turns, its arguments; never its speed."""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice, pairwise, permutations
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from daemon.bench import finding, tracker
from daemon.bench.clip import (
    built_in_clip,
    load_frames,
    still_clip,
    true_landmarks,
    two_hands_clip,
)
from daemon.bench.difference import compare
from daemon.bench.measure import Meter, Surroundings, _busy_s, figures, settle
from daemon.bench.pipeline import _Watched
from daemon.bench.printing import table
from daemon.bench.rules import variants
from daemon.bench.tracker import orders
from daemon.cli import main
from daemon.config.load import builtin_library
from daemon.sources import Frame
from daemon.synthetic.source import SyntheticSource
from daemon.trace import TraceWriter
from gestures.geometry import HandGeometry
from gestures.landmarks import HandObservation, palm_length
from gestures.rules import PoseRules
from models.tracker import TrackerOptions

ASPECT = 640 / 480


def hand_at(x: float, track: int = 1) -> HandObservation:
    """The clip's first hand, moved so that its wrist is at `x` picture widths."""
    hand = true_landmarks()[0].hands[0]
    image = hand.image.copy()
    image[:, 0] += x - image[0, 0]
    return replace(hand, image=image, track=track)


class TestFigures:
    def test_median_and_95th_percentile_in_milliseconds(self):
        seconds = [value / 1000 for value in range(1, 102)]
        assert figures(seconds).frames == 101
        assert figures(seconds).median_ms == pytest.approx(51.0)
        assert figures(seconds).p95_ms == pytest.approx(96.0)

    def test_one_frame_is_both(self):
        assert figures([0.002]).to_json() == {"frames": 1, "median_ms": 2.0, "p95_ms": 2.0}

    def test_nothing_measured_is_an_error(self):
        with pytest.raises(ValueError, match="no frame"):
            figures([])


class TestSettling:
    def test_a_quiet_process_has_nothing_to_add(self):
        assert settle(cpu_clock=lambda: 5.0, sleep=lambda _: None) == 0.0

    def test_what_threads_do_after_the_call_is_counted_until_they_rest(self):
        clock_s = iter([5.0, 5.001, 5.002, 5.00205])
        assert settle(clock_s.__next__, lambda _: None) == pytest.approx(0.002)

    def test_threads_that_never_rest_are_not_waited_for(self):
        naps: list[float] = []
        settle(lambda: float(len(naps)), naps.append)
        assert sum(naps) == pytest.approx(0.02)


class TestMeter:
    def test_it_hands_on_the_result_and_notes_both_times(self):
        clock_s = iter([1.0, 1.004, 2.0, 2.006])
        meter = Meter(clock_s.__next__, lambda: 5.0, lambda _: None)
        assert meter.measure(lambda: "seen") == "seen"
        assert meter.measure(lambda: "again") == "again"
        assert meter.wall_s == pytest.approx([0.004, 0.006])
        assert meter.cpu_s == [0.0, 0.0]

    def test_a_call_pays_for_the_threads_that_spin_on_after_it(self):
        # Before and after the call, then until the process rests.
        cpu_clock_s = iter([5.0, 5.010, 5.010, 5.012, 5.014, 5.014])
        meter = Meter(lambda: 1.0, cpu_clock_s.__next__, lambda _: None)
        meter.measure(lambda: None)
        assert meter.cpu_ms == pytest.approx(14.0)


class TestSurroundings:
    def other_cores(self, busy_s: list[float | None], own_s: list[float]) -> float | None:
        clock_s = iter([100.0, 110.0])
        surroundings = Surroundings(iter(busy_s).__next__, iter(own_s).__next__, clock_s.__next__)
        return surroundings.other_cores()

    def test_what_the_machine_did_less_what_we_did(self):
        assert self.other_cores([50.0, 65.0], [3.0, 13.0]) == pytest.approx(0.5)

    def test_never_less_than_nothing(self):
        assert self.other_cores([50.0, 59.99], [3.0, 13.0]) == 0.0

    def test_not_known_where_the_system_does_not_tell(self):
        assert self.other_cores([None, None], [3.0, 13.0]) is None

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not tell")
    def test_a_machine_has_been_busier_than_one_process(self):
        busy_s = _busy_s()
        assert busy_s is not None
        assert busy_s > 0


class TestTurns:
    """Who is shown what, and when."""

    @pytest.fixture
    def shown(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
        """Takes each contender's name and the time it was told, none for the network."""
        shown: list[tuple[str, float]] = []
        hands = (hand_at(0.4),)

        class Recording:
            def __init__(self, runtime: str) -> None:
                self._runtime = runtime

            def track(self, _: object, t_s: float) -> tuple[HandObservation, ...]:
                shown.append((self._runtime, t_s))
                return hands

            def close(self) -> None: ...

        class Network:
            side = 224

            def __init__(self, *_: object) -> None:
                self.crop = np.zeros((224, 224, 3), np.uint8)

            def run(self) -> list[np.ndarray]:
                assert self.crop.any(), "the hand was never cropped"
                shown.append(("network", 0.0))
                return [np.zeros((1, 63)), np.ones((1, 1)), np.ones((1, 1)), np.zeros((1, 63))]

        def opened(runtime: str, options: TrackerOptions, _: object) -> Recording:
            assert options.live == (runtime == "litert"), "only ours is made for cameras"
            return Recording(runtime)

        monkeypatch.setattr(tracker, "find_spec", lambda _: None)
        monkeypatch.setattr(tracker, "open_tracker", opened)
        monkeypatch.setattr(tracker, "LitertNetwork", Network)
        monkeypatch.setattr("daemon.bench.measure.settle", lambda *_: 0.0)
        return shown

    def bench(self, count: int) -> list[tracker.Row]:
        picture = np.full((480, 640, 3), 200, np.uint8)
        frames = [Frame(picture, number / 30) for number in range(count)]
        store = SimpleNamespace(path=Path)
        return tracker.bench_tracker(frames, TrackerOptions(), store)  # type: ignore[arg-type]

    def test_each_is_warmed_up_before_anyone_counts(self, shown: list[tuple[str, float]]):
        rows = self.bench(1)
        names = [name for name, _ in shown[:-3]]
        assert names == ["litert"] * 10 + ["mediapipe"] * 10 + ["network"] * 11
        assert [row.figures.frames for row in rows] == [1, 1, 1]

    def test_all_see_a_frame_before_anyone_sees_the_next_in_every_order(
        self, shown: list[tuple[str, float]]
    ):
        rows = self.bench(6)
        names = [name for name, _ in shown[-18:]]
        turns = {tuple(names[start : start + 3]) for start in range(0, 18, 3)}
        assert turns == set(permutations(["litert", "mediapipe", "network"]))
        assert [(row.runtime, row.found) for row in rows] == [
            ("litert", 6),
            ("mediapipe", 6),
            ("network", 6),
        ]

    def test_times_go_on_from_the_warm_up(self, shown: list[tuple[str, float]]):
        self.bench(3)
        for runtime in ("litert", "mediapipe"):
            times_s = [t_s for name, t_s in shown if name == runtime]
            assert np.diff(times_s) == pytest.approx(1 / 30)

    def test_the_network_runs_only(
        self, shown: list[tuple[str, float]], monkeypatch: pytest.MonkeyPatch
    ):
        crops: list[object] = []
        monkeypatch.setattr("models.hand.crop", lambda *given, **_: crops.append(given[2].fill(1)))
        self.bench(5)
        assert len(crops) == 1


def test_everyone_goes_first_equally_often_and_after_everyone_else():
    turns = list(islice(orders("lmn"), 12))
    assert Counter(turn[0] for turn in turns) == {"l": 4, "m": 4, "n": 4}
    within = Counter(pair for turn in turns for pair in pairwise(turn))
    assert set(within.values()) == {4}
    assert len(within) == 6


class TestDifference:
    def test_in_palm_lengths_in_the_picture_and_in_depth(self):
        theirs = hand_at(0.4)
        palm = palm_length(theirs.image, ASPECT)
        ours = replace(
            theirs, image=theirs.image + np.array([0.0, 0.1 * palm * ASPECT, 0.2 * palm])
        )
        difference = compare([(ours,)], [(theirs,)], [ASPECT])
        assert difference is not None
        assert difference.hands == 1
        assert difference.palms == pytest.approx(0.1)
        assert difference.depth_palms == pytest.approx(0.2)

    def test_hands_are_matched_by_place_not_by_order(self):
        left, right = hand_at(0.3, track=1), hand_at(0.7, track=2)
        difference = compare([(left, right)], [(right, left)], [ASPECT])
        assert difference is not None
        assert (difference.hands, difference.palms) == (2, 0.0)

    def test_a_hand_has_one_twin(self):
        hand = hand_at(0.4)
        difference = compare([(hand, hand_at(0.41))], [(hand,)], [ASPECT])
        assert difference is not None
        assert (difference.hands, difference.palms) == (1, 0.0)

    def test_different_hands_are_not_compared(self):
        assert compare([(hand_at(0.2),), ()], [(hand_at(0.8),), ()], [ASPECT] * 2) is None


class TestClip:
    def test_the_hand_is_always_whole_in_view(self):
        for frame in true_landmarks():
            (hand,) = frame.hands
            assert hand.image[:, :2].min() > 0.02
            assert hand.image[:, :2].max() < 0.98

    def test_it_ends_as_it_begins_so_it_can_be_repeated(self):
        scene = built_in_clip().scene
        assert scene.at(0.0) == scene.at(scene.duration_s)
        assert len(built_in_clip()) == 300

    def test_frames_are_as_many_as_asked(self):
        frames = load_frames(None, 3)
        assert [frame.t_s for frame in frames] == pytest.approx([0.0, 1 / 30, 2 / 30])
        assert frames[0].picture.shape == (480, 640, 3)

    def test_two_hands_are_always_whole_in_view(self):
        for frame in true_landmarks(two_hands_clip()):
            assert [hand.hand for hand in frame.hands] == ["right", "left"]
            for hand in frame.hands:
                assert hand.image[:, :2].min() > 0.02
                assert hand.image[:, :2].max() < 0.98

    def test_the_still_clip_shows_nobody(self):
        clip = still_clip()
        assert len(clip) == 300
        assert clip.truth(5.0) == []


class TestFinding:
    @dataclass
    class Seeing:
        """A tracker that sees the truth, some frames late."""

        truth: dict[float, tuple[HandObservation, ...]]
        late_s: float = 0.0

        def track(self, picture: object, t_s: float) -> tuple[HandObservation, ...]:
            return self.truth.get(round(t_s - self.late_s, 3), ())

        def reset(self) -> None: ...

        def close(self) -> None: ...

    def rows(self, clips: list[SyntheticSource], late_s: float) -> list[finding.Seen]:
        seen = []
        for clip in clips:
            truth = {round(frame.t_s, 3): frame.hands for frame in true_landmarks(clip)}
            trackers = {"litert": self.Seeing(truth), "mediapipe": self.Seeing(truth, late_s)}
            seen += list(finding.watched(clip, trackers))  # type: ignore[arg-type]
        return seen

    def test_a_hand_that_appears_is_found_when_it_is_seen(self):
        seen = self.rows([finding.appearance()], late_s=0.1)
        ours = finding.appearance_row("litert", seen)
        theirs = finding.appearance_row("mediapipe", seen)
        assert (ours.frames, ours.kept, ours.found_ms) == (30, 1.0, 0.0)
        assert theirs.found_ms == pytest.approx(100, abs=1)
        assert theirs.kept == pytest.approx(27 / 30)

    def test_each_has_all_the_time_until_the_next_frame(self, monkeypatch: pytest.MonkeyPatch):
        rests: list[int] = []
        monkeypatch.setattr(finding, "settle", lambda: rests.append(1))
        seen = self.rows([finding.appearance()], late_s=0.0)
        assert len(rests) == 2 * len(seen)

    def test_only_frames_in_which_the_hand_moves_count(self):
        clip = next(iter(finding.swipes(0.6)))
        seen = [
            finding.Seen(t_s, clip.truth(t_s)[0], frozenset({"litert"} if t_s < 1.0 else {}))
            for t_s in (number / clip.fps for number in range(len(clip)))
        ]
        row = finding.swipe_row(0.6, "litert", seen)
        assert 40 <= row.frames <= 50  # four strokes of 410 pixels, 36 a frame
        assert row.kept == pytest.approx(0.25, abs=0.05)
        assert finding.swipe_row(0.6, "mediapipe", seen).kept == 0
        assert row.to_json()["motion"] == "0.6 palm lengths a frame"


def test_variants_are_as_many_poses_as_asked_all_different():
    rules = PoseRules(variants(builtin_library(), 50))
    assert len(rules.names) == len(set(rules.names)) == 50
    assert len({str(spec.when) for spec in rules.specs}) == 50
    shipped = [spec for spec in builtin_library() if spec.motion is None and not spec.both]
    assert {each.name.rsplit("_", 1)[0] for each in rules.specs} == {s.name for s in shipped}


def test_the_first_variant_scores_as_the_shipped_gesture():
    frame = true_landmarks()[0]
    shipped = [spec for spec in builtin_library() if spec.motion is None and not spec.both]
    geometry = HandGeometry(frame.hands[0], frame)
    expected = PoseRules(shipped).judge(geometry, "right").scores
    found = PoseRules(variants(shipped, len(shipped))).judge(geometry, "right").scores
    np.testing.assert_allclose(found, expected)


def test_a_table_is_aligned_and_leaves_unknown_values_out():
    values = [
        {"runtime": "litert", "threads": 2, "median_ms": 5.25, "compared_hands": 3},
        {"runtime": "mediapipe", "threads": None, "median_ms": 14.5},
    ]
    assert table(values) == [
        "runtime    threads  median_ms",
        "litert           2      5.250",
        "mediapipe        -     14.500",
    ]


class TestCommand:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["tracker", "--frames", "0"],
            ["tracker", "--max-hands", "two"],
            ["tracker", "--threads", "-1"],
            ["pointer", "--seeds", "1.5"],
            ["tracker", "--frames", "1000000000000"],
            ["tracker", "--max-hands", "9"],
            ["tracker", "--threads", "100000"],
            ["input", "--keys", "10000000"],
            ["idle", "--seconds", "1000000"],
            ["latency", "--seconds", "1000000"],
            ["startup", "--runs", "1000000"],
        ],
    )
    def test_counts_are_whole_numbers_from_1_that_end(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ):
        with pytest.raises(SystemExit) as stopped:
            main(["bench", *arguments])
        assert stopped.value.code == 2
        error = capsys.readouterr().err
        assert "expected a whole number from 1 to " in error
        assert f"found '{arguments[-1]}'" in error

    def test_what_to_measure_must_be_said(self):
        with pytest.raises(SystemExit) as stopped:
            main(["bench"])
        assert stopped.value.code == 2

    @pytest.mark.parametrize("what", ["tracker", "pipeline"])
    def test_a_source_that_is_not_there(self, what: str, capsys: pytest.CaptureFixture[str]):
        assert main(["bench", what, "--source", "no/such.mp4"]) == 1
        assert "no/such.mp4: no such file" in capsys.readouterr().err

    def test_a_trace_without_frames(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        trace = tmp_path / "empty.jsonl"
        header = {
            "format": "gestured-trace",
            "version": 1,
            "width": 4,
            "height": 3,
            "mirror": False,
        }
        trace.write_text(json.dumps(header) + "\n", encoding="utf-8")
        assert main(["bench", "pipeline", "--source", str(trace)]) == 1
        assert f"{trace}: has no frame" in capsys.readouterr().err

    def test_a_watched_stage_is_timed_and_otherwise_as_it_is(self):
        class Stage:
            paused = False

            def tick(self, t_s: float) -> float:
                return t_s + 1

        spent_s: list[float] = []
        watched = _Watched(Stage(), spent_s.append)
        assert watched.paused is False
        assert [watched.tick(1.0), watched.tick(2.0)] == [2.0, 3.0]
        assert len(spent_s) == 2

    def test_pipeline_plays_a_short_trace_again_until_there_are_frames_enough(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("daemon.bench.pipeline._LEAST_FRAMES", 50)
        monkeypatch.setattr(
            "daemon.commands.bench._landmark_network", lambda: lambda: sum(range(999))
        )
        trace = tmp_path / "trace.jsonl"
        with TraceWriter(trace) as writer:
            for frame in true_landmarks()[:40]:
                writer.write(frame)
        assert main(["bench", "pipeline", "--json", "--source", str(trace)]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [row["stage"] for row in rows] == [
            "network", "smoothing", "recognition", "dispatch", "total"
        ]  # fmt: skip
        named = {"stage", "frames", "median_ms", "p95_ms", "ratio_network"}
        assert all(row.keys() == named for row in rows)
        assert [row["frames"] for row in rows] == [40, 80, 80, 80, 80]
        for row in rows:
            assert row["median_ms"] > 0
            share = row["median_ms"] / rows[0]["median_ms"]
            assert row["ratio_network"] == pytest.approx(share, rel=0.1)

    def test_pipeline_of_pictures_is_as_on_a_camera_and_total_is_more_than_the_stages(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ):
        opened: list[bool] = []

        def open_tracker(_: object, *, live: bool = False) -> TestFinding.Seeing:
            opened.append(live)
            return TestFinding.Seeing({0.333: (hand_at(0.4),)})

        monkeypatch.setattr("daemon.commands.common.open_configured_tracker", open_tracker)
        monkeypatch.setattr("daemon.commands.bench._landmark_network", lambda: None)
        cv2.imwrite(str(tmp_path / "0.png"), np.zeros((48, 64, 3), np.uint8))
        assert main(["bench", "pipeline", "--json", "--source", str(tmp_path)]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        *stages, total = [row["median_ms"] for row in rows]
        assert [rows[0]["stage"], rows[-1]["stage"]] == ["tracker", "total"]
        assert total > sum(stages)
        assert opened == [True]

    def test_rules_says_what_it_ran_on_beside_the_json(
        self, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
    ):
        with caplog.at_level(logging.INFO):
            assert main(["bench", "rules", "--gestures", "40", "--json"]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [row["gestures"] for row in rows] == [20, 40]
        assert all(row.keys() == {"gestures", "frames", "median_ms", "p95_ms"} for row in rows)
        assert "mediapipe" in caplog.text
        assert "Python" in caplog.text

    def test_rules_for_people(self, capsys: pytest.CaptureFixture[str]):
        assert main(["bench", "rules", "--gestures", "21"]) == 0
        machine, conditions, *_, header, few, many = capsys.readouterr().out.splitlines()
        assert "Python" in machine
        assert "one hand" in conditions
        assert header.split() == ["gestures", "frames", "median_ms", "p95_ms"]
        assert (few.split()[0], many.split()[0]) == ("20", "21")
