"""Names of keys: what people may write in a binding, and the one canonical form of it.

Pure text. What a name means to a keyboard is each backend's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

#: The modifiers, in the order in which they are usually written.
MODIFIERS = ("ctrl", "shift", "alt", "alt_gr", "super")

MEDIA_KEYS = (
    "media_play_pause", "media_stop", "media_next", "media_previous",
    "media_volume_up", "media_volume_down", "media_volume_mute",
    "media_rewind", "media_fast_forward",
)  # fmt: skip

BROWSER_KEYS = ("browser_back", "browser_forward", "browser_home", "browser_refresh")

DEVICE_KEYS = ("brightness_up", "brightness_down", "mic_mute")

#: Every key with a name of more than one character. Apart from modifiers, `plus` and those of
#: media, browser and device these are X11's own names.
KEY_NAMES = (
    *MODIFIERS,
    "Left", "Right", "Up", "Down", "Home", "End", "Page_Up", "Page_Down",
    "Return", "Escape", "Tab", "BackSpace", "Delete", "Insert", "space", "plus",
    "Menu", "Pause", "Print", "Caps_Lock", "Num_Lock", "Scroll_Lock",
    *(f"F{number}" for number in range(1, 21)),
    *MEDIA_KEYS, *BROWSER_KEYS, *DEVICE_KEYS,
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
    "xf86_audio_rewind": "media_rewind", "xf86_audio_forward": "media_fast_forward",
    "xf86_back": "browser_back", "xf86_forward": "browser_forward",
    "xf86_home_page": "browser_home", "xf86_reload": "browser_refresh",
    "xf86_mon_brightness_up": "brightness_up", "xf86_mon_brightness_down": "brightness_down",
    "xf86_audio_mic_mute": "mic_mute", "microphone_mute": "mic_mute",
    "minus": "-", "equal": "=", "comma": ",", "period": ".", "slash": "/", "backslash": "\\",
    "semicolon": ";", "apostrophe": "'", "grave": "`", "bracketleft": "[", "bracketright": "]",
}  # fmt: skip

#: Keys that there is no way to press on a system, each with what does about the same there.
_MISSING: dict[str, dict[str, str | None]] = {
    "darwin": {
        "Insert": None, "Menu": None, "Pause": None, "Num_Lock": None, "Scroll_Lock": None,
        "Print": "shift+super+3",
        "media_stop": "media_play_pause",
        "media_rewind": "media_previous", "media_fast_forward": "media_next",
        "browser_back": "super+[", "browser_forward": "super+]",
        "browser_home": "shift+super+h", "browser_refresh": "super+r",
        "brightness_up": None, "brightness_down": None, "mic_mute": None,
    },
    "win32": {
        "media_rewind": "media_previous", "media_fast_forward": "media_next",
        "brightness_up": None, "brightness_down": None, "mic_mute": None,
    },
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


@dataclass(frozen=True, slots=True)
class MissingKey:
    """A key that can't be pressed on a system, and what to write instead, or None."""

    name: str
    suggestion: str | None


def missing_on(system: str, keys: tuple[str, ...]) -> tuple[MissingKey, ...]:
    """Which keys of a combination there is no way to press.

    Args:
        system: `sys.platform`, or `uinput`. On X11 (`linux`) nothing is missing: what the layout
            lacks is put on it for the time being.
        keys: Canonical names.
    """
    missing = _MISSING.get(system, {})
    return tuple(
        MissingKey(name, missing.get(name))
        for name in keys
        if name in missing or (system == "uinput" and not name.isascii())
    )


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "")


_BY_PLAIN_NAME = {_plain(name): name for name in KEY_NAMES} | {
    _plain(alias): name for alias, name in _ALIASES.items()
}


def _canonical(word: str, offset: int) -> str:
    if len(word) == 1:
        if word.isprintable():
            return word
        raise KeyNameError(f"expected the name of a key, found {word!r}", offset)
    name = _BY_PLAIN_NAME.get(_plain(word))
    if name is None:
        raise KeyNameError(f"expected the name of a key, found {word!r}", offset, _suggestion(word))
    return name


def _suggestion(word: str) -> str | None:
    *modifiers, last = word.split("-")
    names = [_BY_PLAIN_NAME.get(_plain(part), "") for part in modifiers]
    final = last if len(last) == 1 else _BY_PLAIN_NAME.get(_plain(last))
    if final and names and all(name in MODIFIERS for name in names):
        return "+".join([*names, final])
    close = get_close_matches(_plain(word), _BY_PLAIN_NAME, n=1, cutoff=0.6)
    return _BY_PLAIN_NAME[close[0]] if close else None
