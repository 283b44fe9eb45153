"""A gesture that has begun and goes on, with what it waits for and what it has begun itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from daemon.actions import Action
from daemon.config.model import Binding
from daemon.lasting import Lasting
from gestures.landmarks import HandObservation

# Half a microsecond: frame times are sums of floats, and 0.7 s must count as 700 ms.
_ROUNDING_MS = 0.0005


@dataclass(frozen=True, slots=True)
class Ongoing:
    """Something that lasts, since when, and until when at most; seconds."""

    what: Lasting
    since_s: float
    until_s: float


@dataclass(slots=True)
class Begun:
    """A gesture that began while it might act, and goes on."""

    name: str
    tracks: tuple[int, ...]
    began_s: float
    waiting: list[Binding]
    hand: HandObservation | None = None
    is_over: bool = False
    repeatable: Action | None = None
    lasting: list[Ongoing] = field(default_factory=list)

    def lasts(self, what: Lasting, since_s: float, until_s: float) -> None:
        self.lasting.append(Ongoing(what, since_s, until_s))

    def is_due(self, binding: Binding, t_s: float) -> bool:
        """Whether it has gone on for as long as a binding asks."""
        return (t_s - self.began_s) * 1000.0 + _ROUNDING_MS >= binding.hold_ms
