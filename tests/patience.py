"""How long tests wait for what must come: long enough for a slow machine that is busy besides.

Waiting ends as soon as it has come. `GESTURED_TEST_PATIENCE` scales it, and pytest's timeout.
"""

from __future__ import annotations

import os

PATIENCE = float(os.environ.get("GESTURED_TEST_PATIENCE", "1"))
#: On a fast and idle machine what is waited for comes within a second or so.
_SLOWER = 6.0


def patient(seconds: float) -> float:
    """How long to wait for what takes a fast and idle machine at most so long."""
    return seconds * _SLOWER * PATIENCE
