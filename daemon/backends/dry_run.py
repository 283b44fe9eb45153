"""The backend of `--dry-run`: takes every operation and does none."""

from __future__ import annotations

from daemon.actions import Button


class DryRunBackend:
    """Touches nothing, so the injector above it goes through the same motions as ever."""

    name = "dry run"
    warning: str | None = None

    def keys_for(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        return keys

    def keys_for_character(self, character: str) -> tuple[str, ...]:
        return (character,)

    def place_of(self, name: str) -> object:
        return name

    def press_key(self, name: str) -> None:
        pass

    def release_key(self, name: str) -> None:
        pass

    def press_button(self, button: Button) -> None:
        pass

    def release_button(self, button: Button) -> None:
        pass

    def move_to(self, x: float, y: float) -> None:
        pass

    def move_by(self, dx_px: int, dy_px: int) -> None:
        pass

    def scroll(self, right: int, down: int) -> None:
        pass

    def desktop_size(self) -> tuple[int, int] | None:
        return None

    def close(self) -> None:
        pass
