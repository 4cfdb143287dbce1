"""An environment that shows what it hears, byte for byte, and says what it is told to."""

import socket
import threading

from tests.router.listening import Listening

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Wire(Listening):
    """`answer` is what it says, in pieces with pauses between, and then, where it `ends`, hangs up; after `closes`
    requests on one connection it hangs up instead of answering."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: tuple[bytes, ...] = (OK,)
        self.heard: list[str] = []
        self.closes: int | None = None
        self.ends = False
        self._next = threading.Event()

    def go_on(self) -> None:
        """To the next piece."""
        self._next.set()

    def talk(self, connection: socket.socket) -> None:
        heard, answered = "", 0
        while data := connection.recv(65536):
            heard += data.decode("latin-1")
            if "\r\n\r\n" not in heard:
                continue
            self.heard.append(heard)
            heard = ""
            if answered == self.closes:
                return
            answered += 1
            connection.sendall(self.answer[0])
            for piece in self.answer[1:]:
                self._next.wait(60)
                self._next.clear()
                connection.sendall(piece)
            if self.ends:
                return


def headers(heard: str) -> dict[str, str]:
    """Of a request, by their names in lower case."""
    lines = (line.partition(":") for line in heard.partition("\r\n\r\n")[0].split("\r\n")[1:])
    return {name.lower(): value.strip() for name, _, value in lines}
