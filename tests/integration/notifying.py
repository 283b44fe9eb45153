"""A stand-in for the daemon under a supervisor: works in turns, and says so as the daemon does.

    python -m tests.integration.notifying [CODE]      ends at once with a code

Each turn writes a line of JSON like that of an action. SIGHUP has it open something, which takes
longer than the watchdog of the tests waits. At the start, and at its end unless it is
killed, it holds nothing down; meanwhile there is a file `held` in XDG_RUNTIME_DIR.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

from daemon.service.notify import ServiceManager
from daemon.stopping import stop_on_signals

_TURN_S = 0.02
_OPENING_S = 1.5


def main() -> int:
    """Take turns until asked to stop."""
    if len(sys.argv) > 1:
        return int(sys.argv[1])
    manager = ServiceManager()
    assert "NOTIFY_SOCKET" not in os.environ
    held = Path(os.environ["XDG_RUNTIME_DIR"]) / "held"
    network = "with a network" if _may_call() else "without a network"
    with stop_on_signals(hangup_reloads=True) as asked:
        held.touch()
        opened = ""
        while not asked():
            if asked.take_reload():
                manager.reloading()
                with manager.opening():
                    time.sleep(_OPENING_S)
                opened = ", anew"
            print('{"t": 0.0, "event": "action"}', flush=True)
            manager.ready()
            manager.alive()
            manager.status(f"working {network}{opened}")
            time.sleep(_TURN_S)
        manager.stopping()
        held.unlink()
    return 0


def _may_call() -> bool:
    try:
        socket.socket(socket.AF_INET).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
