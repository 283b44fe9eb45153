"""The daemon's status in words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from daemon.printing import in_words

_STATES = {
    "locked": "nothing acts: the screen is locked",
    "yielding": "nothing acts for a moment, for keyboard or mouse are in use",
    "paused": "paused; `gestured resume` goes on",
}


def status_lines(status: Mapping[str, Any]) -> Iterator[str]:
    """Aligned lines.

    Args:
        status: As `Status.to_json` gives it.
    """
    for name, text in _said(status):
        yield f"{name:<12} {text}"


def _said(status: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    state = _STATES.get(status["state"], status["state"])
    if status["armed"] or status["state"] == "armed":
        by = {"both": " by both hands", None: ""}.get(
            status["hand"], f" by the {status['hand']} hand"
        )
        state = f"armed{by}" + ("" if status["state"] == "armed" else f"; {state}")
    yield "state", state
    yield "mode", status["mode"]
    if status["source"]:
        fps = status["fps"]
        yield "camera", status["source"] + ("" if fps is None else f", {fps:.1f} frames/s")
    if status["latency"]:
        latency = status["latency"]
        yield (
            "latency",
            f"median {latency['median_ms']:.1f} ms, 95 % under {latency['p95_ms']:.1f} ms,"
            f" 99 % under {latency['p99_ms']:.1f} ms",
        )
    if status["backend"]:
        reason = status["backend_reason"]
        yield "input", status["backend"] + (f": {reason}" if reason else "")
    if status["focus_problem"]:
        yield "application", f"not known: {status['focus_problem']}"
    elif status["application"]:
        yield "application", status["application"]
    if status["config"]:
        age_s = status["config_age_s"]
        read = "" if age_s is None else f", read {_duration(age_s)} ago"
        yield "config", status["config"] + read
    if status["config_problem"]:
        kept = "can't be used" if status["config_age_s"] is None else "changed since, but not used"
        yield "", f"{kept}: {status['config_problem']}"
    since = "" if status["uptime_s"] is None else f"for {_duration(status['uptime_s'])}, "
    yield "running", f"{since}pid {status['pid']}"
    problems = {"real input": status["input_problem"], "screen lock": status["lock_problem"]}
    for what, problem in problems.items():
        if problem:
            yield "warning", f"{what}: {problem}"
    for warning in status["warnings"]:
        yield "warning", warning
    for event in status["last_events"]:
        yield "event", in_words(event)


def _duration(seconds: float) -> str:
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else f"{seconds:.0f} s"
