"""Environments over TLS, as App Platform's are: the certificate is checked, the server name is the environment's."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase
from bluegreen_emulator.digitalocean.ingress import free_port
from bluegreen_router.engine.clusters import Config, socket_address, typed
from bluegreen_router.engine.process import program
from tests.waiting import until

BLUE, GREEN = Environment.BLUE, Environment.GREEN


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return certificate_for(x509.DNSName("localhost"), tmp_path / "certificate.pem")


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


def test_an_environment_over_tls_is_spoken_to_in_http_2_and_streams_reach_it(
    start, service, certificate, tmp_path, monkeypatch
):
    port = free_port()
    (tmp_path / "environment.json").write_text(json.dumps(says_its_protocol(port, certificate)))
    tools = ("--disable-hot-restart", "--concurrency", "1", "--log-level", "critical")
    environment = subprocess.Popen([program(), "-c", str(tmp_path / "environment.json"), *tools])
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    try:
        router = start(
            BLUEGREEN_BLUE_URL=f"https://localhost:{port}",
            BLUEGREEN_GREEN_URL="https://localhost:9",
            BLUEGREEN_HOLD_MS="20000",
        )
        router.follows(service.serve(BLUE))
        ordinary = router.get(timeout=30).text
        stream = router.get(timeout=30, headers={"Accept": "text/event-stream"}).text
    finally:
        environment.terminate()
        environment.wait()

    assert ordinary == "HTTP/2"
    assert stream == "HTTP/1.1"


def says_its_protocol(port: int, certificate: Path) -> Config:
    """An environment over TLS that offers both protocols, as Envoy is told of it."""
    file = {"filename": str(certificate)}
    context = {
        "tls_certificates": [{"certificate_chain": file, "private_key": file}],
        "alpn_protocols": ["h2", "http/1.1"],
    }
    tls = typed(
        "envoy.transport_sockets.tls", "transport_sockets.tls.v3.DownstreamTlsContext", common_tls_context=context
    )
    reply = {"status": 200, "body_format": {"text_format_source": {"inline_string": "%PROTOCOL%"}}}
    routes = {
        "virtual_hosts": [
            {
                "name": "all",
                "domains": ["*"],
                "routes": [{"match": {"prefix": "/"}, "direct_response": reply}],
            }
        ]
    }
    http = typed(
        "envoy.filters.network.http_connection_manager",
        "filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix="environment",
        route_config=routes,
        http_filters=[typed("envoy.filters.http.router", "filters.http.router.v3.Router")],
    )
    chain = {"transport_socket": tls, "filters": [http]}
    return {
        "static_resources": {
            "listeners": [{"name": "tls", "address": socket_address("127.0.0.1", port), "filter_chains": [chain]}]
        }
    }


def test_a_certificate_that_nobody_vouches_for_is_refused(start, service, asked_for):
    router = start()
    router.follows(service.serve(BLUE))

    assert router.get(timeout=10).status_code == 502


def certificate_for(name: x509.GeneralName, file: Path) -> Path:
    """With its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(name.value))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none))
    return file
