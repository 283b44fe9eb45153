"""Gestures that take both hands: how they are measured, judged, begun and given up."""

from __future__ import annotations

from dataclasses import replace
from math import hypot

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.config.load import builtin_library
from gestures.arming import ArmingRule
from gestures.conditions import parse_condition
from gestures.events import ArmingEvent
from gestures.features import TwoHands, measure_of
from gestures.geometry import HandGeometry
from gestures.landmarks import HandFrame
from gestures.recognizer import Recognizer
from gestures.rules import rule_of
from gestures.shape import CONTACTS
from gestures.sight import PoseReader
from gestures.spec import GestureSpec
from gestures.vocabulary import FEATURE_KINDS, FeatureRef, parse_feature
from tests.unit.hand_paths import frame_of

FPS = 30
SPEC = GestureSpec(
    "frame",
    fingers={"index": ("extended",), "middle": ("folded",)},
    when=(parse_condition("hands_gap(index, index) < 3"),),
    both=True,
)


def two(
    left: str, right: str, apart_px: float = 160.0, turned_deg: float = 0.0, palm_px: float = 60.0
) -> HandFrame:
    """The right hand at the picture's left, as of a person who faces the camera."""
    one = frame_of(right, "right", palm_px=palm_px, centre_px=(320 - apart_px / 2, 260))
    other = frame_of(left, "left", turned_deg, palm_px=palm_px, centre_px=(320 + apart_px / 2, 260))
    return replace(one, hands=(one.hands[0], replace(other.hands[0], track=2)))


def measured(frame: HandFrame) -> TwoHands:
    one, other = (HandGeometry(hand, frame) for hand in frame.hands)
    return TwoHands(one, other)


class TestMeasuring:
    @given(st.floats(60, 400), st.sampled_from([40.0, 75.0]))
    def test_the_gap_is_in_palm_lengths(self, apart_px: float, palm_px: float):
        pair = measured(two("palm", "palm", apart_px, palm_px=palm_px))
        (x, y), (other_x, other_y) = pair.first.place("index"), pair.second.place("middle")
        gap = pair.value(parse_feature("hands_gap(index, middle)"))
        size = (pair.first.size() + pair.second.size()) / 2
        assert gap == pytest.approx(hypot(x - other_x, y - other_y) / size)

    @given(st.floats(0, 150))
    def test_the_angle_is_that_between_the_palms(self, turned_deg: float):
        pair = measured(two("palm", "palm", turned_deg=turned_deg))
        straight = measured(two("palm", "palm"))
        angle = parse_feature("hands_angle(palm, palm)")
        assert pair.value(angle) == pytest.approx(straight.value(angle) + turned_deg, abs=4)

    def test_plain_features_are_of_the_hand_that_is_asked_for(self):
        pair = measured(two("fist", "palm"))
        curl = parse_feature("curl(index)")
        assert pair.value(curl) == pair.first.curl("index") < 50
        assert pair.value(replace(curl, other=True)) == pair.second.curl("index") > 150

    @pytest.mark.parametrize("both", [True, False])
    def test_a_measure_looked_up_once_gives_the_value(self, both: bool):
        pair = measured(two("peace", "fist", turned_deg=20.0))
        for kind in FEATURE_KINDS.values():
            if kind.two_hands > both:
                continue
            arguments = tuple(names[-1 - place] for place, names in enumerate(kind.arguments))
            if kind.name == "touch":
                arguments = CONTACTS[-1]
            for other in {False, both and not kind.two_hands}:
                feature = FeatureRef(kind, arguments, other)
                on = pair if both else pair.first
                weighed = kind.scored(on.value(feature))
                assert measure_of(feature, both=both)(on) == pytest.approx(weighed), feature


