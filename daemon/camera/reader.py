"""One connection to a camera: a thread opens it, reads it, gives it back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from daemon.camera.fault import CameraFault, Loss
from daemon.camera.opener import Opener
from daemon.sources import Picture, import_cv2

#: One spoilt picture is no loss of a camera; reads that fail for so long are.
_FAILING_S = 0.5
#: Before the first picture some cameras fail for longer.
_FAILING_FIRST_S = 1.0
_RETRY_S = 0.005
#: While nothing goes on, a picture is looked at so often, give or take the camera's unsteadiness.
_RESTING_EVERY_S = 0.105
#: A failing read that took this long waited for data in vain.
_WAITED_S = 1.0
#: One that took this long had some; at a stream's end reads fail at once.
_HAD_DATA_S = 0.002


class _Failing:
    """A run of reads that fail, and what it comes to."""

    def __init__(self) -> None:
        self.since_s = 0.0
        self._reads = 0
        self._with_data = 0
        self._waited = False

    def add(self, now_s: float, took_s: float) -> None:
        """One more has failed, after so long."""
        if not self._reads:
            self.since_s = now_s
        self._reads += 1
        self._with_data += took_s >= _HAD_DATA_S
        # FFmpeg fails at once ever after it gave up waiting.
        self._waited = self._waited or took_s >= _WAITED_S

    def loss(self) -> Loss:
        """Why, by how long the reads took."""
        if self._waited:
            return Loss.SILENT
        return Loss.GARBAGE if 4 * self._with_data >= self._reads else Loss.CLOSED


class Reader:
    """The newest picture of one connection, each given once.

    Everything that asks the driver or the network happens in its thread, which may block there
    for ever: it is a daemon thread, so that the process can end.

    Args:
        opener: Opens the camera.
        patience_s: How long opening may take, where that can be limited.
        clock: Seconds, monotonic.
    """

    def __init__(self, opener: Opener, patience_s: float, clock: Callable[[], float]) -> None:
        self._opener = opener
        self._patience_s = patience_s
        self._clock = clock
        #: When opening it began.
        self.opened_s = clock()
        self._changed = threading.Condition()
        self._newest: tuple[Picture, float] | None = None
        self._closing = threading.Event()
        #: Pictures read, and those of them nobody took in time.
        self.count = 0
        self.dropped = 0
        #: When the latest picture was read.
        self.last_s: float | None = None
        #: Whether most pictures need not be decoded, since nothing goes on.
        self.rests = False
        #: Why it ended, if it did so by itself.
        self.fault: str | None = None
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread still has the camera."""
        return self._thread.is_alive()

    def take(self, wait_s: float) -> tuple[Picture, float] | None:
        """The newest picture as BGR and when it was read, waited for so long at most."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest or self.fault, wait_s)
            taken, self._newest = self._newest, None
            return taken

    def close(self) -> None:
        """Have the thread give the camera back as soon as its driver lets it."""
        self._closing.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread's end."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        fault = "the camera's thread has failed: see the log"
        try:
            loss = self._read()
            # After the camera is given back, or it would be found busy with ourselves.
            fault = self._opener.explain(loss)
        except CameraFault as error:
            fault = str(error)
        finally:
            with self._changed:
                self.fault = fault
                self._changed.notify()

    def _read(self) -> Loss:
        """Open, read until closed or until reads fail, give back; returns how it ended."""
        capture = self._opener.open(self._patience_s)
        try:
            failing = _Failing()
            decoded_s, interval_s = float("-inf"), 0.0
            while not self._closing.is_set():
                began_s = self._clock()
                # The one after the next comes soon enough, so the next need not be decoded.
                soon = began_s + 2 * interval_s - decoded_s < _RESTING_EVERY_S
                grabbed = _grab(capture)
                # Asked only now: what came to pass during the wait is to be seen in this picture.
                if grabbed and self.rests and soon:
                    interval_s = self._clock() - began_s
                    self._pass_over(began_s + interval_s)
                    continue
                picture = _retrieve(capture) if grabbed else None
                now_s = self._clock()
                if picture is not None:
                    decoded_s, interval_s = now_s, now_s - began_s
                    self._store(picture, now_s)
                    failing = _Failing()
                    continue
                failing.add(now_s, now_s - began_s)
                limit_s = _FAILING_S if self.count else _FAILING_FIRST_S
                if now_s - failing.since_s >= limit_s:
                    return failing.loss() if self.count else Loss.NO_FIRST
                self._closing.wait(_RETRY_S)
            return Loss.CLOSED
        finally:
            capture.release()

    def _pass_over(self, now_s: float) -> None:
        with self._changed:
            self.count += 1
            self.last_s = now_s

    def _store(self, picture: Picture, now_s: float) -> None:
        with self._changed:
            self.dropped += self._newest is not None
            self._newest = picture, now_s
            self.count += 1
            self.last_s = now_s
            self._changed.notify()


def _grab(capture: Any) -> bool:
    """Whether there was a picture, which is left undecoded."""
    try:
        return bool(capture.grab())
    except import_cv2().error:
        return False


def _retrieve(capture: Any) -> Picture | None:
    """The picture that was grabbed, decoded."""
    try:
        ok, picture = capture.retrieve()
    except import_cv2().error:
        return None
    usable = ok and picture is not None and picture.ndim == 3 and picture.shape[2] == 3
    return np.asarray(picture, np.uint8) if usable and picture.size else None
