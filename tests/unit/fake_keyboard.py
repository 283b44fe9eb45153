"""A backend whose keyboard can be looked at, and whose calls fail when told to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from daemon.actions import Button

#: How a call goes: fine, or an error or an interrupt before or after it has its effect.
Outcome = Literal["ok", "fails", "fails_after", "interrupted", "interrupted_after"]


class KeyboardOfSecrets(Exception):
    """Raised by failing calls; as pynput's errors do, it names the key."""


class FakeKeyboard:
    """Keeps what is really down in `down`, and a log of all that took effect in `log`."""

    name = "fake"
    warning: str | None = None

    def __init__(self, outcomes: Iterable[Outcome] = (), *, places: bool = True) -> None:
        self._places = places
        self._outcomes: Iterator[Outcome] = iter(outcomes)
        self.failures = 0
        self.down: set[tuple[str, str]] = set()
        self.log: list[str] = []
        self.pressed_over: list[set[tuple[str, str]]] = []
        self.closed = False

    def work_from_now_on(self) -> None:
        self._outcomes = iter(())

    def fail_next(self, *outcomes: Outcome) -> None:
        self._outcomes = iter(outcomes)

    def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        self._do("keys_for", "")
        return ("shift", *keys) if keys[-1] == "?" else keys

    def keys_for_character(self, character: str) -> tuple[str, ...]:
        self._do("keys_for", "")
        return ("shift", character) if character.isupper() else (character,)

    def place_of(self, name: str) -> object:
        """`a` and `A` are one key, as are `1` and `!`."""
        return name.lower() if len(name) == 1 else {"!": "1"}.get(name, name)

    def press_key(self, name: str) -> None:
        self.pressed_over.append(set(self.down))
        self._do("press", name, lambda: self.down.add(("key", str(self.place_of(name)))))

    def release_key(self, name: str) -> None:
        self._do("release", name, lambda: self.down.discard(("key", str(self.place_of(name)))))

    def press_button(self, button: Button) -> None:
        self._do("press_button", button, lambda: self.down.add(("button", button)))

    def release_button(self, button: Button) -> None:
        self._do("release_button", button, lambda: self.down.discard(("button", button)))

    def move_to(self, x: float, y: float) -> None:
        self._do("move", f"{x:.2f},{y:.2f}" if self._places else "")

    def move_by(self, dx_px: int, dy_px: int) -> None:
        self._do("move_by", f"{dx_px},{dy_px}")

    def scroll(self, right: int, down: int) -> None:
        self._do("scroll", f"{right},{down}")

    def desktop_size(self) -> tuple[int, int] | None:
        return (1920, 1080)

    def close(self) -> None:
        self._do("close", "")
        self.closed = True

    def _do(self, what: str, name: str, effect: Callable[[], None] | None = None) -> None:
        outcome = next(self._outcomes, "ok")
        if outcome in ("ok", "fails_after", "interrupted_after"):
            if effect is not None:
                effect()
            if what != "keys_for":
                self.log.append(f"{what} {name}".strip())
        if outcome == "ok":
            return
        self.failures += 1
        if outcome.startswith("interrupted"):
            raise KeyboardInterrupt
        raise KeyboardOfSecrets(name)
