"""Environments over TLS, as App Platform's are: the certificate is checked, the server name is the environment's."""

import ssl
import sys
from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest
from cryptography import x509

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from tests.router.tls import certificate_for
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN


@pytest.fixture
def asked_for(certificate, blue, green) -> Iterator[list[str | None]]:
    """Both environments speak TLS; the server names that they were asked for."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _, name, __: names.append(name)
    for upstream in (blue, green):
        upstream.speak_tls(context)
        upstream.url = f"https://localhost:{upstream.port}"
    return names


def test_host_and_server_name_are_the_environments_own(start, service, blue, asked_for, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    router = start(BLUEGREEN_PROBES_PER_SECOND="10")
    router.follows(service.serve(BLUE, Phase.WATCHING))
    answer = router.get(headers={"Host": "shop.example"})
    until(lambda: any(block.probes for block in router.telemetry().blocks))
    probed = [counts for block in router.telemetry().blocks for counts in block.probes.values()]

    assert (answer.status_code, answer.json()["name"]) == (200, "blue")
    assert blue.requests[0]["Host"] == f"localhost:{blue.port}"
    assert set(asked_for) == {"localhost"}
    assert sum(counts.failed for counts in probed) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the other loopback addresses are Linux's")
def test_a_switch_between_two_names_asks_each_by_its_own(start, service, blue, upstream, tmp_path, monkeypatch):
    green = upstream("green", host="127.0.0.2")
    pems = []
    for environment, name in ((blue, x509.DNSName("localhost")), (green, x509.IPAddress(IPv4Address("127.0.0.2")))):
        pems.append(certificate_for(name, tmp_path / f"{environment.name}.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pems[-1])
        environment.speak_tls(context)
    (tmp_path / "both.pem").write_bytes(b"".join(pem.read_bytes() for pem in pems))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    urls = {
        "BLUEGREEN_BLUE_URL": f"https://localhost:{blue.port}",
        "BLUEGREEN_GREEN_URL": green.url.replace("p:", "ps:"),
    }
    router = start(**urls)
    names = []
    for active in (BLUE, GREEN, BLUE, GREEN):
        router.follows(service.serve(active))
        names.append(router.get().json()["name"])

    assert names == ["blue", "green", "blue", "green"]
    assert green.requests[0]["Host"] == f"127.0.0.2:{green.port}"


def test_an_environment_over_tls_is_spoken_to_in_http_2_and_streams_reach_it(start, service, secure):
    router = start(
        BLUEGREEN_BLUE_URL=f"https://localhost:{secure}",
        BLUEGREEN_GREEN_URL="https://localhost:9",
        BLUEGREEN_HOLD_MS="20000",
    )
    router.follows(service.serve(BLUE))

    assert router.get(timeout=30).text == "HTTP/2"
    assert router.get(timeout=30, headers={"Accept": "text/event-stream"}).text == "HTTP/1.1"


@pytest.mark.slow
def test_a_certificate_that_nobody_vouches_for_is_refused(start, service, asked_for):
    router = start()
    router.follows(service.serve(BLUE))

    assert router.get(timeout=60).status_code == 502


@pytest.mark.parametrize("accept", ["*/*", "text/event-stream"])
def test_an_environment_that_wants_to_hear_of_a_protocol_hears_of_one(
    start, service, blue, certificate, monkeypatch, accept
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    named: list[str | None] = []

    class Picky(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            named.append(self.selected_alpn_protocol())

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslsocket_class = Picky
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["http/1.1"])
    blue.speak_tls(context)
    router = start(BLUEGREEN_BLUE_URL=f"https://localhost:{blue.port}", BLUEGREEN_GREEN_URL="https://localhost:9")
    router.follows(service.serve(BLUE))

    assert router.get(headers={"Accept": accept}).status_code == 200
    assert named == ["http/1.1"]
