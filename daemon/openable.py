"""Whether what a configuration names can be opened, found out beside what is open."""

from __future__ import annotations

import os

from daemon.backends.backend import BackendError
from daemon.cameras import CameraNotFound
from daemon.commands.common import open_configured_tracker
from daemon.config.model import Config
from daemon.control.errors import ControlError
from daemon.sources import SourceError, open_source
from models.store import ModelError
from models.syslibs import MissingLibrary

#: What a configuration may be wrong about and `check` can't know, each in one line.
NOT_OPENED = (
    BackendError, CameraNotFound, ControlError, MissingLibrary, ModelError, SourceError,
)  # fmt: skip


def check_opens(now: Config, new: Config) -> None:
    """Open and close what the new configuration names otherwise, so that no round ends in vain.

    Cameras are left alone: one may be open only once, and one that is missing is waited for.

    Raises:
        BackendError, CameraNotFound, MissingLibrary, ModelError, SourceError: In one line each.
    """
    if new.camera != now.camera:
        source = open_source(new.camera, paused=True)
        try:
            if not source.live:
                next(iter(source.frames(lambda: False)), None)
        finally:
            source.close()
    if new.tracker != now.tracker:
        open_configured_tracker(new).close()
    if new.backend != now.backend:
        from daemon.backends.choose import open_backend

        open_backend(new.backend, os.environ).backend.close()
