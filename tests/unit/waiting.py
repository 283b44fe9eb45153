"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

_DEADLINE_S = 10.0
_POLL_S = 0.002


def until(is_so: Callable[[], object]) -> bool:
    """Whether that came true, waited for at most `_DEADLINE_S`."""
    deadline = time.monotonic() + _DEADLINE_S
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True
