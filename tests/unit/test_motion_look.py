"""The cheap look at the picture: what is news in it, and what is only light or noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.motion import MotionLook
from models.region import Region

Picture = NDArray[np.uint8]
SIZE = (240, 320)
#: A sensor is read as for 30 pictures a second, whatever part of them the camera gives.
_READOUT_S = 1 / 30


def scene(seed: int = 0) -> NDArray[np.float64]:
    """A room: soft shapes from nearly black to bright, floats of shape `(240, 320, 3)`."""
    random = np.random.default_rng(seed)
    picture = np.full((*SIZE, 3), 90.0)
    for _ in range(25):
        x, y = random.integers(0, 300), random.integers(0, 220)
        width, height = random.integers(10, 125, 2)
        picture[y : y + height, x : x + width] = random.uniform(10, 180, 3)
    return picture


def shot(light: Any, seed: int = 0, noise: float = 2.0, gain: Any = 1.0) -> Picture:
    """What a camera makes of it, with noise of so many levels."""
    random = np.random.default_rng(seed)
    exposed = light * gain
    return np.clip(exposed + random.normal(0, noise, exposed.shape), 0, 255).astype(np.uint8)


def with_hand(light: Any, x: int = 150, y: int = 110, size: int = 20) -> Any:
    changed = light.copy()
    changed[y : y + size, x : x + size] = (205, 160, 140)
    return changed


def cut_off(light: Any, columns: int, level: float) -> Any:
    """A part is as dark or as bright as no camera can show."""
    cut = light.copy()
    cut[:, :columns] = level
    return cut


def watching(picture: Picture) -> MotionLook:
    look = MotionLook()
    assert look.look(picture)
    look.searched()
    return look


def test_the_first_picture_is_news_until_it_is_searched() -> None:
    look = MotionLook()
    picture = shot(scene())
    assert look.look(picture)
    assert look.look(picture)
    look.searched()
    assert not look.look(picture)
    look.reset()
    assert look.look(picture)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), noise=st.floats(0, 15))
def test_noise_is_no_news(seed: int, noise: float) -> None:
    light = scene(seed % 7)
    look = watching(shot(light, seed, noise))
    assert not any(look.look(shot(light, seed + other, noise)) for other in range(1, 4))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), noise=st.floats(0, 8), x=st.integers(0, 299))
def test_a_hand_is_news(seed: int, noise: float, x: int) -> None:
    light = np.minimum(scene(seed % 7), 130)
    look = watching(shot(light, seed, noise))
    assert look.look(shot(with_hand(light, x), seed + 1, noise))


@settings(max_examples=25, deadline=None)
@given(gain=st.floats(0.5, 1.35), seed=st.integers(0, 1000))
def test_automatic_exposure_is_no_news(gain: float, seed: int) -> None:
    light = scene(seed % 7)
    look = watching(shot(light, seed))
    assert not look.look(shot(light, seed + 1, gain=gain))


@settings(max_examples=30, deadline=None)
@given(gain=st.floats(0.6, 1.3), seed=st.integers(0, 1000))
def test_a_hand_is_news_in_another_light_too(gain: float, seed: int) -> None:
    light = np.minimum(scene(seed % 7), 130)
    look = watching(shot(light, seed))
    assert look.look(shot(with_hand(light), seed + 1, gain=gain))


@settings(max_examples=30, deadline=None)
@given(
    mains_hz=st.sampled_from([50.0, 60.0]),
    fps=st.floats(10, 60),
    depth=st.floats(0, 0.25),
    phase=st.floats(0, 1),
)
def test_flicker_of_lamps_is_no_news(
    mains_hz: float, fps: float, depth: float, phase: float
) -> None:
    """A rolling shutter reads rows one after another while the light goes up and down."""
    light = scene(3)
    rows_s = np.arange(SIZE[0]) / SIZE[0] * min(1 / fps, _READOUT_S)

    def gain(number: int) -> Any:
        wave = np.sin(2 * np.pi * (2 * mains_hz * (rows_s + number / fps) + phase))
        return (1 + depth * wave)[:, None, None]

    look = watching(shot(light, 0, gain=gain(0)))
    assert not any(look.look(shot(light, n, gain=gain(n))) for n in range(1, 4))


CUT_OFF = pytest.mark.parametrize("level", [-20.0, 0.0, 255.0, 300.0])


@CUT_OFF
@pytest.mark.parametrize("columns", [100, 180, 250, 320])
def test_light_and_noise_are_no_news_beside_what_is_black_or_white(
    level: float, columns: int
) -> None:
    light = cut_off(scene(3), columns, level)
    for noise in (0, 2, 5, 8):
        look = watching(shot(light, 0, noise))
        assert not any(look.look(shot(light, n, noise)) for n in range(1, 10)), noise
    if columns == 320:
        return  # of a picture that is all white nothing tells that it was the light
    for gain in (0.6, 0.85, 1.2):
        assert not watching(shot(light, 0)).look(shot(light, 1, gain=gain)), gain


@CUT_OFF
@pytest.mark.parametrize("columns", [100, 180, 250])
@pytest.mark.parametrize("x", [20, 160, 290])
def test_a_hand_is_news_beside_and_before_what_is_black_or_white(
    level: float, columns: int, x: int
) -> None:
    light = cut_off(np.minimum(scene(3), 130), columns, level)
    for gain in (0.8, 1.0, 1.2):
        look = watching(shot(light, 0))
        assert look.look(shot(with_hand(light, x), 1, gain=gain)), gain


def test_most_hands_three_metres_away_are_news() -> None:
    light = np.full((*SIZE, 3), 100.0)
    places = [(x, y) for x in range(3, 300, 29) for y in range(2, 220, 23)]
    seen = 0
    for number, (x, y) in enumerate(places):
        with_one = light.copy()
        with_one[y : y + 17, x : x + 9] += 30
        seen += watching(shot(light, number)).look(shot(with_one, number + 1))
    assert seen >= 0.9 * len(places)


def test_a_light_switched_on_is_searched_once() -> None:
    """Uneven light may be news, but it does not stay news."""
    light = scene(1)
    lamp = 1 + 0.8 * np.exp(-(((np.arange(320) - 50) / 100) ** 2))[None, :, None]
    look = watching(shot(light, 0))
    if look.look(shot(light, 1, gain=lamp)):
        look.searched()
    assert not any(look.look(shot(light, 2 + n, gain=lamp)) for n in range(5))


def test_slow_motion_adds_up() -> None:
    light = np.minimum(scene(2), 120)
    look = watching(shot(with_hand(light, 150), 0))
    seen = [look.look(shot(with_hand(light, 150 + n // 6), n)) for n in range(60)]
    assert not seen[0]
    assert seen[-1]


def test_what_a_followed_hand_does_is_no_news_but_another_is() -> None:
    light = np.minimum(scene(4), 120)
    look = watching(shot(with_hand(light, 150), 0))
    for n in range(1, 10):
        region = Region(160 + 5 * n, 120, 50, 0.3)
        assert not look.look(shot(with_hand(light, 150 + 5 * n), n), [region])
    both = with_hand(with_hand(light, 200), 30, 30)
    assert look.look(shot(both, 20), [Region(210, 120, 50, 0.3)])


@pytest.mark.parametrize("rotation", [0.0, 1.6, -1.6, 3.1])
def test_the_arm_of_a_followed_hand_is_no_news_but_a_hand_above_it_is(rotation: float) -> None:
    light = np.minimum(scene(4), 120)
    down = np.array([-np.sin(rotation), np.cos(rotation)])
    region = Region(160, 120, 40, rotation)
    x, y = (np.array([150, 110]) + 60 * down).astype(int)
    assert not watching(shot(light, 0)).look(shot(with_hand(light, x, y), 1), [region])
    x, y = (np.array([150, 110]) - 60 * down).astype(int)
    assert watching(shot(light, 0)).look(shot(with_hand(light, x, y), 1), [region])


def test_a_single_broken_pixel_is_no_news() -> None:
    light = scene(5)
    look = watching(shot(light, 0))
    light[100:103, 150:153] = 255
    assert not look.look(shot(light, 1))


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5), (2160, 3840), (640, 360)])
def test_pictures_of_any_size(size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 70, np.uint8)
    look = watching(picture)
    assert not look.look(picture, [Region(size[1] * 2, -50, 30, 0)])
    assert watching(picture).look(np.zeros_like(picture))


@pytest.mark.parametrize("now", [np.roll(scene(), 40, axis=1), scene(7), with_hand(scene(7))])
def test_a_camera_that_is_turned_shows_news(now: Any) -> None:
    assert watching(shot(scene())).look(shot(now, seed=1))


def test_where_a_hand_was_when_the_search_began_is_no_news() -> None:
    there, gone = Region(160, 120, 60, 0.0), Region(220, 120, 60, 0.0)
    look = MotionLook()
    look.look(shot(with_hand(scene(), x=150)), [there])
    look.searched()
    assert not look.look(shot(with_hand(scene(), x=210), seed=1), [gone])
