"""`gestured evaluate` on real pictures and landmarks, as a user runs it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import cv2
import pytest

from daemon.config.load import builtin_library
from daemon.config.places import shipped_config
from models.store import ModelStore
from tests.integration.gestured import complaints, run_gestured

SHIPPED = ("--config", shipped_config())
#: What the letters of the sign alphabet are among the gestures; two are left out, to see that.
LETTERS = "A=fist,S=fist,B=four,D=one,F=ok,L=thumb_index,V=Victory,W=three,Y=call,U=,I="


def evaluated(*arguments: str | Path) -> list[dict[str, Any]]:
    """The lines of JSON; the last is the summary."""
    done = run_gestured("evaluate", *SHIPPED, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    assert complaints(done.stderr) == []
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_photographs(data: Path, store: ModelStore, tmp_path: Path) -> None:
    """Full scenes with several hands; one file is missing, one label is none of ours."""
    with (data / "photos" / "labels.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("hagrid40/")]
    table, matrix = tmp_path / "some.csv", tmp_path / "m.png"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "gesture"])
        writer.writerows([data / "photos" / row["file"], row["gesture"]] for row in rows)
        writer.writerow(["missing.jpg", "palm"])
        writer.writerow([data / "photos" / rows[0]["file"], "no such gesture"])
    *examples, last = evaluated("--matrix", matrix, table)
    summary = last["summary"]
    print(summary)
    assert len(rows) >= 40
    assert len(examples) == len(rows) + 2
    assert summary["examples"] == len(rows)
    assert summary["found"] >= 0.85 * len(rows)
    assert summary["accuracy"] >= 0.97
    assert summary["unreadable"] == ["missing.jpg"]
    assert summary["left_out"] == {"no such gesture": 1}
    assert cv2.imread(str(matrix)) is not None


def test_the_letters_landmarks(data: Path) -> None:
    names = {spec.name for spec in builtin_library()}
    assert names >= {"fist", "four", "one", "ok", "thumb_index", "peace", "three", "call"}
    done = run_gestured(
        "evaluate", *SHIPPED, data / "landmarks" / "asl_letters.npz", "--labels", LETTERS
    )
    assert (done.returncode, complaints(done.stderr)) == (0, [])
    assert "left out: 40 labelled 'U', which is left out by --labels" in done.stdout
    *_, last = evaluated(data / "landmarks" / "asl_letters.npz", "--labels", LETTERS)
    summary = last["summary"]
    assert summary["left_out"] == {"I": 40, "U": 40}
    assert summary["examples"] == summary["found"] == 360
    assert summary["accuracy"] >= 0.97, summary["confusion"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("fist", "Closed_Fist"),
        ("pointing_up", "Pointing_Up"),
        ("thumb_up", "Thumb_Up"),
        ("victory", "Victory"),
    ],
)
def test_mediapipes_own_landmarks(data: Path, tmp_path: Path, name: str, label: str) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"file,gesture\n{data / 'landmarks' / f'mediapipe_{name}.pbtxt'},{label}\n")
    example, last = evaluated(table)
    assert example["hand"] == "right"
    assert last["summary"]["accuracy"] == 1.0, example


def test_landmarks_are_near_the_expected_ones(data: Path, store: ModelStore) -> None:
    expected = data / "landmarks" / "asl_hand_expected_px.json"
    *frames, last = evaluated("--landmarks", expected, data / "clips" / "asl_hand.mp4")
    summary = last["summary"]
    print(summary)
    assert len(frames) == summary["expected"] == summary["found"] == 325
    assert summary["mean_palms"] <= 0.01
    assert summary["median_palms"] <= summary["p95_palms"] <= 0.05


def test_another_clips_landmarks_are_far_away(data: Path, store: ModelStore) -> None:
    """The measure can fail: the hand of another clip is not where it is expected."""
    expected = data / "landmarks" / "asl_hand_expected_px.json"
    done = run_gestured(
        "evaluate", *SHIPPED, "--landmarks", expected, data / "clips" / "gestop_grab.mp4"
    )
    assert "frames, where 325 are expected" in done.stderr
    found = [line for line in done.stdout.splitlines() if line.startswith("error in palm lengths")]
    assert done.returncode == 1 or "mean 0.0" not in found[0]
