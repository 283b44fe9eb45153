"""When gestures have to stand back: while the screen is locked, or the person types."""

from __future__ import annotations

from collections.abc import Callable


class Guard:
    """Looks at the desktop once a frame.

    Args:
        used: Whether the real keyboard or mouse has been used since it was asked last.
        locked: Whether the screen is locked.
        yield_ms: For how long after such a use nothing acts; 0 for not at all.
    """

    def __init__(
        self,
        used: Callable[[], bool] = lambda: False,
        locked: Callable[[], bool] = lambda: False,
        yield_ms: float = 0.0,
    ) -> None:
        self._used = used
        self._locked = locked
        self._yield_s = yield_ms / 1000
        self._until_s = float("-inf")
        self.locked = False
        self.yields = False

    def look(self, t_s: float) -> None:
        """Bring `locked` and `yields` up to date, at `t_s` seconds."""
        self.locked = self._locked()
        if self._yield_s and self._used():
            self._until_s = t_s + self._yield_s
        self.yields = t_s < self._until_s
