"""What comes too soon after its last end is not heard, as a gesture's `cooldown_ms` says."""

from __future__ import annotations

from collections.abc import Iterable

from gestures.motions.moment import MotionReport


class Cooldown:
    """Lets through the reports of motions that have rested.

    Args:
        over_s: When each gesture was last over, seconds; shared by all that must rest together.
    """

    def __init__(self, over_s: dict[str, float]) -> None:
        self._over_s = over_s
        #: Names of the gestures that go on though they came too soon.
        self._muted: set[str] = set()

    def heard(self, reports: Iterable[MotionReport], t_s: float) -> list[MotionReport]:
        """Those of a frame's reports that are to be heard."""
        return [report for report in reports if self._is_heard(report, t_s)]

    def _is_heard(self, report: MotionReport, t_s: float) -> bool:
        name = report.spec.name
        if report.kind == "begin":
            rested_s = t_s - self._over_s.get(name, float("-inf"))
            if rested_s < report.spec.cooldown_ms / 1000:
                self._muted.add(name)
        heard = name not in self._muted
        if report.kind in ("end", "cancel"):
            self._muted.discard(name)
            if heard:
                self._over_s[name] = t_s
        return heard
