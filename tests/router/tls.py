"""Environments over TLS: certificates, and an Envoy that stands for one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bluegreen_router.engine.clusters import Config, socket_address, typed


def says_its_protocol(port: int, certificate: Path, *protocols: str) -> Config:
    """An environment over TLS that offers these protocols, as Envoy is told of it: HTTP/2 alone, or both."""
    file = {"filename": str(certificate)}
    context = {
        "tls_certificates": [{"certificate_chain": file, "private_key": file}],
        "alpn_protocols": protocols,
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
        codec_type="AUTO" if "http/1.1" in protocols else "HTTP2",
        route_config=routes,
        http_filters=[typed("envoy.filters.http.router", "filters.http.router.v3.Router")],
    )
    chain = {"transport_socket": tls, "filters": [http]}
    return {
        "static_resources": {
            "listeners": [{"name": "tls", "address": socket_address("127.0.0.1", port), "filter_chains": [chain]}]
        }
    }


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
