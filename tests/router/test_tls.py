"""Environments over TLS, as App Platform's are: the certificate is checked, the server name is the environment's."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bluegreen.core.environment import Environment
from bluegreen.core.phases import Phase

BLUE = Environment.BLUE


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """For localhost, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, none = serialization.Encoding.PEM, serialization.NoEncryption()
    file = tmp_path / "certificate.pem"
    file.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, none))
    return file


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


def test_host_and_server_name_are_the_environments_own(
    start, service, blue, until, asked_for, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    router = start(BLUEGREEN_PROBES_PER_SECOND="10")
    router.follows(service.serve(BLUE, Phase.WATCHING))
    answer = router.get(headers={"Host": "shop.example"})
    until(lambda: any(block.probes for block in router.telemetry().blocks), 3)
    probed = [counts for block in router.telemetry().blocks for counts in block.probes.values()]

    assert (answer.status_code, answer.json()["name"]) == (200, "blue")
    assert blue.requests[0]["Host"] == f"localhost:{blue.port}"
    assert set(asked_for) == {"localhost"}
    assert sum(counts.failed for counts in probed) == 0


def test_a_certificate_that_nobody_vouches_for_is_refused(start, service, asked_for):
    router = start()
    router.follows(service.serve(BLUE))

    assert router.get(timeout=10).status_code == 502
