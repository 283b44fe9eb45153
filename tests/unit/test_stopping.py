"""Signals only ask; what SIGHUP asks depends on where it comes from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.stopping import is_service, stop_on_signals

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_ask_to_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stop_on_signals() as request:
        assert not request()
        signal.raise_signal(number)
        assert request()
        assert not request.take_reload()
    assert signal.getsignal(number) is before


def test_a_services_hangup_asks_to_reload_each_time() -> None:
    with stop_on_signals(hangup_reloads=True) as request:
        assert not request.take_reload()
        for _ in range(2):
            signal.raise_signal(signal.SIGHUP)
            assert request.take_reload()
            assert not request.take_reload()
        assert not request()
        signal.raise_signal(signal.SIGTERM)
        assert request()


def test_under_nohup_the_end_of_the_terminal_is_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_on_signals() as request:
            signal.raise_signal(signal.SIGHUP)
            assert not request()
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(
    ("environ", "is_one"),
    [
        ({}, False),
        ({"INVOCATION_ID": "5"}, False),  # a shell of a terminal that systemd started
        ({"SYSTEMD_EXEC_PID": "1"}, False),
        ({"SYSTEMD_EXEC_PID": str(os.getpid())}, True),
        ({"NOTIFY_SOCKET": "@a"}, True),
    ],
)
def test_with_a_terminal_only_a_service_manager_makes_a_service(
    environ: dict[str, str], is_one: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.stopping._has_terminal", lambda: True)
    assert is_service(environ) is is_one


@pytest.mark.parametrize("has_terminal", [True, False])
def test_without_a_terminal_it_is_a_service(has_terminal: bool) -> None:
    """In a process that leads a session of its own, with and without a terminal."""
    code = "from daemon.stopping import is_service\nprint(is_service({}))"
    if has_terminal:
        # Its first terminal becomes the controlling one.
        code = (
            "import os\nmain, other = os.openpty()\n"
            "os.close(os.open(os.ttyname(other), os.O_RDWR))\n" + code
        )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert found.stdout == f"{not has_terminal}\n"
