"""D-Bus: where the two buses are, and calls that end in time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageFlag, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

CALL_S = 1.0


class BusError(Exception):
    """A service did not answer, or with an error. What the connection itself does is OSError."""


class NoBusError(Exception):
    """There is no bus to connect to: why, in a few words."""


def session_address(environ: Mapping[str, str]) -> str:
    """Address of the user's bus, also where a service manager started the daemon."""
    address = environ.get("DBUS_SESSION_BUS_ADDRESS")
    if address:
        return address
    folder = environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return f"unix:path={Path(folder) / 'bus'}"


def system_address(environ: Mapping[str, str]) -> str:
    """Address of the machine's bus."""
    default = "unix:path=/run/dbus/system_bus_socket"
    return environ.get("DBUS_SYSTEM_BUS_ADDRESS") or default


def connect(address: str) -> DBusConnection:
    """Connect to the bus at an address.

    Raises:
        NoBusError: It can't be reached.
    """
    try:
        return open_dbus_connection(address)
    # jeepney: ValueError for what is no address or no answer of a bus, RuntimeError for a kind
    # of address that it does not know.
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NoBusError(why) from None


def call(
    connection: DBusConnection,
    where: DBusAddress,
    method: str,
    signature: str | None = None,
    body: tuple[Any, ...] = (),
    timeout_s: float = CALL_S,
    may_start: bool = False,
) -> tuple[Any, ...]:
    """Call a service and return the body of its answer.

    Args:
        connection: To the bus.
        where: The service and its object.
        method: What to call.
        signature: Types of `body`.
        body: The arguments.
        timeout_s: How long to wait for the answer.
        may_start: Whether the bus may start the service when it does not run.

    Raises:
        BusError: No answer within `timeout_s`, or an error.
        OSError: The bus is gone.
    """
    message = new_method_call(where, method, signature, body)
    if not may_start:
        message.header.flags |= MessageFlag.no_auto_start
    try:
        answer = connection.send_and_get_reply(message, timeout=timeout_s)
    except TimeoutError:
        raise BusError(f"{where.bus_name} does not answer") from None
    if answer.header.message_type is MessageType.error:
        name = answer.header.fields.get(HeaderFields.error_name, "an error")
        raise BusError(f"{where.bus_name}: {name}")
    return tuple(answer.body)
