"""What the desktop parts can't do here, for `doctor`: tried for real, without a sound or notice."""

from __future__ import annotations

from collections.abc import Mapping

from daemon.desk.lock import open_screen_lock
from daemon.desk.notify import check_notifier
from daemon.desk.real_input import open_real_input
from daemon.desk.sounds import check_sounds

_KNOWN_S = 5.0


def problems(environ: Mapping[str, str], platform: str) -> dict[str, str | None]:
    """The problem of each part with its mend after `; `, or None. Never raises.

    Args:
        environ: Environment variables.
        platform: As `sys.platform`.
    """
    real_input = open_real_input(environ, platform)
    screen_lock = open_screen_lock(environ, platform)
    try:
        screen_lock.wait_known(_KNOWN_S)
        return {
            "real input": real_input.problem,
            "screen lock": screen_lock.problem,
            "notifications": check_notifier(environ, platform),
            "sounds": check_sounds(platform),
        }
    finally:
        real_input.close()
        screen_lock.close()
