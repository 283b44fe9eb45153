"""What is measured of a hand: known angles come out, and only what should changes the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.synthetic.poses import FIST, PALM, POSES
from daemon.synthetic.skeleton import Pose, skeleton
from gestures.features import feature_values
from gestures.geometry import HandGeometry
from gestures.landmarks import FINGERS, HandFrame, HandObservation
from gestures.vocabulary import DIRECTIONS, FEATURE_KINDS, FLEXION_JOINTS, FeatureRef, parse_feature
from tests.unit.hand_paths import HEIGHT, WIDTH, frame_of, geometry, with_world

#: From the hand's frame, y up and z towards the camera, to the picture's.
TO_PICTURE = np.array([1.0, -1.0, -1.0])

_FOLLOWED = ("curl", "flexion", "spread", "gap")
_SHAPE = [
    FeatureRef(kind, arguments)
    for kind in FEATURE_KINDS.values()
    if kind.name in _FOLLOWED
    for arguments in (
        [(joint,) for joint in FLEXION_JOINTS]
        if kind.name == "flexion"
        else [(finger,) for finger in FINGERS]
        if kind.name == "curl"
        else list(zip(FINGERS, (*FINGERS[1:], "thumb"), strict=True))
    )
]
_LOOKS = [
    parse_feature(f"angle({part}, {direction})")
    for part in ("palm", *FINGERS)
    for direction in DIRECTIONS
] + [parse_feature(f"facing({each})") for each in DIRECTIONS]

pose_names = st.sampled_from(sorted(POSES))
sides = st.sampled_from(["left", "right"])


def built(pose: Pose, hand="right", *, turn: np.ndarray | None = None) -> HandGeometry:
    """Geometry of a hand as it was built: no perspective, the palm to the camera, fingers up."""
    joints = skeleton(pose) * TO_PICTURE
    if hand == "left":
        joints = joints * (-1.0, 1.0, 1.0)
    if turn is not None:
        joints = joints @ turn.T
    frame = frame_of("palm", hand)
    return geometry(with_world(frame, 0.08 * joints))


def rotation(axis: int, angle_deg: float) -> np.ndarray:
    """Rotation of shape `(3, 3)` about one of the picture's axes."""
    cos, sin = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    turn = np.eye(3)
    first, second = [each for each in range(3) if each != axis]
    turn[first, first] = turn[second, second] = cos
    turn[first, second], turn[second, first] = -sin, sin
    return turn


def value(hand: HandGeometry, feature: str) -> float:
    return hand.value(parse_feature(feature))


class TestKnownAngles:
    @given(st.floats(0, 90), st.floats(0, 110), st.floats(0, 80), st.sampled_from(FINGERS[1:]))
    def test_flexion_and_curl(self, mcp: float, pip: float, dip: float, finger: str):
        hand = built(replace(PALM, **{finger: (mcp, pip, dip)}))
        assert value(hand, f"flexion({finger}_pip)") == pytest.approx(pip, abs=1e-4)
        assert value(hand, f"flexion({finger}_dip)") == pytest.approx(dip, abs=1e-4)
        bends = sum(value(hand, f"flexion({finger}_{joint})") for joint in ("mcp", "pip", "dip"))
        assert value(hand, f"curl({finger})") == pytest.approx(bends)

    def test_a_straight_finger_and_a_folded_one(self):
        assert value(built(PALM), "curl(middle)") == pytest.approx(4 + 8 + 5, abs=0.1)
        assert value(built(FIST), "curl(middle)") == pytest.approx(72 + 98 + 62, abs=0.1)

    @given(st.floats(-15, 15), st.floats(-15, 15))
    def test_spread(self, index_deg: float, middle_deg: float):
        straight = (0.0, 0.0, 0.0)
        pose = Pose(
            straight, straight, straight, straight, PALM.thumb, (index_deg, middle_deg, 0.0, 0.0)
        )
        found = value(built(pose), "spread(index, middle)")
        assert found == pytest.approx(abs(index_deg - middle_deg), abs=1e-3)

    def test_gap_is_in_palm_lengths(self):
        joints = skeleton(PALM)
        hand = built(PALM)
        tips = np.linalg.norm(joints[4] - joints[8])
        assert value(hand, "gap(thumb, index)") == pytest.approx(tips)
        assert value(hand, "gap(thumb_tip, index_tip)") == pytest.approx(tips)
        assert value(hand, "gap(wrist, middle_mcp)") == pytest.approx(1.0)

    @given(st.floats(-180, 180))
    def test_angle_of_the_palm(self, turned_deg: float):
        hand = built(PALM, turn=rotation(2, turned_deg))
        for direction, at_deg in (("up", 0), ("right", 90), ("down", 180), ("left", -90)):
            expected = abs((turned_deg - at_deg + 180) % 360 - 180)
            found = value(hand, f"angle(palm, {direction})")
            assert found == pytest.approx(expected, abs=1e-3)

    @pytest.mark.parametrize("side", ["left", "right"])
    def test_thumb_points_away_from_the_little_finger(self, side):
        towards = "right" if side == "right" else "left"
        assert value(built(PALM, side), f"angle(thumb, {towards})") < 60

    def test_thumb_turned_out_and_in(self):
        assert value(built(PALM), "curl(thumb)") < 75
        assert value(built(POSES["four"]), "curl(thumb)") > 120


