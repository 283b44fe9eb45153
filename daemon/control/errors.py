"""What can go wrong between the daemon and those who talk to it."""

from __future__ import annotations


class ControlError(Exception):
    """Control does not work; `str()` is one line with the mend."""


class NoDaemon(ControlError):
    """No daemon runs in this session, or none any more."""


class BadMessage(ControlError):
    """A line that is no request; `str()` says what is wrong with it."""
