"""Who is on the other side of a Unix socket."""

from __future__ import annotations

import socket
import struct

#: Of macOS and the BSDs, from their `sys/un.h`.
_SOL_LOCAL = 0
_LOCAL_PEERCRED = 1


def peer_uid(connection: socket.socket) -> int:
    """The user that the process on the other side had when it connected or listened.

    Raises:
        OSError: There is nobody any more.
    """
    if hasattr(socket, "SO_PEERCRED"):  # Linux: pid, uid, gid
        form = struct.Struct("3i")
        found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, form.size)
        return int(form.unpack(found)[1])
    form = struct.Struct("2Ih16I")  # `struct xucred`: version, uid, count of groups, groups
    found = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, form.size)
    return int(struct.unpack_from("2I", found)[1])
