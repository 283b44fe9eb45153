"""`gestured learn`: from files to YAML that the configuration takes, and what it says beside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.cli import main
from daemon.config.load import parse_config
from daemon.hand_files import HandFiles
from daemon.learning.gather import gather
from daemon.synthetic.hand import HandState, Side, image_joints
from daemon.synthetic.poses import PALM, POSES
from daemon.synthetic.skeleton import Pose, lerp
from daemon.trace import TraceWriter
from gestures.landmarks import HandFrame, HandObservation

WIDTH, HEIGHT = 640, 480
SPOCK = replace(PALM, abduction_deg=(12, 9, -17, -20))
RELAXED = replace(
    PALM, index=(20, 30, 15), middle=(25, 35, 18), ring=(30, 40, 20), pinky=(30, 40, 20)
)
#: Half a second on the way in and out, three seconds held.
SHOWN = (*(part / 15 for part in range(15)), *([1.0] * 90), *(1 - part / 15 for part in range(15)))
HELD = (1.0,) * 60


@pytest.fixture(autouse=True)
def plain_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of the user's own, and no models: nothing here may need them."""
    config = tmp_path / "config.yaml"
    config.write_text("version: 1\n")
    (tmp_path / "no-models").mkdir()
    monkeypatch.setenv("GESTURED_CONFIG", str(config))
    monkeypatch.setenv("GESTURED_MODELS", str(tmp_path / "no-models"))
    monkeypatch.setenv("COLUMNS", "100")


def hand(
    pose: Pose | str, side: Side = "right", rotation_deg: float = 0.0, *, track: int = 1,
    x: float = 320.0, y: float = 240.0, seed: int = 0, noise_palms: float = 0.01,
) -> HandObservation:  # fmt: skip
    pose = POSES[pose] if isinstance(pose, str) else pose
    joints = image_joints(HandState(pose, (x, y), 75.0, side, rotation_deg))
    joints += np.random.default_rng(seed).normal(0, noise_palms * 75.0, joints.shape)
    return HandObservation(track, side, 0.9, joints / (WIDTH, HEIGHT, WIDTH))


def write(path: Path, hands: Iterable[Iterable[HandObservation]]) -> Path:
    with TraceWriter(path) as writer:
        for number, each in enumerate(hands):
            writer.write(HandFrame(number / 30, WIDTH, HEIGHT, tuple(each)))
    return path


