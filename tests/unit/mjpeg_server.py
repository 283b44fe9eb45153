"""A camera on the network that can fail in every way: MJPEG over HTTP, on this computer only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import cv2
import numpy as np

#: mute: requests are taken and not answered, those already taken never. stop: connections end.
Manner = Literal["good", "stop", "stall", "freeze", "garbage", "mute"]

_BOUNDARY = "picture"


class MjpegServer(ThreadingHTTPServer):
    """Sends numbered pictures in the manner of the moment, one a `period_s`."""

    daemon_threads = False
    block_on_close = True  # so that none of its threads is taken for the camera's

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manner: Manner = "good"
        self.size = (64, 48)
        self.period_s = 0.01
        self.first_takes_s = 0.0
        self.connections = 0
        self.sent = 0
        self.ended = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def is_idle(self) -> bool:
        """Whether no connection has a thread of it."""
        return not any("process_request" in each.name for each in threading.enumerate())

    def picture(self) -> bytes:
        if self.manner == "garbage":
            return np.random.default_rng(self.sent).bytes(3000)
        if self.manner != "freeze":
            self.sent += 1
        width, height = self.size
        # Columns move, so that pictures differ after compression too.
        row = (np.arange(width) * 3 + self.sent * 7) % 200 + 50
        pixels = np.broadcast_to(row[None, :, None], (height, width, 3)).astype(np.uint8)
        return bytes(cv2.imencode(".jpg", pixels)[1])


class _Handler(BaseHTTPRequestHandler):
    server: MjpegServer

    def do_GET(self) -> None:
        server = self.server
        server.connections += 1
        if server.manner == "stop":
            return
        if server.manner == "mute":
            server.ended.wait()
            return
        server.ended.wait(server.first_takes_s)
        try:
            self._stream(server)
        except OSError:  # the camera's reader has closed
            return

    def _stream(self, server: MjpegServer) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.end_headers()
        while server.manner != "stop" and not server.ended.is_set():
            if server.manner in ("stall", "mute"):
                server.ended.wait(0.005)
                continue
            data = server.picture()
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}"
            self.wfile.write(head.encode() + b"\r\n\r\n" + data + b"\r\n")
            server.ended.wait(server.period_s)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def mjpeg_server() -> Iterator[MjpegServer]:
    """A server that runs, and is gone with all its threads afterwards."""
    server = MjpegServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
