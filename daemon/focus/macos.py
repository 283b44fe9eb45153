"""The focus on macOS, through the frameworks that pynput brings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from daemon.focus.app import App, distinct

# pyobjc has no types.
Framework = Any


class MacFocus:
    """Asks the workspace for the frontmost application, and the window server for its windows.

    Titles come only to those who may record the screen, sizes to everybody.

    Args:
        appkit: The AppKit framework.
        quartz: The Quartz framework.
    """

    def __init__(self, appkit: Framework, quartz: Framework) -> None:
        self.problem: str | None = None
        self._appkit = appkit
        self._quartz = quartz

    def focused(self) -> App | None:
        try:
            app = self._ask()
        except Exception as error:  # noqa: BLE001 - pyobjc turns all of Apple's errors to its own
            self.problem = (
                f"macOS does not tell which application is in front ({type(error).__name__}); "
                "log out and in again"
            )
            return None
        self.problem = None
        return app

    def close(self) -> None:
        pass

    def _ask(self) -> App | None:
        quartz = self._quartz
        # What is in front is brought up to date only by a run loop, and the daemon has none.
        quartz.CFRunLoopRunInMode(quartz.kCFRunLoopDefaultMode, 0, False)
        front = self._appkit.NSWorkspace.sharedWorkspace().frontmostApplication()
        if front is None:
            return None
        pid = int(front.processIdentifier())
        on_screen = quartz.kCGWindowListOptionOnScreenOnly
        shown = quartz.CGWindowListCopyWindowInfo(on_screen, quartz.kCGNullWindowID) or ()
        windows = [window for window in shown if window["kCGWindowOwnerPID"] == pid]
        executable = front.executableURL()
        names = distinct(
            front.bundleIdentifier(),
            front.localizedName(),
            PurePosixPath(executable.path()).name if executable else None,
        )
        titles = (window.get("kCGWindowName") for window in windows)
        return App(names, next(filter(None, titles), ""), self._covers_a_screen(windows), pid)

    def _covers_a_screen(self, windows: Iterable[Any]) -> bool:
        quartz = self._quartz
        _, displays, _ = quartz.CGGetActiveDisplayList(16, None, None)
        screens = [quartz.CGDisplayBounds(display).size for display in displays]
        sizes = {(screen.width, screen.height) for screen in screens}
        bounds = (window["kCGWindowBounds"] for window in windows)
        return any((bound["Width"], bound["Height"]) in sizes for bound in bounds)
