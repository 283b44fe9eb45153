"""LiteRT's threads are where they were placed: its helpers begin within the network's making."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import pytest

from models import litert_network
from models.placement import Placement
from models.store import ModelStore

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux is helped")


def places() -> dict[int, set[int]]:
    """Where each thread of this process may run."""
    threads = [int(task.name) for task in Path("/proc/self/task").iterdir()]
    return {thread: os.sched_getaffinity(thread) for thread in threads}


@pytest.mark.usefixtures("all_cores")
def test_helpers_are_off_their_callers_core(
    store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places()
    own = os.sched_getaffinity(0)
    placed = partial(Placement, needed=lambda: True)
    monkeypatch.setattr(litert_network, "Placement", placed)
    network = litert_network.LitertNetwork(store.path("hand_landmark_lite"), 2)
    network.crop[:] = 0
    network.run()
    helpers = [cores for thread, cores in places().items() if thread not in before]
    with placed(2).calling():
        callers = os.sched_getaffinity(0)
    assert len(helpers) == 1
    assert helpers[0].isdisjoint(callers)
    assert os.sched_getaffinity(0) == own
