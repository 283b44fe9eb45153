"""Names of keys as X11 has them: keysyms, and the columns of a keyboard layout."""

from __future__ import annotations

from functools import cache

from daemon.keys import MODIFIERS

#: Canonical names that are not X11's own.
_X_NAMES = {
    "ctrl": "Control_L", "shift": "Shift_L", "alt": "Alt_L", "super": "Super_L",
    "alt_gr": "ISO_Level3_Shift",
    "media_play_pause": "XF86_AudioPlay", "media_stop": "XF86_AudioStop",
    "media_next": "XF86_AudioNext", "media_previous": "XF86_AudioPrev",
    "media_volume_up": "XF86_AudioRaiseVolume", "media_volume_down": "XF86_AudioLowerVolume",
    "media_volume_mute": "XF86_AudioMute",
    "media_rewind": "XF86_AudioRewind", "media_fast_forward": "XF86_AudioForward",
    "browser_back": "XF86_Back", "browser_forward": "XF86_Forward",
    "browser_home": "XF86_HomePage", "browser_refresh": "XF86_Reload",
    "brightness_up": "XF86_MonBrightnessUp", "brightness_down": "XF86_MonBrightnessDown",
    "mic_mute": "XF86_AudioMicMute",
}  # fmt: skip

#: For each of the first two layouts a keyboard can be switched to, the modifiers that reach a
#: column of a keycode's keysyms (X Keyboard Extension protocol, "Core keyboard mapping").
_COLUMNS: tuple[dict[int, tuple[str, ...]], ...] = (
    {0: (), 1: ("shift",), 4: ("alt_gr",), 5: ("shift", "alt_gr")},
    {2: (), 3: ("shift",), 6: ("alt_gr",), 7: ("shift", "alt_gr")},
)


@cache
def keysym_of(name: str) -> int:
    """The keysym of a canonical name, 0 for a name X11 does not know."""
    from Xlib import XK

    for group in ("xf86", "xkb"):
        XK.load_keysym_group(group)
    if name == "plus":
        name = "+"
    if len(name) == 1:
        # Latin-1 characters are their own keysyms, others are offset (X11 protocol, app. A).
        return ord(name) if ord(name) < 0x100 else ord(name) | 0x01000000
    return int(XK.string_to_keysym(_X_NAMES.get(name, name)))


def columns_of(name: str, layout: int) -> dict[int, tuple[str, ...]]:
    """Columns to look a key up in, and the modifiers each needs.

    Args:
        name: A canonical name. A modifier is the same key in every layout.
        layout: The layout switched to, from 0.
    """
    if name in MODIFIERS:
        return _COLUMNS[0]
    return _COLUMNS[layout] if layout < len(_COLUMNS) else {}