class TestFacing:
    @pytest.mark.parametrize("mirrored", [False, True])
    @pytest.mark.parametrize("side", ["left", "right"])
    def test_palm_and_back_of_the_hand(self, side, mirrored: bool):
        frame = frame_of("palm", side)
        back = np.array(frame.hands[0].image)
        middle = back[9].copy()
        # Half a turn about the hand's long axis.
        back[:, [0, 2]] = 2 * middle[[0, 2]] - back[:, [0, 2]]
        turned = replace(frame, hands=(replace(frame.hands[0], image=back),))
        if mirrored:
            frame, turned = frame.mirror(), turned.mirror()
        assert value(geometry(frame), "facing(camera)") < 20
        assert value(geometry(turned), "facing(camera)") > 160

    @pytest.mark.parametrize("side", ["left", "right"])
    @pytest.mark.parametrize(
        ("axis", "turned_deg", "direction"),
        # Fingers towards the camera: the palm looks down.
        [(0, 90, "down"), (0, -90, "up"), (1, 90, "right"), (1, -90, "left")],
    )
    def test_turned_to_a_side(self, axis: int, turned_deg: float, direction: str, side):
        opposite = {"up": "down", "down": "up", "left": "right", "right": "left"}[direction]
        hand = built(PALM, side, turn=rotation(axis, turned_deg))
        # The knuckles' arch tilts the palm by up to 5 degrees.
        assert value(hand, f"facing({direction})") == pytest.approx(0, abs=6)
        assert value(hand, f"facing({opposite})") == pytest.approx(180, abs=6)
        assert value(hand, "facing(camera)") == pytest.approx(90, abs=6)


class TestPlaceSizeSpeed:
    def test_place_is_the_palms(self):
        hand = geometry(frame_of("palm", centre_px=(160.0, 120.0), palm_px=48.0))
        assert value(hand, "x") == pytest.approx(0.25, abs=0.02)
        assert value(hand, "y") == pytest.approx(0.25, abs=0.05)
        assert value(hand, "size") == pytest.approx(0.1, abs=0.002)

    @pytest.mark.parametrize("per_s_px", [(100.0, 0.0), (0.0, 100.0), (-60.0, 80.0)])
    def test_speed_is_in_palm_lengths(self, per_s_px: tuple[float, float]):
        frame = frame_of("palm", palm_px=50.0)
        velocity = np.tile([per_s_px[0] / WIDTH, per_s_px[1] / HEIGHT, 0.0], (21, 1))
        moving = replace(frame, hands=(replace(frame.hands[0], velocity=velocity),))
        assert value(geometry(moving), "speed") == pytest.approx(2.0, abs=0.05)

    def test_no_velocity_is_no_speed(self):
        frame = frame_of("palm")
        unsmoothed = replace(frame, hands=(replace(frame.hands[0], velocity=None),))
        assert value(geometry(unsmoothed), "speed") == 0.0


class TestWhatDoesNotMatter:
    @settings(max_examples=40, deadline=None)
    @given(pose_names, sides, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.floats(0.2, 4))
    def test_place_and_distance(self, pose: str, side, x: float, y: float, scale: float):
        frame = frame_of(pose, side)
        moved = frame.hands[0].image * scale + (x, y, 0.0)
        other = replace(frame, hands=(replace(frame.hands[0], image=moved),))
        np.testing.assert_allclose(
            feature_values(geometry(other), _SHAPE + _LOOKS),
            feature_values(geometry(frame), _SHAPE + _LOOKS),
            atol=1e-4,
        )

    @settings(max_examples=40, deadline=None)
    @given(pose_names, sides, st.integers(200, 4000), st.integers(200, 4000))
    def test_shape_of_the_picture(self, pose: str, side, width: int, height: int):
        frame = frame_of(pose, side)
        pixels = frame.hands[0].image * (WIDTH, HEIGHT, WIDTH)
        hand = replace(frame.hands[0], image=pixels / (width, height, width))
        other = HandFrame(0.0, width, height, (hand,))
        np.testing.assert_allclose(
            feature_values(geometry(other), _SHAPE + _LOOKS),
            feature_values(geometry(frame), _SHAPE + _LOOKS),
            atol=1e-4,
        )

    @settings(max_examples=40, deadline=None)
    @given(pose_names, sides, st.floats(-180, 180))
    def test_turning_in_the_picture_keeps_the_shape(self, pose: str, side, turned_deg: float):
        features = [*_SHAPE, parse_feature("facing(camera)")]
        np.testing.assert_allclose(
            feature_values(geometry(frame_of(pose, side, turned_deg)), features),
            feature_values(geometry(frame_of(pose, side)), features),
            atol=1e-4,
        )

    @settings(max_examples=40, deadline=None)
    @given(pose_names, sides, st.floats(-180, 180))
    def test_a_mirror_swaps_left_and_right_alone(self, pose: str, side, turned_deg: float):
        frame = frame_of(pose, side, turned_deg)
        swap = {"left": "right", "right": "left"}
        for feature in _SHAPE + _LOOKS:
            swapped = tuple(swap.get(name, name) for name in feature.arguments)
            found = geometry(frame.mirror()).value(FeatureRef(feature.kind, swapped))
            assert found == pytest.approx(geometry(frame).value(feature), abs=1e-4), feature

    @settings(max_examples=40, deadline=None)
    @given(pose_names, sides)
    def test_world_landmarks_or_the_pictures(self, pose: str, side):
        frame = frame_of(pose, side)
        metres = frame.hands[0].image * (1.0, HEIGHT / WIDTH, 1.0) * 0.7 + (0.1, 0.2, 0.3)
        np.testing.assert_allclose(
            feature_values(geometry(with_world(frame, metres)), _SHAPE + _LOOKS),
            feature_values(geometry(frame), _SHAPE + _LOOKS),
            atol=1e-4,
        )

    def test_world_landmarks_come_first(self):
        fist = frame_of("fist")
        metres = skeleton(PALM) * TO_PICTURE * 0.08
        assert value(geometry(with_world(fist, metres)), "curl(index)") < 30


