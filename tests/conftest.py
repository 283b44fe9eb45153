"""What tests of several folders share: the evaluation data, the model files, a hand's landmarks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from models.store import ModelError, ModelStore
from models.tracker import TrackerOptions
from tools.machine import describe

_MODELS = ("palm_detection_full", "hand_landmark_full", "hand_landmark_lite")


#: The same examples today and in a year, on however slow a machine.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")


def pytest_configure() -> None:
    """Keep each of the processes that run tests side by side to one core.

    The networks of one would otherwise wait for the threads of another.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})


def pytest_report_header() -> list[str]:
    """On what the tests run, for whoever compares two machines."""
    return [*describe()]


@pytest.fixture
def all_cores() -> Iterator[None]:
    """All cores for the test's thread, also where tests are kept to one each; at least two."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one core only")
    yield
    os.sched_setaffinity(0, before)


@pytest.fixture(scope="session", autouse=True)
def own_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A session of the tests' own, so that none meets a daemon that the user runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("session")))
        yield


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of evaluation data: `GESTURED_DATA`, or `../shared/data` from the project."""
    named = os.environ.get("GESTURED_DATA")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no evaluation data at {folder}; set GESTURED_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def store() -> ModelStore:
    """The store with the hand models in it, fetched when they are nowhere."""
    store = ModelStore()
    try:
        for name in _MODELS:
            store.path(name)
    except ModelError as error:
        if "no connection" in str(error):
            pytest.skip(f"needs the package index: {error}")
        raise
    return store


@pytest.fixture(scope="session")
def tracker_options() -> TrackerOptions:
    """One hand, the full network, one thread: what figures are compared with."""
    return TrackerOptions(max_hands=1, threads=1)
