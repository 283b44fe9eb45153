"""What a check of this machine looks at, and what it finds."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from daemon.cameras import Camera, list_cameras
from daemon.probe import Ran, run_python

if TYPE_CHECKING:
    from daemon.service.service import Service
    from models.store import ModelStore

#: The other side of a network camera takes a call at once, or is not there.
_CALL_S = 2.0

#: The daemon answers between two frames, and while it opens its camera not at all.
_ANSWER_S = 5.0

State = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and how to mend it, each in one line."""

    check: str
    state: State
    message: str
    mend: str | None = None


def _model_store() -> ModelStore:
    from models.store import ModelStore

    return ModelStore()


def _services() -> Sequence[Service]:
    from daemon.service.choose import installed_services
    from daemon.service.system import System

    return installed_services(System())


def _daemon() -> Mapping[str, Any]:
    from daemon.control.client import ask
    from daemon.control.folder import session_folder

    return ask(session_folder(), {"command": "status"}, _ANSWER_S)


def _unreachable(address: str) -> str | None:
    from daemon.camera.opener import OtherSide

    return OtherSide(address).unreachable(_CALL_S)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the checks look at, so that tests can put something else there."""

    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    platform: str = sys.platform
    python: tuple[int, int, int] = sys.version_info[:3]
    run_python: Callable[[str, Mapping[str, str]], Ran] = run_python
    cameras: Callable[[], Sequence[Camera]] = list_cameras
    may_open: Callable[[str], bool] = lambda path: os.access(path, os.R_OK | os.W_OK)
    #: Why nobody answers at an address, with the mend, or None.
    unreachable: Callable[[str], str | None] = _unreachable
    model_store: Callable[[], ModelStore] = _model_store
    #: What starts the daemon; may raise ServiceError.
    services: Callable[[], Sequence[Service]] = _services
    #: The status of the daemon that runs; may raise ControlError.
    daemon: Callable[[], Mapping[str, Any]] = _daemon


def split_mend(told: str) -> tuple[str, str | None]:
    """What is wrong, and the mend, which is after the last `; `, or else `: `, if there is any."""
    message, _, mend = told.rpartition("; " if "; " in told else ": ")
    return (message, mend) if message else (told, None)


def pip_install(package: str) -> str:
    """The command that installs a package again."""
    return f"{shlex.quote(sys.executable)} -m pip install --force-reinstall {package}"
