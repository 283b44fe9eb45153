"""Everything after the landmarks: smoothing, recognition, actions, in this order."""

from __future__ import annotations

from typing import Any, Protocol

from daemon.actions import DragAction, PointerAction
from daemon.config.model import Config
from daemon.dispatch import Dispatcher
from daemon.injector import Injector
from gestures.landmarks import HandFrame
from gestures.recognizer import Recognizer
from models.smoothing import LandmarkSmoother


class Line(Protocol):
    """Anything that becomes a line of JSON."""

    def to_json(self) -> dict[str, Any]: ...


class Chain:
    """Turns landmarks into what happens, frame by frame.

    Args:
        config: Gestures, bindings, arming, noise.
        injector: Carries the actions out; its thread is the caller's.
        dry_run: What the reported actions say of themselves.
    """

    def __init__(self, config: Config, injector: Injector, *, dry_run: bool) -> None:
        self._smoother = LandmarkSmoother(config.smoothing)
        self._recognizer = Recognizer(config.gestures, config.arming, _followed_gestures(config))
        self._dispatcher = Dispatcher(config, injector, dry_run)

    def feed(self, frame: HandFrame) -> list[Line]:
        """Take in what the tracker saw; each event comes before the actions it leads to."""
        hands = self._smoother.update(frame.hands, frame.t_s, frame.aspect)
        smoothed = HandFrame(frame.t_s, frame.width, frame.height, hands, frame.mirrored)
        lines: list[Line] = []
        for event in self._recognizer.update(smoothed):
            lines.append(event)
            lines += self._dispatcher.handle(event, frame.t_s)
        seen = {hand.track for hand in hands if not hand.coasting}
        lines += self._dispatcher.tick(frame.t_s, seen)
        return lines

    def reset(self, t_s: float, reason: str) -> list[Line]:
        """Give up everything and release everything: the stream of frames is broken."""
        self._smoother.reset()
        self._dispatcher.reset()
        return list(self._recognizer.reset(t_s, reason))


def _followed_gestures(config: Config) -> frozenset[str]:
    """Gestures whose every frame matters, since the pointer goes with them."""
    modes = [binding for mode in config.modes.values() for binding in mode.bindings]
    return frozenset(
        binding.gesture
        for binding in (*config.bindings, *modes)
        if isinstance(binding.action, PointerAction | DragAction)
    )
