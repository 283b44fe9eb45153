"""The focus on Windows, through user32 and kernel32."""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from pathlib import PureWindowsPath
from typing import Any

from daemon.focus.app import App, distinct

# ctypes' libraries have no types.
Library = Any

_PROCESS_QUERY_LIMITED_INFORMATION = 0x1000
_MONITOR_DEFAULTTONEAREST = 2
_LONGEST_TEXT = 512
_LONGEST_PATH = 1024


class _MonitorInfo(ctypes.Structure):
    _fields_ = (
        ("cbSize", wintypes.DWORD),
        ("rcMonitor", wintypes.RECT),
        ("rcWork", wintypes.RECT),
        ("dwFlags", wintypes.DWORD),
    )


class WindowsFocus:
    """Asks for the foreground window; no call of these waits for another process.

    Args:
        user32: The library; None to load it.
        kernel32: The library; None to load it.
    """

    def __init__(self, user32: Library = None, kernel32: Library = None) -> None:
        self.problem: str | None = None
        self._user32 = user32 or _load_user32()
        self._kernel32 = kernel32 or _load_kernel32()

    def focused(self) -> App | None:
        window = self._user32.GetForegroundWindow()
        if not window:
            return None
        pid = wintypes.DWORD()
        self._user32.GetWindowThreadProcessId(window, ctypes.byref(pid))
        title = ctypes.create_unicode_buffer(_LONGEST_TEXT)
        self._user32.GetWindowTextW(window, title, _LONGEST_TEXT)
        kind = ctypes.create_unicode_buffer(_LONGEST_TEXT)
        self._user32.GetClassNameW(window, kind, _LONGEST_TEXT)
        names = distinct(self._program(pid.value), kind.value)
        return App(names, title.value, self._covers_its_monitor(window), pid.value or None)

    def close(self) -> None:
        pass

    def _program(self, pid: int) -> str | None:
        """Stem of the executable's name; None where this user may not know."""
        process = self._kernel32.OpenProcess(_PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
        if not process:
            return None
        path = ctypes.create_unicode_buffer(_LONGEST_PATH)
        size = wintypes.DWORD(_LONGEST_PATH)
        self._kernel32.QueryFullProcessImageNameW(process, 0, path, ctypes.byref(size))
        self._kernel32.CloseHandle(process)
        return PureWindowsPath(path.value).stem

    def _covers_its_monitor(self, window: int) -> bool | None:
        place, monitor = wintypes.RECT(), _MonitorInfo(cbSize=ctypes.sizeof(_MonitorInfo))
        nearest = self._user32.MonitorFromWindow(window, _MONITOR_DEFAULTTONEAREST)
        if not self._user32.GetWindowRect(window, ctypes.byref(place)):
            return None
        if not self._user32.GetMonitorInfoW(nearest, ctypes.byref(monitor)):
            return None
        screen = monitor.rcMonitor
        covers: bool = place.left <= screen.left and place.top <= screen.top
        return covers and place.right >= screen.right and place.bottom >= screen.bottom


def _load_user32() -> Library:
    # A library object of its own: return types set here are nobody else's.
    library = ctypes.WinDLL("user32")  # type: ignore[attr-defined, unused-ignore]
    library.GetForegroundWindow.restype = wintypes.HWND
    library.MonitorFromWindow.restype = wintypes.HMONITOR
    library.GetWindowThreadProcessId.argtypes = (wintypes.HWND, ctypes.c_void_p)
    library.GetWindowTextW.argtypes = (wintypes.HWND, wintypes.LPWSTR, ctypes.c_int)
    library.GetClassNameW.argtypes = (wintypes.HWND, wintypes.LPWSTR, ctypes.c_int)
    library.MonitorFromWindow.argtypes = (wintypes.HWND, wintypes.DWORD)
    library.GetWindowRect.argtypes = (wintypes.HWND, ctypes.c_void_p)
    library.GetMonitorInfoW.argtypes = (wintypes.HMONITOR, ctypes.c_void_p)
    return library


def _load_kernel32() -> Library:
    library = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined, unused-ignore]
    library.OpenProcess.restype = wintypes.HANDLE
    library.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    library.CloseHandle.argtypes = (wintypes.HANDLE,)
    library.QueryFullProcessImageNameW.argtypes = (
        wintypes.HANDLE, wintypes.DWORD, wintypes.LPWSTR, ctypes.c_void_p,
    )  # fmt: skip
    return library
