"""The Kalman filter of the landmarks: real time steps, outliers, coasting."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from filterpy.common import Q_discrete_white_noise
from filterpy.kalman import KalmanFilter
from hypothesis import given, settings
from hypothesis import strategies as st

from gestures.landmarks import HandObservation, palm_length
from models.smoothing import COAST_S, LandmarkSmoother, Noise
from tests.unit.hand_points import OPEN_HAND, Array

ASPECT = 4 / 3
PALM = 0.1  # of the picture's width
FRAME_S = 1 / 30


def observe(
    x: float = 0.5, y: float = 0.7, *, track: int = 1, palm: float = PALM, world: bool = True
) -> HandObservation:
    image = OPEN_HAND * palm * np.array([1, ASPECT, 1])
    image[:, :2] += x, y
    return HandObservation(track, "right", 0.9, image, OPEN_HAND * 0.09 if world else None)


def velocity_of(hand: HandObservation) -> Array:
    assert hand.velocity is not None
    return hand.velocity


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.01, 0.1), min_size=30, max_size=30),
    st.floats(-8, 8),
    st.floats(-8, 8),
)
def test_irregular_frames_give_the_right_velocity(
    steps_s: list[float], vx: float, vy: float
) -> None:
    """`vx` and `vy` in palm lengths/s."""
    smoother = LandmarkSmoother()
    t_s = 0.0
    for step_s in steps_s:
        t_s += step_s
        x, y = 0.5 + vx * PALM * t_s, 0.5 + vy * PALM * ASPECT * t_s
        (hand,) = smoother.update([observe(x, y)], t_s, ASPECT)
    assert not hand.coasting
    speed = velocity_of(hand)[:, :2] / (PALM, PALM * ASPECT)
    np.testing.assert_allclose(speed, np.tile([vx, vy], (21, 1)), atol=0.25)
    np.testing.assert_allclose(velocity_of(hand)[:, 2], 0, atol=1e-9)
    np.testing.assert_allclose(hand.image, observe(x, y).image, atol=0.01 * PALM)


def test_a_still_hand_trembles_less() -> None:
    random = np.random.default_rng(7)
    smoother = LandmarkSmoother()
    truth = observe()
    raw, smooth = [], []
    for frame in range(200):
        noisy = truth.image + random.normal(0, 0.02 * PALM, (21, 3))
        (hand,) = smoother.update([replace(truth, image=noisy)], frame * FRAME_S, ASPECT)
        raw.append(noisy)
        smooth.append(hand.image)
    raw_jitter, jitter = (np.diff(np.stack(each)[20:], axis=0).std() for each in (raw, smooth))
    assert jitter < 0.55 * raw_jitter
    np.testing.assert_allclose(np.mean(smooth[20:], axis=0), truth.image, atol=0.01 * PALM)


def test_the_gain_is_the_textbooks() -> None:
    noise = Noise(process=12.0, measurement=0.05)
    smoother = LandmarkSmoother(noise)
    random = np.random.default_rng(3)
    times_s = np.cumsum(random.uniform(0.02, 0.06, 40))
    tracks = 0.5 + np.cumsum(random.normal(0, 0.003, 40))

    state, covariance = np.array([tracks[0], 0.0]), np.diag([noise.measurement**2, 100.0])
    measure = np.array([[1.0, 0.0]])
    last_s = times_s[0]
    for t_s, x in zip(times_s, tracks, strict=True):
        (hand,) = smoother.update([observe(x)], float(t_s), ASPECT)
        if t_s > last_s:
            dt_s = t_s - last_s
            step = np.array([[1.0, dt_s], [0.0, 1.0]])
            push = np.array([[dt_s**2 / 2], [dt_s]]) * noise.process
            state, covariance = step @ state, step @ covariance @ step.T + push @ push.T
            innovation = measure @ covariance @ measure.T + noise.measurement**2
            gain = covariance @ measure.T @ np.linalg.inv(innovation)
            state = state + gain[:, 0] * (x - measure @ state)
            covariance = (np.eye(2) - gain @ measure) @ covariance
            last_s = t_s
        assert hand.image[0, 0] == pytest.approx(state[0], rel=1e-9)
        assert velocity_of(hand)[0, 0] == pytest.approx(state[1], rel=1e-7, abs=1e-9)


def test_it_is_filterpys_kalman_filter() -> None:
    """That one takes a column of its state for each coordinate, and many more steps."""
    noise = Noise()
    smoother = LandmarkSmoother(noise)
    random = np.random.default_rng(4)
    kalman = KalmanFilter(dim_x=2, dim_z=1)
    kalman.H = np.array([[1.0, 0.0]])
    kalman.R *= noise.measurement**2
    kalman.P = np.diag([noise.measurement**2, 10.0**2])
    kalman.x = np.vstack([observe().image.ravel(), np.zeros(63)])
    smoother.update([observe()], 0.0, ASPECT)
    t_s = 0.0
    for step_s in random.uniform(0.02, 0.06, 50):
        t_s += step_s
        seen = replace(observe(), image=observe().image + random.normal(0, 0.003, (21, 3)))
        kalman.F[0, 1] = step_s
        kalman.Q = Q_discrete_white_noise(2, step_s, noise.process**2)
        kalman.predict()
        kalman.update(seen.image.reshape(1, -1), H=kalman.H)
        (hand,) = smoother.update([seen], t_s, ASPECT)
        np.testing.assert_allclose(hand.image.ravel(), kalman.x[0], rtol=1e-10)
        np.testing.assert_allclose(velocity_of(hand).ravel(), kalman.x[1], rtol=1e-8, atol=1e-10)


def test_a_clock_that_stands_still_does_no_harm() -> None:
    smoother = LandmarkSmoother()
    for t_s in (0.0, 0.0, 0.0, FRAME_S):
        (hand,) = smoother.update([observe()], t_s, ASPECT)
    np.testing.assert_allclose(hand.image, observe().image)
    np.testing.assert_allclose(velocity_of(hand), 0.0, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.001, 1000))
def test_the_unit_does_not_matter(scale: float) -> None:
    smoothers = LandmarkSmoother(), LandmarkSmoother()
    random = np.random.default_rng(5)
    for frame in range(10):
        hand = observe(0.5 + random.normal(0, 0.002))
        scaled = replace(hand, image=hand.image * scale)
        (plain,) = smoothers[0].update([hand], frame * FRAME_S, ASPECT)
        (other,) = smoothers[1].update([scaled], frame * FRAME_S, ASPECT)
        np.testing.assert_allclose(other.image, plain.image * scale, rtol=1e-9)
        np.testing.assert_allclose(velocity_of(other), velocity_of(plain) * scale, atol=1e-9)


def test_a_single_jump_is_ignored() -> None:
    smoother = LandmarkSmoother()
    for frame in range(10):
        (hand,) = smoother.update([observe()], frame * FRAME_S, ASPECT)
    (hand,) = smoother.update([observe(0.5 + 4 * PALM)], 10 * FRAME_S, ASPECT)
    assert hand.coasting
    np.testing.assert_allclose(hand.image, observe().image, atol=1e-6)
    (hand,) = smoother.update([observe()], 11 * FRAME_S, ASPECT)
    assert not hand.coasting
    np.testing.assert_allclose(hand.image, observe().image, atol=1e-6)
    np.testing.assert_allclose(velocity_of(hand), 0, atol=1e-6)


def test_a_jump_that_lasts_is_believed_without_a_speed() -> None:
    smoother = LandmarkSmoother()
    for frame in range(10):
        smoother.update([observe()], frame * FRAME_S, ASPECT)
    there = observe(0.5 + 4 * PALM)
    told = [smoother.update([there], frame * FRAME_S, ASPECT)[0] for frame in range(10, 13)]
    assert [hand.coasting for hand in told] == [True, True, False]
    np.testing.assert_array_equal(told[-1].image, there.image)
    assert not velocity_of(told[-1]).any()


@pytest.mark.parametrize("aspect", [0.5625, 1.0, 16 / 9])
@pytest.mark.parametrize(("palms", "believed"), [(1.3, True), (1.7, False)])
@pytest.mark.parametrize("along", [(1, 0), (0, 1), (0, -1), (0.6, 0.8)])
def test_the_gate_is_as_wide_in_every_direction(
    aspect: float, palms: float, believed: bool, along: tuple[float, float]
) -> None:
    # 45 palm lengths a second are 1.5 in a frame.
    def at(off_palms: float) -> HandObservation:
        image = OPEN_HAND * PALM * np.array([1, aspect, 1]) + np.array([0.5, 0.5, 0])
        image[:, :2] += np.array(along) * off_palms * PALM * np.array([1, aspect])
        return HandObservation(1, "right", 0.9, image)

    assert palm_length(at(0).image, aspect) == pytest.approx(PALM)
    smoother = LandmarkSmoother()
    smoother.update([at(0)], 0.0, aspect)
    (hand,) = smoother.update([at(palms)], FRAME_S, aspect)
    assert hand.coasting is not believed


def test_a_swipe_is_followed_through_a_loss() -> None:
    smoother = LandmarkSmoother()
    speed = 8 * PALM
    for frame in range(6):
        smoother.update([observe(0.2 + speed * frame * FRAME_S)], frame * FRAME_S, ASPECT)
    for frame in range(6, 9):
        (hand,) = smoother.update([], frame * FRAME_S, ASPECT)
        assert hand.coasting
        truth = observe(0.2 + speed * frame * FRAME_S)
        np.testing.assert_allclose(hand.image, truth.image, atol=0.1 * PALM)
        # It keeps its shape.
        np.testing.assert_allclose(
            hand.image - hand.image[0], truth.image - truth.image[0], atol=0.03 * PALM
        )
    (hand,) = smoother.update([observe(0.2 + speed * 9 * FRAME_S)], 9 * FRAME_S, ASPECT)
    assert not hand.coasting
    assert velocity_of(hand)[0, 0] == pytest.approx(speed, rel=0.1)


def test_coasting_ends() -> None:
    smoother = LandmarkSmoother()
    smoother.update([observe()], 0.0, ASPECT)
    assert smoother.update([], COAST_S - 0.001, ASPECT)
    assert smoother.update([], COAST_S + 0.001, ASPECT) == ()
    assert smoother.update([], COAST_S + 0.002, ASPECT) == ()


def test_after_a_long_loss_the_hand_begins_anew() -> None:
    smoother = LandmarkSmoother()
    for frame in range(6):
        smoother.update([observe(0.2 + 0.03 * frame)], frame * FRAME_S, ASPECT)
    (hand,) = smoother.update([observe(0.8)], 5 * FRAME_S + COAST_S + 0.01, ASPECT)
    np.testing.assert_array_equal(hand.image, observe(0.8).image)
    assert not velocity_of(hand).any()


def test_a_hand_without_world_points() -> None:
    smoother = LandmarkSmoother()
    for frame in range(3):
        (hand,) = smoother.update([observe(world=False)], frame * FRAME_S, ASPECT)
        assert hand.world is None
    (hand,) = smoother.update([observe()], 3 * FRAME_S, ASPECT)  # they may come later
    assert hand.world is not None
    (hand,) = smoother.update([observe(world=False)], 4 * FRAME_S, ASPECT)
    assert hand.world is None


def test_world_points_are_smoothed_too() -> None:
    smoother = LandmarkSmoother()
    random = np.random.default_rng(2)
    truth = OPEN_HAND * 0.09
    errors = []
    for frame in range(60):
        noisy = truth + random.normal(0, 0.002, (21, 3))
        (hand,) = smoother.update([replace(observe(), world=noisy)], frame * FRAME_S, ASPECT)
        assert hand.world is not None
        errors.append([np.abs(noisy - truth).mean(), np.abs(hand.world - truth).mean()])
    raw, smooth = np.mean(errors[10:], axis=0)
    assert smooth < 0.85 * raw


def test_hands_are_told_in_the_order_of_their_tracks_and_apart() -> None:
    smoother = LandmarkSmoother()
    both = [observe(0.7, track=9), observe(0.2, track=3)]
    smoother.update(both, 0.0, ASPECT)
    hands = smoother.update(both[:1], FRAME_S, ASPECT)
    assert [(hand.track, hand.coasting) for hand in hands] == [(3, True), (9, False)]
    assert hands[0].image[0, 0] == pytest.approx(0.2)
    smoother.reset()
    assert smoother.update([], 2 * FRAME_S, ASPECT) == ()


def test_what_was_told_stays_as_it_was() -> None:
    smoother = LandmarkSmoother()
    told = []
    for frame in range(8):
        seen = [observe(0.3 + 0.02 * frame)] if frame < 5 else []
        (hand,) = smoother.update(seen, frame * FRAME_S, ASPECT)
        told.append((hand, hand.image.copy(), velocity_of(hand).copy()))
    for hand, image, velocity in told:
        np.testing.assert_array_equal(hand.image, image)
        np.testing.assert_array_equal(velocity_of(hand), velocity)