class TestRule:
    def test_what_is_said_of_one_hand_is_asked_of_each(self):
        assert [str(clause) for clause in rule_of(SPEC)] == [
            "extended(index) > 0.5", "other hand's extended(index) > 0.5",
            "folded(index) < 0.5", "other hand's folded(index) < 0.5",
            "extended(middle) < 0.5", "other hand's extended(middle) < 0.5",
            "folded(middle) > 0.5", "other hand's folded(middle) > 0.5",
            "hands_gap(index, index) < 3",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("left", "right", "shown"),
        [("one", "one", "frame"), ("one", "palm", None), ("palm", "one", None)],
    )
    def test_both_must_show_it(self, left: str, right: str, shown: str | None):
        reader = PoseReader([SPEC])
        (pair,) = reader.read_pairs(reader.read(two(left, right)))
        best = pair.verdict.best
        assert (None if best is None else reader.pair_rules.names[best]) == shown

    @pytest.mark.parametrize("turned", [False, True])
    def test_it_holds_with_either_hand_as_the_first(self, turned: bool):
        """The index finger of one hand at the other's wrist."""
        first = GestureSpec(
            "a", when=(parse_condition("hands_gap(index, wrist) < 1.2"),), both=True
        )
        frame = two("one", "one", 30.0)
        lower = replace(frame.hands[1], image=frame.hands[1].image - (0, 0.28, 0))
        hands = (frame.hands[0], lower)
        frame = replace(frame, hands=hands[::-1] if turned else hands)
        reader = PoseReader([first])
        (pair,) = reader.read_pairs(reader.read(frame))
        assert pair.verdict.best == 0


class Watcher:
    def __init__(self, arming: ArmingRule | None = None) -> None:
        poses = [spec for spec in builtin_library() if spec.motion is None]
        self.recognizer = Recognizer((*poses, SPEC), arming)
        self.t_s = 0.0
        self.words: list[str] = []
        self.acting: list[str] = []

    def show(self, frame: HandFrame, seconds: float) -> Watcher:
        for _ in range(round(seconds * FPS)):
            for event in self.recognizer.update(replace(frame, t_s=self.t_s)):
                if isinstance(event, ArmingEvent):
                    self.words.append(event.event)
                    continue
                self.words.append(f"{event.event} {event.gesture} {event.hand} {event.track}")
                if event.acts:
                    self.acting.append(event.gesture)
            self.t_s += 1 / FPS
        return self


def without(frame: HandFrame, track: int) -> HandFrame:
    return replace(frame, hands=tuple(hand for hand in frame.hands if hand.track != track))


class TestLife:
    def test_it_comes_instead_of_what_each_hand_shows(self):
        watcher = Watcher().show(two("one", "one"), 0.5)
        assert watcher.words == ["begin frame both 1"]

    def test_each_hand_is_itself_again_when_it_ends(self):
        watcher = Watcher().show(two("one", "one"), 0.5).show(two("one", "one", 420.0), 0.5)
        assert watcher.words == ["begin frame both 1", "end frame both 1",
                                 "begin one right 1", "begin one left 2"]  # fmt: skip

    @pytest.mark.parametrize("lost", [1, 2])
    def test_the_loss_of_a_hand_cancels_it(self, lost: int):
        frame = two("one", "one")
        watcher = Watcher().show(frame, 0.5).show(without(frame, lost), 0.05)
        assert watcher.words == ["begin frame both 1", "cancel frame both 1"]

    @pytest.mark.parametrize(("lost_s", "again"), [(0.4, 0), (1.5, 1)])
    def test_it_is_the_same_one_when_the_hand_is_soon_back(self, lost_s: float, again: int):
        frame = two("one", "one")
        watcher = Watcher().show(frame, 0.5).show(without(frame, 2), lost_s)
        back = replace(frame, hands=(frame.hands[0], replace(frame.hands[1], track=7)))
        watcher.show(back, 1.0)
        assert watcher.words.count("begin frame both 1") == 1 + again

    def test_reset_cancels_it(self):
        watcher = Watcher().show(two("one", "one"), 0.5)
        (event,) = watcher.recognizer.reset(watcher.t_s, "paused")
        assert (event.event, event.to_json()["hand"]) == ("cancel", "both")

    def test_it_acts_when_one_of_the_hands_has_armed(self):
        watcher = Watcher(ArmingRule("palm", hold_ms=200))
        watcher.show(two("fist", "palm"), 0.6).show(two("one", "one"), 0.5)
        assert "armed" in watcher.words
        assert watcher.acting == ["palm", "frame"]


def test_only_the_hand_that_armed_acts():
    watcher = Watcher(ArmingRule("palm", hold_ms=200)).show(two("fist", "palm"), 0.6)
    watcher.show(two("peace", "rock"), 0.5)
    assert "begin peace left 2" in watcher.words
    assert watcher.acting == ["palm", "rock"]


def test_no_other_pair_is_looked_at_where_no_gesture_takes_two():
    reader = PoseReader([spec for spec in builtin_library() if not spec.both])
    assert reader.read_pairs(reader.read(two("one", "one"))) == []
    assert np.isfinite(reader.read(two("one", "one"))[0].verdict.scores).all()
