"""Two real little environments, a router in front of them (a real Envoy), and a journal in memory."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509

from bluegreen.core.environment import Environment
from bluegreen.core.judge.telemetry import Counts
from bluegreen_emulator.digitalocean.ingress import free_port
from bluegreen_router import stream
from bluegreen_router.engine.process import program
from bluegreen_router.settings import Settings
from tests.router.environments import App, Upstream
from tests.router.running import Router, Service, Store, settings_of
from tests.router.tls import certificate_for, says_its_protocol
from tests.router.wire import Wire
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN


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

    def begin(folder: Path = tmp_path, telemetry: Store | None = None, **more: str) -> Router:
        settings = Settings.from_environment(settings_of(blue.url, green.url, **more))
        running.append(Router(settings, folder, service.store, Store() if telemetry is None else telemetry))
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


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as running:
        yield running


@pytest.fixture
def before_the_wire(start, service, wire) -> Callable[..., Router]:
    """Starts a router before the wire; keywords are further environment variables."""

    def begin(**more: str) -> Router:
        router = start(BLUEGREEN_BLUE_URL=wire.url, **more)
        router.follows(service.serve(BLUE))
        return router

    return begin


@pytest.fixture
def users() -> Callable[[Router, Environment], Counts]:
    """All that the router has reported so far."""

    def counted(router: Router, environment: Environment) -> Counts:
        blocks = router.telemetry().blocks
        return sum((block.users[environment] for block in blocks if environment in block.users), start=Counts())

    return counted


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return certificate_for(x509.DNSName("localhost"), tmp_path / "certificate.pem")


@pytest.fixture
def secure(certificate, tmp_path, monkeypatch, request) -> Iterator[int]:
    """An environment over TLS that offers HTTP/2, alone if it is asked for so, and whose certificate the router trusts:
    its port."""
    port = free_port()
    protocols = getattr(request, "param", ("h2", "http/1.1"))
    (tmp_path / "environment.json").write_text(json.dumps(says_its_protocol(port, certificate, *protocols)))
    tools = ("--disable-hot-restart", "--concurrency", "1", "--log-level", "critical")
    environment = subprocess.Popen([program(), "-c", str(tmp_path / "environment.json"), *tools])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    yield port
    environment.terminate()
    environment.wait()
