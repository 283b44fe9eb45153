"""What a log may have of a configuration that is wrong: never a text that is to be typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cli import main
from daemon.config.discreet import discreet
from daemon.config.load import parse_config
from daemon.config.problems import ConfigError

PATH = Path("a.yaml")
SECRET = "hunter2"


def told_of(actions: str) -> str:
    """What a log has of a configuration with these lines below `bindings:`."""
    with pytest.raises(ConfigError) as raised:
        parse_config(f"version: 1\nbindings:\n{actions}\n", PATH)
    return str(discreet(raised.value))


@pytest.mark.parametrize(
    "binding",
    [
        "{gesture: fist, action: {type: text, text: 'hunter2\\a'}}",
        '{gesture: fist, action: {type: text, text: "hunter2\\x07"}}',
        "{gesture: fist, action: {type: text, text: [hunter2]}}",
        "{gesture: fist, action: {type: text, text: {hunter2: 1}}}",
        "{gesture: fist, action: {type: text, text: Dear, hunter2}}",
        "{gesture: fist, action: {type: text, text: Dear, hunter2 too}}",
        "{gesture: fist, action: {type: text, text:hunter2}}",
        "{gesture: fist, action: {type: text, text: a, text: hunter2}}",
        "{gesture: fist, action: {type: text, text: 'a' hunter2: b}}",
        "{gesture: fist, action: {type: text, text: 'hunter2}}",
        "{gesture: fist, action: {type: text, text: a: hunter2}}",
        "{gesture: fits, action: {type: text, text: hunter2}}",
        "{gesture: fist, action: {type: txt, text: hunter2}}",
        "{gesture: fist, action: {tpye: text, text: hunter2}}",
        "{gesture: fist, action: {type: repeat, action: {type: text, text: a, hunter2}}}",
        "{gesture: fist, action: {type: sequence, actions: [{type: text, text: a, hunter2}]}}",
        "{gesture: fist, action: {type: key, keys: a}, text: hunter2}",
    ],
)
def test_no_text_is_told(binding: str) -> None:
    told = told_of(f"  - {binding}\n  - {{gesture: fits, action: {{type: pause}}}}")
    assert SECRET not in told
    assert told.startswith("a.yaml:")


@pytest.mark.parametrize(
    "camera",
    [
        "http://me:hunter2@cam/1",
        "{mirror: http://me:hunter2@cam/1}",
        '{mirror: "http://me:it\'s hunter2@cam/1"}',
        "{source: x, 'http://me:hunter2@cam/1'}",
        "{source: x, 'http://me:hunter2@cam/1': 1}",
    ],
)
def test_no_address_is_told(camera: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config(f"version: 1\ncamera: {camera}\n", PATH)
    told = str(discreet(raised.value))
    assert SECRET not in told
    assert told.startswith("a.yaml:2:")


def test_the_place_of_a_fault_in_a_text_is_told() -> None:
    assert told_of("  - {gesture: fist, action: {type: text, text: [hunter2]}}") == (
        "a.yaml:3:48: error: bindings[0].action: something is wrong in this text to type;"
        " `gestured check` shows what"
    )


def test_other_faults_are_told_in_full_without_their_line() -> None:
    told = told_of(
        "  - {gesture: fits, action: {type: text, text: hunter2}}\n"
        "  - {gesture: fist, action: {type: key, kyes: Right}}"
    )
    assert "did you mean 'fist'?" in told
    assert "unknown key 'kyes'" in told
    assert " | " not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n# nothing\n", "the file is empty: 'gestured config init' writes one to begin with"),
        ("hunter2", "expected keys with values, such as 'version: 1', found '…'"),
        ("a: [b, c\n", "'[' is never closed: no ']' up to the end of the file"),
        (
            "a: 'x' hunter2",
            "text after a closing quote: put all of it in quotes,"
            " and write '' for a ' inside single quotes",
        ),
    ],
)
def test_of_what_is_no_yaml_gestureds_own_words_are_told(text: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_config(text, PATH)
    (problem,) = discreet(raised.value).problems
    assert problem.message == told


@given(
    st.lists(
        st.sampled_from(["'", '"', ",", ":", " ", "{", "}", "it's", "…", "\n", "*", "&", "a"])
    ),
    st.lists(st.sampled_from(["'", '"', ",", ":", " ", "{", "}", "s'", "-", "\\", "\n", "a"])),
)
def test_no_quotation_marks_in_a_text_give_it_away(before: list[str], after: list[str]) -> None:
    text = f"version: 1\n{{a: {''.join(before)}{SECRET}{''.join(after)}"
    with pytest.raises(ConfigError) as raised:
        parse_config(text, PATH)
    assert SECRET not in str(discreet(raised.value))


@given(st.integers(10**6, 10**9), st.sampled_from(["{}", "[{}]", "{{{}: 1}}", "!!int {}"]))
def test_no_number_for_a_text_is_told(secret: int, form: str) -> None:
    text = form.format(secret)
    with pytest.raises(ConfigError) as raised:
        parse_config(
            "version: 1\nbindings:\n"
            f"  - {{gesture: fist, action: {{type: text, colour: {text}, text: {text}}}}}\n",
            PATH,
        )
    assert str(secret) in str(raised.value)
    assert str(secret) not in str(discreet(raised.value))


def test_neither_warnings_nor_errors_of_a_run_show_a_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "c.yaml"
    doubtful = (
        "version: 1\ninput: {backend: uinput}\narming: false\nbindings:\n"
        "  - {gesture: fist, action: {type: text, text: 'hunter2 é'}}\n"
    )
    path.write_text(doubtful, "utf-8")
    assert main(["run", "--dry-run", "--config", str(path), "--source", "nothing.mp4"]) == 1
    assert "US keyboard only" in caplog.text
    path.write_text(doubtful + "  - {gesture: fits, action: {type: text, text: hunter2}}", "utf-8")
    assert main(["run", "--dry-run", "--config", str(path), "--source", "nothing.mp4"]) == 78
    out, err = capsys.readouterr()
    assert f"{path}:6:15: error: bindings[1].gesture" in err
    assert SECRET not in out + err + caplog.text
