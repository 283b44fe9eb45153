"""The synthetic hand: its bones, its scenes, its demo, and that its frames can be relied on."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.synthetic import demo
from daemon.synthetic.background import draw_background
from daemon.synthetic.detail import Detail
from daemon.synthetic.flesh import palm_and_forearm
from daemon.synthetic.hagrid_poses import HAGRID_POSES
from daemon.synthetic.hand import HandState, image_joints
from daemon.synthetic.pairs import PAIRS, placed
from daemon.synthetic.poses import FIST, LIKE, ONE, PALM, PINCH, PINCH_OPEN, POSES
from daemon.synthetic.render import SKINS, draw_hand
from daemon.synthetic.scene import PEAK_TO_MEAN_SPEED, Act, Scene
from daemon.synthetic.skeleton import (
    FINGER_BONES,
    THUMB_BONES,
    Pose,
    finger_axes,
    lerp,
    skeleton,
)
from daemon.synthetic.source import SyntheticSource
from tests.unit.hand_paths import frame_of, geometry

FPS = 30.0
WRIST, THUMB_TIP, INDEX_TIP, MIDDLE_KNUCKLE, PINKY_KNUCKLE = 0, 4, 8, 9, 17
MIDDLE_TIP, RING_TIP = 12, 16
BACKS = sorted(name for name in HAGRID_POSES if name.endswith("_inverted"))

poses = st.sampled_from(sorted(POSES)).map(POSES.__getitem__)
parts = st.floats(0, 1)
AT_REST = HandState(PALM, (320.0, 240.0), 75.0)


def bone_lengths(joints: np.ndarray) -> np.ndarray:
    """Array of shape `(5, 3)`: thumb to pinky, base to tip."""
    chains = joints[1:].reshape(5, 4, 3)
    return np.linalg.norm(np.diff(chains, axis=1), axis=2)


class TestSkeleton:
    @given(poses, poses, parts)
    def test_bones_keep_their_length_through_every_morph(self, a: Pose, b: Pose, part: float):
        joints = skeleton(lerp(a, b, part))
        np.testing.assert_allclose(bone_lengths(joints), [THUMB_BONES, *FINGER_BONES], atol=1e-9)

    @given(poses)
    def test_palm_is_the_unit(self, pose: Pose):
        joints = skeleton(pose)
        assert joints.shape == (21, 3)
        assert np.linalg.norm(joints[MIDDLE_KNUCKLE] - joints[WRIST]) == pytest.approx(1.0)

    @given(poses, st.integers(0, 3))
    def test_axes_of_fingers_are_rotations(self, pose: Pose, finger: int):
        for axes in finger_axes(pose, finger):
            np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
            assert np.linalg.det(axes) == pytest.approx(1.0)

    def test_fingers_curl_towards_the_camera(self):
        straight, curled = skeleton(PALM), skeleton(FIST)
        for tip in (8, 12, 16, 20):
            reach = np.linalg.norm(straight[tip]) - np.linalg.norm(curled[tip])
            assert reach > 0.6
            assert curled[tip - 2][2] > 0.2

    def test_pinch_touches_and_its_opening_does_not(self):
        def gap(pose: Pose) -> float:
            joints = skeleton(pose)
            return float(np.linalg.norm(joints[THUMB_TIP] - joints[INDEX_TIP]))

        assert gap(PINCH) < 0.25 < 0.5 < gap(PINCH_OPEN)

    @pytest.mark.parametrize("name", ["stop", "stop_inverted", "two_up", "two_up_inverted"])
    def test_fingers_together_touch(self, name: str):
        joints = skeleton(POSES[name])
        assert np.linalg.norm(joints[INDEX_TIP] - joints[MIDDLE_TIP]) < 0.25

    def test_fingertips_of_a_grip_meet_the_thumb(self):
        joints = skeleton(POSES["grip"])
        for tip in (INDEX_TIP, MIDDLE_TIP):
            assert np.linalg.norm(joints[tip] - joints[THUMB_TIP]) < 0.2
            assert joints[tip, 2] > 0.4  # far from the palm

    def test_a_bent_wrist_brings_the_forearm_to_the_palms_side(self):
        elbow = palm_and_forearm(replace(PALM, wrist_flexion_deg=30), skeleton(PALM))[0].start
        assert elbow[2] > 1


class TestLerp:
    @given(poses, poses)
    def test_ends_are_exact(self, a: Pose, b: Pose):
        assert lerp(a, b, 0.0) == a
        assert lerp(a, b, 1.0) == b

    @given(poses, poses)
    def test_middle_does_not_depend_on_the_order(self, a: Pose, b: Pose):
        assert lerp(a, b, 0.5) == lerp(b, a, 0.5)

    def test_every_angle_takes_part(self):
        shifted = replace(
            LIKE, abduction_deg=(1, 2, 3, 4), yaw_deg=9, pitch_deg=8, wrist_deg=7, thumb=ONE.thumb,
            wrist_flexion_deg=6,
        )  # fmt: skip
        middle = lerp(PALM, shifted, 0.5)
        for field in fields(Pose):
            low, high = getattr(PALM, field.name), getattr(shifted, field.name)
            expected = (np.array(low) + np.array(high)) / 2
            np.testing.assert_allclose(getattr(middle, field.name), expected)


class TestImageJoints:
    def test_right_hand_has_its_thumb_at_the_right_of_the_picture(self):
        joints = image_joints(AT_REST)
        assert joints[THUMB_TIP, 0] > joints[PINKY_KNUCKLE, 0]
        assert joints[INDEX_TIP, 1] < joints[WRIST, 1]

    @given(poses, st.floats(-180, 180))
    def test_left_hand_is_the_mirror_image(self, pose: Pose, rotation_deg: float):
        right = image_joints(HandState(pose, (320, 240), 80, "right", rotation_deg))
        left = image_joints(HandState(pose, (320, 240), 80, "left", -rotation_deg))
        np.testing.assert_allclose(left, right * (-1, 1, 1) + (640, 0, 0), atol=1e-9)

    @pytest.mark.parametrize("name", BACKS)
    @pytest.mark.parametrize("hand", ["left", "right"])
    def test_inverted_poses_show_the_back_of_the_hand(self, name: str, hand):
        assert geometry(frame_of(name, hand)).facing("camera") > 155
        joints = image_joints(HandState(POSES[name], (320, 240), 80, hand))
        towards_thumb = joints[5, 0] - joints[PINKY_KNUCKLE, 0]
        assert (towards_thumb < 0) == (hand == "right")

    def test_a_point_is_foreshortened(self):
        state = HandState(POSES["point"], (320, 240), 100.0)
        knuckle, tip = image_joints(state)[[5, INDEX_TIP]]
        assert np.linalg.norm((tip - knuckle)[:2]) < 0.5 * np.linalg.norm(tip - knuckle)
        assert tip[2] < knuckle[2]

    def test_rotation_is_counter_clockwise(self):
        turned = image_joints(replace(AT_REST, rotation_deg=90))
        assert turned[MIDDLE_KNUCKLE, 0] < turned[WRIST, 0]

    def test_depth_is_mediapipes(self):
        joints = image_joints(replace(AT_REST, pose=FIST))
        assert joints[WRIST, 2] == 0
        assert joints[6, 2] < -10  # the bent index finger is nearer to the camera

    @given(st.floats(20, 300))
    def test_palm_is_as_long_as_it_is_said_to_be(self, palm_px: float):
        joints = image_joints(replace(AT_REST, palm_px=palm_px))
        length_px = np.linalg.norm(joints[MIDDLE_KNUCKLE, :2] - joints[WRIST, :2])
        assert length_px == pytest.approx(palm_px)


@st.composite
def acts(draw: st.DrawFn) -> Act:
    act = Act(AT_REST)
    for _ in range(draw(st.integers(1, 5))):
        duration_s = draw(st.floats(0.3, 1.5))
        match draw(st.integers(0, 6)):
            case 0:
                act = act.hold(duration_s)
            case 1:
                act = act.become(draw(poses), duration_s)
            case 2:
                act = act.swipe(draw(st.sampled_from(["left", "right", "up", "down"])))
            case 3:
                act = act.move_to(draw(st.floats(100, 540)), draw(st.floats(100, 380)), duration_s)
            case 4:
                act = act.circle(0.5, draw(st.sampled_from([-1, 1])), duration_s)
            case 5:
                act = act.pinch()
            case _:
                act = act.turn(draw(st.floats(-60, 60)), duration_s)
    return act


class TestScene:
    @settings(max_examples=30, deadline=None)
    @given(acts())
    def test_no_joint_jumps(self, act: Act):
        # The fastest here crosses 520 px, or turns a fingertip by half a circle, in 0.3 s.
        times_s = np.arange(0, act.duration_s + 0.05, 1 / 120)
        joints = np.array([image_joints(act.at(t_s)) for t_s in times_s])
        assert np.linalg.norm(np.diff(joints[:, :, :2], axis=0), axis=2).max() < 35

    @settings(max_examples=30, deadline=None)
    @given(acts())
    def test_moves_join_without_a_seam(self, act: Act):
        joint_s = 0.0
        for move in act.moves:
            joint_s += move.duration_s
            before = image_joints(act.at(joint_s - 1e-6))
            after = image_joints(act.at(joint_s + 1e-6))
            np.testing.assert_allclose(before, after, atol=0.01)

    def test_before_and_after(self):
        act = Act(AT_REST).swipe("left").become(FIST)
        assert act.at(-1) == act.at(0) == AT_REST
        assert act.at(act.duration_s) == act.at(99) == act.end
        assert act.end == replace(AT_REST, pose=FIST, centre_px=(320 - 2.4 * 75, 240))

    @pytest.mark.parametrize(
        ("direction", "towards"),
        [("left", (-1, 0)), ("right", (1, 0)), ("up", (0, -1)), ("down", (0, 1))],
    )
    def test_swipe_goes_the_pictures_way_within_the_speed_limit(self, direction, towards):
        act = Act(AT_REST).swipe(direction)
        path = np.array([act.at(t_s).centre_px for t_s in np.arange(0, 0.5, 1 / FPS)])
        steps_palms = np.diff(path, axis=0) / AT_REST.palm_px
        assert np.linalg.norm(steps_palms, axis=1).max() <= 0.4
        np.testing.assert_allclose(steps_palms.sum(axis=0), np.array(towards) * 2.4, atol=1e-9)

    def test_peak_speed_is_what_it_is_said_to_be(self):
        act = Act(AT_REST).move_to(420, 240, 1.0)
        x_px = np.array([act.at(t_s).centre_px[0] for t_s in np.linspace(0, 1, 2001)])
        assert np.diff(x_px).max() * 2000 == pytest.approx(100 * PEAK_TO_MEAN_SPEED, rel=1e-3)

    def test_circle_is_clockwise_in_the_picture(self):
        act = Act(AT_REST).circle(1.0, 1, 1.0)
        assert act.at(0.5).centre_px == pytest.approx((320, 240 + 2 * 75))
        assert act.at(0.4).centre_px[0] > 320 > act.at(0.6).centre_px[0]
        assert act.end == AT_REST

    def test_two_hands(self):
        left = replace(AT_REST, hand="left", centre_px=(480.0, 240.0))
        scene = Scene((Act(AT_REST).hold(1), Act(left).hold(2)))
        assert scene.duration_s == 2
        assert [state.hand for state in scene.at(1.5)] == ["right", "left"]

    def test_empty_scene_has_no_hands(self):
        assert Scene(()).at(0) == []
        assert len(list(SyntheticSource(Scene(()), width=64, height=48))) == 1

    @pytest.mark.parametrize("name", sorted(POSES))
    @pytest.mark.parametrize("hand", ["left", "right"])
    def test_a_hand_that_has_left_is_out_of_sight(self, name: str, hand):
        act = Act(HandState(POSES[name], (320, 240), 75, hand)).leave(480)
        source = SyntheticSource(Scene((act,)))
        assert source.truth(act.duration_s) == []
        image = draw_background("plain", 640, 480)
        draw_hand(image, act.end)
        np.testing.assert_array_equal(image, draw_background("plain", 640, 480))

    @pytest.mark.parametrize("duration_s", [0, -1])
    def test_a_move_takes_time(self, duration_s: float):
        with pytest.raises(ValueError, match="takes time"):
            Act(AT_REST).hold(duration_s)

    def test_a_circle_is_whole(self):
        with pytest.raises(ValueError, match=r"whole number, not 0\.5"):
            Act(AT_REST).circle(clockwise_turns=0.5)


class TestDemo:
    def test_lasts_a_presenters_minute(self):
        assert 45 <= demo.presenter().duration_s <= 60

    def test_calls_for_the_expected_keys(self):
        assert tuple(self.keys_asked_for(demo.presenter())) == demo.EXPECTED_KEYS

    def test_slides_are_the_same_keys_in_less_than_half_a_minute(self):
        assert tuple(self.keys_asked_for(demo.slides())) == demo.EXPECTED_KEYS
        assert demo.slides().duration_s < 25

    def test_drawing_asks_for_no_key_and_pinches_round_a_circle(self):
        scene = demo.draw()
        assert self.keys_asked_for(scene) == []
        states = [scene.at(t_s)[0] for t_s in np.arange(0, scene.duration_s, 1 / FPS)]
        path = [state.centre_px for state in states if state.pose == PINCH]
        across_px, down_px = np.ptp(np.array(path), axis=0)
        assert across_px == pytest.approx(down_px, rel=0.01)
        assert path[0] == path[-1]

    @pytest.mark.parametrize("act", [demo.presenter, demo.slides])
    def test_only_swipes_are_quick_sideways(self, act):
        scene = act()
        speeds = np.abs(self.sideways_palms_per_s(scene))
        assert speeds.max() <= 0.4 * FPS
        for begin, end in self.swipes(scene):
            assert 0.25 <= (end - begin) / FPS <= 0.45

    def test_palm_is_held_to_arm_and_fist_long_enough(self):
        assert demo.ARM_S >= 1.0
        assert demo.FIST_S > 0.7 + 0.3

    def test_ends_out_of_sight_for_longer_than_it_stays_armed(self):
        source = SyntheticSource(demo.presenter())
        seen_s = [index / FPS for index in range(len(source)) if source.truth(index / FPS)]
        assert source.scene.duration_s - seen_s[-1] > 12
        assert source.truth(0) == []

    @pytest.mark.parametrize("size", [(640, 480), (1280, 720), (320, 240)])
    @pytest.mark.parametrize("act", demo.ACTS.values())
    def test_hand_stays_between_the_sides_of_any_picture(self, act, size: tuple[int, int]):
        source = SyntheticSource(act(*size), width=size[0], height=size[1])
        for t_s in np.arange(0, source.scene.duration_s, 0.2):
            for hand in source.truth(t_s):
                assert hand.image_px[:, 0].min() > 0
                assert hand.image_px[:, 0].max() < size[0]
                assert hand.image_px[:, 1].min() > 0

    def sideways_palms_per_s(self, scene: Scene) -> np.ndarray:
        frames = np.arange(round(scene.duration_s * FPS))
        states = [scene.at(frame / FPS)[0] for frame in frames]
        seen = np.array([state.centre_px[1] < 480 for state in states])
        x_palms = np.array([state.centre_px[0] / state.palm_px for state in states])
        return np.diff(x_palms) * FPS * seen[1:]

    def swipes(self, scene: Scene) -> list[tuple[int, int]]:
        """First and last frame of every stretch that is too quick for anything but a swipe."""
        quick = np.abs(self.sideways_palms_per_s(scene)) > 1.25
        edges = np.flatnonzero(np.diff(np.concatenate(([0], quick.astype(int), [0]))))
        return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]

    def keys_asked_for(self, scene: Scene) -> list[str]:
        speeds = self.sideways_palms_per_s(scene)
        keys = {begin: "Right" if speeds[begin] < 0 else "Left" for begin, _ in self.swipes(scene)}
        fist = [scene.at(frame / FPS)[0].pose == FIST for frame in range(len(speeds))]
        held = np.flatnonzero(np.diff(np.concatenate(([0], np.array(fist, int), [0]))))
        for begin, end in held.reshape(-1, 2):
            if (end - begin) / FPS > 0.7:
                keys[int(begin)] = "b"
        return [keys[frame] for frame in sorted(keys)]


class TestSource:
    def test_frames_are_the_same_in_any_order(self):
        scene = Scene((Act(AT_REST).swipe("left"),))
        forwards = [rgb for rgb, _, _ in SyntheticSource(scene)]
        source = SyntheticSource(scene)
        for index in (len(source) - 1, 3, 0, 3):
            np.testing.assert_array_equal(source.frame(index)[0], forwards[index])

    def test_frame_is_a_picture_with_its_time_and_truth(self):
        rgb, t_s, truth = SyntheticSource(Scene((Act(AT_REST).hold(1),))).frame(6)
        assert (rgb.shape, rgb.dtype) == ((480, 640, 3), np.uint8)
        assert t_s == pytest.approx(0.2)
        assert [hand.hand for hand in truth] == ["right"]
        np.testing.assert_array_equal(truth[0].image_px, image_joints(AT_REST))

    def test_as_many_frames_as_the_scene_lasts(self):
        source = SyntheticSource(Scene((Act(AT_REST).hold(0.5),)), width=64, height=48, fps=10)
        assert [t_s for _, t_s, _ in source] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
        with pytest.raises(IndexError):
            source.frame(5)
        with pytest.raises(IndexError):
            source.frame(-1)

    def test_seed_and_kind_choose_the_background(self):
        plain, other = draw_background("plain", 64, 48, 1), draw_background("cluttered", 64, 48, 1)
        assert not np.array_equal(plain, other)
        assert not np.array_equal(other, draw_background("cluttered", 64, 48, 2))
        np.testing.assert_array_equal(other, draw_background("cluttered", 64, 48, 1))

    def test_exposure_blurs_what_moves_and_only_that(self):
        scene = Scene((Act(AT_REST).hold(0.5).swipe("right"),))
        sharp, blurred = SyntheticSource(scene), SyntheticSource(scene, exposure=0.8)
        np.testing.assert_array_equal(sharp.frame(3)[0], blurred.frame(3)[0])
        moving = round(0.7 * FPS)

        def contrast(source: SyntheticSource) -> float:
            return float((np.diff(source.frame(moving)[0].astype(int), axis=1) ** 2).sum())

        assert contrast(blurred) < 0.9 * contrast(sharp)

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [({"fps": 0}, "fps"), ({"skin": "green"}, "tan"), ({"exposure": 2}, "exposure")],
    )
    def test_wrong_settings_are_told(self, wrong, message: str):
        with pytest.raises(ValueError, match=message):
            SyntheticSource(Scene(()), **wrong)


class TestPairs:
    def joints_palms(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Of the right hand and of the left one, two arrays of shape `(21, 3)`."""
        right, left = placed(name, (320, 240), 90)
        assert (right.hand, left.hand) == ("right", "left")
        return image_joints(right) / 90, image_joints(left) / 90

    def gap(self, name: str, right_joint: int, left_joint: int) -> float:
        """Between the two joints in the picture."""
        right, left = self.joints_palms(name)
        return float(np.linalg.norm(right[right_joint, :2] - left[left_joint, :2]))

    def test_are_hagrids(self):
        hagrid = "hand_heart hand_heart2 holy take_picture thumb_index2 timeout xsign"
        assert sorted(PAIRS) == hagrid.split()

    @pytest.mark.parametrize("name", PAIRS)
    def test_is_where_and_as_large_as_it_is_said_to_be(self, name: str):
        near, far = placed(name, (100, 50), 20), placed(name, (300, 80), 40)
        for small, large in zip(near, far, strict=True):
            offset = image_joints(small) - (100, 50, 0)
            np.testing.assert_allclose(image_joints(large), (300, 80, 0) + 2 * offset, atol=1e-9)

    @pytest.mark.parametrize("name", ["hand_heart", "hand_heart2"])
    def test_hearts_meet_above_and_below(self, name: str):
        right, left = self.joints_palms(name)
        assert self.gap(name, INDEX_TIP, INDEX_TIP) < 0.4
        assert self.gap(name, THUMB_TIP, THUMB_TIP) < 0.3
        assert right[THUMB_TIP, 1] > right[INDEX_TIP, 1] + 0.3
        assert right[WRIST, 0] < right[INDEX_TIP, 0] < left[INDEX_TIP, 0] < left[WRIST, 0]

    def test_palms_are_pressed_together(self):
        right, left = self.joints_palms("holy")
        assert np.linalg.norm(right - left, axis=1).max() < 0.6
        assert right[MIDDLE_TIP, 1] < right[WRIST, 1] - 1.5

    def test_frame_of_a_picture_is_closed(self):
        assert self.gap("take_picture", INDEX_TIP, THUMB_TIP) < 0.25
        assert self.gap("take_picture", THUMB_TIP, INDEX_TIP) < 0.25

    def test_thumbs_point_at_each_other(self):
        assert self.gap("thumb_index2", THUMB_TIP, THUMB_TIP) < 0.5
        assert self.gap("thumb_index2", INDEX_TIP, INDEX_TIP) > 1.5

    def test_one_hand_lies_on_the_other(self):
        right, left = self.joints_palms("timeout")
        upright = (right[MIDDLE_TIP] - right[WRIST])[:2]
        lying = (left[MIDDLE_TIP] - left[WRIST])[:2]
        cosine = upright @ lying / np.linalg.norm(upright) / np.linalg.norm(lying)
        assert abs(cosine) < 0.2
        assert 0.05 < right[MIDDLE_TIP, 1] - left[MIDDLE_KNUCKLE, 1] < 0.4

    def test_hands_cross_at_the_wrists(self):
        right, left = self.joints_palms("xsign")
        assert self.gap("xsign", WRIST, WRIST) < 0.4
        assert right[MIDDLE_TIP, 0] > left[MIDDLE_TIP, 0] + 2


