"""A limit on how often something may happen."""

from __future__ import annotations


class RateLimit:
    """A bucket that holds a second's worth and fills steadily.

    Args:
        per_s: Most in a second, for long; as many again may come at once after a rest.
    """

    def __init__(self, per_s: float) -> None:
        self._per_s = per_s
        self._left = max(per_s, 1.0)
        self._t_s: float | None = None

    def allows(self, t_s: float) -> bool:
        """Whether one more may happen at `t_s` seconds; it counts as done if so."""
        if self._t_s is not None:
            passed_s = max(t_s - self._t_s, 0.0)
            self._left = min(self._left + passed_s * self._per_s, max(self._per_s, 1.0))
        self._t_s = t_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
