"""One probe: failed where users would meet a failure, over in time, and nothing where nobody was asked."""

import socket
import ssl
from collections.abc import Callable, Iterator

import pytest

from bluegreen.core.environment import Environment
from bluegreen_router import probes
from bluegreen_router.probes import Probes
from tests.clients.test_bounded import Wire
from tests.router.running import Router

BLUE, GREEN = Environment.BLUE, Environment.GREEN
HEAD, END = b"HTTP/1.1 200 OK\r\n", b"\r\nok"
LENGTH = b"Content-Length: 2\r\n"
ANSWERS = {
    "a body that trickles": ([HEAD + b"Content-Length: 9000\r\n\r\n", *[b"x"] * 9000], True),
    "a header that trickles": ([HEAD + b"x: ", *[b"x"] * 9000], True),
    "a header of 100 KB": ([HEAD + b"Content-Length: 0\r\nx: " + b"x" * 100_000 + b"\r\n\r\n"], False),
}
VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
READ_BY_ENVOY = {
    "a usual one": HEAD + LENGTH + END,
    "its length twice": HEAD + LENGTH * 2 + END,
    "a list of lengths": HEAD + b"Content-Length: 2, 2\r\n" + END,
    "a length, and chunks": HEAD + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "no content, which has a length": b"HTTP/1.1 204 No Content\r\n" + LENGTH + END,
    "a control character": HEAD + LENGTH + b"x: a\x01b\r\n" + END,
    "too many headers": HEAD + LENGTH + b"".join(b"x-%d: 1\r\n" % n for n in range(1100)) + END,
    "too large a header": HEAD + LENGTH + b"x: " + b"x" * 140_000 + b"\r\n" + END,
    "broken off": HEAD + b"Content-Length: 20\r\n" + END,
    "an error": b"HTTP/1.1 500 Sorry\r\n" + LENGTH + END,
}


@pytest.fixture
def probe() -> Iterator[Callable[[Router], Probes]]:
    """One by one, by the way of a router."""
    made: list[Probes] = []

    def of(router: Router) -> Probes:
        made.append(Probes(router.settings, router.envoy.admin.probes, print))
        return made[-1]

    yield of
    for each in made:
        each.stop()


@pytest.mark.timeout(60)  # at its pace a whole answer takes a quarter of an hour
@pytest.mark.parametrize("says", ANSWERS)
def test_an_answer_that_does_not_come_to_its_end_in_time_is_a_failure_and_is_left(
    says, start, service, probe, monkeypatch
):
    """A probe that never ended would be counted as nothing at all, and no other would follow it."""
    pieces, fails = ANSWERS[says]
    monkeypatch.setattr(probes, "TIME_LIMIT", 0.6 if fails else 30)
    wire = Wire()
    wire.says, wire.pace = pieces, 0.1
    try:
        router = start(BLUEGREEN_BLUE_URL=wire.url)
        router.follows(service.serve(BLUE))

        assert probe(router).ask(BLUE).failed is fails
    finally:
        wire.close()


@pytest.mark.slow
def test_a_probe_fails_where_users_do(before_the_wire, wire, probe):
    router = before_the_wire()
    asked = probe(router)
    met, probed = {}, {}
    for says, answer in READ_BY_ENVOY.items():
        wire.answer, wire.ends = (answer,), says == "broken off"  # who hangs up unannounced may meet a request
        try:
            met[says] = router.get().status_code >= 500
        except probes.httpx.RemoteProtocolError:
            met[says] = True
        probed[says] = asked.ask(BLUE).failed

    assert probed == met
    assert (met["a usual one"], met["its length twice"]) == (False, True)


@pytest.mark.parametrize("version", list(VERSIONS))
def test_users_and_probes_speak_each_version_of_tls(version, start, service, blue, certificate, probe, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.minimum_version = context.maximum_version = VERSIONS[version]
    blue.speak_tls(context)
    router = start(BLUEGREEN_BLUE_URL=f"https://localhost:{blue.port}", BLUEGREEN_GREEN_URL="https://localhost:9")
    router.follows(service.serve(BLUE))

    assert (router.get().status_code, probe(router).ask(BLUE).failed) == (200, False)


@pytest.mark.parametrize("secure", [("h2",), ("h2", "http/1.1")], indirect=True, ids=["alone", "beside HTTP/1.1"])
def test_users_and_probes_speak_http_2(secure, start, service, probe):
    router = start(BLUEGREEN_BLUE_URL=f"https://localhost:{secure}", BLUEGREEN_GREEN_URL="https://localhost:9")
    router.follows(service.serve(BLUE))

    assert (router.get().text, probe(router).ask(BLUE).failed) == ("HTTP/2", False)


def test_each_environment_is_asked_whichever_serves_and_nobody_while_none_is_known(start, service, blue, green, probe):
    router = start()
    asked = probe(router)
    before = asked.ask(BLUE)
    router.follows(service.serve(BLUE))
    green.status = 503

    assert before is None
    assert [asked.ask(one).failed for one in (BLUE, GREEN)] == [False, True]
    router.stop()
    assert asked.ask(BLUE) is None


def test_the_app_hears_of_a_probe_what_it_has_always_heard(before_the_wire, wire, probe):
    probe(before_the_wire()).ask(BLUE)
    head, *lines = wire.heard[0].split("\r\n")

    assert head == "GET /api/health HTTP/1.1"
    assert sorted(line.lower().partition(":")[0] for line in lines if line) == [
        "accept",
        "accept-encoding",
        "host",
        "user-agent",
        "x-bluegreen-probe",
    ]


def test_users_who_take_all_connections_leave_probes_theirs(before_the_wire, probe):
    router = before_the_wire(BLUEGREEN_MOST_CONNECTIONS="1")
    with socket.create_connection(("127.0.0.1", router.settings.port), timeout=60) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        heard = client.recv(65536)

        assert not probe(router).ask(BLUE).failed
    assert heard.startswith(b"HTTP/1.1 200")
