"""The commands on files of real footage, each as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daemon.config.places import shipped_config
from daemon.sources import import_cv2
from gestures.landmarks import LANDMARK_NAMES
from tests.integration.gestured import COMMAND, ROOT, complaints, environment, run_gestured

SHIPPED = ("--config", shipped_config())
SWIPES = "df_swipe_left_right.mp4"
ONE_HAND = "hagrid40/rock_10eacf4b.jpg"
TWO_HANDS = "distance/further_64d59a93-25b3-4e9a-9b53-01da4ef18387_org.jpg"

_GESTURE = ["t", "event", "gesture", "hand", "track"]
#: The keys of every line, in their order.
_KEYS = {
    "begin": [[*_GESTURE, "score"]],
    "update": [[*_GESTURE, "score"]],
    "end": [_GESTURE],
    "cancel": [_GESTURE],
    "action": [["t", "event", "gesture", "action", "dry_run"]],
    "armed": [["t", "event", "hand", "track"]],
    "disarmed": [["t", "event", "reason"], ["t", "event", "hand", "track", "reason"]],
}


@pytest.fixture(scope="module", autouse=True)
def _models(store: object) -> None:
    """The commands find the models where the tests do."""


@pytest.fixture(scope="module")
def clip(data: Path) -> Path:
    return data / "clips" / SWIPES


@pytest.fixture(scope="module")
def output(clip: Path) -> str:
    """What `run` prints of the clip, once it has ended by itself."""
    return _run("run", *SHIPPED, "--dry-run", "--json", "--source", clip)


@pytest.fixture(scope="module")
def lines(output: str) -> list[dict[str, Any]]:
    return _parsed(output)


def _run(*arguments: str | Path) -> str:
    done = run_gestured(*arguments)
    assert (done.returncode, complaints(done.stderr)) == (0, [])
    return done.stdout


def _parsed(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_lines_have_the_designed_keys_in_the_designed_order(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        assert list(line) in _KEYS[line["event"]], line
    assert {"begin", "end", "cancel", "action", "armed", "disarmed"} <= {
        line["event"] for line in lines
    }


def test_time_never_goes_back(lines: list[dict[str, Any]]) -> None:
    times = [line["t"] for line in lines]
    assert times == sorted(times)
    assert all(time == round(time, 3) for time in times)


def test_what_begins_ends_or_is_cancelled(lines: list[dict[str, Any]]) -> None:
    running = set()
    for line in lines:
        key = (line.get("track"), line.get("gesture"))
        match line["event"]:
            case "begin":
                assert key not in running, line
                running.add(key)
            case "update":
                assert key in running, line
            case "end" | "cancel":
                running.remove(key)
    assert not running


def test_swipes_act_once_armed(lines: list[dict[str, Any]]) -> None:
    told = [line["gesture"] for line in lines if line["event"] == "begin"]
    swipes = [gesture for gesture in told if gesture.startswith("swipe_")]
    assert swipes == ["swipe_right", "swipe_left", "swipe_right"]
    # The first comes before the palm has been held up for long enough to arm.
    assert [
        (line["gesture"], line["action"], line["dry_run"])
        for line in lines
        if line["event"] == "action"
    ] == [
        ("swipe_left", {"type": "key", "keys": "Right"}, True),
        ("swipe_right", {"type": "key", "keys": "Left"}, True),
    ]
    armed = next(index for index, line in enumerate(lines) if line["event"] == "armed")
    assert all(line["event"] != "action" for line in lines[:armed])


def test_it_ends_disarmed_and_says_why(lines: list[dict[str, Any]]) -> None:
    assert lines[-1]["event"] == "disarmed"
    assert lines[-1]["reason"] == "the source has ended"


def test_mirror_turns_the_swipes_and_keeps_the_hand(
    clip: Path, lines: list[dict[str, Any]]
) -> None:
    mirrored = _parsed(_run("run", *SHIPPED, "--dry-run", "--json", "--mirror", "--source", clip))
    turned = {"swipe_left": "swipe_right", "swipe_right": "swipe_left"}

    def begun(those: list[dict[str, Any]]) -> list[tuple[float, str, str]]:
        return [
            (line["t"], line["gesture"], line["hand"])
            for line in those
            if line["event"] == "begin" and line["gesture"] in turned
        ]

    assert begun(mirrored) == [(t, turned[name], hand) for t, name, hand in begun(lines)]
    assert {hand for _, _, hand in begun(mirrored)} == {"left"}


def test_words_for_people(clip: Path) -> None:
    words = _run("run", *SHIPPED, "--dry-run", "--source", clip)
    assert "2.60  action    swipe_left -> key Right (dry run)" in words
    assert "update" not in words


@pytest.fixture(scope="module")
def trace(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of the clip."""
    trace = tmp_path_factory.mktemp("traces") / "swipes.jsonl"
    assert _run("record", *SHIPPED, "--source", clip, trace) == f"{trace}: 80 frames\n"
    return trace