def trace(
    path: Path, pose: Pose | str, side: Side = "right", parts: Iterable[float] = HELD,
    rotation_deg: float = 0.0, seed: int = 0,
) -> Path:  # fmt: skip
    """A recording: how far the hand has become the pose in each frame, swaying a little."""
    end = POSES[pose] if isinstance(pose, str) else pose
    return write(
        path,
        (
            [
                hand(
                    lerp(RELAXED, end, part), side, rotation_deg + 10 * np.sin(number / 10),
                    seed=1000 * seed + number,
                )
            ]
            for number, part in enumerate(parts)
        ),
    )  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    try:
        code = main(["learn", *map(str, arguments)])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else -1
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    code, out, err = run(capsys, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


class TestYaml:
    def test_is_a_gesture_of_the_configuration(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ):
        positive = trace(tmp_path / "spock.trace", SPOCK, parts=SHOWN)
        code, out, err = run(capsys, "spock", "--positive", positive)
        assert code == 0, err
        comments = [line for line in out.splitlines() if line.startswith("#")]
        found = re.match(r"# spock: learned from (\d+) hands, told from typical", comments[0])
        assert found
        assert len(HELD) < 86 <= int(found[1]) <= 104 < len(SHOWN)
        assert out.splitlines()[len(comments) : -1] == [
            "gestures:",
            "  spock:",
            "    fingers: {thumb: extended, index: extended, middle: extended, ring: extended,"
            " pinky: extended}",
        ]
        assert re.fullmatch(
            r' {4}when: \["spread\(middle, ring\) > 1[3-9]", "relaxed < 0\.5"\]',
            out.splitlines()[-1],
        )
        assert re.search(r"spock\.trace: 0\.\d+ to 3\.\d+ s is taken: before and after", err)
        shown = re.search(r"spock is shown for (\d+) of its", err)
        assert shown
        assert int(shown[1]) >= 0.93 * int(found[1])
        assert f"palm holds for {found[1]} of its {found[1]} hands as well: yours is shown" in err

    def test_passes_the_check(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        _, out, _ = run(capsys, "spock", "--positive", trace(tmp_path / "a.trace", SPOCK))
        config = tmp_path / "mine.yaml"
        config.write_text(f"version: 1\n{out}")
        assert main(["check", str(config)]) == 0
        assert main(["classify", "--config", str(config), str(tmp_path / "a.trace")]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert sum("spock" in line for line in lines if "a.trace" in line) == len(HELD)

    def test_json(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        negatives = [trace(tmp_path / f"{name}.trace", name) for name in ("palm", "fist")]
        found = run_json(
            capsys, "spock", "--positive", trace(tmp_path / "a.trace", SPOCK),
            "--negative", *negatives,
        )  # fmt: skip
        assert found["gesture"] == "spock"
        assert found["fingers"]["ring"] == ["extended"]
        condition, awake = found["when"]
        assert condition.startswith("spread(middle, ring) > ")
        assert awake == "relaxed < 0.5"
        assert found["margin"] > 0.5
        assert found["positives"]["shown"] == found["positives"]["hands"] == 60
        assert found["negatives"] == {"hands": 120, "shown": 0, "holds": {"palm": 60, "fist": 60},
                                      "lost": {}}  # fmt: skip
        assert found["cross_validation"]["folds"] == 5
        assert found["cross_validation"]["positives"] > 0.95
        assert f'\n    when: ["{condition}", "{awake}"]\n' in found["yaml"]

    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        st.sampled_from(sorted(POSES)), st.sampled_from(sorted(POSES)), st.integers(1, 8),
        st.sampled_from(["a", "on", "null", "y", "fist", "swipe_left", "my_2nd"]),
        st.sampled_from([(), ("--hand", "left"), ("--hand", "right")]), st.booleans(),
    )  # fmt: skip
    def test_can_always_be_read(
        self, capsys, tmp_path_factory, positive, negative, count, name, side, alone
    ):
        folder = tmp_path_factory.mktemp("learn")
        both = [[hand(positive, "left", seed=i), hand(positive, "right", seed=i, track=2, x=120.0)]
                for i in range(count)]  # fmt: skip
        others = [[hand(negative, each, seed=i)] for i in range(5) for each in ("left", "right")]
        words = ["--positive", write(folder / "positive.trace", both)]
        if not alone:
            words += ["--negative", write(folder / "negative.trace", others)]
        code, out, err = run(capsys, name, *words, *side)
        if code == 1:
            assert out == ""
            assert "can't" in err
            return
        assert code == 0
        config = parse_config(f"version: 1\n{out}", Path("x")).config
        (spec,) = (each for each in config.gestures if each.name == name)
        assert spec.own
        assert spec.motion is None
        assert spec.hands == ((side[1],) if side else ("left", "right"))


class TestChoosing:
    def test_one_hand_only(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        both = write(
            tmp_path / "both.trace",
            ([hand("rock", "left", seed=i), hand("fist", "right", seed=i, track=2, x=500)]
             for i in range(30)),
        )  # fmt: skip
        code, out, err = run(capsys, "metal", "--positive", both, "--hand", "left")
        assert code == 0
        assert out.endswith("\n    hand: left\n")
        assert "pinky: extended" in out
        assert "several hands" not in err

    def test_the_upper_of_several_hands(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        both = write(
            tmp_path / "both.trace",
            ([hand("fist", "right", seed=i, y=400), hand("rock", "left", seed=i, track=2, y=150)]
             for i in range(30)),
        )  # fmt: skip
        code, out, err = run(capsys, "metal", "--positive", both)
        assert code == 0
        assert "pinky: extended" in out
        assert "both.trace: several hands in 30 pictures: the upper one is taken" in err

    def test_every_hand_of_the_negatives(self, tmp_path: Path):
        both = write(tmp_path / "a.trace", [[hand("fist"), hand("palm", track=2)]])
        with HandFiles(pytest.fail) as files:
            found = gather(files, [both], side=None, mirrored=True, every_hand=True)
        assert [len(file) for file in found.files] == [2]
        assert found.crowded == {}

    def test_left_and_right_as_the_camera_will_show_them(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ):
        """The trace is not mirrored; the camera's pictures are."""
        right = trace(tmp_path / "right.trace", "one", rotation_deg=-90)
        left = trace(tmp_path / "left.trace", "one", rotation_deg=90)
        words = ["there", "--positive", right, "--negative", left]
        code, _, err = run(capsys, *words)
        assert code == 1, "without --hand, left and right are turned round for the other hand"
        assert "right.trace" in err
        found = run_json(capsys, *words, "--hand", "right")
        assert any("left) < " in each or "right) > " in each for each in found["when"])
        config = tmp_path / "unmirrored.yaml"
        config.write_text("version: 1\ncamera: {mirror: false}\n")
        found = run_json(capsys, *words, "--hand", "right", "--config", config)
        assert any("right) < " in each or "left) > " in each for each in found["when"])


class TestComplaints:
    @pytest.mark.parametrize("name", ["Spock", "2nd", "", "a-b", "a b", "é"])
    def test_a_bad_name(self, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str):
        code, out, err = run(capsys, name, "--positive", tmp_path / "x.trace")
        assert (code, out) == (2, "")
        assert err == (
            "gestured: a gesture's name has small letters, digits and _ only and begins with a"
            f" letter, found {name!r}\n"
        )

    def test_files_that_can_not_be_used(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        broken, missing = tmp_path / "broken.trace", tmp_path / "missing.trace"
        broken.write_text('{"format": "gestured-trace"')
        empty = write(tmp_path / "empty.trace", [[]] * 3)
        words = ["--positive", broken, missing, empty]
        code, out, err = run(capsys, "a", *words)
        assert (code, out) == (1, "")
        assert [line.split(": ", 1)[1].split(" ", 1)[0] for line in err.splitlines()] == [
            f"{broken}:1:", f"{missing}:", f"{empty}:", "no"
        ]  # fmt: skip
        code, out, err = run(capsys, "a", *words, trace(tmp_path / "a.trace", "rock"))
        assert code == 0
        assert "  a:\n" in out
        assert err.count("\n") >= 4

    def test_negatives_without_a_hand(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        positive = trace(tmp_path / "a.trace", "rock")
        empty = write(tmp_path / "empty.trace", [[]] * 3)
        code, out, err = run(capsys, "a", "--positive", positive, "--negative", empty)
        assert (code, out) == (1, "")
        assert err.endswith("no hand in any of the negative examples\n")

    def test_the_other_hand_only(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        positive = trace(tmp_path / "a.trace", "rock")
        code, _, err = run(capsys, "a", "--positive", positive, "--hand", "left")
        assert code == 1
        assert err.endswith("no left hand in any of the positive examples\n")

    def test_little(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        one = trace(tmp_path / "a.trace", "rock", parts=[1.0])
        code, out, _ = run(capsys, "a", "--positive", one)
        assert code == 0
        assert "# Not tested on examples kept back: there are too few of them.\n" in out
        assert "# That is little" in out
        five = trace(tmp_path / "b.trace", "rock", parts=[1.0] * 5)
        assert "little" not in run(capsys, "a", "--positive", five)[1]

    def test_examples_that_are_the_same(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        positive = trace(tmp_path / "a.trace", "rock")
        negatives = [
            trace(tmp_path / "b.trace", "rock", seed=5), trace(tmp_path / "c.trace", "fist")
        ]  # fmt: skip
        code, out, err = run(capsys, "metal", "--positive", positive, "--negative", *negatives)
        assert (code, out) == (1, "")
        first, second = err.splitlines()
        assert first.startswith("gestured: metal can't be told from the negatives: no rule rejects")
        assert second.startswith(f"gestured: {tmp_path}/b.trace 0.")
        assert f"looks like {tmp_path}/a.trace 0." in second

    def test_examples_that_have_nothing_in_common(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ):
        anything = write(tmp_path / "a.trace", ([hand(p, seed=i)] for i in range(9) for p in POSES))
        code, out, err = run(capsys, "a", "--positive", anything)
        assert (code, out) == (1, "")
        assert err == "gestured: a can't be learned: its examples have nothing in common\n"


class TestCollisions:
    def test_a_built_in_gesture_that_it_takes_away(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ):
        fist = trace(tmp_path / "a.trace", "fist")
        code, _, err = run(capsys, "my_fist", "--positive", fist)
        assert code == 0
        assert "fist holds for 60 of its 60 hands as well: yours is shown unless" in err
        assert "my_fist can't be told from fist" in err
        assert "my_fist takes 18 of 18 typical hands of fist away from fist" in err

    def test_hands_of_the_negatives_that_it_takes_away(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ):
        positives = [trace(tmp_path / f"{name}.trace", name) for name in ("one", "peace")]
        # Of a hundred negatives two may be bad: these show a gesture.
        mixed = write(
            tmp_path / "mixed.trace",
            ([hand("palm" if i % 50 else "peace", seed=i)] for i in range(100)),
        )
        code, _, err = run(capsys, "both", "--positive", *positives, "--negative", mixed)
        assert code == 0
        assert "both takes 2 of 100 negatives away from peace" in err
        assert "both takes 18 of 18 typical hands of one away from one" in err

    def test_built_in_gestures_that_need_not_be_taken_away(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ):
        """Against palms alone a thumb to the side would be any thumb."""
        sideways = replace(POSES["like"], rotation_deg=-10.0)
        positive = trace(tmp_path / "a.trace", sideways, parts=HELD)
        palm = trace(tmp_path / "palm.trace", "palm")
        code, out, err = run(capsys, "aside", "--positive", positive, "--negative", palm)
        assert code == 0
        assert "told from 60 hands and typical ones of dislike" in out
        assert "angle(" in out
        assert "away from" not in err

    def test_a_gesture_of_the_same_name(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        code, out, err = run(capsys, "fist", "--positive", trace(tmp_path / "a.trace", "fist"))
        assert code == 0
        assert "  fist:\n" in out
        assert "fist replaces the gesture of that name" in err
        assert "away from" not in err

    @pytest.mark.parametrize(
        ("name", "kind"), [("swipe_left", "motion"), ("timeout", "two-hand gesture")]
    )
    def test_another_kind_of_the_same_name(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, kind: str
    ):
        code, _, err = run(capsys, name, "--positive", trace(tmp_path / "a.trace", SPOCK))
        assert code == 0
        assert f"{name} replaces the {kind} of that name" in err

    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("Open_Palm", "a gesture's name has small letters, digits and _ only and begins with a"
             " letter, found 'Open_Palm'; did you mean 'palm'?"),
            ("none", "'none' is what stands for no gesture: give it another name"),
            ("no_gesture", "'no_gesture' is what stands for no gesture: give it another name"),
        ],
    )  # fmt: skip
    def test_names_that_are_taken(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, problem: str
    ):
        missing = tmp_path / "a.trace"
        assert run(capsys, name, "--positive", missing) == (2, "", f"gestured: {problem}\n")

    def test_one_of_the_users_own(self, capsys: pytest.CaptureFixture[str], tmp_path: Path):
        config = tmp_path / "own.yaml"
        config.write_text(
            "version: 1\ngestures: {open: {fingers: {index: extended, middle: extended}}}\n"
        )
        code, _, err = run(
            capsys, "v", "--positive", trace(tmp_path / "a.trace", "peace"), "--config", config
        )
        assert code == 0
        assert "open holds for 60 of its 60 hands as well: where both score within 0.1" in err
