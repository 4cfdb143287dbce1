"""Takes Caddy's log lines from a loopback socket.

A TCP socket, not Caddy's standard error: its buffers hold seconds of the highest load where a pipe holds milliseconds,
and it keeps these lines apart from what people read. Caddy waits when the buffers are full, so this thread does
nothing but read and count; no store and no network can hold it up. UDP would never wait, and lose counts instead.
"""

import socket
import threading
from collections.abc import Callable

_BUFFER = 4 * 1024 * 1024
_CHUNK = 256 * 1024


class LineListener:
    """Gives every line to `take`, in the thread of its connection. Ready when it is made; `port` is where."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, name="access log", daemon=True)
        self._thread.start()

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        # Without the shutdown a thread that sits in accept() would not hear of it.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._read, args=(connection,), name="log lines", daemon=True).start()

    def _read(self, connection: socket.socket) -> None:
        rest = b""
        with connection:
            while chunk := connection.recv(_CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._take(line)
