"""`gestured evaluate`: what it reads, the figures it makes of it, and how it says what is wrong."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cli import main
from daemon.evaluation import report
from daemon.evaluation.figures import Figures
from daemon.evaluation.items import Item, read_items
from daemon.evaluation.labels import NONE, LabelError, Labels
from daemon.evaluation.landmark_arrays import read_arrays
from daemon.evaluation.landmark_error import (
    ExpectedLandmarks,
    frame_errors,
    landmark_figures,
    read_expected,
)
from daemon.evaluation.landmark_text import read_landmark_text, text_frame
from daemon.evaluation.matrix import draw_matrix
from daemon.evaluation.outcomes import Doubt, Outcome, Passed, judge_items
from daemon.hand_files import HandFiles
from daemon.judging import judge_hands, surest
from daemon.sources import SourceError
from daemon.trace import TraceWriter
from gestures.conditions import parse_condition
from gestures.landmarks import HandFrame, HandObservation, HandSide
from gestures.motion_spec import Swipe
from gestures.sight import PoseReader
from gestures.spec import GestureSpec
from models.litert_tracker import LitertTracker
from models.tracker import Tracker
from tests.unit.hand_points import hand_px

WIDTH, HEIGHT = 640, 480
WEST = GestureSpec("west", when=(parse_condition("x < 0.4"),))
EAST = GestureSpec("east", when=(parse_condition("x > 0.6"),))
SWIPE = GestureSpec("swipe_left", motion=Swipe("left"))
SPECS = (WEST, EAST, SWIPE)
RULES = PoseReader(SPECS)


def hand_at(x: float, track: int = 1, side: HandSide = "right") -> HandObservation:
    """An open hand, upright, with its wrist at `x` picture widths."""
    image = hand_px(x * WIDTH, 400, 100) / (WIDTH, HEIGHT, WIDTH)
    return HandObservation(track, side, 1.0, image)


def frame_of(*xs: float, t_s: float = 0.0) -> HandFrame:
    hands = tuple(hand_at(x, track) for track, x in enumerate(xs, 1))
    return HandFrame(t_s, WIDTH, HEIGHT, hands)


def write_trace(path: Path, *frames: HandFrame) -> Path:
    with TraceWriter(path) as writer:
        for frame in frames:
            writer.write(frame)
    return path


def no_tracker() -> Tracker:
    raise AssertionError("nothing here is a picture")


def judged(*items: Item, mirror: bool = False) -> list[Outcome | Passed]:
    with HandFiles(no_tracker) as files:
        return list(judge_items(items, Labels(SPECS, {}), files, RULES, mirror=mirror))


def outcome(
    label: str, gesture: str, *, found: bool = True, name: str = "a.jpg", **more: Any
) -> Outcome:
    values = {"written": label, "t_s": None, "score": 0.9, "doubt": None} | more
    hand: HandSide | None = "right" if found else None
    return Outcome(name=name, label=label, gesture=gesture, hand=hand, **values)


class TestJudging:
    def test_the_surest_hand_that_shows_something_counts(self):
        hands = judge_hands(frame_of(0.3, 0.9, 0.5), RULES)
        best = surest(hands)
        assert best is not None
        assert best.gesture == "east"
        assert best.score == hands[1].scores["east"] > hands[0].scores["west"]

    def test_a_hand_that_shows_nothing_never_counts_more(self):
        hands = judge_hands(frame_of(0.5, 0.35), RULES)
        best = surest(hands)
        assert [each.gesture for each in hands] == [None, "west"]
        assert best is hands[1]
        assert surest([]) is None

    def test_the_score_is_that_of_the_gesture_shown(self):
        """The user's own gesture is shown though a built-in one scores a little higher."""
        own = GestureSpec("own", when=(parse_condition("x < 0.36"),), own=True)
        (hand,) = judge_hands(frame_of(0.3), PoseReader([WEST, own]))
        assert hand.gesture == "own"
        assert hand.score == hand.scores["own"] < hand.scores["west"]


class TestLabels:
    @pytest.mark.parametrize(
        ("label", "gesture"),
        [
            ("west", "west"),
            ("", NONE),
            ("none", NONE),
            ("None", NONE),
            ("no_gesture", NONE),
            ("swipe_left", None),
            ("wset", None),
        ],
    )
    def test_names(self, label: str, gesture: str | None):
        assert Labels(SPECS, {}).gesture(label) == gesture

    def test_mediapipes_names_stand_for_poses_that_are_there(self):
        fist = GestureSpec("fist", when=(parse_condition("x < 0.4"),))
        assert Labels([fist], {}).gesture("Closed_Fist") == "fist"
        assert Labels([fist], {}).gesture("Victory") is None

    def test_the_user_says_what_labels_mean(self):
        labels = Labels(SPECS, {"A": "west", "west": "east", "B": "none", "east": ""})
        found = [labels.gesture(label) for label in ("A", "west", "B", "east", "C")]
        assert found == ["west", "east", NONE, None, None]
        assert labels.why_left_out("east") == "is left out by --labels"

    def test_what_is_left_out_is_told_with_the_nearest_name(self):
        labels = Labels(SPECS, {})
        assert labels.why_left_out("wset") == (
            "is no gesture of the configuration; did you mean 'west'?"
        )
        assert labels.why_left_out("xyz") == "is no gesture of the configuration"
        assert "is a motion" in labels.why_left_out("swipe_left")

    def test_a_meaning_that_is_no_pose(self):
        with pytest.raises(LabelError, match=r"^A=eastt: eastt is no .* 'east'\?$"):
            Labels(SPECS, {"A": "eastt"})


