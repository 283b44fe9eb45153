"""What `gestured doctor` finds of the desktop: the way of input, focus, lock, notices, sounds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from daemon.findings import Finding, Surroundings, pip_install
from daemon.probe import TRY_DESK, TRY_FOCUS, end_of, last_line, try_backend

if TYPE_CHECKING:
    from daemon.config.model import Config


def display(settings: Config | None, at: Surroundings) -> Iterator[Finding]:
    """Whether keys and pointer can be sent, and how."""
    names = ("XDG_SESSION_TYPE", "DISPLAY", "WAYLAND_DISPLAY")
    session = ", ".join(f"{name}={at.environ[name]}" for name in names if at.environ.get(name))
    aside = f" ({session})" if session else ""
    ran = at.run_python(try_backend(settings.backend if settings else "auto"), at.environ)
    if ran.status != 0:
        mend = f"install pynput again: {pip_install('pynput')}"
        if ran.status is None:
            mend = "see that DISPLAY names the desktop you sit at, or log in to it again"
        yield Finding("display", "problem", end_of(ran) + aside, mend)
        return
    answer = json.loads(last_line(ran.output))
    # These texts end with their mend.
    message, _, mend = (answer["error"] or answer["warning"] or "").partition("; ")
    if answer["error"]:
        yield Finding("display", "problem", message + aside, mend or None)
    elif message:
        yield Finding("display", "warning", message + aside, mend or None)
    else:
        yield Finding("display", "ok", f"{answer['reason']}{aside}")


def focus(settings: Config | None, at: Surroundings) -> Iterator[Finding]:
    """Whether the focused application can be known."""
    modes = settings.modes.values() if settings else ()
    aside = "" if any(mode.apps for mode in modes) else " (no mode has apps, so none needs it)"
    ran = at.run_python(TRY_FOCUS, at.environ)
    if ran.status != 0:
        mend = "see that the desktop answers, or switch modes with a gesture"
        yield Finding("focus", "warning", end_of(ran) + aside, mend)
        return
    answer = json.loads(last_line(ran.output))
    # Problems end with their mend.
    problem, _, mend = (answer["problem"] or "").partition("; ")
    if problem:
        yield Finding("focus", "warning", problem + aside, mend)
    else:
        app = answer["names"][0] if answer["names"] else "none just now"
        yield Finding("focus", "ok", f"the application with the focus is known: {app}")


def desk(settings: Config | None, at: Surroundings) -> Iterator[Finding]:
    """Whether real input and the screen's lock are noticed, notices shown and sounds played."""
    ran = at.run_python(TRY_DESK, at.environ)
    if ran.status != 0:
        yield Finding("desktop", "warning", end_of(ran))
        return
    unwanted = set()
    if settings:
        unwanted |= set() if settings.safety.yield_ms else {"real input"}
        unwanted |= set() if settings.feedback.notify else {"notifications"}
        unwanted |= set() if settings.feedback.sound else {"sounds"}
    for part, problem in json.loads(last_line(ran.output)).items():
        message, _, mend = (problem or "").partition("; ")
        if not problem:
            yield Finding(part, "ok", "works")
        elif part not in unwanted:
            yield Finding(part, "warning", message, mend or None)
