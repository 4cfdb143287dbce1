"""The access log, Prometheus metrics, and limits that are settings."""

import json
import socket

import httpx
import pytest

from bluegreen.core.environment import Environment
from bluegreen.core.errors import Misconfigured, Unavailable
from bluegreen.core.phases import Phase
from bluegreen_emulator.digitalocean.ingress import free_port
from bluegreen_router.engine.logs import ENVOYS_OWN
from bluegreen_router.settings import Settings
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN
SECRETS = {"BLUEGREEN_PREVIEW_SECRET": "preview-secret", "BLUEGREEN_ORIGIN_SECRET": "origin-secret"}


@pytest.fixture
def lines(capfd):
    """The access log, once it has so many lines."""
    said: list[str] = []

    def read(number: int) -> list[dict[str, object]]:
        def whole() -> bool:
            said.append(capfd.readouterr().err)
            return "".join(said).count("\n") >= number

        until(whole, what=f"{number} lines")
        return [json.loads(line) for line in "".join(said).splitlines()]

    return read


def test_each_request_has_a_line_without_a_secret(start, service, lines):
    router = start(BLUEGREEN_ACCESS_LOG="true", **SECRETS)
    router.follows(service.serve(BLUE))
    told = {"X-Request-Id": "of-the-client", "Cookie": "session=hidden", "Authorization": "Bearer hidden"}
    answered = router.get("/orders/7?token=hidden", headers=told)
    router.get("/?status=503")
    router.get("/", headers={"X-Bluegreen-Preview": "preview-secret"})
    router.get("/_bluegreen/health")
    router.ask("POST", "/last?password=hidden", content=b"hidden")
    first, failed, preview, last = found = lines(4)

    assert answered.status_code == 200
    assert (first["request_id"], first["path"], first["status"]) == ("of-the-client", "/orders/7", 200)
    assert (first["environment"], first["release"], first["route"]) == ("blue", "v1.2.0", "users")
    assert (failed["status"], failed["environment"]) == (503, "blue")
    assert len(str(failed["request_id"])) == 36
    assert (preview["route"], preview["environment"]) == ("preview", "green")
    assert (last["method"], last["path"], last["bytes_in"]) == ("POST", "/last", 6)
    assert "hidden" not in json.dumps(found)
    assert "-secret" not in json.dumps(found)


def test_what_is_no_http_has_a_line_too_and_breaks_none(start, service, lines):
    router = start(BLUEGREEN_ACCESS_LOG="true")
    router.follows(service.serve(BLUE))
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30) as client:
        client.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
        client.recv(1000)
    router.get('/a"b\\c', headers={"X-Request-Id": 'a"b\\c'})
    refused, odd = lines(2)

    assert (refused["status"], refused["environment"]) == (400, None)
    assert odd["request_id"] == 'a"b\\c'


def test_without_the_setting_nothing_is_written(start, service, capfd):
    router = start()
    router.follows(service.serve(BLUE))
    router.get()
    router.stop()

    assert capfd.readouterr().err == ""


@pytest.fixture
def metrics(start):
    """A router with metrics, and what it tells: by series."""

    def begin(**more: str):
        port = free_port()
        router = start(BLUEGREEN_METRICS_PORT=str(port), **more)

        def read() -> dict[str, float]:
            text = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
            rows = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
            return {series: float(value) for series, _, value in rows}

        return router, read, port

    return begin


@pytest.mark.slow
def test_requests_are_told_by_environment_and_status(metrics, service):
    router, read, _ = metrics(**SECRETS)
    router.follows(service.serve(GREEN, Phase.WATCHING, mirror=50))
    for status in (200, 200, 404, 503):
        for _ in range(5):
            router.get(f"/?status={status}")
    router.get("/", headers={"X-Bluegreen-Preview": "preview-secret"})
    router.get("/_bluegreen/health")
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30) as client:
        client.sendall(b"no HTTP\r\n\r\n")
        client.recv(1000)
    count = 'http_request_duration_seconds_count{environment="green"}'
    refused = 'http_requests_total{environment="",status="400"}'
    found = until(lambda: (rows := read()).get(refused) and rows.get(count) == 20 and rows, seen=read)

    asked = {series: value for series, value in found.items() if series.startswith("http_requests_total")}
    assert asked == {
        'http_requests_total{environment="green",status="200"}': 10,
        'http_requests_total{environment="green",status="404"}': 5,
        'http_requests_total{environment="green",status="503"}': 5,
        'http_requests_total{environment="",status="400"}': 1,
    }
    assert found['http_request_duration_seconds_bucket{environment="green",le="+Inf"}'] == 20
    assert 'http_request_duration_seconds_bucket{environment="green",le="0.01"}' in found


