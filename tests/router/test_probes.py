"""One probe: failed where users would meet a failure, and over in time."""

import ssl
import threading

import pytest
from werkzeug.serving import make_server

from bluegreen.core.environment import Environment
from bluegreen_router import probes
from bluegreen_router.probes import Probes
from bluegreen_router.settings import Settings
from tests.clients.test_bounded import Wire
from tests.router.running import settings_of

BLUE = Environment.BLUE
OK = b"HTTP/1.1 200 OK\r\n"
ANSWERS = {
    "a body that trickles": ([OK + b"Content-Length: 9000\r\n\r\n", *[b"x"] * 9000], True),
    "a header that trickles": ([OK + b"x: ", *[b"x"] * 9000], True),
    "a header of 100 KB": ([OK + b"Content-Length: 0\r\nx: " + b"x" * 100_000 + b"\r\n\r\n"], False),
}


@pytest.fixture
def one():
    """Probes of an environment at an address, one by one."""
    made: list[Probes] = []

    def probes_of(url: str) -> Probes:
        made.append(
            Probes(Settings.from_environment(settings_of(url, url.partition(":")[0] + "://127.0.0.1:9")), print)
        )
        return made[-1]

    yield probes_of
    for each in made:
        each.stop()


@pytest.mark.timeout(60)  # at its pace a whole answer takes a quarter of an hour
@pytest.mark.parametrize("says", ANSWERS)
def test_an_answer_that_does_not_come_to_its_end_in_time_is_a_failure_and_is_left(says, one, monkeypatch):
    """A probe that never ended would be counted as nothing at all, and no other would follow it."""
    pieces, fails = ANSWERS[says]
    monkeypatch.setattr(probes, "TIME_LIMIT", 0.6 if fails else 30)
    wire = Wire()
    wire.says, wire.pace = pieces, 0.1
    try:
        assert one(wire.url).ask(BLUE).failed is fails
    finally:
        wire.close()


def test_http_1_1_is_named_to_an_environment_over_tls(one, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context, named = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])

    def app(environ, start_response):
        named.append(environ["werkzeug.socket"].selected_alpn_protocol())
        start_response("200 OK", [])
        return [b""]

    server = make_server("127.0.0.1", 0, app, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        assert not one(f"https://localhost:{server.server_port}").ask(BLUE).failed
        assert named == ["http/1.1"]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
