"""The sender of webhooks: signs, sends once, gives the receiver ten seconds, writes down what came of it."""

import hmac
import itertools
import json
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, Literal
from urllib.parse import urlencode

import httpx

from bluegreen_emulator.clock import Clock
from bluegreen_emulator.github.errors import not_found
from bluegreen_emulator.github.shapes import number

CONTENT_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


@dataclass
class Hook:
    """A webhook as a repository's settings have it; `events` as GitHub names them, "*" for all."""

    url: str
    secret: str
    repository: str
    events: Sequence[str] = ("push",)
    content_type: Literal["json", "form"] = "json"
    active: bool = True
    id: int = 109_948_940
    last_code: int | None = None  # how the last delivery was answered


@dataclass(frozen=True)
class Delivery:
    """One attempt. `status_code` 0 means that no answer came; `status` then says why."""

    id: int
    guid: str
    hook: Hook
    event: str
    repository: str
    payload: dict[str, Any]
    headers: dict[str, str]
    body: bytes
    redelivery: bool = False
    delivered_at: datetime | None = None
    duration_ms: float = 0.0
    status_code: int = 0
    status: str = ""
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status_code < 300


@dataclass
class Webhooks:
    """Hooks and what was delivered to them, oldest first. `client` may reach an application in process."""

    clock: Clock
    hooks: list[Hook] = field(default_factory=list)
    client: httpx.Client = field(default_factory=lambda: fresh_client())
    time_limit: float = 10.0  # seconds that a receiver has
    in_background: bool = True  # False: what the API causes waits for `send_waiting`
    deliveries: list[Delivery] = field(default_factory=list)
    waiting: list[Callable[[], object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="webhooks")
        self._ids = itertools.count(12_345_678)
        self._lock = threading.Lock()
        self._lost, self._doubled = 0, 0
        self._delays: list[float] = []

    def lose_next(self, times: int = 1) -> None:
        """The next deliveries are never made, as when GitHub has an incident."""
        self._lost += times

    def duplicate_next(self, times: int = 1) -> None:
        """The next deliveries arrive twice, under one GUID."""
        self._doubled += times

    def delay_next(self, seconds: float, times: int = 1) -> None:
        self._delays += [seconds] * times

    def send(self, repository: str, event: str, payload: dict[str, Any]) -> list[Delivery]:
        """To every hook that wants the event; comes back when they have answered or their time is up."""
        sent = []
        for hook in self.hooks:
            wanted = event == "ping" or event in hook.events or "*" in hook.events
            if hook.active and hook.repository == repository and wanted:
                sent += self.send_to(hook, event, payload)
        return sent

    def send_to(self, hook: Hook, event: str, payload: dict[str, Any]) -> list[Delivery]:
        with self._lock:
            delay = self._delays.pop(0) if self._delays else 0.0
            times = 0 if self._lost else 2 if self._doubled else 1
            self._lost -= times == 0
            self._doubled -= times == 2
        if delay:
            self.clock.sleep(delay)
        made = _made(next(self._ids), hook, event, payload)
        return [self._attempt(replace(made, id=made.id if n == 0 else next(self._ids))) for n in range(times)]

    def queue(self, repository: str, event: str, payload: dict[str, Any]) -> None:
        self.later(lambda: self.send(repository, event, payload))

    def later(self, work: Callable[[], object]) -> None:
        """For what an API call causes: the call is answered first."""
        if self.in_background:
            self._threads.submit(work)
        else:
            self.waiting.append(work)

    def send_waiting(self) -> None:
        due, self.waiting = self.waiting, []
        for work in due:
            work()

    def redeliver(self, number: int) -> Delivery:
        """The same bytes under the same GUID, as a delivery of its own."""
        return self._attempt(replace(self.find(number), id=next(self._ids), redelivery=True))

    def find(self, number: int) -> Delivery:
        for delivery in self.deliveries:
            if delivery.id == number:
                return delivery
        raise not_found()

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        self.client.close()

    def _attempt(self, made: Delivery) -> Delivery:
        began, at = time.perf_counter(), self.clock.now()
        outcome: dict[str, Any]
        try:
            answer = self.client.post(
                made.hook.url, content=made.body, headers=made.headers, timeout=self.time_limit, follow_redirects=False
            )
            outcome = {
                "status_code": answer.status_code,
                "status": "OK" if answer.is_success else f"Invalid HTTP Response: {answer.status_code}",
                "answer": answer.text,
                "answer_headers": dict(answer.headers),
            }
        except httpx.TimeoutException:
            outcome = {"status_code": 0, "status": "timed out"}
        except httpx.TransportError:
            outcome = {"status_code": 0, "status": "failed to connect to host"}
        done = replace(made, delivered_at=at, duration_ms=(time.perf_counter() - began) * 1000, **outcome)
        with self._lock:
            self.deliveries.append(done)
            made.hook.last_code = done.status_code
        return done


def fresh_client() -> httpx.Client:
    """A connection for every delivery, straight to the receiver."""
    return httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), verify=_trusting(), trust_env=False)


@cache
def _trusting() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def sign(secret: str, body: bytes, digest: str = "sha256") -> str:
    """The value of X-Hub-Signature-256, or of X-Hub-Signature with `sha1`."""
    return f"{digest}={hmac.new(secret.encode(), body, digest).hexdigest()}"


def encode(payload: dict[str, Any], content_type: str) -> bytes:
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
    return text.encode() if content_type == "json" else urlencode({"payload": text}).encode()


def headers_for(hook: Hook, event: str, guid: str, body: bytes) -> dict[str, str]:
    signatures = {
        "X-Hub-Signature": sign(hook.secret, body, "sha1"),
        "X-Hub-Signature-256": sign(hook.secret, body),
    }
    return {
        "Accept": "*/*",
        "Content-Type": CONTENT_TYPES[hook.content_type],
        "User-Agent": "GitHub-Hookshot/e1a4c07",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": str(hook.id),
        "X-GitHub-Hook-Installation-Target-ID": str(number(hook.repository)),
        "X-GitHub-Hook-Installation-Target-Type": "repository",
        **(signatures if hook.secret else {}),
    }


def _made(delivery_id: int, hook: Hook, event: str, payload: dict[str, Any]) -> Delivery:
    body, guid = encode(payload, hook.content_type), str(uuid.uuid4())
    headers = headers_for(hook, event, guid, body)
    return Delivery(delivery_id, guid, hook, event, hook.repository, payload, headers, body)
