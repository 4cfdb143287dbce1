"""A laptop where one call of a turn, or all of its service from then on, gets an odd answer (clients/foreign.py)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from bluegreen.clients import bounded
from bluegreen.clients.store.spaces import Spaces
from tests.chain.laptop import Laptop
from tests.clients.foreign import answer
from tests.clients.test_bounded import Wire

_NONE = -1
LIMIT = 0.4  # seconds that one odd answer may take


class ForeignCalls:
    """`begin` says which calls of the next turn get odd answers: number `at`; where `on`, its service's later ones too.

    `count`: calls since then; `service`: whose answer was odd.
    """

    def __init__(self, laptop: Laptop, wire: Wire) -> None:
        self._wire, self._network = wire, bounded.Bounded()
        self._spaces = Spaces(wire.url, "fra1", "state", "key", "a-secret-of-this-test")
        self.count, self._at, self._number, self._on, self.service = 0, _NONE, 0, False, ""
        self._emulated = False  # what an emulated service reads is no call of the product
        shared = laptop.shared.__dict__
        shared["http"] = httpx.Client(transport=_Http(self, shared["http"]))
        shared |= {bucket: _Objects(self, bucket, shared[bucket]) for bucket in ("state", "telemetry")}

    def begin(self, number: int, at: int, on: bool) -> None:
        self.count, self._at, self._number, self._on, self.service = 0, at, number, on, ""

    def end(self) -> None:
        self._at, self._on = _NONE, False

    def due(self, service: str) -> bool:
        """True where this call gets an odd answer, which the wire has then."""
        if self._emulated:
            return False
        self.count += 1
        if self.count - 1 == self._at:
            self.service = service
        elif not (self._on and service == self.service):
            return False
        self._wire.says, self._wire.pace = answer(self._number + self.count)
        return True

    @contextmanager
    def emulated(self) -> Iterator[None]:
        before, self._emulated = self._emulated, True
        try:
            yield
        finally:
            self._emulated = before

    def ask(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        headers = {name: value for name, value in request.headers.items() if name != "host"}
        odd = httpx.Request(request.method, self._wire.url + path, headers=headers, content=request.read())
        odd.extensions = {"timeout": {"connect": LIMIT, "read": LIMIT, "write": LIMIT, "pool": LIMIT}}
        with bounded.within(LIMIT, time.monotonic):
            return self._network.handle_request(odd)

    def store(self, method: str, given: Any, named: Any) -> Any:
        with bounded.within(LIMIT, time.monotonic):
            return getattr(self._spaces, method)(*given, **named)

    def close(self) -> None:
        self._network.close()


class _Http(httpx.BaseTransport):
    def __init__(self, calls: ForeignCalls, others: httpx.Client) -> None:
        self._calls, self._others = calls, others

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._calls.due(request.url.host):
            return self._calls.ask(request)
        with self._calls.emulated():
            return self._others.send(request)


class _Objects:
    def __init__(self, calls: ForeignCalls, bucket: str, objects: Any) -> None:
        self._calls, self._bucket, self._objects = calls, bucket, objects

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if self._calls.due(self._bucket):
                return self._calls.store(method, given, named)
            with self._calls.emulated():
                return getattr(self._objects, method)(*given, **named)

        return call
