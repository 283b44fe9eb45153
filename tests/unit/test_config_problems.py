"""How problems look: word for word, caret for caret."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.config.problems import ConfigError, Problem, nearest, render

PATH = Path("config.yaml")


def test_a_problem_shows_its_line_a_caret_and_the_nearest_name() -> None:
    lines = ("version: 1", "bindings:", "  - {gesture: swipe_lft}")
    problem = Problem(
        PATH, 3, 15, "bindings[0].gesture", "expected the name of a gesture, found 'swipe_lft'",
        "swipe_left", length=9,
    )  # fmt: skip
    assert render(problem, lines) == (
        "config.yaml:3:15: error: bindings[0].gesture: expected the name of a gesture,"
        " found 'swipe_lft'\n"
        "    3 |   - {gesture: swipe_lft}\n"
        "      |               ^~~~~~~~~ did you mean 'swipe_left'?"
    )


def test_a_warning_says_so() -> None:
    problem = Problem(PATH, 1, 1, "gestures.spock", "nothing uses it", severity="warning")
    assert render(problem) == "config.yaml:1:1: warning: gestures.spock: nothing uses it"


def test_a_problem_with_the_whole_file_has_no_line() -> None:
    assert render(Problem(PATH, 0, 0, "", "no such file")) == "config.yaml: error: no such file"


def test_without_source_lines_the_suggestion_ends_the_line() -> None:
    problem = Problem(PATH, 9, 2, "camra", "unknown key 'camra'", "camera")
    assert render(problem, ("a: 1",)) == (
        "config.yaml:9:2: error: camra: unknown key 'camra'; did you mean 'camera'?"
    )


@pytest.mark.parametrize(
    ("line", "column", "length", "shown"),
    [
        ("\ta:\tx", 5, 1, "    1 | \ta:\tx\n      | \t  \t^"),
        ("名: 値段", 4, 2, "    1 | 名: 値段\n      |     ^~~~"),
        ("e\u0301: x", 5, 1, "    1 | e\u0301: x\n      |    ^"),
        ("a: \x1b[31mx", 4, 1, "    1 | a: \ufffd[31mx\n      |    ^"),
        ("a:", 3, 1, "    1 | a:\n      |   ^"),
        (
            "a" * 80 + "b" + "c" * 80, 81, 1,
            "    1 | …" + "a" * 50 + "b" + "c" * 49 + "…\n      | " + " " * 51 + "^",
        ),
        ("a: " + "b" * 200, 4, 200, "    1 | a: " + "b" * 97 + "…\n      |    ^" + "~" * 96),
    ],
)  # fmt: skip
def test_the_caret_stands_under_the_fault(line: str, column: int, length: int, shown: str) -> None:
    problem = Problem(PATH, 1, column, "", "wrong", length=length)
    assert render(problem, (line,)) == f"config.yaml:1:{column}: error: wrong\n{shown}"


def test_an_error_is_all_its_problems() -> None:
    problems = [Problem(PATH, 1, 1, "a", "first"), Problem(PATH, 2, 1, "b", "second")]
    error = ConfigError(problems, ("a: 1", "b: 2"))
    assert error.exit_code == 78
    assert error.problems == tuple(problems)
    assert str(error) == (
        "config.yaml:1:1: error: a: first\n    1 | a: 1\n      | ^\n"
        "config.yaml:2:1: error: b: second\n    2 | b: 2\n      | ^"
    )


def test_json_has_the_place_and_the_suggestion() -> None:
    problem = Problem(PATH, 1, 2, "camra", "unknown key 'camra'", "camera")
    assert problem.to_json() == {
        "path": "config.yaml",
        "line": 1,
        "column": 2,
        "severity": "error",
        "where": "camra",
        "message": "unknown key 'camra'",
        "suggestion": "camera",
    }


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("swipe_lft", "swipe_left"),
        ("Swipe-Left", "swipe_left"),
        ("swipe left", "swipe_left"),
        ("FIST", "fist"),
        ("zzz", None),
        ("fist" * 100, None),
    ],
)
def test_nearest(word: str, name: str | None) -> None:
    assert nearest(word, ("fist", "palm", "swipe_left", "swipe_right")) == name