class TestTables:
    def table(self, tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "t.csv"
        path.write_text(text, encoding=encoding)
        return path

    def test_files_are_relative_to_the_table(self, tmp_path: Path):
        text = 'file,gesture,note\na/b.jpg,fist,"far, dark"\nc.png,,\n'
        path = self.table(tmp_path, text, "utf-8-sig")
        assert read_items(path) == [
            Item("a/b.jpg", "fist", tmp_path / "a" / "b.jpg"),
            Item("c.png", "", tmp_path / "c.png"),
        ]

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", ":1: expected the columns file and gesture in the first line, found nothing"),
            ("file;gesture\na;b\n", ":1: expected the columns .* found file;gesture"),
            ("file,label\na,b\n", ":1: expected the columns .* found file, label"),
            ("file,gesture\na.jpg,\nb.jpg\n", ":3: has no gesture"),
            ("file,gesture\n,fist\n", ":2: has no file"),
            ("file,gesture\na\0.jpg,fist\n", ":2: "),
            (f'file,gesture\n"{"x" * 140_000}",fist\n', ":2: is no CSV: field larger"),
        ],
    )
    def test_faults_are_told_with_their_line(self, tmp_path: Path, text: str, problem: str):
        with pytest.raises(SourceError, match=rf"t\.csv{problem}"):
            read_items(self.table(tmp_path, text))

    def test_other_encodings(self, tmp_path: Path):
        path = self.table(tmp_path, "file,gesture\ncafé.jpg,fist\n", "latin-1")
        with pytest.raises(SourceError, match="is not UTF-8"):
            read_items(path)

    @given(st.binary(max_size=200))
    def test_any_bytes_are_read_or_told_in_one_line(
        self, tmp_path_factory: pytest.TempPathFactory, data: bytes
    ):
        path = tmp_path_factory.getbasetemp() / "any.csv"
        path.write_bytes(b"file,gesture\n" + data)
        told = None
        try:
            items = read_items(path)
        except SourceError as error:
            items, told = [], str(error)
        assert all(item.name for item in items)
        assert told is None or len(told.splitlines()) == 1


class TestFolders:
    def test_a_subfolder_is_a_gesture(self, tmp_path: Path):
        for folder in ("fist", "no_gesture", ".hidden"):
            (tmp_path / folder).mkdir()
        for name in ("b.JPG", "a.png", "notes.txt", ".c.png", "d.pbtxt"):
            (tmp_path / "fist" / name).touch()
        (tmp_path / ".hidden" / "e.png").touch()
        write_trace(tmp_path / "no_gesture" / "mine", frame_of(0.5))
        found = [(item.name, item.label) for item in read_items(tmp_path)]
        assert found == [
            (str(Path("fist", "a.png")), "fist"),
            (str(Path("fist", "b.JPG")), "fist"),
            (str(Path("fist", "d.pbtxt")), "fist"),
            (str(Path("no_gesture", "mine")), "no_gesture"),
        ]

    def test_its_own_table_comes_first(self, tmp_path: Path):
        (tmp_path / "fist").mkdir()
        (tmp_path / "fist" / "a.png").touch()
        (tmp_path / "labels.csv").write_text("file,gesture\nfist/a.png,palm\n")
        assert [item.label for item in read_items(tmp_path)] == ["palm"]

    def test_what_is_no_set(self, tmp_path: Path):
        with pytest.raises(SourceError, match=r"has no labels\.csv, and no subfolder"):
            read_items(tmp_path)
        video = tmp_path / "a.mp4"
        video.touch()
        with pytest.raises(SourceError, match=r"a\.mp4: expected a folder"):
            read_items(video)
        for name in ("none.csv", "none.npz", "none"):
            with pytest.raises(SourceError, match=f"{name}: can't be read: No such file"):
                read_items(tmp_path / name)


