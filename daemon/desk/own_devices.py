"""Which input devices are the daemon's own, so that what it sends is not taken for the person."""

from __future__ import annotations

#: The uinput backend calls its devices "gestured keyboard", "gestured mouse", "gestured pointer".
OWN_PREFIX = "gestured "


def is_own(device_name: str) -> bool:
    return device_name.startswith(OWN_PREFIX)
