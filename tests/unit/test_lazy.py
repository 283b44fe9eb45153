"""What is computed when it is first asked for, and kept."""

from __future__ import annotations

from gestures.lazy import lazy


class Circle:
    def __init__(self, radius: float) -> None:
        self.radius = radius
        self.computed = 0

    @lazy
    def area(self) -> float:
        """About three radii squared."""
        self.computed += 1
        return 3 * self.radius**2


def test_it_is_computed_when_asked_for_and_only_then():
    circle = Circle(2)
    assert circle.computed == 0
    assert circle.area == circle.area == 12
    assert circle.computed == 1


def test_each_has_its_own():
    assert (Circle(1).area, Circle(2).area) == (3, 12)


def test_the_class_shows_the_attribute_itself():
    assert Circle.area.__doc__ == "About three radii squared."