class TestArrays:
    def save(self, tmp_path: Path, **arrays: Any) -> Path:
        path = tmp_path / "set.npz"
        image = np.stack([hand_at(x).image for x in (0.2, 0.5, 0.8)])
        values = {"image": image, "label": np.array(["A", "B", "A"]), "aspect": 4 / 3} | arrays
        np.savez(path, **{name: value for name, value in values.items() if value is not None})
        return path

    def test_hands_with_their_labels(self, tmp_path: Path):
        found = list(read_arrays(self.save(tmp_path)))
        assert [(name, label) for name, label, _ in found] == [
            ("set.npz[0]", "A"),
            ("set.npz[1]", "B"),
            ("set.npz[2]", "A"),
        ]
        for x, (_, _, frame) in zip((0.2, 0.5, 0.8), found, strict=True):
            (hand,) = frame.hands
            np.testing.assert_allclose(hand.image, hand_at(x).image)
            assert frame.aspect == pytest.approx(4 / 3, rel=1e-3)
            assert (hand.hand, hand.world) == ("right", None)

    def test_what_the_set_tells_is_taken(self, tmp_path: Path):
        world = np.stack([hand_px(0, 0, 0.09 + i / 100) for i in range(3)])
        path = self.save(
            tmp_path,
            letter=np.array(["x", "y", "z"]),
            label=None,
            hand=np.array(["Left", "right", "LEFT"]),
            aspect=np.array([1.0, 2.0, 0.5]),
            world=world,
        )
        found = list(read_arrays(path))
        assert [label for _, label, _ in found] == ["x", "y", "z"]
        assert [frame.hands[0].hand for _, _, frame in found] == ["left", "right", "left"]
        assert [frame.aspect for _, _, frame in found] == [1.0, 2.0, 0.5]
        np.testing.assert_allclose([frame.hands[0].world for _, _, frame in found], world)

    def test_points_without_depth(self, tmp_path: Path):
        flat = np.stack([hand_at(0.5).image[:, :2]] * 3)
        for _, _, frame in read_arrays(self.save(tmp_path, image=flat)):
            np.testing.assert_allclose(frame.hands[0].image[:, :2], flat[0])
            assert not frame.hands[0].image[:, 2].any()

    def test_what_is_no_hand_was_not_found(self, tmp_path: Path):
        image = np.stack([hand_at(0.5).image] * 3)
        image[0] = np.nan
        image[1] = 0.0
        found = [frame.hands for _, _, frame in read_arrays(self.save(tmp_path, image=image))]
        assert [len(hands) for hands in found] == [0, 0, 1]

    @pytest.mark.parametrize(
        ("arrays", "problem"),
        [
            ({"image": None, "aspect": None}, "has no array image and aspect"),
            ({"label": None}, "has no array label"),
            ({"image": np.zeros((3, 20, 3))}, "image must be numbers of shape"),
            ({"image": np.array(5.0)}, "image must be numbers of shape"),
            ({"image": np.full((3, 21, 3), "a")}, "image must be numbers of shape"),
            ({"label": np.array(["A"])}, "label must be 3 labels"),
            ({"label": np.array([{}, {}, {}])}, "is no archive of plain arrays"),
            ({"aspect": 0.0}, "aspect must be the pictures' width over height"),
            ({"aspect": np.nan}, "aspect must be the pictures' width over height"),
            ({"aspect": np.ones(2)}, "aspect must be numbers of shape"),
            ({"hand": np.array(["left", "both", "right"])}, "hand must be 3 times left or right"),
            ({"world": np.zeros((2, 21, 3))}, "world must be numbers of shape"),
        ],
    )
    def test_faults(self, tmp_path: Path, arrays: dict[str, Any], problem: str):
        with pytest.raises(SourceError, match=problem):
            list(read_arrays(self.save(tmp_path, **arrays)))

    def test_files_that_are_no_archive(self, tmp_path: Path):
        path = self.save(tmp_path)
        whole = path.read_bytes()
        for data in (b"", b"hello", whole[: len(whole) // 2], whole[:60] + b"x" * 40 + whole[100:]):
            path.write_bytes(data)
            with pytest.raises(SourceError, match="is no archive of plain arrays"):
                list(read_arrays(path))


def text_of(points: Any) -> str:
    inner = "".join(f"  landmark {{ x: {x} y: {y} z: {z:e} }}\n" for x, y, z in points.tolist())
    return f"{{\n{inner}}}\n"


HAND_TEXT = (
    "# made by hand\n"
    'classifications { classification { score: 0.9 label: "Left" } }\n'
    f"landmarks {text_of(hand_at(0.3).image)}"
    f"world_landmarks {text_of(hand_px(0, 0, 0.09))}"
)


class TestText:
    def write(self, tmp_path: Path, text: str) -> Path:
        path = tmp_path / "a.pbtxt"
        path.write_text(text)
        return path

    def test_a_hand(self, tmp_path: Path):
        (hand,) = text_frame(self.write(tmp_path, HAND_TEXT)).hands
        assert hand.hand == "left"
        np.testing.assert_allclose(hand.image, hand_at(0.3).image)
        assert hand.world is not None
        np.testing.assert_allclose(hand.world, hand_px(0, 0, 0.09))

    def test_without_handedness_it_is_a_right_one(self, tmp_path: Path):
        text = HAND_TEXT.replace("classifications", "somethings")
        assert read_landmark_text(self.write(tmp_path, text)).hand == "right"

    def test_without_world_landmarks_its_shape_is_not_known(self, tmp_path: Path):
        path = self.write(tmp_path, HAND_TEXT.replace("world_", "other_"))
        assert read_landmark_text(path).world is None
        with pytest.raises(SourceError, match="has no world_landmarks"):
            text_frame(path)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "has no 'landmarks"),
            ("hello", ":1: is no protocol buffer"),
            ("a: 1\n}", ":2: is no protocol buffer|:1: is no protocol buffer"),
            ("landmarks {", "ends in the middle"),
            ("landmarks { landmark { x: 1 y: 2 } }", "landmarks must be 21 landmarks"),
            ("landmarks: 5", "has no 'landmarks"),
            (HAND_TEXT.replace("x: 0.3", "x: inf"), "landmarks must be 21 landmarks"),
            (f"landmarks {text_of(np.zeros((21, 3)))}", "in one place"),
        ],
    )
    def test_faults(self, tmp_path: Path, text: str, problem: str):
        with pytest.raises(SourceError, match=problem):
            read_landmark_text(self.write(tmp_path, text))

    @given(st.text(alphabet='ab:{} \n"#1.', max_size=60))
    def test_any_text_is_told_in_one_line(
        self, tmp_path_factory: pytest.TempPathFactory, text: str
    ):
        path = tmp_path_factory.getbasetemp() / "any.pbtxt"
        path.write_text(text)
        with pytest.raises(SourceError) as caught:
            read_landmark_text(path)
        assert len(str(caught.value).splitlines()) == 1