class TestDrawing:
    @pytest.mark.parametrize("name", sorted(POSES))
    def test_joints_are_on_skin(self, name: str):
        state = HandState(POSES[name], (320, 240), 60)
        wall = draw_background("plain", 640, 480)
        image = wall.copy()
        draw_hand(image, state, "tan")
        changed = np.abs(image.astype(int) - wall).sum(axis=2) > 30
        column, row = image_joints(state)[:, :2].round().astype(int).T
        assert changed[row, column].all()
        assert 0.005 < changed.mean() < 0.2

    def test_nothing_behind_the_palm_shows(self):
        pose = POSES["peace_inverted"]
        column, row = image_joints(replace(AT_REST, pose=pose))[RING_TIP, :2].round().astype(int)
        images = []
        for tip_bent_deg in (40, 70):
            ring = (*pose.ring[:2], tip_bent_deg)
            image = draw_background("plain", 640, 480)
            draw_hand(image, replace(AT_REST, pose=replace(pose, ring=ring)))
            images.append(image[row - 6 : row + 7, column - 6 : column + 7])
        np.testing.assert_array_equal(*images)

    def test_only_the_back_of_a_hand_has_wrinkles(self, monkeypatch: pytest.MonkeyPatch):
        drawn = []
        monkeypatch.setattr(Detail, "_wrinkles", lambda *args: drawn.append(args))
        for yaw_deg in (0, 40, 180):
            drawn.clear()
            image = draw_background("plain", 640, 480)
            draw_hand(image, replace(AT_REST, pose=replace(PALM, yaw_deg=yaw_deg)))
            assert len(drawn) == (4 if yaw_deg == 180 else 0)

    def test_an_arm_far_behind_its_hand_is_lit(self):
        state = replace(AT_REST, pose=replace(PALM, pitch_deg=60))
        image = draw_background("plain", 640, 480)
        draw_hand(image, state, "light")
        column, row = image_joints(state)[WRIST, :2].round().astype(int)
        assert image[row + 40, column].min() > 40

    def test_skins_differ(self):
        means = []
        for skin in SKINS:
            image = draw_background("plain", 640, 480)
            draw_hand(image, AT_REST, skin)
            means.append(image[230:250, 310:330].mean())
        assert means == sorted(means, reverse=True)

    @settings(max_examples=25, deadline=None)
    @given(
        poses,
        st.floats(-200, 840),
        st.floats(-200, 680),
        st.floats(5, 200),
        st.sampled_from(["left", "right"]),
        st.floats(-180, 180),
    )
    def test_draws_anywhere(self, pose, x_px, y_px, palm_px, hand, rotation_deg):
        image = draw_background("plain", 640, 480)
        draw_hand(image, HandState(pose, (x_px, y_px), palm_px, hand, rotation_deg))
