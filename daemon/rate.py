"""A limit on how often something may happen."""

from __future__ import annotations


class RateLimit:
    """A bucket that fills steadily and holds a quarter of a second's worth.

    Args:
        per_s: Most in a second for long; in any single second at most a quarter more.
    """

    def __init__(self, per_s: float) -> None:
        self._per_s = per_s
        self._most = max(per_s / 4, 1.0)
        self._left = self._most
        self._t_s: float | None = None

    def allows(self, t_s: float, leaving: float = 0.0) -> bool:
        """Whether one more may happen at `t_s` seconds; it counts as done if so.

        Args:
            t_s: Now.
            leaving: So many must be left over after it, where the bucket holds more than one.
        """
        if self._t_s is not None:
            passed_s = max(t_s - self._t_s, 0.0)
            self._left = min(self._left + passed_s * self._per_s, self._most)
        self._t_s = t_s
        if self._left < min(1.0 + leaving, self._most):
            return False
        self._left -= 1.0
        return True