class TestOutcomes:
    def test_right_and_wrong_ones(self):
        results = judged(
            Item("a", "west", frame_of(0.1)),
            Item("b", "west", frame_of(0.9)),
            Item("c", "", frame_of(0.5)),
            Item("d", "east", frame_of()),
        )
        found = [(r.gesture, r.found, r.right) for r in results if isinstance(r, Outcome)]
        assert found == [
            ("west", True, True),
            ("east", True, False),
            (NONE, True, True),
            (NONE, False, False),
        ]

    def test_the_condition_that_failed_the_label(self):
        (missed,) = judged(Item("b", "west", frame_of(0.9, 0.55)))
        assert isinstance(missed, Outcome)
        assert missed.doubt is not None
        # Of the two hands that one is told of that comes nearer to the label.
        assert missed.doubt.condition == "x < 0.4"
        assert 0.5 < missed.doubt.value < 0.6
        assert missed.doubt.failed
        value = missed.to_json()
        assert (value["label"], value["gesture"], value["hand"]) == ("west", "east", "right")
        assert (value["right"], value["condition"]) == (False, "x < 0.4")

    def test_a_label_that_holds_as_well_as_another(self):
        rules = PoseReader([WEST, GestureSpec("twin", when=WEST.when)])
        with HandFiles(no_tracker) as files:
            items = [Item("a", "west", frame_of(0.1))]
            (tied,) = judge_items(items, Labels(rules.rules.specs, {}), files, rules, mirror=False)
        assert isinstance(tied, Outcome)
        assert tied.gesture == NONE
        assert tied.doubt is not None
        assert not tied.doubt.failed
        assert (tied.doubt.rival, tied.doubt.rival_score) == ("twin", tied.doubt.score)

    def test_of_a_trace_every_frame_with_a_hand_counts(self, tmp_path: Path):
        frames = [frame_of(t_s=0.0), frame_of(0.1, t_s=0.1), frame_of(0.9, t_s=0.2)]
        results = judged(Item("t", "west", write_trace(tmp_path / "t", *frames)))
        found = [(r.t_s, r.gesture) for r in results if isinstance(r, Outcome)]
        assert found == [(0.1, "west"), (0.2, "east")]

    def test_a_trace_without_a_hand_is_one_that_was_not_found(self, tmp_path: Path):
        frames = [frame_of(t_s=0.0), frame_of(t_s=0.1)]
        (result,) = judged(Item("t", "west", write_trace(tmp_path / "t", *frames)))
        assert isinstance(result, Outcome)
        assert not result.found

    def test_as_in_a_mirror(self):
        (result,) = judged(Item("a", "west", frame_of(0.9)), mirror=True)
        assert isinstance(result, Outcome)
        assert result.right

    def test_landmarks_as_text(self, tmp_path: Path):
        path = tmp_path / "a.pbtxt"
        path.write_text(HAND_TEXT)
        (result,) = judged(Item("a", "west", path))
        assert isinstance(result, Outcome)
        assert (result.gesture, result.hand) == ("west", "left")

    def test_what_is_passed_over(self, tmp_path: Path):
        broken, empty = tmp_path / "broken", write_trace(tmp_path / "t", frame_of(0.1))
        broken.write_text("{}\n")
        empty.write_text(empty.read_text().splitlines()[0])
        results = judged(
            Item("a", "wset", frame_of(0.1)),
            Item("none.jpg", "west", tmp_path / "none.jpg"),
            Item("broken", "west", broken),
            Item("t", "west", empty),
        )
        assert all(isinstance(result, Passed) for result in results)
        assert [r.unreadable for r in results if isinstance(r, Passed)] == [False, True, True, True]
        first, second, *_ = [result.to_json() for result in results]
        assert "did you mean 'west'" in first["left_out"]
        assert "No such file" in second["error"]


OUTCOMES = st.lists(
    st.builds(
        outcome,
        st.sampled_from(["west", "east", NONE]),
        st.sampled_from(["west", "east", NONE]),
    )
    | st.sampled_from(["west", "east", NONE]).map(lambda label: outcome(label, NONE, found=False)),
    max_size=30,
)


