"""Names of keys as Linux's input devices have them: codes, on a US keyboard.

An input device sends places, not characters: what a place means is the layout's business, and
nobody tells which is in use. So characters are where a US keyboard has them.
"""

from __future__ import annotations

from evdev import ecodes

from daemon.backends.backend import BackendError

#: The places of a US keyboard without and with shift, and their codes, row by row.
_PLAIN = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./"
_SHIFTED = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_PUNCTUATION = {
    "`": "GRAVE", "-": "MINUS", "=": "EQUAL", "[": "LEFTBRACE", "]": "RIGHTBRACE",
    "\\": "BACKSLASH", ";": "SEMICOLON", "'": "APOSTROPHE", ",": "COMMA", ".": "DOT",
    "/": "SLASH",
}  # fmt: skip

#: Canonical names that are not the kernel's own in upper case.
_NAMES = {
    "ctrl": "LEFTCTRL", "shift": "LEFTSHIFT", "alt": "LEFTALT", "alt_gr": "RIGHTALT",
    "super": "LEFTMETA",
    "Page_Up": "PAGEUP", "Page_Down": "PAGEDOWN", "Return": "ENTER", "Escape": "ESC",
    "Menu": "COMPOSE", "Print": "SYSRQ",
    "Caps_Lock": "CAPSLOCK", "Num_Lock": "NUMLOCK", "Scroll_Lock": "SCROLLLOCK",
    "media_play_pause": "PLAYPAUSE", "media_stop": "STOPCD",
    "media_next": "NEXTSONG", "media_previous": "PREVIOUSSONG",
    "media_volume_up": "VOLUMEUP", "media_volume_down": "VOLUMEDOWN",
    "media_volume_mute": "MUTE",
    "media_rewind": "REWIND", "media_fast_forward": "FASTFORWARD",
    "browser_back": "BACK", "browser_forward": "FORWARD",
    "browser_home": "HOMEPAGE", "browser_refresh": "REFRESH",
    "brightness_up": "BRIGHTNESSUP", "brightness_down": "BRIGHTNESSDOWN",
    # The layouts have it there: MICMUTE is beyond the 255 keycodes of X11.
    "mic_mute": "F20",
}  # fmt: skip


def _code(name: str) -> int:
    return int(ecodes.ecodes[f"KEY_{name}"])


_CHARACTERS = {
    character: (_code(_PUNCTUATION.get(plain, plain.upper())), is_shifted)
    for row, is_shifted in ((_PLAIN, False), (_SHIFTED, True))
    for plain, character in zip(_PLAIN, row, strict=True)
}


def place_of(name: str) -> tuple[int, bool]:
    """The code of a key, and whether shift must be down for it.

    Args:
        name: A canonical name; a single character stands for itself.

    Raises:
        BackendError: A character is not on a US keyboard.
    """
    if name == "plus":
        name = "+"
    if len(name) > 1:
        return _code(_NAMES.get(name, name.upper())), False
    if name == " ":
        return _code("SPACE"), False
    if name not in _CHARACTERS:
        raise BackendError(
            "a character is not on a US keyboard, and uinput has no others; "
            "take another, or an X11 session"
        )
    return _CHARACTERS[name]
