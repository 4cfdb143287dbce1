"""Two real little environments, a router in front of them (real Caddy), and a journal in memory."""

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from bluegreen.clients.journal import Journal
from bluegreen.clients.objects import MemoryObjects
from bluegreen.core.environment import Environment, EnvironmentState, Status
from bluegreen.core.judge.telemetry import Telemetry
from bluegreen.core.phases import Phase
from bluegreen.core.record import Record, Version
from bluegreen.core.release import Release
from bluegreen_cli.stage import ROOT
from bluegreen_emulator.digitalocean.ingress import free_port
from bluegreen_router import stream
from bluegreen_router.agent import Agent
from bluegreen_router.caddy import Caddy
from bluegreen_router.config import HEALTH_PATH
from bluegreen_router.log import Log
from bluegreen_router.settings import Settings
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
TAGS = {BLUE: "v1.2.0", GREEN: "v1.3.0"}


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        environment: Upstream = self.server.upstream  # type: ignore[attr-defined]
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if "X-Bluegreen-Probe" not in self.headers:
            environment.requests.append(dict(self.headers))
        if url.path == "/held":
            environment.let_go.wait(float(asked.get("seconds", 60)))
        if url.path == "/drop":
            self.close_connection = True
            return
        body = json.dumps({"name": environment.name, "got": sent.decode()}).encode()
        self.send_response(int(asked.get("status", environment.status)))
        self.send_header("X-Bluegreen-Environment", "not for the app to say")
        self.send_header("Content-Length", str(len(body) + (1000 if url.path == "/half" else 0)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = url.path == "/half"

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, *_: object) -> None:
        pass


class Upstream:
    """An environment. Paths: /drop closes without an answer, /half in the middle of one, /held answers once `let_go`
    is set or after ?seconds=; ?status=."""

    def __init__(self, name: str, port: int = 0, host: str = "127.0.0.1") -> None:
        self.name, self.status = name, 200
        self.requests: list[dict[str, str]] = []  # headers of what came, without probes
        self.let_go = threading.Event()
        self._http = _Quiet((host, port), _Answers)
        self._http.upstream = self  # type: ignore[attr-defined]
        self.port = self._http.server_port
        self.url = f"http://{host}:{self.port}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def speak_tls(self, context: ssl.SSLContext) -> None:
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    def close(self) -> None:
        self.let_go.set()
        self._http.shutdown()
        self._http.server_close()


class App:
    """The benchmark's app as an environment."""

    def __init__(self, name: str, port: int) -> None:
        self.name, self.url = name, f"http://127.0.0.1:{port}"
        program = [sys.executable, "-m", "benchmarks.switch.app", name, str(port)]
        self.process = subprocess.Popen(program, cwd=ROOT)

    def up(self) -> bool:
        try:
            return httpx.get(self.url, trust_env=False).is_success
        except httpx.TransportError:
            return False


class Store(MemoryObjects):
    """Objects that can fail to order."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: Exception | None = None
        self.asked = 0

    def get(self, key: str) -> bytes | None:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return super().get(key)


class Service:
    """A journal that the router follows."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.journal = Journal(store, "web", nonce=lambda: uuid4().hex)
        self.version: Version | None = None

    def serve(self, active: Environment, phase: Phase | None = None, tags: dict[Environment, str] = TAGS) -> Version:
        """Appends a version in which `active` serves."""
        epoch = self.version.record.epoch + (self.version.record.active is not active) if self.version else 1
        record = Record(
            service="web",
            active=active,
            epoch=epoch,
            environments={
                active: EnvironmentState(status=Status.ACTIVE, tag=tags[active]),
                active.other: EnvironmentState(status=Status.IDLE, tag=tags[active.other]),
            },
            release=_release(active, phase) if phase else None,
        )
        self.version = self.journal.append(self.version, record, "test", "because", datetime.now(UTC))
        return self.version


class Router:
    """The agent in this process, Caddy as its child."""

    def __init__(self, settings: Settings, folder: Path, state: Store, telemetry: Store) -> None:
        self.url = f"http://127.0.0.1:{settings.port}"
        self.telemetry_store, self.settings, self.stopped = telemetry, settings, False
        self.agent = Agent(settings, folder, state, telemetry, Log("web", settings.instance))
        self.caddy = Caddy(settings, folder, self.agent.log_port, self.agent.streams.hostports)
        self.agent.start()
        until(self.listens, what="the router listens")

    def stop(self) -> None:
        if not self.stopped:
            self.stopped = True
            self.agent.streams.end()
            self.caddy.stop()
            self.agent.stop()

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """While it drains, which a test that has seen enough cuts short: so the settings may give it long."""
        stop = threading.Thread(target=self.stop)
        stop.start()
        try:
            until(lambda: self.get(HEALTH_PATH).text == "stopping", what="the router is stopping")
            yield
        finally:
            os.kill(self.caddy.pid, signal.SIGKILL)
            stop.join()

    def get(self, path: str = "/", **more: object) -> httpx.Response:
        return httpx.get(self.url + path, trust_env=False, **more)  # type: ignore[arg-type]

    def follows(self, version: Version) -> None:
        until(lambda: self.agent.route is not None and self.agent.route.seq >= version.seq, what=f"seq {version.seq}")

    def telemetry(self) -> Telemetry:
        """The newest report."""
        key = f"services/web/telemetry/{self.settings.instance}.json"
        return Telemetry.model_validate_json(until(lambda: self.telemetry_store.get(key), what="a report is written"))

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.settings.port)) == 0


