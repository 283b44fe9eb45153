"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.patience import patient

_DEADLINE_S = patient(10)
_POLL_S = 0.002


def until(is_so: Callable[[], object], at_most_s: float = _DEADLINE_S) -> bool:
    """Whether that came true in time."""
    deadline = time.monotonic() + at_most_s
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True
