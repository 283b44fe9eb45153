"""A dispatcher on a fake keyboard, driven by short calls with times in milliseconds."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, Literal

import numpy as np

from daemon.config.model import Binding, Config, Mode, SafetySettings
from daemon.dispatch import Dispatcher
from daemon.injector import Injector
from daemon.outside import OutsideError
from daemon.reports import ActionEvent, ModeEvent
from gestures.arming import ArmingRule
from gestures.events import ArmingEvent, GestureEvent
from gestures.landmarks import HandFrame, HandObservation, HandSide
from tests.unit.fake_keyboard import FakeKeyboard
from tests.unit.hand_points import hand_px

WIDTH, HEIGHT, PALM_PX = 640, 480, 80.0


def hand(
    track: int, place: tuple[float, float] = (0.5, 0.6), turned_deg: float = 0.0
) -> HandObservation:
    """An open hand with its wrist at a place of the picture, at rest."""
    points = hand_px(place[0] * WIDTH, place[1] * HEIGHT, PALM_PX, np.radians(turned_deg))
    points /= (WIDTH, HEIGHT, WIDTH)
    return HandObservation(track, "right", 1.0, points, velocity=np.zeros_like(points))


class FakeOutside:
    """Notes what is started and shown; refuses a program called `missing`."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def run(self, command: Sequence[str]) -> None:
        if command[0] == "missing":
            raise OutsideError("missing: can't be started: no such file; check its path")
        self.log.append("run " + " ".join(command))

    def notify(self, text: str) -> None:
        self.log.append(f"notify {text}")


class Rig:
    """A dispatcher, its keyboard and its hands."""

    def __init__(
        self,
        *bindings: Binding,
        modes: dict[str, Mode] | None = None,
        arming: ArmingRule | None = None,
        safety: SafetySettings | None = None,
        app: str = "",
        places: bool = False,
    ) -> None:
        self.keyboard = FakeKeyboard(places=places)
        self.injector = Injector(self.keyboard)
        self.outside = FakeOutside()
        self.app = app
        self.asked_for_app = 0
        config = Config(
            arming=arming, bindings=bindings, modes=modes or {}, safety=safety or SafetySettings()
        )
        self.dispatcher = Dispatcher(
            config, self.injector, dry_run=False, outside=self.outside, focused=self._focused
        )
        self.hands = {1: hand(1), 2: hand(2)}

    @property
    def pressed(self) -> list[str]:
        """What the keyboard and mouse got, without the pointer's moves."""
        return [line for line in self.keyboard.log if not line.startswith("move")]

    @property
    def moves(self) -> int:
        """How often the pointer was moved."""
        return len(self.keyboard.log) - len(self.pressed)

    def on(
        self,
        kind: Literal["begin", "update", "end", "cancel"],
        gesture: str,
        at_ms: float = 0.0,
        *,
        hand: HandSide = "right",
        track: int = 1,
        pointer: tuple[float, float] | None = None,
        repeats: int = 0,
        acts: bool = True,
        again: bool = False,
    ) -> list[str]:
        """A frame with an event, and the pointer's moves at its end."""
        if pointer is not None:
            self.place(track, pointer)
        self._see(at_ms)
        event = GestureEvent(
            at_ms / 1000, kind, gesture, hand, track, pointer=pointer, repeats=repeats, acts=acts,
            again=again,
        )  # fmt: skip
        reports = self.dispatcher.handle(event, at_ms / 1000)
        if kind == "update" and pointer is not None:
            reports += self.dispatcher.tick(at_ms / 1000)
        return self._shorten(reports)

    def arm(self, event: Literal["armed", "disarmed"], at_ms: float = 0.0) -> list[str]:
        """A frame with that."""
        self._see(at_ms)
        return self._shorten(self.dispatcher.handle(ArmingEvent(at_ms / 1000, event), at_ms / 1000))

    def tick(self, at_ms: float, seen: Container[int] = (1, 2)) -> list[str]:
        """A frame without an event, in which these tracks are seen."""
        self._see(at_ms, seen)
        return self._shorten(self.dispatcher.tick(at_ms / 1000))

    def place(self, track: int, place: tuple[float, float], turned_deg: float = 0.0) -> None:
        """Put a hand somewhere."""
        self.hands[track] = hand(track, place, turned_deg)

    def _see(self, at_ms: float, seen: Container[int] = (1, 2)) -> None:
        hands = tuple(each for track, each in self.hands.items() if track in seen)
        self.dispatcher.see(HandFrame(at_ms / 1000, WIDTH, HEIGHT, hands))

    def _focused(self, apps: tuple[str, ...]) -> bool:
        self.asked_for_app += 1
        return self.app in apps

    @staticmethod
    def _shorten(reports: Sequence[Any]) -> list[str]:
        return [
            f"{r.gesture}: {' '.join(str(v) for v in r.action.to_json().values())}"
            if isinstance(r, ActionEvent)
            else f"mode {r.mode}"
            if isinstance(r, ModeEvent)
            else f"{r.event} {r.reason}"
            for r in reports
        ]
