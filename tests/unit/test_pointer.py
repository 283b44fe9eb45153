from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.pointer import CENTRE, Region, to_desktop

anywhere = st.floats(-2.0, 3.0)


@pytest.mark.parametrize(
    ("point", "desktop"),
    [
        ((0.5, 0.5), (0.5, 0.5)),
        ((0.2, 0.2), (0.0, 0.0)),
        ((0.8, 0.8), (1.0, 1.0)),
        ((0.35, 0.65), (0.25, 0.75)),
        ((-0.1, 1.3), (0.0, 1.0)),
    ],
)
def test_the_picture_s_centre_is_the_desktop(
    point: tuple[float, float], desktop: tuple[float, float]
) -> None:
    assert to_desktop(point, CENTRE) == pytest.approx(desktop)


@settings(deadline=None)
@given(anywhere, anywhere)
def test_never_leaves_the_desktop(x: float, y: float) -> None:
    desktop = to_desktop((x, y), CENTRE)
    assert all(0.0 <= value <= 1.0 for value in desktop)


@settings(deadline=None)
@given(anywhere, anywhere)
def test_keeps_order(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert to_desktop((low, low), CENTRE) <= to_desktop((high, high), CENTRE)


@pytest.mark.parametrize("bounds", [(0.5, 0.2, 0.5, 0.8), (-0.1, 0, 1, 1), (0, 0, 1, 1.1)])
def test_refuses_an_impossible_region(bounds: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="0 <= left < right <= 1"):
        Region(*bounds)