@pytest.fixture
def blue() -> Iterator[Upstream]:
    upstream = Upstream("blue")
    yield upstream
    upstream.close()


@pytest.fixture
def green() -> Iterator[Upstream]:
    upstream = Upstream("green")
    yield upstream
    upstream.close()


@pytest.fixture
def service() -> Service:
    return Service(Store())


@pytest.fixture
def start(blue: Upstream, green: Upstream, service: Service, tmp_path: Path) -> Iterator[Callable[..., Router]]:
    """Starts a router; keywords are further environment variables."""
    running: list[Router] = []

    def begin(folder: Path = tmp_path, **more: str) -> Router:
        settings = Settings.from_environment(settings_of(blue.url, green.url, **more))
        running.append(Router(settings, folder, service.store, Store()))
        return running[-1]

    yield begin
    for router in running:
        router.stop()


@pytest.fixture(scope="session")
def apps() -> Iterator[tuple[App, App]]:
    running = App("blue", free_port()), App("green", free_port())
    until(lambda: all(app.up() for app in running), what="both apps are up")
    yield running
    for app in running:
        app.process.kill()
        app.process.wait()


@pytest.fixture
def begin(start, service, apps) -> Callable[..., object]:
    def at(**more: str):
        router = start(**{"BLUEGREEN_BLUE_URL": apps[0].url, "BLUEGREEN_GREEN_URL": apps[1].url, **more})
        router.follows(service.serve(BLUE))
        return router

    return at


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that ends waits for the rest of a frame as long as a slow machine may take to send it."""
    monkeypatch.setattr(stream, "_PARTING", 60.0)


@pytest.fixture
def upstream() -> Iterator[Callable[[str, int], Upstream]]:
    """Starts another environment at a port."""
    started: list[Upstream] = []

    def begin(name: str, port: int = 0, host: str = "127.0.0.1") -> Upstream:
        started.append(Upstream(name, port, host))
        return started[-1]

    yield begin
    for one in started:
        one.close()


@pytest.fixture
def look(service: Service) -> Callable[[], None]:
    """Waits until some more looks at the journal have ended."""

    def some() -> None:
        seen = service.store.asked
        until(lambda: service.store.asked > seen + 2, what="three more looks at the journal")

    return some


@pytest.fixture
def environment() -> Callable[..., dict[str, str]]:
    return settings_of


def settings_of(blue: str, green: str, **more: str) -> dict[str, str]:
    return {
        "PORT": str(free_port()),
        "BLUEGREEN_SERVICE": "web",
        "BLUEGREEN_BLUE_URL": blue,
        "BLUEGREEN_GREEN_URL": green,
        "BLUEGREEN_STATE_ENDPOINT": "http://127.0.0.1:9",
        "BLUEGREEN_STATE_REGION": "fra1",
        "BLUEGREEN_STATE_BUCKET": "state",
        "BLUEGREEN_TELEMETRY_BUCKET": "telemetry",
        "BLUEGREEN_SPACES_KEY": "key",
        "BLUEGREEN_SPACES_SECRET": "secret-of-spaces",
        "BLUEGREEN_PROBES_PER_SECOND": "0",
        "BLUEGREEN_POLL_SECONDS": "0.05",
        "BLUEGREEN_DRAIN_SECONDS": "0",
        "BLUEGREEN_GRACE_SECONDS": "5",
        "BLUEGREEN_INSTANCE": "router-1",
        **more,
    }


def _release(active: Environment, phase: Phase) -> Release:
    now = datetime.now(UTC)
    return Release(id="1", tag=TAGS[active], requested_at=now, phase=phase, phase_since=now, wake_at=now, target=active)
