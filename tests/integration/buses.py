"""A D-Bus of the test's own, and services on it that answer as they are told."""

from __future__ import annotations

import select
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

from tests.patience import patient

_START_S = patient(10)
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""

#: What a method returns: the types of its answer and the answer.
Answer = tuple[str, tuple[Any, ...]]
Method = Callable[..., Answer]


class Bus:
    """A bus that starts no services, and may be ended and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("dbus-daemon")
        if program is None:
            pytest.skip("dbus-daemon is not installed (on Debian: apt install dbus)")
        self._program = program
        self._config = folder / "bus.conf"
        self._socket = folder / "bus"
        self._config.write_text(_CONFIG.format(socket=self._socket), encoding="ascii")
        self.address = f"unix:path={self._socket}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [self._program, f"--config-file={self._config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], _START_S)[0]:
            pytest.fail(f"dbus-daemon named no address within {_START_S:.0f} s")
        assert self._process.stdout.readline()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=120)
            self._process = None


class Service:
    """Owns a name on a bus and answers calls from a thread of its own.

    Args:
        bus: The bus.
        name: Its name there.
        methods: What it answers, by `interface.method`, given the path and the arguments.
    """

    def __init__(self, bus: Bus, name: str, methods: Mapping[str, Method]) -> None:
        self._methods = methods
        self._connection = open_dbus_connection(bus.address)
        reply = self._connection.send_and_get_reply(message_bus.RequestName(name))
        assert reply.body == (1,), f"the name {name} is taken"
        self._sending = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=f"fake {name}", daemon=True)
        self._thread.start()

    def emit(self, path: str, member: str, signature: str, body: tuple[Any, ...]) -> None:
        """Send a signal; `member` with its interface before it."""
        interface, _, name = member.rpartition(".")
        self._send(new_signal(DBusAddress(path, interface=interface), name, signature, body))

    def close(self) -> None:
        with suppress(OSError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._connection.close()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                message = self._connection.receive()
                if message.header.message_type is MessageType.method_call:
                    self._send(self._answer(message))

    def _answer(self, message: Message) -> Message:
        fields = message.header.fields
        name = f"{fields.get(HeaderFields.interface)}.{fields[HeaderFields.member]}"
        if name not in self._methods:
            return new_error(message, "org.freedesktop.DBus.Error.UnknownMethod")
        answer = self._methods[name](fields[HeaderFields.path], *message.body)
        return new_method_return(message, *answer)

    def _send(self, message: Message) -> None:
        with self._sending, suppress(OSError):
            self._connection.send(message)
