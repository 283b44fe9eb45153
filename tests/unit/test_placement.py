"""Threads of a network keep off each other's cores in a virtual machine, and only there."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from models.placement import Placement
from models.processor import is_virtual

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux is helped")


def cores() -> set[int]:
    return os.sched_getaffinity(0)


@pytest.fixture(name="allowed")
def fixture_allowed(monkeypatch):
    """Eight cores, of which this thread may use five; what it may is kept per thread."""
    of_thread = threading.local()
    monkeypatch.setattr(
        os, "sched_getaffinity", lambda _: getattr(of_thread, "cores", {0, 2, 3, 5, 7})
    )
    monkeypatch.setattr(
        os, "sched_setaffinity", lambda _, wanted: setattr(of_thread, "cores", set(wanted))
    )
    return {0, 2, 3, 5, 7}


def where(placement: Placement) -> tuple[set[int], set[int]]:
    """Cores of the helpers, and of their caller."""
    with placement.starting_helpers():
        helpers = cores()
    with placement.calling():
        return helpers, cores()


class TestPlacement:
    @pytest.mark.parametrize("threads", [2, 3, 4, 5])
    def test_helpers_and_their_caller_share_no_core(self, allowed: set[int], threads: int):
        helpers, caller = where(Placement(threads, lambda: True))
        assert not helpers & caller
        assert helpers | caller == allowed
        assert len(helpers) >= threads - 1

    def test_afterwards_the_thread_may_run_where_it_might(self, allowed: set[int]):
        placement = Placement(2, lambda: True)
        where(placement)
        assert cores() == allowed
        with pytest.raises(ZeroDivisionError), placement.calling():
            raise ZeroDivisionError
        assert cores() == allowed

    @pytest.mark.parametrize(("threads", "needed"), [(1, True), (2, False), (6, True)])
    def test_nothing_is_done_where_it_is_no_help(
        self, allowed: set[int], threads: int, needed: bool
    ):
        assert where(Placement(threads, lambda: needed)) == (allowed, allowed)

    def test_a_sandbox_may_forbid_it(self, allowed: set[int], monkeypatch):
        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "sched_setaffinity", refuse)
        assert where(Placement(2, lambda: True)) == (allowed, allowed)

    def test_who_is_confined_later_stays_there(self, allowed: set[int]):
        placement = Placement(2, lambda: True)
        helpers, caller = where(placement)
        for confined in (helpers, caller, {min(caller), min(helpers)}):
            os.sched_setaffinity(0, confined)
            with placement.calling():
                assert cores() <= confined
            assert cores() == confined

    @pytest.mark.usefixtures("all_cores")
    def test_a_thread_started_as_a_helper_is_one(self):
        placement = Placement(2, lambda: True)
        seen: list[set[int]] = []
        with placement.starting_helpers():
            thread = threading.Thread(target=lambda: seen.append(cores()))
            thread.start()
        thread.join()
        with placement.calling():
            assert seen[0].isdisjoint(cores())


def test_a_virtual_machine_tells_that_it_is_one(tmp_path: Path):
    cpuinfo = tmp_path / "cpuinfo"
    for flags, virtual in (("fpu hypervisor avx2", True), ("fpu avx2", False)):
        cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\n\n", encoding="utf-8")
        assert is_virtual(cpuinfo) is virtual
    assert not is_virtual(tmp_path / "none")
