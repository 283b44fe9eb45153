"""Names of keys: what people may write in a binding, and the one canonical form of it.

Pure text. What a name means to a keyboard is each backend's business.
"""

from __future__ import annotations

from difflib import get_close_matches

#: The modifiers, in the order in which they are usually written.
MODIFIERS = ("ctrl", "shift", "alt", "alt_gr", "super")

MEDIA_KEYS = (
    "media_play_pause", "media_stop", "media_next", "media_previous",
    "media_volume_up", "media_volume_down", "media_volume_mute",
)  # fmt: skip

#: Every key with a name of more than one character. Apart from modifiers, media keys and `plus`
#: these are X11's own names.
KEY_NAMES = (
    *MODIFIERS,
    "Left", "Right", "Up", "Down", "Home", "End", "Page_Up", "Page_Down",
    "Return", "Escape", "Tab", "BackSpace", "Delete", "Insert", "space", "plus",
    "Menu", "Pause", "Print", "Caps_Lock", "Num_Lock", "Scroll_Lock",
    *(f"F{number}" for number in range(1, 21)),
    *MEDIA_KEYS,
)  # fmt: skip

_ALIASES = {
    "control": "ctrl", "control_l": "ctrl", "ctrl_l": "ctrl", "ctl": "ctrl",
    "shift_l": "shift",
    "alt_l": "alt", "option": "alt", "opt": "alt",
    "iso_level3_shift": "alt_gr",
    "super_l": "super", "win": "super", "windows": "super", "cmd": "super", "command": "super",
    "meta": "super",
    "arrow_left": "Left", "left_arrow": "Left", "arrow_right": "Right", "right_arrow": "Right",
    "arrow_up": "Up", "up_arrow": "Up", "arrow_down": "Down", "down_arrow": "Down",
    "pg_up": "Page_Up", "prior": "Page_Up", "pg_dn": "Page_Down", "pg_down": "Page_Down",
    "enter": "Return", "esc": "Escape", "del": "Delete", "ins": "Insert",
    "spacebar": "space", "print_screen": "Print", "prtsc": "Print", "break": "Pause",
    "play_pause": "media_play_pause", "xf86_audio_play": "media_play_pause",
    "media_play": "media_play_pause", "media_stop": "media_stop", "xf86_audio_stop": "media_stop",
    "xf86_audio_next": "media_next", "xf86_audio_prev": "media_previous",
    "media_prev": "media_previous",
    "volume_up": "media_volume_up", "xf86_audio_raise_volume": "media_volume_up",
    "volume_down": "media_volume_down", "xf86_audio_lower_volume": "media_volume_down",
    "volume_mute": "media_volume_mute", "mute": "media_volume_mute",
    "xf86_audio_mute": "media_volume_mute",
    "minus": "-", "equal": "=", "comma": ",", "period": ".", "slash": "/", "backslash": "\\",
    "semicolon": ";", "apostrophe": "'", "grave": "`", "bracketleft": "[", "bracketright": "]",
}  # fmt: skip


class KeyNameError(ValueError):
    """A key combination that can't be read.

    Attributes:
        problem: What is wrong, in one line without the place.
        start: Offset in the text of the part that is wrong, in characters.
        suggestion: What to write in that part's place, or None.
    """

    def __init__(self, problem: str, start: int, suggestion: str | None = None) -> None:
        mend = "" if suggestion is None else f"; did you mean {suggestion!r}?"
        super().__init__(problem + mend)
        self.problem = problem
        self.start = start
        self.suggestion = suggestion


def parse_keys(text: str) -> tuple[str, ...]:
    """Read a key or a combination such as `ctrl+shift+Right`.

    Names are taken in any case, with or without underscores. A single character stands for
    itself, and its case counts, except after a modifier: `ctrl+C` is `ctrl+c`. A `+` is
    written `plus`.

    Returns:
        Canonical names, modifiers first. Joined with `+` they read back as the same.

    Raises:
        KeyNameError: When a name is unknown, missing or out of place.
    """
    if not text.strip():
        raise KeyNameError("no key is named", 0, "space" if text else None)
    if text.strip() == "+":
        raise KeyNameError("'+' stands between keys", text.index("+"), "plus")
    names: list[str] = []
    start = 0
    for part in text.split("+"):
        word = part.strip()
        offset = start + len(part) - len(part.lstrip())
        if not word:
            raise KeyNameError("a key is missing beside '+'", min(offset, len(text) - 1), "plus")
        name = _canonical(word, offset)
        if names and names[-1] not in MODIFIERS:
            problem = (
                f"{word!r} comes after the key: modifiers come first"
                if name in MODIFIERS
                else "one combination has one key after its modifiers"
            )
            raise KeyNameError(problem, offset)
        if name in names:
            raise KeyNameError(f"{word!r} is named twice", offset)
        # Upper case that grows on lower(), as Turkish dotted I does, is no single key.
        if names and len(name) == 1 and len(name.lower()) == 1:
            name = name.lower()
        names.append(name)
        start += len(part) + 1
    return tuple(names)


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "")


_BY_PLAIN_NAME = {_plain(name): name for name in KEY_NAMES} | {
    _plain(alias): name for alias, name in _ALIASES.items()
}


def _canonical(word: str, offset: int) -> str:
    if len(word) == 1:
        if word.isprintable():
            return word
        raise KeyNameError(f"{word!r} is not a key", offset)
    name = _BY_PLAIN_NAME.get(_plain(word))
    if name is None:
        raise KeyNameError(f"unknown key {word!r}", offset, _suggestion(word))
    return name


def _suggestion(word: str) -> str | None:
    *modifiers, last = word.split("-")
    names = [_BY_PLAIN_NAME.get(_plain(part), "") for part in modifiers]
    final = last if len(last) == 1 else _BY_PLAIN_NAME.get(_plain(last))
    if final and names and all(name in MODIFIERS for name in names):
        return "+".join([*names, final])
    close = get_close_matches(_plain(word), _BY_PLAIN_NAME, n=1, cutoff=0.6)
    return _BY_PLAIN_NAME[close[0]] if close else None