class TestFigures:
    def test_an_example(self):
        figures = Figures(
            [
                *[outcome("west", "west")] * 6,
                *[outcome("west", "east")] * 2,
                outcome("west", NONE, found=False),
                *[outcome("east", "east")] * 2,
                outcome("east", NONE),
                *[outcome(NONE, NONE)] * 3,
                outcome(NONE, "west"),
                outcome(NONE, NONE, found=False),
            ],
            RULES.names,
        )
        value = figures.to_json()
        assert (value["examples"], value["found"], value["right"]) == (17, 15, 11)
        assert value["accuracy"] == round(11 / 15, 4)
        assert value["accuracy_of_all"] == round(12 / 17, 4)
        assert value["none"] == {"examples": 5, "found": 4, "named": 1, "none_rate": 0.25}
        assert value["classes"]["west"] == {
            "examples": 9, "found": 8, "right": 6, "taken": 7,
            "precision": round(6 / 7, 4), "recall": 0.75,
        }  # fmt: skip
        gestures = value["gestures"]
        assert (gestures["examples"], gestures["found"], gestures["taken"]) == (12, 11, 10)
        assert value["confusion"] == {
            "west": {"west": 6, "east": 2},
            "east": {"east": 2, "none": 1},
            "none": {"west": 1, "none": 3},
        }

    def test_only_what_occurs_is_a_class_and_none_is_the_last(self):
        figures = Figures([outcome(NONE, "east"), outcome(NONE, NONE)], RULES.names)
        assert figures.classes == ("east", NONE)
        assert figures.class_figures()[0].recall is None
        assert figures.class_figures()[0].precision == 0.0

    @given(OUTCOMES)
    def test_they_agree_with_each_other(self, outcomes: list[Outcome]):
        figures = Figures(outcomes, RULES.names)
        classes = figures.class_figures()
        found = [each for each in outcomes if each.found]
        assert figures.examples == sum(each.examples for each in classes) == len(outcomes)
        assert figures.found == sum(each.found for each in classes) == len(found)
        assert sum(each.taken for each in classes) == len(found)
        assert figures.right == sum(each.right for each in classes) == sum(e.right for e in found)
        assert figures.right_of_all == sum(each.right for each in outcomes)
        for each in classes:
            assert each.right <= min(each.found, each.taken)
            labelled = [o.right for o in found if o.label == each.gesture]
            assert each.recall == (pytest.approx(np.mean(labelled)) if labelled else None)
            taken = [o.right for o in found if o.gesture == each.gesture]
            assert each.precision == (pytest.approx(np.mean(taken)) if taken else None)
        assert figures.named == sum(o.label == NONE and not o.right for o in found)
        json.dumps(figures.to_json())
        report.overall(figures)


class TestReport:
    FIGURES = Figures(
        [*[outcome("west", "west")] * 12, outcome("west", "east"), outcome(NONE, NONE)],
        RULES.names,
    )

    def test_tables(self):
        assert report.class_table(self.FIGURES) == [
            "gesture   n  found  right  precision  recall",
            "west     13     13     12     100.0%   92.3%",
            "east      0      0      0       0.0%       -",
            "none      1      1      1     100.0%  100.0%",
        ]
        assert report.matrix_table(self.FIGURES) == [
            "label \\ taken for   1  2  3",
            " 1 west            12  1  .",
            " 2 east             .  .  .",
            " 3 none             .  .  1",
        ]
        assert report.overall(self.FIGURES) == [
            "a hand found in 14 of 14 (100.0%)",
            "accuracy 13 of 14 (92.9%) with a hand; 13 of 14 (92.9%) of all",
            "gestures 12 of 13 (92.3%) right, 1 taken for another, 0 for none",
            "none-rate: of those labelled none 0 of 1 (0.0%) got a name",
        ]

    def test_failures(self):
        far = Doubt(0.1, "x < 0.4", 0.6123456, failed=True)

        def near(rival: str, score: float) -> Doubt:
            return Doubt(0.7, "x < 0.4", 0.3, failed=False, rival=rival, rival_score=score)

        lines = report.failures(
            [
                outcome("west", "west"),
                outcome("west", NONE, found=False, name="b.jpg"),
                outcome("west", "east", doubt=far, written="A"),
                outcome("west", NONE, doubt=near("east", 0.7)),
                outcome("west", NONE, doubt=near("east", 0.66), name="c.jpg"),
                outcome("west", NONE, doubt=near("east", 0.75), name="d.jpg"),
                outcome("west", "east", doubt=near("", 0.0), name="e.jpg"),
                outcome(NONE, "east", written=""),
                *(outcome("west", "east", doubt=far, name="t", t_s=t_s) for t_s in (0.5, 0.6, 0.7)),
            ]
        )
        assert list(lines) == [
            "b.jpg: west, no hand found",
            "a.jpg: west (A), taken for east (0.90); west scores 0.10: it needs x < 0.4,"
            " that is 0.6123",
            "a.jpg: west, taken for none; west scores 0.70, as high as east",
            "c.jpg: west, taken for none; west scores 0.70, only 0.04 ahead of east",
            "d.jpg: west, taken for none; west scores 0.70, 0.05 behind east",
            "e.jpg: west, taken for east (0.90); west scores 0.70, yet east goes first",
            "a.jpg: none, taken for east (0.90)",
            "t 0.50 s: west, taken for east (0.90) (3 frames); west scores 0.10: it needs x < 0.4,"
            " that is 0.6123",
        ]

    def test_what_was_passed_over(self):
        passed = [
            Passed("a", "wset", "is no gesture", unreadable=False),
            Passed("b", "west", "b: can't be read", unreadable=True),
            Passed("c", "wset", "is no gesture", unreadable=False),
        ]
        assert list(report.passed_over(passed)) == [
            "left out: 2 labelled 'wset', which is no gesture",
            "can't be read: 1",
            "  b: can't be read",
        ]

    def test_the_matrix_as_a_picture(self):
        outcomes = [outcome("west", "west"), outcome("east", "west"), outcome(NONE, NONE)]
        picture = draw_matrix(Figures(outcomes, RULES.names))
        assert picture.shape[0] == picture.shape[1]
        cells = picture[-12 - 3 * 46 : -12, -12 - 3 * 46 : -12][4::46, 4::46]
        blue = [[bool(b > r + 50) for r, _, b in row] for row in cells[:3, :3].astype(int)]
        red = [[bool(r > b + 50) for r, _, b in row] for row in cells[:3, :3].astype(int)]
        assert blue == [[True, False, False], [False, False, False], [False, False, True]]
        assert red == [[False, False, False], [True, False, False], [False, False, False]]


