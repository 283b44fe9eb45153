"""A camera or stream that is always tried again: frames, and word of what happens to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Literal

from daemon.camera.connections import Connections
from daemon.camera.event import CameraEvent, CameraState
from daemon.camera.fault import Loss
from daemon.camera.opener import Opener
from daemon.camera.reader import Reader
from daemon.camera.retry import Retry
from daemon.camera.warnings import Warnings
from daemon.camera.watch import FreezeWatch, is_dark
from daemon.config.model import CameraSettings
from daemon.sources import Frame, Picture, import_cv2

#: A camera that gives no picture for so long is lost: told within 2 s.
_SILENCE_S = 1.8
#: The longest wait between two questions whether to stop.
_POLL_S = 0.05
#: How long `close` waits for a read to end.
_CLOSE_S = 1.0
#: A lens that is covered and a driver that has lost its sensor look alike, black without any noise:
#: such a camera is opened anew after so long, then ever more seldom; each time its light blinks.
_BLACK_S = 30.0
_MOST_BLACK_S = 1800.0
#: Suspend stops one clock and not the other; reading them one after the other differs far less.
_ASLEEP_S = 0.5

_PAUSED = "paused: the camera is given back until `gestured resume`"


def boot_time() -> float:
    """Seconds since the machine's start, those it slept included where the system tells."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class LiveSource:
    """The newest picture of a camera, each given once, timed when it was read.

    All but the readers' threads is the caller's. Opening begins at once, unless paused.

    Args:
        opener: Opens the camera.
        settings: The size and frame rate that were asked for.
        clock: Seconds, monotonic, which stop while the machine sleeps.
        boot_clock: Seconds, monotonic, which don't.
        wait: Waits for so many seconds.
        paused: Begin given back: nothing is opened before `resume`.

    Raises:
        MissingLibrary: The system lacks a library that OpenCV needs.
    """

    live = True
    bgr = True

    def __init__(
        self,
        opener: Opener,
        settings: CameraSettings,
        clock: Callable[[], float] = time.monotonic,
        boot_clock: Callable[[], float] = boot_time,
        wait: Callable[[float], object] = time.sleep,
        *,
        paused: bool = False,
    ) -> None:
        self._cv2 = import_cv2()
        self._opener = opener
        self._clock = clock
        self._boot_clock = boot_clock
        self._wait = wait
        self._retry = Retry()
        self._freeze = FreezeWatch()
        self._warnings = Warnings(settings)
        self._start_s = self._last_s = clock()
        self._asleep_s = boot_clock() - clock()
        self._connections = Connections(opener, clock)
        #: The connection whose pictures are seen.
        self._seen_of: Reader | None = None
        self._has_picture = False
        self._frozen = False
        self._black_s = _BLACK_S
        self._paused = paused
        self._reasons: list[str] = []
        self._told: CameraState | None = None
        if not paused:
            self._open()

    @property
    def start_s(self) -> float:
        """Where its times begin, on its clock."""
        return self._start_s

    @property
    def problem(self) -> str | None:
        """Why it gives no pictures, with the mend; None while it does, or is given back."""
        return self._reasons[-1] if self._reasons and not self._paused else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What else is wrong with it now."""
        return self._warnings.now if self._has_picture else ()

    @property
    def state(self) -> Literal["on", "resting", "opening", "lost", "off"]:
        """What it does; `off` is given back while paused, `resting` gives few pictures."""
        if self._paused:
            return "off"
        if self._reasons:
            return "lost"
        if not self._has_picture:
            return "opening"
        return "resting" if self._connections.rests else "on"

    @property
    def dropped(self) -> int:
        """How many pictures came too fast to be processed."""
        return self._connections.dropped

    def frames(self, should_stop: Callable[[], bool]) -> Iterator[Frame | CameraEvent]:
        """Frames and events for ever; `should_stop` is asked at least every 0.1 s between them."""
        while not should_stop():
            yield from self._next()

    def rest(self, rests: bool) -> None:
        """Give about ten pictures a second, or all again from the next one on."""
        self._connections.rest(rests)

    def pause(self) -> None:
        """Give the camera back, its light goes off; on the thread that asks for frames."""
        self._paused = True
        self._connections.end_all()
        self._forget_picture()

    def resume(self) -> None:
        """Take it again."""
        if self._paused:
            self._paused = False
            self._retry.at_once(self._clock())

    def close(self) -> None:
        """Stop reading and give the camera back, unless its driver is stuck."""
        self._connections.close(_CLOSE_S)

    def _next(self) -> list[Frame | CameraEvent]:
        """What has come, after a short wait at most."""
        now_s = self._clock()
        slept = self._has_slept(now_s)
        if self._paused:
            events = self._off()
            self._wait(_POLL_S)
            return events
        if slept:
            return self._lose("the computer slept: the camera is opened anew", at_once=True)
        connections = self._connections
        if connections.reader is None and now_s >= self._retry.next_s and connections.can_open():
            self._open()
        taken = connections.take(_POLL_S)
        reader = connections.reader
        if reader is None:
            self._wait(_POLL_S)
            return []
        return self._missed(reader) if taken is None else self._seen(*taken, reader)

    def _seen(self, picture: Picture, read_s: float, reader: Reader) -> list[Frame | CameraEvent]:
        if self._seen_of is not reader:
            self._seen_of = reader
            self._has_picture = False
            self._retry.started(reader.opened_s)
            self._retry.succeeded(read_s)
        dark = is_dark(picture)
        if not dark:
            self._black_s = _BLACK_S
        if not self._freeze.look(picture, read_s):
            self._frozen = False
        elif not dark:
            return self._still_frozen(read_s - reader.opened_s)
        elif read_s - reader.opened_s >= self._black_s:
            return self._renew_black()
        t_s = self._at(read_s)
        items: list[Frame | CameraEvent] = []
        if not self._has_picture:
            self._has_picture = True
            self._warnings.restart(self._opener.promised_fps)
        if self._told is not None:
            items.append(CameraEvent(t_s, "back", "the camera gives pictures again"))
            self._told = None
        self._reasons.clear()
        for state, reason in self._warnings.look(picture, dark, reader.count, read_s):
            items.append(CameraEvent(t_s, state, reason))
        items.append(Frame(picture, t_s))
        return items

    def _still_frozen(self, connected_s: float) -> list[Frame | CameraEvent]:
        # The repeated picture may outlast a new connection, so that is no news.
        if self._frozen and connected_s < self._opener.frozen_again_s:
            return []
        self._frozen = True
        return self._lose(self._opener.describe(Loss.FROZEN), at_once=True, keep_picture=True)

    def _renew_black(self) -> list[Frame | CameraEvent]:
        """Without a word: the darkness is told already."""
        self._black_s = min(2 * self._black_s, _MOST_BLACK_S)
        if self._connections.can_give_up():
            self._connections.end()
            self._retry.at_once(self._clock())
        return []

    def _missed(self, reader: Reader) -> list[Frame | CameraEvent]:
        """No picture has come: whether that is a loss yet."""
        now_s = self._clock()
        fault_beside = self._connections.try_beside()
        if reader.fault is not None:
            return self._lose(reader.fault)
        if reader.last_s is not None:
            if (gone := self._opener.gone()) is not None:
                return self._lose(gone)
            silent = now_s - reader.last_s >= _SILENCE_S
            return self._lose(self._opener.describe(Loss.SILENT)) if silent else []
        if self._connections.overdue():
            return self._lose(fault_beside or self._opener.describe(Loss.NO_FIRST))
        if self._told is None and now_s - reader.opened_s >= _SILENCE_S:
            return self._tell_lost(fault_beside or self._opener.describe(Loss.NO_FIRST))
        return self._tell_lost(fault_beside) if self._told == "lost" and fault_beside else []

    def _lose(
        self, reason: str, *, at_once: bool = False, keep_picture: bool = False
    ) -> list[Frame | CameraEvent]:
        now_s = self._clock()
        # While one is stuck, a second that is stuck too is waited for: there is never a third.
        if self._connections.can_give_up():
            self._forget_picture(but_compare=keep_picture)
            if at_once:
                self._connections.end_all()
                self._retry.at_once(now_s)
            else:
                self._connections.end()
                self._retry.failed(now_s)
        return self._tell_lost(reason)

    def _tell_lost(self, reason: str) -> list[Frame | CameraEvent]:
        # Attempts may fail in turns for two reasons: each is told once a loss.
        if reason in self._reasons:
            self._reasons.remove(reason)
            self._reasons.append(reason)
            return []
        self._reasons.append(reason)
        self._told = "lost"
        return [CameraEvent(self._at(self._clock()), "lost", reason)]

    def _off(self) -> list[Frame | CameraEvent]:
        if self._told == "off":
            return []
        self._told = "off"
        self._reasons.clear()
        return [CameraEvent(self._at(self._clock()), "off", _PAUSED)]

    def _open(self) -> None:
        self._retry.started(self._clock())
        self._connections.open()

    def _forget_picture(self, *, but_compare: bool = False) -> None:
        self._has_picture = False
        if not but_compare:
            self._freeze.forget()

    def _has_slept(self, now_s: float) -> bool:
        asleep_s = self._boot_clock() - now_s
        slept = asleep_s - self._asleep_s >= _ASLEEP_S
        self._asleep_s = asleep_s
        return slept

    def _at(self, clock_s: float) -> float:
        """Seconds since the start, never before what was told already."""
        self._last_s = max(self._last_s, clock_s)
        return self._last_s - self._start_s
