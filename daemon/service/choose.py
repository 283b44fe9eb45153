"""Which way of starting gestured suits the system, and which are in use."""

from __future__ import annotations

from daemon.service.autostart import AutostartService
from daemon.service.launchd import LaunchdService
from daemon.service.service import Service
from daemon.service.system import ServiceError, System
from daemon.service.systemd import SystemdService
from daemon.service.tasks import TaskService


def service_to_install(system: System, *, autostart: bool) -> Service:
    """What to install.

    Raises:
        ServiceError: Autostart is asked for where there is none.
    """
    if system.platform in ("darwin", "win32"):
        if autostart:
            raise ServiceError("--autostart is for Linux desktops; leave it out here")
        return LaunchdService(system) if system.platform == "darwin" else TaskService(system)
    if autostart or not system.has("systemctl"):
        return AutostartService(system)
    return SystemdService(system)


def installed_services(system: System) -> list[Service]:
    """Those that are installed; more than one where a file was put there by hand.

    Raises:
        ServiceError: A file of that name can't be read.
    """
    candidates: list[Service]
    if system.platform == "darwin":
        candidates = [LaunchdService(system)]
    elif system.platform == "win32":
        candidates = [TaskService(system)]
    else:
        candidates = [SystemdService(system), AutostartService(system)]
    return [service for service in candidates if service.is_installed()]