class TestLandmarkError:
    def test_the_same_hand_has_none(self):
        frame = frame_of(0.3)
        expected = ExpectedLandmarks([frame.hands[0].image], in_pixels=False)
        (error,) = frame_errors([frame], expected)
        assert (error.palms, error.depth_palms) == (0.0, 0.0)

    @given(st.floats(-60, 60), st.floats(-60, 60))
    def test_a_shift_is_told_in_palm_lengths(self, dx_px: float, dy_px: float):
        shifted = hand_px(320 + dx_px, 400 + dy_px, 100)
        other = hand_at(0.05, 2)
        frame = HandFrame(0.5, WIDTH, HEIGHT, (other, hand_at(0.5)))
        (error,) = frame_errors([frame], ExpectedLandmarks([shifted], in_pixels=True))
        assert error.palms == pytest.approx(np.hypot(dx_px, dy_px) / 100, abs=1e-9)
        assert (error.frame, error.t_s) == (0, 0.5)

    def test_frames_without_the_hand(self, caplog: pytest.LogCaptureFixture):
        hand = hand_px(64, 400, 100)
        expected = ExpectedLandmarks([hand, None, hand, hand, hand], in_pixels=True)
        frames = [frame_of(0.1), frame_of(0.5), frame_of(0.9), frame_of()]
        errors = list(frame_errors(frames, expected))
        assert [each.frame for each in errors] == [0, 2, 3]
        assert [each.palms is None for each in errors] == [False, True, True]
        assert "only 4 frames, where 5 are expected" in caplog.text
        figures = landmark_figures(errors)
        assert figures is not None
        assert (figures.expected, figures.found) == (3, 1)
        assert landmark_figures(errors[1:]) is None

    def test_more_frames_than_are_expected(self, caplog: pytest.LogCaptureFixture):
        expected = ExpectedLandmarks([None], in_pixels=True)
        assert list(frame_errors([frame_of(), frame_of()], expected)) == []
        assert "there are frames after the 1" in caplog.text

    def test_mean_median_and_95th_percentile(self):
        hands = [hand_px(320 + shift, 400, 100) for shift in (*[0.0] * 10, *[10.0] * 9, 40.0)]
        expected = ExpectedLandmarks(hands, in_pixels=True)
        figures = landmark_figures(list(frame_errors([frame_of(0.5)] * 20, expected)))
        assert figures is not None
        assert figures.mean_palms == pytest.approx(0.065)
        assert figures.median_palms == pytest.approx(0.05)
        assert figures.p95_palms == pytest.approx(0.115)
        assert figures.worst_palms == pytest.approx(0.4)

    def test_expectations_are_read(self, tmp_path: Path):
        path = tmp_path / "e.json"
        hand = hand_px(100, 200, 50)
        path.write_text(json.dumps([hand.tolist(), None, hand[:, :2].tolist(), []]))
        expected = read_expected(path)
        whole, nothing, flat, empty = expected.frames
        assert expected.in_pixels
        assert nothing is None
        assert empty is None
        assert whole is not None
        np.testing.assert_allclose(whole, hand)
        assert flat is not None
        np.testing.assert_allclose(flat, hand * (1, 1, 0))
        text = tmp_path / "e.pbtxt"
        text.write_text(HAND_TEXT)
        assert not read_expected(text).in_pixels

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "is no JSON"),
            ("[" * 100_000, "is no JSON"),
            ("{}", "expected a list"),
            ("[]", "expected a list"),
            ("[[], [[1, 2]]]", "frame 1 must be 21 points"),
            ("[[[1, 2], [3]]]", "frame 0 must be 21 points"),
            ('["hello"]', "frame 0 must be 21 points"),
            (json.dumps([[[0.5, 0.5]] * 21]), "frame 0 is no hand in pixels"),
            ("[[" + ", ".join(["[NaN, 1]"] * 21) + "]]", "frame 0 is no hand in pixels"),
        ],
    )
    def test_faults(self, tmp_path: Path, text: str, problem: str):
        path = tmp_path / "e.json"
        path.write_text(text)
        with pytest.raises(SourceError, match=problem) as caught:
            read_expected(path)
        assert len(str(caught.value).splitlines()) == 1


