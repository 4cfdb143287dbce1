"""Connections whose answers have a total time and a size, whatever their pace and whatever they are packed in.

The limits of httpx begin anew with every byte that comes, and its decoders unpack a piece whole: 200 KB of gzip become
137 MB. Here one deadline stands over connecting, TLS, headers and body, and bodies are unpacked in small pieces.
"""

import math
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NamedTuple, cast

import httpcore
import httpx

from bluegreen.clients.unpacking import ENCODINGS, encodings, unpacked

_PIECE = 65_536  # bytes that are sent at once
LARGEST = 16 * 1024 * 1024  # bytes of a body, unpacked; the answers that are read are a hundredth of it
_DEEPEST = 3  # encodings around each other. Nobody needs two
_OTHERWISE = 10.0  # seconds, where a request names no limit
_INNER = 8  # errors around each other that are looked through


class _Limit(NamedTuple):
    """`ends` is a time of the clock `seconds`."""

    ends: float
    seconds: Callable[[], float]

    @property
    def left(self) -> float:
        return self.ends - self.seconds()


_limit: ContextVar[_Limit | None] = ContextVar("limit", default=None)


def distrust(error: BaseException) -> str:
    """Why the other side's certificate is not trusted, as a sentence's end; "" where that is not the matter."""
    inner: BaseException | None = error
    for _ in range(_INNER):
        if isinstance(inner, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {inner.verify_message}"
        if inner is None:
            return ""
        inner = inner.__cause__ or inner.__context__
    return ""


class AnswerTooLarge(httpx.RequestError):
    """More than anyone reads."""


def client(timeout: httpx.Timeout, verify: ssl.SSLContext | bool = True) -> httpx.Client:
    transport = Bounded(verify=verify)
    made = httpx.Client(transport=transport, timeout=timeout, trust_env=False, headers={"Accept-Encoding": ENCODINGS})
    return forgetful(made)


def forgetful(http: httpx.Client) -> httpx.Client:
    """The client, which from now on keeps no cookie: what one answer sets is nothing to the next request."""
    http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))
    return http


class Bounded(httpx.HTTPTransport):
    """A request's limit for reading is the limit of the whole answer."""

    def __init__(self, largest: int = LARGEST, verify: ssl.SSLContext | bool = True) -> None:
        context = _trusting() if verify is True else httpx.create_ssl_context(verify=verify, trust_env=False)
        super().__init__(verify=context, trust_env=False)
        self._largest = largest
        # httpx has no setting for the network below it; all else of its transport is wanted as it is.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=5.0,
            network_backend=_Network(),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with within(request.extensions.get("timeout", {}).get("read") or _OTHERWISE) as limit:
            answer = super().handle_request(request)
        packed = [] if request.method == "HEAD" else encodings(answer.headers)
        if packed:
            for name in ("content-encoding", "content-length"):
                answer.headers.pop(name, None)
        answer.stream = _Body(cast(httpx.SyncByteStream, answer.stream), limit, packed, self._largest)
        return answer


@cache
def _trusting() -> ssl.SSLContext:
    """One for all clients of a process: to read the list of authorities takes longer than most requests."""
    return httpx.create_ssl_context(trust_env=False)


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, limit: _Limit, packed: list[str], largest: int) -> None:
        self._stream = stream
        self._limit = limit
        self._packed = packed
        self._largest = largest

    def __iter__(self) -> Iterator[bytes]:
        if len(self._packed) > _DEEPEST:
            raise httpx.DecodingError("the answer is packed too often")
        pieces: Iterator[bytes] = self._read()
        for encoding in reversed(self._packed):
            pieces = unpacked(pieces, encoding)
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > self._largest:
                raise AnswerTooLarge("the answer is too large")
            if self._limit.left < 0:
                raise httpx.ReadTimeout("the answer took too long")
            yield piece

    def _read(self) -> Iterator[bytes]:
        pieces = iter(self._stream)
        while True:
            with _under(self._limit):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        self._stream.close()


@contextmanager
def within(seconds: float, clock: Callable[[], float] | None = None) -> Iterator[_Limit]:
    """Every request that this thread sends in it, with its answer, ends by then; none where less is left already.

    `clock` is what it is measured by, and whatever stands inside; otherwise that of the `within` around it.
    """
    before = _limit.get()
    clock = clock or (before.seconds if before else time.monotonic)
    seconds = seconds if before is None else min(seconds, before.left)
    with _under(_Limit(clock() + seconds, clock)) as limit:
        yield limit


def left() -> float:
    """Seconds until the end of the `within` that this thread is in; without end outside of one."""
    limit = _limit.get()
    return math.inf if limit is None else limit.left


@contextmanager
def _under(limit: _Limit) -> Iterator[_Limit]:
    """A request and its answer are carried in the thread that asked."""
    before = _limit.set(limit)
    try:
        yield limit
    finally:
        _limit.reset(before)


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    limit = _limit.get()
    if limit is None:
        return timeout
    left = limit.left
    if left <= 0:
        raise late("the whole answer took too long")
    return left if timeout is None else min(timeout, left)


class _Network(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        limit = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._network.connect_tcp(host, port, limit, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for at in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[at : at + _PIECE], _left(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()
