"""Prometheus metrics on a port of their own: what Envoy has counted, and how far the agent follows. GET /metrics."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from bluegreen.core.environment import Environment
from bluegreen_router.engine.admin import Admin, Sample
from bluegreen_router.engine.logs import ANSWERED, ANSWERED_WITH_BODY, PREFIX, REQUESTS
from bluegreen_router.engine.routes import MIRRORED, STREAMED, USERS
from bluegreen_router.route import Route

_KEPT = 1.0  # seconds that a text is given out again: whoever asks without pause costs no more
_WITH_BODY = ANSWERED_WITH_BODY.removeprefix(ANSWERED)
_PATTERN = rf"^({PREFIX}\.({REQUESTS}|{ANSWERED})|http\.users\.downstream_(cx|rq)_active$)"
_DURATION = "http_request_duration_seconds"
_KINDS = {
    "http_requests_total": "counter Answers to users; environment is empty where none was asked, status 0: no answer",
    _DURATION: "histogram From a request's last byte to the response header",
    "http_connections_active": "gauge Users' connections",
    "http_requests_active": "gauge Users' requests that are being answered",
    "bluegreen_streams_active": "gauge WebSockets and event streams",
    "bluegreen_route_active": "gauge 1 for the environment that serves",
    "bluegreen_route_epoch": "gauge How often production was pointed elsewhere, by the route that is served",
    "bluegreen_route_version": "gauge The journal's version that the route is of",
    "bluegreen_journal_age_seconds": "gauge Since the journal last said what is served",
}
_GAUGES = {
    "http_downstream_cx_active": "http_connections_active",
    "http_downstream_rq_active": "http_requests_active",
}
Series = tuple[str, str]  # name and labels, as they are written


class State(NamedTuple):
    """How far the agent is."""

    route: Route | None
    confirmed: datetime | None
    streams: int
    now: datetime


class Metrics:
    """Listens when it is made; `OSError` where it cannot."""

    def __init__(self, bind: str, port: int, admin: Admin, state: Callable[[], State]) -> None:
        self._admin, self._state = admin, state
        self._lock = threading.Lock()
        self._text, self._until = "", 0.0
        self._server = _Server((bind, port), _Answers)
        self._server.metrics = self
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="metrics", daemon=True).start()

    def text(self) -> str:
        """Raises `OSError` where Envoy does not answer."""
        with self._lock:
            if time.monotonic() >= self._until:
                samples = self._admin.samples(_PATTERN)
                self._text, self._until = exposition(samples, self._state()), time.monotonic() + _KEPT
            return self._text

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def exposition(samples: list[Sample], state: State) -> str:
    """In Prometheus' text format, version 0.0.4."""
    found: Counter[Series] = Counter()
    for name, labels, value in [each for sample in samples for each in _told(sample)]:
        found[name, labels] += value  # type: ignore[assignment]  # of users' routes one sum
    rows = [*found.items(), *((series, value) for series, value in _of_the_agent(state))]
    lines = []
    for name, said in _KINDS.items():
        kind, _, words = said.partition(" ")
        lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]
        own = (name, *(f"{name}{end}" for end in ("_bucket", "_sum", "_count")))
        lines += [f"{series}{labels} {value:g}" for (series, labels), value in rows if series in own]
    return "\n".join(lines) + "\n"


def _told(sample: Sample) -> Iterator[tuple[str, str, float]]:
    name, labels, value = sample
    if gauge := _GAUGES.get(name):
        yield gauge, "", value
    if labels.get("route", "") not in (USERS, MIRRORED, STREAMED, ""):
        return
    whose = f'environment="{labels.get("environment", "")}"'
    if name == f"{PREFIX}_{REQUESTS}":
        yield "http_requests_total", f'{{{whose},status="{labels.get("status", "")}"}}', value
    short = name.removeprefix(f"{PREFIX}_{ANSWERED}").removeprefix(_WITH_BODY)
    if short == "_bucket":
        upto = labels["le"] if labels["le"] == "+Inf" else f"{float(labels['le']) / 1000:g}"
        yield f"{_DURATION}{short}", f'{{{whose},le="{upto}"}}', value
    if short in ("_sum", "_count"):
        yield f"{_DURATION}{short}", f"{{{whose}}}", value / 1000 if short == "_sum" else value


def _of_the_agent(state: State) -> Iterator[tuple[Series, float]]:
    route = state.route
    yield ("bluegreen_streams_active", ""), state.streams
    for one in Environment:
        yield ("bluegreen_route_active", f'{{environment="{one.value}"}}'), bool(route and route.active is one)
    if route is not None:
        yield ("bluegreen_route_epoch", ""), route.epoch
        yield ("bluegreen_route_version", ""), route.seq
    if state.confirmed is not None:
        yield ("bluegreen_journal_age_seconds", ""), max((state.now - state.confirmed).total_seconds(), 0.0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    metrics: Metrics

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asks may hang up."""


class _Answers(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5.0

    def do_GET(self) -> None:
        if self.path.partition("?")[0] != "/metrics":
            return self._say(404, "only /metrics is here\n")
        try:
            self._say(200, self.server.metrics.text())
        except OSError:
            self._say(503, "envoy does not tell what it has counted\n")

    def _say(self, status: int, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Every scrape would be a line."""