class TestCommand:
    """The command itself; on traces, so that it needs no networks."""

    @pytest.fixture(autouse=True)
    def config(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        path = tmp_path / "config.yaml"
        path.write_text(
            'version: 1\ngestures:\n  west: {when: ["x < 0.4"]}\n  east: {when: ["x > 0.6"]}\n'
        )
        monkeypatch.setenv("GESTURED_CONFIG", str(path))
        monkeypatch.setenv("GESTURED_MODELS", str(tmp_path))
        return path

    @pytest.fixture
    def run(self, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
        def run(*arguments: str | Path) -> tuple[int, str, str]:
            try:
                code = main(["evaluate", *map(str, arguments)])
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else -1
            return (code, *capsys.readouterr())

        return run

    @pytest.fixture
    def table(self, tmp_path: Path) -> Path:
        for name, x in (("a", 0.1), ("b", 0.9), ("c", 0.15)):
            write_trace(tmp_path / name, frame_of(x))
        path = tmp_path / "set.csv"
        path.write_text("file,gesture\na,west\nb,west\nc,W\nnone.jpg,east\nb,eastt\n")
        return path

    def test_in_words(self, run, table: Path):
        code, out, err = run(table, "--labels", "W=west")
        assert (code, err) == (0, "")
        assert "west     3      3      2     100.0%   66.7%\n" in out
        assert "accuracy 2 of 3 (66.7%) with a hand" in out
        assert "left out: 1 labelled 'eastt', which is no gesture of the configuration" in out
        assert "did you mean 'east'?" in out
        assert "can't be read: 1\n" in out
        assert out.splitlines()[-1].startswith("b: west, taken for east (")

    def test_as_json(self, run, table: Path):
        code, out, err = run(table, "--json", "--labels", "W=west,eastt=", "--labels", "x=none")
        assert code == 0
        assert err == f"gestured: --labels x: {table} has nothing that is labelled so\n"
        *examples, last = map(json.loads, out.splitlines())
        assert [each["file"] for each in examples] == ["a", "b", "c", "none.jpg", "b"]
        assert [each.get("gesture") for each in examples[:3]] == ["west", "east", "west"]
        assert examples[2]["written"] == "W"
        summary = last["summary"]
        assert (summary["examples"], summary["right"]) == (3, 2)
        assert summary["left_out"] == {"eastt": 1}
        assert summary["unreadable"] == ["none.jpg"]

    def test_a_picture_is_looked_at(self, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(LitertTracker, "__init__", lambda self, *_: None)
        monkeypatch.setattr(LitertTracker, "rests", False)
        for name in ("reset", "close"):
            monkeypatch.setattr(LitertTracker, name, lambda self: None)
        monkeypatch.setattr(LitertTracker, "track", lambda self, *frame: (hand_at(0.1),))
        (tmp_path / "set" / "west").mkdir(parents=True)
        picture = np.full((HEIGHT, WIDTH), 90, np.uint8)
        assert cv2.imwrite(str(tmp_path / "set" / "west" / "a.png"), picture)
        code, out, err = run(tmp_path / "set", "--json")
        assert (code, err) == (0, "")
        assert json.loads(out.splitlines()[0])["right"]

    def test_the_matrix_is_saved(self, run, table: Path, tmp_path: Path):
        path = tmp_path / "m.png"
        assert run(table, "--matrix", path)[0] == 0
        assert cv2.imread(str(path)) is not None

    def test_nothing_to_evaluate(self, run, tmp_path: Path):
        path = tmp_path / "set.csv"
        path.write_text("file,gesture\nnone.jpg,west\nb,eastt\n")
        code, out, err = run(path)
        assert code == 1
        assert "none.jpg: can't be read" in out
        assert err == f"gestured: {path}: nothing in it could be evaluated\n"
        write_trace(tmp_path / "b", frame_of())
        path.write_text("file,gesture\nb,west\n")
        code, out, err = run(path)
        assert (code, err) == (1, f"gestured: {path}: no hand was found in it\n")
        assert "accuracy 0 of 0 with a hand" in out
        path.write_text("file,gesture\nnone.jpg,west\n")
        code, out, _ = run(path, "--json")
        assert (code, json.loads(out.splitlines()[-1])["summary"]["examples"]) == (1, 0)

    def test_landmarks(self, run, tmp_path: Path):
        trace = write_trace(tmp_path / "t", frame_of(0.5), frame_of(t_s=0.1), frame_of(0.5, t_s=1))
        expected = tmp_path / "e.json"
        points = hand_px(330, 400, 100).tolist()
        expected.write_text(json.dumps([points] * 3))
        code, out, err = run("--landmarks", expected, trace)
        assert (code, err) == (0, "")
        assert "the expected hand found in 2 of 3 (66.7%) frames\n" in out
        assert "mean 0.1000, median 0.1000, p95 0.1000" in out
        code, out, _ = run("--json", "--landmarks", expected, trace)
        *frames, last = map(json.loads, out.splitlines())
        assert [frame["found"] for frame in frames] == [True, False, True]
        assert last["summary"]["mean_palms"] == pytest.approx(0.1, abs=1e-4)

    def test_landmarks_of_another_hand(self, run, tmp_path: Path):
        trace = write_trace(tmp_path / "t", frame_of(0.9))
        expected = tmp_path / "e.json"
        expected.write_text(json.dumps([hand_px(60, 400, 100).tolist()]))
        code, out, err = run("--landmarks", expected, trace)
        assert (code, out) == (1, "")
        assert err == f"gestured: {trace}: the expected hand was found in none of 1 frames\n"

    @pytest.mark.parametrize(
        "words",
        [
            (),
            ("--labels", "A", "x.csv"),
            ("--labels", "=west", "x.csv"),
            ("--labels", "", "x.csv"),
            ("--labels", "A=wset", "x.csv"),
            ("--matrix", "none/m.png", "x.csv"),
            ("--matrix", "m.xyz", "x.csv"),
            ("--landmarks", "e.json", "--mirror", "x.mp4"),
            ("--landmarks", "e.json", "--labels", "A=west", "x.mp4"),
        ],
    )
    def test_bad_usage_is_2(self, run, words: tuple[str, ...]):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert err.splitlines()[-1].startswith("gestured")

    def test_a_bad_config_is_78(self, run, config: Path, table: Path):
        config.write_text("version: 1\ncamera: {sauce: auto}\n")
        assert run(table)[0] == 78

    def test_missing_files_are_told_in_one_line(self, run, tmp_path: Path, table: Path):
        missing = tmp_path / "nothing"
        expected = tmp_path / "e.json"
        expected.write_text(json.dumps([hand_px(60, 400, 100).tolist()]))
        for words in (
            (missing,),
            ("--landmarks", missing, table),
            ("--landmarks", expected, missing),
        ):
            code, out, err = run(*words)
            assert (code, out) == (1, "")
            assert err == f"gestured: {missing}: can't be read: No such file or directory\n"

    def test_a_camera_is_never_opened_for_a_file(
        self, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ):
        """A file called as a camera, or as the demo, is a file."""
        caplog.set_level(logging.ERROR)
        monkeypatch.chdir(tmp_path)
        expected = tmp_path / "e.json"
        expected.write_text(json.dumps([hand_px(60, 400, 100).tolist()]))
        for name in ("demo", "auto", "0"):
            (tmp_path / name).write_text("hello")
            code, out, err = run("--landmarks", expected, name)
            assert (code, out) == (1, "")
            assert "is no video that OpenCV can read" in err


class TestSeveralSets:
    """Landmarks of one hand, moved to where `west` and `east` are."""

    def write(self, folder: Path, name: str, *rows: tuple[str, float], **more: Any) -> Path:
        image = np.array([hand_at(x).image for _, x in rows])
        arrays = {
            "image": image,
            "label": np.array([label for label, _ in rows]),
            "size": np.tile((WIDTH, HEIGHT), (len(rows), 1)),
        }
        path = folder / name
        np.savez(path, **(arrays | more))
        return path

    @pytest.fixture
    def config(self, tmp_path: Path) -> str:
        path = tmp_path / "config.yaml"
        path.write_text(
            'version: 1\ngestures:\n  west: {when: ["x < 0.4"]}\n  east: {when: ["x > 0.6"]}\n'
        )
        return str(path)

    def test_a_size_does_as_well_as_an_aspect(self, tmp_path: Path):
        path = self.write(tmp_path, "a.npz", ("west", 0.2), picture=np.array(["me.jpg"]))
        ((name, label, frame),) = read_arrays(path)
        assert (name, label) == ("a.npz: me.jpg", "west")
        assert frame.aspect == pytest.approx(WIDTH / HEIGHT, abs=0.001)

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"size": np.ones((2, 2))}, "size must be numbers of shape (1, 2)"),
            ({"size": np.zeros((1, 2))}, "size must be widths and heights in pixels, above 0"),
            ({"size": np.array([[1000.0, 1.0]])}, "size must be the pictures' width over height"),
            ({"picture": np.array(["a", "b"])}, "picture must be 1 names, as many as"),
        ],
    )
    def test_what_is_wrong_with_one(self, tmp_path: Path, more: dict[str, Any], said: str):
        path = self.write(tmp_path, "a.npz", ("west", 0.2), **more)
        with pytest.raises(SourceError, match=re.escape(said)):
            list(read_arrays(path))

    def test_each_is_told_on_its_own_the_worst_first(
        self, tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]
    ):
        good = self.write(tmp_path, "good.npz", ("west", 0.2), ("east", 0.8))
        bad = self.write(tmp_path, "bad.npz", ("west", 0.2), ("west", 0.8), ("rest", 0.2))
        command = ["evaluate", "--config", config, "--labels", "rest=none", str(good), str(bad)]
        assert main(command) == 0
        table = [line.split() for line in capsys.readouterr().out.splitlines()]
        start = next(number for number, row in enumerate(table) if row[:2] == ["set", "n"])
        assert table[start + 1] == [str(bad), "2", "2", "50.0%", "50.0%", "0.0%", "100.0%"]
        assert table[start + 2] == [str(good), "2", "2", "100.0%", "0.0%", "0.0%", "-"]
        assert main([*command, "--json"]) == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert {line["set"] for line in lines[:-1]} == {str(good), str(bad)}
        sets = lines[-1]["summary"]["sets"]
        assert sets[str(bad)]["classes"]["west"]["right"] == 1
        assert sets[str(good)]["accuracy"] == 1.0

    def test_any_of_several_names_is_right(
        self, tmp_path: Path, config: str, capsys: pytest.CaptureFixture[str]
    ):
        path = self.write(tmp_path, "a.npz", ("west", 0.2), ("west", 0.8), ("west", 0.5))
        command = ["evaluate", "--config", config, "--json", str(path)]
        assert main([*command, "--labels", "west=west|east"]) == 0
        *lines, summary = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["right"] for line in lines] == [True, True, False]
        assert summary["summary"]["classes"]["west"]["right"] == 2
        assert main([*command, "--labels", "west=west|est"]) == 2
        assert "did you mean 'west'" in capsys.readouterr().err

    def test_without_world_landmarks(self, tmp_path: Path):
        frame = frame_of(0.2)
        with_world = replace(frame.hands[0], world=np.ones((21, 3)))
        seen: list[bool] = []

        class Reader(PoseReader):
            def read(self, frame: HandFrame) -> list[Any]:
                seen.append(frame.hands[0].world is None)
                return super().read(frame)

        item = Item("a", "west", replace(frame, hands=(with_world,)))
        labels = Labels(SPECS, {})
        with HandFiles(lambda: pytest.fail("no picture is looked at")) as files:
            for world in (True, False):
                list(judge_items([item], labels, files, Reader(SPECS), mirror=False, world=world))
        assert seen == [False, True]
