"""The model store against a tiny wheel and a tiny manifest; nothing here touches the network."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.fetch import FetchError
from models.manifest import MODELS, ModelFile
from models.store import FOLDER_VARIABLE, ModelError, ModelStore, State

NAMES = ("palm_detection_full", "hand_landmark_full", "hand_landmark_lite")


def content_of(name: str) -> bytes:
    return name.encode() * 1000


MANIFEST = {
    name: ModelFile(
        name=name,
        member=f"some/where/{name}.tflite",
        sha256=hashlib.sha256(content_of(name)).hexdigest(),
        size=len(content_of(name)),
    )
    for name in NAMES
}


class Index:
    """Stands for pip: writes the wheel, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.online = True
        self.members = {MANIFEST[name].member: content_of(name) for name in NAMES}

    def __call__(self, folder: Path) -> Path:
        self.asked += 1
        if not self.online:
            raise FetchError("pip could not download it: no connection to the package index")
        wheel = folder / "models.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for member, content in self.members.items():
                archive.writestr(member, content)
        return wheel


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "models"


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def store(cache: Path, index: Index, told: list[str]) -> ModelStore:
    return ModelStore(cache=cache, fetch=index, manifest=MANIFEST, progress=told.append)


def put(folder: Path, name: str, content: bytes | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.tflite"
    path.write_bytes(content_of(name) if content is None else content)
    return path


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_fetches_once_and_takes_every_model(
    store: ModelStore, cache: Path, index: Index, told: list[str]
) -> None:
    for name in NAMES:
        assert store.path(name).read_bytes() == content_of(name)
    assert index.asked == 1
    assert visible(cache) == sorted(f"{name}.tflite" for name in NAMES)
    assert told == [
        "fetching the model files with pip (a 35 MB wheel, once)",
        f"the model files are in {cache}",
    ]


def test_a_filled_cache_needs_no_network(store: ModelStore, cache: Path, index: Index) -> None:
    for name in NAMES:
        put(cache, name)
    index.online = False
    assert store.path(NAMES[0]) == cache / f"{NAMES[0]}.tflite"
    assert index.asked == 0


@pytest.mark.parametrize("damage", [b"", content_of(NAMES[0])[:-1], b"x" * 19_000])
def test_a_damaged_cache_file_is_fetched_again(
    store: ModelStore, cache: Path, told: list[str], damage: bytes
) -> None:
    path = put(cache, NAMES[0], damage)
    assert store.path(NAMES[0]).read_bytes() == content_of(NAMES[0])
    assert told[0] == f"{path} is damaged: fetching it again"


def test_damage_after_the_first_load_is_seen(store: ModelStore) -> None:
    path = store.path(NAMES[0])
    path.write_bytes(b"short")
    assert store.path(NAMES[0]).read_bytes() == content_of(NAMES[0])


def test_an_unchanged_file_is_hashed_once(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.path(NAMES[0])
    store.find(NAMES[0])
    monkeypatch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("hashed again"))
    store.path(NAMES[0])


def test_offline_with_an_empty_cache_names_the_mend(
    store: ModelStore, cache: Path, index: Index
) -> None:
    index.online = False
    with pytest.raises(ModelError) as caught:
        store.path(NAMES[0])
    assert str(caught.value) == (
        "pip could not download it: no connection to the package index: "
        "run 'gestured models pull' when online, "
        "or set GESTURED_MODELS to a folder that holds the files"
    )
    assert caught.value.name == NAMES[0]
    assert caught.value.path == cache / f"{NAMES[0]}.tflite"
    assert visible(cache) == []


def test_offline_keeps_the_damaged_file(store: ModelStore, cache: Path, index: Index) -> None:
    path = put(cache, NAMES[0], b"damaged")
    index.online = False
    with pytest.raises(ModelError):
        store.path(NAMES[0])
    assert path.read_bytes() == b"damaged"


@pytest.mark.parametrize("member", [b"something else", None])
def test_a_wheel_with_another_content_is_refused(
    store: ModelStore, cache: Path, index: Index, member: bytes | None
) -> None:
    name = NAMES[0]
    if member is None:
        del index.members[MANIFEST[name].member]
    else:
        index.members[MANIFEST[name].member] = member
    with pytest.raises(ModelError, match=f"does not hold the {name} that gestured knows"):
        store.path(name)
    assert not (cache / f"{name}.tflite").exists()


def test_unknown_name(store: ModelStore) -> None:
    with pytest.raises(ModelError, match=r"^no model 'nose': one of palm_detection_full, "):
        store.path("nose")


def test_folder_then_variable_then_cache(
    tmp_path: Path, cache: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, named = tmp_path / "folder", tmp_path / "named"
    monkeypatch.setenv(FOLDER_VARIABLE, str(named))
    store = ModelStore(folder, cache, fetch=index, manifest=MANIFEST)
    put(folder, NAMES[0])
    put(named, NAMES[0])
    put(named, NAMES[1])
    assert store.path(NAMES[0]).parent == folder
    assert store.path(NAMES[1]).parent == named
    assert store.path(NAMES[2]).parent == cache
    assert visible(folder) == [f"{NAMES[0]}.tflite"]
    assert visible(named) == sorted(f"{name}.tflite" for name in NAMES[:2])


def test_a_bad_file_in_the_users_folder_is_an_error(
    tmp_path: Path, cache: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    path = put(tmp_path, NAMES[0], b"bad")
    put(cache, NAMES[0])
    with pytest.raises(ModelError) as caught:
        ModelStore(cache=cache, fetch=index, manifest=MANIFEST).path(NAMES[0])
    assert str(caught.value) == (
        f"{path} is not the {NAMES[0]} that gestured knows (its SHA-256 differs): "
        "put the right file there, or delete it to take the one of the cache"
    )
    assert path.read_bytes() == b"bad"
    assert index.asked == 0


def test_a_named_folder_that_is_none(
    tmp_path: Path, cache: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "typo"))
    with pytest.raises(ModelError, match="typo is not a folder: correct the config or GESTURED_"):
        ModelStore(cache=cache, fetch=index, manifest=MANIFEST).path(NAMES[0])


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "read_only"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write anywhere")
    yield folder
    folder.chmod(0o700)


def test_a_read_only_folder_is_enough(read_only: Path, cache: Path, index: Index) -> None:
    read_only.chmod(0o700)
    put(read_only, NAMES[0])
    read_only.chmod(0o500)
    store = ModelStore(read_only, cache, fetch=index, manifest=MANIFEST)
    assert store.path(NAMES[0]).parent == read_only


def test_a_read_only_cache(read_only: Path, index: Index) -> None:
    store = ModelStore(cache=read_only / "models", fetch=index, manifest=MANIFEST)
    with pytest.raises(ModelError, match=r"models cannot be written \(Permission denied\): mend"):
        store.path(NAMES[0])


def test_a_cache_that_cannot_be_made(tmp_path: Path, index: Index) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    store = ModelStore(cache=tmp_path / "file" / "models", fetch=index, manifest=MANIFEST)
    with pytest.raises(ModelError, match=r"cannot be (read|written) \(Not a directory\)"):
        store.path(NAMES[0])


def test_a_write_that_fails_half_way_leaves_no_model(
    store: ModelStore, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ModelError, match="No space left on device"):
            store.path(NAMES[0])
    assert store.find(NAMES[0]).state is State.MISSING
    assert store.path(NAMES[0]).read_bytes() == content_of(NAMES[0])
    assert visible(cache) == sorted(f"{name}.tflite" for name in NAMES)


def test_find_fetches_nothing(store: ModelStore, cache: Path, index: Index) -> None:
    put(cache, NAMES[0])
    put(cache, NAMES[1], b"bad")
    states = [store.find(name).state for name in NAMES]
    assert states == [State.PRESENT, State.CORRUPT, State.MISSING]
    assert index.asked == 0


# A process of its own that fetches: it tells that it began, then waits to be let go or killed.
SCRIPT = """
import sys, time
from pathlib import Path
from tests.unit.test_store import MANIFEST, NAMES, Index
from models.store import ModelStore

shared = Path(sys.argv[1])

class SlowIndex(Index):
    def __call__(self, folder):
        with (shared / "fetches").open("a") as log:
            log.write("x")
        wheel = super().__call__(folder)
        while not (shared / "go").exists():
            time.sleep(0.01)
        return wheel

store = ModelStore(cache=shared / "models", fetch=SlowIndex(), manifest=MANIFEST, progress=print)
print(store.path(NAMES[0]))
"""


def start(shared: Path) -> subprocess.Popen[str]:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-u", "-c", SCRIPT, str(shared)]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_two_processes_fetch_once(tmp_path: Path) -> None:
    with start(tmp_path) as first:
        wait_for(tmp_path / "fetches")
        with start(tmp_path) as second:
            assert second.stdout is not None
            assert second.stdout.readline().startswith("waiting for another gestured")
            (tmp_path / "go").touch()
            rest, _ = second.communicate(timeout=60)
            first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert rest == f"{tmp_path / 'models' / NAMES[0]}.tflite\n"
    assert (tmp_path / "fetches").read_text(encoding="utf-8") == "x"


def test_a_killed_fetch_does_no_harm(tmp_path: Path, index: Index) -> None:
    cache = tmp_path / "models"
    with start(tmp_path) as process:
        wait_for(tmp_path / "fetches")
        process.kill()
        process.communicate(timeout=60)
    assert [name for name in visible(cache) if name.startswith(".fetch-")]
    (cache / f".{NAMES[0]}.tflite.part").write_bytes(b"half")
    store = ModelStore(cache=cache, fetch=index, manifest=MANIFEST)
    assert store.path(NAMES[0]).read_bytes() == content_of(NAMES[0])
    assert visible(cache) == sorted(f"{name}.tflite" for name in NAMES)


def test_hand_bundle_is_a_stored_zip(store: ModelStore, cache: Path) -> None:
    path = store.hand_bundle("lite")
    assert path == cache / "hand_landmarker_lite.task"
    with zipfile.ZipFile(path) as bundle:
        assert {info.filename: info.compress_type for info in bundle.infolist()} == {
            "hand_detector.tflite": zipfile.ZIP_STORED,
            "hand_landmarks_detector.tflite": zipfile.ZIP_STORED,
        }
        assert bundle.read("hand_detector.tflite") == content_of("palm_detection_full")
        assert bundle.read("hand_landmarks_detector.tflite") == content_of("hand_landmark_lite")


def test_hand_bundle_is_made_once_and_mended(store: ModelStore) -> None:
    path = store.hand_bundle("full")
    good, made = path.read_bytes(), path.stat().st_ino
    assert store.hand_bundle("full").stat().st_ino == made
    path.write_bytes(good[:-1])
    assert store.hand_bundle("full").read_bytes() == good


def test_manifest_names_nine_models() -> None:
    assert len(MODELS) == 9
    for name, model in MODELS.items():
        assert model.name == name
        assert Path(model.member).stem == name
        assert len(bytes.fromhex(model.sha256)) == 32
