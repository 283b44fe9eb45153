"""An X client of the benchmark, in a process of its own: tells when each key press reached it.

Its window is one pixel large and has the keyboard's focus for as long as it runs. It writes `ready`
and then, for each press, the monotonic clock in nanoseconds, a line each.
"""

from __future__ import annotations

import sys
import time


def main() -> None:
    """Tell until the process that started this one ends it."""
    from Xlib import X, display

    connection = display.Display()
    window = connection.screen().root.create_window(
        0, 0, 1, 1, 0, X.CopyFromParent, override_redirect=True,
        event_mask=X.KeyPressMask | X.StructureNotifyMask | X.FocusChangeMask,
    )  # fmt: skip
    window.map()
    while True:
        event = connection.next_event()
        now_ns = time.monotonic_ns()
        line = ""
        if event.type == X.MapNotify:
            window.set_input_focus(X.RevertToParent, X.CurrentTime)
        elif event.type == X.FocusIn:
            line = "ready"
        elif event.type == X.KeyPress:
            line = str(now_ns)
        if line:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
