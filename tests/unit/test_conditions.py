"""The language of conditions: what it reads, and where it points when it can't."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gestures.conditions import Condition, ConditionError, parse_condition
from gestures.landmarks import FINGERS
from gestures.shape import CONTACTS
from gestures.vocabulary import FEATURE_KINDS, FeatureRef


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    kind = draw(st.sampled_from(list(FEATURE_KINDS.values())))
    names = st.tuples(*(st.sampled_from(choices) for choices in kind.arguments))
    if kind.name == "touch":
        names = st.sampled_from(CONTACTS)
    arguments = draw(
        names.filter(lambda found: len({_point(name) for name in found}) == len(found))
    )
    # As many digits as a condition is shown with.
    value = float(f"{draw(st.floats(kind.low, kind.high)):g}")
    operator = draw(st.sampled_from(["<", "<=", ">", ">="]))
    return Condition(FeatureRef(kind, arguments), operator, min(max(value, kind.low), kind.high))


def _point(name: str) -> str:
    return f"{name}_tip" if name in FINGERS else name


@given(conditions())
def test_what_is_shown_can_be_read(condition: Condition):
    assert parse_condition(str(condition)) == condition


@given(conditions(), st.sampled_from(["", " ", "  "]))
def test_spaces_do_not_matter(condition: Condition, space: str):
    text = str(condition)
    for mark in ("(", ")", ",", condition.operator):
        text = text.replace(mark, f"{space}{mark}{space}")
    assert parse_condition(text) == condition


@pytest.mark.parametrize(
    "number", ["1_0", "\N{ARABIC-INDIC DIGIT THREE}", "inf", "nan", "0x1", "."]
)
def test_what_only_a_program_takes_for_a_number(number: str):
    with pytest.raises(ConditionError) as caught:
        parse_condition(f"speed > {number}")
    assert str(caught.value) == f"expected a number after '>', found '{number}'"


@pytest.mark.parametrize("number", ["3", "3.", ".3e1", "+30e-1", "3.0E0"])
def test_numbers(number: str):
    assert parse_condition(f"speed > {number}").value == 3


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str):
    with contextlib.suppress(ConditionError):
        parse_condition(text)


@pytest.mark.parametrize(
    ("text", "start", "suggestion"),
    [
        ("gap(thumb, thum) < 1", 11, "thumb"),
        ("gap(index_tip, inde) < 1", 15, "index"),
        ("spread(ring, rin) > 3", 13, "ring"),
        ("angle(palm, lft) < 30", 12, "left"),
        ("gap(palm, index) < 1", 4, None),
        ("curly(index) < 3", 0, "curl"),
        (" gpa(thumb, index) < 1", 1, "gap"),
        ("x = 1", 2, "<"),
        ("x == 1", 2, "<"),
        ("x < left", 4, None),
        ("curl(index) < 3000", 14, None),
        ("x < nan", 4, None),
        ("x < inf", 4, None),
        ("x < 0.2 < 0.4", 4, None),
        ("gap(thumb) < 1", 0, None),
        ("gap(thumb, thumb) < 1", 0, None),
        ("0.5 > gap(thumb, index)", 0, None),
        ("gap(thumb, index)", 0, None),
        ("", 0, None),
    ],
)
def test_an_error_points_at_the_word(text: str, start: int, suggestion: str | None):
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert (caught.value.start, caught.value.suggestion) == (start, suggestion)


def test_names_are_listed_where_they_are_few_or_none_is_near():
    def problem(text: str) -> str:
        with pytest.raises(ConditionError) as caught:
            parse_condition(text)
        return caught.value.problem

    assert (
        problem("curl(indx) < 3")
        == "expected one of thumb, index, middle, ring, pinky, found 'indx'"
    )
    assert problem("gap(thumb, indx) < 3") == "expected a name that can stand here, found 'indx'"
    assert problem("gap(thumb, qqq) < 3").startswith("expected one of thumb, index, middle,")


def test_fingers_touch_in_either_order():
    assert str(parse_condition("touch(index, thumb) > 0.5")) == "touch(thumb, index) > 0.5"
    with pytest.raises(ConditionError, match="thumb and another finger, or between neighbours"):
        parse_condition("touch(index, ring) > 0.5")


def test_a_landmark_is_not_compared_with_itself():
    with pytest.raises(ConditionError, match="compares two different things, found 'thumb' twice"):
        parse_condition("gap(thumb, thumb) < 1")
    with pytest.raises(ConditionError, match="compares two different things"):
        parse_condition("gap(thumb, thumb_tip) < 1")


def test_a_long_run_of_spaces_ends_soon():
    with pytest.raises(ConditionError, match="expected a feature"):
        parse_condition(f"gap{' ' * 100_000}x(thumb, index) < 1")
