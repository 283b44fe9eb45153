"""Releasing what killed runs left down: by the next run, by `gestured stop`, by the service's hook.

Between a kill and the next start the hook is waited for, so this imports little.
"""

from __future__ import annotations

from daemon.backends.recovery import release_left_down
from daemon.control.folder import session_folder
from daemon.ledger import Recovered, release_left_over


def release_left() -> Recovered:
    """Release what killed runs left down.

    Raises:
        ControlError: There is no folder for what is held.
    """
    return release_left_over(
        session_folder(), lambda left: release_left_down(left.backend, left.held, left.display)
    )
