"""Does anybody else measure on this host? The runner's lock, held over all stages of a gate."""

from __future__ import annotations

import errno
import socket
import struct
from types import TracebackType

from latchmark.gate.failures import GateFailed

HOST_LOCK = "latchmark"
"""The name that every runner takes."""

STAGE_LOCK = "latchmark.stage"
"""What a gate tells its own runner to take instead. Always the same: a runner that outlived its gate keeps
it, and the next gate's first stage is refused rather than disturbed."""


class HostLock:
    """An abstract Unix socket: it vanishes with its process, and names its holder to who asks."""

    def __init__(self, name: str) -> None:
        self._address = b"\0" + name.encode()
        self._socket: socket.socket | None = None

    def __enter__(self) -> HostLock:
        """Takes the lock. Raises GateFailed, which names the holder."""
        taken = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            taken.bind(self._address)
            # Nobody is ever accepted: listening only lets others learn our process id.
            taken.listen(64)
        except OSError as error:
            taken.close()
            if error.errno != errno.EADDRINUSE:
                raise GateFailed(f"cannot take the host lock: {error.strerror}") from error
            holder = self._holder()
            raise GateFailed(
                "another latchmark is measuring on this host"
                f"{f' (pid {holder})' if holder is not None else ''}: wait for it"
            ) from error
        self._socket = taken
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gives the lock back."""
        if self._socket is not None:
            self._socket.close()

    def _holder(self) -> int | None:
        """Who listens, as the kernel noted it; None when too many have asked before."""
        credentials = struct.Struct("3i")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as asking:
            asking.setblocking(False)
            try:
                asking.connect(self._address)
                peer = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, credentials.size)
            except OSError:
                return None
        pid: int = credentials.unpack(peer)[0]
        return pid if pid > 0 else None