@pytest.mark.slow
def test_how_far_the_agent_follows_is_told(metrics, service):
    router, read, port = metrics()
    before = read()
    router.follows(service.serve(BLUE))
    router.follows(service.serve(GREEN))
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30):
        found = until(lambda: (rows := read()).get("http_connections_active") and rows)
    service.store.fault = Unavailable("no answer")
    aged = until(lambda: (rows := read())["bluegreen_journal_age_seconds"] > 1.5 and rows)

    assert "bluegreen_route_epoch" not in before
    assert (found["bluegreen_route_epoch"], found["bluegreen_route_version"]) == (2, 2)
    assert [found[f'bluegreen_route_active{{environment="{one}"}}'] for one in ("blue", "green")] == [0, 1]
    assert aged["bluegreen_route_epoch"] == 2
    for path in ("/", "/stats", "/quitquitquit", "/metrics/x"):
        assert httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).status_code == 404


def test_the_public_port_serves_no_metrics(metrics, service, blue):
    router, _, _ = metrics()
    router.follows(service.serve(BLUE))

    assert router.get("/metrics").json()["name"] == "blue"


def test_the_metrics_port_is_not_the_public_one(environment):
    given = environment("http://127.0.0.1:1", "http://127.0.0.1:2", PORT="8080", BLUEGREEN_METRICS_PORT="8080")
    with pytest.raises(Misconfigured, match="BLUEGREEN_METRICS_PORT: must not be PORT"):
        Settings.from_environment(given)


def test_headers_beyond_the_limit_are_refused_and_others_pass(start, service, users):
    router = start(BLUEGREEN_HEADER_KB="4")
    router.follows(service.serve(BLUE))
    answers = [router.get("/", headers={"X-Large": "x" * size}).status_code for size in (2000, 6000)]
    router.stop()

    assert answers == [200, 431]
    assert users(router, BLUE).requests == 1


def test_a_body_that_takes_too_long_is_refused_and_counts_for_nobody(start, service, users):
    router = start(BLUEGREEN_BODY_SECONDS="0.3")
    router.follows(service.serve(BLUE))
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=30) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
        said = client.recv(1000)
    router.stop()

    assert said.startswith(b"HTTP/1.1 408 ")
    assert users(router, BLUE).failed == 0


@pytest.mark.slow
def test_an_answer_that_takes_long_is_not_held_to_the_bodys_time(start, service, blue):
    router = start(BLUEGREEN_BODY_SECONDS="0.3")
    router.follows(service.serve(BLUE))

    assert router.ask("POST", "/held?seconds=0.8", content=b"whole", timeout=30).status_code == 200


def test_envoy_keeps_the_numbers_that_are_asked_for_and_says_so_of_others(start, service):
    router = start()
    router.follows(service.serve(BLUE))

    assert [router.envoy.admin.gauge(name) for name in ENVOYS_OWN] == [0] * len(ENVOYS_OWN)
    with pytest.raises(OSError, match="no number of the name"):
        router.envoy.admin.gauge("http.users.downstream_rq_total")


def test_connections_beyond_the_limit_are_closed_and_the_others_served(start, service):
    router = start(BLUEGREEN_MOST_CONNECTIONS="2")
    router.follows(service.serve(BLUE))
    place, ask = ("127.0.0.1", router.settings.port), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    until(lambda: not router.envoy.admin.gauge("http.users.downstream_cx_active"), what="nobody is connected")
    kept = [socket.create_connection(place, timeout=30) for _ in range(2)]
    try:
        until(lambda: router.envoy.admin.gauge("http.users.downstream_cx_active") == 2, what="two are connected")
        with socket.create_connection(place, timeout=30) as third:
            refused = closed(third, ask)
        for one in kept:
            one.sendall(ask)
        assert [one.recv(15) for one in kept] == [b"HTTP/1.1 200 OK"] * 2
    finally:
        for one in kept:
            one.close()

    assert refused
    until(lambda: serves(router), what="there is room again")


def closed(client: socket.socket, ask: bytes) -> bool:
    try:
        client.sendall(ask)
        return client.recv(1) == b""
    except ConnectionError:
        return True


def serves(router) -> bool:
    try:
        return router.get().is_success
    except httpx.TransportError:
        return False
