"""A process in the middle of a drag until SIGTERM tells it to stop."""

from __future__ import annotations

import signal
from itertools import cycle

from daemon.backends.pynput_backend import PynputBackend
from daemon.injector import Injector


def main() -> None:
    stopping = False

    def stop(_signum: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    injector = Injector(PynputBackend())
    try:
        injector.hold_button("left")
        print("dragging", flush=True)
        for step in cycle(range(100)):
            injector.move_to(step / 100, 0.5)
            injector.tap(("ctrl", "shift", "F5"))
            if stopping:
                break
    finally:
        injector.close()


main()
