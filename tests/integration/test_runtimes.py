"""Both runtimes on real pictures: the same hands, and those that MediaPipe's authors expect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from daemon.picture_files import VideoFile, read_picture
from gestures.landmarks import MIDDLE_MCP, WRIST, HandFrame, HandObservation, Points
from models.store import ModelStore
from models.tracker import ModelSize, Picture, Runtime, TrackerOptions, open_tracker

RUNTIMES: tuple[Runtime, ...] = ("litert", "mediapipe")
#: Most that landmarks may differ on average, in palm lengths.
TOLERANCE = 0.01


def clip(path: Path, most: int | None = None) -> Iterator[tuple[Picture, float]]:
    with closing(VideoFile(path)) as video:
        for frame in islice(video.frames(lambda: False), most):
            yield frame.picture, frame.t_s


def px(hand: HandObservation, rgb: Picture) -> Points:
    """x and y in pixels, array of shape `(21, 2)`."""
    height, width = rgb.shape[:2]
    return hand.image[:, :2] * (width, height)


def difference(points: Points, expected: Points) -> float:
    """Mean distance of the landmarks, in palm lengths of the expected."""
    palm = np.linalg.norm(expected[MIDDLE_MCP, :2] - expected[WRIST, :2])
    return float(np.linalg.norm(points[:, :2] - expected[:, :2], axis=1).mean() / palm)


@pytest.fixture(scope="module", params=RUNTIMES)
def asl(
    request: pytest.FixtureRequest, data: Path, store: ModelStore, tracker_options: TrackerOptions
) -> list[tuple[HandObservation, ...]]:
    """Hands of every frame of the clip whose landmarks are known, by one runtime."""
    with closing(open_tracker(request.param, tracker_options, store)) as tracker:
        frames = clip(data / "clips" / "asl_hand.mp4")
        return [tracker.track(rgb, t_s) for rgb, t_s in frames]


@pytest.fixture(scope="module")
def asl_expected(data: Path) -> Points:
    """MediaPipe's own, array of shape `(frames, 21, 2)`, of the picture's width and height."""
    expected = json.loads((data / "landmarks" / "asl_hand_expected_px.json").read_text())
    return np.array(expected, dtype=np.float64)[..., :2]


def test_landmarks_are_those_that_mediapipe_expects(
    asl: list[tuple[HandObservation, ...]], asl_expected: Points
) -> None:
    size = (620, 1080)
    errors = [
        difference(hands[0].image[:, :2] * size, expected)
        for hands, expected in zip(asl, asl_expected, strict=True)
        if hands
    ]
    print(f"{len(errors)} of {len(asl)} frames, mean {np.mean(errors):.5f}, max {max(errors):.4f}")
    assert len(errors) == len(asl_expected)
    assert np.mean(errors) <= TOLERANCE
    assert max(errors) <= 5 * TOLERANCE
    assert {hand.track for hands in asl for hand in hands} == {1}
    assert len({hand.hand for hands in asl for hand in hands}) == 1


@pytest.mark.parametrize(("model", "max_hands"), [("full", 1), ("full", 2), ("lite", 1)], ids=str)
def test_both_runtimes_see_the_same_in_a_clip(
    data: Path, store: ModelStore, model: ModelSize, max_hands: int
) -> None:
    options = TrackerOptions(model=model, max_hands=max_hands, threads=1)
    with (
        closing(open_tracker("litert", options, store)) as ours,
        closing(open_tracker("mediapipe", options, store)) as theirs,
    ):
        both = [
            (rgb, ours.track(rgb, t_s), theirs.track(rgb, t_s))
            for rgb, t_s in clip(data / "clips" / "asl_hand.mp4", 100)
        ]
    assert all(len(left) == len(right) == 1 for _, left, right in both)
    errors = [difference(px(left[0], rgb), px(right[0], rgb)) for rgb, left, right in both]
    print(f"{model}, {max_hands}: mean {np.mean(errors):.5f}, max {max(errors):.4f}")
    assert np.mean(errors) <= TOLERANCE
    assert all(left[0].hand == right[0].hand for _, left, right in both)
    assert all(left[0].track == right[0].track == 1 for _, left, right in both)
    worlds = [(left[0].world, right[0].world) for _, left, right in both]
    metres = [np.abs(a - b).mean() for a, b in worlds if a is not None and b is not None]
    assert len(metres) == len(both)
    assert np.mean(metres) <= 0.001


def test_both_runtimes_see_the_same_in_photographs(
    data: Path, store: ModelStore, tracker_options: TrackerOptions
) -> None:
    options = replace(tracker_options, max_hands=2)
    files = sorted((data / "photos").glob("*/*.jpg"))
    assert len(files) >= 120
    errors, sides, counts = [], [], []
    with (
        closing(open_tracker("litert", options, store)) as ours,
        closing(open_tracker("mediapipe", options, store)) as theirs,
    ):
        for file in files:
            rgb = read_picture(file)
            found, wanted = ours.detect(rgb), theirs.detect(rgb)
            counts.append(len(found) == len(wanted))
            for hand in wanted:
                # The same hand is the one whose wrist is nearest, well within a palm length.
                near = min(
                    found, key=lambda each: difference(px(each, rgb), px(hand, rgb)), default=None
                )
                if near is not None and difference(px(near, rgb), px(hand, rgb)) < 0.5:
                    errors.append(difference(px(near, rgb), px(hand, rgb)))
                    sides.append(near.hand == hand.hand)
    print(
        f"{len(files)} photographs, {len(errors)} hands in both, mean {np.mean(errors):.5f},"
        f" max {max(errors):.4f}, same count in {np.mean(counts):.1%}, side {np.mean(sides):.1%}"
    )
    assert len(errors) >= 0.9 * len(files)
    assert np.mean(errors) <= TOLERANCE
    assert np.mean(counts) >= 0.95
    assert all(sides)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_order_of_the_channels_changes_nothing(
    data: Path, store: ModelStore, tracker_options: TrackerOptions, runtime: Runtime
) -> None:
    ((rgb, t_s),) = clip(data / "clips" / "asl_hand.mp4", 1)
    bgr = np.ascontiguousarray(rgb[..., ::-1])
    with (
        closing(open_tracker(runtime, tracker_options, store)) as first,
        closing(open_tracker(runtime, replace(tracker_options, bgr=True), store)) as second,
    ):
        ours, theirs = first.track(rgb, t_s), second.track(bgr, t_s)
    np.testing.assert_array_equal(ours[0].image, theirs[0].image)


def test_beside_tracked_frames_the_detector_finds_the_same(
    data: Path, store: ModelStore, tracker_options: TrackerOptions
) -> None:
    """Two networks at the same time, on threads of their own, leave each other alone."""
    options = replace(tracker_options, max_hands=2)
    with (
        closing(open_tracker("litert", options, store)) as offline,
        closing(open_tracker("litert", replace(options, live=True), store)) as live,
    ):
        both = [
            (rgb, offline.track(rgb, t_s), live.track(rgb, t_s))
            for rgb, t_s in clip(data / "clips" / "asl_hand.mp4", 40)
        ]
    assert all(len(left) == len(right) == 1 for _, left, right in both)
    errors = [difference(px(left[0], rgb), px(right[0], rgb)) for rgb, left, right in both]
    assert np.mean(errors) <= TOLERANCE


def test_offline_the_same_pictures_give_the_same_hands(
    data: Path, store: ModelStore, tracker_options: TrackerOptions
) -> None:
    options = replace(tracker_options, max_hands=2)
    with closing(open_tracker("litert", options, store)) as tracker:
        told = []
        for _ in range(2):
            tracker.reset()
            frames = clip(data / "clips" / "df_swipe_left_right.mp4", 40)
            told.append([tracker.track(rgb, t_s) for rgb, t_s in frames])
    for first, second in zip(*told, strict=True):
        assert [hand.track for hand in first] == [hand.track for hand in second]
        for one, other in zip(first, second, strict=True):
            np.testing.assert_array_equal(one.image, other.image)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_side_is_the_persons_own(
    data: Path, store: ModelStore, tracker_options: TrackerOptions, runtime: Runtime
) -> None:
    """A mirrored picture shows the other hand; mirrored landmarks keep the person's own."""
    rgb, _ = next(clip(data / "clips" / "asl_hand.mp4", 1))
    with closing(open_tracker(runtime, tracker_options, store)) as tracker:
        (hand,) = tracker.detect(rgb)
        (other,) = tracker.detect(np.ascontiguousarray(rgb[:, ::-1]))
    assert {hand.hand, other.hand} == {"left", "right"}
    height, width = rgb.shape[:2]
    frame = HandFrame(0.0, width, height, (hand,))
    (mirrored,) = frame.mirror().hands
    assert mirrored.hand == hand.hand
    assert difference(px(mirrored, rgb), px(other, rgb)) < 0.1
    (back,) = frame.mirror().mirror().hands
    np.testing.assert_allclose(back.image, hand.image)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_reset_and_odd_pictures(
    data: Path, store: ModelStore, tracker_options: TrackerOptions, runtime: Runtime
) -> None:
    with closing(open_tracker(runtime, tracker_options, store)) as tracker:
        for size in ((1, 1), (1, 300), (300, 1), (7, 5)):
            assert tracker.detect(np.zeros((*size, 3), np.uint8)) == ()
        frames = list(clip(data / "clips" / "asl_hand.mp4", 3))
        for _ in range(2):
            told = [tracker.track(rgb, t_s) for rgb, t_s in frames]
            assert [[hand.track for hand in hands] for hands in told] == [[1]] * 3
            tracker.reset()
