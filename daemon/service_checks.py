"""What `gestured doctor` finds of the session, of the daemon in it, and of what starts that."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.cameras import without_password
from daemon.findings import Finding, Surroundings, split_mend
from daemon.probe import TRY_BUS, end_of, last_line

if TYPE_CHECKING:
    from daemon.config.model import Config
    from daemon.service.service import Service

_AT_THE_DESKTOP = (
    "call it in a terminal of the desktop you are logged in to, not through su or sudo"
)


def session(at: Surroundings) -> Iterator[Finding]:
    """Whether this is a session that programs find each other in: its folder and its bus."""
    if at.platform != "linux":
        return
    named = at.environ.get("XDG_RUNTIME_DIR")
    if not named:
        message = "XDG_RUNTIME_DIR is not set: what runs in the desktop's session is not found"
        usual = Path("/run/user") / str(os.getuid())
        mend = f"export XDG_RUNTIME_DIR={usual}" if usual.is_dir() else _AT_THE_DESKTOP
        yield Finding("session", "warning", message, mend)
    elif not _is_ones_own(Path(named)):
        message = f"XDG_RUNTIME_DIR={named} is no folder of yours"
        yield Finding("session", "problem", message, _AT_THE_DESKTOP)
        return
    ran = at.run_python(TRY_BUS, at.environ)
    why = json.loads(last_line(ran.output)) if ran.status == 0 else end_of(ran)
    if why:
        message = f"no session bus, so no notifications and no word of the screen's lock: {why}"
        yield Finding("session", "warning", message, _AT_THE_DESKTOP)
    elif named:
        yield Finding("session", "ok", f"its folder is {named}, its bus answers")


def running(at: Surroundings) -> Iterator[Finding]:
    """The daemon that runs, if any, and what it says is wrong."""
    from daemon.control.errors import ControlError, NoDaemon

    try:
        status = at.daemon()
    except NoDaemon:
        yield Finding("daemon", "ok", "none runs in this session")
        return
    except ControlError as error:
        message, _, mend = str(error).partition("; ")
        yield Finding("daemon", "problem", message, mend or "see that XDG_RUNTIME_DIR is right")
        return
    problem = status.get("config_problem")
    if problem:
        message = f"what its configuration was changed to is not used: {problem}"
        yield Finding("daemon", "problem", message, "`gestured check` shows all of it")
    for warning in status["warnings"]:
        yield Finding("daemon", "warning", *split_mend(warning))
    if not problem and not status["warnings"]:
        fps = status.get("fps")
        frames = "" if fps is None else f", {fps:.1f} frames/s"
        yield Finding("daemon", "ok", f"runs (pid {status['pid']}): {status['state']}{frames}")


def service(settings: Config | None, at: Surroundings) -> Iterator[Finding]:
    """Whether what is installed to start the daemon can, and does."""
    from daemon.service.system import ServiceError

    try:
        found = at.services()
        if not found:
            message = "none is installed; `gestured service install` starts it with the desktop"
            yield Finding("service", "ok", message)
        elif len(found) > 1:
            message = "it is installed in two ways, of which the second is refused at each login"
            mend = "`gestured service uninstall` removes both, then install one"
            yield Finding("service", "warning", message, mend)
        for each in found:
            yield from _installed(each, settings)
    except ServiceError as error:
        message, _, mend = str(error).partition("; ")
        yield Finding("service", "warning", message, mend or _AT_THE_DESKTOP)


def _installed(found: Service, settings: Config | None) -> Iterator[Finding]:
    missing = tuple(_missing(found.command()))
    for message, mend in missing:
        yield Finding("service", "problem", message, mend)
    if settings and "://" in settings.camera.source and not found.has_network():
        camera = without_password(settings.camera.source)
        message = f"it has no network, and the camera {camera} is an address"
        mend = "`gestured service install` lets it have one, then `service stop` and `start`"
        yield Finding("service", "problem", message, mend)
    status = found.status()
    if status.problem:
        yield Finding("service", "problem", status.problem, status.mend)
    elif not missing:
        yield Finding("service", "ok", f"{status.kind}: {status.text}")


def _missing(command: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Files of a service's command that are not there, and what to do."""
    if "-P" in command and not Path(program := command[command.index("-P") - 1]).exists():
        mend = "`gestured service install` with the gestured that is there now"
        yield f"it starts {program}, which is not there", mend
    if "--config" in command:
        config = command[command.index("--config") + 1]
        if not Path(config).exists():
            mend = "put it back, or `gestured service install` with another configuration"
            yield f"it reads {config}, which is not there", mend


def _is_ones_own(folder: Path) -> bool:
    try:
        found = folder.stat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