def test_values_stay_numbers_whatever_the_landmarks():
    for image in (np.zeros((21, 3)), np.ones((21, 3)), np.arange(63.0).reshape(21, 3)):
        frame = HandFrame(0.0, WIDTH, HEIGHT, (HandObservation(1, "right", 1.0, image),))
        assert np.isfinite(feature_values(geometry(frame), _SHAPE + _LOOKS)).all()


class TestPalmSide:
    """Fingers fold to the palm's side, whatever hand the runtime takes it for."""

    @pytest.mark.parametrize("pose", ["fist", "one", "peace", "three", "like", "rock", "call"])
    @pytest.mark.parametrize("side", ["left", "right"])
    def test_of_a_hand_with_folded_fingers(self, pose: str, side):
        frame = frame_of(pose, side)
        other = "left" if side == "right" else "right"
        mistaken = replace(frame, hands=(replace(frame.hands[0], hand=other),))
        assert geometry(mistaken).facing("camera") == geometry(frame).facing("camera") < 60
        assert geometry(mistaken.mirror()).facing("camera") < 60

    @pytest.mark.parametrize("side", ["left", "right"])
    def test_of_an_open_hand_its_side_tells(self, side):
        frame = frame_of("palm", side)
        other = "left" if side == "right" else "right"
        mistaken = replace(frame, hands=(replace(frame.hands[0], hand=other),))
        assert geometry(frame).facing("camera") < 30
        assert geometry(mistaken).facing("camera") > 150


class TestThumbRollVelocity:
    def test_opposition_grows_as_the_thumb_goes_across(self):
        found = [geometry(frame_of(pose)).opposition() for pose in ("palm", "ok", "one", "four")]
        assert found == sorted(found)
        assert found[0] < 0 < found[-1] < 1.5

    @given(st.floats(-170, 170), sides)
    def test_roll_follows_the_hand(self, rotation_deg: float, side):
        upright = geometry(frame_of("palm", side)).roll()
        turned = geometry(frame_of("palm", side, rotation_deg)).roll()
        # The synthetic hand turns counter-clockwise, roll counts clockwise.
        difference = (turned - upright + rotation_deg + 180) % 360 - 180
        assert abs(difference) < 1

    def test_roll_is_positive_to_the_right(self):
        assert geometry(frame_of("palm", "right", -90)).roll() == pytest.approx(90, abs=15)

    def test_velocity_has_a_sign(self):
        frame = frame_of("palm", palm_px=48.0)
        velocity = np.tile([2.0 * 48.0 / WIDTH, -1.0 * 48.0 / HEIGHT, 0.0], (21, 1))
        hand = geometry(replace(frame, hands=(replace(frame.hands[0], velocity=velocity),)))
        found = [hand.velocity(each) for each in ("right", "left", "up", "down")]
        assert found == pytest.approx([2.0, -2.0, 1.0, -1.0], rel=0.05)
        assert hand.finger_speed == pytest.approx(0.0, abs=1e-9)

    def test_the_fastest_fingertip_counts_against_the_palm(self):
        frame = frame_of("palm", palm_px=48.0)
        velocity = np.zeros((21, 3))
        velocity[[8, 12], 0] = [1.0 * 48.0 / WIDTH, -3.0 * 48.0 / WIDTH]
        hand = geometry(replace(frame, hands=(replace(frame.hands[0], velocity=velocity),)))
        assert hand.finger_speed == pytest.approx(3.0, rel=0.05)
