"""How the tests play the footage: as filmed, and as slower or worse cameras would have given it."""

from __future__ import annotations

from collections.abc import Callable

#: Which frames of the file the camera gives.
RATES: dict[str, Callable[[int], bool]] = {
    "every frame": lambda index: True,
    "half the rate": lambda index: index % 2 == 0,
    "every tenth lost": lambda index: index % 10 != 9,
}
