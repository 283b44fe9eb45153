"""Plays the sounds by what the system has for it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from daemon.config.model import FeedbackEvent
from daemon.desk.command import run_command
from daemon.desk.worker import JobError, Worker

#: What may play a file, the likeliest first; the file comes after.
_PLAYERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "darwin": (("afplay",),),
    "linux": (("pw-play",), ("paplay",), ("aplay", "-q"), ("canberra-gtk-play", "-f")),
}
_MEND = "install pipewire-bin, pulseaudio-utils or alsa-utils, and see that sound works at all"


class Sounds(Protocol):
    """Plays one sound at a time; of those that came meanwhile, the newest."""

    @property
    def problem(self) -> str | None:
        """Why the last sound was not heard, and the mend after `; `."""

    def play(self, event: FeedbackEvent) -> None:
        """Never waits, never raises."""

    def wait_idle(self, timeout_s: float) -> bool:
        """Wait until everything was played or has failed; False if it took too long."""

    def close(self) -> None: ...


class WorkingSounds:
    """Plays from a thread that starts with the first sound.

    Args:
        play: Plays one; raises JobError. Called on the thread.
    """

    def __init__(self, play: Callable[[FeedbackEvent], None]) -> None:
        self._worker: Worker[FeedbackEvent] = Worker("sounds", play)

    @property
    def problem(self) -> str | None:
        return self._worker.problem

    def play(self, event: FeedbackEvent) -> None:
        self._worker.put(event)

    def wait_idle(self, timeout_s: float) -> bool:
        return self._worker.wait_idle(timeout_s)

    def close(self) -> None:
        self._worker.close()


def open_sounds(platform: str, folder: Path | None = None) -> Sounds:
    """The way that this system has. Opens nothing before the first sound, never raises.

    Args:
        platform: As `sys.platform`.
        folder: Where the files go; None for the user's cache.
    """
    if platform == "win32":
        return WorkingSounds(_play_on_windows)
    return WorkingSounds(FilePlayer(_players(platform), folder).play)


def check_sounds(platform: str) -> str | None:
    """Why no sound can be played here, and the mend after `; `; None when one may be.

    Plays none. Never raises.
    """
    if platform == "win32" or any(shutil.which(name) for name, *_ in _players(platform)):
        return None
    return f"no program that plays a sound is installed; {_MEND}"


def _players(platform: str) -> tuple[tuple[str, ...], ...]:
    return _PLAYERS["darwin" if platform == "darwin" else "linux"]


class FilePlayer:
    """Plays with the first of several programs that can.

    Args:
        players: The programs, each with the arguments that come before the file.
        folder: Where the files go; None for the user's cache.
    """

    def __init__(self, players: Sequence[Sequence[str]], folder: Path | None = None) -> None:
        self._players = list(players)
        self._folder = folder

    def play(self, event: FeedbackEvent) -> None:
        """Play the sound of an event to its end.

        Raises:
            JobError: None of the programs can.
        """
        path = self._file(event)
        problems = []
        for player in list(self._players):
            try:
                run_command([*player, str(path)])
            except JobError as error:
                problems.append(str(error))
                continue
            # One that is there may still find no sound server, so the one that can goes first.
            self._players.remove(player)
            self._players.insert(0, player)
            return
        raise JobError(f"no sound was heard ({', '.join(problems)}); {_MEND}")

    def _file(self, event: FeedbackEvent) -> Path:
        """The file with the sound of an event, written when it is missing or different."""
        from daemon.desk.tones import wav

        content = wav(event)
        if self._folder is None:
            import platformdirs

            self._folder = platformdirs.user_cache_path("gestured", appauthor=False) / "sounds"
        path = self._folder / f"{event}.wav"
        try:
            if not path.is_file() or path.read_bytes() != content:
                self._folder.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(dir=self._folder)
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                Path(name).replace(path)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise JobError(f"no sound was heard: {path} can't be written ({why})") from None
        return path


def _play_on_windows(event: FeedbackEvent) -> None:
    import winsound

    from daemon.desk.tones import wav

    try:
        winsound.PlaySound(wav(event), winsound.SND_MEMORY)  # type: ignore[attr-defined,unused-ignore]
    except RuntimeError as error:
        raise JobError(
            f"no sound was heard ({error}); see that Windows has a sound device"
        ) from None
