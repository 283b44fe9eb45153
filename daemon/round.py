"""A round of a run: what one configuration has opened, from the camera to the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from daemon.cameras import without_password
from daemon.chain import Chain
from daemon.config.model import Config
from daemon.live import Live


class Camera(Protocol):
    """A camera that can be given back for a while; see `daemon.camera.live`."""

    @property
    def start_s(self) -> float: ...
    @property
    def state(self) -> str: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Round:
    """What one configuration has opened.

    Attributes:
        config: The configuration.
        live: What it acts on.
        chain: What it acts by.
        camera: None where pictures come from elsewhere, or from nowhere.
        stands_in: Whether nothing is in force, since the file could not be used from the start.
    """

    config: Config
    live: Live
    chain: Chain
    camera: Camera | None
    stands_in: bool = False

    @property
    def source(self) -> str | None:
        """What gives the pictures, in words."""
        if self.stands_in:
            return None
        name = without_password(self.config.camera.source)
        return name if self.camera is None else f"{name} ({self.camera.state})"

    def will_do_for(self, new: Config) -> bool:
        """Whether another configuration can be used with what is open."""
        return not self.stands_in and _opening(self.config) == _opening(new)


def _opening(config: Config) -> tuple[object, ...]:
    asks_for_focus = any(mode.apps for mode in config.modes.values())
    return (
        config.camera,
        config.tracker,
        config.backend,
        config.feedback,
        config.safety.yield_ms,
        asks_for_focus,
    )
