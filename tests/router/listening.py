"""A TCP server that a test writes the other end of: an environment as no HTTP library would behave."""

import socket
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Self


class Listening(ABC):
    """Each connection has a thread, in which `talk` is called; it is closed afterwards. Used with `with`."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    @abstractmethod
    def talk(self, connection: socket.socket) -> None:
        """An `OSError` is how a connection ends."""

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.talk(connection)
