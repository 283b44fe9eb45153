"""The notify protocol: what is told, how often, and that nobody listening changes nothing."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.service.notify import ServiceManager

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the protocol is Linux's")


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(params=["path", "abstract"])
def listening(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[str, socket.socket]]:
    name = f"@gestured-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name.replace("@", "\0", 1))
        listener.setblocking(False)
        yield name, listener


def heard(listener: socket.socket) -> list[str]:
    found = []
    while True:
        try:
            found.append(listener.recv(8192).decode())
        except BlockingIOError:
            return found


def test_everything_is_told(listening: tuple[str, socket.socket]) -> None:
    name, listener = listening
    clock = Clock()
    environ = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "4000000", "WATCHDOG_PID": str(os.getpid())}
    manager = ServiceManager(environ, clock)
    assert environ == {}
    assert manager.listens
    manager.ready()
    manager.ready()
    manager.frame()
    manager.frame()
    manager.status("armed,\nby the right hand")
    manager.status("armed, by the right hand")
    manager.stopping()
    told = ["READY=1", "X_GESTURED_FRAME=1", "STATUS=armed, by the right hand", "STOPPING=1"]
    assert heard(listener) == told
    manager.status("x" * 100_000)
    assert len(heard(listener)[0]) < 4096


def test_signs_of_life_come_four_times_in_a_deadline(
    listening: tuple[str, socket.socket],
) -> None:
    name, listener = listening
    clock = Clock()
    manager = ServiceManager({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "4000000"}, clock)
    signs = []
    for _ in range(400):
        manager.alive()
        signs += [clock.now_s] * len(heard(listener))
        clock.now_s += 0.03125
    assert signs == [100.0 + second for second in range(13)]


def test_opening_something_extends_the_deadline_and_no_longer(
    listening: tuple[str, socket.socket],
) -> None:
    name, listener = listening
    for deadline, extended in (("4000000", "60000000"), ("90000000", "90000000")):
        manager = ServiceManager({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": deadline})
        with manager.opening():
            assert heard(listener) == [f"WATCHDOG_USEC={extended}"]
        assert heard(listener) == [f"WATCHDOG_USEC={deadline}"]
    with ServiceManager({"NOTIFY_SOCKET": name}).opening():
        pass
    assert heard(listener) == []


@pytest.mark.parametrize(
    "watchdog",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "4000000", "WATCHDOG_PID": "1"},
    ],
)
def test_no_signs_where_none_are_asked_for(
    listening: tuple[str, socket.socket], watchdog: dict[str, str]
) -> None:
    name, listener = listening
    manager = ServiceManager({"NOTIFY_SOCKET": name, **watchdog})
    manager.alive()
    assert heard(listener) == []


def test_what_could_not_be_told_is_told_later(tmp_path: Path) -> None:
    path = tmp_path / "s"
    manager = ServiceManager({"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "4000000"}, Clock())

    def tell() -> None:
        manager.ready()
        manager.alive()
        manager.status("armed")

    tell()
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listener:
        listener.bind(str(path))
        listener.setblocking(False)
        tell()
        tell()
        assert heard(listener) == ["READY=1", "WATCHDOG=1", "STATUS=armed"]


def test_a_full_socket_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(path))
        manager = ServiceManager({"NOTIFY_SOCKET": str(path)})
        for number in range(2000):
            manager.status(f"{number}")
        listener.setblocking(False)
        assert 0 < len(heard(listener)) < 2000


@given(st.text(max_size=200), st.text(max_size=30))
def test_nothing_raises(name: str, status: str) -> None:
    # No path: that could be the name of a real socket.
    environ = {"NOTIFY_SOCKET": name.lstrip("/@"), "WATCHDOG_USEC": status, "WATCHDOG_PID": name}
    for each in (environ, {"NOTIFY_SOCKET": f"/nowhere/{name}", "WATCHDOG_USEC": "1000"}):
        manager = ServiceManager(dict(each))
        manager.ready()
        manager.alive()
        manager.status(status)
        manager.stopping()
