"""The real OpenVINO, where it is installed: the same landmarks as LiteRT's, and nothing told."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from daemon.bench.difference import compare
from daemon.picture_files import VideoFile, read_picture
from models import runtime_choice
from models.engine import Engine, opener, openvino_engines
from models.runtime_choice import choose_engine
from models.sample_hand import sample_crops
from models.store import ModelStore
from models.tracker import TrackerOptions, open_tracker
from models.trial import MOST_PALMS

# Not importorskip: see models/openvino_network.py for what an import of its own would do.
pytestmark = pytest.mark.skipif(
    find_spec("openvino") is None, reason="openvino is not installed: pip install -e '.[openvino]'"
)

ROOT = Path(__file__).parents[2]
#: One in so many photographs.
_EVERY = 16


@pytest.fixture(autouse=True)
def _own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's cache is left as it is."""
    monkeypatch.setattr("models.choices._user_path", lambda: tmp_path / "engines.json")


@pytest.mark.parametrize(
    "name", ["palm_detection_full", "hand_landmark_full", "hand_landmark_lite"]
)
def test_outputs_are_litert_s(store: ModelStore, name: str) -> None:
    networks = [opener(engine)(store.path(name), 1) for engine in ("litert", "openvino-f32")]
    assert networks[0].side == networks[1].side
    for crop in sample_crops(networks[0].side):
        for network in networks:
            network.crop[:] = crop
        ours, theirs = (network.run() for network in networks)
        assert [each.shape for each in ours] == [each.shape for each in theirs]
        for mine, its in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(mine, its, rtol=1e-3, atol=2e-3)


def test_networks_run_side_by_side(store: ModelStore) -> None:
    """As the detector does beside the landmarks."""
    crop = sample_crops(224)[0]
    networks = [opener("openvino-f32")(store.path("hand_landmark_full"), 2) for _ in range(2)]
    networks[0].crop[:] = crop
    networks[1].crop[:] = crop[:, ::-1]
    alone = [[each.copy() for each in network.run()] for network in networks]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            together = [pool.submit(network.run) for network in networks]
            for expected, found in zip(alone, together, strict=True):
                for mine, its in zip(expected, found.result(), strict=True):
                    np.testing.assert_allclose(mine, its, rtol=1e-4, atol=1e-3)


def test_landmarks_are_litert_s_in_photographs(data: Path, store: ModelStore) -> None:
    options = TrackerOptions(max_hands=2, threads=1)
    pictures = [read_picture(path) for path in sorted((data / "photos").glob("*/*.jpg"))[::_EVERY]]
    with (
        closing(open_tracker("openvino", options, store)) as ours,
        closing(open_tracker("litert", options, store)) as theirs,
    ):
        found = [ours.detect(rgb) for rgb in pictures]
        wanted = [theirs.detect(rgb) for rgb in pictures]
    assert list(map(len, found)) == list(map(len, wanted))
    apart = compare(found, wanted, [rgb.shape[1] / rgb.shape[0] for rgb in pictures])
    assert apart is not None
    assert apart.hands >= len(pictures)
    assert apart.palms <= MOST_PALMS


def test_landmarks_are_litert_s_in_a_clip(
    data: Path, store: ModelStore, tracker_options: TrackerOptions
) -> None:
    options = replace(tracker_options, max_hands=2)
    with (
        closing(open_tracker("openvino", options, store)) as ours,
        closing(open_tracker("litert", options, store)) as theirs,
        closing(VideoFile(data / "clips" / "asl_hand.mp4")) as video,
    ):
        frames = list(islice(video.frames(lambda: False), 20))
        found = [ours.track(frame.picture, frame.t_s) for frame in frames]
        wanted = [theirs.track(frame.picture, frame.t_s) for frame in frames]
    assert list(map(len, found)) == list(map(len, wanted)) == [1] * len(frames)
    height, width = frames[0].picture.shape[:2]
    apart = compare(found, wanted, [width / height] * len(frames))
    assert apart is not None
    assert apart.palms <= MOST_PALMS


def test_auto_measures_once(store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    options = TrackerOptions(model="lite", threads=1)
    chosen = choose_engine("auto", options, store)
    assert chosen in ("litert", *openvino_engines())

    def refuse(engines: tuple[Engine, ...], path: Path, threads: int) -> None:
        pytest.fail("it measured again")

    monkeypatch.setattr(runtime_choice, "race", refuse)
    assert choose_engine("auto", options, store) == chosen


def test_it_reports_nothing_to_its_makers(store: ModelStore, tmp_path: Path) -> None:
    """Importing openvino as it comes sends that to its makers, by this package."""
    mark, home = tmp_path / "mark", tmp_path / "home"
    package = tmp_path / "site" / "openvino_telemetry"
    (package / "backend").mkdir(parents=True)
    (package / "__init__.py").write_text(f"open({str(mark)!r}, 'w').close()\n", "utf-8")
    home.mkdir()
    code = (
        "import sys; from pathlib import Path; from models.engine import opener;"
        "opener('openvino-f32')(Path(sys.argv[1]), 1).run()"
    )
    folders = [str(package.parent), *(folder for folder in sys.path if folder)]
    subprocess.run(
        [sys.executable, "-c", code, str(store.path("hand_landmark_lite"))],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders), "HOME": str(home)},
        check=True,
        timeout=60,
    )
    assert not mark.exists()
    assert list(home.iterdir()) == []
