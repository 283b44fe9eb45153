"""What can go wrong between the daemon and those who talk to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: How a daemon exits that finds another one: EX_TEMPFAIL of sysexits(3).
ANOTHER_RUNS_CODE = 75


class ControlError(Exception):
    """Control does not work; `str()` is one line with the mend."""


class NoDaemon(ControlError):
    """No daemon runs in this session, or none any more."""


class AnotherRuns(ControlError):
    """A daemon runs in this session already, and there is one a session."""


class StillRuns(ControlError):
    """A daemon has not ended in the time that it was given."""


class BadMessage(ControlError):
    """A line that is no request; `str()` says what is wrong with it."""


class Refused(ControlError):
    """The daemon does not do it.

    Attributes:
        answer: What else it said than why.
    """

    def __init__(self, why: str, answer: Mapping[str, Any]) -> None:
        super().__init__(why)
        self.answer = answer
