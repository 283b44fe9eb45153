"""How steady and how quick the pointer is, and the bench that says so."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest

from daemon.bench import pointer as bench
from daemon.bench import pointer_runs as runs
from daemon.bench import pointer_tuning
from daemon.bench.one_euro import OneEuro, Tuning
from daemon.bench.pointer import Bench, follow_one_euro, follow_ours
from daemon.bench.pointer_tuning import tuned
from daemon.cli import main
from daemon.pointer.steady import trails_by_s
from models.smoothing import Noise


@pytest.fixture(scope="module", params=[30.0, 60.0])
def measured(request: pytest.FixtureRequest) -> Bench:
    return Bench(request.param, seeds=2)


class TestOurs:
    def test_at_rest_it_stays_within_half_a_pixel(self, measured: Bench):
        assert measured.std_px(follow_ours, "absolute") < 0.5
        assert measured.std_px(follow_ours, "relative") < 0.5

    def test_noise_that_lasts_moves_it_little_more(self, measured: Bench):
        assert measured.std_px(follow_ours, "absolute", slow=True) < 4.0

    def test_in_a_steady_sweep_it_is_less_than_half_a_frame_behind(self, measured: Bench):
        assert abs(measured.lag_frames(follow_ours, "absolute")) < 0.2
        assert abs(measured.lag_frames(follow_ours, "absolute", dropped=True)) < 0.3
        assert abs(measured.lag_frames(follow_ours, "relative")) < 0.5

    def test_it_hardly_overshoots_nor_leaves_its_place_for_a_click(self, measured: Bench):
        row = measured.row("gestured", follow_ours, "absolute")
        assert row.overshoot_px < 8.0
        assert row.click_px < 4.0

    def test_no_one_euro_filter_as_steady_lags_as_little(self, measured: Bench):
        std_px = measured.std_px(follow_ours, "absolute")
        lag_frames = measured.lag_frames(follow_ours, "absolute")
        one_euros = tuned(partial(measured.figures, "absolute"), std_px, lag_frames)
        for one_euro in (partial(follow_one_euro, tuning) for tuning in one_euros.values()):
            steadier = measured.std_px(one_euro, "absolute") <= std_px
            quicker = measured.lag_frames(one_euro, "absolute") <= lag_frames + 0.02
            assert not (steadier and quicker)

    def test_a_hand_that_has_just_moved_is_as_steady(self, measured: Bench):
        assert measured.row("gestured", follow_ours, "absolute").reached_std_px < 0.5


def test_what_the_smoothing_leaves_out_can_be_told_from_its_velocity():
    run = runs.reach(30.0, 0)
    behind_s = trails_by_s(1 / 30, Noise())
    place = np.array([hand.image[:, 0] for hand in run.smoothed])
    velocity = np.array([hand.velocity[:, 0] for hand in run.smoothed if hand.velocity is not None])
    told = (place[30:] + behind_s * (velocity[30:] - velocity[29:-1]))[:, runs.PALM_POINTS]
    middle = told.mean(axis=1) * runs.SIZE_PX[0] / runs.PALM_PX
    assert middle - middle[0] == pytest.approx(run.measured[30:, 0] - run.measured[30, 0], abs=1e-3)


class TestOneEuro:
    def test_a_place_that_does_not_change_stays(self):
        one_euro = OneEuro(Tuning(1.0, 10.0, 1.0), 0.3, 0.4)
        one_euro.update(0.3, 0.4, 0.03)
        assert (one_euro.x, one_euro.y, one_euro.speed) == (0.3, 0.4, 0.0)

    def test_a_step_is_followed_as_the_cutoff_says(self):
        one_euro = OneEuro(Tuning(1.0, 0.0, 1.0), 0.0, 0.0)
        one_euro.update(1.0, 0.0, 1 / (2 * np.pi))
        assert one_euro.x == pytest.approx(0.5)

    def test_speed_opens_it(self):
        slow, quick = (OneEuro(Tuning(0.5, beta, 1.0), 0.0, 0.0) for beta in (0.0, 10.0))
        for number in range(1, 10):
            slow.update(0.1 * number, 0.0, 0.03)
            quick.update(0.1 * number, 0.0, 0.03)
        assert slow.x < quick.x < 0.9

    def test_several_at_once_are_each_as_alone(self):
        run = runs.sweep(30.0, 0, 2.0)
        tunings = (Tuning(0.1, 10.0, 1.0), Tuning(0.02, 400.0, 0.1))
        both = Tuning(np.array([0.1, 0.02]), np.array([10.0, 400.0]), np.array([1.0, 0.1]))
        for move in bench.MOVES:
            alone = [follow_one_euro(tuning, run, move) for tuning in tunings]
            assert follow_one_euro(both, run, move) == pytest.approx(np.stack(alone, axis=-1))


class TestTuning:
    """On a filter that is steadier with a low cutoff and quicker with a high one."""

    def figures(self, tuning: Tuning) -> tuple[np.ndarray, np.ndarray]:
        cutoff_hz = np.asarray(tuning.min_cutoff_hz)
        return cutoff_hz, 0.01 / cutoff_hz

    def test_it_finds_the_same(self):
        found = tuned(self.figures, std_px=0.1, lag_frames=0.02)
        assert list(found) == ["same jitter", "same lag"]
        assert found["same jitter"].min_cutoff_hz == pytest.approx(0.1, rel=0.4)
        assert found["same jitter"].min_cutoff_hz <= 0.1
        assert found["same lag"].min_cutoff_hz == pytest.approx(0.25, rel=0.4)
        assert found["same lag"].min_cutoff_hz >= 0.25

    def test_it_says_where_there_is_none(self):
        found = tuned(self.figures, std_px=1e-5, lag_frames=-0.018)
        assert list(found) == ["nearest jitter", "nearest lag"]
        assert found["nearest jitter"].min_cutoff_hz < 0.002
        assert found["nearest lag"].min_cutoff_hz > 0.5


class TestCommand:
    @pytest.fixture(autouse=True)
    def _short(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pointer_tuning, "_COARSE", (4, 6, 4))
        monkeypatch.setattr(pointer_tuning, "_FINE", (3, 3, 3))
        monkeypatch.setattr(bench, "_RATES", (30.0,))

    def test_rows_as_json(self, capsys: pytest.CaptureFixture[str]):
        assert main(["bench", "pointer", "--seeds", "1", "--json"]) == 0
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [(row["move"], row["filter"]) for row in rows] == [
            (move, name)
            for move in ("absolute", "relative")
            for name in ("gestured", "one euro, same jitter", "one euro, same lag")
        ]
        assert rows[1]["lag_frames"] > abs(rows[0]["lag_frames"])
        assert rows[2]["std_px"] > rows[0]["std_px"]

    def test_a_table_says_what_it_was_measured_on(self, capsys: pytest.CaptureFixture[str]):
        assert main(["bench", "pointer", "--seeds", "1"]) == 0
        _, conditions, _, header, *rows = capsys.readouterr().out.splitlines()
        assert "landmark noise 0.5 px; desktop 1920x1080" in conditions
        assert header.split()[:4] == ["move", "filter", "fps", "std_px"]
        assert len(rows) == 6
