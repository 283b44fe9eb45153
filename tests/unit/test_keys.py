from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.keys import (
    KEY_NAMES,
    MODIFIERS,
    KeyNameError,
    MissingKey,
    missing_on,
    parse_keys,
)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Right", ("Right",)),
        ("right", ("Right",)),
        ("b", ("b",)),
        ("B", ("B",)),
        ("ctrl+shift+Right", ("ctrl", "shift", "Right")),
        ("Control + C", ("ctrl", "c")),
        ("shift+ctrl+t", ("shift", "ctrl", "t")),
        ("CTRL", ("ctrl",)),
        ("alt+shift", ("alt", "shift")),
        ("win+d", ("super", "d")),
        ("page_down", ("Page_Down",)),
        ("PageDown", ("Page_Down",)),
        ("page down", ("Page_Down",)),
        ("f5", ("F5",)),
        ("esc", ("Escape",)),
        ("enter", ("Return",)),
        ("space", ("space",)),
        ("ctrl+plus", ("ctrl", "plus")),
        ("minus", ("-",)),
        ("?", ("?",)),
        ("é", ("é",)),
        ("XF86AudioPlay", ("media_play_pause",)),
        ("media_play_pause", ("media_play_pause",)),
        ("XF86_AudioRaiseVolume", ("media_volume_up",)),
        ("XF86Back", ("browser_back",)),
        ("brightness up", ("brightness_up",)),
    ],
)
def test_reads_what_people_write(text: str, keys: tuple[str, ...]) -> None:
    assert parse_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "problem", "start", "suggestion"),
    [
        ("", "no key is named", 0, None),
        ("  ", "no key is named", 0, "space"),
        ("+", "'+' stands between keys", 0, "plus"),
        ("ctrl+", "a key is missing beside '+'", 4, "plus"),
        ("ctrl++", "a key is missing beside '+'", 5, "plus"),
        ("ctrl+ Rigth", "expected the name of a key, found 'Rigth'", 6, "Right"),
        ("ctlr+a", "expected the name of a key, found 'ctlr'", 0, "ctrl"),
        ("page-down", "expected the name of a key, found 'page-down'", 0, "Page_Down"),
        ("ctrl-shift-t", "expected the name of a key, found 'ctrl-shift-t'", 0, "ctrl+shift+t"),
        ("qqqqqq", "expected the name of a key, found 'qqqqqq'", 0, None),
        ("a+b", "one combination has one key after its modifiers", 2, None),
        ("Right+ctrl", "'ctrl' comes after the key: modifiers come first", 6, None),
        ("ctrl+Control+a", "'Control' is named twice", 5, None),
        ("ctrl+\x07", "expected the name of a key, found '\\x07'", 5, None),
    ],
)
def test_says_what_is_wrong_and_where(
    text: str, problem: str, start: int, suggestion: str | None
) -> None:
    with pytest.raises(KeyNameError) as caught:
        parse_keys(text)
    error = caught.value
    assert (error.problem, error.start, error.suggestion) == (problem, start, suggestion)


def test_the_message_carries_the_suggestion() -> None:
    with pytest.raises(
        KeyNameError, match=r"^expected the name of a key, found 'Rigth'; did you mean 'Right'\?$"
    ):
        parse_keys("Rigth")


characters = st.characters(exclude_categories=["C", "Z"]).filter(lambda c: c != "+")


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(MODIFIERS), unique=True),
    st.sampled_from(KEY_NAMES) | characters,
)
def test_canonical_names_read_back(modifiers: list[str], last: str) -> None:
    if last in modifiers:
        return
    keys = parse_keys("+".join([*modifiers, last]))
    assert keys[:-1] == tuple(modifiers)
    assert keys[-1] in (last, last.lower())
    assert parse_keys("+".join(keys)) == keys


@settings(deadline=None)
@given(st.text() | st.text("ctrlshif+ -aR_", max_size=12))
def test_any_text_is_read_or_refused_at_a_place_within_it(text: str) -> None:
    try:
        keys = parse_keys(text)
    except KeyNameError as caught:
        error = caught
    else:
        assert parse_keys("+".join(keys)) == keys
        return
    assert 0 <= error.start <= max(len(text) - 1, 0)
    assert "\n" not in str(error)
    assert error.suggestion is None or parse_keys(error.suggestion)


@pytest.mark.parametrize(
    ("system", "keys", "missing"),
    [
        ("darwin", ("ctrl", "Menu"), (MissingKey("Menu", None),)),
        ("darwin", ("media_stop",), (MissingKey("media_stop", "media_play_pause"),)),
        ("darwin", ("super", "é"), ()),
        ("win32", ("brightness_up",), (MissingKey("brightness_up", None),)),
        ("win32", ("Menu",), ()),
        ("linux", ("brightness_up", "é", "F20"), ()),
        ("uinput", ("ctrl", "é"), (MissingKey("é", None),)),
        ("uinput", ("ctrl", "?"), ()),
    ],
)
def test_keys_that_a_system_lacks(
    system: str, keys: tuple[str, ...], missing: tuple[MissingKey, ...]
) -> None:
    assert missing_on(system, keys) == missing


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_what_is_suggested_instead_is_there(system: str) -> None:
    for missing in missing_on(system, KEY_NAMES):
        if missing.suggestion is not None:
            keys = parse_keys(missing.suggestion)
            assert "+".join(keys) == missing.suggestion
            assert missing_on(system, keys) == ()
