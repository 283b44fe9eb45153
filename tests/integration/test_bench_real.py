"""`gestured bench` with the real networks, for a few frames: what it prints, never how fast."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from daemon.bench import startup
from daemon.sources import SourceError
from models.store import ModelError, ModelStore

ROOT = Path(__file__).parents[2]
TRACKER_KEYS = {
    "runtime", "model", "max_hands", "threads", "frames", "found",
    "median_ms", "p95_ms", "cpu_ms", "ratio_median", "ratio_cpu",
}  # fmt: skip
DIFFERENCE_KEYS = {"difference_palms", "difference_depth_palms", "compared_hands"}


@pytest.fixture(scope="module", autouse=True)
def _models() -> None:
    try:
        ModelStore().hand_bundle("full")
    except ModelError as error:
        pytest.skip(f"needs the model files: {error}")


def bench(*arguments: str) -> list[dict[str, object]]:
    """The lines of a run in a process of its own: MediaPipe's threads stay out of the tests'."""
    result = subprocess.run(
        [sys.executable, "-m", "daemon", "bench", *arguments, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def assert_real_figures(row: dict[str, object]) -> None:
    for key, value in row.items():
        if key.endswith("_ms") or key.startswith("ratio_"):
            assert isinstance(value, float)
            assert math.isfinite(value)
            assert value > 0, key


def test_tracker_measures_the_runtimes_and_the_network() -> None:
    rows = {row["runtime"]: row for row in bench("tracker", "--frames", "6")}
    ours = ["litert", "openvino"] if find_spec("openvino") else ["litert"]
    assert list(rows) == [*ours, "mediapipe", "network"]
    assert rows["mediapipe"].keys() == rows["network"].keys() == TRACKER_KEYS
    for row in rows.values():
        assert (row["model"], row["frames"], row["found"]) == ("full", 6, 6)
        assert_real_figures(row)
    assert rows["mediapipe"]["ratio_median"] == rows["mediapipe"]["ratio_cpu"] == 1.0
    for row in (rows[runtime] for runtime in ours):
        assert row.keys() == TRACKER_KEYS | DIFFERENCE_KEYS
        assert row["compared_hands"] == 6
        # No timing: that all see the same hand is what makes their times comparable.
        assert isinstance(row["difference_palms"], float)
        assert row["difference_palms"] < 0.05


def test_pipeline_of_pictures_measures_the_tracker_too(tmp_path: Path) -> None:
    import cv2

    from daemon.bench.clip import built_in_clip

    for index in range(4):
        rgb = built_in_clip().frame(index)[0]
        cv2.imwrite(str(tmp_path / f"{index}.png"), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    rows = bench("pipeline", "--source", str(tmp_path))
    stages = [row["stage"] for row in rows]
    assert stages == ["network", "tracker", "smoothing", "recognition", "dispatch", "total"]
    for row in rows:
        assert row["frames"] == (40 if row["stage"] == "network" else 4)
        assert_real_figures(row)


@pytest.mark.alone
def test_latency_sees_every_gesture_of_the_scene_become_a_key(tmp_path: Path) -> None:
    picture = tmp_path / "latency.png"
    done, key = bench("latency", "--fps", "30", "--seconds", "3", "--png", str(picture))
    assert (done["until"], key["until"], done["fps"]) == ("done", "key", 30.0)
    assert isinstance(done["count"], int)
    assert isinstance(done["dropped"], int)
    # No speed: that pictures are either looked at or counted as dropped.
    assert 80 <= done["count"] + done["dropped"] <= 100
    assert isinstance(key["count"], int)
    assert key["count"] >= 1
    assert_real_figures(done)
    assert_real_figures(key)
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is not told")
def test_startup_measures_each_part() -> None:
    rows = bench("startup", "--runs", "1")
    assert [row["part"] for row in rows] == ["python", "filter", "run", "release"]
    for row in rows:
        assert row["runs"] == 1
        assert_real_figures(row)
    assert [row["resident_mb"] is None for row in rows] == [True, True, False, True]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere cameras are named otherwise")
def test_a_run_without_a_camera_never_gets_its_first_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(startup, "_CAMERA_S", 1.0)
    run = (sys.executable, "-m", "daemon", "run", "--dry-run", "--source", "no such camera")
    with pytest.raises(SourceError, match="no frame was processed: disarmed; no camera"):
        startup._processed(run, os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}, tmp_path)
