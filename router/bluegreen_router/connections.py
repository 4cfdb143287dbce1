"""Kept connections to one server: one request and its answer, by h11 alone.

httpx reads HTTP with h11 too, and takes several times the processor time for it. What the agent asks again and again
needs none of the rest: no proxy, no redirect, no cookie, no decoding.
"""

import math
import select
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

import h11

_CHUNK = 64 * 1024
_HEADER = 192 * 1024  # bytes of an answer's header: more than the 128 KB that Envoy lets pass, and what it adds
_KEPT, _OLD_SECONDS = 20, 60.0  # a name is looked up anew: its address may be another one by now


class Limits(NamedTuple):
    """In seconds."""

    connect: float  # TCP, and TLS after it
    silence: float
    answer: float = math.inf  # from the request to the answer's last byte, at whatever pace it comes
    unused: float = 30.0  # of a kept connection: where servers close it sooner, they may meet a request


class Answer(NamedTuple):
    status: int
    body: bytes
    packed: bool = False  # the body is as it came, whatever was done to it on its way
    headers: tuple[tuple[bytes, bytes], ...] = ()  # names in lower case


class _Line(NamedTuple):
    socket: socket.socket
    http: h11.Connection
    made: float
    used: float  # when it was given back


class Connections:
    """`host` and `port` are whom to reach, `authority` is what the header Host says. `secure` is None where TLS is not
    wanted."""

    def __init__(self, host: str, port: int, authority: str, secure: ssl.SSLContext | None, limits: Limits) -> None:
        self._host, self._port, self._authority, self._secure = host, port, authority, secure
        if secure is not None:
            secure.set_alpn_protocols(["http/1.1"])  # some choose by it who answers, or refuse who names none
        self._limits = limits
        self._kept: list[_Line] = []  # by any thread: a list's own steps are whole

    def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"", most: int | None = None
    ) -> Answer:
        """Raises `OSError` or `h11.ProtocolError` where there is no whole answer, or one of more than `most` bytes.
        Without `most` its body is passed over, whatever its size."""
        line, ends = self._line(), time.monotonic() + self._limits.answer
        try:
            line.socket.settimeout(self._limits.silence)  # the last answer may have left less
            sent = h11.Request(method=method, target=target, headers=[("Host", self._authority), *headers.items()])
            line.socket.sendall(b"".join(line.http.send(one) or b"" for one in _whole(sent, body)))
            answer = self._answer(line, most, ends)
        except BaseException:
            line.socket.close()
            raise
        self._give_back(line)
        return answer

    def _answer(self, line: _Line, most: int | None, ends: float) -> Answer:
        status, body = 0, bytearray()
        headers: tuple[tuple[bytes, bytes], ...] = ()
        while True:
            event = line.http.next_event()
            if event is h11.NEED_DATA:
                line.http.receive_data(self._received(line.socket, ends))
            elif isinstance(event, h11.Response):
                status = event.status_code
                headers = tuple(event.headers)
            elif isinstance(event, h11.Data) and most is not None:
                body += event.data
                if len(body) > most:
                    raise ConnectionError("the answer is too large")
            elif isinstance(event, h11.EndOfMessage):
                packed = any(name == b"content-encoding" for name, _ in headers)
                return Answer(status, bytes(body), packed, headers)
            elif event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                raise ConnectionError("the connection ended before the answer")

    def _received(self, kept: socket.socket, ends: float) -> bytes:
        if math.isfinite(ends):
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError("the answer took too long")
            kept.settimeout(min(left, self._limits.silence))
        return kept.recv(_CHUNK)

    def close(self) -> None:
        while self._kept:
            self._kept.pop().socket.close()

    def _line(self) -> _Line:
        """One that was kept and that the server has not closed, or a new one."""
        now = time.monotonic()
        with suppress(IndexError):
            while True:
                line = self._kept.pop()
                fresh = now < line.used + self._limits.unused and now < line.made + _OLD_SECONDS
                if fresh and not _speaks(line.socket):
                    return line
                line.socket.close()
        return _Line(self._connected(), h11.Connection(h11.CLIENT, _HEADER), now, now)

    def _connected(self) -> socket.socket:
        made = socket.create_connection((self._host, self._port), self._limits.connect)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made = self._secure.wrap_socket(made, server_hostname=self._host) if self._secure else made
        except BaseException:
            made.close()
            raise
        return made

    def _give_back(self, line: _Line) -> None:
        states = line.http.our_state, line.http.their_state
        more, _ = line.http.trailing_data  # would be taken for the answer to the next request
        if more or states != (h11.DONE, h11.DONE) or len(self._kept) >= _KEPT:
            line.socket.close()
            return
        line.http.start_next_cycle()
        self._kept.append(line._replace(used=time.monotonic()))


def _whole(request: h11.Request, body: bytes) -> list[h11.Event]:
    return [request, *([h11.Data(data=body)] if body else []), h11.EndOfMessage()]


def _speaks(kept: socket.socket) -> bool:
    """Nobody has asked it anything: it was closed, or is of no use. select() would know no descriptor above 1,023."""
    looked = select.poll()
    looked.register(kept, select.POLLIN)
    return bool(looked.poll(0))
