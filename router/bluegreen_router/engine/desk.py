"""Where the agent answers Envoy: who serves, as soon as it changes, and how the router is.

Envoy asks again and again (EDS over REST), and is kept waiting until there is something new; each question names the
version that it has taken. So a switch takes one answer and no file, and the agent knows when it is in force.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from bluegreen_router.engine.assignment import discovery
from bluegreen_router.engine.clusters import Config

_HELD = 3.0  # seconds that a question waits at most: well below the time after which Envoy forgets
_BACKLOG = 128


Endpoints = Mapping[str, Sequence[Config]]


class Told(NamedTuple):
    version: int
    endpoints: Endpoints


class Desk:
    """Ready when it is made. `look` finds who serves; `health` how the router is: status and text for a path."""

    def __init__(self, look: Callable[[], Endpoints], health: Callable[[str], tuple[int, str]]) -> None:
        self._look, self.health = look, health
        self._changed = threading.Condition()
        self._told = Told(1, look())
        self._taken = dict.fromkeys(self._told.endpoints, 0)
        self._server = _Server(("127.0.0.1", 0), _Answers)
        self._server.desk = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="desk", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    def tell(self) -> int:
        """Looks, and wakes Envoy's question where something has changed; the version that tells of it."""
        with self._changed:
            found = self._look()
            if found != self._told.endpoints:
                self._told = Told(self._told.version + 1, found)
                self._changed.notify_all()
            return self._told.version

    def is_taken(self, version: int, within: float) -> bool:
        """Whether Envoy serves by this version, or a later one, within these seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: min(self._taken.values()) >= version, within)

    def answer(self, question: Config) -> Config:
        """To Envoy, whose question may wait for a change."""
        (cluster,) = question["resource_names"]
        version = int(question.get("version_info") or 0)
        with self._changed:
            self._taken[cluster] = version
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._told.version != version, _HELD)
        self.tell()
        told = self._told
        return discovery(str(told.version), cluster, told.endpoints[cluster])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = _BACKLOG
    desk: Desk

    def handle_error(self, request: object, client_address: object) -> None:
        """Envoy hangs up when it ends."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        status, text = self.server.desk.health(self.path.partition("?")[0])
        self._say(status, text, "application/json" if text.startswith("{") else "text/plain")

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._say(200, json.dumps(self.server.desk.answer(question)), "application/json")

    def _say(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Every question would be a line."""