def test_a_recording_replays_as_the_run_went(trace: Path, output: str) -> None:
    first, second = (_run("replay", *SHIPPED, "--json", trace) for _ in range(2))
    assert first == second
    assert _without_scores(first) == _without_scores(output)


def _without_scores(output: str) -> list[dict[str, Any]]:
    """A trace keeps six digits of every landmark, so the last digit of a score may differ."""
    return [{k: v for k, v in line.items() if k != "score"} for line in _parsed(output)]


def test_a_recording_has_landmarks_and_no_pictures(trace: Path) -> None:
    header, *frames = _parsed(trace.read_text())
    assert list(header) == ["format", "version", "width", "height", "mirror"]
    assert list(header.values()) == ["gestured-trace", 1, 530, 292, False]
    assert len(frames) == 80
    for frame in frames:
        assert list(frame) == ["t", "hands"]
        for hand in frame["hands"]:
            assert list(hand) == ["track", "hand", "score", "image", "world"]
            assert np.shape(hand["image"]) == np.shape(hand["world"]) == (21, 3)


def test_landmarks_as_json(data: Path) -> None:
    photo = data / "photos" / ONE_HAND
    (hands,) = _parsed(_run("detect", *SHIPPED, "--json", photo))
    (hand,) = hands
    assert list(hand) == ["score", "handedness", "keypoints", "keypoints3D"]
    assert 0.5 < hand["score"] <= 1
    assert hand["handedness"] == "Right"
    for points in (hand["keypoints"], hand["keypoints3D"]):
        assert [list(point) for point in points] == [["x", "y", "z", "name"]] * 21
        assert [point["name"] for point in points] == [_mediapipes(n) for n in LANDMARK_NAMES]
    height, width = _pixels(photo).shape[:2]
    assert all(0 < point["x"] < width and 0 < point["y"] < height for point in hand["keypoints"])
    metres = np.array([[point[axis] for axis in "xyz"] for point in hand["keypoints3D"]])
    assert 0.05 < np.linalg.norm(metres[9] - metres[0]) < 0.15


def _mediapipes(name: str) -> str:
    finger, _, joint = name.partition("_")
    return f"{finger}_finger_{joint}" if finger in ("index", "middle", "ring") else name


def test_every_picture_has_its_line(data: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    import_cv2().imwrite(str(empty), np.full((120, 160, 3), 128, np.uint8))
    photos = data / "photos"
    one, two, none = _parsed(
        _run("detect", *SHIPPED, "--json", photos / ONE_HAND, photos / TWO_HANDS, empty)
    )
    assert (len(one), len(two), len(none)) == (1, 2, 0)


def test_a_drawing_is_the_picture_with_the_hand_on_it(data: Path, tmp_path: Path) -> None:
    photo, drawing = data / "photos" / ONE_HAND, tmp_path / "drawing.png"
    words = _run("detect", *SHIPPED, "--draw", drawing, photo)
    assert words == f"{photo}: right hand (1.00)\n"
    before, after = _pixels(photo), _pixels(drawing)
    assert before.shape == after.shape
    changed = (before != after).any(axis=2)
    assert 0.001 < changed.mean() < 0.05
    (hands,) = _parsed(_run("detect", *SHIPPED, "--json", photo))
    places = np.array([[point["y"], point["x"]] for point in hands[0]["keypoints"]]).round()
    assert all(changed[row, column] for row, column in places.astype(int))


def _pixels(path: Path) -> np.ndarray:
    return import_cv2().imread(str(path))


def test_poses_as_json(data: Path) -> None:
    photo = data / "photos" / ONE_HAND
    (line,) = _parsed(_run("classify", *SHIPPED, "--json", photo))
    assert list(line) == ["source", "t", "hands"]
    assert (line["source"], line["t"]) == (str(photo), 0.0)
    (hand,) = line["hands"]
    assert list(hand) == ["hand", "gesture", "score", "scores"]
    assert hand["gesture"] == "rock"
    assert hand["score"] == hand["scores"]["rock"]


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    done = run_gestured("run", *SHIPPED, "--dry-run", "--source", tmp_path / "no.mp4")
    assert done.returncode == 1
    assert done.stdout == ""
    assert complaints(done.stderr) == [
        f"gestured: {tmp_path}/no.mp4: no such file or folder; check the path"
    ]


def test_ctrl_c_while_a_camera_does_not_answer() -> None:
    """Python's own handler waits until the library returns, half a minute later."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        command = [*COMMAND, "run", "--dry-run", "--source", address, *map(str, SHIPPED)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment())
        try:
            silent.settimeout(30)
            camera, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == -signal.SIGINT
            camera.close()
        finally:
            process.kill()
            process.wait()
