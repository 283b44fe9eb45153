"""Releasing what killed runs left down; imports little, for a restart waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.ledger import Recovered


def release_left() -> Recovered:
    """Release what killed runs left down."""
    from daemon.backends.recovery import release_left_down
    from daemon.control.folder import session_folder
    from daemon.ledger import release_left_over

    return release_left_over(
        session_folder(), lambda left: release_left_down(left.backend, left.held, left.display)
    )
