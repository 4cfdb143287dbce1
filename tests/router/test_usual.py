"""Spaces as a router asks it: what is usual without botocore, and all else in botocore's words."""

import gzip
import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server, make_ssl_devcert

from bluegreen.clients.store import bounded_s3
from bluegreen.core.errors import Misconfigured, NotFound, Unavailable
from bluegreen_emulator.faults import Fault
from bluegreen_emulator.spaces import Spaces as SpacesServer
from bluegreen_emulator.wire import Front, Server
from bluegreen_router import usual
from bluegreen_router.connections import Limits
from bluegreen_router.usual import UsualSpaces
from tests.clients.test_bounded import Wire

KEY, SECRET, BUCKET = "key", "secret-of-spaces", "state"


class Listening:
    """Notes who asks: botocore names itself."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self.asked: list[str] = []

    def __call__(self, environ, start_response):
        by = "botocore" if "otocore" in environ.get("HTTP_USER_AGENT", "") else "us"
        self.asked.append(f"{environ['REQUEST_METHOD']} by {by}")
        return self._front(environ, start_response)


class Store:
    def __init__(self) -> None:
        self.front = Front(SpacesServer(keys={KEY: (SECRET, {BUCKET: "readwrite"})}, buckets=[BUCKET]).app)
        self.listening = Listening(self.front)
        self.server = Server(self.listening)

    def client(self, bucket: str = BUCKET, secret: str = SECRET) -> UsualSpaces:
        return UsualSpaces(self.server.url, "fra1", bucket, KEY, secret)


@pytest.fixture
def store() -> Iterator[Store]:
    running = Store()
    yield running
    running.server.close()


def test_what_is_usual_is_read_and_written_without_botocore(store):
    client = store.client()
    client.put("services/a b+c/é=1.json", b"one")
    client.put("services/a b+c/é=1.json", b"two")

    assert client.get("services/a b+c/é=1.json") == b"two"
    assert client.get("services/none.json") is None
    assert store.listening.asked == ["PUT by us"] * 2 + ["GET by us"] * 2
    assert client.keys("services/") == ["services/a b+c/é=1.json"]


@pytest.mark.parametrize("call", [lambda one: one.get("a"), lambda one: one.put("a", b"b")])
def test_what_is_wrong_is_told_in_the_same_words_as_by_botocore(store, call):
    with pytest.raises(Misconfigured, match="Spaces key"):
        call(store.client(secret="another"))
    with pytest.raises((NotFound, Misconfigured), match="bucket other"):
        call(store.client(bucket="other"))
    store.front.faults.add(Fault("(GET|PUT)", "/state/.*", 500, "InternalError", times=100))
    with pytest.raises(Unavailable, match="in bucket state"):
        call(store.client())


def test_a_fault_of_one_answer_is_none_of_the_call(store):
    client = store.client()
    client.put("a", b"one")
    store.front.faults.add(Fault("GET", "/state/.*", 503, "SlowDown", times=1))

    assert client.get("a") == b"one"
    assert store.listening.asked[1:] == ["GET by us", "GET by botocore"]


def test_a_write_that_is_answered_with_200_and_a_fault_is_none():
    wire, body = Wire(), b"<Error><Code>InternalError</Code></Error>"
    wire.says = [b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)]
    try:
        with pytest.raises(Unavailable, match="writing a"):
            UsualSpaces(wire.url, "fra1", BUCKET, KEY, SECRET).put("a", b"one")
    finally:
        wire.close()


def test_what_was_packed_on_its_way_is_unpacked():
    wire, body = Wire(), gzip.compress(b"one")
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    wire.says = [head % len(body) + body]
    try:
        assert UsualSpaces(wire.url, "fra1", BUCKET, KEY, SECRET).get("a") == b"one"
    finally:
        wire.close()


def test_a_body_that_no_version_has_is_left_to_botocore(store):
    client = store.client()
    client.put("a", bytes(3 * 1024 * 1024))

    assert client.get("a") == bytes(3 * 1024 * 1024)
    assert store.listening.asked[1:] == ["GET by us", "GET by botocore"]


def test_a_store_at_an_address_in_ipv6_is_asked_by_it():
    hosts: list[tuple[str, bool]] = []

    def app(environ, start_response):
        hosts.append((environ["HTTP_HOST"], "otocore" in environ.get("HTTP_USER_AGENT", "")))
        start_response("200 OK", [])
        return [b"one"]

    try:
        server = make_server("::1", 0, app, threaded=True)
    except OSError:
        pytest.skip("there is no IPv6 on this machine")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        assert UsualSpaces(f"http://[::1]:{server.server_port}", "fra1", BUCKET, KEY, SECRET).get("a") == b"one"
        assert hosts == [(f"[::1]:{server.server_port}", False)]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_store_that_is_not_there_is_unavailable(store):
    client = store.client()
    store.server.close()
    with pytest.raises(Unavailable):
        client.get("a")


OK = b"HTTP/1.1 200 OK\r\n"
TRICKLES = {
    "a body": [OK + b"Content-Length: 9000\r\n\r\n", *[b"x"] * 9000],
    "one header": [OK + b"x: ", *[b"x"] * 9000],
}


@pytest.mark.slow
@pytest.mark.timeout(60)  # at this pace a whole answer takes a quarter of an hour
@pytest.mark.parametrize("says", TRICKLES)
def test_an_answer_that_trickles_ends_with_its_limit(says, monkeypatch):
    """A call that does not end is left behind (store.py), and only a few may be."""
    limit = 0.6
    monkeypatch.setattr(bounded_s3, "_LIMITS", dict.fromkeys(("connect", "read", "write", "pool"), limit))
    monkeypatch.setattr(usual, "_LIMITS", Limits(limit, 30.0, limit))
    wire = Wire()
    wire.says, wire.pace = TRICKLES[says], limit / 6
    try:
        with pytest.raises(Unavailable):
            UsualSpaces(wire.url, "fra1", BUCKET, KEY, SECRET).get("a")
    finally:
        wire.close()


def test_a_certificate_that_is_not_trusted_is_told_as_that(tmp_path):
    certificate = make_ssl_devcert(str(tmp_path / "own"), host="localhost")
    server = make_server("127.0.0.1", 0, SpacesServer(keys={}, buckets=[]).app, threaded=True, ssl_context=certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        with pytest.raises(
            Misconfigured, match=r"localhost:\d+ was not asked, as its certificate is not trusted: self"
        ):
            UsualSpaces(f"https://localhost:{server.server_port}", "fra1", BUCKET, KEY, SECRET).get("a")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
